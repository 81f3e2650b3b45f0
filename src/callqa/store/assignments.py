"""Plans of what to review, and the queue that people take from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Row, Table, and_, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from callqa.domain import Assignment, AssignmentState, PlanReason, StoreError
from callqa.store.tables_work import AssignmentRow, PlanRow, SealedRow

_OPEN = AssignmentState.open.value
_CLAIMED = AssignmentState.claimed.value
_ROW = cast(Table, AssignmentRow.__table__)
"""Plain columns: objects of the session cost more than the question, and this is asked with every call shown."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be reviewed of a unit's day.

    Attributes:
        id: ``day:unit``.
        day: The day whose calls are reviewed.
        unit: The unit.
        seed: Of the draw.
        made_by: Who asked for it.
        made_at: When.
        terms: Quotas, shares, minutes: whatever the draw was made with.
    """

    id: str
    day: date
    unit: str
    seed: int
    made_by: str
    made_at: datetime
    terms: dict[str, Any] = field(default_factory=dict)


class Plans:
    """Repository of plans."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, plan: Plan, assignments: Sequence[Assignment], *, sealed: Sequence[str] = ()) -> bool:
        """Keep a plan with its assignments; False where the plan exists already, and stays as it is.

        A call drawn for the sealed share is noted in `sealed`, whatever reviewers are shown.

        Args:
            plan: The plan.
            assignments: Its assignments; those with the reason ``sealed`` were drawn.
            sealed: All calls that were drawn, those among them that are in the plan for another reason too.
        """
        row = PlanRow(**{name: getattr(plan, name) for name in plan.__slots__})
        if self._session.get(PlanRow, plan.id) is not None:
            return False
        self._session.add(row)
        self._session.flush()
        Assignments(self._session).add(assignments)
        noted = {one.call_id for one in assignments if one.reason is PlanReason.sealed}
        more = sorted(set(sealed) - noted)
        if more:
            self._session.execute(
                insert(SealedRow),
                [{"plan": plan.id, "call_id": call_id, "violated": None, "at": None} for call_id in more],
            )
        return True

    def get(self, plan_id: str) -> Plan | None:
        """One plan, or None."""
        row = self._session.get(PlanRow, plan_id)
        return _plan(row) if row else None

    def of_days(self, first: date, last: date, *, units: Sequence[str] | None = None) -> tuple[Plan, ...]:
        """Plans of days (inclusive), of some units or all, newest first."""
        wanted = select(PlanRow).where(PlanRow.day >= first, PlanRow.day <= last)
        if units is not None:
            wanted = wanted.where(PlanRow.unit.in_(units))
        rows = self._session.scalars(wanted.order_by(PlanRow.day.desc(), PlanRow.unit))
        return tuple(_plan(row) for row in rows)

    def sealed(self, plan_id: str) -> dict[str, bool | None]:
        """Calls of the sealed share → whether a violation was found; None = not reviewed yet."""
        rows = self._session.execute(
            select(SealedRow.call_id, SealedRow.violated)
            .where(SealedRow.plan == plan_id)
            .order_by(SealedRow.call_id)
        )
        return {row.call_id: row.violated for row in rows}

    def open_seal(self, plan_id: str, call_id: str, *, violated: bool | None, at: datetime) -> bool:
        """Note what the review of a sealed call found; False where the call is not in the plan's sealed share.

        None: the review was taken back.
        """
        found = self._session.scalar(
            update(SealedRow)
            .where(SealedRow.plan == plan_id, SealedRow.call_id == call_id)
            .values(violated=violated, at=at)
            .returning(SealedRow.call_id)
        )
        return found is not None

    def remove(self, plan_id: str) -> None:
        """Take a plan away of which nothing has been reviewed yet.

        Raises:
            StoreError: ``plan.begun`` where somebody has claimed, finished or skipped something.
        """
        begun = self._session.scalar(
            select(AssignmentRow.id)
            .where(AssignmentRow.plan == plan_id, AssignmentRow.state != _OPEN)
            .limit(1)
        )
        if begun is not None:
            raise StoreError(
                "这个计划已经有人开始复核。", code="plan.begun", hint="请改用“重新分配”，不要重做计划。"
            )
        for table in (AssignmentRow, SealedRow):
            self._session.execute(delete(table).where(table.plan == plan_id))
        self._session.execute(delete(PlanRow).where(PlanRow.id == plan_id))


