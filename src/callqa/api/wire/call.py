"""Calls: lists, details, transcripts, uploads."""

from datetime import datetime
from enum import IntEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from callqa.api.wire.wire import Day, Wire
from callqa.domain import (
    Direction,
    Finding,
    Measure,
    ModelRef,
    Moment,
    Party,
    PolicyRef,
    ReactionTag,
    Removed,
    Scorecard,
    StageRun,
    TechniqueTag,
)
from callqa.store.search import CallSummary, ReviewState, Sort

Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
HitName = Annotated[
    str,
    StringConstraints(
        max_length=200, pattern=r"^(step|rule|technique|reaction):[^:\x00]+(:(met|broken|unsure))?$"
    ),
]


class CallQuery(Wire):
    """Filters of the list of calls; everything that is given must hold."""

    first_day: Day | None = None
    """First local day, inclusive."""
    last_day: Day | None = None
    """Last local day, inclusive."""
    unit: Name | None = None
    """Unit id, with everything below it."""
    agent: Name | None = None
    """Person id."""
    product: Name | None = None
    """As the manifest names it."""
    campaign: Name | None = None
    """As the manifest names it."""
    region: Name | None = None
    """As the manifest names it."""
    ordered: bool | None = None
    """The customer ordered, or did not."""
    grade: Name | None = None
    """Effective grade band."""
    score_min: Annotated[float, Field(ge=0, le=100)] | None = None
    """Least effective total."""
    score_max: Annotated[float, Field(ge=0, le=100)] | None = None
    """Greatest effective total."""
    fatal: bool | None = None
    """A red line stands."""
    hit: Annotated[list[HitName], Field(max_length=10)] = Field(default_factory=list)
    """``rule:absolute``, ``step:greet:broken``, ``technique:closing``, ``reaction:reject``; all must occur."""
    review_state: ReviewState | None = None
    """Where the review stands."""
    needs_human: bool | None = None
    """Some line waits for a person."""
    text: Name | None = None
    """Words said, found also in spellings that sound alike; blanks separate wordings that must all occur."""


class CallValues(Wire):
    """What occurs in the calls within reach, at most 500 of each, by name."""

    product: tuple[str, ...]
    """Products."""
    campaign: tuple[str, ...]
    """Campaigns or media."""
    region: tuple[str, ...]
    """Regions."""


class CallExportQuery(CallQuery):
    """The list as a file."""

    sort: Sort = "newest"
    """Order."""


class CallListQuery(CallExportQuery):
    """A page of the list."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    """Calls per page."""
    after: Annotated[str, StringConstraints(max_length=600)] | None = None
    """``next`` of the page before, with the same filters and sort."""
    count: bool = False
    """Also count all of them."""


class MatchShown(Wire):
    """A place of the text searched for."""

    turn: int
    """Index of the turn."""
    start: int
    """First character."""
    end: int
    """First character after."""
    text: str
    """The masked words there."""
    before: str = ""
    """In lists: the few masked characters before them in the turn."""
    after: str = ""
    """In lists: the few after."""


class CallShown(Wire):
    """A call as lists show it."""

    id: str
    """Call id."""
    day: str | None
    """Local day."""
    started_at: datetime | None
    """With the manifest's zone."""
    started_assumed: bool
    """Nobody said when the call began: ``started_at`` is when its recording was received."""
    agent: str | None
    """Person id, or as the telephone system writes it."""
    unit: str | None
    """Unit of the agent on that day."""
    unit_path: str
    """Unit ids from the top."""
    product: str | None
    """As the manifest names it."""
    campaign: str | None
    """As the manifest names it."""
    region: str | None
    """As the manifest names it."""
    ordered: bool | None
    """The customer ordered."""
    amount: float | None
    """Yuan."""
    language: str
    """Of the transcript."""
    duration: int
    """Milliseconds."""
    turns: int
    """Turns of the transcript."""
    demo: bool
    """Heard by the demonstration recogniser: not fit for real use."""
    scorecard: str
    """Id of the card in force."""
    machine_total: float | None
    """The machine's total."""
    total: float | None
    """The effective total after review."""
    grade: str | None
    """Effective grade band."""
    grade_title: str
    """As the rubric names it."""
    action: str
    """What the band leads to."""
    fatal: bool
    """A red line stands."""
    needs_human: int
    """Lines that wait for a person."""
    review_state: ReviewState
    """Where the review stands."""
    open_appeals: int
    """Appeals not decided."""
    version: int
    """Number of review events; the review's ETag is ``"v<version>"``."""
    reviewed_at: datetime | None
    """When it was last finished."""
    matches: tuple[MatchShown, ...] = ()
    """Places of the text searched for."""


class TotalsShown(Wire):
    """Figures over all calls of a filter."""

    calls: int
    """How many."""
    mean_total: float | None
    """Mean effective total."""
    fatal: int
    """Calls on which a red line stands."""
    needs_human: int
    """Calls with a line that waits for a person."""
    by_grade: dict[str, int]
    """Calls per effective grade; ``""`` = without a total."""
    by_state: dict[str, int]
    """Calls per review state."""


class RecordingShown(Wire):
    """The recording behind a call."""

    duration: int
    """Milliseconds."""
    sample_rate: int
    """Hz."""
    channels: int
    """Channels."""
    codec: str
    """Coding."""
    parties: tuple[Party, ...]
    """Who speaks on which channel."""
    audible: bool
    """False: the sound was taken away or its file is gone."""


