"""Daily plans, rebalancing, and the rates that sealed draws yield."""

import secrets
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi import Path as InPath

from callqa.api.actor import Actor, Need
from callqa.api.house import TheHouse
from callqa.api.ledger import open_call, proposals_of
from callqa.api.notices import notify
from callqa.api.paging import whole
from callqa.api.planning import candidate_for, candidates_of, place_of_call, quotas_of, reviewers_of
from callqa.api.problems import Refusal, answers
from callqa.api.rights import Right
from callqa.api.wire import Page
from callqa.api.wire.plan import (
    DayRate,
    MoveShown,
    PlanAsked,
    PlanDetail,
    PlanShown,
    PutIn,
    RatesShown,
    assignment_shown,
)
from callqa.api.wire.wire import NearDay
from callqa.api.work import IDEMPOTENT, Read, Route, Write
from callqa.domain import Assignment, AssignmentState, PlanReason
from callqa.review import (
    DrawnDay,
    Shares,
    assignment_id,
    plan_day,
    pooled_rate,
    rebalance,
    violation_rate,
)
from callqa.store import Plan as StoredPlan
from callqa.store import UnitOfWork

router = APIRouter(tags=["plans"], route_class=Route)

ThePlanner = Annotated[Actor, Depends(Need(Right.plan))]
TheReader = Annotated[Actor, Depends(Need(Right.plan_read))]
PlanId = Annotated[str, InPath(max_length=160, description="`day:unit`.")]
_LONGEST = 366


@router.post("/plans", responses=answers(404, 409), dependencies=[IDEMPOTENT], status_code=201)
def make_plan(house: TheHouse, actor: ThePlanner, work: Write, asked: PlanAsked) -> PlanDetail:
    """Plan a day of a unit: red lines, the sealed draw, quotas, then severity × uncertainty within the minutes."""
    plan_id = f"{asked.day.isoformat()}:{asked.unit}"
    # everything is read before the first write, since a great day takes a while to read and writers wait in line
    with house.read() as reading:
        path = _path(reading, actor, asked.unit)
        known = reading.plans.get(plan_id)
        if known is not None and not asked.replace:
            raise Refusal("conflict", "这一天的计划已经有了；没有人开始时可以重做（replace）。")
        candidates = candidates_of(reading, path, asked.day)
        proposed = proposals_of(house, reading, [summary for summary, _ in candidates])
        people = reviewers_of(reading, path, house.today(), without_plan=plan_id)
        settings = house.settings
        quota = settings.month_quota if asked.month_quota is None else asked.month_quota
        agents = [one.agent for _, one in candidates]
        quotas = quotas_of(house, reading, agents, day=asked.day, target=quota, without_plan=plan_id)
    shares = Shares(
        sealed=settings.sealed_share if asked.sealed is None else asked.sealed,
        double=settings.double_share if asked.double is None else asked.double,
    )
    plan, made = plan_day(
        [one for _, one in candidates],
        day=asked.day,
        unit=asked.unit,
        reviewers=people,
        quotas=quotas,
        shares=shares,
        seed=secrets.randbelow(2**31) if asked.seed is None else asked.seed,
        author=actor.id,
        now=house.now(),
    )
    if known is not None:
        work.plans.remove(plan_id)
    stored_plan = StoredPlan(
        id=plan.id,
        day=plan.day,
        unit=plan.unit,
        seed=plan.seed,
        made_by=plan.created_by,
        made_at=plan.created_at,
        terms={
            "frame": plan.frame,
            "minutes": plan.minutes,
            "notes": list(plan.notes),
            "quota": quota,
            **shares.model_dump(),
        },
    )
    if not work.plans.put(stored_plan, made, sealed=plan.sealed):
        raise Refusal("conflict", "这一天的计划刚被别人做好了。")
    work.proposals.add_new(proposed)
    detail = {"calls": plan.frame, "assignments": len(made), "seed": plan.seed}
    house.trace.did(work, actor.id, "plan.make", f"plan:{plan.id}", detail)
    for person in {one.reviewer for one in made if one.reviewer}:
        number = sum(one.reviewer == person for one in made)
        notify(
            work,
            [person],
            kind="plan.assigned",
            text=f"{asked.day.isoformat()} 的通话有 {number} 通请您复核。",
            subject=f"plan:{plan.id}",
            key=f"{plan.id}:{plan.seed}",
            at=house.now(),
        )
    return _detail(stored_plan, made)


