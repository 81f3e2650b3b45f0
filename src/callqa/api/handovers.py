"""Handover (工作交接): a generated list of open work, two signatures, the head's word, and work moves; and back."""

from collections.abc import Sequence
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends
from fastapi import Path as InPath

from callqa.api.actor import Actor, Need
from callqa.api.deadlines import RULERS
from callqa.api.house import House, TheHouse
from callqa.api.ledger import masked_text, opened
from callqa.api.notices import notify
from callqa.api.paging import whole
from callqa.api.problems import Refusal, answers
from callqa.api.rights import Right
from callqa.api.wire import Page
from callqa.api.wire.coaching import HandoverAsked, HandoverNamed, HandoverShown, SignAsked, TakerShown
from callqa.api.work import IDEMPOTENT, Read, Route, Write
from callqa.domain import (
    AssignmentState,
    CoachingNote,
    CoachingState,
    Handover,
    HandoverItem,
    HandoverState,
    Post,
    ReviewError,
    Role,
)
from callqa.review import Transfer, cancel_handover, moves, sign
from callqa.store import CallFilter, Scope, UnitOfWork
from callqa.store.search import Place

router = APIRouter(prefix="/handovers", tags=["handovers"], route_class=Route)

TheParty = Annotated[Actor, Depends(Need(Right.handover))]
TheHead = Annotated[Actor, Depends(Need(Right.handover_confirm))]
HandoverId = Annotated[str, InPath(max_length=128, description="Handover id.")]
_OPEN = (AssignmentState.open, AssignmentState.claimed)
_COACHED = (
    CoachingState.open,
    CoachingState.acknowledged,
    CoachingState.follow_up,
    CoachingState.reopened,
)
_NEVER = frozenset({Role.agent, Role.administrator})
"""Roles whose holders stand in for nobody."""
_STEPS = {
    "give": "签字交出",
    "take": "签字接手",
    "confirm": "确认生效",
    "give_back": "签字交还",
    "take_back": "签字收回",
    "confirm_return": "确认交还",
}


@router.post("", responses=answers(404, 409), dependencies=[IDEMPOTENT], status_code=201)
def draw_up(house: TheHouse, actor: TheParty, work: Write, asked: HandoverAsked) -> HandoverShown:
    """Draw up a handover: the list of open reviews, appeals and coaching is generated."""
    giver = asked.giver or actor.id
    if giver != actor.id and not _heads(house, actor, work, giver):
        raise Refusal("missing", "只能交接自己的工作，或由所在部门的负责人代办。")
    taker = work.organisation.person(asked.taker)
    if taker is None or not taker.active or work.organisation.person(giver) is None:
        raise Refusal("missing", "没有这个人，或已离开。")
    roles = {post.role for post in work.organisation.reaches(taker.id, house.today())}
    if taker.id == giver or not roles - _NEVER:
        raise ReviewError(
            "接手人要是别人，并且是管理、培训或质检岗位。",
            code="handover.people",
            hint="请另选一位接手人。",
        )
    if asked.last_day < asked.first_day or asked.last_day < house.today():
        raise ReviewError("交接的日期不对。", code="handover.people", hint="结束日期不能早于开始和今天。")
    one = Handover(
        id=str(uuid4()),
        giver=giver,
        taker=taker.id,
        first_day=asked.first_day,
        last_day=asked.last_day,
        reason=masked_text(asked.reason),
        items=tuple(open_work(house, work, giver)),
    )
    work.handovers.put(one)
    detail = {"giver": giver, "taker": taker.id, "items": len(one.items)}
    house.trace.did(work, actor.id, "handover.draw_up", f"handover:{one.id}", detail)
    _tell(house, work, one, "请签字：交接单已拟好", people=(giver, taker.id))
    return _shown(work, one)


def _named(work: UnitOfWork, some: Sequence[Handover]) -> list[HandoverNamed]:
    people = {one: {one.giver, one.taker, *(signed.person for signed in one.signatures)} for one in some}
    names = work.organisation.names(person for each in people.values() for person in each)
    return [
        HandoverNamed(
            handover=one, names={person: names[person] for person in sorted(each) if person in names}
        )
        for one, each in people.items()
    ]


