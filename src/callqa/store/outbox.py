"""What goes out: web-hooks with their queue of deliveries, and lines in people's inboxes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import ColumnElement, Table, and_, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from callqa.store.search import Page, Place
from callqa.store.tables_people import NotificationRow
from callqa.store.tables_work import DeliveryRow, HookRow


@dataclass(frozen=True, slots=True)
class Hook:
    """Somebody to be told by HTTP.

    Attributes:
        id: Unique.
        url: Where to.
        secret: Key of the signature; never shown again.
        events: ``call.scored``, ``call.fatal``, ``call.reviewed``.
        created_by: Who set it up.
        created_at: When.
        active: False: nothing is sent.
    """

    id: str
    url: str
    secret: str
    events: tuple[str, ...]
    created_by: str
    created_at: datetime
    active: bool = True


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one hook.

    Attributes:
        id: Unique; sent along, so that the receiver can drop repeats.
        hook: The hook.
        event: What happened.
        body: What is sent.
        created_at: When it happened.
        state: pending, running, done or dead.
        attempts: How often it was tried.
        not_before: Next attempt.
        status: HTTP status of the last attempt; None where there was no answer.
        message: What went wrong.
    """

    id: str
    hook: str
    event: str
    body: dict[str, Any]
    created_at: datetime
    state: str
    attempts: int
    not_before: datetime | None
    status: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Notification:
    """A line in somebody's inbox.

    Attributes:
        id: Unique; the same line is put in once.
        person: Whose inbox.
        kind: ``appeal.filed``, ``appeal.ruled``, ``coaching.set``, …
        text: Chinese sentence, masked.
        subject: What it is about, e.g. ``call:C0001``.
        at: When.
        read_at: When it was read.
    """

    id: str
    person: str
    kind: str
    text: str
    subject: str
    at: datetime
    read_at: datetime | None = None


class Hooks:
    """Repository of web-hooks and deliveries."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, hook: Hook) -> None:
        """A new hook, or a changed one."""
        self._session.merge(HookRow(**_values(hook) | {"events": list(hook.events)}))
        self._session.flush()

    def get(self, hook_id: str) -> Hook | None:
        """One hook, or None."""
        row = self._session.get(HookRow, hook_id)
        return _hook(row) if row else None

    def all(self) -> tuple[Hook, ...]:
        """All hooks, oldest first."""
        return tuple(
            _hook(row)
            for row in self._session.scalars(select(HookRow).order_by(HookRow.created_at, HookRow.id))
        )

    def wanted(self, events: Collection[str]) -> frozenset[str]:
        """Those of the events that some active hook wants."""
        hooks = self._session.execute(select(HookRow.events).where(HookRow.active)).scalars()
        return frozenset(events) & {event for some in hooks for event in some}

    def announce(self, event: str, body: dict[str, Any], *, now: datetime) -> int:
        """Queue a message to every active hook that wants such events; how many."""
        hooks = self._session.execute(
            select(HookRow.id, HookRow.events).where(HookRow.active).order_by(HookRow.created_at, HookRow.id)
        )
        wanted = [hook for hook in hooks if event in hook.events]
        if wanted:
            self._session.execute(
                insert(DeliveryRow),
                [
                    {
                        "id": str(uuid4()),
                        "hook": hook.id,
                        "event": event,
                        "body": body,
                        "created_at": now,
                        "state": "pending",
                        "attempts": 0,
                        "not_before": None,
                        "worker": None,
                        "lease": None,
                        "status": None,
                        "message": "",
                    }
                    for hook in wanted
                ],
            )
        return len(wanted)

    def due(self, *, now: datetime) -> bool:
        """Whether `take` would find a message; needs no write transaction."""
        return self._session.scalar(select(DeliveryRow.seq).where(_due(now)).limit(1)) is not None

    def take(self, worker: str, *, now: datetime, lease: datetime) -> Delivery | None:
        """The oldest message that is due, or whose worker's lease ran out; None where there is none."""
        wanted = select(DeliveryRow.seq).where(_due(now)).order_by(DeliveryRow.seq).limit(1)
        seq = self._session.scalar(wanted.with_for_update(skip_locked=True))
        if seq is None:
            return None
        self._session.execute(
            update(DeliveryRow)
            .where(DeliveryRow.seq == seq)
            .values(state="running", worker=worker, lease=lease, attempts=DeliveryRow.attempts + 1)
            .execution_options(synchronize_session=False)
        )
        return _delivery(self._session.get_one(DeliveryRow, seq, populate_existing=True))

    def delivered(self, delivery_id: str, worker: str, *, status: int) -> bool:
        """A message arrived; False where another worker has taken it meanwhile."""
        return self._end(delivery_id, worker, state="done", status=status, message="")

    def refused(
        self, delivery_id: str, worker: str, *, status: int | None, message: str, retry_at: datetime | None
    ) -> bool:
        """A message did not arrive: again at ``retry_at``, or dead where that is None."""
        state = "dead" if retry_at is None else "pending"
        return self._end(
            delivery_id, worker, state=state, status=status, message=message, not_before=retry_at
        )

    def _end(self, delivery_id: str, worker: str, **values: Any) -> bool:
        found = self._session.scalar(
            update(DeliveryRow)
            .where(
                DeliveryRow.id == delivery_id, DeliveryRow.worker == worker, DeliveryRow.state == "running"
            )
            .values(worker=None, lease=None, **values)
            .returning(DeliveryRow.id)
            .execution_options(synchronize_session=False)
        )
        return found is not None

    def deliveries(
        self, hook_id: str, *, state: str | None = None, after: Place | None = None, limit: int = 50
    ) -> Page[Delivery]:
        """Messages of a hook, newest first."""
        wanted = select(DeliveryRow).where(DeliveryRow.hook == hook_id).order_by(DeliveryRow.seq.desc())
        if state is not None:
            wanted = wanted.where(DeliveryRow.state == state)
        if after is not None:
            wanted = wanted.where(DeliveryRow.seq < int(after[0]))
        rows = list(self._session.scalars(wanted.limit(limit + 1)))
        place = (rows[limit - 1].seq, rows[limit - 1].id) if len(rows) > limit else None
        return Page(items=tuple(_delivery(row) for row in rows[:limit]), next=place)


