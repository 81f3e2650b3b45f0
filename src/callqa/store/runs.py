"""Runs: one row per batch, and how far each is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, select, update
from sqlalchemy.orm import Session

from callqa.domain import Run
from callqa.store import codec
from callqa.store.tables import FailureRow, ResultRow, RunRow

_NEWEST = 500
"""Times that a pace is taken from, at most."""
JOB = "job-"
"""How the ids of runs begin that a worker makes for a job: what is left of them is counted with the jobs."""


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is.

    Attributes:
        run: The run.
        done: Calls finished.
        failed: Calls that failed.
        last_at: When it last finished a call; None where it has not yet.
    """

    run: Run
    done: int
    failed: int
    last_at: datetime | None

    @property
    def left(self) -> int | None:
        """Calls not done yet; None where it is not known how many there are."""
        if self.run.planned is None or self.run.finished_at is not None:
            return None
        return max(0, self.run.planned - self.done - self.failed)

    def going(self, since: datetime) -> bool:
        """True where it has not ended and showed life after this moment: one that was cut off never ends."""
        return self.run.finished_at is None and max(self.last_at or self.run.started_at, since) > since


class Runs:
    """Repository of runs."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, run: Run) -> None:
        """A new run."""
        self._session.add(RunRow(**codec.run_values(run)))

    def has(self, run_id: str) -> bool:
        """True where the run is known."""
        return self._session.get(RunRow, run_id) is not None

    def finish(self, run_id: str, *, at: datetime) -> None:
        """Note the end of a run."""
        self._session.execute(update(RunRow).where(RunRow.id == run_id).values(finished_at=at))

    def latest(self, limit: int = 20) -> list[RunProgress]:
        """The newest runs first."""
        return self._progress(_FAR.order_by(RunRow.started_at.desc(), RunRow.id).limit(limit))

    def under_way(self, *, since: datetime, begun: datetime) -> list[RunProgress]:
        """Batches that go on, newest first; those of jobs are not among them.

        Args:
            since: A batch must have begun, or finished a call, after this moment.
            begun: And not have begun before this one, so that few rows are looked at.
        """
        wanted = _FAR.where(
            RunRow.started_at >= begun, RunRow.finished_at.is_(None), RunRow.id.not_like(f"{JOB}%")
        ).order_by(RunRow.started_at.desc(), RunRow.id)
        return [one for one in self._progress(wanted) if one.going(since)]

    def finished_since(self, run_id: str, since: datetime) -> list[datetime]:
        """When the newest calls of a run were finished, no earlier than this and at most some."""
        newest = select(ResultRow.at).where(ResultRow.run_id == run_id).order_by(ResultRow.seq.desc())
        return [at for at in self._session.scalars(newest.limit(_NEWEST)) if at >= since]

    def _progress(self, wanted: Select[Any]) -> list[RunProgress]:
        rows: Sequence[Any] = self._session.execute(wanted).all()
        return [
            RunProgress(run=codec.run_of(row), done=int(done), failed=int(failed), last_at=last)
            for row, done, failed, last in rows
        ]


def _of_run(wanted: Select[Any]) -> ScalarSelect[Any]:
    return wanted.correlate(RunRow).scalar_subquery()


_FAR: Select[Any] = select(
    RunRow,
    _of_run(select(func.count()).select_from(ResultRow).where(ResultRow.run_id == RunRow.id)),
    _of_run(select(func.count()).select_from(FailureRow).where(FailureRow.run_id == RunRow.id)),
    _of_run(
        select(ResultRow.at).where(ResultRow.run_id == RunRow.id).order_by(ResultRow.seq.desc()).limit(1)
    ),
)
"""A run, how many calls it finished, how many failed, and when it last finished one."""
