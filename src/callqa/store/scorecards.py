"""Scorecards: immutable, many per call."""

from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from callqa.domain import Scorecard
from callqa.store import codec
from callqa.store.tables import ResultRow, ScorecardRow

_CARDS = cast(Table, ScorecardRow.__table__)
"""Plain columns: objects of the session cost more than the question."""


class Scorecards:
    """Repository of scorecards."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, card: Scorecard) -> str:
        """Keep a card; the same card twice is one row. Returns its id."""
        values = codec.scorecard_values(card)
        if self._session.get(ScorecardRow, values["id"]) is None:
            self._session.add(ScorecardRow(**values))
            self._session.flush()
        return str(values["id"])

    def get(self, card_id: str) -> Scorecard:
        """The card of an id."""
        return codec.scorecard_of(self._session.execute(select(_CARDS).where(_CARDS.c.id == card_id)).one())

    def original(self, call_id: str) -> tuple[str, Scorecard] | None:
        """Id and card of the first result of a call; None where it was never finished."""
        row = self._session.scalar(
            select(ScorecardRow)
            .join(ResultRow, ResultRow.scorecard_id == ScorecardRow.id)
            .where(ResultRow.call_id == call_id)
            .order_by(ResultRow.seq)
            .limit(1)
        )
        return (row.id, codec.scorecard_of(row)) if row else None
