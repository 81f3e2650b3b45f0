"""People's events on a scorecard; append-only. The effective card is a replay of them, never an edit."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from callqa.domain.finding import Subject, Verdict
from callqa.domain.noun import Noun
from callqa.domain.scorecard import LineStatus
from callqa.domain.timeline import Span

Text = Annotated[str, Field(max_length=2000)]
"""What a person typed; masked like everything else before it is stored."""


class _Event(Noun):
    id: str
    """Unique; a replayed event counts once."""
    call_id: str
    """The call."""
    scorecard: str
    """Hash of the scorecard it speaks about."""
    author: str
    """Who; ``system`` for deadlines that ran out."""
    at: AwareDatetime
    """When."""
    reason: Text = ""
    """Why, in words."""


class Confirm(_Event):
    """The reviewer agrees with a line, or with the whole card (item None)."""

    kind: Literal["confirm"] = "confirm"
    item: str | None = None
    """Rubric item; None = whole card."""


class Edit(_Event):
    """The reviewer judges a line otherwise."""

    kind: Literal["edit"] = "edit"
    item: str
    """Rubric item."""
    points: Annotated[float, Field(allow_inf_nan=False)]
    """New points; what stands with a line of another status than ``scored`` is not counted."""
    status: LineStatus = LineStatus.scored
    """``needs_human`` = could not hear (听不清); ``not_applicable`` leaves the denominator."""
    fatal: bool | None = None
    """Whether the red line stands; None = as it was."""
    quote: Text = ""
    """The words as they were really said, where the recogniser was wrong."""
    cause: str | None = None
    """Id of the ruling that this edit carries over to a call with the same error."""


class Correct(_Event):
    """A tag, step or rule verdict was wrong, whether or not points change; becomes a label to learn from."""

    kind: Literal["correct"] = "correct"
    subject: Subject | Literal["technique", "reaction"]
    """What is corrected."""
    target: str
    """Step or rule id, technique label, or the reaction the model gave."""
    verdict: Verdict | None = None
    """For steps and rules: what is true."""
    present: bool | None = None
    """For techniques: whether the turn carries the label."""
    label: str | None = None
    """For reactions: the true one."""
    turn: int | None = None
    """Index of the turn, for techniques and reactions."""
    quote: Text = ""
    """Corrected wording."""


class Comment(_Event):
    """A remark, on a line or on the card, with or without a place in the call."""

    kind: Literal["comment"] = "comment"
    item: str | None = None
    """Rubric item; None = whole card."""
    span: Span | None = None
    """Place in the call."""


class Finish(_Event):
    """The reviewer is done with the call."""

    kind: Literal["finish"] = "finish"


class Undo(_Event):
    """Takes one earlier event back; the event stays in the ledger."""

    kind: Literal["undo"] = "undo"
    event: str
    """Id of the event taken back."""


class Appeal(_Event):
    """The agent disagrees with a line (申诉); the reason says why."""

    kind: Literal["appeal"] = "appeal"
    item: str
    """Rubric item."""
    quote: Text = ""
    """The words the agent points to."""
    span: Span | None = None
    """Where they are."""


class Withdraw(_Event):
    """The agent takes an appeal back."""

    kind: Literal["withdraw"] = "withdraw"
    appeal: str
    """Id of the appeal."""


class AppealLevel(StrEnum):
    """Who decides: 小组长, then 主管, then the final word."""

    leader = "leader"
    director = "director"
    final = "final"


class Ruling(_Event):
    """A decision on an appeal."""

    kind: Literal["ruling"] = "ruling"
    appeal: str
    """Id of the appeal event."""
    level: AppealLevel = AppealLevel.leader
    """At which level."""
    upheld: bool
    """True: the agent was right, wholly or in part."""
    partial: bool = False
    """True: right in part; ``points`` says how far."""
    points: Annotated[float, Field(allow_inf_nan=False)] | None = None
    """New points where upheld; None = full marks."""


class Escalate(_Event):
    """The appeal goes one level up: the agent asks (再申诉), or the deadline ran out (author ``system``)."""

    kind: Literal["escalate"] = "escalate"
    appeal: str
    """Id of the appeal."""
    level: AppealLevel
    """The level it goes to."""


class Acknowledge(_Event):
    """The agent has seen the card."""

    kind: Literal["acknowledge"] = "acknowledge"


ReviewEvent = Annotated[
    Confirm | Edit | Correct | Comment | Finish | Undo | Appeal | Withdraw | Ruling | Escalate | Acknowledge,
    Field(discriminator="kind"),
]
