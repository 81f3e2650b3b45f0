"""Calibration rounds: the same calls for several raters, an expert's answer, a note of what was agreed."""

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends
from fastapi import Path as InPath

from callqa.api.actor import Actor, Need
from callqa.api.agreement import cards_of, full_marks, with_times
from callqa.api.house import TheHouse
from callqa.api.ledger import masked_text
from callqa.api.notices import notify
from callqa.api.paging import whole
from callqa.api.problems import Refusal, answers
from callqa.api.queue import DOUBLE
from callqa.api.rights import Right
from callqa.api.wire import Page
from callqa.api.wire.agreement import NoteAsked, RoundAnswers, RoundAsked, RoundShown
from callqa.api.wire.review import blind_line
from callqa.api.work import IDEMPOTENT, Read, Route, Write
from callqa.domain import Answer, CalibrationRound, ReviewError
from callqa.review import check_answer, machine_answers, round_result
from callqa.store import UnitOfWork

router = APIRouter(prefix="/calibrations", tags=["calibrations"], route_class=Route)

TheOrganiser = Annotated[Actor, Depends(Need(Right.calibrate))]
TheRater = Annotated[Actor, Depends(Need(Right.calibrate_answer))]
RoundId = Annotated[str, InPath(max_length=128, description="Round id.")]


def _within(actor: Actor, work: UnitOfWork, one: CalibrationRound) -> bool:
    """Whether the actor organises rounds of this unit."""
    organiser = actor.other(Right.calibrate)
    return organiser.reaches(work.organisation.path_of(one.unit) or "")


def _round(actor: Actor, work: UnitOfWork, name: str, *, lock: bool = False) -> CalibrationRound:
    found: CalibrationRound | None = work.calibrations.get(name, lock=lock)
    named = found is not None and actor.id in (*found.raters, found.expert)
    if found is None or found.id.startswith(DOUBLE) or not (named or _within(actor, work, found)):
        raise Refusal("missing")
    return found


def _shown(actor: Actor, work: UnitOfWork, one: CalibrationRound) -> RoundShown:
    given = work.calibrations.answers(one.id)
    cards = cards_of(work, one.calls)
    full = full_marks(cards.values())
    result = round_result(one, [*given, *with_times(machine_answers(cards.values()), given)], full=full)
    closed = one.state == "closed"
    return RoundShown(
        round=one,
        answers=tuple(answer for answer in given if closed or answer.rater == actor.id),
        forms={
            call: tuple(blind_line(line, red_line=False) for line in card.lines if line.max_points > 0)
            for call, card in cards.items()
        },
        waiting=result.waiting,
        result=result if closed else None,
        state=one.state,
        names=work.organisation.names((*one.raters, one.expert, one.created_by)),
    )


@router.post("", responses=answers(404, 409), dependencies=[IDEMPOTENT], status_code=201)
def set_up(house: TheHouse, actor: TheOrganiser, work: Write, asked: RoundAsked) -> RoundShown:
    """Set up a round; the raters are told."""
    path = work.organisation.path_of(asked.unit)
    if path is None:
        raise Refusal("missing", "没有这个单位。")
    actor.require(path)
    for call in asked.calls:
        if work.calls.summary(call, actor.scope) is None:
            raise Refusal("missing", f"没有通话 {call}，或不在您的范围内。")
    people = tuple(dict.fromkeys(asked.raters))
    for person in (*people, asked.expert):
        known = work.organisation.person(person)
        if known is None or not known.active:
            raise Refusal("missing", f"没有 {person} 这个人，或已离开。")
    one = CalibrationRound(
        id=str(uuid4()),
        title=masked_text(asked.title),
        unit=asked.unit,
        created_by=actor.id,
        created_at=house.now(),
        calls=tuple(dict.fromkeys(asked.calls)),
        raters=people,
        expert=asked.expert,
    )
    work.calibrations.put(one)
    house.trace.did(work, actor.id, "calibration.set_up", f"calibration:{one.id}", {"calls": len(one.calls)})
    notify(
        work,
        (*people, asked.expert),
        kind="calibration.set_up",
        text=f"校准“{one.title}”请您评 {len(one.calls)} 通。",
        subject=f"calibration:{one.id}",
        key=one.id,
        at=house.now(),
    )
    return _shown(actor, work, one)


