"""The list of calls: filters, sorts, keyset pages, totals.

How a page is found, the same on both databases: of everything asked for, what an index can count quickly is counted up
to a limit. Where one thing is rare, its calls are fetched and sorted; otherwise the list is walked in its order and
each call looked at until the page is full. Planners choose well between the two only where they can guess how many
calls will be left, and for hits, words and ranges of paths they cannot.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    false,
    func,
    inspect,
    literal,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from callqa.store import sounds
from callqa.store.artefacts import in_parts
from callqa.store.rarity import Key, often, rarest
from callqa.store.search import CallFilter, CallSummary, Hit, Page, Place, Scope, Sort, TextMatch, Totals
from callqa.store.tables import CallRow
from callqa.store.tables_index import FULL_TEXT, CallHitRow, CallIndexRow, CallSoundRow

_MATCHES = 20
"""Places of a text given per call."""
_AROUND = 14
"""Characters given on either side of a place."""
_Row = CallIndexRow
_SORTS: dict[Sort, tuple[Any, bool]] = {
    "newest": (_Row.order_at, True),
    "oldest": (_Row.order_at, False),
    "lowest": (_Row.order_total, False),
    "highest": (_Row.order_total, True),
}
_ASSUMED = select(CallRow.started_assumed).where(CallRow.id == _Row.call_id).scalar_subquery()
"""Looked up for the calls of a page alone: a join would have a say in how they are found."""
_COLUMNS = (*inspect(_Row).columns, _ASSUMED.label("started_assumed"))
"""Plain columns: fifty objects of the session cost more than the question."""
Condition = ColumnElement[bool]


class Listing:
    """Reads the index of calls."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._sqlite = session.get_bind().dialect.name == "sqlite"

    def page(
        self,
        filters: CallFilter,
        *,
        sort: Sort = "newest",
        after: Place | None = None,
        limit: int = 50,
        count: bool = False,
    ) -> Page[CallSummary]:
        """A page of calls; see `Calls.page`."""
        column, falling = _SORTS[sort]
        conditions = self._conditions(filters, walk=column)
        if conditions is None:
            return Page(items=(), total=0 if count else None)
        wanted = select(_Row.seq).where(*conditions)
        if after is not None:
            value: Any = datetime.fromisoformat(str(after[0])) if column is _Row.order_at else float(after[0])
            here = tuple_(column, _Row.call_id)
            there = tuple_(literal(value, column.type), literal(str(after[1])))
            wanted = wanted.where(here < there if falling else here > there)
        order = (column.desc(), _Row.call_id.desc()) if falling else (column, _Row.call_id)
        # only what the walked index holds is asked for inside; the page's own rows are fetched outside
        found = wanted.order_by(*order).limit(limit + 1).subquery()
        rows = self._session.execute(
            select(*_COLUMNS).join(found, found.c.seq == _Row.seq).order_by(*order)
        ).all()
        more = rows[limit:]
        rows = rows[:limit]
        matches = self._matches([row.seq for row in rows], filters.text) if filters.text else {}
        return Page(
            items=tuple(summary_of(row, matches.get(row.seq, ())) for row in rows),
            next=_place(column, rows[-1]) if more else None,
            total=self._count(conditions) if count else None,
        )

    def _count(self, conditions: Sequence[Condition]) -> int:
        return int(self._session.scalar(select(func.count()).select_from(_Row).where(*conditions)) or 0)

    def totals(self, filters: CallFilter) -> Totals:
        """Figures over all calls of a filter."""
        conditions = self._conditions(filters, walk=_Row.order_at)
        if conditions is None:
            return Totals(0, None, 0, 0, {}, {})
        scored = _Row.order_total >= 0
        rows = self._session.execute(
            select(
                _Row.grade,
                _Row.review_state,
                _Row.fatal,
                func.count(),
                func.count().filter(scored),
                func.sum(_Row.order_total).filter(scored),
                func.count().filter(_Row.needs_human > 0),
            )
            .where(*conditions)
            .group_by(_Row.grade, _Row.review_state, _Row.fatal)
        ).all()
        by_grade: dict[str | None, int] = {}
        by_state: dict[str, int] = {}
        calls = with_total = fatal = human = 0
        points = 0.0
        for grade, state, red, number, some, total, waiting in rows:
            by_grade[grade] = by_grade.get(grade, 0) + number
            by_state[state] = by_state.get(state, 0) + number
            calls, with_total, human = calls + number, with_total + some, human + waiting
            points += total or 0.0
            fatal += number if red else 0
        mean = points / with_total if with_total else None
        return Totals(calls, mean, fatal, human, by_grade, by_state)

    def summary(self, call_id: str, scope: Scope | None = None) -> CallSummary | None:
        """One call, or None where it is unknown, not finished, or outside the scope."""
        wanted = select(*_COLUMNS).where(_Row.call_id == call_id)
        seen = _scope(scope, _same) if scope is not None else None
        row = self._session.execute(wanted if seen is None else wanted.where(seen)).one_or_none()
        return summary_of(row) if row else None

    def summaries(self, call_ids: Collection[str], scope: Scope) -> dict[str, CallSummary]:
        """Those of some calls that are known, finished and within the scope, by id."""
        seen = _scope(scope, _same)
        found: dict[str, CallSummary] = {}
        for some in in_parts(call_ids):
            wanted = select(*_COLUMNS).where(_Row.call_id.in_(some))
            rows = self._session.execute(wanted if seen is None else wanted.where(seen))
            found.update((row.call_id, summary_of(row)) for row in rows)
        return found

    def matches(self, call_id: str, wanted: str) -> tuple[TextMatch, ...]:
        """Places of a text in one call."""
        seq = self._session.scalar(select(_Row.seq).where(_Row.call_id == call_id))
        return self._matches([seq], wanted).get(seq, ()) if seq is not None else ()

    def _conditions(self, filters: CallFilter, *, walk: Any) -> list[Condition] | None:
        """What must hold, the rarest as a set of calls to begin with if it is rare enough; None: nothing can."""
        phrases = sounds.phrases(filters.text) if filters.text is not None else []
        if filters.text is not None and not phrases:
            return None
        found = _plain(filters, aside=self._sqlite)
        # a set of calls to begin with, and how else to ask for the same: rows answer for themselves above
        ways: list[tuple[Key, Select[Any], Condition | None]] = [
            (key, select(_Row.seq).where(condition), None) for key, condition in _drivers(filters)
        ]
        ways += [(("hit", hit), _such(hit), self._has(hit)) for hit in filters.hits]
        common = [phrase for phrase in phrases if self._often(phrase)]
        ways += [
            (("said", one), self._sounding(one), self._said(one)) for one in phrases if one not in common
        ]
        first = rarest(self._session, [(key, some) for key, some, _ in ways])
        if first is not None:
            found.append(_Row.seq.in_(ways[first][1]))
        elif walk is _Row.order_at:
            found += _around(filters)
        found += [check for n, (_, _, check) in enumerate(ways) if n != first and check is not None]
        return found + [self._said(phrase) for phrase in common]

    def _has(self, hit: Hit) -> Condition:
        return self._looked_up(_such(hit).where(CallHitRow.seq == _Row.seq))

    def _looked_up(self, wanted: Select[Any]) -> Condition:
        """That there is such a row, asked call by call: without the offset PostgreSQL would fetch all such rows."""
        return (wanted if self._sqlite else wanted.offset(0)).exists()

    def _sounding(self, phrase: str) -> Select[Any]:
        """Numbers of the calls in which a wording, or what sounds like it, was said."""
        grams = sounds.wanted(phrase)
        indexed: Condition
        if self._sqlite:
            rows = text(f"SELECT rowid FROM {FULL_TEXT} WHERE {FULL_TEXT} MATCH :grams")
            found = rows.bindparams(grams=" AND ".join(map(str, grams))).columns(rowid=Integer).subquery()
            if sounds.told_by_grams(phrase):
                return select(found.c.rowid)
            indexed = CallSoundRow.seq.in_(select(found.c.rowid))
        else:
            indexed = CallSoundRow.grams.op("@>")(literal(grams, ARRAY(Integer)))
            if sounds.told_by_grams(phrase):
                return select(CallSoundRow.seq).where(indexed)
        return select(CallSoundRow.seq).where(indexed, self._within(phrase))

    def _often(self, phrase: str) -> bool:
        return not self._sqlite and often(self._session, sounds.wanted(phrase))

    def _said(self, phrase: str) -> Condition:
        return self._looked_up(
            select(CallSoundRow.seq).where(CallSoundRow.seq == _Row.seq, self._within(phrase))
        )

    def _within(self, phrase: str) -> Condition:
        place = func.instr if self._sqlite else func.strpos
        found: Condition = place(CallSoundRow.sounds, phrase) > 0
        return found

    def _matches(self, seqs: Sequence[int], wanted: str) -> dict[int, tuple[TextMatch, ...]]:
        phrases = sounds.phrases(wanted)
        rows = self._session.execute(
            select(CallSoundRow.seq, CallSoundRow.words, CallSoundRow.sounds).where(
                CallSoundRow.seq.in_(seqs)
            )
        )
        return {seq: places_of(words, heard, phrases) for seq, words, heard in rows}


