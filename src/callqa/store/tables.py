"""The schema. Text in every table is masked, except in ``artefacts``: take that table's rights away and raw text is gone.

Call-wise views (transcript, findings, techniques, measures) are addressed by a ``key``, the hash of their content, so
two results that differ only in their rubric share them.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Text, false
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from callqa.store.columns import Document, Sequence, UtcTime

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
_Key = String(64)
_Id = String(128)


class Table(DeclarativeBase):
    """All tables; names of constraints are fixed so that migrations can drop them on any database."""

    metadata = MetaData(naming_convention=_NAMES)


class RunRow(Table):
    """One batch."""

    __tablename__ = "runs"
    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)
    policy: Mapped[dict[str, Any]] = mapped_column(Document)
    recogniser: Mapped[dict[str, Any] | None] = mapped_column(Document)
    techniques: Mapped[dict[str, Any] | None] = mapped_column(Document)
    source: Mapped[str] = mapped_column(Text)
    problems: Mapped[list[str]] = mapped_column(Document)
    planned: Mapped[int | None] = mapped_column(Integer)


class RecordingRow(Table):
    """A file by its content."""

    __tablename__ = "recordings"
    sha256: Mapped[str] = mapped_column(_Key, primary_key=True)
    duration: Mapped[int] = mapped_column(Integer)
    sample_rate: Mapped[int] = mapped_column(Integer)
    channels: Mapped[int] = mapped_column(Integer)
    codec: Mapped[str] = mapped_column(String(64))


class CallRow(Table):
    """What the business knows of a call; replaced when a later manifest knows more."""

    __tablename__ = "calls"
    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("recordings.sha256"), index=True)
    path: Mapped[str] = mapped_column(Text)
    agent: Mapped[str | None] = mapped_column(_Id, index=True)
    group: Mapped[list[str]] = mapped_column("group_path", Document)
    started_at: Mapped[datetime | None] = mapped_column(UtcTime, index=True)
    started_local: Mapped[str | None] = mapped_column(String(40))
    day: Mapped[str | None] = mapped_column(String(10), index=True)
    started_assumed: Mapped[bool] = mapped_column(Boolean, server_default=false())
    direction: Mapped[str] = mapped_column(String(16))
    parties: Mapped[list[str]] = mapped_column(Document)
    product: Mapped[str | None] = mapped_column(Text)
    campaign: Mapped[str | None] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(Text)
    queue: Mapped[str | None] = mapped_column(Text)
    ordered: Mapped[bool | None] = mapped_column(Boolean)
    amount: Mapped[float | None] = mapped_column(Float)
    cross_sold: Mapped[bool | None] = mapped_column(Boolean)
    signed_for: Mapped[bool | None] = mapped_column(Boolean)
    customer_key: Mapped[str | None] = mapped_column(_Id, index=True)
    fields: Mapped[dict[str, str]] = mapped_column(Document)


class ArtefactRow(Table):
    """Raw, compressed result of one step under the hash of what it rests on. The only table with raw text."""

    __tablename__ = "artefacts"
    key: Mapped[str] = mapped_column(_Key, primary_key=True)
    sha256: Mapped[str] = mapped_column(_Key, index=True)
    step: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UtcTime)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class TranscriptRow(Table):
    """The masked transcript."""

    __tablename__ = "transcripts"
    key: Mapped[str] = mapped_column(_Key, primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    language: Mapped[str] = mapped_column(String(16))
    turns: Mapped[int] = mapped_column(Integer)
    confidence: Mapped[float | None] = mapped_column(Float)
    model: Mapped[str | None] = mapped_column(Text)
    demo: Mapped[bool] = mapped_column(Boolean)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class PersonalDataRow(Table):
    """Where personal data lies; never what it says."""

    __tablename__ = "personal_data"
    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    key: Mapped[str] = mapped_column(_Key, index=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    turn: Mapped[int] = mapped_column(Integer)
    first: Mapped[int] = mapped_column("first_character", Integer)
    last: Mapped[int] = mapped_column("end_character", Integer)
    start_ms: Mapped[int] = mapped_column(Integer)
    end_ms: Mapped[int] = mapped_column(Integer)
    pattern: Mapped[str] = mapped_column(Text)
    context: Mapped[str] = mapped_column(Text)
    checksum: Mapped[bool | None] = mapped_column(Boolean)
    score: Mapped[float] = mapped_column(Float)


class FindingRow(Table):
    """A step or rule judged on a call, quotes masked."""

    __tablename__ = "findings"
    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    key: Mapped[str] = mapped_column(_Key, index=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    subject: Mapped[str] = mapped_column(String(16))
    id: Mapped[str] = mapped_column(_Id)
    title: Mapped[str] = mapped_column(Text)
    verdict: Mapped[str] = mapped_column(String(16))
    state: Mapped[str | None] = mapped_column(String(16))
    hits: Mapped[int] = mapped_column(Integer)
    start_ms: Mapped[int | None] = mapped_column(Integer)
    evidence: Mapped[list[Any]] = mapped_column(Document)
    slots: Mapped[list[Any]] = mapped_column(Document)
    explanation: Mapped[dict[str, Any]] = mapped_column(Document)
    provenance: Mapped[dict[str, Any]] = mapped_column(Document)
    __table_args__ = (Index("ix_findings_subject_id_verdict", "subject", "id", "verdict"),)


class ReadingRow(Table):
    """What the technique reading says besides single tags."""

    __tablename__ = "technique_readings"
    key: Mapped[str] = mapped_column(_Key, primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    stages: Mapped[list[Any]] = mapped_column(Document)
    moments: Mapped[list[Any]] = mapped_column(Document)
    provenance: Mapped[dict[str, Any]] = mapped_column(Document)


class TechniqueRow(Table):
    """One technique of one agent turn, or one reaction of one customer turn; quotes masked."""

    __tablename__ = "techniques"
    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    key: Mapped[str] = mapped_column(ForeignKey("technique_readings.key"), index=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    label: Mapped[str] = mapped_column(_Id)
    turn: Mapped[int] = mapped_column(Integer)
    probability: Mapped[float] = mapped_column(Float)
    start_ms: Mapped[int] = mapped_column(Integer)
    end_ms: Mapped[int] = mapped_column(Integer)
    quote: Mapped[dict[str, Any]] = mapped_column(Document)
    carriers: Mapped[list[Any]] = mapped_column(Document)
    __table_args__ = (Index("ix_techniques_kind_label", "kind", "label"),)


class MeasureRow(Table):
    """One number of a call."""

    __tablename__ = "measures"
    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    key: Mapped[str] = mapped_column(_Key, index=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    name: Mapped[str] = mapped_column(_Id, index=True)
    value: Mapped[float | None] = mapped_column(Float)
    unit: Mapped[str] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(Text)
    spans: Mapped[list[Any]] = mapped_column(Document)


class ScorecardRow(Table):
    """Immutable; the id is the hash of the card's content."""

    __tablename__ = "scorecards"
    id: Mapped[str] = mapped_column(_Key, primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    total: Mapped[float | None] = mapped_column(Float)
    grade: Mapped[str | None] = mapped_column(_Id)
    grade_title: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    fatal: Mapped[list[str]] = mapped_column(Document)
    needs_human: Mapped[int] = mapped_column(Integer)
    lines: Mapped[list[Any]] = mapped_column(Document)
    policy_id: Mapped[str] = mapped_column(_Id)
    policy_version: Mapped[str] = mapped_column(_Id)
    policy_sha256: Mapped[str] = mapped_column(_Key)
    provenance: Mapped[dict[str, Any]] = mapped_column(Document)


class ResultRow(Table):
    """What a run concluded about a call; the greatest ``seq`` of a call is the one in force."""

    __tablename__ = "results"
    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    key: Mapped[str] = mapped_column(_Key)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    keys: Mapped[dict[str, str]] = mapped_column(Document)
    transcript_key: Mapped[str] = mapped_column(ForeignKey("transcripts.key"))
    personal_key: Mapped[str] = mapped_column(_Key, index=True)
    findings_key: Mapped[str] = mapped_column(_Key, index=True)
    techniques_key: Mapped[str] = mapped_column(ForeignKey("technique_readings.key"))
    measures_key: Mapped[str] = mapped_column(_Key, index=True)
    scorecard_id: Mapped[str] = mapped_column(ForeignKey("scorecards.id"), index=True)
    warnings: Mapped[list[str]] = mapped_column(Document)
    seconds: Mapped[dict[str, float]] = mapped_column(Document)
    demo: Mapped[bool] = mapped_column(Boolean)
    __table_args__ = (Unique("key", "call_id", "run_id"),)


class FailureRow(Table):
    """A call that stopped at a stage."""

    __tablename__ = "failures"
    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), index=True)
    call_id: Mapped[str] = mapped_column(_Id, index=True)
    day: Mapped[str | None] = mapped_column(String(10), index=True)
    path: Mapped[str] = mapped_column(Text)
    stage: Mapped[str] = mapped_column(String(32))
    code: Mapped[str] = mapped_column(String(64))
    message: Mapped[str] = mapped_column(Text)
    hint: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcTime)


class ReviewEventRow(Table):
    """People's events; append-only, numbered 1, 2, … within a call so that no two writers take the same place."""

    __tablename__ = "review_events"
    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    id: Mapped[str] = mapped_column(_Id, unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    scorecard_id: Mapped[str] = mapped_column(ForeignKey("scorecards.id"), index=True)
    author: Mapped[str] = mapped_column(_Id)
    at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    body: Mapped[dict[str, Any]] = mapped_column(Document)
    __table_args__ = (Unique("call_id", "number"),)
