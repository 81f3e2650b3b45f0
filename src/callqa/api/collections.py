"""Collections (录音合集): calls and clips worth hearing, put together for the people of a unit."""

from collections.abc import Sequence
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Query, Response
from fastapi import Path as InPath

from callqa.api.actor import Actor, Need
from callqa.api.blind import blind_calls, without_verdict
from callqa.api.call_export import EXCEL_FILE, workbook
from callqa.api.call_export import without_verdict as _sheet_without_verdict
from callqa.api.etags import IfMatch, etag, version_of
from callqa.api.house import House, TheHouse
from callqa.api.ledger import masked_text
from callqa.api.paging import whole
from callqa.api.problems import Refusal, answers
from callqa.api.rights import Right
from callqa.api.wire import Page
from callqa.api.wire.call import call_shown
from callqa.api.wire.collection import (
    ClipTurn,
    CollectionAsked,
    CollectionChange,
    CollectionOpened,
    CollectionShown,
    ItemAsked,
    ItemNote,
    ItemsAdded,
    ItemsAsked,
    ItemShown,
)
from callqa.api.work import IDEMPOTENT, Read, Route, Write
from callqa.domain import Collection, CollectionItem, ReviewError, Span
from callqa.insights.call_list import Clip, call_sheet, clip_sheet
from callqa.store import CallSummary, UnitOfWork

router = APIRouter(prefix="/collections", tags=["collections"], route_class=Route)

TheReader = Annotated[Actor, Depends(Need(Right.collections_read))]
TheCollector = Annotated[Actor, Depends(Need(Right.collect))]
CollectionId = Annotated[str, InPath(max_length=128, description="Collection id.")]
ItemId = Annotated[str, InPath(max_length=128, description="Item id.")]
_TURNS = 8
"""Turns told of a clip: enough to know it again, the rest is for the ear."""


def _reaches(actor: Actor, work: UnitOfWork, one: Collection) -> bool:
    """Whether the collection's unit lies within the actor's right."""
    path = work.organisation.path_of(one.unit)
    return actor.reaches(path) if path is not None else "/" in actor.scope.paths


def _sees(actor: Actor, work: UnitOfWork, one: Collection) -> bool:
    """Whether it is one's own, of one's unit or a unit below, or made for a unit that one's own belongs to."""
    if one.created_by == actor.id or _reaches(actor, work, one):
        return True
    path = work.organisation.path_of(one.unit)
    return path is not None and any(own.startswith(path) for own in actor.scope.paths)


def _changes(actor: Actor, work: UnitOfWork, one: Collection) -> bool:
    """Whether the cover is the actor's to change."""
    return actor.has(Right.collect) and (
        one.created_by == actor.id or _reaches(actor.other(Right.collect), work, one)
    )


def _seen(actor: Actor, work: UnitOfWork, name: str, *, lock: bool = False) -> Collection:
    found: Collection | None = work.collections.get(name, lock=lock)
    if found is None or not _sees(actor, work, found):
        raise Refusal("missing")
    return found


def _own(actor: Actor, work: UnitOfWork, name: str) -> Collection:
    """A collection, locked, that the actor may change; raises `Refusal`."""
    found = _seen(actor, work, name, lock=True)
    if not _changes(actor, work, found):
        raise Refusal(
            "auth.forbidden", "这个合集是别人的：可以往里加通话，改名和移走要由建它的人或本单位的人来做。"
        )
    return found


def _visible(actor: Actor, work: UnitOfWork, calls: Sequence[str]) -> dict[str, CallSummary]:
    found: dict[str, CallSummary] = work.calls.summaries(calls, actor.other(Right.calls_read).scope)
    return found


def _shown(actor: Actor, work: UnitOfWork, one: Collection) -> CollectionShown:
    (shown,) = _all_shown(actor, work, [one])
    return shown


def _all_shown(actor: Actor, work: UnitOfWork, some: Sequence[Collection]) -> list[CollectionShown]:
    calls = work.collections.calls([one.id for one in some])
    seen = _visible(actor, work, [call for each in calls.values() for call in each])
    names = work.organisation.names([one.created_by for one in some])
    titles = {unit.id: unit.title for unit in work.organisation.units()}
    shown = []
    for one in some:
        there = sum(call in seen for call in calls[one.id])
        shown.append(
            CollectionShown(
                collection=one,
                unit_title=titles.get(one.unit, one.unit),
                by=names.get(one.created_by, one.created_by),
                items=there,
                hidden=len(calls[one.id]) - there,
                may_add=actor.has(Right.collect) and not one.archived,
                may_change=_changes(actor, work, one),
            )
        )
    return shown


@router.get("", responses=answers())
def collections(
    actor: TheReader,
    work: Read,
    archived: Annotated[bool, Query(description="Those in the archive instead of those in use.")] = False,
) -> Page[CollectionShown]:
    """Collections for one's unit, the units above and below it, and one's own; newest first."""
    found = [one for one in work.collections.find(archived=archived) if _sees(actor, work, one)]
    return whole(_all_shown(actor, work, found))


