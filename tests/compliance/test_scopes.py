"""Scopes, anchors, joins, sums, exceptions: where a condition looks, and how answers are combined."""

from typing import Any

import pytest

from callqa.compliance.answer import both, counted, either, negate
from callqa.policy.wording import Count
from tests.compliance.judged import heard, judge, mumbled, rule, small, timed, verdict

CALL = """
坐席: 您好
客户: 多少钱
坐席: 货到付款的
客户: 能退吗
坐席: 货到付款
坐席: 七天无理由退货
客户: 好的
坐席: 祝您生活愉快
"""


@pytest.mark.parametrize(
    ("scope", "party", "hits"),
    [
        ({}, None, 2),
        ({"first": "2轮"}, "agent", 1),
        ({"first": "2轮"}, None, 0),
        ({"last": "3轮"}, "agent", 1),
        ({"last": "2轮"}, "agent", 0),
        ({"from": "3轮"}, "agent", 1),
        ({"from": "4轮"}, "agent", 0),
        ({"to": "2轮"}, "agent", 1),
        ({"from": "2轮", "to": "2轮"}, "agent", 1),
        ({"from": "2轮", "to": "3轮"}, "agent", 2),
        ({"first": "0%"}, "agent", 0),
        ({"first": "100%"}, "agent", 2),
        ({"from": "0s"}, "agent", 2),
    ],
)
def test_stretches_by_turns(scope: dict[str, str], party: str | None, hits: int) -> None:
    finding = judge(rule({"op": "phrase", "words": ["货到付款"], "party": party, "scope": scope}), CALL)["r"]
    assert finding.hits == hits
    assert (finding.verdict == "broken") is (hits > 0)


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({"first": "10s"}, "met"),
        ({"first": "10001ms"}, "broken"),
        ({"last": "40s"}, "met"),
        ({"last": "48500ms"}, "broken"),  # the turn still runs in the last 48.5 s
        ({"from": "10s"}, "broken"),
        ({"from": "10001ms"}, "met"),
        ({"to": "10s"}, "met"),
        ({"from": "5s", "to": "12s"}, "broken"),
        ({"from": "10%"}, "broken"),
        ({"to": "10%"}, "met"),
        ({"first": "17%"}, "broken"),
        ({"first": "16%"}, "met"),
    ],
)
def test_stretches_by_time(scope: dict[str, str], expected: str) -> None:
    call = timed(
        ("坐席", 0, 2000, "您好"),
        ("坐席", 10000, 12000, "货到付款"),
        ("坐席", 50000, 52000, "再见"),
        duration=60000,
    )
    assert verdict(rule({"op": "phrase", "words": ["货到付款"], "scope": scope}), call) == expected


def anchored(where: str, **more: Any) -> Any:
    return {
        "op": "phrase",
        "words": ["您放心"],
        "party": "agent",
        "scope": {"anchor": {"of": "asked", "where": where, **more}},
    }


def test_anchors() -> None:
    asked = {"op": "phrase", "words": ["能退吗", "可以退吗"], "party": "customer"}

    def out(text: str, where: str, **more: Any) -> str:
        return verdict(rule(anchored(where, **more), conditions={"asked": asked}), text)

    text = "您放心\n客户: 能退吗\n坐席: 可以的\n客户: 嗯\n坐席: 您放心"
    assert out(text, "after") == "broken"
    assert out(text, "after", within="1轮") == "met"
    assert out(text, "after", within="2轮") == "broken"
    assert out(text, "before") == "broken"
    assert out(text, "before", within="1s") == "broken"
    assert out(text, "around", within="1轮") == "broken"
    assert out(text, "same") == "met"
    assert out("客户: 你好\n坐席: 您放心", "after") == "met"  # no anchor, nothing to find
    twice = "客户: 能退吗\n坐席: 您放心\n客户: 可以退吗\n坐席: 我问问"
    assert out(twice, "after", within="1轮", hit="any") == "broken"
    assert out(twice, "after", within="1轮", hit="each") == "met"
    assert out(twice, "after", within="1轮", hit=1) == "broken"
    assert out(twice, "after", within="1轮", hit=2) == "met"
    assert out(twice, "after", within="1轮", hit="last") == "met"
    assert out(twice, "after", within="1轮", hit=3) == "met"


def test_anchor_in_the_same_turn_and_in_time() -> None:
    price = {"op": "entity", "entity": "money", "party": "agent"}
    push = {"op": "phrase", "words": ["今天最后一天"], "scope": {"anchor": {"of": "price", "where": "same"}}}
    policy = rule(push, conditions={"price": price})
    assert verdict(policy, "一共五百块，今天最后一天") == "broken"
    assert verdict(policy, "一共五百块\n今天最后一天") == "met"
    late = {
        "op": "phrase",
        "words": ["在的"],
        "party": "agent",
        "scope": {"anchor": {"of": "q", "where": "after", "within": "5s"}},
    }
    soon = timed(("客户", 0, 1000, "有人吗"), ("坐席", 4000, 5000, "在的"))
    slow = timed(("客户", 0, 1000, "有人吗"), ("坐席", 9000, 9900, "在的"))
    asked = {"q": {"op": "phrase", "words": ["有人吗"], "party": "customer"}}
    assert verdict(rule(late, conditions=asked), soon) == "broken"
    assert verdict(rule(late, conditions=asked), slow) == "met"


