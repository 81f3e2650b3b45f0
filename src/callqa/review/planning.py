"""The day's plan of a unit: what to review, why, and by whom. The same calls, people and seed give the same plan."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from hashlib import sha256
from math import ceil
from typing import Annotated

from pydantic import Field

from callqa.domain import Assignment, Noun, Plan, PlanReason
from callqa.review.assigning import Desk, Reviewer
from callqa.review.drawing import sealed_draw, shuffled
from callqa.review.risk import Candidate

_ORDER = {
    PlanReason.red_line: 5.0,
    PlanReason.sealed: 3.0,
    PlanReason.quota: 3.0,
    PlanReason.uncertain: 1.0,
    PlanReason.double: 2.0,
}
"""Priority begins here; a sealed call must look like a quota call."""
REASONS = {
    PlanReason.red_line: "红线",
    PlanReason.uncertain: "拿不准",
    PlanReason.quota: "抽查配额",
    PlanReason.sealed: "密封随机样本",
    PlanReason.double: "双人盲评",
    PlanReason.asked: "指定",
}
"""As people call them."""


class Shares(Noun):
    """How a day is divided."""

    sealed: Annotated[float, Field(ge=0.0, le=1.0)] = 0.05
    """Share of the day's calls that is drawn at random for the true rate."""
    double: Annotated[float, Field(ge=0.0, le=1.0)] = 0.05
    """Share of the planned calls that a second person reviews, blind."""


def quota_today(*, target: int, done: int, days_left: int) -> int:
    """Calls of an agent still to be reviewed today, so that the month's target is reached without a rush.

    ``⌈(target − done) ÷ working days left⌉``, never below 0.
    """
    return max(0, ceil((target - done) / max(1, days_left)))


def assignment_id(plan: str, call: str, *, second: bool = False) -> str:
    """Id of an assignment: the same for the same plan and call, fit for an address whatever the call is called."""
    text = f"{plan}\x00{call}\x00{'second' if second else 'first'}"
    return sha256(text.encode()).hexdigest()[:32]


def plan_day(
    candidates: Iterable[Candidate],
    *,
    day: date,
    unit: str,
    reviewers: Iterable[Reviewer],
    quotas: Mapping[str, int],
    shares: Shares,
    seed: int,
    author: str,
    now: datetime,
) -> tuple[Plan, list[Assignment]]:
    """Plan one day of one unit.

    In this order, while reviewers have room: every red line; the sealed random draw; each agent's quota, drawn at
    random among the agent's calls; then the calls with the greatest risk per minute. Red lines and the sealed draw
    are in the plan even when nobody has room: such an assignment has no reviewer. A share of the assigned calls is
    given to a second reviewer; both are blind.

    Args:
        candidates: The unit's calls of the day.
        day: The day.
        unit: The unit.
        reviewers: Who is there, with their room.
        quotas: Agent → calls still needed today; red lines and sealed calls count towards it.
        shares: Sealed and double share.
        seed: Of every random choice.
        author: Who asked.
        now: When.

    Returns:
        The plan, and its assignments, the most urgent first.
    """
    calls = {one.call_id: one for one in candidates}
    people = sorted(reviewers, key=lambda one: one.id)
    desk = Desk(people)
    sealed = sealed_draw(calls, seed=seed, share=shares.sealed)
    making = _Making(day=day, unit=unit, desk=desk, sealed=frozenset(sealed))
    ordered = sorted(calls.values(), key=lambda one: (-one.risk, one.call_id))
    for one in ordered:
        if one.red_lines:
            names = "、".join(one.red_lines)
            making.add(one, PlanReason.red_line, f"触碰红线：{names}。", weight=one.risk, always=True)
    for name in sealed:
        making.add(calls[name], PlanReason.sealed, _spot_check(calls[name]), always=True)
    _quotas(making, calls, quotas, seed)
    for one in sorted(calls.values(), key=lambda one: (-one.risk / one.minutes, one.call_id)):
        if one.risk > 0:
            told = (
                f"风险 {one.risk:.2f}：{'；'.join(one.doubts)}。" if one.doubts else f"风险 {one.risk:.2f}。"
            )
            making.add(one, PlanReason.uncertain, told, weight=one.risk)
    _double(making, calls, shares.double, seed)
    made = sorted(making.assignments.values(), key=lambda one: (-one.priority, one.id))
    plan = Plan(
        id=f"{day.isoformat()}:{unit}",
        day=day,
        unit=unit,
        seed=seed,
        frame=len(calls),
        sealed=sealed,
        minutes=sum(max(0.0, one.minutes) for one in people),
        created_by=author,
        created_at=now,
        notes=_notes(made, frame=len(calls), left=desk.left),
    )
    return plan, made


