"""Coaching, proposals, calibration, handovers: nouns with a state, kept whole."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Table, insert, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from callqa.domain import (
    Answer,
    CalibrationRound,
    Change,
    CoachingNote,
    CoachingTask,
    Handover,
    HandoverState,
    Proposal,
    StoreError,
)
from callqa.store.tables_work import (
    AnswerRow,
    CalibrationRow,
    CoachingNoteRow,
    CoachingRow,
    HandoverRow,
    ProposalRow,
)

_PROPOSALS = cast(Table, ProposalRow.__table__)


class Coaching:
    """Repository of coaching tasks and their histories."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, task: CoachingTask, *notes: CoachingNote) -> None:
        """A new task, or its newer state, with entries for its history."""
        row = self._session.get(CoachingRow, task.id) or CoachingRow(id=task.id, change=None)
        row.agent, row.trainer, row.state = task.agent, task.trainer, task.state.value
        row.due, row.created_at, row.body = task.due, task.created_at, task.model_dump(mode="json")
        self._session.add(row)
        self._session.flush()
        self.note(*notes)

    def note(self, *notes: CoachingNote) -> None:
        """Entries for a history; nothing there is ever changed."""
        if notes:
            self._session.execute(
                insert(CoachingNoteRow),
                [{"task": one.task, "at": one.at, "body": one.model_dump(mode="json")} for one in notes],
            )

    def get(self, task_id: str, *, lock: bool = False) -> CoachingTask | None:
        """One task, or None; locked against other writers until the transaction ends if asked."""
        row = _one(self._session, CoachingRow, task_id, lock=lock)
        return CoachingTask.model_validate(row.body) if row else None

    def notes(self, task_id: str) -> tuple[CoachingNote, ...]:
        """A task's history, oldest first."""
        rows = self._session.scalars(
            select(CoachingNoteRow).where(CoachingNoteRow.task == task_id).order_by(CoachingNoteRow.seq)
        )
        return tuple(CoachingNote.model_validate(row.body) for row in rows)

    def find(
        self,
        *,
        agents: Sequence[str] | None = None,
        trainer: str | None = None,
        states: Sequence[str] | None = None,
    ) -> tuple[CoachingTask, ...]:
        """Tasks that fit everything given, soonest due first."""
        wanted = select(CoachingRow).order_by(CoachingRow.due, CoachingRow.id)
        if agents is not None:
            wanted = wanted.where(CoachingRow.agent.in_(agents))
        if trainer is not None:
            wanted = wanted.where(CoachingRow.trainer == trainer)
        if states is not None:
            wanted = wanted.where(CoachingRow.state.in_([str(one) for one in states]))
        return tuple(CoachingTask.model_validate(row.body) for row in self._session.scalars(wanted))

    def put_change(self, task_id: str, change: Change) -> None:
        """What the follow-up measured, replacing an earlier one."""
        self._session.get_one(CoachingRow, task_id).change = change.model_dump(mode="json")
        self._session.flush()

    def change(self, task_id: str) -> Change | None:
        """What the follow-up measured, None before it."""
        row = self._session.get(CoachingRow, task_id)
        return Change.model_validate(row.change) if row and row.change else None


