"""Laws of scoring that hold for any rubric and any findings."""

from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from callqa.domain import Finding, LineStatus, Scorecard
from callqa.policy import load_policy
from callqa.policy.facts import FactSheet
from callqa.policy.rubric import Rubric
from callqa.policy.rules import RuleBook
from callqa.policy.script import ScriptBook
from tests.score.cases import call, finding, reading, rubric, scored

POLICY = load_policy(Path(__file__).parents[2] / "samples" / "policy").replace(
    script=ScriptBook(), rules=RuleBook(), facts=FactSheet()
)
NAMES = ("a", "b", "c", "d", "e")
VERDICTS = ("met", "broken", "not_applicable", "unsure")
PARTIAL = {"out_of_order": 0.5, "wrong_fact": 0.25}


@st.composite
def items(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(("step", "rule")))
    points = draw(st.integers(1, 40)) / 2
    item: dict[str, Any] = {
        "check": {kind: draw(st.sampled_from(NAMES))},
        "points": points,
        "mode": draw(st.sampled_from(("earn", "deduct", "bonus"))),
        "section": draw(st.sampled_from(("one", "two"))),
    }
    if kind == "step" and draw(st.booleans()):
        item["check"]["partial"] = PARTIAL
    if draw(st.booleans()):
        item["per_hit"] = min(points, draw(st.integers(1, 10)) / 2)
    if item["mode"] != "bonus" and draw(st.integers(0, 5)) == 0:
        item["fatal"] = draw(st.sampled_from(("card", "section")))
    return item


@st.composite
def found(draw: st.DrawFn) -> list[Finding]:
    findings = []
    for kind in ("step", "rule"):
        for name in NAMES:
            verdict = draw(st.sampled_from(VERDICTS))
            states = {
                "met": ("said", "paraphrased"),
                "broken": ("missing", "out_of_order", "wrong_fact", "not_assented"),
                "unsure": ("unheard",),
                "not_applicable": ("not_applicable",),
            }[verdict]
            state = draw(st.sampled_from(states)) if kind == "step" else None
            findings.append(finding(kind, name, verdict, state=state, hits=draw(st.integers(0, 4))))
    return findings


RUBRICS = st.lists(items(), min_size=1, max_size=8).map(lambda many: rubric(*many))


def card(table: Rubric, findings: list[Finding]) -> Scorecard:
    return scored(POLICY, table, findings, of=call(), tags=reading())


def judged(findings: list[Finding], kind: str, name: str, verdict: str) -> list[Finding]:
    state = {"met": "said", "broken": "missing", "unsure": "unheard", "not_applicable": "not_applicable"}[
        verdict
    ]
    return [
        finding(kind, name, verdict, state=state if kind == "step" else None, hits=1)
        if (one.subject == kind and one.id == name)
        else one
        for one in findings
    ]


@settings(max_examples=200, deadline=None)
@given(RUBRICS, found())
def test_points_and_total_stay_inside_their_bounds(table: Rubric, findings: list[Finding]) -> None:
    result = card(table, findings)
    assert [one.item for one in result.lines] == [item.id for item in table.items]
    for one in result.lines:
        assert 0 <= one.points <= one.max_points
        assert one.reason.endswith("。")
        assert one.status is not LineStatus.not_applicable or one.points == 0
    assert result.total is None or 0 <= result.total <= 100
    assert result.needs_human == sum(one.status is LineStatus.needs_human for one in result.lines)
    assert (result.grade is None) <= (result.action == table.review_action)


@settings(max_examples=100, deadline=None)
@given(RUBRICS, found(), st.randoms(use_true_random=False))
def test_the_order_of_findings_does_not_matter(table: Rubric, findings: list[Finding], random: Any) -> None:
    shuffled = list(findings)
    random.shuffle(shuffled)
    assert card(table, shuffled) == card(table, findings)


@settings(max_examples=150, deadline=None)
@given(RUBRICS, found(), st.sampled_from(("step", "rule")), st.sampled_from(NAMES))
def test_verdicts_are_ordered_by_what_they_cost(
    table: Rubric, findings: list[Finding], kind: str, name: str
) -> None:
    """met and unsure never stand below broken; what does not apply never stands below a line that got nothing."""
    cards = {verdict: card(table, judged(findings, kind, name, verdict)) for verdict in VERDICTS}
    broken = cards["broken"]
    touched = [one for one in broken.lines if any((ref.kind, ref.id) == (kind, name) for ref in one.refs)]
    better = ["met", "unsure"]
    if all(one.points == 0 for one in touched):
        better.append("not_applicable")
    for verdict in better:
        total = cards[verdict].total
        if total is not None and broken.total is not None:
            assert total >= broken.total


@settings(max_examples=150, deadline=None)
@given(RUBRICS, found(), st.sampled_from(("step", "rule")), st.sampled_from(NAMES))
def test_unsure_costs_nothing(table: Rubric, findings: list[Finding], kind: str, name: str) -> None:
    """The points of every line that could not be heard are those of the same line heard as met (bonus: none)."""
    unsure = card(table, judged(findings, kind, name, "unsure"))
    met = card(table, judged(findings, kind, name, "met"))
    for one, heard in zip(unsure.lines, met.lines, strict=True):
        if one.status is LineStatus.needs_human and not one.bonus:
            assert one.points == one.max_points >= heard.points


@settings(max_examples=100, deadline=None)
@given(RUBRICS, found(), st.integers(0, 4))
def test_more_hits_never_give_more_points_on_deduct_items(
    table: Rubric, findings: list[Finding], hits: int
) -> None:
    fewer = [one.replace(hits=hits) if one.subject == "rule" else one for one in findings]
    more = [one.replace(hits=hits + 1) if one.subject == "rule" else one for one in findings]
    for low, high, item in zip(card(table, more).lines, card(table, fewer).lines, table.items, strict=True):
        if item.mode == "deduct":
            assert low.points <= high.points
