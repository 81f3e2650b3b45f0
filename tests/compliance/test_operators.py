"""Every operator, with what makes it true, false and unsure."""

import time
from typing import Any

import pytest

from callqa.domain import (
    Measure,
    Party,
    Provenance,
    Reaction,
    ReactionTag,
    Removed,
    Span,
    TechniqueReading,
    TechniqueTag,
)
from tests.compliance.judged import AT, heard, judge, mumbled, rule, small, timed, verdict


@pytest.mark.parametrize(
    ("condition", "text", "expected"),
    [
        # phrase
        ({"op": "phrase", "words": ["货到付款"]}, "我们或到付款", "broken"),
        ({"op": "phrase", "words": ["货到付款"], "party": "customer"}, "我们货到付款\n客户: 好", "met"),
        ({"op": "phrase", "words": ["货到付款", "无理由退货"], "need": "all"}, "货到付款", "met"),
        (
            {"op": "phrase", "words": ["货到付款", "无理由退货"], "need": "all"},
            "货到付款\n无理由退货",
            "broken",
        ),
        (
            {"op": "phrase", "words": ["货到付款", "无理由退货", "免费送货"], "need": 2},
            "货到付款\n免费送货",
            "broken",
        ),
        ({"op": "phrase", "words": ["货到付款"], "need": "none"}, "你好", "broken"),
        ({"op": "phrase", "words": ["货到付款"], "need": "none"}, "货到付款", "met"),
        ({"op": "phrase", "words": ["绝对"], "exclude": ["绝对值"]}, "这是绝对值", "met"),
        ({"op": "phrase", "words": ["绝对"], "exclude": ["绝对值"]}, "这是绝对值，绝对好", "broken"),
        ({"op": "phrase", "words": ["货到付款"], "count": {"at_least": 2}}, "货到付款\n货到付款", "broken"),
        ({"op": "phrase", "words": ["货到付款"], "count": {"at_least": 2}}, "货到付款", "met"),
        ({"op": "phrase", "words": ["货到付款"], "count": {"at_most": 1}}, "货到付款，货到付款", "met"),
        ({"op": "phrase", "words": ["货到付款"], "count": {"exactly": 0}}, "你好", "broken"),
        ({"op": "phrase", "words": ["货到付款"], "every": True}, "货到付款\n嗯货到付款", "broken"),
        ({"op": "phrase", "words": ["货到付款"], "every": True}, "货到付款\n你好", "met"),
        # pattern
        ({"op": "pattern", "patterns": ["保证{6}[根治|治好]"]}, "保证三个月给您治好", "broken"),
        ({"op": "pattern", "patterns": ["保证{6}[根治|治好]"]}, "保证送到您家里再教您怎么用治好", "met"),
        ({"op": "pattern", "patterns": ["保证{6}[根治|治好]"]}, "治好我保证", "met"),
        (
            {"op": "pattern", "patterns": ["保证{2}治好"]},
            "保证嗯嗯嗯能治好",
            "broken",
        ),  # fillers are not counted
        ({"op": "pattern", "patterns": ["便宜<金额>"]}, "给您便宜五十块", "broken"),
        ({"op": "pattern", "patterns": ["便宜<金额>"]}, "给您便宜一点", "met"),
        ({"op": "pattern", "patterns": ["只剩<数字>台"]}, "只剩三十台了", "broken"),
        ({"op": "pattern", "patterns": ["今天*恢复原价"]}, "今天晚上十二点一过系统就自动恢复原价", "broken"),
        ({"op": "pattern", "patterns": ["叫?医生"]}, "我叫张医生", "broken"),
        ({"op": "pattern", "patterns": ["叫?医生"]}, "我叫张三丰医生", "met"),
        # regex
        ({"op": "regex", "regex": r"[a-z]{2}\d{3}"}, "型号AB123", "broken"),
        ({"op": "regex", "regex": r"\d+", "exclude_regex": r"\d+元"}, "一共120元", "met"),
        # similar
        (
            {"op": "similar", "sentences": ["过了今天就没有这个优惠了"], "threshold": 0.45},
            "错过今天这个优惠就没有了",
            "broken",
        ),
        (
            {"op": "similar", "sentences": ["过了今天就没有这个优惠了"], "threshold": 0.45},
            "您家里几口人呀今天",
            "met",
        ),
        # entity
        ({"op": "entity", "entity": "money", "at_least": 1000}, "一共一千二百八十块", "broken"),
        ({"op": "entity", "entity": "money", "at_least": 1000}, "一共九百块", "met"),
        ({"op": "entity", "entity": "duration", "at_most": 5}, "三天送到", "broken"),
        ({"op": "entity", "entity": "phone"}, "号码一三八零零一二三四五六", "broken"),
        ({"op": "entity", "entity": "staff_number"}, "工号八零零一", "broken"),
        # repeat
        (
            {"op": "repeat", "party": "agent"},
            "您考虑得怎么样了呀\n客户: 再说吧\n您考虑的怎么样了呀",
            "broken",
        ),
        ({"op": "repeat", "party": "agent"}, "您考虑得怎么样了呀\n客户: 再说吧\n那您早点休息好了", "met"),
        (
            {"op": "repeat", "look_back": 1},
            "您考虑得怎么样了呀\n今天天气真的很不错\n您考虑得怎么样了呀",
            "met",
        ),
        ({"op": "repeat", "exclude": ["考虑得怎么样"]}, "您考虑得怎么样了呀\n您考虑得怎么样了呀", "met"),
        # turns, duration
        ({"op": "turns", "party": "agent", "count": {"at_most": 1}}, "你好\n客户: 你好", "broken"),
        ({"op": "turns", "count": {"at_least": 3}}, "你好\n客户: 你好", "met"),
        ({"op": "duration", "shorter_than": "10s"}, "你好", "broken"),
        ({"op": "duration", "longer_than": "10s"}, "你好", "met"),
        ({"op": "duration", "of": "turn", "longer_than": "2s"}, "这一句话足够长了有十几个字", "broken"),
    ],
)
def test_true_or_false(condition: dict[str, Any], text: str, expected: str) -> None:
    assert verdict(rule(condition), text) == expected


