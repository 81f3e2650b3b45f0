"""A transcript as a recogniser with a given error rate would have written it.

The errors themselves come from whoever calls (``Garbler``): the one model of recogniser errors lives with the
techniques, which train on it. Here the garbled words get times, confidences, and a way back to the true characters,
so that labels on the true text can be compared with what was found on the garbled one.
"""

import random
from collections.abc import Sequence
from typing import Protocol

from rapidfuzz.distance import Levenshtein

from callqa.domain import Noun, Span, TextSpan, Transcript, Turn, Word

_RIGHT = (0.78, 0.99)
"""Range of the confidence of a right character; most lie near the upper end."""
_DOUBTED = 0.06
"""Share of right characters a recogniser doubts anyway …"""
_DOUBTED_RANGE = (0.35, 0.78)
"""… and how much it believes them."""
_WRONG = (0.22, 0.85)
"""Range of the confidence of a wrong character: recognisers believe many of their errors."""


class Garbler(Protocol):
    """Puts recogniser-like errors into a text; the same text gives the same errors."""

    def garble(self, text: str) -> str:
        """The text with errors, never empty."""


class Disturbed(Noun):
    """What was recognised instead of a true transcript."""

    transcript: Transcript
    """Same turns, garbled words."""
    places: tuple[tuple[int, ...], ...]
    """Per turn and true character, where it or its successor stands in the garbled text; one more for the end."""

    def heard(self, turn: int, characters: TextSpan) -> TextSpan | None:
        """Where a stretch of the true text stands in the garbled one; None where all of it was dropped."""
        own = self.places[turn]
        start, end = own[characters.start], own[characters.end]
        return TextSpan(start=start, end=end) if end > start else None


def undisturbed(transcript: Transcript) -> Disturbed:
    """The true transcript itself: every character stands where it stood."""
    return Disturbed(
        transcript=transcript,
        places=tuple(tuple(range(len(turn.text) + 1)) for turn in transcript.turns),
    )


def disturb(transcript: Transcript, garbler: Garbler, *, seed: int) -> Disturbed:
    """Garble every turn.

    Args:
        transcript: True text, one word per character.
        garbler: Where the errors come from.
        seed: Of the confidences; with the call's id it decides them all.
    """
    chance = random.Random(f"{seed}:{transcript.call_id}")
    turns: list[Turn] = []
    places: list[tuple[int, ...]] = []
    for turn in transcript.turns:
        text = garbler.garble(turn.text)
        words, back = _rewritten(turn, text, chance)
        turns.append(Turn(index=turn.index, party=turn.party, text=text, words=words))
        places.append(back)
    return Disturbed(transcript=transcript.replace(turns=tuple(turns)), places=tuple(places))


def _rewritten(turn: Turn, text: str, chance: random.Random) -> tuple[tuple[Word, ...], tuple[int, ...]]:
    """Words of the garbled text with the times of the characters they replace, and the way back."""
    spans: list[Span] = []
    right: list[bool] = []
    back = [0] * (len(turn.text) + 1)
    for step in Levenshtein.opcodes(turn.text, text):
        for offset in range(step.src_end - step.src_start):
            back[step.src_start + offset] = min(step.dest_start + offset, step.dest_end)
        for offset in range(step.dest_end - step.dest_start):
            right.append(step.tag == "equal")
            if step.tag == "insert":
                spans.append(_squeezed(spans, turn))
            else:
                spans.append(turn.words[step.src_start + offset].span)
    back[-1] = len(text)
    words = tuple(
        Word(text=character, span=span, confidence=round(_confidence(chance, right=sound), 3))
        for character, span, sound in zip(text, _in_order(spans), right, strict=True)
    )
    return words, tuple(back)


def _squeezed(spans: list[Span], turn: Turn) -> Span:
    """Room for an inserted character: the second half of the one before, or of the turn's first."""
    if not spans:
        first = turn.words[0].span
        return Span(start=first.start, end=first.start + max(1, first.duration // 2))
    last = spans[-1]
    middle = last.start + max(1, last.duration // 2)
    spans[-1] = Span(start=last.start, end=middle)
    return Span(start=middle, end=max(middle + 1, last.end))


def _in_order(spans: Sequence[Span]) -> list[Span]:
    """The same spans, none beginning before the one in front of it ends."""
    ordered: list[Span] = []
    clock = 0
    for span in spans:
        start = max(span.start, clock)
        ordered.append(Span(start=start, end=max(start + 1, span.end)))
        clock = ordered[-1].end
    return ordered


def _confidence(chance: random.Random, *, right: bool) -> float:
    draw = chance.random()
    if not right:
        return _WRONG[0] + (_WRONG[1] - _WRONG[0]) * draw
    if chance.random() < _DOUBTED:
        return _DOUBTED_RANGE[0] + (_DOUBTED_RANGE[1] - _DOUBTED_RANGE[0]) * draw
    return _RIGHT[1] - (_RIGHT[1] - _RIGHT[0]) * draw * draw
