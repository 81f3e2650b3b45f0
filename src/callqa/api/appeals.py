"""Appeals: Agent → 小组长 → 主管 → final word; and an upheld one carried over to calls with the same error."""

from hashlib import sha256
from typing import Annotated, Literal
from uuid import uuid4

from fastapi import APIRouter, Depends, Query
from fastapi import Path as InPath

from callqa.api.actor import Actor, Need
from callqa.api.calls import CallId
from callqa.api.deadlines import (
    RULERS,
    carry_call,
    carry_over,
    escalate_call,
    escalate_overdue,
    tell_escalated,
)
from callqa.api.house import House, TheHouse
from callqa.api.judging import append
from callqa.api.ledger import LEVEL_RIGHTS, Opened, level_of, masked_text, open_call, opened
from callqa.api.notices import heads, notify
from callqa.api.paging import After, Limit, place_of, token_of
from callqa.api.problems import answers
from callqa.api.rights import Right
from callqa.api.wire import Page
from callqa.api.wire.appeal import (
    AppealAsked,
    AppealShown,
    AppliedShown,
    ApplyAsked,
    MatchShown,
    PreviewShown,
    ReasonAsked,
    RulingAsked,
    WithdrawAsked,
)
from callqa.api.work import IDEMPOTENT, Read, Route, Write
from callqa.domain import (
    Appeal,
    Edit,
    Escalate,
    ReviewError,
    Ruling,
    Scorecard,
    ScoreLine,
    Withdraw,
)
from callqa.review import (
    AppealStage,
    AppealState,
    Case,
    Match,
    next_level,
    same_error,
)
from callqa.store import CallFilter, Hit, UnitOfWork
from callqa.store.search import Place

router = APIRouter(tags=["appeals"], route_class=Route)

TheReader = Annotated[Actor, Depends(Need(Right.appeal_read))]
TheAgent = Annotated[Actor, Depends(Need(Right.appeal_file))]
TheRuler = Annotated[Actor, Depends(Need(Right.appeal_rule_leader))]
TheApplier = Annotated[Actor, Depends(Need(Right.appeal_apply))]
AppealId = Annotated[str, InPath(max_length=128, description="Id of the appeal.")]
_SEARCHED = 20_000


@router.get("/appeals", responses=answers())
def appeals(
    house: TheHouse,
    actor: TheReader,
    work: Read,
    *,
    state: Annotated[Literal["open", "decided"], Query(description="Waiting, or ruled.")] = "open",
    mine: Annotated[bool, Query(description="Only those the asker may decide now.")] = False,
    limit: Limit = 50,
    after: After = None,
) -> Page[AppealShown]:
    """Appeals within reach, by call, newest first; overdue ones rise a level before they are shown."""
    carry_over(house)
    escalate_overdue(house)
    of = f"appeals:{state}"
    place: Place | None = place_of(house, after, of=of)
    wanted = CallFilter(scope=actor.scope, review_state="appealed" if state == "open" else "ruled")
    page = work.calls.page(wanted, after=place, limit=limit)
    found = []
    for summary in page.items:
        call = opened(house, work, summary)
        for one in call.appeals(house):
            shown = _shown(actor, call, one)
            if one.open == (state == "open") and (shown.may_rule or not mine):
                found.append(shown)
    return Page[AppealShown](items=tuple(found), next=token_of(house, page.next, of=of))


@router.get("/calls/{call}/appeals", responses=answers(404))
def appeals_of_call(house: TheHouse, actor: TheReader, work: Read, call: CallId) -> Page[AppealShown]:
    """Every appeal of a call with its whole history."""
    carry_call(house, call)
    escalate_call(house, call)
    found = open_call(house, work, actor, call)
    shown = tuple(_shown(actor, found, one) for one in found.appeals(house))
    return Page[AppealShown](items=shown, total=len(shown))


def _shown(actor: Actor, call: Opened, one: AppealState) -> AppealShown:
    line = next(each for each in call.effective().lines if each.line.item == one.appeal.item)
    may = one.open and actor.id != call.summary.agent and _may_rule(actor, call, one)
    return AppealShown(
        id=one.appeal.id,
        call=call.summary.id,
        agent=call.summary.agent,
        item=one.appeal.item,
        title=line.line.title,
        reason=one.appeal.reason,
        filed_at=one.appeal.at,
        level=one.level,
        stage=one.stage,
        closed=one.closed,
        due=one.due,
        overdue=one.overdue,
        machine_points=line.machine.points,
        points=line.line.points,
        max_points=line.line.max_points,
        may_rule=may,
        history=one.history,
    )


def _may_rule(actor: Actor, call: Opened, one: AppealState) -> bool:
    right = LEVEL_RIGHTS[one.level]
    return actor.has(right) and actor.other(right).reaches(call.summary.unit_path or None)


def _state(house: House, call: Opened, appeal: str) -> AppealState:
    for one in call.appeals(house):
        if one.appeal.id == appeal:
            return one
    raise ReviewError(
        "没有这条申诉。", code="appeal.unknown", hint="请刷新页面，看申诉是否已撤回或属于别的通话。"
    )


