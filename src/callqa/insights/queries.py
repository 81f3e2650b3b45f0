"""What the database is asked for over many calls."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from callqa.domain import Failed, ReviewEvent
from callqa.store import Database, StoredResult, UnitOfWork
from callqa.store.codec import event_of, failure_of
from callqa.store.tables import CallRow, FailureRow, ResultRow, ReviewEventRow


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
