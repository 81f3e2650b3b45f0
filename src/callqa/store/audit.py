"""Who did, saw or heard what: rows that can be added and read, each carrying the hash of the one before.

A changed row no longer fits its hash, a missing one breaks the chain, and a cut-off tail no longer reaches the
anchor. Whoever can rewrite the whole database can also rewrite chain and anchor together; therefore
``callqa db verify`` keeps the anchor in a file outside of it too and checks that the chain still runs through it.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Table, func, insert, literal, select, text, update
from sqlalchemy.orm import Session

from callqa.store.search import Page, Place
from callqa.store.tables_trace import AuditAnchorRow, AuditRow

QUEUED = "queued for the log"
"""Mark on a session that others wait for it at the log until it commits."""
START = "0" * 64
"""What the first row carries in place of a hash."""
_ANCHOR = 1
_AT_ONCE = 2000
_LOG = cast(Table, AuditRow.__table__)
_END = cast(Table, AuditAnchorRow.__table__)
_APPENDED = text(
    "WITH anchored AS (UPDATE audit_anchor SET seq = :seq, hash = :hash WHERE id = :id)"
    " INSERT INTO audit (seq, at, actor, action, subject, detail, previous, hash)"
    " SELECT seq, at, actor, action, subject, detail, previous, hash FROM jsonb_to_recordset(CAST(:rows AS jsonb))"
    " AS one(seq bigint, at timestamptz, actor text, action text, subject text, detail jsonb, previous text,"
    " hash text)"
)
"""Rows and the new end in one question: others wait for it."""
_TOLD = 100
"""Faults named one by one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be noted.

    Attributes:
        actor: Person id, ``system``, or ``token:…``.
        action: What was done, e.g. ``call.viewed``, ``audio.heard``, ``audio.heard_raw``, ``export.made``.
        subject: To what, e.g. ``call:C0001``.
        detail: Further particulars, masked.
    """

    actor: str
    action: str
    subject: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Noted:
    """A row of the log.

    Attributes:
        seq: Its number, from 1 without a gap.
        at: When.
        actor: Who.
        action: What.
        subject: To what.
        detail: Further particulars, masked.
        hash: Of the row and all before it.
    """

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where the log ends.

    Attributes:
        seq: Number of the last row, 0 for an empty log.
        hash: Its hash.
    """

    seq: int
    hash: str