def _path(work: UnitOfWork, actor: Actor, unit: str) -> str:
    """Path of a unit within reach; raises `Refusal` ``missing``."""
    path = work.organisation.path_of(unit)
    if path is None:
        raise Refusal("missing", "没有这个单位，或不在您的范围内。")
    actor.require(path)
    return path


def _detail(plan: StoredPlan, assignments: list[Assignment] | tuple[Assignment, ...]) -> PlanDetail:
    return PlanDetail(
        plan=_shown(plan, assignments),
        assignments=tuple(assignment_shown(one) for one in assignments),
    )


def _shown(plan: StoredPlan, assignments: list[Assignment] | tuple[Assignment, ...]) -> PlanShown:
    states = [one.state for one in assignments]
    return PlanShown(
        id=plan.id,
        day=plan.day,
        unit=plan.unit,
        seed=plan.seed,
        frame=int(plan.terms.get("frame", 0)),
        minutes=float(plan.terms.get("minutes", 0.0)),
        created_by=plan.made_by,
        created_at=plan.made_at,
        notes=tuple(plan.terms.get("notes", ())),
        open=states.count(AssignmentState.open) + states.count(AssignmentState.claimed),
        finished=states.count(AssignmentState.finished),
        skipped=states.count(AssignmentState.skipped),
    )


def check_days(first_day: date, last_day: date) -> None:
    """Raises `Refusal` ``request.invalid`` for days that are in the wrong order or too far apart."""
    if last_day < first_day or last_day - first_day > timedelta(days=_LONGEST):
        raise Refusal("request.invalid", f"日期要从早到晚，最多 {_LONGEST} 天。")


FirstDay = Annotated[NearDay, Query(description="First day, inclusive.")]
LastDay = Annotated[NearDay, Query(description="Last day, inclusive.")]
UnitWanted = Annotated[str | None, Query(max_length=128, description="Only this unit and below.")]


def _plans(
    actor: Actor, work: UnitOfWork, first_day: date, last_day: date, unit: str | None
) -> list[StoredPlan]:
    check_days(first_day, last_day)
    below = None if unit is None else work.organisation.below(unit)
    return [
        plan
        for plan in work.plans.of_days(first_day, last_day)
        if (below is None or plan.unit in below) and actor.reaches(work.organisation.path_of(plan.unit) or "")
    ]


@router.get("/plans", responses=answers())
def plans(
    actor: TheReader, work: Read, first_day: FirstDay, last_day: LastDay, unit: UnitWanted = None
) -> Page[PlanShown]:
    """Plans within reach, newest first."""
    found = _plans(actor, work, first_day, last_day, unit)
    return whole(_shown(plan, work.assignments.of_plan(plan.id)) for plan in found)


def _plan(actor: Actor, work: UnitOfWork, plan: str) -> StoredPlan:
    found: StoredPlan | None = work.plans.get(plan)
    if found is None or not actor.reaches(work.organisation.path_of(found.unit) or ""):
        raise Refusal("missing")
    return found


@router.get("/plans/{plan}", responses=answers(404))
def one_plan(actor: TheReader, work: Read, plan: PlanId) -> PlanDetail:
    """A plan with its assignments; which of them were drawn stays sealed."""
    found = _plan(actor, work, plan)
    return _detail(found, work.assignments.of_plan(found.id))


