"""Scoring a call by the policy's rubric."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from callqa.domain import (
    Call,
    Finding,
    LineStatus,
    Measure,
    Provenance,
    Scorecard,
    ScoreLine,
    TechniqueReading,
    Verdict,
)
from callqa.policy import Policy
from callqa.policy.check import Check
from callqa.policy.rubric import Item, Mode, Section, Veto
from callqa.policy.tally import tally
from callqa.score.answer import Answer, Case, answer
from callqa.score.wording import points as shown

VERSION = "1"
"""Version of this arithmetic; part of every scorecard's provenance."""


def score_call(
    call: Call,
    findings: Iterable[Finding],
    reading: TechniqueReading,
    measures: Iterable[Measure],
    policy: Policy,
    *,
    at: datetime,
) -> Scorecard:
    """Score one call. The same inputs in any order give the same card.

    Args:
        call: Fields and parties.
        findings: Steps and rules of the same policy.
        reading: Technique tags and customer reactions.
        measures: Of the talk and of the recording.
        policy: Rubric and titles.
        at: When (aware).

    Returns:
        One line per rubric item in rubric order, total, grade, action. What could not be heard costs nothing and
        waits for a person; where more than the rubric's ``review_above`` of the points waits, no grade is given.
    """
    case = Case.of(call, findings, reading, measures, policy.techniques)
    rubric = policy.rubric
    lines = tuple(_line(section, item, case) for section in rubric.sections for item in section.items)
    result = tally(lines, rubric)
    grade = result.grade
    return Scorecard(
        call_id=call.id,
        lines=lines,
        total=result.total,
        grade=grade.id if grade else None,
        grade_title=grade.title if grade else rubric.review_grade,
        action=grade.action if grade else rubric.review_action,
        fatal=result.vetoed,
        needs_human=sum(line.status is LineStatus.needs_human for line in lines),
        policy=policy.ref,
        provenance=Provenance(step="score", version=VERSION, policy=policy.ref, at=at),
    )


def _line(section: Section, item: Item, case: Case) -> ScoreLine:
    applies = _applies((*section.when, *item.when), case)
    found = applies or answer(item.check, case)
    verdict = found.verdict
    if item.mode is Mode.bonus and found.unknown and verdict is Verdict.unsure:
        verdict = Verdict.not_applicable
    status = _STATUS.get(verdict, LineStatus.scored)
    given = _points(item, verdict, found)
    hit = item.fatal is not None and verdict is Verdict.broken
    return ScoreLine(
        section=section.id,
        item=item.id,
        title=item.title,
        points=given,
        max_points=item.points,
        bonus=item.mode is Mode.bonus,
        fatal=hit,
        status=status,
        refs=found.refs,
        reason=f"{found.why}；{_effect(item, section, status, given, hit=hit)}。",
    )


_STATUS = {
    Verdict.not_applicable: LineStatus.not_applicable,
    Verdict.unsure: LineStatus.needs_human,
}


def _applies(conditions: Sequence[Check], case: Case) -> Answer | None:
    """None where every condition holds; else why the item is left out, or why a person must say."""
    answers = [answer(condition, case) for condition in conditions]
    for one in answers:
        if one.verdict in (Verdict.broken, Verdict.not_applicable):
            return Answer(Verdict.not_applicable, one.why, refs=one.refs)
    for one in answers:
        if one.verdict is Verdict.unsure:
            return Answer(Verdict.unsure, f"是否适用不能确定：{one.why}", refs=one.refs, unknown=one.unknown)
    return None


def _points(item: Item, verdict: Verdict, found: Answer) -> float:
    """Points of one line, always between 0 and the item's full marks."""
    if verdict is Verdict.not_applicable:
        return 0.0
    if verdict is Verdict.unsure:
        return 0.0 if item.mode is Mode.bonus else item.points
    if found.share is not None:
        return item.points * found.share
    moved = item.points if item.per_hit is None else min(item.points, item.per_hit * max(1, found.hits))
    if item.mode is Mode.deduct:
        return item.points if verdict is Verdict.met else item.points - moved
    return moved if verdict is Verdict.met else 0.0


def _effect(  # noqa: PLR0911 -- one return for each kind of outcome
    item: Item, section: Section, status: LineStatus, given: float, *, hit: bool
) -> str:
    """Second half of the reason: what it does to the score."""
    if status is LineStatus.not_applicable:
        return "不计入总分"
    if status is LineStatus.needs_human:
        return "不扣分，转人工复核"
    if hit:
        return (
            "一票否决，整张评分表记 0 分"
            if item.fatal is Veto.card
            else f"一票否决，“{section.title}”全部记 0 分"
        )
    if item.mode is Mode.bonus:
        return f"加 {shown(given)} 分" if given else "不加分"
    if item.points == 0:
        return "未触碰红线"
    lost = item.points - given
    full = f"（满分 {shown(item.points)}）"
    if item.mode is Mode.deduct and lost:
        return f"扣 {shown(lost)} 分，得 {shown(given)} 分{full}"
    return f"得 {shown(given)} 分{full}"
