"""A call's review: the scores side by side, and the ledger's events with optimistic locking."""

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Response
from pydantic import TypeAdapter

from callqa.api.actor import Actor, Need
from callqa.api.blind import refuse_blind
from callqa.api.calls import CallId
from callqa.api.deadlines import carry_call, escalate_call
from callqa.api.etags import IfMatch, etag, version_of
from callqa.api.house import House, TheHouse
from callqa.api.judging import Judged, append, append_judged, append_locked, judge
from callqa.api.ledger import Opened, level_of, masked_text, open_call, require_other
from callqa.api.problems import answers
from callqa.api.rights import Right
from callqa.api.terms import calendar_of, terms_of
from callqa.api.wire.review import (
    AcknowledgeAsked,
    EventAsked,
    EventsAsked,
    EventShown,
    ReviewShown,
    Written,
    beside,
    event_values,
)
from callqa.api.work import IDEMPOTENT, Read, Route, Write
from callqa.domain import Acknowledge, LineStatus, ReviewError, ReviewEvent
from callqa.review import Effective, standing, window_end
from callqa.store import UnitOfWork

router = APIRouter(tags=["reviews"], route_class=Route)

TheReader = Annotated[Actor, Depends(Need(Right.calls_read))]
TheReviewer = Annotated[Actor, Depends(Need(Right.review))]
TheAgent = Annotated[Actor, Depends(Need(Right.appeal_file))]
EVENT: TypeAdapter[ReviewEvent] = TypeAdapter(ReviewEvent)


@router.get("/calls/{call}/review", responses=answers(404))
def review(house: TheHouse, actor: TheReader, work: Read, response: Response, call: CallId) -> ReviewShown:
    """Machine's, effective and original score, and everything said, in order; the answer's ETag names the version."""
    carry_call(house, call)
    escalate_call(house, call)
    found = open_call(house, work, actor, call)
    refuse_blind(work, actor, call)
    response.headers["ETag"] = etag(found.version)
    return _shown(house, work, found)


def _shown(house: House, work: UnitOfWork, call: Opened) -> ReviewShown:
    now = call.effective()
    live = {event.id for event in standing(call.events)}
    first_id, first = work.scorecards.original(call.summary.id) or (call.summary.scorecard, call.card)
    calendar, terms = calendar_of(house.settings), terms_of(house.settings)
    own = [event for event in call.events if event.scorecard == call.summary.scorecard]
    until = {
        one.line.item: window_end(
            call.card, own, item=one.line.item, calendar=calendar, terms=terms
        ).isoformat()
        for one in now.lines
        if one.line.status is LineStatus.scored
        and (one.line.fatal or (not one.line.bonus and one.line.points < one.line.max_points))
    }
    return ReviewShown(
        call=call.summary.id,
        version=call.version,
        state=now.state,
        original=beside(first, first_id),
        machine=beside(call.card, call.summary.scorecard),
        effective=now,
        events=tuple(
            EventShown(number=number, standing=event.id in live, event=event)
            for number, event in enumerate(call.events, 1)
        ),
        may_appeal_until=until,
        names=work.organisation.names({event.author for event in call.events}),
    )


@router.post(
    "/calls/{call}/review/events",
    responses=answers(404, 409, 428),
    dependencies=[IDEMPOTENT],
    status_code=201,
)
def write_events(
    *,
    house: TheHouse,
    actor: TheReviewer,
    work: Write,
    response: Response,
    call: CallId,
    asked: EventsAsked,
    if_match: IfMatch = None,
) -> Written:
    """Write events, all or none; with If-Match, and 409 with the other's events where somebody was first.

    Events sent again under their own ids are taken as written: nothing happens twice.
    """
    # judged before the turn to write is taken, for others wait for it; judged again where somebody came between
    with house.read() as seen:
        found, made, judged = _judge(house, seen, actor, call, asked, if_match=if_match)
    if judged is None:
        return _written(response, found, made, found.effective())
    if not append_judged(house, work, judged, actor=actor.id):
        found, made, judged = _judge(house, work, actor, call, asked, if_match=if_match, lock=True)
        if judged is None:
            return _written(response, found, made, found.effective())
        append_locked(house, work, judged, actor=actor.id)
    return _written(response, judged.after, made, judged.now)


def _judge(
    house: House,
    work: UnitOfWork,
    actor: Actor,
    call: str,
    asked: EventsAsked,
    *,
    if_match: str | None,
    lock: bool = False,
) -> tuple[Opened, list[ReviewEvent], Judged | None]:
    """The call, the events asked for, and what they come to; None where all of them were written before."""
    found = open_call(house, work, actor, call, lock=lock)
    expected = version_of(if_match)
    require_other(actor, found)
    refuse_blind(work, actor, call)
    known = {event.id for event in found.events}
    made = [_event(house, actor, found, one, asked.scorecard) for one in asked.events]
    if all(event.id in known for event in made):
        expected = found.version
    for event in made:
        _may_undo(actor, found, event)
    level = level_of(actor, found.summary.unit_path)
    return found, made, judge(house, work, found, made, level=level, expected=expected)


def _event(house: House, actor: Actor, call: Opened, asked: EventAsked, scorecard: str) -> ReviewEvent:
    values = event_values(asked)
    for field in ("reason", "quote"):
        if field in values:
            values[field] = masked_text(values[field])
    return EVENT.validate_python(
        {
            **values,
            "id": asked.id or str(uuid4()),
            "call_id": call.summary.id,
            "scorecard": scorecard,
            "author": actor.id,
            "at": house.now(),
        }
    )


def _may_undo(actor: Actor, call: Opened, event: ReviewEvent) -> None:
    if event.kind != "undo":
        return
    target = next((one for one in call.events if one.id == event.event), None)
    superior = actor.has(Right.plan) and actor.other(Right.plan).reaches(call.summary.unit_path or None)
    if target is not None and target.author != actor.id and not superior:
        raise ReviewError(
            "只能撤销自己的操作。", code="review.author", hint="别人的操作请由队长以上的负责人撤销。"
        )


def _written(response: Response, call: Opened, made: list[ReviewEvent], now: Effective) -> Written:
    response.headers["ETag"] = etag(call.version)
    return Written(
        call=call.summary.id,
        version=call.version,
        events=tuple(event.id for event in made),
        effective=now,
    )


@router.post(
    "/calls/{call}/review/acknowledge",
    responses=answers(404, 409),
    dependencies=[IDEMPOTENT],
    status_code=201,
)
def acknowledge(
    *,
    house: TheHouse,
    actor: TheAgent,
    work: Write,
    response: Response,
    call: CallId,
    asked: AcknowledgeAsked,
) -> Written:
    """The agent has seen the card."""
    found = open_call(house, work, actor, call, lock=True)
    event = Acknowledge(
        id=f"{asked.scorecard[:32]}:{actor.id}:seen"[:128],
        call_id=call,
        scorecard=asked.scorecard,
        author=actor.id,
        at=house.now(),
        reason=masked_text(asked.reason),
    )
    after = append(house, work, found, [event], actor=actor.id)
    return _written(response, after, [event], after.effective())