def _common(house: House, actor: Actor, call: Opened, reason: str) -> dict[str, object]:
    return {
        "id": str(uuid4()),
        "call_id": call.summary.id,
        "scorecard": call.summary.scorecard,
        "author": actor.id,
        "at": house.now(),
        "reason": masked_text(reason),
    }


@router.post("/calls/{call}/appeals", responses=answers(404, 409), dependencies=[IDEMPOTENT], status_code=201)
def file(house: TheHouse, actor: TheAgent, work: Write, call: CallId, asked: AppealAsked) -> AppealShown:
    """Appeal against a line of one's own call, within the window."""
    found = open_call(house, work, actor, call, lock=True)
    event = Appeal.model_validate(
        {
            **_common(house, actor, found, asked.reason),
            "item": asked.item,
            "quote": masked_text(asked.quote),
            "span": asked.span,
        }
    )
    after = append(house, work, found, [event], actor=actor.id)
    state = _state(house, after, event.id)
    notify(
        work,
        heads(work, found.summary.unit_path, RULERS[state.level], house.today()),
        kind="appeal.waiting",
        text=f"通话 {call} 有申诉等您裁定，请在 {state.due:%m 月 %d 日} 零点前处理。",
        subject=f"appeal:{call}:{event.id}",
        key=event.id,
        at=house.now(),
    )
    return _shown(actor, after, state)


@router.post(
    "/calls/{call}/appeals/{appeal}/withdraw", responses=answers(404, 409), dependencies=[IDEMPOTENT]
)
def withdraw(
    *, house: TheHouse, actor: TheAgent, work: Write, call: CallId, appeal: AppealId, asked: WithdrawAsked
) -> AppealShown:
    """Take an appeal back before it is decided."""
    found = open_call(house, work, actor, call, lock=True)
    _state(house, found, appeal)
    event = Withdraw.model_validate({**_common(house, actor, found, asked.reason), "appeal": appeal})
    after = append(house, work, found, [event], actor=actor.id)
    return _shown(actor, after, _state(house, after, appeal))


@router.post("/calls/{call}/appeals/{appeal}/further", responses=answers(404, 409), dependencies=[IDEMPOTENT])
def further(
    *, house: TheHouse, actor: TheAgent, work: Write, call: CallId, appeal: AppealId, asked: ReasonAsked
) -> AppealShown:
    """Take a decided appeal one level up (再申诉)."""
    found = open_call(house, work, actor, call, lock=True)
    state = _state(house, found, appeal)
    above = next_level(state.level) or state.level
    event = Escalate.model_validate(
        {**_common(house, actor, found, asked.reason), "appeal": appeal, "level": above}
    )
    after = append(house, work, found, [event], actor=actor.id)
    tell_escalated(house, work, found.summary, event)
    return _shown(actor, after, _state(house, after, appeal))


@router.post(
    "/calls/{call}/appeals/{appeal}/rulings",
    responses=answers(404, 409),
    dependencies=[IDEMPOTENT],
    status_code=201,
)
def rule(
    *, house: TheHouse, actor: TheRuler, work: Write, call: CallId, appeal: AppealId, asked: RulingAsked
) -> AppealShown:
    """Decide an appeal at the level it is at: uphold, uphold in part, reject."""
    found = open_call(house, work, actor, call, lock=True)
    state = _state(house, found, appeal)
    if not _may_rule(actor, found, state):
        raise ReviewError("这条申诉不在您这一级。", code="appeal.rights", hint="请由现在这一级的负责人裁定。")
    event = Ruling.model_validate(
        {
            **_common(house, actor, found, asked.reason),
            "appeal": appeal,
            "level": state.level,
            "upheld": asked.upheld,
            "partial": asked.partial,
            "points": asked.points,
        }
    )
    level = level_of(actor, found.summary.unit_path)
    after = append(house, work, found, [event], actor=actor.id, level=level)
    now = _state(house, after, appeal)
    word = {AppealStage.upheld: "成立", AppealStage.partly: "部分成立"}.get(now.stage, "驳回")
    more = "" if now.closed or now.due is None else f"，不服可在 {now.due:%m 月 %d 日} 零点前再申诉"
    notify(
        work,
        [found.summary.agent],
        kind="appeal.ruled",
        text=f"通话 {call} 的申诉：{word}{more}。",
        subject=f"appeal:{call}:{appeal}",
        key=event.id,
        at=house.now(),
    )
    return _shown(actor, after, now)


