"""Time inside a recording: integer milliseconds and half-open spans."""

from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import Field, model_validator

from callqa.domain.noun import Noun

Millis = Annotated[int, Field(ge=0, description="milliseconds from the start of the recording")]


class Span(Noun):
    """A stretch of a recording, ``[start, end)``, never empty."""

    start: Millis
    """First millisecond inside."""
    end: Millis
    """First millisecond after."""

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.start >= self.end:
            raise ValueError(f"span needs start < end, got [{self.start}, {self.end})")
        return self

    @property
    def duration(self) -> int:
        """Length in milliseconds, at least 1."""
        return self.end - self.start

    def overlaps(self, other: "Span") -> bool:
        """True where the two share at least one millisecond."""
        return self.start < other.end and other.start < self.end

    def intersection(self, other: "Span") -> "Span | None":
        """The shared stretch, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start=start, end=end) if start < end else None

    def union(self, other: "Span") -> "Span":
        """The smallest span that holds both."""
        return Span(start=min(self.start, other.start), end=max(self.end, other.end))


def merge(spans: Iterable[Span], *, gap: int = 0) -> list[Span]:
    """Join spans that overlap or lie at most ``gap`` milliseconds apart; ordered and disjoint."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        if merged and span.start <= merged[-1].end + gap:
            merged[-1] = merged[-1].union(span)
        else:
            merged.append(span)
    return merged


def covered(spans: Iterable[Span]) -> int:
    """Milliseconds covered by at least one of the spans."""
    return sum(span.duration for span in merge(spans))
