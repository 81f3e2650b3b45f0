"""Working days: deadlines are counted in them, and Chinese holidays move weekends about."""

from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from callqa.domain import AppealLevel, Noun, ReviewError

_SATURDAY = 5
_FURTHEST = 400
"""Days looked ahead; a calendar without a working day in them is a mistake in the data."""


class WorkCalendar(Noun):
    """Which days are worked; holidays and make-up days are the centre's data, by default only weekends are free."""

    zone: str = "Asia/Shanghai"
    """Zone whose days are counted."""
    holidays: frozenset[date] = frozenset()
    """Weekdays that are free (法定节假日)."""
    make_up: frozenset[date] = frozenset()
    """Saturdays and Sundays that are worked (调休上班)."""

    def works_on(self, day: date) -> bool:
        """Whether a day is worked; a day named both as holiday and as make-up day is worked."""
        return day in self.make_up or (day.weekday() < _SATURDAY and day not in self.holidays)

    def local_day(self, at: datetime) -> date:
        """The centre's date of a moment."""
        return at.astimezone(ZoneInfo(self.zone)).date()

    def deadline(self, at: datetime, *, days: int) -> datetime:
        """The end (midnight) of the ``days``-th working day after the day of ``at``, in the centre's zone.

        The day of ``at`` itself does not count, so an appeal filed on Friday evening has as long as one of Friday
        morning.

        Raises:
            ReviewError: ``calendar.empty`` where the calendar has too few working days.
        """
        day = self.local_day(at)
        left = days
        for _ in range(_FURTHEST):
            if left <= 0:
                return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(self.zone))
            day += timedelta(days=1)
            left -= self.works_on(day)
        raise ReviewError(
            f"工作日历在 {_FURTHEST} 天里凑不够 {days} 个工作日。",
            code="calendar.empty",
            hint="请检查日历里的节假日。",
        )

    def left_in_month(self, day: date) -> int:
        """Working days from ``day`` to the end of its month, ``day`` included; at least 1."""
        found = 0
        current = day
        while current.month == day.month:
            found += self.works_on(current)
            current += timedelta(days=1)
        return max(1, found)


class Terms(Noun):
    """How many working days everybody has."""

    window: Annotated[int, Field(ge=0, le=60)] = 5
    """The agent's, from the day the score was last changed, to appeal; and from a ruling, to go further."""
    leader: Annotated[int, Field(ge=0, le=60)] = 2
    """小组长's, to rule."""
    director: Annotated[int, Field(ge=0, le=60)] = 3
    """主管's."""
    final: Annotated[int, Field(ge=0, le=60)] = 5
    """For the last word."""

    def of(self, level: AppealLevel) -> int:
        """Working days to rule at a level."""
        return {
            AppealLevel.leader: self.leader,
            AppealLevel.director: self.director,
            AppealLevel.final: self.final,
        }[level]
