"""Runs: one row per batch."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from callqa.domain import Run
from callqa.store import codec
from callqa.store.tables import FailureRow, ResultRow, RunRow


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

    def latest(self, limit: int = 20) -> list[tuple[Run, int, int]]:
        """The newest runs first, each with how many calls it finished and how many failed."""
        done = select(func.count()).where(ResultRow.run_id == RunRow.id).scalar_subquery()
        failed = select(func.count()).where(FailureRow.run_id == RunRow.id).scalar_subquery()
        rows = self._session.execute(
            select(RunRow, done, failed).order_by(RunRow.started_at.desc(), RunRow.id).limit(limit)
        )
        return [(codec.run_of(row), int(results), int(failures)) for row, results, failures in rows]
