"""The ledger of a call: what stands, what the machine gave, what was said, and what may be said."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from callqa.api.wire.wire import Id, Wire, Words
from callqa.domain import LineStatus, ReviewEvent, Scorecard, ScoreLine, Span, Subject, Verdict
from callqa.review import Effective, ReviewState

Item = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Points = Annotated[float, Field(ge=0, le=1000)]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class _Asked(Wire):
    id: Id | None = None
    """Own id of the event, so that sending it twice counts once; by default one is made."""
    reason: Words = ""
    """Why, in words."""


class ConfirmAsked(_Asked):
    """Agree with a line, or with the whole card."""

    kind: Literal["confirm"]
    item: Item | None = None
    """Rubric item; left out = the whole card."""


class EditAsked(_Asked):
    """Judge a line otherwise; the reason is needed."""

    kind: Literal["edit"]
    item: Item
    """Rubric item."""
    points: Points
    """New points, 0 … full marks."""
    status: LineStatus = LineStatus.scored
    """``needs_human`` = could not hear; ``not_applicable`` leaves the denominator."""
    fatal: bool | None = None
    """Whether the red line stands; left out = as it was."""
    quote: Words = ""
    """The words as they were really said."""


class CorrectAsked(_Asked):
    """A tag, step or rule verdict was wrong; becomes a label to learn from."""

    kind: Literal["correct"]
    subject: Literal["step", "rule", "technique", "reaction"]
    """What is corrected."""
    target: Item
    """Step or rule id, technique label, or the reaction the model gave."""
    verdict: Verdict | None = None
    """For steps and rules: what is true."""
    present: bool | None = None
    """For techniques: whether the turn carries the label."""
    label: Item | None = None
    """For reactions: the true one."""
    turn: Annotated[int, Field(ge=0, le=100_000)] | None = None
    """Index of the turn, for techniques and reactions."""
    quote: Words = ""
    """Corrected wording."""


class CommentAsked(_Asked):
    """A remark on a line or on the card."""

    kind: Literal["comment"]
    item: Item | None = None
    """Rubric item; left out = the whole card."""
    span: Span | None = None
    """Place in the call."""


class FinishAsked(_Asked):
    """Done with the call."""

    kind: Literal["finish"]


class UndoAsked(_Asked):
    """Take one earlier event back."""

    kind: Literal["undo"]
    event: Id
    """Its id."""


EventAsked = Annotated[
    ConfirmAsked | EditAsked | CorrectAsked | CommentAsked | FinishAsked | UndoAsked,
    Field(discriminator="kind"),
]


class EventsAsked(Wire):
    """Events to write, all of them or none."""

    scorecard: Hash
    """Hash of the card they speak about."""
    events: Annotated[tuple[EventAsked, ...], Field(min_length=1, max_length=200)]
    """In order."""


class AcknowledgeAsked(Wire):
    """The agent has seen the card."""

    scorecard: Hash
    """Hash of the card."""
    reason: Words = ""
    """A remark."""


class TotalsBeside(Wire):
    """One score of three."""

    scorecard: str
    """Hash of the card."""
    total: float | None
    """0..100."""
    grade: str | None
    """Band."""
    grade_title: str
    """As the rubric names it."""
    action: str
    """What the band leads to."""
    fatal: tuple[str, ...]
    """Red lines."""


class EventShown(Wire):
    """An event of the ledger."""

    number: int
    """Place in the ledger, from 1."""
    standing: bool
    """False: it was taken back, or took one back."""
    event: ReviewEvent
    """What was said."""


class BlindLine(Wire):
    """A line of the form of a blind review."""

    section: str
    """Section id."""
    item: str
    """Rubric item."""
    title: str
    """As the rubric names it."""
    max_points: float
    """Full marks."""
    bonus: bool
    """On top of the total."""
    red_line: bool
    """A 一票否决 item: say whether it was hit."""


class ReviewShown(Wire):
    """A call's review: machine's, effective and original score side by side, and everything said."""

    call: str
    """Call id."""
    version: int
    """Events in the ledger; the ETag is ``"v<version>"``."""
    state: ReviewState
    """How far people are."""
    original: TotalsBeside
    """As first scored."""
    machine: TotalsBeside
    """The card in force, by the machine."""
    effective: Effective
    """After all events, line by line beside the machine's."""
    events: tuple[EventShown, ...]
    """In order, those on earlier cards included."""
    may_appeal_until: dict[str, str]
    """Item → end of the window, for lines that cost the agent points."""
    names: dict[str, str]
    """Person id → name, of everybody who said something: not everybody may list the organisation."""


class Written(Wire):
    """What writing came to."""

    call: str
    """Call id."""
    version: int
    """Events now; the new ETag is ``"v<version>"``."""
    events: tuple[str, ...]
    """Ids of the events, in the order they were sent."""
    effective: Effective
    """The card now."""


def beside(card: Scorecard, scorecard: str) -> TotalsBeside:
    """A machine's card in short."""
    return TotalsBeside(
        scorecard=scorecard,
        total=card.total,
        grade=card.grade,
        grade_title=card.grade_title,
        action=card.action,
        fatal=card.fatal,
    )


def blind_line(line: ScoreLine, *, red_line: bool) -> BlindLine:
    """A line without what the machine thinks of it."""
    copied = set(BlindLine.model_fields) - {"red_line"}
    return BlindLine(red_line=red_line, **{name: getattr(line, name) for name in copied})


def event_values(asked: EventAsked) -> dict[str, Any]:
    """What was asked as values of a domain event, texts not yet masked."""
    values = asked.model_dump(exclude={"id"})
    if values.get("subject") in ("step", "rule"):
        values["subject"] = Subject(values["subject"])
    return values