@router.get("", responses=answers())
def rounds(actor: TheRater, work: Read) -> Page[CalibrationRound]:
    """Rounds one is named in or organises, newest first."""
    return whole(
        one
        for one in work.calibrations.find()
        if not one.id.startswith(DOUBLE)
        and (actor.id in (*one.raters, one.expert) or _within(actor, work, one))
    )


@router.get("/{round_id}", responses=answers(404))
def one_round(actor: TheRater, work: Read, round_id: RoundId) -> RoundShown:
    """A round: one's own answers while it is open, everything once it is closed."""
    return _shown(actor, work, _round(actor, work, round_id))


@router.post("/{round_id}/answers", responses=answers(404, 409), dependencies=[IDEMPOTENT])
def answer(
    house: TheHouse, actor: TheRater, work: Write, round_id: RoundId, asked: RoundAnswers
) -> RoundShown:
    """Answer one call; later answers replace earlier ones while the round is open."""
    found = _round(actor, work, round_id, lock=True)
    check_answer(found, rater=actor.id, call_id=asked.call)
    card = cards_of(work, [asked.call]).get(asked.call)
    if card is None:
        raise Refusal("missing")
    full = full_marks([card])
    for one in asked.answers:
        if one.item not in full:
            raise ReviewError(
                f"评分表里没有“{one.item}”这一项。", code="review.item", hint="请用评分表上的项目编号。"
            )
        if one.points is not None and one.points > full[one.item]:
            raise ReviewError(
                f"“{one.item}”最多 {full[one.item]:g} 分。", code="review.points", hint="请改成范围内的分数。"
            )
    work.calibrations.answer(
        found.id,
        [
            Answer(call_id=asked.call, item=one.item, rater=actor.id, points=one.points, at=house.now())
            for one in asked.answers
        ],
    )
    house.trace.did(work, actor.id, "calibration.answer", f"calibration:{found.id}", {"call": asked.call})
    return _shown(actor, work, found)


@router.post("/{round_id}/note", responses=answers(404, 409), dependencies=[IDEMPOTENT])
def note(house: TheHouse, actor: TheRater, work: Write, round_id: RoundId, asked: NoteAsked) -> RoundShown:
    """Write down what was agreed; the organiser's and the expert's, also after the round is closed."""
    found = _round(actor, work, round_id, lock=True)
    if actor.id not in (found.expert, found.created_by) and not _within(actor, work, found):
        raise Refusal("auth.forbidden")
    changed = found.replace(note=masked_text(asked.note))
    work.calibrations.put(changed)
    house.trace.did(work, actor.id, "calibration.note", f"calibration:{found.id}")
    return _shown(actor, work, changed)


@router.post("/{round_id}/close", responses=answers(404, 409), dependencies=[IDEMPOTENT])
def close(house: TheHouse, actor: TheOrganiser, work: Write, round_id: RoundId) -> RoundShown:
    """Close a round: everybody sees everything, nobody answers any more."""
    found = _round(actor, work, round_id, lock=True)
    if not _within(actor, work, found):
        raise Refusal("missing")
    if found.state == "closed":
        raise Refusal("conflict", "这一轮校准已经结束。")
    changed = found.replace(state="closed")
    work.calibrations.put(changed)
    house.trace.did(work, actor.id, "calibration.close", f"calibration:{found.id}")
    notify(
        work,
        (*found.raters, found.expert),
        kind="calibration.closed",
        text=f"校准“{found.title}”已结束，可以看全部答案。",
        subject=f"calibration:{found.id}",
        key=f"{found.id}:closed",
        at=house.now(),
    )
    return _shown(actor, work, changed)