class _Making:
    """A plan while it is made; a call gets into it once."""

    def __init__(self, *, day: date, unit: str, desk: Desk, sealed: frozenset[str]) -> None:
        self.day, self.unit, self.desk, self.sealed = day, unit, desk, sealed
        self.assignments: dict[str, Assignment] = {}

    def add(
        self,
        call: Candidate,
        reason: PlanReason,
        told: str,
        *,
        weight: float = 0.0,
        always: bool = False,
    ) -> bool:
        """Put a call in; False where it is there already or nobody has room (and it need not be there)."""
        if call.call_id in self.assignments:
            return False
        reviewer = self.desk.take(call.minutes, agent=call.agent, unit=call.unit, language=call.language)
        if reviewer is None and not always:
            return False
        self.assignments[call.call_id] = Assignment(
            id=assignment_id(f"{self.day.isoformat()}:{self.unit}", call.call_id),
            plan=f"{self.day.isoformat()}:{self.unit}",
            day=self.day,
            unit=self.unit,
            call_id=call.call_id,
            reason=reason,
            explanation=told,
            priority=round(_ORDER[reason] + min(weight, 0.99), 4),
            minutes=round(call.minutes, 2),
            reviewer=reviewer,
        )
        return True


def _spot_check(call: Candidate) -> str:
    # one wording for quota and sealed draw, so that a reviewer cannot tell them apart
    return f"坐席 {call.agent or '（未知）'} 的抽查。"


def _quotas(making: _Making, calls: Mapping[str, Candidate], quotas: Mapping[str, int], seed: int) -> None:
    planned: dict[str, int] = {}
    for name in making.assignments:
        planned[calls[name].agent] = planned.get(calls[name].agent, 0) + 1
    for name in shuffled(calls, seed=seed, purpose="quota"):
        agent = calls[name].agent
        if planned.get(agent, 0) < quotas.get(agent, 0) and making.add(
            calls[name], PlanReason.quota, _spot_check(calls[name])
        ):
            planned[agent] = planned.get(agent, 0) + 1


def _double(making: _Making, calls: Mapping[str, Candidate], share: float, seed: int) -> None:
    """A second reviewer for a random share; drawn from all planned calls so that it stands for them."""
    first = {name: one for name, one in making.assignments.items() if one.reviewer is not None}
    wanted = ceil(share * len(first) - 1e-9)
    for name in shuffled(first, seed=seed, purpose="double"):
        if wanted <= 0:
            return
        call, one = calls[name], first[name]
        second = making.desk.take(
            call.minutes,
            agent=call.agent,
            unit=call.unit,
            language=call.language,
            without={one.reviewer or ""},
        )
        if second is None:
            continue
        wanted -= 1
        making.assignments[name] = one.replace(blind=True)
        making.assignments[f"{name}:double"] = one.replace(
            id=assignment_id(one.plan, name, second=True),
            reason=PlanReason.double,
            # the second reviewer must not learn that there is a first
            explanation=_spot_check(call),
            priority=_ORDER[PlanReason.double],
            reviewer=second,
            blind=True,
        )


def _notes(made: list[Assignment], *, frame: int, left: float) -> tuple[str, ...]:
    counts: dict[PlanReason, int] = {}
    for one in made:
        counts[one.reason] = counts.get(one.reason, 0) + 1
    told = "、".join(f"{REASONS[reason]} {count}" for reason, count in sorted(counts.items()))
    nobody = sum(one.reviewer is None for one in made)
    notes = [f"当日 {frame} 通，安排 {len(made)} 项：{told or '无'}。", f"剩余复核时间 {left:.0f} 分钟。"]
    if nobody:
        notes.append(f"有 {nobody} 项没有人有空（或语言、权限不合），请加人或重新分配。")
    return tuple(notes)