def test_anchor_of_a_silence() -> None:
    said = {
        "op": "phrase",
        "words": ["久等了"],
        "party": "agent",
        "scope": {"anchor": {"of": "gap", "where": "after", "within": "1轮"}},
    }
    policy = small(
        rules=[
            {
                "id": "r",
                "title": "长静默后致歉",
                "conditions": {"gap": {"op": "silence", "longer_than": "8s", "before": "agent"}},
                "when": "gap",
                "met": said,
            }
        ]
    )
    polite = timed(("客户", 0, 1000, "你查一下"), ("坐席", 12000, 13000, "让您久等了"))
    rude = timed(("客户", 0, 1000, "你查一下"), ("坐席", 12000, 13000, "是这样的"))
    quick = timed(("客户", 0, 1000, "你查一下"), ("坐席", 2000, 3000, "是这样的"))
    assert [verdict(policy, call) for call in (polite, rude, quick)] == ["met", "broken", "not_applicable"]


A, B = {"op": "phrase", "words": ["货到付款"]}, {"op": "phrase", "words": ["无理由退货"]}


@pytest.mark.parametrize(
    ("condition", "a", "ab", "none"),
    [
        ({"all": [A, B]}, "met", "broken", "met"),
        ({"any": [A, B]}, "broken", "broken", "met"),
        ({"not": A}, "met", "met", "broken"),
        ({"all": [A, {"not": B}]}, "broken", "met", "met"),
        ({"sum": [A, B], "count": {"at_least": 2}}, "met", "broken", "met"),
        ({"sum": [A, B], "count": {"exactly": 1}}, "broken", "met", "met"),
    ],
)
def test_joins(condition: Any, a: str, ab: str, none: str) -> None:
    policy = rule(condition)
    assert verdict(policy, "货到付款") == a
    assert verdict(policy, "货到付款\n无理由退货") == ab
    assert verdict(policy, "您好") == none


def test_unsure_parts_decide_only_where_they_matter() -> None:
    call = mumbled(heard("货到付款\n无理由退货"), confidence=0.1, turns=[0])
    assert verdict(rule(A), call) == "unsure"
    assert verdict(rule({"any": [A, B]}), call) == "broken"
    assert verdict(rule({"all": [A, B]}), call) == "unsure"
    assert (
        verdict(rule({"all": [A, {"op": "field", "left": "没有这列", "compare": "not_empty"}]}), call)
        == "met"
    )
    assert verdict(rule({"not": A}), call) == "unsure"


def test_when_and_except() -> None:
    policy = rule(A, when=B, **{"except": {"op": "phrase", "words": ["公司规定"]}})
    assert verdict(policy, "货到付款") == "not_applicable"
    assert verdict(policy, "货到付款\n无理由退货") == "broken"
    assert verdict(policy, "货到付款\n无理由退货\n这是公司规定") == "met"


def test_named_conditions_are_shared() -> None:
    policy = rule({"all": ["a", {"not": "b"}]}, conditions={"a": A, "b": B})
    assert verdict(policy, "货到付款") == "broken"
    assert verdict(policy, "货到付款\n无理由退货") == "met"


def test_circles_and_unknown_names_end_in_unsure_not_in_a_hang() -> None:
    assert verdict(rule("a", conditions={"a": {"any": ["b"]}, "b": {"all": ["a"]}}), "货到付款") == "unsure"
    assert verdict(rule("nowhere"), "货到付款") == "unsure"
    circle = small(
        rules=[
            {"id": "r", "title": "r", "broken": {"op": "rule", "rule": "s"}},
            {"id": "s", "title": "s", "broken": {"op": "rule", "rule": "r"}},
        ]
    )
    assert judge(circle, "您好")["r"].verdict == "met"


def test_three_valued_logic() -> None:
    assert both([True, None]) is None
    assert both([False, None]) is False
    assert either([True, None]) is True
    assert either([False, None]) is None
    assert negate(None) is None
    assert both([]) is True
    assert either([]) is False


def test_counts_as_intervals() -> None:
    at_least_two, at_most_one = Count(at_least=2), Count(at_most=1)
    assert counted(at_least_two, 2, 0) is True
    assert counted(at_least_two, 1, 1) is None
    assert counted(at_least_two, 1, 0) is False
    assert counted(at_least_two, 0, 0, more=True) is None
    assert counted(at_most_one, 0, 1) is True
    assert counted(at_most_one, 1, 1) is None
    assert counted(at_most_one, 2, 5) is False


def test_phrase_over_an_interruption() -> None:
    text = "我们是货到\n客户: 嗯\n坐席: 付款的"
    finding = judge(rule(A), text)["r"]
    assert finding.verdict == "broken"
    assert [(e.turn, e.text) for e in finding.evidence] == [(0, "货到"), (2, "付款")]
    assert verdict(rule({**A, "joined": False}), text) == "met"
    assert verdict(rule(A), "我们是货到\n客户: 嗯那个你先等我把话说完好吧\n坐席: 付款的") == "met"