@router.get("/calls/{call}/appeals/{appeal}/same-error", responses=answers(404, 409))
def preview(house: TheHouse, actor: TheApplier, work: Read, call: CallId, appeal: AppealId) -> PreviewShown:
    """Calls within reach with the same error as an upheld appeal; nothing is changed."""
    found = open_call(house, work, actor, call)
    state = _state(house, found, appeal)
    matches, searched = _matches(house, actor, work, found, state)
    shown = []
    for match, other in matches:
        edit = _carried(house, actor, other, match, cause=appeal, reason="预览")
        shown.append(
            MatchShown(
                call=match.call_id,
                agent=other.summary.agent,
                likeness=match.likeness,
                points=match.points,
                proposed=match.proposed,
                fatal=match.fatal,
                hits=match.hits,
                quotes=match.quotes,
                total=other.summary.total,
                total_after=other.effective(edit).total,
            )
        )
    return PreviewShown(appeal=appeal, item=state.appeal.item, matches=tuple(shown), searched=searched)


@router.post(
    "/calls/{call}/appeals/{appeal}/same-error",
    responses=answers(404, 409),
    dependencies=[IDEMPOTENT],
    status_code=201,
)
def apply(
    *, house: TheHouse, actor: TheApplier, work: Write, call: CallId, appeal: AppealId, asked: ApplyAsked
) -> AppliedShown:
    """Carry an upheld appeal over to calls of the preview; each gets an event that names the ruling."""
    found = open_call(house, work, actor, call)
    state = _state(house, found, appeal)
    matches, _searched = _matches(house, actor, work, found, state)
    known = {match.call_id: (match, other) for match, other in matches}
    ruling = _ruling(state)
    applied: list[str] = []
    refused = {name: "不在预览里：没有同样的错误，或已经改过。" for name in asked.calls if name not in known}
    # one order for all writers, so that two of them cannot wait for each other
    for name in sorted(set(asked.calls) & set(known)):
        match, _other = known[name]
        other = open_call(house, work, actor, name, lock=True)
        edit = _carried(house, actor, other, match, cause=ruling.id, reason=asked.reason)
        try:
            append(house, work, other, [edit], actor=actor.id, level=level_of(actor, other.summary.unit_path))
        except ReviewError as reason:
            refused[name] = reason.message
            continue
        applied.append(name)
    house.trace.did(
        work, actor.id, "appeal.apply", f"appeal:{call}:{appeal}", {"applied": applied, "ruling": ruling.id}
    )
    return AppliedShown(applied=tuple(applied), refused=refused)


def _ruling(state: AppealState) -> Ruling:
    """The ruling that gave the agent right; raises `ReviewError` ``appeal.not_upheld``."""
    last = next((one for one in reversed(state.history) if isinstance(one, Ruling)), None)
    if last is None or not last.upheld or state.open:
        raise ReviewError(
            "申诉没有成立（或还在裁定），不能套用到别的通话。",
            code="appeal.not_upheld",
            hint="成立或部分成立的裁定才能套用。",
        )
    return last


def _matches(
    house: House, actor: Actor, work: UnitOfWork, call: Opened, state: AppealState
) -> tuple[list[tuple[Match, Opened]], int]:
    ruling = _ruling(state)
    item = state.appeal.item
    wronged = _case(work, call.summary.id, call.card, _line(call.card.lines, item))
    if wronged is None:
        return [], 0
    refs = [ref for ref in wronged.line.refs if ref.kind in ("step", "rule")]
    searched = 0
    cases: list[Case] = []
    others: dict[str, Opened] = {}
    for ref in refs:
        after: Place | None = None
        wanted = CallFilter(scope=actor.scope, hits=(Hit(kind=ref.kind, id=ref.id, verdict="broken"),))  # type: ignore[arg-type]
        while searched < _SEARCHED:
            page = work.calls.page(wanted, sort="newest", after=after, limit=200)
            for summary in page.items:
                searched += 1
                if summary.id == call.summary.id or summary.id in others:
                    continue
                other = opened(house, work, summary)
                line = next((one.line for one in other.effective().lines if one.line.item == item), None)
                case = _case(work, summary.id, other.card, line) if line is not None else None
                if case is not None:
                    others[summary.id] = other
                    cases.append(case)
            after = page.next
            if after is None:
                break
    found = same_error(wronged, cases, item=item, points=ruling.points)
    return [(match, others[match.call_id]) for match in found], searched


def _line(lines: tuple[ScoreLine, ...], item: str) -> ScoreLine:
    return next(line for line in lines if line.item == item)


def _case(work: UnitOfWork, call: str, card: Scorecard, line: ScoreLine) -> Case | None:
    row = work.results.latest_row(call)
    return (
        None
        if row is None
        else Case(card=card, line=line, findings=tuple(work.findings.of(row.findings_key)))
    )


def _carried(house: House, actor: Actor, other: Opened, match: Match, *, cause: str, reason: str) -> Edit:
    return Edit(
        id=sha256(f"{cause}\x00{other.summary.id}\x00{match.item}".encode()).hexdigest(),
        call_id=other.summary.id,
        scorecard=other.summary.scorecard,
        author=actor.id,
        at=house.now(),
        reason=masked_text(reason),
        item=match.item,
        points=match.proposed,
        fatal=False if match.fatal else None,
        cause=cause,
    )
