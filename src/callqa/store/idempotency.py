"""Answers already given to a POST, by its key, so that asking again does nothing again."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Table, delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from callqa.store.tables_work import IdempotencyRow

EMPTIED = {"callqa-erased": "true"}
"""Headers of a kept answer whose body an erasure took away: it is not given again, the request not carried out again."""

_ROW = cast(
    Table, IdempotencyRow.__table__
)  # plain columns: objects of the session cost more than the question


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered under a key.

    Attributes:
        request: Hash of the request; another one under the same key is a mistake of the client's.
        status: HTTP status; None while the first request is still at work.
        headers: Headers worth giving again.
        body: The body.
        at: When the key was first seen.
    """

    request: str
    status: int | None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    at: datetime | None = None

    @property
    def erased(self) -> bool:
        """What was answered spoke of a customer who wanted to be forgotten."""
        return self.headers == EMPTIED


class Idempotency:
    """Repository of answers."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(self, key: str, route: str, person: str, *, request: str, now: datetime) -> Answered | None:
        """Take a key; None where it was free, else what is known of it. Of two at once exactly one gets None."""
        postgresql = self._session.get_bind().dialect.name == "postgresql"
        values: dict[str, object] = {
            "key": key,
            "route": route,
            "person": person,
            "request": request,
            "status": None,
            "headers": {},
            "body": b"",
            "at": now,
        }
        insert = postgresql_insert if postgresql else sqlite_insert
        taken = self._session.scalar(
            insert(_ROW).values(**values).on_conflict_do_nothing().returning(_ROW.c.key)
        )
        return None if taken is not None else self.get(key, route, person)

    def get(self, key: str, route: str, person: str) -> Answered | None:
        """What is known of a key."""
        row = self._session.execute(select(_ROW).where(*_is(key, route, person))).one_or_none()
        return Answered(row.request, row.status, dict(row.headers), row.body, row.at) if row else None

    def answer(
        self, key: str, route: str, person: str, *, status: int, headers: dict[str, str], body: bytes
    ) -> None:
        """Keep the answer; in the same transaction as what was done, so that neither is there without the other."""
        self._session.execute(
            update(_ROW).where(*_is(key, route, person)).values(status=status, headers=headers, body=body)
        )

    def forget(self, key: str, route: str, person: str) -> None:
        """Free a key whose request failed and may be tried again."""
        self._session.execute(delete(IdempotencyRow).where(*_is(key, route, person)))

    def clear(self, *, before: datetime) -> None:
        """Forget answers older than this."""
        self._session.execute(delete(IdempotencyRow).where(IdempotencyRow.at < before))


def _is(key: str, route: str, person: str) -> tuple[ColumnElement[bool], ...]:
    return (IdempotencyRow.key == key, IdempotencyRow.route == route, IdempotencyRow.person == person)
