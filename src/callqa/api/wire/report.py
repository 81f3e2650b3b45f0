"""The day in figures."""

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