class Proposals:
    """Repository of proposals."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, proposal: Proposal) -> None:
        """A new proposal, or its newer state."""
        row = self._session.get(ProposalRow, proposal.id) or ProposalRow(id=proposal.id)
        row.kind, row.agent, row.call_id = proposal.kind.value, proposal.agent, proposal.call_id
        row.state, row.at, row.body = proposal.state, proposal.at, proposal.model_dump(mode="json")
        self._session.add(row)
        self._session.flush()

    def add_new(self, proposals: Sequence[Proposal]) -> int:
        """Those that are not known yet; how many were new. Known ones keep their state."""
        postgresql = self._session.get_bind().dialect.name == "postgresql"
        new = (postgresql_insert if postgresql else sqlite_insert)(_PROPOSALS)
        added = 0
        for one in proposals:
            values = {
                "id": one.id,
                "kind": one.kind.value,
                "agent": one.agent,
                "call_id": one.call_id,
                "state": one.state,
                "at": one.at,
                "body": one.model_dump(mode="json"),
            }
            wanted = new.values(**values).on_conflict_do_nothing().returning(_PROPOSALS.c.id)
            added += self._session.scalar(wanted) is not None
        return added

    def get(self, proposal_id: str, *, lock: bool = False) -> Proposal | None:
        """One proposal, or None."""
        row = _one(self._session, ProposalRow, proposal_id, lock=lock)
        return Proposal.model_validate(row.body) if row else None

    def find(
        self, *, agents: Sequence[str] | None = None, state: str | None = None, call_id: str | None = None
    ) -> tuple[Proposal, ...]:
        """Proposals that fit everything given, newest first."""
        wanted = select(_PROPOSALS.c.body).order_by(_PROPOSALS.c.at.desc(), _PROPOSALS.c.id)
        if agents is not None:
            wanted = wanted.where(ProposalRow.agent.in_(agents))
        if call_id is not None:
            wanted = wanted.where(ProposalRow.call_id == call_id)
        elif state is not None:
            wanted = wanted.where(ProposalRow.state == state)
        found = (Proposal.model_validate(body) for body in self._session.scalars(wanted))
        # a call has one or two; asked for both, SQLite would go through all that are open
        return tuple(one for one in found if state in (None, one.state))


class Calibrations:
    """Repository of calibration rounds and answers."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, one: CalibrationRound) -> None:
        """A new round, or its newer state."""
        row = self._session.get(CalibrationRow, one.id) or CalibrationRow(id=one.id)
        row.unit, row.state, row.created_at = one.unit, one.state, one.created_at
        row.body = one.model_dump(mode="json")
        self._session.add(row)
        self._session.flush()

    def get(self, round_id: str, *, lock: bool = False) -> CalibrationRound | None:
        """One round, or None."""
        row = _one(self._session, CalibrationRow, round_id, lock=lock)
        return CalibrationRound.model_validate(row.body) if row else None

    def find(self, *, units: Sequence[str] | None = None) -> tuple[CalibrationRound, ...]:
        """Rounds of some units or all, newest first."""
        wanted = select(CalibrationRow).order_by(CalibrationRow.created_at.desc(), CalibrationRow.id)
        if units is not None:
            wanted = wanted.where(CalibrationRow.unit.in_(units))
        return tuple(CalibrationRound.model_validate(row.body) for row in self._session.scalars(wanted))

    def answer(self, round_id: str, answers: Sequence[Answer]) -> None:
        """A rater's answers; later ones replace earlier ones.

        Raises:
            StoreError: ``calibration.closed`` where the round is closed or unknown.
        """
        found = self.get(round_id, lock=True)
        if found is None or found.state != "open":
            raise StoreError(
                "这一轮校准已经结束，或不存在。", code="calibration.closed", hint="请看一下校准列表。"
            )
        for one in answers:
            self._session.merge(AnswerRow(round=round_id, **one.model_dump()))
        self._session.flush()

    def answers(self, round_id: str, *, rater: str | None = None) -> tuple[Answer, ...]:
        """Answers of a round, of one rater or of all, by call, item and rater."""
        wanted = select(AnswerRow).where(AnswerRow.round == round_id)
        if rater is not None:
            wanted = wanted.where(AnswerRow.rater == rater)
        rows = self._session.scalars(wanted.order_by(AnswerRow.call_id, AnswerRow.item, AnswerRow.rater))
        return tuple(
            Answer(call_id=row.call_id, item=row.item, rater=row.rater, points=row.points, at=row.at)
            for row in rows
        )


class Handovers:
    """Repository of handovers."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, handover: Handover) -> None:
        """A new handover, or its newer state."""
        row = self._session.get(HandoverRow, handover.id) or HandoverRow(id=handover.id)
        row.giver, row.taker, row.state = handover.giver, handover.taker, handover.state.value
        row.first_day, row.last_day = handover.first_day, handover.last_day
        row.body = handover.model_dump(mode="json")
        self._session.add(row)
        self._session.flush()

    def get(self, handover_id: str, *, lock: bool = False) -> Handover | None:
        """One handover, or None."""
        row = _one(self._session, HandoverRow, handover_id, lock=lock)
        return Handover.model_validate(row.body) if row else None

    def find(
        self, *, people: Sequence[str] | None = None, states: Sequence[HandoverState] | None = None
    ) -> tuple[Handover, ...]:
        """Handovers from or to some people or all, in some states or any, newest first."""
        wanted = select(HandoverRow).order_by(HandoverRow.first_day.desc(), HandoverRow.id)
        if people is not None:
            wanted = wanted.where(or_(HandoverRow.giver.in_(people), HandoverRow.taker.in_(people)))
        if states is not None:
            wanted = wanted.where(HandoverRow.state.in_([one.value for one in states]))
        return tuple(Handover.model_validate(row.body) for row in self._session.scalars(wanted))


def _one(session: Session, table: Any, key: str, *, lock: bool) -> Any:
    return session.get(table, key, with_for_update=lock or None, populate_existing=True)