class Notifications:
    """Repository of inboxes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, notifications: Sequence[Notification]) -> None:
        """New lines; those known by their ids are left as they are."""
        if not notifications:
            return
        postgresql = self._session.get_bind().dialect.name == "postgresql"
        new = (postgresql_insert if postgresql else sqlite_insert)(cast(Table, NotificationRow.__table__))
        self._session.execute(new.on_conflict_do_nothing(), [_values(one) for one in notifications])

    def page(
        self, person: str, *, unread: bool = False, after: Place | None = None, limit: int = 50
    ) -> Page[Notification]:
        """A person's inbox, newest first; only unread lines if asked."""
        wanted = select(NotificationRow).where(NotificationRow.person == person)
        if unread:
            wanted = wanted.where(NotificationRow.read_at.is_(None))
        if after is not None:
            wanted = wanted.where(NotificationRow.seq < int(after[0]))
        rows = list(self._session.scalars(wanted.order_by(NotificationRow.seq.desc()).limit(limit + 1)))
        place = (rows[limit - 1].seq, rows[limit - 1].id) if len(rows) > limit else None
        items = tuple(
            Notification(**{name: getattr(row, name) for name in Notification.__slots__})
            for row in rows[:limit]
        )
        return Page(items=items, next=place)

    def unread(self, person: str) -> int:
        """How many lines a person has not read."""
        return int(
            self._session.scalar(
                select(func.count()).where(
                    NotificationRow.person == person, NotificationRow.read_at.is_(None)
                )
            )
            or 0
        )

    def read(self, person: str, ids: Sequence[str] | None, *, now: datetime) -> int:
        """Mark a person's lines as read (None: all); how many were unread."""
        wanted = update(NotificationRow).where(
            NotificationRow.person == person, NotificationRow.read_at.is_(None)
        )
        if ids is not None:
            wanted = wanted.where(NotificationRow.id.in_(ids))
        changed = self._session.scalars(
            wanted.values(read_at=now)
            .returning(NotificationRow.id)
            .execution_options(synchronize_session=False)
        )
        return len(list(changed))


def _due(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(
            DeliveryRow.state == "pending",
            or_(DeliveryRow.not_before.is_(None), DeliveryRow.not_before <= now),
        ),
        and_(DeliveryRow.state == "running", DeliveryRow.lease <= now),
    )


def _hook(row: HookRow) -> Hook:
    values = {name: getattr(row, name) for name in Hook.__slots__}
    return Hook(**values | {"events": tuple(row.events)})


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(**{name: getattr(row, name) for name in Delivery.__slots__})


def _values(noun: Any) -> dict[str, Any]:
    return {name: getattr(noun, name) for name in noun.__slots__}
