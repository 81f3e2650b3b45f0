"""Words timed inside a window → words on the channels they were said on."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from callqa.domain import Span, Word
from callqa.transcript.packing import Piece, Window, milliseconds
from callqa.transcript.speech import RATE

_SHORTEST_MS = 20
"""One step of Whisper's time axis; shorter words get this much where the stretch has room."""
_LONGEST_MS = 600
"""Per character: attention holds the last character of a phrase through the pause after it."""
_SENTENCE_ENDS = ("。", "？", "！", "?", "!")
_MID_SENTENCE = 0.8
_WORDLESS, _WORDLESS_FROM = 0.5, 0.7
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A word as the recogniser gives it: seconds from the window's start."""

    text: str
    start: float
    end: float
    probability: float


def assign(window: Window, words: Sequence[Timed]) -> list[list[Timed]]:
    """The window's words per piece.

    Words keep their order and pieces theirs. Among all such divisions the one that costs least is taken: a word costs the
    seconds between its middle and its piece; a division that does not follow the end of a sentence costs
    ``_MID_SENTENCE`` (nothing where the recogniser writes no sentence ends); a piece of speech left without a word costs
    ``_WORDLESS``. Around silence the recogniser's times are at their worst, its punctuation is not.
    """
    count = len(words)
    middles = [(word.start + word.end) / 2 for word in words]
    marked = [word.text.endswith(_SENTENCE_ENDS) for word in words]
    mid_sentence = _MID_SENTENCE if any(marked) else 0.0
    best = [0.0] + [math.inf] * count
    cuts: list[list[int]] = []
    for piece in window.pieces:
        first, last = piece.offset / RATE, piece.end / RATE
        away = [0.0, *accumulate(max(first - middle, middle - last, 0.0) for middle in middles)]
        empty = _WORDLESS if last - first >= _WORDLESS_FROM else 0.0
        costs, origins = [], []
        cheapest, origin = math.inf, 0
        for end in range(count + 1):
            # words[origin:end] go to this piece, or none do
            cost, came = best[end] + empty, end
            if cheapest + away[end] < cost:
                cost, came = cheapest + away[end], origin
                cost += mid_sentence if end < count and not marked[end - 1] else 0.0
            costs.append(cost)
            origins.append(came)
            if best[end] - away[end] < cheapest:
                cheapest, origin = best[end] - away[end], end
        best = costs
        cuts.append(origins)
    held: list[list[Timed]] = []
    end = count
    for origins in reversed(cuts):
        held.append(list(words[origins[end] : end]))
        end = origins[end]
    return held[::-1]


def on_channel(piece: Piece, words: Sequence[Timed]) -> list[Word]:
    """One piece's words in milliseconds of the recording.

    Inside the stretch, in order, not overlapping, each at least 1 ms long (20 ms where the stretch has room).
    Words that find no room at all (more words than milliseconds) are a loop that no guard caught; they are cut off.
    """
    first, last = _limits(piece)
    words = words[: last - first]
    if not words:
        return []
    step = max(1, min(_SHORTEST_MS, (last - first) // len(words)))
    shift = first - milliseconds(piece.offset)
    starts: list[int] = []
    for number, word in enumerate(words):
        earliest = first if not starts else starts[-1] + step
        latest = last - (len(words) - number) * step
        starts.append(min(max(round(word.start * 1000) + shift, earliest), latest))
    placed = []
    for number, word in enumerate(words):
        start = starts[number]
        limit = starts[number + 1] if number + 1 < len(words) else last
        wanted = min(round(word.end * 1000) + shift, start + _LONGEST_MS * len(word.text))
        end = min(max(wanted, start + step), limit)
        placed.append(
            Word(text=word.text, span=Span(start=start, end=end), confidence=_share(word.probability))
        )
    return placed


def stretch_span(piece: Piece) -> Span:
    """The piece's stretch in whole milliseconds of the recording."""
    first, last = _limits(piece)
    return Span(start=first, end=last)


def _limits(piece: Piece) -> tuple[int, int]:
    first = milliseconds(piece.stretch.start)
    return first, max(first + 1, milliseconds(piece.stretch.end))


def _share(probability: float) -> float:
    return round(min(1.0, max(0.0, probability)), 4) if math.isfinite(probability) else 0.0
