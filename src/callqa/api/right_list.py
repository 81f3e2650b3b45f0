"""Who may do what, as the one table says it: for whoever gives people their posts."""

from typing import Annotated

from fastapi import APIRouter, Depends

from callqa.api.actor import Actor, Need
from callqa.api.paging import whole
from callqa.api.problems import answers
from callqa.api.rights import TABLE, Reach, Right
from callqa.api.wire import Page
from callqa.api.wire.wire import Wire
from callqa.api.work import Route
from callqa.domain import Role

router = APIRouter(prefix="/rights", tags=["people"], route_class=Route)

TheReader = Annotated[Actor, Depends(Need(Right.org_read))]


class RightShown(Wire):
    """A right, and how far it goes for each role."""

    right: Right
    """As tokens name it."""
    reaches: dict[Role, Reach]
    """Role → nothing, one's own, the unit of the post and all below it, or the whole centre."""


@router.get("", responses=answers())
def rights(_actor: TheReader) -> Page[RightShown]:
    """Every right with its reach for every role; it is part of the program and the same in every centre."""
    return whole(RightShown(right=right, reaches=dict(row)) for right, row in TABLE.items())
