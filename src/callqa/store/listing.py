"""The list of calls: filters, sorts, keyset pages, totals."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, func, literal, or_, select, text, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from callqa.store import sounds
from callqa.store.search import CallFilter, CallSummary, Hit, Page, Place, Scope, Sort, TextMatch, Totals
from callqa.store.tables import ResultRow, TranscriptRow
from callqa.store.tables_index import CallHitRow, CallIndexRow, CallSoundRow

_COMMON = 3000
"""Calls that sound or are hit so; from here on it is quicker to walk the sorted list and look at each."""
_MATCHES = 20
"""Places of a text given per call."""
_Row = CallIndexRow
_SORTS: dict[Sort, tuple[Any, bool]] = {
    "newest": (_Row.order_at, True),
    "oldest": (_Row.order_at, False),
    "lowest": (_Row.order_total, False),
    "highest": (_Row.order_total, True),
}


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
        conditions = self._conditions(filters)
        if conditions is None:
            return Page(items=(), total=0 if count else None)
        column, falling = _SORTS[sort]
        wanted = select(_Row).where(*conditions)
        if after is not None:
            value: Any = datetime.fromisoformat(str(after[0])) if column is _Row.order_at else float(after[0])
            here = tuple_(column, _Row.call_id)
            there = tuple_(*_bound(column, value, str(after[1])))
            wanted = wanted.where(here < there if falling else here > there)
        order = (column.desc(), _Row.call_id.desc()) if falling else (column, _Row.call_id)
        rows = list(self._session.scalars(wanted.order_by(*order).limit(limit + 1)))
        more = rows[limit:]
        rows = rows[:limit]
        matches = self._matches([row.call_id for row in rows], filters.text) if filters.text else {}
        return Page(
            items=tuple(summary_of(row, matches.get(row.call_id, ())) for row in rows),
            next=_place(column, rows[-1]) if more else None,
            total=self._count(conditions) if count else None,
        )

    def _count(self, conditions: Sequence[ColumnElement[bool]]) -> int:
        return int(self._session.scalar(select(func.count()).select_from(_Row).where(*conditions)) or 0)

    def totals(self, filters: CallFilter) -> Totals:
        """Figures over all calls of a filter."""
        conditions = self._conditions(filters)
        if conditions is None:
            return Totals(0, None, 0, 0, {}, {})
        rows = self._session.execute(
            select(
                _Row.grade,
                _Row.review_state,
                _Row.fatal,
                func.count(),
                func.count(_Row.total),
                func.sum(_Row.total),
                func.count().filter(_Row.needs_human > 0),
            )
            .where(*conditions)
            .group_by(_Row.grade, _Row.review_state, _Row.fatal)
        ).all()
        by_grade: dict[str | None, int] = {}
        by_state: dict[str, int] = {}
        calls = scored = fatal = human = 0
        points = 0.0
        for grade, state, red, number, with_total, total, waiting in rows:
            by_grade[grade] = by_grade.get(grade, 0) + number
            by_state[state] = by_state.get(state, 0) + number
            calls, scored, human = calls + number, scored + with_total, human + waiting
            points += total or 0.0
            fatal += number if red else 0
        mean = points / scored if scored else None
        return Totals(calls, mean, fatal, human, by_grade, by_state)

    def summary(self, call_id: str, scope: Scope | None = None) -> CallSummary | None:
        """One call, or None where it is unknown, not finished, or outside the scope."""
        wanted = select(_Row).where(_Row.call_id == call_id)
        if scope is not None:
            seen = _scope(scope)
            if seen is not None:
                wanted = wanted.where(seen)
        row = self._session.scalar(wanted)
        return summary_of(row) if row else None

    def matches(self, call_id: str, wanted: str) -> tuple[TextMatch, ...]:
        """Places of a text in one call."""
        return self._matches([call_id], wanted).get(call_id, ())

    def _conditions(self, filters: CallFilter) -> list[ColumnElement[bool]] | None:
        """What must hold; None where nothing can."""
        found: list[ColumnElement[bool]] = []
        scope = _scope(filters.scope)
        if scope is not None:
            found.append(scope)
        if filters.unit is not None:
            found.append(_below(filters.unit))
        for column, value in (
            *(
                (_Row.agent, filters.agent),
                (_Row.product, filters.product),
                (_Row.campaign, filters.campaign),
            ),
            *((_Row.region, filters.region), (_Row.ordered, filters.ordered), (_Row.grade, filters.grade)),
            *((_Row.fatal, filters.fatal), (_Row.review_state, filters.review_state)),
        ):
            if value is not None:
                found.append(column == value)
        if filters.first_day is not None:
            found.append(_Row.day >= filters.first_day)
        if filters.last_day is not None:
            found.append(_Row.day <= filters.last_day)
        if filters.score_min is not None:
            found.append(_Row.order_total >= max(0.0, filters.score_min))
        if filters.score_max is not None:
            found.append(and_(_Row.order_total <= filters.score_max, _Row.order_total >= 0.0))
        if filters.needs_human is not None:
            found.append(_Row.needs_human > 0 if filters.needs_human else _Row.needs_human == 0)
        if filters.ids is not None:
            found.append(_Row.call_id.in_(filters.ids))
        found.extend(self._hit(hit) for hit in filters.hits)
        if filters.text is not None:
            said = sounds.phrases(filters.text)
            if not said:
                return None
            found.extend(self._sounds(phrase) for phrase in said)
        return found

    def _hit(self, hit: Hit) -> ColumnElement[bool]:
        verdict = (
            hit.verdict if hit.verdict is not None else {"rule": "broken", "step": "met"}.get(hit.kind, "")
        )
        such = and_(CallHitRow.kind == hit.kind, CallHitRow.id == hit.id, CallHitRow.verdict == verdict)
        few = self._few(select(CallHitRow.call_id).where(such))
        if few:
            return _Row.call_id.in_(select(CallHitRow.call_id).where(such))
        return select(CallHitRow.call_id).where(such, CallHitRow.call_id == _Row.call_id).exists()

    def _sounds(self, phrase: str) -> ColumnElement[bool]:
        grams = sounds.wanted(phrase)
        place = func.instr if self._sqlite else func.strpos
        said = place(CallSoundRow.sounds, phrase) > 0
        indexed: ColumnElement[bool]
        if self._sqlite:
            indexed = CallSoundRow.seq.in_(
                text("SELECT rowid FROM call_grams WHERE call_grams MATCH :grams").bindparams(
                    grams=" AND ".join(map(str, grams))
                )
            )
        else:
            indexed = CallSoundRow.grams.op("@>")(literal(grams, ARRAY(Integer)))
        if self._few(select(CallSoundRow.seq).where(indexed)):
            return _Row.call_id.in_(select(CallSoundRow.call_id).where(indexed, said))
        return select(CallSoundRow.call_id).where(CallSoundRow.call_id == _Row.call_id, said).exists()

    def _few(self, wanted: Select[Any]) -> bool:
        some = wanted.limit(_COMMON + 1).subquery()
        return (self._session.scalar(select(func.count()).select_from(some)) or 0) <= _COMMON

    def _matches(self, call_ids: Sequence[str], wanted: str) -> dict[str, tuple[TextMatch, ...]]:
        said = sounds.phrases(wanted)
        rows = self._session.execute(
            select(CallSoundRow.call_id, CallSoundRow.sounds, TranscriptRow)
            .join(_Row, _Row.call_id == CallSoundRow.call_id)
            .join(ResultRow, ResultRow.seq == _Row.result_seq)
            .join(TranscriptRow, TranscriptRow.key == ResultRow.transcript_key)
            .where(CallSoundRow.call_id.in_(call_ids))
        )
        return {call_id: places_of(heard, transcript, said) for call_id, heard, transcript in rows}


def places_of(heard: str, transcript: TranscriptRow, said: Sequence[str]) -> tuple[TextMatch, ...]:
    """Places of the wordings in one call, in order of turns, at most some."""
    from callqa.store import codec

    found = sorted({place for phrase in said for place in sounds.find(heard, phrase)})[:_MATCHES]
    if not found:
        return ()
    turns = codec.transcript_of(transcript).turns
    matches = []
    for turn, first, last in found:
        words = turns[turn].text
        places = sounds.sounded(words)
        start, end = places[first], places[last - 1] + 1
        matches.append(TextMatch(turn=turn, start=start, end=end, text=words[start:end]))
    return tuple(matches)


def summary_of(row: CallIndexRow, matches: tuple[TextMatch, ...] = ()) -> CallSummary:
    """The summary of a row."""
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
        scorecard=row.scorecard_id,
        matches=matches,
        **{name: getattr(row, name) for name in copied},
    )


def _place(column: Any, row: CallIndexRow) -> Place:
    value = row.order_at.isoformat() if column is _Row.order_at else row.order_total
    return (value, row.call_id)


def _bound(column: Any, value: Any, call_id: str) -> tuple[Any, Any]:
    return literal(value, column.type), literal(call_id)


def _below(path: str) -> ColumnElement[bool]:
    # a range, not LIKE: it uses the index on both databases, and % in an id means nothing
    whole = path.rstrip("/")
    return and_(_Row.unit_path >= f"{whole}/", _Row.unit_path < f"{whole}{chr(ord('/') + 1)}")


def _scope(scope: Scope) -> ColumnElement[bool] | None:
    if "/" in scope.paths:
        return None
    seen = [_below(path) for path in sorted(set(scope.paths))]
    if scope.agent is not None:
        seen.append(_Row.agent == scope.agent)
    return or_(*seen) if seen else _Row.call_id.is_(None)
