"""Plans, the queue, rates."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from callqa.api.wire.review import BlindLine, Item, Points
from callqa.api.wire.wire import Id, NearDay, Wire, Words
from callqa.domain import Assignment, AssignmentState, PlanReason
from callqa.review import Rate

SEEN_AS = {PlanReason.sealed: PlanReason.quota, PlanReason.double: PlanReason.quota}
"""A sealed draw and a second review look like any spot check."""
BLIND = "盲评：交卷以后才看得到为什么选它。"
"""Instead of the explanation while a blind review is open."""


class PlanAsked(Wire):
    """A day of a unit to plan."""

    day: NearDay
    """The day whose calls are reviewed."""
    unit: Id
    """The unit."""
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    """Of every random choice; left out: drawn now and kept with the plan."""
    sealed: Annotated[float, Field(ge=0, le=1)] | None = None
    """Share drawn at random for the true rate; left out: the setting."""
    double: Annotated[float, Field(ge=0, le=1)] | None = None
    """Share that two people review, blind; left out: the setting."""
    month_quota: Annotated[int, Field(ge=0, le=1000)] | None = None
    """Calls per agent and month; left out: the setting."""
    replace: bool = False
    """True: make it anew where nobody has begun."""


class AssignmentShown(Wire):
    """One call to be reviewed by one person."""

    id: str
    """Unique."""
    plan: str
    """``day:unit``."""
    day: date
    """The day whose calls are reviewed."""
    call: str
    """Call id."""
    reason: PlanReason
    """Why; a sealed draw, a second review and an open blind review are shown as ``quota``."""
    explanation: str
    """Chinese sentence with the figures behind it; of an open blind review nothing is told."""
    priority: float
    """Greater comes first; 0 while a blind review is open."""
    minutes: float
    """Expected time."""
    reviewer: str | None
    """Who; null where nobody has room."""
    blind: bool
    """True: verdicts are hidden until the answers are in."""
    state: AssignmentState
    """Where it stands."""
    lease: datetime | None
    """Until when a claim holds."""
    skip_reason: str
    """Why it was skipped."""
    finished_at: datetime | None
    """When."""


class PlanShown(Wire):
    """A plan."""

    id: str
    """``day:unit``."""
    day: date
    """The day."""
    unit: str
    """The unit."""
    seed: int
    """The same calls, people and seed give the same plan."""
    frame: int
    """Calls of the day among which the sealed share was drawn."""
    minutes: float
    """Reviewers' minutes planned with."""
    created_by: str
    """Who asked."""
    created_at: datetime
    """When."""
    notes: tuple[str, ...]
    """Chinese lines: what is in it, what found no room."""
    open: int
    """Assignments not done yet."""
    finished: int
    """Done."""
    skipped: int
    """Skipped."""


class PlanDetail(Wire):
    """A plan with its assignments."""

    plan: PlanShown
    """The plan."""
    assignments: tuple[AssignmentShown, ...]
    """The most urgent first."""


class PutIn(Wire):
    """A call that somebody wants reviewed."""

    call: Annotated[str, StringConstraints(min_length=1, max_length=128)]
    """The call; of the plan's day and unit."""
    reviewer: Id | None = None
    """By whom; left out: whoever has room."""
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    """Why."""


class MoveShown(Wire):
    """An assignment that went to somebody else."""

    assignment: str
    """Its id."""
    giver: str | None
    """Who had it."""
    taker: str
    """Who has it now."""


class SkipAsked(Wire):
    """Set aside."""

    reason: Annotated[str, StringConstraints(min_length=2, max_length=500)]
    """Why."""


class QueueItem(Wire):
    """One's own assignment with what is needed to begin."""

    assignment: AssignmentShown
    """The assignment."""
    agent: str | None
    """Whose call."""
    product: str | None
    """Product."""
    duration: int
    """Milliseconds."""
    lines: tuple[BlindLine, ...]
    """For a blind review: the form to fill in; empty otherwise."""


class BlindAnswer(Wire):
    """Points on one line of a blind review."""

    item: Item
    """Rubric item."""
    points: Points | None
    """0 … full marks; null = could not hear, or does not apply."""
    fatal: bool = False
    """True: the red line was hit; only on lines that are red lines."""
    reason: Words = ""
    """Why."""


class BlindAnswers(Wire):
    """The whole form."""

    answers: Annotated[tuple[BlindAnswer, ...], Field(min_length=1, max_length=300)]
    """One for every line of the form."""


class DayRate(Wire):
    """What a sealed draw showed."""

    plan: str
    """``day:unit``."""
    day: date
    """The day."""
    unit: str
    """The unit."""
    calls: int
    """Calls of the day."""
    drawn: int
    """Drawn."""
    rate: Rate
    """Violations among the drawn calls that were reviewed, with Wilson's interval at 95 %."""


class RatesShown(Wire):
    """Rates of violation, from sealed draws only."""

    days: tuple[DayRate, ...]
    """Newest first."""
    together: Rate
    """All days, each weighing as many calls as it had."""
    method: Literal["sealed random draw, Wilson 95 %"] = "sealed random draw, Wilson 95 %"
    """How."""


def assignment_shown(one: Assignment) -> AssignmentShown:
    """An assignment as reviewers and planners see it; why a blind one was chosen would tell the machine's verdict."""
    copied = set(AssignmentShown.model_fields) - {"call", "reason", "explanation", "priority"}
    hidden = one.blind and one.state in (AssignmentState.open, AssignmentState.claimed)
    return AssignmentShown(
        call=one.call_id,
        reason=PlanReason.quota if hidden else SEEN_AS.get(one.reason, one.reason),
        explanation=BLIND if hidden else one.explanation,
        priority=0.0 if hidden else one.priority,
        **{name: getattr(one, name) for name in copied},
    )
