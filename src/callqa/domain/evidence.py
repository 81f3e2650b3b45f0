"""Why a verdict was given: words, a searched stretch, or a reading."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from callqa.domain.call import Party
from callqa.domain.noun import Noun
from callqa.domain.timeline import Span


class TextSpan(Noun):
    """Characters of one turn's text, ``[start, end)``."""

    start: Annotated[int, Field(ge=0)]
    """First character inside."""
    end: Annotated[int, Field(ge=1)]
    """First character after."""

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.start >= self.end:
            raise ValueError(f"text span needs start < end, got [{self.start}, {self.end})")
        return self


class Quote(Noun):
    """Words that were said."""

    kind: Literal["quote"] = "quote"
    turn: int
    """Index of the turn."""
    party: Party
    """Who said it."""
    characters: TextSpan
    """Where in the turn's text."""
    span: Span
    """When."""
    text: str
    """The words, raw or masked like the transcript they come from."""


class Absence(Noun):
    """Something that was looked for and not found."""

    kind: Literal["absence"] = "absence"
    searched: Span
    """The stretch that was searched."""
    turns: tuple[int, int] | None = None
    """First and last turn searched (both inclusive); None where the stretch holds no turn."""
    expected: str
    """What should have been said, in the policy's words."""
    nearest: Quote | None = None
    """The closest thing that was said there."""
    similarity: Annotated[float, Field(ge=0.0, le=1.0)] | None = None
    """How close it came, 0..1."""


class Reading(Noun):
    """A number or a call field that decided, with its place where it has one."""

    kind: Literal["reading"] = "reading"
    name: str
    """Measure or call field, e.g. ``silence``, ``call.amount``."""
    value: float | str | bool | None
    """What was read; None where it could not be measured."""
    unit: str = ""
    """``ms``, ``characters/min``, ``dBFS``, ``yuan``, …"""
    span: Span | None = None
    """Where in the recording, if anywhere."""


Evidence = Annotated[Quote | Absence | Reading, Field(discriminator="kind")]
