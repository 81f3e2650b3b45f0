"""Technique readings, quotes masked."""

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from callqa.domain import TechniqueReading
from callqa.store import codec
from callqa.store.tables import ReadingRow, TechniqueRow


class Techniques:
    """Repository of technique readings."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, reading: TechniqueReading, *, key: str, call_id: str) -> None:
        """Keep the reading of a call under a new key."""
        head, rows = codec.reading_values(reading, key=key, call_id=call_id)
        self._session.execute(insert(ReadingRow), [head])
        if rows:
            self._session.execute(insert(TechniqueRow), rows)

    def get(self, key: str) -> TechniqueReading:
        """The reading under a key."""
        rows = self._session.scalars(
            select(TechniqueRow).where(TechniqueRow.key == key).order_by(TechniqueRow.seq)
        )
        return codec.reading_of(self._session.get_one(ReadingRow, key), list(rows))