class CallDetail(Wire):
    """One call; transcript, findings, techniques have routes of their own."""

    call: CallShown
    """As in lists."""
    agent_name: str | None
    """The agent's name; null where nobody is known by the id."""
    started_assumed: bool
    """Nobody said when the call began: ``started_at`` is when its recording was received."""
    direction: Direction
    """Who called whom."""
    queue: str | None
    """Queue."""
    cross_sold: bool | None
    """A further product was sold."""
    signed_for: bool | None
    """The parcel was accepted."""
    fields: dict[str, str]
    """Further columns of the manifest, masked."""
    recording: RecordingShown
    """The recording."""
    scorecard: Scorecard
    """The machine's card."""
    measures: tuple[Measure, ...]
    """Numbers of talk and recording."""
    warnings: tuple[str, ...]
    """Chinese sentences."""
    policy: PolicyRef
    """Scored under."""
    run: str
    """The run that concluded it."""
    scored_at: datetime
    """When."""


class TurnShown(Wire):
    """What one party says."""

    index: int
    """From 0."""
    party: Party
    """Who."""
    start: int
    """Milliseconds."""
    end: int
    """Milliseconds."""
    text: str
    """The words joined."""
    confidence: float
    """The recogniser's, 0..1."""
    words: tuple[tuple[str, int, int], ...]
    """Text, start, end of every word."""


class HiddenShown(Wire):
    """Where personal data was masked and muted."""

    kind: str
    """E.g. ``mobile``."""
    turn: int
    """Index of the turn."""
    first: int
    """First character."""
    last: int
    """First character after."""
    start: int
    """Milliseconds."""
    end: int
    """Milliseconds."""


class TranscriptShown(Wire):
    """Who said what and when."""

    call: str
    """Call id."""
    masked: bool
    """False: raw, and this view was recorded."""
    language: str
    """Language."""
    recogniser: ModelRef | None
    """Heard with."""
    turns: tuple[TurnShown, ...]
    """In time order."""
    removed: tuple[Removed, ...]
    """What the recogniser wrote and was taken out."""
    hidden: tuple[HiddenShown, ...]
    """Masked places."""
    matches: tuple[MatchShown, ...]
    """Places of the text asked for."""


class FindingsShown(Wire):
    """What script and rules say, with evidence."""

    call: str
    """Call id."""
    masked: bool
    """False: raw, and this view was recorded."""
    findings: tuple[Finding, ...]
    """Steps, then rules."""


class LabelShown(Wire):
    """What a technique label is called."""

    id: str
    """As tags name it."""
    title: str
    """As the policy names it."""


class TechniquesShown(Wire):
    """Techniques, reactions, stages, moments."""

    call: str
    """Call id."""
    tags: tuple[TechniqueTag, ...]
    """In turn order."""
    reactions: tuple[ReactionTag, ...]
    """In turn order."""
    stages: tuple[StageRun, ...]
    """In turn order."""
    moments: tuple[Moment, ...]
    """Objection → handling → reaction."""
    labels: tuple[LabelShown, ...]
    """The labels of the policy that the call was judged by (of the newest where that one is gone), in its order."""


class ChannelPeaks(Wire):
    """One channel's waveform, for drawing."""

    party: Party
    """Who speaks on it."""
    low: tuple[int, ...]
    """Lowest sample of each slice, −127…127."""
    high: tuple[int, ...]
    """Highest."""


class PeaksShown(Wire):
    """A recording's waveform."""

    per_second: int
    """Slices per second."""
    duration: int
    """Milliseconds."""
    channels: tuple[ChannelPeaks, ...]
    """By number."""


class PerSecond(IntEnum):
    """Slices a second that divide the sample rate."""

    one = 1
    two = 2
    four = 4
    five = 5
    ten = 10
    twenty = 20


def call_shown(one: CallSummary) -> CallShown:
    """A stored summary as shown."""
    return CallShown(
        **{name: getattr(one, name) for name in CallShown.model_fields if name != "matches"},
        matches=tuple(
            MatchShown(turn=m.turn, start=m.start, end=m.end, text=m.text, before=m.before, after=m.after)
            for m in one.matches
        ),
    )


class UploadFields(Wire):
    """What is known of an uploaded call; form fields beside the file."""

    id: Annotated[str, StringConstraints(pattern=r"^[^/\\\s\x00-\x1f\x7f]{1,128}$")] | None = None
    """Call id; by default made from the content."""
    agent: Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[^\x00]*$")] | None = (
        None
    )
    """Agent's id or name as the telephone system writes it."""
    started_at: datetime | None = None
    """When the call began; without a zone it is the centre's time, another zone is turned into the centre's, whose days
    are counted. Left out, the call counts for the day and the agent's unit on which it is received, and its details say
    ``started_assumed``. From 1990 to a day from now."""
    direction: Direction = Direction.unknown
    """Who called whom."""
    agent_channel: Literal["left", "right"] = "left"
    """On which channel the agent speaks."""
    product: Name | None = None
    """Product."""
    campaign: Name | None = None
    """Campaign or medium."""
    region: Name | None = None
    """Region."""
    queue: Name | None = None
    """Queue."""
    ordered: bool | None = None
    """The customer ordered."""
    amount: Annotated[float, Field(ge=0, le=100_000_000)] | None = None
    """Yuan."""
    cross_sold: bool | None = None
    """A further product was sold."""
    signed_for: bool | None = None
    """The parcel was accepted."""
    customer: Annotated[str, StringConstraints(max_length=40)] | None = None
    """Customer's number; only its keyed hash is kept."""
