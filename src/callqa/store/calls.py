"""Calls and their recordings."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from callqa.domain import Call, IncomingCall
from callqa.store import codec
from callqa.store.tables import CallRow, RecordingRow


class Calls:
    """Repository of calls."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, call: Call, *, path: str) -> None:
        """A new call, or newer facts of a known one."""
        self._session.merge(RecordingRow(**codec.recording_values(call.recording)))
        self._session.flush()
        self._session.merge(CallRow(**codec.call_values(call, path=path)))
        self._session.flush()

    def get(self, call_id: str) -> Call | None:
        """One call, or None."""
        row = self._session.get(CallRow, call_id)
        return codec.call_of(row, self._recording(row.sha256)) if row else None

    def _recording(self, sha256: str) -> RecordingRow:
        return self._session.get_one(RecordingRow, sha256)

    def incoming(
        self, *, first_day: str | None = None, last_day: str | None = None, ids: Sequence[str] | None = None
    ) -> list[IncomingCall]:
        """Stored calls as intake would give them, by id.

        Args:
            first_day: First local day, ``YYYY-MM-DD``, inclusive; a call without a start has no day and is left
                out as soon as either end is given.
            last_day: Last local day, inclusive.
            ids: Only these calls.
        """
        wanted = select(CallRow).order_by(CallRow.id)
        if first_day is not None:
            wanted = wanted.where(CallRow.day >= first_day)
        if last_day is not None:
            wanted = wanted.where(CallRow.day <= last_day)
        if ids is not None:
            wanted = wanted.where(CallRow.id.in_(ids))
        return [codec.incoming_of(row) for row in self._session.scalars(wanted)]
