"""Collections that agents hear: what colleagues did well, shared with the agents of a unit by who keeps it.

An agent reaches no call but his own. What lies in a shared collection is the exception: its words masked, its sound
muted, and nothing of the call's score or its customer. Taking it out, archiving the collection or no longer sharing it
ends that at once.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi import Path as InPath
from fastapi.responses import FileResponse

from callqa.api.actor import Actor, Need
from callqa.api.audio import PLAYED, Recorded, cut, whole_of
from callqa.api.calls import note_seen
from callqa.api.collections import said_in
from callqa.api.house import TheHouse
from callqa.api.paging import whole
from callqa.api.problems import Refusal, answers
from callqa.api.rights import Reach, Right, reach_of
from callqa.api.wire import Page
from callqa.api.wire.collection import SharedItem, SharedOpened, SharedShown
from callqa.api.work import Read, Route
from callqa.domain import Collection, CollectionItem, Span
from callqa.store import EVERYTHING, CallSummary, UnitOfWork

router = APIRouter(prefix="/shared-collections", tags=["collections"], route_class=Route)

TheHearer = Annotated[Actor, Depends(Need(Right.collections_hear))]
CollectionId = Annotated[str, InPath(max_length=128, description="Collection id.")]
ItemId = Annotated[str, InPath(max_length=128, description="Item id.")]
_TURNS = 200
_MARGIN = 300
"""Milliseconds heard before and after a clip: words begin a little earlier than a recogniser says."""


def _units(actor: Actor) -> tuple[str, ...]:
    """Paths of the units that the actor hears with."""
    return tuple(post.path for post in actor.posts if reach_of(actor.right, post.role) is not Reach.none)


def _hears(actor: Actor, work: UnitOfWork, one: Collection) -> bool:
    """Whether it is shared, in use, and made for a unit that one's own belongs to."""
    if not one.shared or one.archived:
        return False
    path = work.organisation.path_of(one.unit)
    return path is not None and any(own.startswith(path) for own in _units(actor))


def _heard(actor: Actor, work: UnitOfWork, name: str) -> Collection:
    found: Collection | None = work.collections.get(name)
    if found is None or not _hears(actor, work, found):
        raise Refusal("missing")
    return found


def _calls(work: UnitOfWork, calls: Sequence[str]) -> dict[str, CallSummary]:
    # whosever they are: that the collection is shared with who asks is looked at before, always
    found: dict[str, CallSummary] = work.calls.summaries(calls, EVERYTHING)
    return found


def _shown(work: UnitOfWork, some: Sequence[Collection]) -> Iterator[SharedShown]:
    calls = work.collections.calls([one.id for one in some])
    there = _calls(work, [call for each in calls.values() for call in each])
    names = work.organisation.names([one.created_by for one in some])
    titles = {unit.id: unit.title for unit in work.organisation.units()}
    for one in some:
        yield SharedShown(
            id=one.id,
            title=one.title,
            description=one.description,
            unit_title=titles.get(one.unit, one.unit),
            by=names.get(one.created_by, ""),
            at=one.created_at,
            items=sum(call in there for call in calls[one.id]),
        )


@router.get("", responses=answers())
def shared_collections(actor: TheHearer, work: Read) -> Page[SharedShown]:
    """Collections in use that are shared with the agents of one's unit, newest first."""
    found = [one for one in work.collections.find(archived=False) if _hears(actor, work, one)]
    return whole(_shown(work, found))


@router.get("/{collection}", responses=answers(404))
def one_shared_collection(
    house: TheHouse, actor: TheHearer, work: Read, collection: CollectionId
) -> SharedOpened:
    """A shared collection: who spoke, what was said, masked, and why it is worth hearing."""
    found = _heard(actor, work, collection)
    house.trace.saw(actor.id, "collection.viewed", f"collection:{found.id}")
    (shown,) = _shown(work, [found])
    items = work.collections.items(found.id)
    calls = _calls(work, [one.call_id for one in items])
    names = work.organisation.names({one.agent for one in calls.values() if one.agent})
    content = []
    for one in items:
        call = calls.get(one.call_id)
        if call is not None:
            span = one.span or Span(start=0, end=call.duration)
            content.append(
                SharedItem(
                    id=one.id,
                    agent=names.get(call.agent or "", ""),
                    product=call.product,
                    note=one.note,
                    whole=one.span is None,
                    duration=span.duration,
                    turns=said_in(work, one.call_id, span, most=_TURNS),
                )
            )
    given = {name: getattr(shown, name) for name in SharedShown.model_fields}
    return SharedOpened(**given, content=tuple(content))


@router.get(
    "/{collection}/items/{item}/sound",
    response_class=FileResponse,
    responses={**answers(404, 410), **PLAYED},
)
def shared_sound(
    house: TheHouse, actor: TheHearer, work: Read, collection: CollectionId, item: ItemId
) -> FileResponse:
    """What an item sounds like, as FLAC; personal data is silent, always."""
    found = _heard(actor, work, collection)
    one = _item(work, found, item)
    recorded = Recorded(house, work, one.call_id)
    note_seen(house, actor, "clip.heard", one.call_id)
    if one.span is None:
        return whole_of(recorded)
    end = min(one.span.end + _MARGIN, recorded.facts.recording.duration)
    return cut(recorded, Span(start=max(0, one.span.start - _MARGIN), end=end))


def _item(work: UnitOfWork, one: Collection, item: str) -> CollectionItem:
    for each in work.collections.items(one.id):
        if each.id == item:
            return each
    raise Refusal("missing")
