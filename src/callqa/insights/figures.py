"""Scores of agents and units: what is counted, out of what, and how far it can be trusted. Pure arithmetic.

- *Mean score*: effective totals (after review) of calls that have one, with Student's 95 % interval. Calls without a
  total count as calls, not in the mean.
- *Red-line share*: calls on which a red line stands after review ÷ all calls, with Wilson's interval.
- *Order share*: calls with an order ÷ calls of which it is known, with Wilson's interval.
- *Place*: an agent with `ENOUGH` scored calls or more is somewhere between two places: first after all whose interval
  lies wholly above the own one, last before all whose interval lies wholly below.
- *Board* (红黑榜): on it stands only who differs from everybody else taken together by more than chance. The interval
  of the difference (Welch) is drawn so wide that, were all alike, one board in twenty would name anybody (Bonferroni).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import sqrt
from typing import Literal

from callqa.domain import Noun
from callqa.review.intervals import t_quantile

ENOUGH = 10
"""Scored calls below which nobody is ranked: a mean of nine calls says more of the calls than of the agent."""
_LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Tally:
    """What can be added up over calls.

    Attributes:
        calls: How many.
        scored: Those with an effective total.
        points: Sum of their totals.
        squares: Sum of the squares of their totals.
        fatal: Calls on which a red line stands.
        waiting: Calls with a line that waits for a person.
        known: Calls of which it is known whether the customer ordered.
        ordered: Calls with an order.
    """

    calls: int = 0
    scored: int = 0
    points: float = 0.0
    squares: float = 0.0
    fatal: int = 0
    waiting: int = 0
    known: int = 0
    ordered: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    @property
    def mean(self) -> float:
        """Mean total; 0 without any."""
        return self.points / self.scored if self.scored else 0.0

    @property
    def variance(self) -> float:
        """Sample variance of the totals; 0 with fewer than two."""
        if self.scored < 2:
            return 0.0
        return max(0.0, (self.squares - self.points * self.points / self.scored) / (self.scored - 1))


@dataclass(frozen=True, slots=True)
class Standing:
    """The calls of one agent in one unit.

    Attributes:
        agent: Person, None where nobody is known.
        unit_path: Path of the unit, empty where none is known.
        day: Local day of the calls, or the last of their days; None where none is known.
        tally: Their figures.
    """

    agent: str | None
    unit_path: str
    day: str | None
    tally: Tally


class Mean(Noun):
    """A mean with its interval."""

    n: int
    """Calls it is the mean of."""
    mean: float | None
    """The mean; None out of nothing."""
    low: float | None
    """Lower end of the 95 % interval; None with fewer than two calls."""
    high: float | None
    """Upper end."""


class Board(StrEnum):
    """Where an agent stands against all others."""

    good = "good"
    """Above them beyond chance (红榜)."""
    poor = "poor"
    """Below them beyond chance (黑榜)."""
    middle = "middle"
    """Not to be told apart from them."""
    too_few = "too_few"
    """Fewer scored calls than `ENOUGH`."""


class Placed(Noun):
    """An agent among the others."""

    board: Board
    """Where."""
    best: int | None
    """Best place that the figures allow, from 1; None with too few calls."""
    worst: int | None
    """Worst place that they allow."""
    difference: float | None
    """Own mean − mean of all others; None where either has fewer than two calls."""
    low: float | None
    """Lower end of the difference's interval, widened for the number of agents."""
    high: float | None
    """Upper end."""


def together(tallies: Iterable[Tally]) -> Tally:
    """All of them as one."""
    whole = Tally()
    for one in tallies:
        whole += one
    return whole


def mean_of(tally: Tally) -> Mean:
    """Mean effective total with Student's 95 % interval, kept within 0..100."""
    if not tally.scored:
        return Mean(n=0, mean=None, low=None, high=None)
    if tally.scored < 2:
        return Mean(n=1, mean=tally.mean, low=None, high=None)
    reach = t_quantile(1 - _LEVEL / 2, tally.scored - 1) * sqrt(tally.variance / tally.scored)
    return Mean(
        n=tally.scored,
        mean=tally.mean,
        low=max(0.0, tally.mean - reach),
        high=min(100.0, tally.mean + reach),
    )


def difference_of(own: Tally, others: Tally, *, level: float = _LEVEL) -> tuple[float, float, float] | None:
    """Mean of one side − mean of the other, with Welch's interval; None where a side has fewer than two calls.

    Args:
        own: One side.
        others: The other.
        level: Chance of an interval that misses the true difference.
    """
    if own.scored < 2 or others.scored < 2:
        return None
    centre = own.mean - others.mean
    first, second = own.variance / own.scored, others.variance / others.scored
    both = first + second
    if both <= 0.0:
        return centre, centre, centre
    parts = first**2 / (own.scored - 1) + second**2 / (others.scored - 1)
    freedom = both**2 / parts if parts > 0.0 else min(own.scored, others.scored) - 1
    reach = t_quantile(1 - level / 2, freedom) * sqrt(both)
    return centre, centre - reach, centre + reach


def places(tallies: Mapping[str, Tally]) -> dict[str, Placed]:
    """Everybody among the others: a range of places, and whether they differ at all."""
    ranked = {name: mean_of(one) for name, one in tallies.items() if one.scored >= ENOUGH}
    whole = together(tallies.values())
    found = {}
    for name, own in tallies.items():
        rest = Tally(*(getattr(whole, one.name) - getattr(own, one.name) for one in fields(own)))
        apart = difference_of(own, rest, level=_LEVEL / max(1, len(ranked)))
        if name not in ranked:
            board, best, worst = Board.too_few, None, None
        else:
            board = Board.middle
            if apart is not None and (apart[1] > 0.0 or apart[2] < 0.0):
                board = Board.good if apart[1] > 0.0 else Board.poor
            mine = ranked[name]
            best = 1 + sum(_above(one, mine) for one in ranked.values())
            worst = len(ranked) - sum(_above(mine, one) for one in ranked.values())
        centre, low, high = apart or (None, None, None)
        found[name] = Placed(board=board, best=best, worst=worst, difference=centre, low=low, high=high)
    return found


def _above(one: Mean, other: Mean) -> bool:
    return one.low is not None and other.high is not None and one.low > other.high


def pace_of(finished: Sequence[datetime], now: datetime) -> float | None:
    """Calls finished per minute, from the first of these times until now; None with fewer than five."""
    if len(finished) < 5:
        return None
    minutes = (now - min(finished)) / timedelta(minutes=1)
    return len(finished) / max(minutes, 1 / 60)


Step = Literal["day", "week", "month"]


def period_of(day: str, step: Step) -> tuple[str, str]:
    """First and last local day of the day, week (from Monday) or month that a day lies in."""
    if step == "day":
        return day, day
    on = date.fromisoformat(day)
    if step == "week":
        first = on - timedelta(days=on.weekday())
        return first.isoformat(), (first + timedelta(days=6)).isoformat()
    first = on.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return first.isoformat(), (after - timedelta(days=1)).isoformat()


def trend_of(standings: Iterable[Standing], step: Step) -> list[tuple[str, str, Tally]]:
    """Figures per period, in order; calls without a day are in none, periods without calls are left out."""
    found: dict[tuple[str, str], Tally] = {}
    for one in standings:
        if one.day is not None:
            period = period_of(one.day, step)
            found[period] = found.get(period, Tally()) + one.tally
    return [(first, last, tally) for (first, last), tally in sorted(found.items())]