def test_silence() -> None:
    call = timed(
        ("坐席", 0, 1000, "您好"), ("客户", 7000, 8000, "喂"), ("坐席", 20000, 21000, "在"), duration=60000
    )
    silence = {"op": "silence", "longer_than": "5s"}
    finding = judge(rule(silence), call)["r"]
    assert finding.verdict == "broken"
    assert finding.hits == 2
    assert [(e.name, e.value, e.span.start) for e in finding.evidence] == [
        ("silence", 6000, 1000),
        ("silence", 12000, 8000),
    ]
    assert judge(rule({**silence, "before": "agent"}), call)["r"].hits == 1
    assert judge(rule({**silence, "after": "agent"}), call)["r"].evidence[0].span.start == 1000
    assert judge(rule({**silence, "shorter_than": "7s"}), call)["r"].hits == 1
    assert judge(rule({**silence, "edges": True}), call)["r"].hits == 3
    assert verdict(rule({"op": "silence", "longer_than": "12s"}), call) == "met"  # exclusive


def test_silence_with_lost_speech_is_unsure() -> None:
    call, transcript = timed(("坐席", 0, 1000, "您好"), ("客户", 9000, 10000, "喂"))
    lost = Removed(
        party=Party.customer, span=Span(start=3000, end=4000), text="字幕", reason="silence_phrase"
    )
    assert verdict(rule({"op": "silence", "longer_than": "5s"}), (call, transcript)) == "broken"
    assert (
        verdict(rule({"op": "silence", "longer_than": "5s"}), (call, transcript.replace(removed=(lost,))))
        == "unsure"
    )


def test_talk_over() -> None:
    call = timed(("客户", 0, 6000, "我想问一下那个怎么用啊"), ("坐席", 4000, 8000, "这个您先听我说完好吧"))
    over = {"op": "talk_over", "longer_than": "1s"}
    finding = judge(rule(over), call)["r"]
    assert finding.verdict == "broken"
    assert finding.evidence[0].value == 2000
    assert verdict(rule({**over, "by": "agent"}), call) == "broken"
    assert verdict(rule({**over, "by": "customer"}), call) == "met"
    assert verdict(rule({**over, "after_speaking": "5s"}), call) == "met"
    assert verdict(rule({**over, "finished_within": "3s"}), call) == "met"
    assert verdict(rule({"op": "talk_over", "longer_than": "2s"}), call) == "met"  # exclusive


def test_pace() -> None:
    call = timed(("坐席", 0, 3000, "一二三四五六七八九十" * 3), ("坐席", 5000, 15000, "慢慢慢慢说" * 4))
    fast = {"op": "pace", "party": "agent", "faster_than": 400, "min_characters": 10}
    assert judge(rule(fast), call)["r"].hits == 1  # 600 and 120 characters a minute
    assert verdict(rule({**fast, "over": "call"}), call) == "met"  # 50 in 13 s = 231
    assert verdict(rule({"op": "pace", "slower_than": 240, "over": "call"}), call) == "broken"
    assert verdict(rule({**fast, "min_characters": 100}), call) == "met"


