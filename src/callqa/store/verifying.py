"""Is what is derived still what it is derived from, and is the trace whole? Behind ``callqa db verify``."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Engine, func, not_, or_, select, text
from sqlalchemy.orm import Session, aliased

from callqa.store import sounds
from callqa.store.audit import Anchor, Audit
from callqa.store.index import CallIndex, StandingOf, as_by_machine, result_in_force
from callqa.store.tables import ResultRow, ReviewEventRow, Table
from callqa.store.tables_index import CallHitRow, CallIndexRow, CallSoundRow
from callqa.store.unit_of_work import UnitOfWork

_SHOWN = 5
"""Ids named per kind of fault."""
_AT_ONCE = 200
_EFFECTIVE = frozenset(
    {"total", "order_total", "grade", "grade_title", "action", "fatal", "needs_human", "review_state"}
    | {"open_appeals"}
)
"""Columns that only the replay knows."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What `verify` found.

    Attributes:
        faults: One Chinese sentence per fault; empty is good.
        audit_rows: Rows of the audit log, all of them recomputed.
        calls: Calls whose index was compared with its source.
        anchor: Where the audit log ends; kept outside the database, it shows later whether the log was rewritten.
    """

    faults: tuple[str, ...]
    audit_rows: int
    calls: int
    anchor: Anchor | None


def verify(
    engine: Engine,
    *,
    standing_of: StandingOf | None = None,
    known: Sequence[Anchor] = (),
    at_most: int | None = None,
    report: Callable[[int], None] = lambda _done: None,
) -> Verified:
    """Recompute the chain of the audit log, look for rows that point nowhere, compare the index with its source.

    Nothing is changed; ``callqa.store.rebuild`` mends the index.

    Args:
        engine: The open database.
        standing_of: The replay; None: effective scores are not compared, everything else is.
        known: Anchors kept elsewhere.
        at_most: Compare only this many calls, spread evenly; None = all.
        report: Told how many calls are compared so far.
    """
    with UnitOfWork(engine) as work:
        audit = Audit(work.session)
        faults = list(audit.verify(known=known))
        anchor = audit.anchor()
        faults += _references(work.session)
        faults += _ledger(work.session)
        faults += _missing(work.session)
        ids = list(work.session.scalars(select(CallIndexRow.call_id).order_by(CallIndexRow.call_id)))
    if at_most is not None and len(ids) > at_most:
        ids = ids[:: -(-len(ids) // at_most)]
    wrong: dict[str, list[str]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        with UnitOfWork(engine) as work:  # some at a time, so that no reader holds back the log for long
            index = CallIndex(work.session)
            for call_id in ids[start : start + _AT_ONCE]:
                for kind in _compare(work.session, index, call_id, standing_of):
                    wrong.setdefault(kind, []).append(call_id)
        report(min(len(ids), start + _AT_ONCE))
    faults += [f"索引里{kind}和来源不一致：{_some(calls)}。" for kind, calls in wrong.items()]
    return Verified(
        faults=tuple(faults), audit_rows=anchor.seq if anchor else 0, calls=len(ids), anchor=anchor
    )


def _some(ids: Sequence[str]) -> str:
    more = f" 等 {len(ids)} 通" if len(ids) > _SHOWN else ""
    return "、".join(islice(ids, _SHOWN)) + more


def _references(session: Session) -> Iterator[str]:
    """Rows that point nowhere; PostgreSQL allows none, but may be told to look away."""
    for table in Table.metadata.sorted_tables:
        for key in table.foreign_keys:
            parent = key.column.table.alias("parent")
            lost = session.scalar(
                select(func.count())
                .select_from(table.outerjoin(parent, key.parent == parent.c[key.column.name]))
                .where(key.parent.is_not(None), parent.c[key.column.name].is_(None))
            )
            if lost:
                yield f"表 {table.name} 有 {lost} 行的 {key.parent.name} 指向不存在的行。"


def _ledger(session: Session) -> Iterator[str]:
    """Calls whose events are not numbered 1, 2, … without a gap: one is missing."""
    rows = session.execute(
        select(ReviewEventRow.call_id)
        .group_by(ReviewEventRow.call_id)
        .having(
            or_(
                func.min(ReviewEventRow.number) != 1,
                func.max(ReviewEventRow.number) != func.count(ReviewEventRow.seq),
            )
        )
        .order_by(ReviewEventRow.call_id)
    )
    calls = [call_id for (call_id,) in rows]
    if calls:
        yield f"复核记录不连续，可能被删过：{_some(calls)}。"


def _missing(session: Session) -> Iterator[str]:
    later = aliased(ResultRow)
    without = select(ResultRow.call_id).where(
        ResultRow.call_id.not_in(select(CallIndexRow.call_id)),
        not_(select(later.seq).where(later.call_id == ResultRow.call_id, later.seq > ResultRow.seq).exists()),
    )
    calls = list(session.scalars(without.order_by(ResultRow.call_id)))
    if calls:
        yield f"有结果却不在索引里：{_some(calls)}。"


def _compare(
    session: Session, index: CallIndex, call_id: str, standing_of: StandingOf | None
) -> Iterator[str]:
    found = result_in_force(session, call_id)
    row = session.scalar(select(CallIndexRow).where(CallIndexRow.call_id == call_id))
    if found is None or row is None:
        yield "的通话"
        return
    result, events = found
    now = index.read(result, standing=(standing_of or as_by_machine)(result.masked.scorecard, events))
    skipped = {"call_id"} if standing_of else {"call_id", *_EFFECTIVE}
    if any(getattr(row, name) != value for name, value in now.values.items() if name not in skipped):
        yield "的通话"
    hits = session.execute(
        select(CallHitRow.kind, CallHitRow.id, CallHitRow.verdict, CallHitRow.hits).where(
            CallHitRow.seq == row.seq
        )
    )
    if {(kind, one, verdict): times for kind, one, verdict, times in hits} != now.hits:
        yield "的命中"
    heard = session.get(CallSoundRow, row.seq)
    erased = heard is None and not result.masked.transcript.turns
    same = heard is not None and (heard.words, heard.sounds) == (now.words, now.sounds)
    if not erased and not (same and heard is not None and _indexed(session, heard)):
        yield "的文字"


def _indexed(session: Session, heard: CallSoundRow) -> bool:
    wanted = sounds.grams(heard.sounds)
    if session.get_bind().dialect.name != "sqlite":
        return set(heard.grams) == wanted
    if not wanted:
        return True
    # the full-text table does not tell what it holds, only whether a row has all of these
    said: Any = session.scalar(
        text("SELECT rowid FROM call_grams WHERE call_grams MATCH :grams AND rowid = :seq"),
        {"grams": " AND ".join(map(str, sorted(wanted)[:40])), "seq": heard.seq},
    )
    return said is not None
