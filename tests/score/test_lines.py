from typing import Any

import pytest

from callqa.domain import Finding, LineStatus, Measure, Party, Scorecard
from callqa.policy import Policy
from tests.score.cases import call, finding, line, measured, reading, rubric, rule, scored, step

MONO = (Party.unknown,)


def one(
    policy: Policy, item: dict[str, Any], findings: list[Finding], **more: Any
) -> tuple[float, LineStatus]:
    found = line(scored(policy, rubric(item), findings, **more), "i0")
    return found.points, found.status


@pytest.mark.parametrize(
    ("item", "found", "points"),
    [
        ({"check": {"step": "greet"}}, step("greet", "met"), 10),
        ({"check": {"step": "greet"}}, step("greet", "broken"), 0),
        ({"check": {"step": "greet"}, "mode": "deduct"}, step("greet", "broken"), 0),
        (
            {"check": {"step": "greet", "partial": {"out_of_order": 0.6}}},
            step("greet", "broken", "out_of_order"),
            6,
        ),
        (
            {"check": {"step": "greet", "partial": {"out_of_order": 0.6}}},
            step("greet", "broken", "missing"),
            0,
        ),
        (
            {"check": {"step": "order", "partial": {"not_assented": 1}}},
            step("order", "broken", "not_assented"),
            10,
        ),
        ({"check": {"rule": "rude"}, "mode": "deduct"}, rule("rude", "met"), 10),
        ({"check": {"rule": "rude"}, "mode": "deduct"}, rule("rude", "broken", 1), 0),
        ({"check": {"rule": "rude"}, "mode": "deduct", "per_hit": 3}, rule("rude", "broken", 2), 4),
        ({"check": {"rule": "rude"}, "mode": "deduct", "per_hit": 3}, rule("rude", "broken", 9), 0),
        ({"check": {"rule": "rude"}, "mode": "deduct", "per_hit": 3}, rule("rude", "broken", 0), 7),
        ({"check": {"assent": "order"}}, step("order", "met"), 10),
        ({"check": {"assent": "order"}}, step("order", "broken", "not_assented"), 0),
        ({"check": {"assent": "order"}}, step("order", "broken", "missing"), 0),
    ],
)
def test_points_of_findings(
    sample_policy: Policy, item: dict[str, Any], found: Finding, points: float
) -> None:
    assert one(sample_policy, item, [found]) == (points, LineStatus.scored)


@pytest.mark.parametrize(
    ("item", "found", "status", "points"),
    [
        ({"check": {"step": "greet"}}, step("greet", "unsure"), LineStatus.needs_human, 10),
        ({"check": {"rule": "rude"}, "mode": "deduct"}, rule("rude", "unsure"), LineStatus.needs_human, 10),
        ({"check": {"rule": "rude"}, "mode": "bonus"}, rule("rude", "unsure"), LineStatus.needs_human, 0),
        ({"check": {"step": "greet"}}, step("greet", "not_applicable"), LineStatus.not_applicable, 0),
        ({"check": {"step": "other"}}, step("greet", "met"), LineStatus.needs_human, 10),
        ({"check": {"assent": "order"}}, step("order", "unsure"), LineStatus.needs_human, 10),
    ],
)
def test_what_was_not_heard_costs_nothing(
    sample_policy: Policy, item: dict[str, Any], found: Finding, status: LineStatus, points: float
) -> None:
    assert one(sample_policy, item, [found]) == (points, status)


def test_assent_to_something_said_wrong_is_for_a_person(sample_policy: Policy) -> None:
    wrong = step("order", "broken", "wrong_fact")
    assert one(sample_policy, {"check": {"assent": "order"}}, [wrong]) == (10, LineStatus.needs_human)


def test_several_rules_add_their_hits(sample_policy: Policy) -> None:
    item = {"check": {"rule": ["rude", "lie"]}, "mode": "deduct", "per_hit": 2}
    assert one(sample_policy, item, [rule("rude", "broken", 2), rule("lie", "broken", 1)])[0] == 4
    assert one(sample_policy, item, [rule("rude", "met"), rule("lie", "broken", 1)])[0] == 8
    assert one(sample_policy, item, [rule("rude", "met"), rule("lie", "unsure")])[1] is LineStatus.needs_human
    assert one(sample_policy, item, [rule("rude", "not_applicable"), rule("lie", "met")])[0] == 10


@pytest.mark.parametrize(
    ("check", "labels", "points"),
    [
        ({"technique": "closing"}, ["closing"], 10),
        ({"technique": "closing"}, ["urgency"], 0),
        ({"technique": ["closing", "urgency"], "at_least": 2}, ["closing+urgency"], 0),
        ({"technique": ["closing", "urgency"], "at_least": 2}, ["closing", "urgency"], 10),
        ({"technique": ["closing", "urgency"], "at_least": 2, "distinct": True}, ["closing", "closing"], 0),
        ({"technique": ["closing", "urgency"], "at_least": 2, "distinct": True}, ["closing+urgency"], 10),
    ],
)
def test_techniques_count_turns_or_kinds(
    sample_policy: Policy, check: dict[str, Any], labels: list[str], points: float
) -> None:
    assert one(sample_policy, {"check": check}, [], tags=reading(*labels)) == (points, LineStatus.scored)


def test_techniques_earn_per_hit(sample_policy: Policy) -> None:
    item = {"check": {"technique": "rapport"}, "mode": "bonus", "per_hit": 4}
    assert one(sample_policy, item, [], tags=reading("rapport", "rapport"))[0] == 8
    assert one(sample_policy, item, [], tags=reading("rapport", "rapport", "rapport"))[0] == 10


