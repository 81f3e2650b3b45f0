"""One's own queue: claim with a lease, release, skip with a reason, finish; blind reviews hand in a form."""

from datetime import timedelta
from hashlib import sha256
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Query, Response
from fastapi import Path as InPath

from callqa.api.actor import Actor, Need
from callqa.api.etags import IfMatch, etag, version_of
from callqa.api.house import House, TheHouse
from callqa.api.judging import append
from callqa.api.ledger import Opened, level_of, masked_text, opened
from callqa.api.paging import whole
from callqa.api.problems import Refusal, answers
from callqa.api.rights import Right
from callqa.api.wire import Page
from callqa.api.wire.plan import AssignmentShown, BlindAnswers, QueueItem, SkipAsked, assignment_shown
from callqa.api.wire.review import Written, blind_line
from callqa.api.work import IDEMPOTENT, Read, Route, Write
from callqa.domain import (
    Answer,
    Assignment,
    AssignmentState,
    CalibrationRound,
    Confirm,
    Edit,
    Finish,
    LineStatus,
    PlanReason,
    ReviewError,
    ReviewEvent,
    ScoreLine,
)
from callqa.store import UnitOfWork

router = APIRouter(prefix="/queue", tags=["queue"], route_class=Route)

TheReviewer = Annotated[Actor, Depends(Need(Right.queue))]
AssignmentId = Annotated[str, InPath(max_length=300, description="Assignment id.")]
DOUBLE = "double."
"""Ids of the rounds that hold blind reviews begin so."""


def _mine(house: House, work: UnitOfWork, actor: Actor, assignment: str) -> Assignment:
    """An assignment that is one's own, or nobody's within one's reach; raises `Refusal` ``missing``."""
    found: Assignment | None = work.assignments.get(assignment)
    if found is None:
        raise Refusal("missing")
    lapsed = found.state is AssignmentState.claimed and found.lease is not None and found.lease <= house.now()
    if found.reviewer == actor.id:
        return found
    call = work.calls.summary(found.call_id, actor.other(Right.review).scope)
    if call is None or call.agent == actor.id or (found.reviewer is not None and not lapsed):
        raise Refusal("missing")
    if any(one.reviewer == actor.id for one in work.assignments.of_call(found.call_id)):
        raise Refusal("conflict", "同一通电话不能由同一个人复核两次。")
    return found


@router.get("", responses=answers())
def queue(
    actor: TheReviewer,
    work: Read,
    *,
    done: Annotated[bool, Query(description="Also what is finished or skipped.")] = False,
) -> Page[AssignmentShown]:
    """One's own assignments, the most urgent first."""
    states = tuple(AssignmentState) if done else (AssignmentState.open, AssignmentState.claimed)
    return whole(assignment_shown(one) for one in work.assignments.mine(actor.id, states=states))


@router.get("/{assignment}", responses=answers(404, 409))
def one_assignment(house: TheHouse, actor: TheReviewer, work: Read, assignment: AssignmentId) -> QueueItem:
    """An assignment; for a blind one with the form instead of the machine's verdicts."""
    found = _mine(house, work, actor, assignment)
    call = _call(house, work, found)
    return QueueItem(
        assignment=assignment_shown(found),
        agent=call.summary.agent,
        product=call.summary.product,
        duration=call.summary.duration,
        lines=tuple(blind_line(line, red_line=line.item in _red_lines(call)) for line in _form(call))
        if found.blind
        else (),
    )


def _call(house: House, work: UnitOfWork, assignment: Assignment) -> Opened:
    summary = work.calls.summary(assignment.call_id)
    if summary is None:
        raise Refusal("missing")
    return opened(house, work, summary)


def _form(call: Opened) -> list[ScoreLine]:
    return [line for line in call.card.lines if line.status is not LineStatus.not_applicable]


def _red_lines(call: Opened) -> frozenset[str]:
    return frozenset(item.id for item in call.policy.rubric.items if item.fatal is not None)


@router.post("/{assignment}/claim", responses=answers(404, 409), dependencies=[IDEMPOTENT])
def claim(house: TheHouse, actor: TheReviewer, work: Write, assignment: AssignmentId) -> AssignmentShown:
    """Take an assignment for a while; claiming one's own again begins the while anew."""
    found = _mine(house, work, actor, assignment)
    until = house.now() + timedelta(minutes=house.settings.claim_minutes)
    if not work.assignments.claim(found.id, actor.id, lease_until=until, now=house.now()):
        raise Refusal("conflict", "别人正在复核这一通，或者已经做完了。")
    return _changed(house, work, actor, found, "queue.claim")


def _changed(house: House, work: UnitOfWork, actor: Actor, one: Assignment, action: str) -> AssignmentShown:
    house.trace.did(work, actor.id, action, f"call:{one.call_id}", {"assignment": one.id})
    after = work.assignments.get(one.id)
    return assignment_shown(after or one)


@router.post("/{assignment}/release", responses=answers(404, 409), dependencies=[IDEMPOTENT])
def release(house: TheHouse, actor: TheReviewer, work: Write, assignment: AssignmentId) -> AssignmentShown:
    """Give a claimed one back."""
    found = _mine(house, work, actor, assignment)
    if not work.assignments.release(found.id, actor.id):
        raise Refusal("conflict", "这一通不在您手里。")
    return _changed(house, work, actor, found, "queue.release")


@router.post("/{assignment}/skip", responses=answers(404, 409), dependencies=[IDEMPOTENT])
def skip(
    house: TheHouse, actor: TheReviewer, work: Write, assignment: AssignmentId, asked: SkipAsked
) -> AssignmentShown:
    """Set one aside, with a reason."""
    found = _mine(house, work, actor, assignment)
    reason = masked_text(asked.reason)
    if not work.assignments.skip(found.id, actor.id, reason=reason, now=house.now()):
        raise Refusal("conflict", "这一通不在您手里，或者已经做完了。")
    return _changed(house, work, actor, found, "queue.skip")