class Audit:
    """Repository of the log. It has no way to change or delete."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(
        self, actor: str, action: str, subject: str, *, at: datetime, detail: dict[str, Any] | None = None
    ) -> int:
        """Note something; its number.

        Writers queue here until the first commits, so this belongs at the end of a transaction.
        """
        return self.append_all([Entry(actor, action, subject, detail or {})], at=at)

    def append_all(self, entries: Sequence[Entry], *, at: datetime) -> int:
        """Note several things of one moment; the number of the last."""
        return self.append_times([(at, entry) for entry in entries])

    def append_times(self, entries: Sequence[tuple[datetime, Entry]]) -> int:
        """Note several things, each with its own time, in this order; the number of the last."""
        postgresql = self._session.get_bind().dialect.name == "postgresql"
        asked = select(AuditAnchorRow.seq, AuditAnchorRow.hash).where(AuditAnchorRow.id == _ANCHOR)
        if postgresql:
            # others wait from here to the commit, which therefore does not wait for the disk: the unit of work does
            asked = asked.add_columns(func.set_config("synchronous_commit", "off", literal(True)))
        seq, previous = self._session.execute(asked.with_for_update()).one()[:2]
        rows: list[dict[str, Any]] = []
        for seq, (at, entry) in enumerate(entries, start=seq + 1):  # noqa: B020 -- it goes on counting
            found = _hash(seq, at, entry.actor, entry.action, entry.subject, entry.detail, previous)
            rows.append(
                {
                    "seq": seq,
                    "at": at,
                    "actor": entry.actor,
                    "action": entry.action,
                    "subject": entry.subject,
                    "detail": entry.detail,
                    "previous": previous,
                    "hash": found,
                }
            )
            previous = found
        if rows:
            if postgresql:
                told = json.dumps([row | {"at": row["at"].isoformat()} for row in rows], ensure_ascii=False)
                self._session.execute(_APPENDED, {"rows": told, "seq": seq, "hash": previous, "id": _ANCHOR})
            else:
                self._session.execute(insert(_LOG), rows)
                self._session.execute(update(_END).where(_END.c.id == _ANCHOR).values(seq=seq, hash=previous))
        self._session.info[QUEUED] = True
        return int(seq)

    def anchor(self) -> Anchor | None:
        """Where the log ends by its anchor; None where the anchor is gone."""
        row = self._session.execute(
            select(AuditAnchorRow.seq, AuditAnchorRow.hash).where(AuditAnchorRow.id == _ANCHOR)
        ).one_or_none()
        return Anchor(int(row.seq), row.hash) if row else None

    def verify(
        self, *, known: Sequence[Anchor] = (), report: Callable[[int], None] = lambda _done: None
    ) -> tuple[str, ...]:
        """Recompute the whole chain; one Chinese sentence per fault, at most some, none is good.

        Args:
            known: Anchors kept elsewhere, which the chain must run through.
            report: Told how many rows are recomputed so far.
        """
        faults = _Faults()
        kept = {anchor.seq: anchor.hash for anchor in known}
        previous, expected = START, 1
        while True:
            rows = self._session.execute(
                select(AuditRow.__table__)
                .where(AuditRow.seq >= expected)
                .order_by(AuditRow.seq)
                .limit(_AT_ONCE)
            ).all()
            for row in rows:
                if row.seq != expected:
                    faults.append(f"审计记录第 {expected} 到 {row.seq - 1} 行不见了。")
                elif row.previous != previous:
                    faults.append(f"审计记录第 {row.seq} 行接不上前一行。")
                if row.hash != _hash(
                    row.seq, row.at, row.actor, row.action, row.subject, row.detail, row.previous
                ):
                    faults.append(f"审计记录第 {row.seq} 行被改过。")
                if row.seq in kept and kept.pop(row.seq) != row.hash:
                    faults.append(f"审计记录第 {row.seq} 行和以前存下的指纹不同。")
                previous, expected = row.hash, row.seq + 1
            report(expected - 1)
            if len(rows) < _AT_ONCE:
                break
        for seq in sorted(kept):
            if seq > 0:
                faults.append(f"审计记录第 {seq} 行不见了，以前存过它的指纹。")
        anchor = self.anchor()
        if anchor is None:
            faults.append("审计记录的末尾标记不见了。")
        elif anchor.seq >= expected:
            faults.append(f"审计记录的末尾少了 {anchor.seq - expected + 1} 行。")
        elif (anchor.seq, anchor.hash) != (expected - 1, previous):
            faults.append("审计记录的末尾和标记对不上。")
        return faults.told()

    def page(
        self,
        *,
        actor: str | None = None,
        action: str | None = None,
        subject: str | None = None,
        first: datetime | None = None,
        last: datetime | None = None,
        after: Place | None = None,
        limit: int = 50,
    ) -> Page[Noted]:
        """Rows of the log, newest first, that fit everything given (from ``first`` on, before ``last``)."""
        wanted = select(AuditRow).order_by(AuditRow.seq.desc())
        for column, value in (
            (AuditRow.actor, actor),
            (AuditRow.action, action),
            (AuditRow.subject, subject),
        ):
            if value is not None:
                wanted = wanted.where(column == value)
        if first is not None:
            wanted = wanted.where(AuditRow.at >= first)
        if last is not None:
            wanted = wanted.where(AuditRow.at < last)
        if after is not None:
            wanted = wanted.where(AuditRow.seq < int(after[0]))
        rows = list(self._session.scalars(wanted.limit(limit + 1)))
        place = (rows[limit - 1].seq, rows[limit - 1].hash) if len(rows) > limit else None
        items = tuple(
            Noted(row.seq, row.at, row.actor, row.action, row.subject, dict(row.detail), row.hash)
            for row in rows[:limit]
        )
        return Page(items=items, next=place)


class _Faults:
    """What is wrong, told up to a number: of a log written over from its first row every row is."""

    def __init__(self) -> None:
        self._told: list[str] = []
        self._more = 0

    def append(self, fault: str) -> None:
        if len(self._told) < _TOLD:
            self._told.append(fault)
        else:
            self._more += 1

    def told(self) -> tuple[str, ...]:
        more = (f"审计记录另有 {self._more} 处不对。",) if self._more else ()
        return (*self._told, *more)


def _hash(  # noqa: PLR0917 -- in the order they are hashed
    seq: int, at: datetime, actor: str, action: str, subject: str, detail: dict[str, Any], previous: str
) -> str:
    # microseconds are all that either database keeps of a time
    parts = [
        seq,
        at.astimezone(UTC).isoformat(timespec="microseconds"),
        actor,
        action,
        subject,
        detail,
        previous,
    ]
    told = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()
