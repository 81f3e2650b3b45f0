"""What is to be reviewed today, why, and by whom."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from callqa.domain.noun import Noun


class PlanReason(StrEnum):
    """Why a call is in the plan. A sealed random draw is shown to reviewers as ``quota``."""

    red_line = "red_line"
    """A 一票否决 item was hit."""
    uncertain = "uncertain"
    """Severity × uncertainty within the reviewers' minutes."""
    quota = "quota"
    """The agent's share of the month."""
    sealed = "sealed"
    """Drawn at random for the day's true rate."""
    double = "double"
    """The same call goes to a second reviewer, blind."""
    asked = "asked"
    """A person put it there."""


class AssignmentState(StrEnum):
    """open → claimed → finished | skipped; a lease that ran out, or a release, leads back to open."""

    open = "open"
    claimed = "claimed"
    finished = "finished"
    skipped = "skipped"


class Assignment(Noun):
    """One call to be reviewed by one person."""

    id: str
    """Unique."""
    plan: str
    """Id of the plan: ``day:unit``."""
    day: date
    """The day whose calls are reviewed."""
    unit: str
    """The unit planned for."""
    call_id: str
    """The call."""
    reason: PlanReason
    """Why."""
    explanation: str
    """Chinese sentence with the figures behind it."""
    priority: float
    """Greater comes first."""
    minutes: Annotated[float, Field(ge=0.0)]
    """Expected reviewing time."""
    reviewer: str | None
    """Person; None where nobody has room left."""
    blind: bool = False
    """True: machine's verdicts and the other reviewer's are hidden until finished."""
    state: AssignmentState = AssignmentState.open
    """Where it stands."""
    lease: AwareDatetime | None = None
    """Until when a claim holds."""
    skip_reason: str = ""
    """Why it was skipped."""
    finished_at: AwareDatetime | None = None
    """When."""


class Plan(Noun):
    """One day's plan of one unit: what was drawn, from how many, and with which seed."""

    id: str
    """``day:unit``."""
    day: date
    """The day whose calls are reviewed."""
    unit: str
    """The unit planned for."""
    seed: int
    """The same calls, people and seed give the same plan."""
    frame: Annotated[int, Field(ge=0)]
    """Calls of the day among which the sealed share was drawn."""
    sealed: tuple[str, ...]
    """Calls drawn at random for the day's true rate, whatever else speaks for them; never shown to reviewers."""
    minutes: Annotated[float, Field(ge=0.0)]
    """Reviewers' minutes that were planned with."""
    created_by: str
    """Who asked for it."""
    created_at: AwareDatetime
    """When."""
    notes: tuple[str, ...] = ()
    """Chinese lines: how many of each reason, what found no room."""