def _shown(work: UnitOfWork, one: Handover, *, moved: int = 0, kept: Sequence[str] = ()) -> HandoverShown:
    (named,) = _named(work, [one])
    return HandoverShown(handover=one, names=named.names, moved=moved, kept=tuple(kept))


def open_work(house: House, work: UnitOfWork, person: str) -> list[HandoverItem]:
    """Open work of a person: assignments, appeals that wait for them, coaching they lead."""
    items = [
        HandoverItem(kind="assignment", id=one.id, title=f"复核 {one.call_id}（{one.day.isoformat()}）")
        for one in work.assignments.mine(person, states=_OPEN)
    ]
    posts = work.organisation.reaches(person, house.today())
    after: Place | None = None
    paths = tuple(sorted({post.path for post in posts}))
    while paths:
        page = work.calls.page(
            CallFilter(scope=Scope(paths=paths), review_state="appealed"), after=after, limit=200
        )
        for summary in page.items:
            for state in opened(house, work, summary).appeals(house):
                roles = RULERS[state.level]
                decides = any(
                    post.role in roles and summary.unit_path.startswith(post.path) for post in posts
                )
                if state.open and decides:
                    name = f"{summary.id}:{state.appeal.id}"
                    items.append(HandoverItem(kind="appeal", id=name, title=f"裁定申诉 {summary.id}"))
        after = page.next
        if after is None:
            break
    items += [
        HandoverItem(kind="coaching", id=one.id, title=f"辅导 {one.title}")
        for one in work.coaching.find(trainer=person, states=_COACHED)
    ]
    return items


def _heads(house: House, actor: Actor, work: UnitOfWork, person: str) -> bool:
    """Whether the actor heads a unit in which a person has a post."""
    if not actor.has(Right.handover_confirm):
        return False
    head = actor.other(Right.handover_confirm)
    return any(head.reaches(post.path) for post in work.organisation.reaches(person, house.today()))


def _seen(house: House, actor: Actor, work: UnitOfWork, name: str, *, lock: bool = False) -> Handover:
    found: Handover | None = work.handovers.get(name, lock=lock)
    if found is None:
        raise Refusal("missing")
    if actor.id not in (found.giver, found.taker) and not _heads(house, actor, work, found.giver):
        raise Refusal("missing")
    return found


@router.get("", responses=answers())
def handovers(house: TheHouse, actor: TheParty, work: Read) -> Page[HandoverNamed]:
    """Handovers one is part of, or of people of one's unit, newest first."""
    found = [
        one
        for one in work.handovers.find()
        if actor.id in (one.giver, one.taker) or _heads(house, actor, work, one.giver)
    ]
    return whole(_named(work, found))


@router.get("/takers", responses=answers())
def takers(house: TheHouse, _actor: TheParty, work: Read) -> Page[TakerShown]:
    """Everybody who can stand in: whose work is taken over lies seldom in the unit of who takes it."""
    day = house.today()
    titles = {unit.id: unit.title for unit in work.organisation.units()}
    posts: dict[str, list[Post]] = {}
    for post in work.organisation.posts():
        if post.valid_from <= day and (post.valid_to is None or day <= post.valid_to):
            posts.setdefault(post.person, []).append(post)
    found = []
    for person in work.organisation.people():
        held = [one for one in posts.get(person.id, []) if one.role not in _NEVER]
        if person.active and held:
            found.append(
                TakerShown(
                    id=person.id,
                    name=person.name,
                    units=tuple(dict.fromkeys(titles.get(one.unit, one.unit) for one in held)),
                    roles=tuple(dict.fromkeys(one.role for one in held)),
                )
            )
    return whole(found)


@router.get("/{handover}", responses=answers(404))
def one_handover(house: TheHouse, actor: TheParty, work: Read, handover: HandoverId) -> HandoverNamed:
    """A handover with its list and signatures."""
    (named,) = _named(work, [_seen(house, actor, work, handover)])
    return named


@router.post("/{handover}/sign", responses=answers(404, 409), dependencies=[IDEMPOTENT])
def sign_handover(
    house: TheHouse, actor: TheParty, work: Write, handover: HandoverId, asked: SignAsked
) -> HandoverShown:
    """Sign as giver or taker, on the way out or on the way back."""
    found = _seen(house, actor, work, handover, lock=True)
    after = sign(found, asked.act, person=actor.id, head=False, at=house.now())
    return _keep(house, actor, work, after, asked.act)