def places_of(words: str, heard: str, phrases: Sequence[str]) -> tuple[TextMatch, ...]:
    """Places of the wordings in one call, in order of turns, at most some.

    Args:
        words: Masked, a line per turn.
        heard: How they sound.
        phrases: Codes of the wordings.
    """
    found = sorted({place for phrase in phrases for place in sounds.find(heard, phrase)})[:_MATCHES]
    turns = words.split(sounds.BREAK)
    matches = []
    for turn, first, last in found:
        places = sounds.sounded(turns[turn])
        start, end = places[first], places[last - 1] + 1
        line = turns[turn]
        around = (line[max(0, start - _AROUND) : start], line[end : end + _AROUND])
        matches.append(TextMatch(turn, start, end, line[start:end], *around))
    return tuple(matches)


def summary_of(row: Any, matches: tuple[TextMatch, ...] = ()) -> CallSummary:
    """The summary of a row of the index, with ``started_assumed`` of the call beside it."""
    copied = (
        *(
            "day",
            "agent",
            "unit",
            "unit_path",
            "product",
            "campaign",
            "region",
            "ordered",
            "amount",
            "language",
        ),
        *("duration", "turns", "demo", "machine_total", "total", "grade", "grade_title", "action", "fatal"),
        *("needs_human", "review_state", "open_appeals", "version", "reviewed_at"),
    )
    return CallSummary(
        id=row.call_id,
        started_at=datetime.fromisoformat(row.started_local) if row.started_local else None,
        started_assumed=bool(row.started_assumed),
        scorecard=row.scorecard_id,
        matches=matches,
        **{name: getattr(row, name) for name in copied},
    )


