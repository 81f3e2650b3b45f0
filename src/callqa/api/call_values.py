"""What calls can be filtered by, as the manifests wrote it."""

from typing import Annotated

from fastapi import APIRouter, Depends

from callqa.api.actor import Actor, Need
from callqa.api.problems import answers
from callqa.api.rights import Right
from callqa.api.wire.call import CallValues
from callqa.api.work import Read, Route
from callqa.insights.queries import values_of_calls
from callqa.store import CallFilter

router = APIRouter(prefix="/calls", tags=["calls"], route_class=Route)


@router.get("/values", responses=answers())
def call_values(actor: Annotated[Actor, Depends(Need(Right.calls_read))], work: Read) -> CallValues:
    """Products, campaigns and regions that occur within reach, for the filters of the list."""
    return CallValues(**values_of_calls(work, CallFilter(scope=actor.scope)))
