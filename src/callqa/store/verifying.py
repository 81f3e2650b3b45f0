"""Is what is derived still what it is derived from, and is the trace whole? Behind ``callqa db verify``."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Engine, Select, func, not_, or_, select, text
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Session

from callqa.store import sounds
from callqa.store.audit import Anchor, Audit
from callqa.store.full_text import FullText, sums_of
from callqa.store.index import CallIndex, StandingOf, as_by_machine, result_in_force
from callqa.store.tables import ResultRow, ReviewEventRow, Table
from callqa.store.tables_index import CallHitRow, CallIndexRow, CallSoundRow
from callqa.store.unit_of_work import UnitOfWork

Report = Callable[[Literal["trace", "references", "words", "calls"], int, int], None]
"""Told the stage, what is done of it, and of how many."""
_SHOWN = 5
"""Ids named per kind of fault."""
_AT_ONCE = 200
_ONE_BY_ONE = 1000
"""Up to so many calls SQLite's full-text table is asked about one by one; for more it is read whole."""
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
    report: Report = lambda _stage, _done, _total: None,
) -> Verified:
    """Recompute the chain of the audit log, look for rows that point nowhere, compare the index with its source.

    Nothing is changed; ``callqa.store.rebuild`` mends the index. Rows go through some at a time, so the memory it takes
    does not grow with the database, and no reader holds back the log for long.

    Args:
        engine: The open database.
        standing_of: The replay; None: effective scores are not compared, everything else is. `as_by_machine` is no replay:
            given here, it makes a fault of every call whose score people changed.
        known: Anchors kept elsewhere.
        at_most: Compare only this many calls, spread evenly; None = all.
        report: Told how far it is.
    """
    with UnitOfWork(engine) as work:
        audit = Audit(work.session)
        anchor = audit.anchor()
        rows = anchor.seq if anchor else 0
        faults = list(audit.verify(known=known, report=lambda done: report("trace", done, max(rows, done))))
    tables = Table.metadata.sorted_tables
    for done, table in enumerate(tables, start=1):
        with UnitOfWork(engine) as work:
            faults += _references(work.session, table)
        report("references", done, len(tables))
    with UnitOfWork(engine) as work:
        faults += _ledger(work.session)
        faults += _missing(work.session)
        total = int(work.session.scalar(select(func.count()).select_from(CallIndexRow)) or 0)
    if at_most is not None:
        total = min(total, at_most)
    wrong: dict[str, _Named] = {}
    compared = 0
    with ExitStack() as stack:
        full_text = None
        if engine.dialect.name == "sqlite" and total > _ONE_BY_ONE:
            report("words", 0, 1)
            full_text = stack.enter_context(FullText(engine))
            report("words", 1, 1)
        for some in _calls(engine, at_most):
            with UnitOfWork(engine) as work:
                comparing = _Comparing(work.session, standing_of or as_by_machine, full_text)
                comparing.skipped = {"call_id"} if standing_of else {"call_id", *_EFFECTIVE}
                for call_id in some:
                    for kind in comparing.faults(call_id):
                        wrong.setdefault(kind, _Named()).add(call_id)
            compared += len(some)
            report("calls", compared, max(total, compared))
    faults += [f"索引里{kind}和来源不一致：{calls}。" for kind, calls in wrong.items()]
    return Verified(faults=tuple(faults), audit_rows=rows, calls=compared, anchor=anchor)


class _Named:
    """How many calls are wrong, with the first few by name."""

    def __init__(self) -> None:
        self.calls = 0
        self.first: list[str] = []

    def add(self, call_id: str) -> None:
        self.calls += 1
        if len(self.first) < _SHOWN:
            self.first.append(call_id)

    def __str__(self) -> str:
        return "、".join(self.first) + (f" 等 {self.calls} 通" if self.calls > _SHOWN else "")


