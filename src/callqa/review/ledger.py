"""What the ledger takes: every event is checked against the card and the events before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from callqa.domain import (
    Acknowledge,
    Appeal,
    AppealLevel,
    Comment,
    Confirm,
    Correct,
    Edit,
    Escalate,
    Finish,
    LineStatus,
    ReviewError,
    ReviewEvent,
    Ruling,
    Scorecard,
    ScoreLine,
    Undo,
    Withdraw,
)
from callqa.review.appeals import (
    LEVELS,
    AppealStage,
    AppealState,
    appeal_state,
    appeal_states,
    next_level,
    window_end,
)
from callqa.review.calendar import Terms, WorkCalendar
from callqa.review.replay import SYSTEM, edited, ruled, standing, unique

TECHNIQUES = ("technique", "reaction")
"""Subjects of a correction that need a turn."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What an event is checked against.

    Attributes:
        card: The card in force.
        scorecard: Its hash.
        events: Of the call, in the ledger's order.
        agent: Whose call it is; None where unknown.
        turns: Turns of the transcript; None where a place need not be checked.
        now: The time.
        calendar: Working days.
        terms: How many of them everybody has.
        level: The highest level at which the author may rule; None where they may not.
    """

    card: Scorecard
    scorecard: str
    events: Sequence[ReviewEvent]
    agent: str | None
    now: datetime
    calendar: WorkCalendar
    terms: Terms
    level: AppealLevel | None = None
    turns: int | None = None

    @property
    def own(self) -> list[ReviewEvent]:
        """Standing events on this card."""
        return [event for event in standing(self.events) if event.scorecard == self.scorecard]

    def line(self, item: str) -> ScoreLine:
        """A line as it stands now.

        Raises:
            ReviewError: ``review.item``.
        """
        line = next((one for one in self.card.lines if one.item == item), None)
        if line is None:
            raise ReviewError(
                f"评分表里没有“{item}”这一项。",
                code="review.item",
                hint="请刷新页面，用评分表上的项目编号。",
            )
        appeals: set[str] = set()
        for event in self.own:
            if isinstance(event, Edit) and event.item == item:
                line = edited(line, event)
            elif isinstance(event, Appeal) and event.item == item:
                appeals.add(event.id)
            elif isinstance(event, Ruling) and event.appeal in appeals:
                line = ruled(line, event)
        return line

    def appeals(self, item: str) -> list[AppealState]:
        """Appeals on a line."""
        states = appeal_states(self.own, now=self.now, calendar=self.calendar, terms=self.terms)
        return [state for state in states if state.appeal.item == item]

    def appeal(self, appeal_id: str) -> AppealState:
        """One appeal; raises `ReviewError` ``appeal.unknown``."""
        return appeal_state(self.own, appeal_id, now=self.now, calendar=self.calendar, terms=self.terms)


def check_event(event: ReviewEvent, given: Circumstances) -> None:  # noqa: PLR0912 -- one branch per kind
    """Whether the ledger takes an event; who may send it is for the caller to know.

    An event whose id is already in the ledger is taken as it is: it counts once.

    Raises:
        ReviewError: Why not, with a code of its own and what to do.
    """
    if any(one.id == event.id for one in given.events):
        return
    if event.call_id != given.card.call_id or event.scorecard != given.scorecard:
        raise ReviewError(
            "这条操作说的是另一张评分表，通话已经重新评分。",
            code="review.card",
            hint="请刷新页面，在新的评分表上再做一次。",
        )
    match event:
        case Edit():
            _edit(event, given)
        case Confirm() | Comment():
            if event.item is not None:
                given.line(event.item)
        case Correct():
            _correct(event, given)
        case Undo():
            _undo(event, given)
        case Appeal():
            _appeal(event, given)
        case Withdraw():
            _withdraw(event, given)
        case Ruling():
            _ruling(event, given)
        case Escalate():
            _escalate(event, given)
        case Acknowledge():
            _own_call(event.author, given)
        case Finish():
            pass


def _edit(event: Edit, given: Circumstances) -> None:
    line = given.line(event.item)
    if event.status is LineStatus.scored and not 0.0 <= event.points <= line.max_points:
        raise ReviewError(
            f"“{line.title}”的分数要在 0 到 {line.max_points:g} 之间，给的是 {event.points:g}。",
            code="review.points",
            hint="请改成范围内的分数。",
        )
    if not event.reason.strip():
        raise ReviewError("改分没有写理由。", code="review.reason", hint="请写明为什么改，坐席会看到。")
    for state in given.appeals(event.item):
        if state.open:
            raise ReviewError(
                f"“{line.title}”正在申诉，不能直接改分。",
                code="review.appealed",
                hint="请在申诉里裁定。",
            )
        if state.stage is not AppealStage.withdrawn and not _reaches(given.level, state.level):
            raise ReviewError(
                f"“{line.title}”已有申诉裁定，不能再改。",
                code="review.ruled",
                hint="请由同级或上一级裁定的人来改。",
            )


def _correct(event: Correct, given: Circumstances) -> None:
    if event.subject in TECHNIQUES:
        if event.turn is None or (event.present is None and event.label is None):
            raise ReviewError(
                "纠正技巧或客户反应要写明是哪一轮、改成什么。",
                code="review.correction",
                hint="请给出 turn，以及 present 或 label。",
            )
        if event.turn < 0 or (given.turns is not None and event.turn >= given.turns):
            raise ReviewError(
                f"通话里没有第 {event.turn} 轮。", code="review.turn", hint="请用转写里的轮次编号。"
            )
    elif event.verdict is None:
        raise ReviewError(
            "纠正话术步骤或规则要写明正确的判定。", code="review.correction", hint="请给出 verdict。"
        )


def _undo(event: Undo, given: Circumstances) -> None:
    target = next((one for one in unique(given.events) if one.id == event.event), None)
    if target is None or target.scorecard != given.scorecard:
        raise ReviewError("要撤销的操作不存在。", code="review.unknown", hint="请刷新页面后再撤销。")
    undone = {one.event for one in _live_undos(given.events)}
    if target.id in undone:
        raise ReviewError("这条操作已经撤销过了。", code="review.undone", hint="请刷新页面。")
    if isinstance(target, Appeal | Withdraw | Escalate | Acknowledge):
        raise ReviewError(
            "申诉、撤回、转级和阅知不能撤销。",
            code="review.lasting",
            hint="申诉请用“撤回”；其余的请另写一条说明。",
        )
    if isinstance(target, Ruling):
        state = given.appeal(target.appeal)
        if state.history[-1].id != target.id:
            raise ReviewError(
                "这条裁定之后申诉又往上走了，不能撤销。",
                code="review.lasting",
                hint="请由上一级裁定。",
            )


def _live_undos(events: Sequence[ReviewEvent]) -> list[Undo]:
    taken: set[str] = set()
    live: list[Undo] = []
    for event in reversed(unique(events)):
        if isinstance(event, Undo) and event.id not in taken:
            taken.add(event.event)
            live.append(event)
    return live


def _own_call(author: str, given: Circumstances) -> None:
    if given.agent is None or author != given.agent:
        raise ReviewError(
            "只有这通电话的坐席本人能这样做。", code="review.own", hint="请由坐席本人登录操作。"
        )


def _appeal(event: Appeal, given: Circumstances) -> None:
    _own_call(event.author, given)
    line = given.line(event.item)
    if not event.reason.strip():
        raise ReviewError("申诉没有写理由。", code="appeal.reason", hint="请写明哪里不对，最好引用原话。")
    if (
        line.status is LineStatus.scored
        and not line.bonus
        and not line.fatal
        and line.points >= line.max_points
    ):
        raise ReviewError(
            f"“{line.title}”没有扣分，不用申诉。", code="appeal.full", hint="请选扣了分的项目。"
        )
    if any(state.stage is not AppealStage.withdrawn for state in given.appeals(event.item)):
        raise ReviewError(
            f"“{line.title}”已经申诉过了。",
            code="appeal.twice",
            hint="对裁定不服请用“再申诉”，同一项不能另起一条。",
        )
    end = window_end(given.card, given.own, item=event.item, calendar=given.calendar, terms=given.terms)
    if given.now >= end:
        last = end.date().isoformat()
        raise ReviewError(
            f"申诉期限是 {given.terms.window} 个工作日，已于 {last} 零点截止。",
            code="appeal.late",
            hint="有特殊情况请找小组长。",
        )


def _withdraw(event: Withdraw, given: Circumstances) -> None:
    _own_call(event.author, given)
    state = given.appeal(event.appeal)
    if not state.open:
        raise ReviewError("这条申诉已经裁定或撤回，不能再撤回。", code="appeal.closed", hint="请刷新页面。")


def _ruling(event: Ruling, given: Circumstances) -> None:
    state = given.appeal(event.appeal)
    if not state.open:
        raise ReviewError("这条申诉已经裁定或撤回。", code="appeal.closed", hint="请刷新页面。")
    if event.level is not state.level:
        raise ReviewError(
            f"申诉现在在“{LEVEL_TITLES[state.level]}”这一级，不在“{LEVEL_TITLES[event.level]}”。",
            code="appeal.level",
            hint="请刷新页面，由现在这一级的人裁定。",
        )
    if event.author in (given.agent, state.appeal.author):
        raise ReviewError("不能裁定自己的申诉。", code="appeal.self", hint="请由别人裁定。")
    if not event.reason.strip():
        raise ReviewError("裁定没有写理由。", code="appeal.reason", hint="请写明理由，坐席会看到。")
    line = given.line(state.appeal.item)
    if not event.upheld and (event.partial or event.points is not None):
        raise ReviewError("驳回的申诉不能改分。", code="appeal.points", hint="要改分请选“成立”或“部分成立”。")
    if event.partial and line.fatal:
        raise ReviewError(
            f"“{line.title}”是一票否决项，只有成立或不成立。",
            code="appeal.partial",
            hint="请选“成立”或“驳回”。",
        )
    if event.partial and event.points is None:
        raise ReviewError("部分成立要写明改成几分。", code="appeal.points", hint="请写上分数。")
    if event.points is not None and not 0.0 <= event.points <= line.max_points:
        raise ReviewError(
            f"“{line.title}”的分数要在 0 到 {line.max_points:g} 之间，给的是 {event.points:g}。",
            code="review.points",
            hint="请改成范围内的分数。",
        )
    counts = line.status is LineStatus.scored
    if counts and event.upheld and event.points is not None and event.points < line.points:
        raise ReviewError("申诉成立后的分数不能比原来低。", code="appeal.points", hint="请改高，或者驳回。")


def _escalate(event: Escalate, given: Circumstances) -> None:
    state = given.appeal(event.appeal)
    above = next_level(state.level)
    if event.author != SYSTEM:
        _own_call(event.author, given)
        if state.open or state.closed:
            raise ReviewError(
                "现在不能再申诉。",
                code="appeal.closed",
                hint="裁定之后、期限之内才能再申诉；全部成立、已撤回或终审的不能。",
            )
        if not event.reason.strip():
            raise ReviewError("再申诉没有写理由。", code="appeal.reason", hint="请写明哪里不服。")
    elif not state.overdue:
        raise ReviewError("这条申诉还没有到期。", code="appeal.early", hint="不用转级。")
    if above is None or event.level is not above:
        raise ReviewError("申诉只能转到上一级。", code="appeal.level", hint="请刷新页面。")


def _reaches(own: AppealLevel | None, asked: AppealLevel) -> bool:
    return own is not None and LEVELS.index(own) >= LEVELS.index(asked)


LEVEL_TITLES = {
    AppealLevel.leader: "小组长",
    AppealLevel.director: "主管",
    AppealLevel.final: "终审",
}
"""As people call the levels."""
