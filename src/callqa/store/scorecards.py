"""Scorecards: immutable, many per call."""

from sqlalchemy.orm import Session

from callqa.domain import Scorecard
from callqa.store import codec
from callqa.store.tables import ScorecardRow


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
        return codec.scorecard_of(self._session.get_one(ScorecardRow, card_id))