def _calls(engine: Engine, at_most: int | None) -> Iterator[list[str]]:
    """Ids of calls in the index, some at a time, in order; only so many, spread evenly, if asked."""
    if at_most is not None:
        with UnitOfWork(engine) as work:
            number = func.row_number().over(order_by=CallIndexRow.call_id)
            every = select(CallIndexRow.call_id, number.label("number")).subquery()
            step = -(-int(work.session.scalar(select(func.count()).select_from(every)) or 0) // at_most)
            wanted = select(every.c.call_id).where((every.c.number - 1) % max(1, step) == 0)
            sample = list(work.session.scalars(wanted.order_by(every.c.call_id)))
        yield from (sample[start : start + _AT_ONCE] for start in range(0, len(sample), _AT_ONCE))
        return
    after = ""
    while True:
        with UnitOfWork(engine) as work:
            wanted = select(CallIndexRow.call_id).where(CallIndexRow.call_id > after)
            some = list(work.session.scalars(wanted.order_by(CallIndexRow.call_id).limit(_AT_ONCE)))
        if not some:
            return
        yield some
        after = some[-1]


def _named(session: Session, wanted: Select[Any]) -> str:
    """The calls of a query in words: how many, and the first few."""
    calls = int(session.scalar(select(func.count()).select_from(wanted.order_by(None).subquery())) or 0)
    found = _Named()
    for call_id in session.scalars(wanted.limit(_SHOWN)):
        found.add(call_id)
    found.calls = calls
    return str(found) if calls else ""


def _references(session: Session, table: SqlTable) -> Iterator[str]:
    """Rows that point nowhere; PostgreSQL allows none, but may be told to look away."""
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
    broken = (
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
    if calls := _named(session, broken):
        yield f"复核记录不连续，可能被删过：{calls}。"


def _missing(session: Session) -> Iterator[str]:
    there = select(CallIndexRow.seq).where(CallIndexRow.call_id == ResultRow.call_id).exists()
    without = select(ResultRow.call_id).distinct().where(not_(there)).order_by(ResultRow.call_id)
    if calls := _named(session, without):
        yield f"有结果却不在索引里：{calls}。"


class _Comparing:
    """Compares calls with what the index says of them, within one transaction."""

    def __init__(self, session: Session, standing_of: StandingOf, full_text: FullText | None) -> None:
        self._session = session
        self._index = CallIndex(session)
        self._standing_of = standing_of
        self._full_text = full_text
        self.skipped: set[str] = set()

    def faults(self, call_id: str) -> Iterator[str]:
        """What of a call is wrong."""
        found = result_in_force(self._session, call_id)
        row = self._session.scalar(select(CallIndexRow).where(CallIndexRow.call_id == call_id))
        if found is None or row is None:
            yield "的通话"
            return
        result, events = found
        now = self._index.read(result, standing=self._standing_of(result.masked.scorecard, events))
        if any(getattr(row, name) != value for name, value in now.values.items() if name not in self.skipped):
            yield "的通话"
        hits = self._session.execute(
            select(CallHitRow.kind, CallHitRow.id, CallHitRow.verdict, CallHitRow.hits).where(
                CallHitRow.seq == row.seq
            )
        )
        if {(kind, one, verdict): times for kind, one, verdict, times in hits} != now.hits:
            yield "的命中"
        heard = self._session.get(CallSoundRow, row.seq)
        erased = heard is None and not result.masked.transcript.turns
        same = heard is not None and (heard.words, heard.sounds) == (now.words, now.sounds)
        if not erased and not (same and heard is not None and self._indexed(heard, result.seq)):
            yield "的文字"

    def _indexed(self, heard: CallSoundRow, result_seq: int) -> bool:
        wanted = sounds.grams(heard.sounds)
        if self._session.get_bind().dialect.name != "sqlite":
            return set(heard.grams) == wanted
        # a call scored again after the table was read is asked about by itself
        if self._full_text is not None and result_seq <= self._full_text.newest:
            return self._full_text.sums(heard.seq) == sums_of(wanted)
        if not wanted:
            return True
        said: Any = self._session.scalar(
            text("SELECT rowid FROM call_grams WHERE call_grams MATCH :grams AND rowid = :seq"),
            {"grams": " AND ".join(map(str, sorted(wanted)[:40])), "seq": heard.seq},
        )
        return said is not None