@router.post("/{handover}/confirm", responses=answers(404, 409), dependencies=[IDEMPOTENT])
def confirm_handover(house: TheHouse, actor: TheHead, work: Write, handover: HandoverId) -> HandoverShown:
    """The head of the unit confirms, the handover or its return; then work moves."""
    found = _seen(house, actor, work, handover, lock=True)
    act = "confirm_return" if found.state is HandoverState.returning else "confirm"
    head = _heads(house, actor, work, found.giver)
    after = sign(found, act, person=actor.id, head=head, at=house.now())  # type: ignore[arg-type]
    return _keep(house, actor, work, after, act)


@router.post("/{handover}/cancel", responses=answers(404, 409), dependencies=[IDEMPOTENT])
def cancel(house: TheHouse, actor: TheParty, work: Write, handover: HandoverId) -> HandoverShown:
    """Call a handover off before work has moved."""
    found = _seen(house, actor, work, handover, lock=True)
    after = cancel_handover(found)
    work.handovers.put(after)
    house.trace.did(work, actor.id, "handover.cancel", f"handover:{found.id}")
    _tell(house, work, after, "交接已取消", people=(found.giver, found.taker))
    return _shown(work, after)


def _keep(house: House, actor: Actor, work: UnitOfWork, after: Handover, act: str) -> HandoverShown:
    work.handovers.put(after)
    moved, kept = 0, []
    if act in ("confirm", "confirm_return"):
        for one in moves(after):
            why = _move(house, work, one)
            moved += why is None
            if why:
                kept.append(why)
        house.callers.clear()  # what the two may do has changed
    detail = {"act": act, "state": after.state.value, "moved": moved, "kept": len(kept)}
    house.trace.did(work, actor.id, f"handover.{act}", f"handover:{after.id}", detail)
    _tell(house, work, after, _STEPS[act], people=(after.giver, after.taker))
    return _shown(work, after, moved=moved, kept=kept)


def _move(house: House, work: UnitOfWork, one: Transfer) -> str | None:
    """Give one piece of work over; None where it went, else a Chinese sentence why not."""
    match one.kind:
        case "assignment":
            found = work.assignments.get(one.id)
            if found is None or found.state not in _OPEN or found.reviewer != one.giver:
                return f"复核 {one.id} 已经做完或不在交出人手里。"
            call = work.calls.summary(found.call_id)
            others = [each for each in work.assignments.of_call(found.call_id) if each.id != found.id]
            if call is None or call.agent == one.taker or any(each.reviewer == one.taker for each in others):
                return f"复核 {found.call_id} 不能由接手人做（本人的通话，或盲评的另一位）。"
            work.assignments.move([one.id], one.taker)
        case "coaching":
            task = work.coaching.get(one.id, lock=True)
            if task is None or task.state not in _COACHED or task.trainer != one.giver:
                return f"辅导 {one.id} 已经结束或不在交出人手里。"
            if task.agent == one.taker:
                return f"辅导“{task.title}”的坐席就是接手人。"
            names = work.organisation.names((one.giver, one.taker))
            note = CoachingNote(
                task=task.id,
                author=one.taker,
                at=house.now(),
                kind="state",
                text=f"工作交接：{names.get(one.giver, one.giver)} → {names.get(one.taker, one.taker)}",
            )
            work.coaching.put(task.replace(trainer=one.taker), note)
        case "appeal":
            # who stands in acts with the giver's posts, so an appeal moves by the handover itself
            pass
    return None


def _tell(house: House, work: UnitOfWork, one: Handover, what: str, *, people: tuple[str, ...]) -> None:
    notify(
        work,
        people,
        kind="handover.step",
        text=f"工作交接（{one.first_day:%m-%d} 至 {one.last_day:%m-%d}，{len(one.items)} 项）：{what}。",
        subject=f"handover:{one.id}",
        key=f"{one.id}:{len(one.signatures)}:{one.state.value}",
        at=house.now(),
    )
