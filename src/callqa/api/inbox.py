"""One's inbox."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from callqa.api.actor import Actor, Need
from callqa.api.house import TheHouse
from callqa.api.paging import After, Limit, page_of, place_of
from callqa.api.problems import answers
from callqa.api.rights import Right
from callqa.api.wire import Page
from callqa.api.wire.outbox import NotificationShown, Unread
from callqa.api.wire.outbox import Read as ReadLines
from callqa.api.work import IDEMPOTENT, Read, Route, Write
from callqa.store.outbox import Notification

router = APIRouter(prefix="/notifications", tags=["notifications"], route_class=Route)

TheOwner = Annotated[Actor, Depends(Need(Right.account))]


@router.get("", responses=answers())
def notifications(
    house: TheHouse,
    actor: TheOwner,
    work: Read,
    *,
    unread: Annotated[bool, Query(description="Only what was not read.")] = False,
    limit: Limit = 50,
    after: After = None,
) -> Page[NotificationShown]:
    """One's inbox, newest first; ``total`` is how many lines were not read."""
    of = f"notifications:{actor.id}"
    found = work.notifications.page(actor.id, unread=unread, after=place_of(house, after, of=of), limit=limit)
    page = page_of(house, found, _shown, of=of)
    return page.model_copy(update={"total": work.notifications.unread(actor.id)})


@router.post("/read", responses=answers(), dependencies=[IDEMPOTENT])
def read(house: TheHouse, actor: TheOwner, work: Write, asked: ReadLines) -> Unread:
    """Mark lines as read."""
    work.notifications.read(actor.id, asked.ids, now=house.now())
    return Unread(unread=work.notifications.unread(actor.id))


def _shown(one: Notification) -> NotificationShown:
    return NotificationShown(**{name: getattr(one, name) for name in NotificationShown.model_fields})