def test_in_mono_a_missing_technique_is_not_held_against_the_agent(sample_policy: Policy) -> None:
    item = {"check": {"technique": "closing"}}
    assert one(sample_policy, item, [], of=call(parties=MONO))[1] is LineStatus.needs_human
    assert one(sample_policy, item, [], of=call(parties=MONO), tags=reading("closing"))[0] == 10


@pytest.mark.parametrize(
    ("value", "points", "status"),
    [
        (180.0, 10, LineStatus.scored),
        (300.0, 10, LineStatus.scored),
        (179.9, 0, LineStatus.scored),
        (300.1, 0, LineStatus.scored),
        (None, 10, LineStatus.needs_human),
    ],
)
def test_measures_between_bounds(
    sample_policy: Policy, value: float | None, points: float, status: LineStatus
) -> None:
    item = {"check": {"measure": "agent_pace", "at_least": 180, "at_most": 300}}
    found: list[Measure] = [measured("agent_pace", value, "说话不足 3 秒")]
    assert one(sample_policy, item, [], measures=found) == (points, status)
    assert one(sample_policy, item, [])[1] is LineStatus.needs_human


def test_call_fields(sample_policy: Policy) -> None:
    item = {"check": {"field": "amount", "at_least": 1000}}
    assert one(sample_policy, item, [], of=call(amount=1280))[0] == 10
    assert one(sample_policy, item, [], of=call(amount=398))[0] == 0
    assert one(sample_policy, item, [])[1] is LineStatus.needs_human
    bonus = {"check": {"field": "cross_sold", "equals": True}, "mode": "bonus"}
    assert one(sample_policy, bonus, []) == (0, LineStatus.not_applicable)


@pytest.mark.parametrize(
    ("when", "more", "status"),
    [
        ([{"field": "ordered", "equals": True}], {"of": call(ordered=True)}, LineStatus.scored),
        ([{"field": "ordered", "equals": True}], {"of": call(ordered=False)}, LineStatus.not_applicable),
        ([{"field": "ordered", "equals": True}], {}, LineStatus.needs_human),
        ([{"reaction": "hesitate"}], {"tags": reading(reactions=["hesitate"])}, LineStatus.scored),
        (
            [{"reaction": ["hesitate", "reject"]}],
            {"tags": reading(reactions=["ask"])},
            LineStatus.not_applicable,
        ),
        ([{"reaction": "hesitate"}], {"of": call(parties=MONO)}, LineStatus.needs_human),
        (
            [{"reaction": "hesitate"}, {"field": "ordered", "equals": True}],
            {"of": call(ordered=False), "tags": reading(reactions=["hesitate"])},
            LineStatus.not_applicable,
        ),
        (
            [{"field": "region", "equals": "山东"}, {"field": "ordered", "equals": True}],
            {"of": call(ordered=False)},
            LineStatus.not_applicable,
        ),
    ],
)
def test_conditions_decide_what_applies(
    sample_policy: Policy, when: list[dict[str, Any]], more: dict[str, Any], status: LineStatus
) -> None:
    item = {"check": {"step": "greet"}, "when": when}
    assert one(sample_policy, item, [step("greet", "met")], **more)[1] is status


def card_of(policy: Policy) -> Scorecard:
    items = rubric(
        {"check": {"step": "greet"}},
        {"check": {"rule": "rude"}, "mode": "deduct", "per_hit": 3},
        {"check": {"technique": ["closing", "urgency"], "at_least": 2}},
        {"check": {"measure": "agent_pace", "at_most": 300}},
        {"check": {"rule": "cure"}, "fatal": "card", "points": 0},
        {"check": {"step": "refund"}, "when": [{"field": "ordered", "equals": True}]},
        {"check": {"step": "order"}},
    )
    found = [
        step("greet", "met"),
        rule("rude", "broken", 2),
        rule("cure", "met"),
        finding("step", "order", "unsure", state="unheard"),
    ]
    return scored(
        policy,
        items,
        found,
        of=call(ordered=False),
        tags=reading("closing"),
        measures=[measured("agent_pace", 321.0)],
    )


def test_every_line_says_why_in_a_sentence(sample_policy: Policy) -> None:
    reasons = [one.reason for one in card_of(sample_policy).lines]
    assert reasons == [
        "“题greet”（00:01）说到了；得 10 分（满分 10）。",
        "触犯“题rude” 2 次（00:01）；扣 6 分，得 4 分（满分 10）。",
        "“切单促单”、“限时促单” 只用到 1 轮，要求至少 2 轮；得 0 分（满分 10）。",
        "坐席语速 321 字/分，高于 300 字/分；得 0 分（满分 10）。",
        "没有触犯“题cure”；未触碰红线。",
        "通话资料“成单”为“否”；不计入总分。",
        "“题order”（00:01）听不清，不能判定；不扣分，转人工复核。",
    ]


def test_a_technique_line_names_what_was_used(sample_policy: Policy) -> None:
    table = rubric({"check": {"technique": ["closing", "urgency", "rapport"], "at_least": 2}})
    card = scored(sample_policy, table, tags=reading("closing", "rapport"))
    assert (
        line(card, "i0").reason == "用到 “切单促单”、“破冰共情” 2 轮（00:00、00:01）；得 10 分（满分 10）。"
    )


def test_lines_refer_to_what_they_rest_on(sample_policy: Policy) -> None:
    refs = {one.item: [(ref.kind, ref.id) for ref in one.refs] for one in card_of(sample_policy).lines}
    assert refs["i2"] == [("technique", "closing"), ("technique", "urgency")]
    assert refs["i1"] == [("rule", "rude")]
    assert refs["i5"] == [("field", "ordered")]
