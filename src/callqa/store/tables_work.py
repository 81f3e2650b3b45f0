"""People's work and what machines take: plans, coaching, proposals, calibration, handovers, collections, jobs, hooks.

A noun with a state machine lies whole in ``body``; the columns beside it are copies to search by.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, Float, ForeignKey, Index, Integer, LargeBinary, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from callqa.store.columns import Document, Sequence, UtcTime
from callqa.store.tables import Table

_Id = String(128)
_PlanId = String(160)
_Key = String(64)
_State = String(16)


class PlanRow(Table):
    """What is to be reviewed of a unit's day, and how the draw was made."""

    __tablename__ = "plans"
    id: Mapped[str] = mapped_column(_PlanId, primary_key=True)
    day: Mapped[date] = mapped_column(Date, index=True)
    unit: Mapped[str] = mapped_column(_Id, index=True)
    seed: Mapped[int] = mapped_column(Integer)
    made_by: Mapped[str] = mapped_column(_Id)
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    terms: Mapped[dict[str, Any]] = mapped_column(Document)


class AssignmentRow(Table):
    """One call for one reviewer."""

    __tablename__ = "assignments"
    id: Mapped[str] = mapped_column(_PlanId, primary_key=True)
    plan: Mapped[str] = mapped_column(ForeignKey("plans.id"), index=True)
    day: Mapped[date] = mapped_column(Date)
    unit: Mapped[str] = mapped_column(_Id)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    reason: Mapped[str] = mapped_column(String(16))
    explanation: Mapped[str] = mapped_column(Text)
    priority: Mapped[float] = mapped_column(Float)
    minutes: Mapped[float] = mapped_column(Float)
    reviewer: Mapped[str | None] = mapped_column(_Id)
    blind: Mapped[bool] = mapped_column(Boolean)
    state: Mapped[str] = mapped_column(_State)
    lease: Mapped[datetime | None] = mapped_column(UtcTime)
    skip_reason: Mapped[str] = mapped_column(Text)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)
    __table_args__ = (Index("ix_assignments_reviewer_state_priority", "reviewer", "state", "priority"),)


