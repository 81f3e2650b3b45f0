"""Review events: append-only."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from callqa.domain import ReviewEvent
from callqa.store import codec
from callqa.store.tables import ReviewEventRow


class Reviews:
    """Repository of review events. It can add and read, and has no way to change or delete."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(self, event: ReviewEvent) -> None:
        """Add an event; an event replayed under the same id counts once."""
        if self._session.scalar(select(ReviewEventRow.seq).where(ReviewEventRow.id == event.id)) is None:
            self._session.add(ReviewEventRow(**codec.event_values(event)))
            self._session.flush()

    def of(self, call_id: str) -> list[ReviewEvent]:
        """All events of a call, in the order they came in."""
        rows = self._session.scalars(
            select(ReviewEventRow).where(ReviewEventRow.call_id == call_id).order_by(ReviewEventRow.seq)
        )
        return [codec.event_of(row) for row in rows]
