"""People's events on a scorecard; append-only."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from callqa.domain.noun import Noun


class _Event(Noun):
    id: str
    """Unique; a replayed event counts once."""
    call_id: str
    """The call."""
    scorecard: str
    """Hash of the scorecard it speaks about."""
    author: str
    """Who."""
    at: AwareDatetime
    """When."""
    reason: str = ""
    """Why, in words."""


class Confirm(_Event):
    """The reviewer agrees with a line, or with the whole card (item None)."""

    kind: Literal["confirm"] = "confirm"
    item: str | None = None
    """Rubric item; None = whole card."""


class Edit(_Event):
    """The reviewer sets other points on a line."""

    kind: Literal["edit"] = "edit"
    item: str
    """Rubric item."""
    points: float
    """New points."""


class Appeal(_Event):
    """The agent disagrees with a line (申诉)."""

    kind: Literal["appeal"] = "appeal"
    item: str
    """Rubric item."""


class Ruling(_Event):
    """A decision on an appeal."""

    kind: Literal["ruling"] = "ruling"
    appeal: str
    """Id of the appeal event."""
    upheld: bool
    """True: the agent was right."""
    points: float | None = None
    """New points where upheld."""


class Acknowledge(_Event):
    """The agent has seen the card."""

    kind: Literal["acknowledge"] = "acknowledge"


ReviewEvent = Annotated[Confirm | Edit | Appeal | Ruling | Acknowledge, Field(discriminator="kind")]
