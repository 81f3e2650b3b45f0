"""Findings, quotes masked."""

from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from callqa.domain import Finding
from callqa.store import codec
from callqa.store.tables import FindingRow


class Findings:
    """Repository of findings."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, findings: Sequence[Finding], *, key: str, call_id: str) -> None:
        """Keep the findings of a call under a new key."""
        if findings:
            self._session.execute(
                insert(FindingRow), [codec.finding_values(one, key=key, call_id=call_id) for one in findings]
            )

    def of(self, key: str) -> tuple[Finding, ...]:
        """The findings under a key, in their order."""
        rows = self._session.scalars(select(FindingRow).where(FindingRow.key == key).order_by(FindingRow.seq))
        return tuple(codec.finding_of(row) for row in rows)