class Assignments:
    """Repository of assignments; a claim is one statement, so that two people never get the same one."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, assignments: Sequence[Assignment]) -> None:
        """New assignments of plans that exist."""
        if not assignments:
            return
        self._session.execute(insert(AssignmentRow), [_values(one) for one in assignments])
        sealed = [one for one in assignments if one.reason is PlanReason.sealed]
        drawn = {(one.plan, one.call_id) for one in sealed}
        if drawn:
            self._session.execute(
                insert(SealedRow),
                [
                    {"plan": plan, "call_id": call_id, "violated": None, "at": None}
                    for plan, call_id in sorted(drawn)
                ],
            )

    def get(self, assignment_id: str) -> Assignment | None:
        """One assignment, or None."""
        row = self._session.get(AssignmentRow, assignment_id, populate_existing=True)
        return _assignment(row) if row else None

    def of_plan(self, plan_id: str) -> tuple[Assignment, ...]:
        """All of a plan, greatest priority first."""
        return self._all(select(_ROW).where(_ROW.c.plan == plan_id))

    def of_call(self, call_id: str) -> tuple[Assignment, ...]:
        """All of a call."""
        return self._all(select(_ROW).where(_ROW.c.call_id == call_id))

    def blind(self, person: str) -> frozenset[str]:
        """Calls of which this person has an unfinished blind review."""
        wanted = select(_ROW.c.call_id).where(
            _ROW.c.reviewer == person, _ROW.c.state.in_((_OPEN, _CLAIMED)), _ROW.c.blind
        )
        return frozenset(self._session.scalars(wanted))

    def mine(
        self,
        person: str,
        *,
        states: Sequence[AssignmentState] = (AssignmentState.open, AssignmentState.claimed),
    ) -> tuple[Assignment, ...]:
        """A person's assignments in these states, greatest priority first."""
        return self._all(
            select(_ROW).where(_ROW.c.reviewer == person, _ROW.c.state.in_([one.value for one in states]))
        )

    def load(self, people: Sequence[str]) -> dict[str, float]:
        """Minutes that wait for each of these people."""
        rows = self._session.execute(
            select(AssignmentRow.reviewer, func.sum(AssignmentRow.minutes))
            .where(AssignmentRow.reviewer.in_(people), AssignmentRow.state.in_((_OPEN, _CLAIMED)))
            .group_by(AssignmentRow.reviewer)
        )
        return dict.fromkeys(people, 0.0) | {str(person): float(minutes) for person, minutes in rows}

    def counts(
        self, agents: Mapping[str, str], *, first: date, last: date, without_plan: str | None = None
    ) -> dict[str, int]:
        """How many calls of each agent were finished or wait, over days (inclusive).

        Args:
            agents: Call id → agent is read from the index; this maps agents of interest to themselves or a group.
            first: First day of the calls.
            last: Last day of the calls.
            without_plan: Assignments of this plan do not count.
        """
        from callqa.store.tables_index import CallIndexRow

        wanted = (
            select(CallIndexRow.agent, func.count(AssignmentRow.call_id.distinct()))
            .join(CallIndexRow, CallIndexRow.call_id == AssignmentRow.call_id)
            .where(
                AssignmentRow.day >= first,
                AssignmentRow.day <= last,
                AssignmentRow.state != AssignmentState.skipped.value,
                CallIndexRow.agent.in_(list(agents)),
            )
            .group_by(CallIndexRow.agent)
        )
        if without_plan is not None:
            wanted = wanted.where(AssignmentRow.plan != without_plan)
        rows = self._session.execute(wanted)
        found = dict.fromkeys(agents.values(), 0)
        for agent, number in rows:
            found[agents[str(agent)]] += int(number)
        return found

    def claim(self, assignment_id: str, person: str, *, lease_until: datetime, now: datetime) -> bool:
        """Take an assignment, or take it again before the lease ends; False where somebody else holds it.

        One that waits for nobody, or whose holder's lease ran out, may be claimed by anybody who is allowed to;
        the API decides who is. It then belongs to the person who claimed it.
        """
        return self._change(
            assignment_id,
            or_(
                AssignmentRow.state == _OPEN,
                and_(AssignmentRow.state == _CLAIMED, AssignmentRow.lease <= now),
                and_(AssignmentRow.state == _CLAIMED, AssignmentRow.reviewer == person),
            ),
            state=_CLAIMED,
            reviewer=person,
            lease=lease_until,
        )

    def release(self, assignment_id: str, person: str) -> bool:
        """Give a claimed one back; False where the person does not hold it."""
        return self._change(assignment_id, _held(person), state=_OPEN, lease=None)

    def skip(self, assignment_id: str, person: str, *, reason: str, now: datetime) -> bool:
        """Set one aside with a reason; False where somebody else holds it, or it is closed."""
        return self._change(
            assignment_id,
            or_(_held(person), and_(AssignmentRow.state == _OPEN, AssignmentRow.reviewer == person)),
            state=AssignmentState.skipped.value,
            skip_reason=reason,
            lease=None,
            finished_at=now,
        )

    def finish(self, assignment_id: str, person: str, *, now: datetime) -> bool:
        """Close one as reviewed; False where the person neither holds it nor was given it, or it is closed."""
        return self._change(
            assignment_id,
            or_(_held(person), and_(AssignmentRow.state == _OPEN, AssignmentRow.reviewer == person)),
            state=AssignmentState.finished.value,
            lease=None,
            finished_at=now,
        )

    def move(self, ids: Sequence[str], to: str | None) -> int:
        """Give open and claimed ones to somebody else (to nobody: None); how many moved."""
        moved = self._session.scalars(
            update(AssignmentRow)
            .where(AssignmentRow.id.in_(ids), AssignmentRow.state.in_((_OPEN, _CLAIMED)))
            .values(reviewer=to, state=_OPEN, lease=None)
            .returning(AssignmentRow.id)
            .execution_options(synchronize_session=False)
        )
        return len(list(moved))

    def expire(self, *, now: datetime) -> int:
        """Open all claims whose lease ran out; how many."""
        expired = self._session.scalars(
            update(AssignmentRow)
            .where(AssignmentRow.state == _CLAIMED, AssignmentRow.lease <= now)
            .values(state=_OPEN, lease=None)
            .returning(AssignmentRow.id)
            .execution_options(synchronize_session=False)
        )
        return len(list(expired))

    def _change(self, assignment_id: str, allowed: Any, **values: object) -> bool:
        found = self._session.scalar(
            update(AssignmentRow)
            .where(AssignmentRow.id == assignment_id, allowed)
            .values(**values)
            .returning(AssignmentRow.id)
            .execution_options(synchronize_session=False)
        )
        return found is not None

    def _all(self, wanted: Any) -> tuple[Assignment, ...]:
        rows = self._session.execute(wanted.order_by(_ROW.c.priority.desc(), _ROW.c.id))
        return tuple(_assignment(row) for row in rows)


def _held(person: str) -> Any:
    return and_(AssignmentRow.state == _CLAIMED, AssignmentRow.reviewer == person)


def _values(one: Assignment) -> dict[str, Any]:
    return one.model_dump() | {"reason": one.reason.value, "state": one.state.value}


def _assignment(row: AssignmentRow | Row[Any]) -> Assignment:
    return Assignment.model_validate({name: getattr(row, name) for name in Assignment.model_fields})


def _plan(row: PlanRow) -> Plan:
    return Plan(
        id=row.id,
        day=row.day,
        unit=row.unit,
        seed=row.seed,
        made_by=row.made_by,
        made_at=row.made_at,
        terms=dict(row.terms),
    )
