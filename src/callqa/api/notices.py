"""Lines in people's inboxes, and who of a unit gets them."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from hashlib import sha256

from callqa.domain import Role
from callqa.store import Notification, UnitOfWork


def notify(
    work: UnitOfWork,
    people: Iterable[str | None],
    *,
    kind: str,
    text: str,
    subject: str,
    key: str,
    at: datetime,
) -> None:
    """Put a line into inboxes; see `lines_for`."""
    work.notifications.add(lines_for(work, people, kind=kind, text=text, subject=subject, key=key, at=at))


def lines_for(
    work: UnitOfWork,
    people: Iterable[str | None],
    *,
    kind: str,
    text: str,
    subject: str,
    key: str,
    at: datetime,
) -> list[Notification]:
    """A line for inboxes; the same key reaches the same person once.

    Args:
        work: Only read.
        people: Whose inboxes; unknown and missing people are left out.
        kind: ``noun.verb``.
        text: Chinese sentence without words of a call.
        subject: What it is about, e.g. ``call:C0001``.
        key: Of what happened, e.g. an event's id.
        at: When.
    """
    known = [person for person in dict.fromkeys(people) if person and work.organisation.person(person)]
    return [
        Notification(
            id=sha256(f"{key}\x00{person}".encode()).hexdigest(),
            person=person,
            kind=kind,
            text=text[:500],
            subject=subject,
            at=at,
        )
        for person in known
    ]


def heads(work: UnitOfWork, unit_path: str, roles: Collection[Role], day: date) -> list[str]:
    """People with one of these roles in a unit of the path on a day; the nearest unit that has any.

    Args:
        work: The transaction.
        unit_path: E.g. ``/hq/d1/t1/``.
        roles: Which roles.
        day: On which day.
    """
    holders: dict[str, list[str]] = {}
    for post in work.organisation.posts():
        if post.role in roles and post.holds_on(day):
            holders.setdefault(post.unit, []).append(post.person)
    for unit in reversed(unit_path.strip("/").split("/")):
        if unit in holders:
            return sorted(set(holders[unit]))
    return []