def conditions_of(filters: CallFilter) -> list[Condition]:
    """What the row of a call itself must say, for figures over many calls; hits and words are not looked at."""
    return _plain(filters, aside=False)


def _plain(filters: CallFilter, *, aside: bool) -> list[Condition]:
    """What the row of a call itself tells.

    Args:
        filters: What is asked for.
        aside: Written so that SQLite chooses no index for it (``+column``); it cannot guess what is left.
    """

    def of(column: Any) -> Any:
        return UnaryExpression(column, operator=custom_op("+"), type_=column.type) if aside else column

    found: list[Condition] = []
    scope = _scope(filters.scope, of)
    if scope is not None:
        found.append(scope)
    if filters.unit is not None:
        found.append(_below(filters.unit, of))
    for column, value in (
        *((_Row.agent, filters.agent), (_Row.product, filters.product), (_Row.campaign, filters.campaign)),
        *((_Row.region, filters.region), (_Row.ordered, filters.ordered), (_Row.grade, filters.grade)),
        *((_Row.fatal, filters.fatal), (_Row.review_state, filters.review_state)),
    ):
        if value is not None:
            found.append(of(column) == value)
    if filters.first_day is not None:
        found.append(of(_Row.day) >= filters.first_day)
    if filters.last_day is not None:
        found.append(of(_Row.day) <= filters.last_day)
    if filters.score_min is not None:
        found.append(of(_Row.order_total) >= max(0.0, filters.score_min))
    if filters.score_max is not None:
        found.append(and_(of(_Row.order_total) <= filters.score_max, of(_Row.order_total) >= 0.0))
    if filters.needs_human is not None:
        found.append(of(_Row.needs_human) > 0 if filters.needs_human else of(_Row.needs_human) == 0)
    if filters.ids is not None:
        found.append(_Row.call_id.in_(filters.ids))
    if filters.without:
        found.append(_Row.call_id.not_in(filters.without))
    return found


