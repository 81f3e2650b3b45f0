"""The day in figures, and how far scoring is."""

from datetime import datetime
from typing import Literal

from callqa.api.wire.call import TotalsShown
from callqa.api.wire.wire import Wire


class RateShown(Wire):
    """A rate with its interval."""

    n: float
    """Calls drawn and reviewed."""
    hits: float
    """Those of them with a violation."""
    rate: float | None
    """Share; null out of nothing."""
    low: float | None
    """Lower end of the 95 % interval (Wilson)."""
    high: float | None
    """Upper end."""


class SealedShown(Wire):
    """The day's true rate of violation, from the sealed random share alone."""

    plans: int
    """Plans of the day within reach."""
    drawn: int
    """Calls drawn at random."""
    reviewed: int
    """Of these reviewed so far; the rate holds once it equals ``drawn``."""
    rate: RateShown
    """The rate."""


class UnitDay(Wire):
    """One unit's day."""

    unit: str
    """Unit id; empty for calls that belong nowhere."""
    title: str
    """As people write it."""
    path: str
    """Unit ids from the top."""
    totals: TotalsShown
    """Figures."""


class DayReport(Wire):
    """A day within reach."""

    day: str
    """Local day."""
    totals: TotalsShown
    """All calls."""
    units: tuple[UnitDay, ...]
    """By unit within reach."""
    sealed: SealedShown
    """True rate of violation."""
    jobs: dict[str, int]
    """Jobs by state, in the whole centre."""


class RunShown(Wire):
    """A batch: a night's recordings, an upload, a re-score."""

    id: str
    """Run id."""
    kind: Literal["score", "rescore"]
    """Listening and scoring, or scoring what was heard before."""
    started_at: datetime
    """When it began."""
    finished_at: datetime | None
    """When it ended; null while it runs, or where it was cut off."""
    planned: int | None
    """Calls it set out to do, without those that were scored already; null for batches of older releases."""
    done: int
    """Calls finished."""
    failed: int
    """Calls that failed."""
    left: int | None
    """Calls not done yet; null where it does not go on, or it is not known how many there are."""
    going: bool
    """Still at work: not ended, and something was heard of it within the last hour."""
    finish_at: datetime | None
    """When it will be done at its own pace of late; null where there is nothing left or no pace yet."""


class ProgressShown(Wire):
    """How far the scoring of the centre is."""

    now: datetime
    """The server's time."""
    waiting: int
    """Calls not done yet: of jobs that wait or run, and of batches begun at the command line."""
    dead: int
    """Jobs that were given up."""
    per_minute: float | None
    """Calls finished per minute of late; null where too few were."""
    finish_at: datetime | None
    """When the waiting calls will be done at that pace; null where none wait or there is no pace."""
    runs: tuple[RunShown, ...]
    """The latest batches, newest first."""
