"""Measures of talk and recording."""

from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from callqa.domain import Measure
from callqa.store import codec
from callqa.store.tables import MeasureRow

_COLUMNS = (MeasureRow.name, MeasureRow.value, MeasureRow.unit, MeasureRow.note, MeasureRow.spans)


class Measures:
    """Repository of measures."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, measures: Sequence[Measure], *, key: str, call_id: str) -> None:
        """Keep the measures of a call under a new key."""
        if measures:
            self._session.execute(
                insert(MeasureRow), [codec.measure_values(one, key=key, call_id=call_id) for one in measures]
            )

    def of(self, key: str) -> tuple[Measure, ...]:
        """The measures under a key, in their order."""
        wanted = select(*_COLUMNS).where(MeasureRow.key == key).order_by(MeasureRow.seq)
        rows = self._session.execute(wanted)
        return tuple(codec.measure_of(row) for row in rows)