def _drivers(filters: CallFilter) -> list[tuple[Key, Condition]]:
    """Those conditions of the row whose calls an index gives: candidates to begin with."""
    found: list[tuple[Key, Condition]] = []
    scope = filters.scope
    if "/" not in scope.paths and len(scope.paths) + (scope.agent is not None) == 1:
        found.append((("scope", scope), _scope(scope, _same)))  # type: ignore[arg-type]
    if filters.unit is not None:
        found.append((("unit", filters.unit), _below(filters.unit, _same)))
    for column, value in (
        *((_Row.agent, filters.agent), (_Row.grade, filters.grade)),
        *((_Row.fatal, filters.fatal), (_Row.review_state, filters.review_state)),
    ):
        if value is not None:
            found.append(((column.key, value), column == value))
    around = _around(filters)
    if around:
        found.append((("days", filters.first_day, filters.last_day), and_(*around)))
    return found


def _around(filters: CallFilter) -> list[Condition]:
    """Bounds of the start in UTC that follow from days in whatever zone."""
    found: list[Condition] = []
    if filters.first_day is not None:
        found.append(_Row.order_at >= _midnight(filters.first_day) - timedelta(hours=14))
    if filters.last_day is not None:
        found.append(_Row.order_at < _midnight(filters.last_day) + timedelta(hours=24 + 12))
    return found


def _midnight(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), UTC)


def _such(hit: Hit) -> Select[Any]:
    verdict = hit.verdict if hit.verdict is not None else {"rule": "broken", "step": "met"}.get(hit.kind, "")
    return select(CallHitRow.seq).where(
        CallHitRow.kind == hit.kind, CallHitRow.id == hit.id, CallHitRow.verdict == verdict
    )


def _same(column: Any) -> Any:
    return column


def _below(path: str, of: Callable[[Any], Any]) -> Condition:
    # a range, not LIKE: it uses the index on both databases, and % in an id means nothing
    whole = path.rstrip("/")
    return and_(of(_Row.unit_path) >= f"{whole}/", of(_Row.unit_path) < f"{whole}{chr(ord('/') + 1)}")


def _scope(scope: Scope, of: Callable[[Any], Any]) -> Condition | None:
    """None where everything is seen."""
    if "/" in scope.paths:
        return None
    seen = [_below(path, of) for path in sorted(set(scope.paths))]
    if scope.agent is not None:
        seen.append(of(_Row.agent) == scope.agent)
    return or_(*seen) if seen else false()


def reaches(scope: Scope, unit_path: str, agent: str | None) -> bool:
    """The same, said of one call that is known."""
    if "/" in scope.paths or (scope.agent is not None and agent == scope.agent):
        return True
    return any(unit_path.startswith(f"{path.rstrip('/')}/") for path in scope.paths)


def _place(column: Any, row: Any) -> Place:
    value = row.order_at.isoformat() if column is _Row.order_at else row.order_total
    return (value, row.call_id)