def test_response_delay_and_no_response() -> None:
    call = timed(
        ("客户", 0, 1000, "多少钱"),
        ("坐席", 5000, 6000, "一千"),
        ("客户", 6500, 7000, "能退吗"),
        duration=30000,
    )
    assert judge(rule({"op": "response_delay", "party": "agent", "longer_than": "3s"}), call)["r"].hits == 1
    assert verdict(rule({"op": "response_delay", "party": "customer", "longer_than": "3s"}), call) == "met"
    silent = judge(rule({"op": "no_response", "party": "agent", "within": "10s"}), call)["r"]
    assert silent.verdict == "broken"
    assert silent.evidence[1].text == "能退吗"
    assert verdict(rule({"op": "no_response", "party": "agent", "within": "25s"}), call) == "met"
    assert (
        verdict(rule({"op": "no_response", "party": "agent", "within": "10s", "to": ["多少钱"]}), call)
        == "met"
    )


def reading() -> TechniqueReading:
    _, transcript = heard("这个产品特别好\n客户: 太贵了")
    quotes = [turn.quote() for turn in transcript.turns]
    return TechniqueReading(
        tags=(TechniqueTag(label="urgency", turn=0, probability=0.7, quote=quotes[0]),),
        reactions=(ReactionTag(reaction=Reaction.hesitate, turn=1, probability=0.8, quote=quotes[1]),),
        provenance=Provenance(step="techniques", version="1", at=AT),
    )


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"op": "technique", "labels": ["urgency", "closing"]}, "broken"),
        ({"op": "technique", "labels": ["closing"]}, "met"),
        ({"op": "technique", "labels": ["urgency"], "min_probability": 0.8}, "met"),
        ({"op": "reaction", "reactions": ["hesitate", "reject"]}, "broken"),
        ({"op": "reaction", "reactions": ["accept"]}, "met"),
    ],
)
def test_techniques_and_reactions(condition: dict[str, Any], expected: str) -> None:
    text = "这个产品特别好\n客户: 太贵了"
    assert verdict(rule(condition), text, reading=reading()) == expected
    assert verdict(rule(condition), text) == "unsure"  # no model, no answer


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"op": "measure", "measure": "agent_pace", "above": 300}, "broken"),
        ({"op": "measure", "measure": "agent_pace", "above": 320}, "met"),
        ({"op": "measure", "measure": "agent_pace", "below": 330, "above": 310}, "broken"),
        ({"op": "level", "measure": "agent_level", "below": -30}, "unsure"),  # not measurable
        ({"op": "measure", "measure": "nothing_of_the_kind", "above": 1}, "unsure"),
    ],
)
def test_measures(condition: dict[str, Any], expected: str) -> None:
    measures = [
        Measure(name="agent_pace", value=320.0, unit="characters/min"),
        Measure(name="agent_level", value=None, unit="dBFS", note="坐席声道没有声音"),
    ]
    assert verdict(rule(condition), "你好", measures=measures) == expected


HEADER = "# product: 足疗仪\n# ordered: 是\n# amount: 1280\n# 定金: 200\n# 尾款: 1,080元\n# 备注: 要发票\n坐席: 你好"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"left": "ordered", "right": True}, "broken"),
        ({"left": "ordered", "compare": "!=", "right": True}, "met"),
        ({"left": "ordered", "right": "是"}, "broken"),
        ({"left": "amount", "compare": ">", "right": 1000}, "broken"),
        ({"left": "amount", "compare": "<=", "right": 1280}, "broken"),
        ({"left": "amount", "compare": "<", "right": 1280}, "met"),
        ({"left": "amount - 定金", "compare": "=", "right_formula": "尾款"}, "broken"),
        ({"left": "(amount - 定金) / 2", "compare": ">=", "right": 540}, "broken"),
        ({"left": "amount / 0", "compare": ">", "right": 1}, "unsure"),
        ({"left": "product", "compare": "in", "right": ["足疗仪", "颈椎枕"]}, "broken"),
        ({"left": "备注", "compare": "contains", "right": "发票"}, "broken"),
        ({"left": "没有这列", "compare": "empty"}, "broken"),
        ({"left": "没有这列", "compare": "not_empty"}, "met"),
        ({"left": "没有这列", "compare": "=", "right": 1}, "unsure"),
        ({"left": "备注", "compare": ">", "right": 1}, "unsure"),
    ],
)
def test_call_fields(condition: dict[str, Any], expected: str) -> None:
    finding = judge(rule({"op": "field", **condition}), HEADER)["r"]
    assert finding.verdict == expected
    assert finding.evidence[0].kind in ("reading", "absence")


