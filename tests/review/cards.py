"""A small rubric, cards of it, and events on them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from callqa.domain import (
    Acknowledge,
    Appeal,
    AppealLevel,
    Confirm,
    Edit,
    Escalate,
    Finish,
    LineStatus,
    Ref,
    Ruling,
    Scorecard,
    ScoreLine,
    Undo,
    Withdraw,
)
from callqa.policy.check import RuleCheck, StepCheck
from callqa.policy.rubric import Grade, Item, Mode, Rubric, Section, Veto
from callqa.policy.tally import tally
from callqa.review import Circumstances, Terms, WorkCalendar
from tests.fakes import POLICY, provenance

MONDAY = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
"""A Monday morning in Shanghai."""
CARD = "c" * 64
CALENDAR = WorkCalendar()
TERMS = Terms()

RUBRIC = Rubric(
    sections=(
        Section(
            id="process",
            title="流程",
            items=(
                Item(id="greet", title="问候", check=StepCheck(step="greet"), points=10),
                Item(id="price", title="报价", check=StepCheck(step="price"), points=30),
            ),
        ),
        Section(
            id="rules",
            title="合规",
            items=(
                Item(
                    id="absolute",
                    title="绝对化用语",
                    check=RuleCheck(rule=("absolute",)),
                    points=20,
                    mode=Mode.deduct,
                ),
                Item(
                    id="cure",
                    title="承诺治愈",
                    check=RuleCheck(rule=("cure",)),
                    mode=Mode.deduct,
                    fatal=Veto.card,
                ),
            ),
        ),
        Section(
            id="extra",
            title="加分",
            items=(Item(id="cross", title="搭销", check=StepCheck(step="cross"), points=5, mode=Mode.bonus),),
        ),
    ),
    grades=(
        Grade(id="good", title="优秀", at_least=90, action="表扬/树立榜样"),
        Grade(id="pass", title="合格", at_least=60, action="合格"),
        Grade(id="bad", title="不合格", at_least=0, action="再培训"),
        Grade(id="red", title="触碰红线", fatal=True, action="处分建议"),
    ),
)
_SECTION = {item.id: section.id for section in RUBRIC.sections for item in section.items}


def line(
    item: str, points: float, *, status: LineStatus = LineStatus.scored, fatal: bool = False
) -> ScoreLine:
    made = next(one for one in RUBRIC.items if one.id == item)
    kind = "step" if isinstance(made.check, StepCheck) else "rule"
    return ScoreLine(
        section=_SECTION[item],
        item=item,
        title=made.title,
        points=points,
        max_points=made.points,
        bonus=made.mode is Mode.bonus,
        fatal=fatal,
        status=status,
        refs=(Ref(kind=kind, id=item),),
    )


def card(*lines: ScoreLine, call_id: str = "C0001", at: datetime = MONDAY) -> Scorecard:
    """A card of these lines; those not given have full marks."""
    given = {one.item: one for one in lines}
    full = {"greet": 10.0, "price": 30.0, "absolute": 20.0, "cure": 0.0, "cross": 0.0}
    all_lines = tuple(given.get(item) or line(item, points) for item, points in full.items())
    result = tally(all_lines, RUBRIC)
    grade = result.grade
    return Scorecard(
        call_id=call_id,
        lines=all_lines,
        total=result.total,
        grade=grade.id if grade else None,
        grade_title=grade.title if grade else RUBRIC.review_grade,
        action=grade.action if grade else RUBRIC.review_action,
        fatal=result.vetoed,
        needs_human=sum(one.status is LineStatus.needs_human for one in all_lines),
        policy=POLICY,
        provenance=provenance("score", at=at),
    )


def _common(name: str, at: datetime | None, author: str, reason: str, call_id: str) -> dict[str, Any]:
    return {
        "id": name,
        "call_id": call_id,
        "scorecard": CARD,
        "author": author,
        "at": at or MONDAY,
        "reason": reason,
    }


def edit(
    name: str, item: str, points: float, *, at: datetime | None = None, author: str = "李质检", **more: Any
) -> Edit:
    return Edit(**_common(name, at, author, "听过录音", "C0001"), item=item, points=points, **more)


def confirm(name: str, item: str | None = None, *, at: datetime | None = None) -> Confirm:
    return Confirm(**_common(name, at, "李质检", "", "C0001"), item=item)


def finish(name: str, *, at: datetime | None = None) -> Finish:
    return Finish(**_common(name, at, "李质检", "", "C0001"))


def undo(name: str, event: str, *, at: datetime | None = None) -> Undo:
    return Undo(**_common(name, at, "李质检", "", "C0001"), event=event)


def acknowledge(name: str, *, author: str = "王小燕") -> Acknowledge:
    return Acknowledge(**_common(name, None, author, "", "C0001"))


def appeal(
    name: str, item: str, *, at: datetime | None = None, author: str = "王小燕", reason: str = "我没有这样说"
) -> Appeal:
    return Appeal(**_common(name, at, author, reason, "C0001"), item=item)


def withdraw(name: str, appeal_id: str, *, at: datetime | None = None, author: str = "王小燕") -> Withdraw:
    return Withdraw(**_common(name, at, author, "", "C0001"), appeal=appeal_id)


def ruling(
    name: str,
    appeal_id: str,
    *,
    upheld: bool,
    level: AppealLevel = AppealLevel.leader,
    at: datetime | None = None,
    author: str = "张组长",
    **more: Any,
) -> Ruling:
    return Ruling(
        **_common(name, at, author, "听过录音", "C0001"), appeal=appeal_id, upheld=upheld, level=level, **more
    )


def escalate(
    name: str, appeal_id: str, level: AppealLevel, *, at: datetime | None = None, author: str = "王小燕"
) -> Escalate:
    return Escalate(**_common(name, at, author, "不服", "C0001"), appeal=appeal_id, level=level)


def given(
    made: Scorecard, *events: Any, now: datetime | None = None, level: AppealLevel | None = None
) -> Circumstances:
    return Circumstances(
        card=made,
        scorecard=CARD,
        events=events,
        agent="王小燕",
        now=now or MONDAY + timedelta(hours=1),
        calendar=CALENDAR,
        terms=TERMS,
        level=level,
        turns=20,
    )
