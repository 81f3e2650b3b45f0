"""Appeals: filed, ruled, taken further, carried over."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from callqa.api.wire.review import Item, Points
from callqa.api.wire.wire import Wire, Words
from callqa.domain import AppealLevel, ReviewEvent, Span
from callqa.review import AppealStage, Likeness

Reason = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"^[^\x00]*\S[^\x00]*$")]
CallName = Annotated[str, StringConstraints(min_length=1, max_length=128)]


class AppealAsked(Wire):
    """The agent disagrees with a line."""

    item: Item
    """Rubric item."""
    reason: Reason
    """Why."""
    quote: Words = ""
    """The words pointed to."""
    span: Span | None = None
    """Where they are."""


class ReasonAsked(Wire):
    """With a reason."""

    reason: Reason
    """Why."""


class WithdrawAsked(Wire):
    """Taken back."""

    reason: Words = ""
    """Why."""


class RulingAsked(Wire):
    """A decision, at the level the appeal is at."""

    upheld: bool
    """True: the agent was right, wholly or in part."""
    partial: bool = False
    """True: in part; then ``points`` says how far."""
    points: Points | None = None
    """New points where upheld; left out = full marks."""
    reason: Reason
    """Why; the agent sees it."""


class AppealShown(Wire):
    """An appeal."""

    id: str
    """Id of the appeal event."""
    call: str
    """The call."""
    agent: str | None
    """Whose."""
    item: str
    """Rubric item."""
    title: str
    """As the rubric names it."""
    reason: str
    """The agent's."""
    filed_at: datetime
    """When."""
    level: AppealLevel
    """Who decides, or decided last."""
    stage: AppealStage
    """What has become of it."""
    closed: bool
    """Nothing further can happen."""
    due: datetime | None
    """Open: until when the level has time; decided: until when the agent may go further."""
    overdue: bool
    """The level's time is over."""
    machine_points: float
    """The machine's points."""
    points: float
    """Points now."""
    max_points: float
    """Full marks."""
    may_rule: bool
    """The asker may decide now."""
    history: tuple[ReviewEvent, ...]
    """Everything, in order."""


class MatchShown(Wire):
    """A call with the same error."""

    call: str
    """The call."""
    agent: str | None
    """Whose."""
    likeness: Likeness
    """``same_words`` is sure, ``same_check`` wants a look."""
    points: float
    """Now."""
    proposed: float
    """If the ruling is carried over."""
    fatal: bool
    """A red line falls."""
    hits: int
    """Hits behind the line; with more than one, others may be right."""
    quotes: tuple[str, ...]
    """The words, masked."""
    total: float | None
    """Effective total now."""
    total_after: float | None
    """Effective total if the ruling is carried over."""


class PreviewShown(Wire):
    """What carrying a ruling over would do."""

    appeal: str
    """The appeal."""
    item: str
    """Rubric item."""
    matches: tuple[MatchShown, ...]
    """Calls with the same error, the surest first."""
    searched: int
    """Calls looked at."""


class ApplyAsked(Wire):
    """Carry a ruling over to these calls of the preview."""

    calls: Annotated[tuple[CallName, ...], Field(min_length=1, max_length=500)]
    """Call ids."""
    reason: Reason
    """Why; every agent sees it."""


class AppliedShown(Wire):
    """What was done."""

    applied: tuple[str, ...]
    """Calls that got an event."""
    refused: dict[str, str]
    """Call → why not, e.g. because it is under appeal itself."""
