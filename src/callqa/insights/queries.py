"""What the database is asked for over many calls."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import case, func, literal, select

from callqa.domain import Failed, ReviewEvent, TechniqueTag
from callqa.insights.figures import Standing, Tally
from callqa.insights.occurrences import Occurrence, Reviewed
from callqa.store import CallFilter, Database, StoredResult, UnitOfWork
from callqa.store.codec import event_of, failure_of
from callqa.store.listing import conditions_of
from callqa.store.tables import CallRow, FailureRow, ResultRow, ReviewEventRow
from callqa.store.tables_index import CallHitRow, CallIndexRow
from callqa.store.tables_work import JobRow


@dataclass(frozen=True, slots=True)
class Period:
    """Local days, both inclusive; None leaves an end open. An open period also holds calls whose day is unknown.

    Attributes:
        first: ``YYYY-MM-DD``.
        last: ``YYYY-MM-DD``.
    """

    first: str | None = None
    last: str | None = None


def results_between(database: Database, period: Period) -> Iterator[StoredResult]:
    """The result in force of every call of a period, by start and id; one at a time, so that memory stays flat."""
    newest = select(func.max(ResultRow.seq)).group_by(ResultRow.call_id)
    wanted = (
        select(ResultRow.seq)
        .join(CallRow, CallRow.id == ResultRow.call_id)
        .where(ResultRow.seq.in_(newest))
        .order_by(CallRow.started_at, CallRow.id)
    )
    if period.first is not None:
        wanted = wanted.where(CallRow.day >= period.first)
    if period.last is not None:
        wanted = wanted.where(CallRow.day <= period.last)
    with UnitOfWork(database) as work:
        for seq in list(work.session.scalars(wanted)):
            yield work.results.restore(work.session.get_one(ResultRow, seq))
            work.session.expunge_all()


def open_failures(database: Database, period: Period) -> list[tuple[Failed, datetime]]:
    """The newest failure of every call that has no later result, with its time, by call id."""
    newest = select(func.max(FailureRow.seq)).group_by(FailureRow.call_id)
    healed = (
        select(ResultRow.seq)
        .where(ResultRow.call_id == FailureRow.call_id, ResultRow.at >= FailureRow.at)
        .exists()
    )
    wanted = select(FailureRow).where(FailureRow.seq.in_(newest), ~healed).order_by(FailureRow.call_id)
    if period.first is not None:
        wanted = wanted.where(FailureRow.day >= period.first)
    if period.last is not None:
        wanted = wanted.where(FailureRow.day <= period.last)
    with UnitOfWork(database) as work:
        return [(failure_of(row), row.at) for row in work.session.scalars(wanted)]


def reviewed_results(database: Database) -> Iterator[tuple[StoredResult, list[ReviewEvent]]]:
    """Results that people spoke about, each with the events on its scorecard in the order they came in.

    A call scored again after a review comes with the result that was reviewed: turn numbers and tags are those the
    reviewer saw. By call; one at a time, so that memory stays flat.
    """
    seen = (
        select(func.max(ResultRow.seq).label("seq"), ResultRow.call_id, ResultRow.scorecard_id)
        .join(
            ReviewEventRow,
            (ReviewEventRow.call_id == ResultRow.call_id)
            & (ReviewEventRow.scorecard_id == ResultRow.scorecard_id),
        )
        .group_by(ResultRow.call_id, ResultRow.scorecard_id)
        .order_by(ResultRow.call_id, func.max(ResultRow.seq))
    )
    with UnitOfWork(database) as work:
        for seq, call_id, card in work.session.execute(seen).all():
            rows = work.session.scalars(
                select(ReviewEventRow)
                .where(ReviewEventRow.call_id == call_id, ReviewEventRow.scorecard_id == card)
                .order_by(ReviewEventRow.seq)
            )
            events = [event_of(row) for row in rows]
            yield work.results.restore(work.session.get_one(ResultRow, seq)), events
            work.session.expunge_all()


_NEWEST = 2000
"""Results looked at for the pace."""
_SOME = 500
"""Calls looked up at once."""


def standings(work: UnitOfWork, filters: CallFilter, *, by_day: bool = False) -> list[Standing]:
    """Effective scores added up by agent and unit, and by local day where asked; hits and words are not looked at."""
    row = CallIndexRow
    day = row.day if by_day else func.max(row.day)
    scored = row.order_total >= 0
    wanted = (
        select(
            row.agent,
            row.unit_path,
            day,
            func.count(),
            func.count().filter(scored),
            func.sum(row.order_total).filter(scored),
            func.sum(row.order_total * row.order_total).filter(scored),
            func.count().filter(row.fatal.is_(True)),
            func.count().filter(row.needs_human > 0),
            func.count().filter(row.ordered.is_not(None)),
            func.count().filter(row.ordered.is_(True)),
        )
        .where(*conditions_of(filters))
        .group_by(row.agent, row.unit_path, *([row.day] if by_day else []))
    )
    return [
        Standing(
            agent=agent,
            unit_path=path,
            day=last,
            tally=Tally(calls, number, points or 0.0, squares or 0.0, *counts),
        )
        for agent, path, last, calls, number, points, squares, *counts in work.session.execute(wanted).all()
    ]


def occurrences(
    work: UnitOfWork,
    filters: CallFilter,
    kind: Literal["step", "rule", "technique"],
    *,
    families: Mapping[str, Sequence[str]] | None = None,
) -> list[Occurrence]:
    """In how many calls of each agent and unit something occurs, as the machine found it.

    Args:
        work: Where from.
        filters: Which calls; hits and words are not looked at.
        kind: What is counted.
        families: Count families instead of their members: a call counts once however many of them occur in it.
    """
    row, hit = CallIndexRow, CallHitRow
    name = (
        hit.id
        if families is None
        else case(
            *((hit.id.in_(some), literal(family)) for family, some in families.items()), else_=literal("")
        )
    )
    wanted = (
        select(
            row.agent, row.unit_path, name, hit.verdict, func.count(row.seq.distinct()), func.sum(hit.hits)
        )
        .join(hit, hit.seq == row.seq)
        .where(hit.kind == kind, *conditions_of(filters))
        .group_by(row.agent, row.unit_path, name, hit.verdict)
    )
    return [Occurrence(*values) for values in work.session.execute(wanted).all() if values[2]]


def reviewed(
    work: UnitOfWork, filters: CallFilter, kind: Literal["step", "rule", "technique"]
) -> Iterator[Reviewed]:
    """Calls that people spoke about, with what the machine found and what they said."""
    row, hit = CallIndexRow, CallHitRow
    wanted = select(row.seq, row.call_id, row.agent, row.unit_path, row.scorecard_id, row.result_seq).where(
        row.version > 0, *conditions_of(filters)
    )
    rows = work.session.execute(wanted).all()
    for start in range(0, len(rows), _SOME):
        some = rows[start : start + _SOME]
        events = work.reviews.of_calls([one.call_id for one in some])
        found: dict[int, dict[str, str]] = {}
        hits = select(hit.seq, hit.id, hit.verdict).where(
            hit.kind == kind, hit.seq.in_([one.seq for one in some])
        )
        for seq, name, verdict in work.session.execute(hits).all():
            found.setdefault(seq, {})[name] = verdict
        for one in some:
            said = events.get(one.call_id, [])
            if not any(event.kind in _TELLING for event in said):
                continue
            tags: tuple[TechniqueTag, ...] = ()
            if kind == "technique":
                result = work.session.get_one(ResultRow, one.result_seq)
                tags = work.techniques.get(result.techniques_key).tags
            yield Reviewed(
                agent=one.agent,
                unit_path=one.unit_path,
                verdicts=found.get(one.seq, {}),
                tags=tuple((tag.label, tag.turn) for tag in tags),
                scorecard=one.scorecard_id,
                card=work.scorecards.get(one.scorecard_id) if kind != "technique" else None,
                events=tuple(said),
            )


_TELLING = frozenset({"confirm", "edit", "correct", "ruling"})
"""Kinds of events that may change what stands of a step, rule or technique."""


def finished_since(work: UnitOfWork, since: datetime) -> list[datetime]:
    """When the newest results were concluded, no earlier than this and at most some."""
    newest = work.session.scalars(select(ResultRow.at).order_by(ResultRow.seq.desc()).limit(_NEWEST))
    return [at for at in newest if at >= since]


def calls_waiting(work: UnitOfWork) -> int:
    """Calls of jobs that wait or run, without those that are done already."""
    open_jobs = JobRow.state.in_(("pending", "running"))
    singles = select(func.count()).where(open_jobs, JobRow.kind == "score")
    many = select(JobRow.calls, JobRow.done, JobRow.failed).where(open_jobs, JobRow.kind != "score")
    left = sum(max(0, len(calls) - done - failed) for calls, done, failed in work.session.execute(many))
    return int(work.session.scalar(singles) or 0) + left


def values_of_calls(work: UnitOfWork, filters: CallFilter) -> dict[str, tuple[str, ...]]:
    """Products, campaigns and regions that occur in these calls, at most some of each, by name."""
    row = CallIndexRow
    found = {}
    for name, column in (("product", row.product), ("campaign", row.campaign), ("region", row.region)):
        wanted = (
            select(column)
            .where(column.is_not(None), *conditions_of(filters))
            .distinct()
            .order_by(column)
            .limit(_SOME)
        )
        found[name] = tuple(value for value in work.session.scalars(wanted) if value)
    return found