@pytest.mark.parametrize(
    "formula", ["__import__('os')", "amount.real", "f(1)", "a if b else c", "[1]", "amount -", "1 < 2"]
)
def test_formulas_are_only_arithmetic(formula: str) -> None:
    with pytest.raises(ValueError, match="算式"):
        rule({"op": "field", "left": formula, "right": 1})


def test_step_fact_and_rule_operators() -> None:
    policy = small(
        steps=[
            {"id": "greet", "title": "问候", "wordings": ["很高兴为您服务"]},
            {"id": "refund", "title": "退货", "wordings": ["无理由退货"], "order": "free"},
        ],
        facts=[{"id": "days", "title": "天数", "kind": "duration", "values": [7], "cues": ["退货"]}],
        rules=[
            {"id": "no_greet", "title": "a", "broken": {"not": {"op": "step", "step": "greet"}}},
            {"id": "wrong", "title": "b", "broken": {"op": "fact", "facts": ["days"]}},
            {"id": "right", "title": "c", "met": {"op": "fact", "facts": ["days"], "said": "right"}},
            {"id": "after", "title": "d", "broken": {"op": "rule", "rule": "wrong"}},
            {"id": "unknown", "title": "e", "broken": {"op": "step", "step": "nothing"}},
        ],
    )
    findings = judge(policy, "很高兴为您服务\n收到十五天无理由退货")
    assert {i: str(findings[i].verdict) for i in ("no_greet", "wrong", "right", "after", "unknown")} == {
        "no_greet": "met",
        "wrong": "broken",
        "right": "broken",
        "after": "broken",
        "unknown": "met",
    }
    findings = judge(policy, "您好\n收到七天无理由退货")
    assert [str(findings[i].verdict) for i in ("no_greet", "wrong", "right", "after")] == [
        "broken",
        "met",
        "met",
        "met",
    ]


def test_unsure_where_badly_heard() -> None:
    forbidden = rule({"op": "phrase", "words": ["货到付款"]})
    required = small(rules=[{"id": "r", "title": "t", "met": {"op": "phrase", "words": ["货到付款"]}}])
    clear = heard("我们货到付款的")
    silent = heard("我们今天发货的呀")
    assert verdict(forbidden, clear) == "broken"
    assert verdict(forbidden, mumbled(clear, confidence=0.2)) == "unsure"
    assert verdict(required, silent) == "broken"
    assert verdict(required, mumbled(silent, confidence=0.2)) == "unsure"
    assert verdict(required, mumbled(clear, confidence=0.5)) == "met"


def test_unsure_on_mono_only_where_a_party_is_meant() -> None:
    text = "未知: 我们货到付款的\n未知: 好的"
    assert verdict(rule({"op": "phrase", "words": ["货到付款"], "party": "agent"}), text) == "unsure"
    assert verdict(rule({"op": "phrase", "words": ["货到付款"]}), text) == "broken"
    assert verdict(rule({"op": "talk_over"}), text) == "unsure"


def test_unsure_where_a_channel_is_dead_or_missing() -> None:
    dead = [Measure(name="agent_level", value=None, unit="dBFS", note="没有声音")]
    condition = {"op": "phrase", "words": ["货到付款"], "party": "agent"}
    assert verdict(rule(condition), "客户: 喂喂", measures=dead) == "unsure"
    assert verdict(rule({**condition, "party": "customer"}), "客户: 喂喂", measures=dead) == "met"
    assert "声道" in judge(rule(condition), "客户: 喂喂", measures=dead)["r"].explanation.detail


def test_broken_off_recording_cannot_prove_an_absence() -> None:
    cut = [Measure(name="truncated", value=1.0, unit="count")]
    required = small(rules=[{"id": "r", "title": "t", "met": {"op": "phrase", "words": ["祝您生活愉快"]}}])
    assert verdict(required, "您好", measures=cut) == "unsure"
    assert verdict(required, "祝您生活愉快", measures=cut) == "met"


def test_exploding_expression_is_stopped_and_told() -> None:
    policy = rule({"op": "regex", "regex": r"(a|aa)+$"})
    started = time.perf_counter()
    finding = judge(policy, "坐席: " + "a" * 60 + "b")["r"]
    assert time.perf_counter() - started < 30
    assert finding.verdict == "unsure"
    assert "时限" in finding.explanation.pattern
