"""Working days and terms of appeals, as the settings say."""

import json
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from callqa.domain import ReviewError
from callqa.review import Terms, WorkCalendar
from callqa.settings import Settings


def terms_of(settings: Settings) -> Terms:
    """How many working days everybody has."""
    return Terms(
        window=settings.appeal_window,
        leader=settings.appeal_leader,
        director=settings.appeal_director,
        final=settings.appeal_final,
    )


def calendar_of(settings: Settings) -> WorkCalendar:
    """The centre's working days.

    Raises:
        ReviewError: ``calendar.file`` where the file cannot be read.
    """
    return _read(settings.calendar, settings.zone)


@lru_cache(maxsize=8)
def _read(file: Path | None, zone: str) -> WorkCalendar:
    if file is None:
        return WorkCalendar(zone=zone)
    try:
        days = json.loads(file.read_text("utf-8-sig"))
        return WorkCalendar.model_validate({"zone": zone, **days})
    except (OSError, ValueError, TypeError, ValidationError) as wrong:
        raise ReviewError(
            f"工作日历 {file} 读不了。",
            code="calendar.file",
            hint="请写成 JSON：holidays 和 make_up 各是一列 2026-10-01 这样的日期。",
        ) from wrong
