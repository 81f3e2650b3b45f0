"""The trace: who did, saw or heard what."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from callqa.api.actor import Actor, Need
from callqa.api.house import TheHouse
from callqa.api.paging import After, Limit, page_of, place_of
from callqa.api.problems import answers
from callqa.api.rights import Right
from callqa.api.wire import Page
from callqa.api.wire.trace import NotedShown, Verified
from callqa.api.work import Read, Route
from callqa.store.audit import Noted

router = APIRouter(prefix="/audit", tags=["audit"], route_class=Route)

TheAuditor = Annotated[Actor, Depends(Need(Right.audit))]
Text = Annotated[str | None, Query(max_length=200)]
At = Annotated[AwareDatetime | None, Query(description="With a zone.")]


@router.get("", responses=answers())
def audit(
    house: TheHouse,
    _actor: TheAuditor,
    work: Read,
    *,
    actor: Text = None,
    action: Text = None,
    subject: Text = None,
    first: At = None,
    last: At = None,
    limit: Limit = 50,
    after: After = None,
) -> Page[NotedShown]:
    """Rows of the log, newest first, from ``first`` on and before ``last``."""
    found = work.audit.page(
        actor=actor,
        action=action,
        subject=subject,
        first=_within(first),
        last=_within(last),
        after=place_of(house, after, of="audit"),
        limit=limit,
    )
    return page_of(house, found, _shown, of="audit")


def _within(at: datetime | None) -> datetime | None:
    """A time that both databases can hold; the first and last days of all time have no UTC."""
    if at is None:
        return None
    low, high = datetime(1970, 1, 2, tzinfo=at.tzinfo), datetime(9999, 12, 30, tzinfo=at.tzinfo)
    return min(max(at, low), high)


@router.get("/verify", responses=answers())
def verify(house: TheHouse, _actor: TheAuditor, work: Read) -> Verified:
    """Recompute the whole chain."""
    house.trace.flush()
    faults = work.audit.verify()
    anchor = work.audit.anchor()
    return Verified(whole=not faults, rows=anchor.seq if anchor else 0, faults=faults)


def _shown(one: Noted) -> NotedShown:
    return NotedShown(**{name: getattr(one, name) for name in NotedShown.model_fields})
