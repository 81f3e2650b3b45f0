"""Who outside is told what, and how the messages got on."""

import secrets
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Query
from fastapi import Path as InPath

from callqa.api.actor import Actor, Need
from callqa.api.addresses import allowed
from callqa.api.house import TheHouse
from callqa.api.paging import After, Limit, page_of, place_of, whole
from callqa.api.problems import Refusal, answers
from callqa.api.rights import Right
from callqa.api.wire import Page
from callqa.api.wire.outbox import DeliveryShown, HookChange, HookMade, HookShown, NewHook
from callqa.api.work import Read, Route, Write
from callqa.store.outbox import Delivery, Hook

router = APIRouter(prefix="/webhooks", tags=["webhooks"], route_class=Route)

TheAdministrator = Annotated[Actor, Depends(Need(Right.webhooks))]
HookId = Annotated[str, InPath(min_length=1, max_length=128, description="Web-hook id.")]


@router.get("", responses=answers())
def hooks(_actor: TheAdministrator, work: Read) -> Page[HookShown]:
    """All web-hooks."""
    return whole(_shown(one) for one in work.hooks.all())


@router.post("", status_code=201, responses=answers())
def make_hook(house: TheHouse, actor: TheAdministrator, work: Write, asked: NewHook) -> HookMade:
    """A new web-hook; every message is signed with its secret."""
    allowed(asked.url, hosts=house.settings.hook_hosts)
    hook = Hook(
        id=uuid4().hex,
        url=asked.url,
        secret=f"whs_{secrets.token_urlsafe(32)}",
        events=tuple(dict.fromkeys(asked.events)),
        created_by=actor.id,
        created_at=house.now(),
    )
    work.hooks.put(hook)
    house.trace.did(work, actor.id, "webhook.make", f"webhook:{hook.id}", {"events": list(hook.events)})
    return HookMade(hook=_shown(hook), secret=hook.secret)


@router.patch("/{hook}", responses=answers(404))
def change_hook(
    house: TheHouse, actor: TheAdministrator, work: Write, hook: HookId, asked: HookChange
) -> HookShown:
    """Switch a web-hook on or off."""
    known = work.hooks.get(hook)
    if known is None:
        raise Refusal("missing")
    changed = Hook(
        **{name: getattr(known, name) for name in Hook.__slots__ if name != "active"}, active=asked.active
    )
    work.hooks.put(changed)
    house.trace.did(work, actor.id, "webhook.change", f"webhook:{hook}", {"active": asked.active})
    return _shown(changed)


@router.get("/{hook}/deliveries", responses=answers(404))
def deliveries(
    house: TheHouse,
    _actor: TheAdministrator,
    work: Read,
    hook: HookId,
    *,
    state: Annotated[str | None, Query(pattern="^(pending|running|done|dead)$")] = None,
    limit: Limit = 50,
    after: After = None,
) -> Page[DeliveryShown]:
    """Messages to a web-hook, newest first."""
    if work.hooks.get(hook) is None:
        raise Refusal("missing")
    place = place_of(house, after, of=f"deliveries:{hook}")
    found = work.hooks.deliveries(hook, state=state, after=place, limit=limit)
    return page_of(house, found, _delivery, of=f"deliveries:{hook}")


def _shown(hook: Hook) -> HookShown:
    return HookShown(**{name: getattr(hook, name) for name in HookShown.model_fields})


def _delivery(one: Delivery) -> DeliveryShown:
    return DeliveryShown(**{name: getattr(one, name) for name in DeliveryShown.model_fields})