@router.post(
    "/plans/{plan}/assignments", responses=answers(404, 409), dependencies=[IDEMPOTENT], status_code=201
)
def put_in(house: TheHouse, actor: ThePlanner, work: Write, plan: PlanId, asked: PutIn) -> PlanDetail:
    """Put a call into a plan by hand."""
    found = _plan(actor, work, plan)
    call = open_call(house, work, actor, asked.call)
    path = work.organisation.path_of(found.unit) or ""
    if call.summary.day != found.day.isoformat() or not call.summary.unit_path.startswith(path):
        raise Refusal("conflict", "这通电话不是计划那一天、那个单位的。")
    if any(one.plan == found.id for one in work.assignments.of_call(asked.call)):
        raise Refusal("conflict", "这通电话已经在计划里。")
    candidate = candidate_for(work, call.summary)
    if candidate is None:
        raise Refusal("missing")
    people = reviewers_of(work, path, house.today())
    able = [
        one.id
        for one in sorted(people, key=lambda one: (-one.minutes, one.id))
        if one.may_take(agent=candidate.agent, unit=candidate.unit, language=candidate.language)
    ]
    if asked.reviewer is not None and asked.reviewer not in able:
        raise Refusal("conflict", "这个人不能复核这通电话（范围、语言，或是本人的通话）。")
    reviewer = asked.reviewer or (able[0] if able else None)
    work.assignments.add(
        [
            Assignment(
                id=assignment_id(found.id, asked.call),
                plan=found.id,
                day=found.day,
                unit=found.unit,
                call_id=asked.call,
                reason=PlanReason.asked,
                explanation=asked.reason,
                priority=4.0,
                minutes=round(candidate.minutes, 2),
                reviewer=reviewer,
            )
        ]
    )
    house.trace.did(work, actor.id, "plan.put_in", f"plan:{found.id}", {"call": asked.call})
    return _detail(found, work.assignments.of_plan(found.id))


@router.post("/plans/{plan}/rebalance", responses=answers(404), dependencies=[IDEMPOTENT])
def rebalance_plan(house: TheHouse, actor: ThePlanner, work: Write, plan: PlanId) -> Page[MoveShown]:
    """Give what lies with nobody, with people who are not there, or beyond somebody's minutes, to others."""
    found = _plan(actor, work, plan)
    assignments = work.assignments.of_plan(found.id)
    places = {
        one.call_id: place_of_call(summary)
        for one in assignments
        if (summary := work.calls.summary(one.call_id)) is not None
    }
    people = reviewers_of(
        work, work.organisation.path_of(found.unit) or "", house.today(), without_plan=found.id
    )
    moved = rebalance(assignments, reviewers=people, places=places)
    for taker in {move.taker for move in moved}:
        some = [move.assignment for move in moved if move.taker == taker]
        work.assignments.move(some, taker)
        notify(
            work,
            [taker],
            kind="plan.assigned",
            text=f"{found.day.isoformat()} 的计划重新分配，{len(some)} 通转给您复核。",
            subject=f"plan:{found.id}",
            key=f"{found.id}:{secrets.token_hex(6)}",
            at=house.now(),
        )
    house.trace.did(work, actor.id, "plan.rebalance", f"plan:{found.id}", {"moved": len(moved)})
    return whole(MoveShown(**move.model_dump()) for move in moved)


@router.get("/rates", responses=answers())
def rates(
    actor: TheReader, work: Read, first_day: FirstDay, last_day: LastDay, unit: UnitWanted = None
) -> RatesShown:
    """True rates of violation with intervals, from the sealed random draws alone."""
    days = [_rate(work, plan) for plan in _plans(actor, work, first_day, last_day, unit)]
    inside = {day.plan for day in days for other in days if _inside(work, day, other)}
    drawn = [
        DrawnDay(frame=day.calls, n=int(day.rate.n), hits=int(day.rate.hits))
        for day in days
        if day.plan not in inside
    ]
    return RatesShown(days=tuple(days), together=pooled_rate(drawn))


def _inside(work: UnitOfWork, day: DayRate, other: DayRate) -> bool:
    """Whether another plan of the same day covers this one's unit; its calls must not count twice."""
    if day.day != other.day or day.unit == other.unit:
        return False
    return day.unit in work.organisation.below(other.unit)


def _rate(work: UnitOfWork, plan: StoredPlan) -> DayRate:
    sealed = work.plans.sealed(plan.id)
    return DayRate(
        plan=plan.id,
        day=plan.day,
        unit=plan.unit,
        calls=int(plan.terms.get("frame", 0)),
        drawn=len(sealed),
        rate=violation_rate(tuple(sealed), sealed),
    )
