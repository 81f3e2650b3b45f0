"""The day in figures: totals by unit, the true rate of violation from the sealed share, how far scoring is."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from callqa.api.actor import Actor, Need
from callqa.api.calls import totals_shown
from callqa.api.house import TheHouse
from callqa.api.problems import Refusal, answers
from callqa.api.rights import Right
from callqa.api.wire.report import (
    DayReport,
    ProgressShown,
    RateShown,
    RunShown,
    SealedShown,
    UnitDay,
)
from callqa.api.wire.wire import Day
from callqa.api.work import Read, Route
from callqa.domain import JobState
from callqa.insights.figures import pace_of
from callqa.insights.queries import calls_waiting, finished_since
from callqa.review import DrawnDay, pooled_rate
from callqa.store import UnitOfWork
from callqa.store.assignments import Plan
from callqa.store.runs import RunProgress
from callqa.store.search import CallFilter

router = APIRouter(prefix="/reports", tags=["reports"], route_class=Route)

TheReader = Annotated[Actor, Depends(Need(Right.reports))]
_OF_LATE = timedelta(minutes=30)
_STILL = timedelta(hours=1)
"""A batch that neither began nor finished a call for so long was cut off."""
_LONGEST = timedelta(days=7)


@router.get("/day", responses=answers(404))
def day_report(
    house: TheHouse,
    actor: TheReader,
    work: Read,
    *,
    day: Annotated[Day, Query(description="Local day.")],
    unit: Annotated[str | None, Query(max_length=128, description="Only this unit and below.")] = None,
) -> DayReport:
    """What the day was like within reach."""
    when = _date(day)
    top = None
    if unit is not None:
        top = work.organisation.path_of(unit)
        if top is None or not actor.reaches(top):
            raise Refusal("missing")
    filters = CallFilter(scope=actor.scope, first_day=day, last_day=day, unit=top)
    units = []
    for one in work.organisation.units():
        path = work.organisation.path_of(one.id) or ""
        if (
            not actor.reaches(path)
            or (top is not None and not path.startswith(top))
            or not one.holds_on(when)
        ):
            continue
        found = work.calls.totals(CallFilter(scope=actor.scope, first_day=day, last_day=day, unit=path))
        if found.calls:
            units.append(UnitDay(unit=one.id, title=one.title, path=path, totals=totals_shown(found)))
    house.trace.saw(actor.id, "report.viewed", f"day:{day}")
    return DayReport(
        day=day,
        totals=totals_shown(work.calls.totals(filters)),
        units=tuple(sorted(units, key=lambda one: one.path)),
        sealed=_sealed(actor, work, when, top),
        jobs={state.value: number for state, number in work.jobs.counts().items()},
    )


@router.get("/progress", responses=answers())
def progress_report(house: TheHouse, _actor: TheReader, work: Read) -> ProgressShown:
    """How far the scoring of the whole centre is, and when it should be done."""
    now = house.now()
    batches = work.runs.under_way(since=now - _STILL, begun=now - _LONGEST)
    waiting = calls_waiting(work) + sum(one.left or 0 for one in batches)
    pace = pace_of(finished_since(work, now - _OF_LATE), now)
    return ProgressShown(
        now=now,
        waiting=waiting,
        dead=work.jobs.counts().get(JobState.dead, 0),
        per_minute=None if pace is None else round(pace, 2),
        finish_at=now + timedelta(minutes=waiting / pace) if waiting and pace else None,
        runs=tuple(
            _run(work, one, now)
            for one in [*batches, *(one for one in work.runs.latest(5) if one not in batches)][:5]
        ),
    )


def _run(work: UnitOfWork, one: RunProgress, now: datetime) -> RunShown:
    going, left = one.going(now - _STILL), one.left
    pace = pace_of(work.runs.finished_since(one.run.id, now - _OF_LATE), now) if going and left else None
    return RunShown(
        id=one.run.id,
        kind=one.run.kind,
        started_at=one.run.started_at,
        finished_at=one.run.finished_at,
        planned=one.run.planned,
        done=one.done,
        failed=one.failed,
        left=left if going else None,
        going=going,
        finish_at=now + timedelta(minutes=left / pace) if left and pace else None,
    )


def _date(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError as wrong:
        raise Refusal("request.invalid", "没有这一天。") from wrong


def _sealed(actor: Actor, work: UnitOfWork, day: date, top: str | None) -> SealedShown:
    placed: list[tuple[str, Plan]] = []
    for plan in work.plans.of_days(day, day):
        path = work.organisation.path_of(plan.unit) or ""
        if path and actor.reaches(path) and (top is None or path.startswith(top)):
            placed.append((path, plan))
    drawn, draws = 0, []
    for path, plan in _topmost(placed):
        outcomes = work.plans.sealed(plan.id)
        known = [found for found in outcomes.values() if found is not None]
        frame = work.calls.totals(
            CallFilter(first_day=day.isoformat(), last_day=day.isoformat(), unit=path)
        ).calls
        drawn += len(outcomes)
        draws.append(DrawnDay(frame=max(frame, len(outcomes)), n=len(known), hits=sum(known)))
    rate = pooled_rate(draws)
    return SealedShown(
        plans=len(draws),
        drawn=drawn,
        reviewed=sum(one.n for one in draws),
        rate=RateShown(**rate.model_dump()),
    )


def _topmost(placed: Sequence[tuple[str, Plan]]) -> list[tuple[str, Plan]]:
    """Without plans of units below another plan's: the same call must not count twice."""
    return [
        (path, plan)
        for path, plan in placed
        if not any(path != other and path.startswith(other) for other, _ in placed)
    ]
