"""Calls that stopped at a stage."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from callqa.domain import Failed
from callqa.store import codec
from callqa.store.tables import FailureRow

_LONGEST = 128


class Failures:
    """Repository of failures."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, failed: Failed, *, run_id: str, day: str | None, at: datetime) -> None:
        """Note a failure; the same failure of the same run is noted once.

        A file that could not even be opened is known by its name, which may be longer than any call's id.
        """
        failed = failed.replace(call_id=failed.call_id[:_LONGEST])
        values = codec.failure_values(failed, run_id=run_id, day=day, at=at)
        known = select(FailureRow.seq).where(
            FailureRow.run_id == run_id, FailureRow.call_id == failed.call_id, FailureRow.path == failed.path
        )
        if self._session.scalar(known) is None:
            self._session.add(FailureRow(**values))
            self._session.flush()

    def of(self, run_id: str) -> list[Failed]:
        """The failures of a run, in order."""
        rows = self._session.scalars(
            select(FailureRow).where(FailureRow.run_id == run_id).order_by(FailureRow.seq)
        )
        return [codec.failure_of(row) for row in rows]
