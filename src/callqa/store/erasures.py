"""Erasing one customer's data on request, and the proof of it and of every other deletion."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import and_, or_, select, text
from sqlalchemy.orm import Session

from callqa.domain import StoreError
from callqa.store.deleting import delete_audio, delete_texts, erase_words
from callqa.store.mentions import Mentions, erase_customer
from callqa.store.tables import CallRow
from callqa.store.tables_trace import ErasureRow, HoldRow
from callqa.store.tables_work import JobRow


@dataclass(frozen=True, slots=True)
class Erasure:
    """Proof of a deletion.

    Attributes:
        id: Unique.
        kind: A customer's request, or a rule of retention.
        subject: SHA-256 of the customer's keyed hash: enough to answer "was I erased?", no way back to calls.
        asked_by: Who asked for it here.
        at: When.
        reason: Why.
        calls: The calls.
        counts: Table → rows deleted or emptied.
        files: Recordings to be deleted; once they are, hashes of their names.
        files_gone_at: When they were; None = not yet.
    """

    id: str
    kind: Literal["customer", "retention"]
    subject: str
    asked_by: str
    at: datetime
    reason: str
    calls: tuple[str, ...]
    counts: dict[str, int]
    files: tuple[str, ...]
    files_gone_at: datetime | None = None


class Erasures:
    """Repository of proofs."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def calls_of(self, customer_key: str) -> tuple[str, ...]:
        """Calls of a customer, by id, scored or only handed in: what `erase` would touch (the dry run)."""
        scored = self._session.scalars(select(CallRow.id).where(CallRow.customer_key == customer_key))
        return tuple(sorted({*scored, *(row.facts["id"] for row in self._jobs(customer_key) if row.facts)}))

    def _jobs(self, customer_key: str) -> tuple[JobRow, ...]:
        of_customer = JobRow.facts["customer_key"].as_string() == customer_key
        return tuple(self._session.scalars(select(JobRow).where(of_customer).order_by(JobRow.seq)))

    def erase(self, customer_key: str, *, erasure_id: str, by: str, now: datetime, reason: str) -> Erasure:
        """Delete all audio and all words of a customer's calls and forget whose they were; the proof.

        Also what people wrote about these calls in reviews, appeals, tasks, rounds, handovers and notices, and answers
        kept for repeated requests (`Mentions`); recordings that wait for a worker are not scored any more.

        Files are not touched: the proof names them, and whoever deletes them says so by `files_gone`.

        Raises:
            StoreError: ``erasure.none`` where no call is this customer's; ``erasure.held`` where a legal hold keeps
                one; ``erasure.busy`` where one is being scored. Nothing is deleted.
        """
        from callqa.store.retention import Retention

        calls = self.calls_of(customer_key)
        if not calls:
            raise StoreError(
                "没有这位客户的通话。",
                code="erasure.none",
                hint="请核对号码；也可能以前已经删过，请查删除证明。",
            )
        held = Retention(self._session).held(calls)
        if held or self._on_hold(customer_key, calls):
            raise StoreError(
                f"有 {max(1, len(held))} 通电话被依法留存，不能删除。",
                code="erasure.held",
                hint="请先由法务解除留存。",
            )
        usually = self._overwrite(1)
        handed_in = self._stop(customer_key, now=now)
        paths = [*handed_in, *self._session.scalars(select(CallRow.path).where(CallRow.id.in_(calls)))]
        written = Mentions(self._session, calls, paths=paths).erase()
        files = delete_audio(self._session, calls)
        counts = delete_texts(self._session, calls)
        for some in (
            erase_words(self._session, calls),
            written,
            erase_customer(self._session, customer_key, subject=subject_of(customer_key)),
        ):
            for table, number in some.items():
                counts[table] = max(counts.get(table, 0), number)
        files = sorted(self._unshared({*files, *handed_in}))
        self._session.flush()
        self._overwrite(usually)
        return self.note(
            Erasure(
                id=erasure_id,
                kind="customer",
                subject=subject_of(customer_key),
                asked_by=by,
                at=now,
                reason=reason,
                calls=calls,
                counts=counts,
                files=tuple(files),
            )
        )

    def _overwrite(self, how: int) -> int:
        """Let SQLite write zeros over what is deleted (1), instead of leaving it in the file until the page is used again.

        PostgreSQL keeps it out of every query's sight and gives the room away at its next vacuum.

        Returns:
            How it was done before.
        """
        if self._session.get_bind().dialect.name != "sqlite":
            return how
        before = int(self._session.scalar(text("PRAGMA secure_delete")) or 0)
        self._session.execute(text(f"PRAGMA secure_delete={how}"))
        return before

    def _on_hold(self, customer_key: str, calls: Collection[str]) -> bool:
        """Whether a hold in force names the customer, or a call that was handed in and not scored yet."""
        named = or_(
            and_(HoldRow.kind == "customer", HoldRow.subject == customer_key),
            and_(HoldRow.kind == "call", HoldRow.subject.in_(calls)),
        )
        return bool(
            self._session.scalar(select(HoldRow.id).where(named, HoldRow.released_at.is_(None)).limit(1))
        )

    def _stop(self, customer_key: str, *, now: datetime) -> list[str]:
        """Give up the jobs of a customer that are not done; where their recordings lie."""
        jobs = self._jobs(customer_key)
        if any(row.state == "running" and row.lease is not None and row.lease > now for row in jobs):
            raise StoreError(
                "这位客户有一通电话正在处理，现在不能删除。",
                code="erasure.busy",
                hint="请等它处理完，几分钟后再删。",
            )
        for row in jobs:
            if row.state in ("pending", "running"):
                row.state, row.worker, row.lease = "dead", None, None
                row.code, row.message = "erased", "应客户要求删除，不再处理。"
        return [row.path for row in jobs if row.path]

    def _unshared(self, files: Collection[str]) -> set[str]:
        """Those of the recordings that no other call and no other job has."""
        there = select(JobRow.path).where(JobRow.path.in_(files))
        scored = select(CallRow.path).where(CallRow.path.in_(files))
        return set(files) - {*self._session.scalars(there), *self._session.scalars(scored)}

    def note(self, erasure: Erasure) -> Erasure:
        """Keep a proof."""
        values = {name: getattr(erasure, name) for name in Erasure.__slots__}
        self._session.add(ErasureRow(**values | {"calls": list(erasure.calls), "files": list(erasure.files)}))
        self._session.flush()
        return erasure

    def files_gone(self, erasure_id: str, *, now: datetime) -> None:
        """The files that a proof names are deleted; of their names, which may say whose they were, hashes stay."""
        row = self._session.get(ErasureRow, erasure_id, with_for_update=True)
        if row is not None and row.files_gone_at is None:
            row.files = [hashlib.sha256(name.encode()).hexdigest() for name in row.files]
            row.files_gone_at = now
            self._session.flush()

    def get(self, erasure_id: str) -> Erasure | None:
        """One proof, or None."""
        row = self._session.get(ErasureRow, erasure_id, populate_existing=True)
        return _erasure(row) if row else None

    def all(self, *, customer_key: str | None = None) -> tuple[Erasure, ...]:
        """Proofs, newest first; only a customer's if asked."""
        wanted = select(ErasureRow).order_by(ErasureRow.at.desc(), ErasureRow.id)
        if customer_key is not None:
            wanted = wanted.where(ErasureRow.subject == subject_of(customer_key))
        return tuple(_erasure(row) for row in self._session.scalars(wanted))

    def unfinished(self) -> tuple[Erasure, ...]:
        """Proofs whose files have not been deleted yet."""
        rows = self._session.scalars(
            select(ErasureRow).where(ErasureRow.files_gone_at.is_(None)).order_by(ErasureRow.at)
        )
        return tuple(one for one in map(_erasure, rows) if one.files)


def subject_of(customer_key: str) -> str:
    """What a proof keeps of a customer's key."""
    return hashlib.sha256(b"callqa erasure\x1f" + customer_key.encode()).hexdigest()


def _erasure(row: ErasureRow) -> Erasure:
    values = {name: getattr(row, name) for name in Erasure.__slots__}
    return Erasure(**values | {"calls": tuple(row.calls), "files": tuple(row.files)})
