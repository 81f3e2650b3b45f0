"""The trace: a chained audit log, rules of retention, legal holds, proofs of erasure."""

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, Integer, String, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from callqa.store.columns import Document, Sequence, UtcTime
from callqa.store.tables import Table

_Id = String(128)
_Hash = String(64)


class AuditRow(Table):
    """Who did, saw or heard what; each row carries the hash of the one before."""

    __tablename__ = "audit"
    seq: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    actor: Mapped[str] = mapped_column(_Id, index=True)
    action: Mapped[str] = mapped_column(String(64), index=True)
    subject: Mapped[str] = mapped_column(Text, index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(Document)
    previous: Mapped[str] = mapped_column(_Hash)
    hash: Mapped[str] = mapped_column(_Hash)


class AuditAnchorRow(Table):
    """Where the log ends: a single row, so that a cut-off tail shows."""

    __tablename__ = "audit_anchor"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(Sequence)
    hash: Mapped[str] = mapped_column(_Hash)


class RetentionRuleRow(Table):
    """How long one kind of data is kept, for calls of one outcome or of all."""

    __tablename__ = "retention_rules"
    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str] = mapped_column(String(16))
    days: Mapped[int] = mapped_column(Integer)


class HoldRow(Table):
    """A legal hold: nothing it names may be deleted."""

    __tablename__ = "legal_holds"
    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(_Id, index=True)
    reason: Mapped[str] = mapped_column(Text)
    set_by: Mapped[str] = mapped_column(_Id)
    set_at: Mapped[datetime] = mapped_column(UtcTime)
    released_by: Mapped[str | None] = mapped_column(_Id)
    released_at: Mapped[datetime | None] = mapped_column(UtcTime)


class ErasureRow(Table):
    """Proof that data was deleted: what, how much, on whose word; never the data."""

    __tablename__ = "erasures"
    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(_Hash, index=True)
    asked_by: Mapped[str] = mapped_column(_Id)
    at: Mapped[datetime] = mapped_column(UtcTime)
    reason: Mapped[str] = mapped_column(Text)
    calls: Mapped[list[str]] = mapped_column(Document)
    counts: Mapped[dict[str, int]] = mapped_column(Document)
    files: Mapped[list[str]] = mapped_column(Document)
    files_gone_at: Mapped[datetime | None] = mapped_column(UtcTime)


event.listen(
    AuditAnchorRow.__table__,
    "after_create",
    DDL(  # type: ignore[no-untyped-call]
        f"INSERT INTO audit_anchor (id, seq, hash) VALUES (1, 0, '{'0' * 64}')"
    ),
)