class SealedRow(Table):
    """A call of the sealed random share, and whether a violation was found in it."""

    __tablename__ = "sealed_draws"
    plan: Mapped[str] = mapped_column(ForeignKey("plans.id"), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    violated: Mapped[bool | None] = mapped_column(Boolean)
    at: Mapped[datetime | None] = mapped_column(UtcTime)


class CoachingRow(Table):
    """A coaching task."""

    __tablename__ = "coaching_tasks"
    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    agent: Mapped[str] = mapped_column(_Id, index=True)
    trainer: Mapped[str] = mapped_column(_Id, index=True)
    state: Mapped[str] = mapped_column(_State, index=True)
    due: Mapped[date] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    body: Mapped[dict[str, Any]] = mapped_column(Document)
    change: Mapped[dict[str, Any] | None] = mapped_column(Document)


class CoachingNoteRow(Table):
    """An entry in a task's history; append-only."""

    __tablename__ = "coaching_notes"
    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    task: Mapped[str] = mapped_column(ForeignKey("coaching_tasks.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    body: Mapped[dict[str, Any]] = mapped_column(Document)


class ProposalRow(Table):
    """What a grade band proposes."""

    __tablename__ = "proposals"
    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    kind: Mapped[str] = mapped_column(_State)
    agent: Mapped[str] = mapped_column(_Id, index=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    state: Mapped[str] = mapped_column(_State, index=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    body: Mapped[dict[str, Any]] = mapped_column(Document)


class CalibrationRow(Table):
    """A calibration round."""

    __tablename__ = "calibrations"
    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    unit: Mapped[str] = mapped_column(_Id, index=True)
    state: Mapped[str] = mapped_column(_State)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    body: Mapped[dict[str, Any]] = mapped_column(Document)


class AnswerRow(Table):
    """One rater's answer; a later one replaces it while the round is open."""

    __tablename__ = "calibration_answers"
    round: Mapped[str] = mapped_column(ForeignKey("calibrations.id"), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    item: Mapped[str] = mapped_column(_Id, primary_key=True)
    rater: Mapped[str] = mapped_column(_Id, primary_key=True)
    points: Mapped[float | None] = mapped_column(Float)
    at: Mapped[datetime] = mapped_column(UtcTime)


class HandoverRow(Table):
    """A handover."""

    __tablename__ = "handovers"
    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    giver: Mapped[str] = mapped_column(_Id, index=True)
    taker: Mapped[str] = mapped_column(_Id, index=True)
    state: Mapped[str] = mapped_column(_State)
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    body: Mapped[dict[str, Any]] = mapped_column(Document)


class CollectionRow(Table):
    """The cover of a collection of calls."""

    __tablename__ = "collections"
    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(_Id)
    created_by: Mapped[str] = mapped_column(_Id)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    archived: Mapped[bool] = mapped_column(Boolean)
    shared: Mapped[bool] = mapped_column(Boolean, server_default=false())
    version: Mapped[int] = mapped_column(Integer)


class CollectionItemRow(Table):
    """One call in a collection; with a start and an end, a stretch of it."""

    __tablename__ = "collection_items"
    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    id: Mapped[str] = mapped_column(_Id, unique=True)
    collection: Mapped[str] = mapped_column(ForeignKey("collections.id"), index=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    start: Mapped[int | None] = mapped_column(Integer)
    end: Mapped[int | None] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(Text)
    added_by: Mapped[str] = mapped_column(_Id)
    added_at: Mapped[datetime] = mapped_column(UtcTime)


class JobRow(Table):
    """Work for ``callqa worker``."""

    __tablename__ = "jobs"
    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    id: Mapped[str] = mapped_column(_Id, unique=True)
    kind: Mapped[str] = mapped_column(_State)
    created_by: Mapped[str] = mapped_column(_Id, index=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    facts: Mapped[dict[str, Any] | None] = mapped_column(Document)
    path: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(_Key)
    calls: Mapped[list[str]] = mapped_column(Document)
    state: Mapped[str] = mapped_column(_State)
    done: Mapped[int] = mapped_column(Integer)
    failed: Mapped[int] = mapped_column(Integer)
    attempts: Mapped[int] = mapped_column(Integer)
    not_before: Mapped[datetime | None] = mapped_column(UtcTime)
    worker: Mapped[str | None] = mapped_column(_Id)
    lease: Mapped[datetime | None] = mapped_column(UtcTime)
    run: Mapped[str | None] = mapped_column(_Id)
    code: Mapped[str] = mapped_column(_Id)
    message: Mapped[str] = mapped_column(Text)
    __table_args__ = (Index("ix_jobs_state_seq", "state", "seq"),)


class HookRow(Table):
    """Somebody to be told by HTTP; the secret signs what is sent and cannot be a hash for that reason."""

    __tablename__ = "hooks"
    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    secret: Mapped[str] = mapped_column(Text)
    events: Mapped[list[str]] = mapped_column(Document)
    created_by: Mapped[str] = mapped_column(_Id)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    active: Mapped[bool] = mapped_column(Boolean)


class DeliveryRow(Table):
    """One message to one hook."""

    __tablename__ = "deliveries"
    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    id: Mapped[str] = mapped_column(_Id, unique=True)
    hook: Mapped[str] = mapped_column(ForeignKey("hooks.id"), index=True)
    event: Mapped[str] = mapped_column(String(32))
    body: Mapped[dict[str, Any]] = mapped_column(Document)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    state: Mapped[str] = mapped_column(_State)
    attempts: Mapped[int] = mapped_column(Integer)
    not_before: Mapped[datetime | None] = mapped_column(UtcTime)
    worker: Mapped[str | None] = mapped_column(_Id)
    lease: Mapped[datetime | None] = mapped_column(UtcTime)
    status: Mapped[int | None] = mapped_column(Integer)
    message: Mapped[str] = mapped_column(Text)
    __table_args__ = (Index("ix_deliveries_state_seq", "state", "seq"),)


class IdempotencyRow(Table):
    """What a POST under this key was answered, so that asking again does nothing again."""

    __tablename__ = "idempotency"
    key: Mapped[str] = mapped_column(_Id, primary_key=True)
    route: Mapped[str] = mapped_column(_Id, primary_key=True)
    person: Mapped[str] = mapped_column(_Id, primary_key=True)
    request: Mapped[str] = mapped_column(_Key)
    status: Mapped[int | None] = mapped_column(Integer)
    headers: Mapped[dict[str, str]] = mapped_column(Document)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcTime, index=True)