@router.post("/{assignment}/finish", responses=answers(404, 409, 428), dependencies=[IDEMPOTENT])
def finish(
    *,
    house: TheHouse,
    actor: TheReviewer,
    work: Write,
    response: Response,
    assignment: AssignmentId,
    if_match: IfMatch = None,
) -> Written:
    """Done with the call: writes the finish event (If-Match as for other events) and closes the assignment."""
    found = _mine(house, work, actor, assignment)
    expected = version_of(if_match)
    if found.blind:
        raise ReviewError("盲评要交答案。", code="queue.blind", hint="请把整张表填好再交。")
    if found.state in (AssignmentState.finished, AssignmentState.skipped):
        raise Refusal("conflict", "这一通已经做完了。")
    work.reviews.lock(found.call_id)
    call = _call(house, work, found)
    event = Finish(
        id=str(uuid4()),
        call_id=call.summary.id,
        scorecard=call.summary.scorecard,
        author=actor.id,
        at=house.now(),
    )
    if not work.assignments.finish(found.id, actor.id, now=house.now()):
        raise Refusal("conflict", "这一通不在您手里。")
    after = append(house, work, call, [event], actor=actor.id, expected=expected)
    response.headers["ETag"] = etag(after.version)
    return Written(
        call=call.summary.id, version=after.version, events=(event.id,), effective=after.effective()
    )


@router.post("/{assignment}/answers", responses=answers(404, 409), dependencies=[IDEMPOTENT])
def hand_in(
    house: TheHouse, actor: TheReviewer, work: Write, assignment: AssignmentId, asked: BlindAnswers
) -> AssignmentShown:
    """Hand in a blind review: points for every line of the form.

    The first reviewer's answers also go into the ledger; the second's only into the figures of agreement.
    """
    found = _mine(house, work, actor, assignment)
    if not found.blind:
        raise ReviewError("这一通不是盲评。", code="queue.open", hint="请直接改分或确认，再点完成。")
    work.reviews.lock(found.call_id)
    call = _call(house, work, found)
    form = {line.item: line for line in _form(call)}
    given = {one.item: one for one in asked.answers}
    wrong = set(form) ^ set(given)
    if wrong or len(given) != len(asked.answers):
        raise ReviewError(
            f"答案和评分表对不上：{'、'.join(sorted(wrong)) or '有重复的项目'}。",
            code="queue.answers",
            hint="表上每一项都要有且只有一个答案；听不清的填空值。",
        )
    for one in asked.answers:
        if one.points is not None and one.points > form[one.item].max_points:
            raise ReviewError(
                f"“{form[one.item].title}”最多 {form[one.item].max_points:g} 分。",
                code="review.points",
                hint="请改成范围内的分数。",
            )
        if one.fatal and one.item not in _red_lines(call):
            raise ReviewError(
                f"“{form[one.item].title}”不是一票否决项。", code="queue.answers", hint="请只在红线项上填。"
            )
    if not work.assignments.finish(found.id, actor.id, now=house.now()):
        raise Refusal("conflict", "这一通不在您手里，或者已经交过了。")
    _keep(house, work, found, actor, asked)
    if found.reason is not PlanReason.double:
        append(
            house,
            work,
            call,
            _events(house, actor, call, asked),
            actor=actor.id,
            level=level_of(actor, call.summary.unit_path),
        )
    return _changed(house, work, actor, found, "queue.answers")


def _keep(house: House, work: UnitOfWork, one: Assignment, actor: Actor, asked: BlindAnswers) -> None:
    """Answers lie in a round of the plan's own, which no list of calibration rounds shows."""
    name = f"{DOUBLE}{sha256(one.plan.encode()).hexdigest()}"
    known = work.calibrations.get(name, lock=True)
    work.calibrations.put(
        CalibrationRound(
            id=name,
            title="双人盲评",
            unit=one.unit,
            created_by="system",
            created_at=known.created_at if known else house.now(),
            calls=tuple(dict.fromkeys((*(known.calls if known else ()), one.call_id))),
            raters=tuple(dict.fromkeys((*(known.raters if known else ()), actor.id))),
            expert="",
        )
    )
    work.calibrations.answer(
        name,
        [
            Answer(call_id=one.call_id, item=each.item, rater=actor.id, points=each.points, at=house.now())
            for each in asked.answers
        ],
    )


def _events(house: House, actor: Actor, call: Opened, asked: BlindAnswers) -> list[ReviewEvent]:
    """Answers as events: what agrees with the machine is confirmed, what does not is an edit."""
    lines = {line.item: line for line in call.card.lines}
    common = {
        "call_id": call.summary.id,
        "scorecard": call.summary.scorecard,
        "author": actor.id,
        "at": house.now(),
    }
    events: list[ReviewEvent] = []
    for one in asked.answers:
        line = lines[one.item]
        machine = line.points if line.status is LineStatus.scored else None
        reason = masked_text(one.reason) or "双人盲评"
        if one.points == machine and one.fatal == line.fatal:
            confirm = {**common, "id": str(uuid4()), "item": one.item, "reason": reason}
            events.append(Confirm.model_validate(confirm))
            continue
        unheard = one.points is None and not one.fatal
        status = LineStatus.needs_human if unheard else LineStatus.scored
        edit = {
            **common,
            "id": str(uuid4()),
            "item": one.item,
            "points": one.points or 0.0,
            "status": status,
            "fatal": one.fatal,
            "reason": reason,
        }
        events.append(Edit.model_validate(edit))
    events.append(Finish.model_validate({**common, "id": str(uuid4())}))
    return events
