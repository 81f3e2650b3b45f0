"""How well words and their times were recognised."""

import unicodedata
from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from callqa.domain import Millis, Noun, Party, Transcript, Word
from callqa.evaluation.rates import Errors
from callqa.evaluation.truth import Truth

Timed = tuple[str, Millis, Millis]
"""A character with its start and end, milliseconds."""


class SpeechScore(Noun):
    """Recognition of one call or, added up, of many."""

    errors: Errors
    """Characters, punctuation left out, per party and then summed."""
    start_errors: tuple[int, ...]
    """|start − true start| in milliseconds of every rightly recognised character."""

    def __add__(self, other: "SpeechScore") -> "SpeechScore":
        return SpeechScore(
            errors=self.errors + other.errors, start_errors=self.start_errors + other.start_errors
        )

    def within(self, milliseconds: int) -> float | None:
        """Share of rightly recognised characters whose start is at most so far off."""
        if not self.start_errors:
            return None
        return sum(error <= milliseconds for error in self.start_errors) / len(self.start_errors)

    @property
    def median_start_error(self) -> int | None:
        """Median of the start errors, milliseconds."""
        ordered = sorted(self.start_errors)
        return ordered[len(ordered) // 2] if ordered else None


def score_speech(transcript: Transcript, truth: Truth) -> SpeechScore:
    """Compare per party, in time order; one unknown party (mono) is compared with everything said."""
    total = SpeechScore(errors=Errors(), start_errors=())
    unknown = any(turn.party is Party.unknown for turn in transcript.turns)
    for parties in [(Party.agent, Party.customer)] if unknown else [(Party.agent,), (Party.customer,)]:
        said = [
            (character, *time)
            for turn in sorted(truth.turns, key=lambda turn: turn.start)
            if turn.party in parties
            for character, time in zip(turn.text, turn.characters, strict=True)
            if time is not None
        ]
        written = [
            timed
            for turn in transcript.turns
            if unknown or turn.party in parties
            for timed in _characters(turn.words)
        ]
        total = total + compare(said, written)
    return total


def compare(said: Sequence[Timed], written: Sequence[Timed]) -> SpeechScore:
    """Align two timed character strings (Levenshtein) and count errors and start differences."""
    counts = {"replace": 0, "delete": 0, "insert": 0}
    starts: list[int] = []
    for step in Levenshtein.opcodes([one[0] for one in said], [one[0] for one in written]):
        length = max(step.src_end - step.src_start, step.dest_end - step.dest_start)
        if step.tag == "equal":
            pairs = zip(
                said[step.src_start : step.src_end], written[step.dest_start : step.dest_end], strict=True
            )
            starts += [abs(true[1] - heard[1]) for true, heard in pairs]
        else:
            counts[step.tag] += length
    errors = Errors(
        reference=len(said),
        substituted=counts["replace"],
        deleted=counts["delete"],
        inserted=counts["insert"],
    )
    return SpeechScore(errors=errors, start_errors=tuple(starts))


def _characters(words: Sequence[Word]) -> list[Timed]:
    """Characters of words with times shared evenly; punctuation and blanks left out."""
    timed: list[Timed] = []
    for word in words:
        text, span = word.text, word.span
        step = (span.end - span.start) / len(text)
        timed += [
            (character, round(span.start + k * step), round(span.start + (k + 1) * step))
            for k, character in enumerate(text)
            if unicodedata.category(character)[0] in "LN"
        ]
    return timed