@router.post("", responses=answers(404, 409), dependencies=[IDEMPOTENT], status_code=201)
def make_collection(
    house: TheHouse, actor: TheCollector, work: Write, response: Response, asked: CollectionAsked
) -> CollectionShown:
    """Make a collection, with its first calls if there are any."""
    path = work.organisation.path_of(asked.unit)
    if path is None:
        raise Refusal("missing", "没有这个单位。")
    actor.require(path)
    one = Collection(
        id=str(uuid4()),
        title=masked_text(asked.title),
        description=masked_text(asked.description),
        unit=asked.unit,
        shared=asked.shared,
        created_by=actor.id,
        created_at=house.now(),
    )
    work.collections.put(one)
    added = _put_in(house, actor, work, one, asked.items)
    detail = {"items": added, **({"shared": True} if one.shared else {})}
    house.trace.did(work, actor.id, "collection.make", f"collection:{one.id}", detail)
    response.headers["ETag"] = etag(one.version)
    return _shown(actor, work, one)


def _put_in(house: House, actor: Actor, work: UnitOfWork, one: Collection, asked: Sequence[ItemAsked]) -> int:
    """Put calls in that the actor may see; how many were new."""
    seen = _visible(actor, work, [each.call for each in asked])
    for each in asked:
        call = seen.get(each.call)
        if call is None:
            raise Refusal("missing", f"没有通话 {each.call}，或不在您的范围内。")
        if each.span is not None and each.span.end > call.duration:
            raise ReviewError(
                f"片段在通话 {each.call} 的结尾之后。", code="collection.span", hint="请重新选片段。"
            )
    return len(
        work.collections.add(
            [
                CollectionItem(
                    id=str(uuid4()),
                    collection=one.id,
                    call_id=each.call,
                    span=each.span,
                    note=masked_text(each.note),
                    added_by=actor.id,
                    added_at=house.now(),
                )
                for each in asked
            ]
        )
    )


@router.get("/{collection}", responses=answers(404))
def one_collection(
    house: TheHouse, actor: TheReader, work: Read, response: Response, collection: CollectionId
) -> CollectionOpened:
    """A collection with its calls and clips; the ETag names the version of its cover."""
    found = _seen(actor, work, collection)
    response.headers["ETag"] = etag(found.version)
    house.trace.saw(actor.id, "collection.viewed", f"collection:{found.id}")
    shown = _shown(actor, work, found)
    content = _content(actor, work, found)
    people = {found.created_by, *(one.item.added_by for one in content)}
    people |= {one.call.agent for one in content if one.call.agent}
    given = {name: getattr(shown, name) for name in CollectionShown.model_fields}
    return CollectionOpened(**given, content=content, names=work.organisation.names(people))


def _content(actor: Actor, work: UnitOfWork, one: Collection) -> tuple[ItemShown, ...]:
    items = work.collections.items(one.id)
    seen = _visible(actor, work, [each.call_id for each in items])
    blind = blind_calls(work, actor.id)
    own = _changes(actor, work, one)
    shown = []
    for each in items:
        call = seen.get(each.call_id)
        if call is None:
            continue
        # why a call is here may tell what somebody thinks of it
        hidden = call.id in blind
        shown.append(
            ItemShown(
                item=each.replace(note="") if hidden else each,
                call=without_verdict(call_shown(call)) if hidden else call_shown(call),
                turns=said_in(work, each.call_id, each.span, most=_TURNS) if each.span is not None else (),
                may_change=not hidden and (own or (actor.has(Right.collect) and each.added_by == actor.id)),
            )
        )
    return tuple(shown)


def said_in(work: UnitOfWork, call: str, span: Span, *, most: int) -> tuple[ClipTurn, ...]:
    """The first turns of a call that touch a span, masked."""
    row = work.results.latest_row(call)
    if row is None:
        return ()
    turns = work.transcripts.spoken(row.transcript_key).turns
    touched = [one for one in turns if one.start < span.end and span.start < one.end]
    return tuple(ClipTurn(index=one.index, party=one.party, text=one.text) for one in touched[:most])


@router.patch("/{collection}", responses=answers(404, 409, 428))
def change_collection(
    *,
    house: TheHouse,
    actor: TheCollector,
    work: Write,
    response: Response,
    collection: CollectionId,
    asked: CollectionChange,
    if_match: IfMatch = None,
) -> CollectionShown:
    """Rename, describe, archive, share with the agents of its unit, or undo it; 409 with the cover as it is now."""
    found = _own(actor, work, collection)
    if version_of(if_match) != found.version:
        raise Refusal(
            "conflict",
            "这个合集刚被别人改过。",
            current=found.model_dump(mode="json"),
            headers={"ETag": etag(found.version)},
        )
    given = asked.model_dump(exclude_none=True)
    for name in ("title", "description"):
        if name in given:
            given[name] = masked_text(given[name])
    changed = found.replace(**given, version=found.version + 1)
    work.collections.put(changed)
    # who let agents hear it, and who took it from them, is told by name
    detail = {
        "changed": sorted(given),
        **({"shared": changed.shared} if changed.shared != found.shared else {}),
    }
    house.trace.did(work, actor.id, "collection.change", f"collection:{found.id}", detail)
    response.headers["ETag"] = etag(changed.version)
    return _shown(actor, work, changed)


@router.delete("/{collection}", responses=answers(404), status_code=204)
def delete_collection(house: TheHouse, actor: TheCollector, work: Write, collection: CollectionId) -> None:
    """Delete a collection; its calls stay what they are."""
    found = _own(actor, work, collection)
    items = len(work.collections.items(found.id))
    work.collections.delete(found.id)
    house.trace.did(work, actor.id, "collection.delete", f"collection:{found.id}", {"items": items})


@router.post("/{collection}/items", responses=answers(404, 409), dependencies=[IDEMPOTENT])
def add_to_collection(
    house: TheHouse, actor: TheCollector, work: Write, collection: CollectionId, asked: ItemsAsked
) -> ItemsAdded:
    """Put calls and clips in; what lies there already is not put in twice."""
    found = _seen(actor, work, collection, lock=True)
    if found.archived:
        raise ReviewError(
            "这个合集已归档。", code="collection.archived", hint="请先取消归档，或放进别的合集。"
        )
    added = _put_in(house, actor, work, found, asked.items)
    detail = {"added": added, "calls": sorted({one.call for one in asked.items})}
    house.trace.did(work, actor.id, "collection.add", f"collection:{found.id}", detail)
    return ItemsAdded(added=added, known=len(asked.items) - added, collection=_shown(actor, work, found))


def _item(actor: Actor, work: UnitOfWork, one: Collection, item: str) -> CollectionItem:
    """An item that the actor sees and may change; raises `Refusal`."""
    for each in work.collections.items(one.id):
        if each.id == item and _visible(actor, work, [each.call_id]):
            if not _changes(actor, work, one) and each.added_by != actor.id:
                raise Refusal("auth.forbidden", "这一条是别人放进来的。")
            return each
    raise Refusal("missing")


@router.patch("/{collection}/items/{item}", responses=answers(404))
def note_item(
    *,
    house: TheHouse,
    actor: TheCollector,
    work: Write,
    collection: CollectionId,
    item: ItemId,
    asked: ItemNote,
) -> CollectionItem:
    """Say why an item is there."""
    found = _seen(actor, work, collection, lock=True)
    each = _item(actor, work, found, item)
    changed = work.collections.note(each.id, collection=found.id, note=masked_text(asked.note))
    house.trace.did(work, actor.id, "collection.note", f"collection:{found.id}", {"call": each.call_id})
    return changed or each


@router.delete("/{collection}/items/{item}", responses=answers(404), status_code=204)
def take_out(
    house: TheHouse, actor: TheCollector, work: Write, collection: CollectionId, item: ItemId
) -> None:
    """Take an item out."""
    found = _seen(actor, work, collection, lock=True)
    each = _item(actor, work, found, item)
    work.collections.remove(each.id, collection=found.id)
    house.trace.did(work, actor.id, "collection.remove", f"collection:{found.id}", {"call": each.call_id})


@router.get("/{collection}/export", responses=answers(404) | EXCEL_FILE, response_class=Response)
def collection_export(house: TheHouse, actor: TheReader, work: Read, collection: CollectionId) -> Response:
    """A collection as an Excel workbook: its items with notes and words, and its calls; masked; recorded."""
    found = _seen(actor, work, collection)
    content = _content(actor, work, found)
    calls = _visible(actor, work, [one.item.call_id for one in content])
    blind = blind_calls(work, actor.id)
    names = {one.id: one.name for one in work.organisation.people()}
    units = {one.id: one.title for one in work.organisation.units()}
    clips = [
        Clip(
            item=one.item,
            agent=one.call.agent,
            words=tuple((turn.party, turn.text) for turn in one.turns),
        )
        for one in content
    ]
    sheets = [
        clip_sheet(clips, names=names),
        call_sheet(
            [_sheet_without_verdict(one) if one.id in blind else one for one in calls.values()],
            names=names,
            units=units,
        ),
    ]
    about = {
        "内容": "callqa 录音合集；个人信息已遮盖，得分为复核后的现行得分",
        "合集": found.title,
        "说明": found.description,
        "条数": f"{len(content)} 条",
    }
    house.trace.used(actor.id, "collection.exported", f"collection:{found.id}", {"items": len(content)})
    return workbook(house, actor, sheets, about, name="collection")
