"""What nobody should send and somebody will: a right answer, never a hang, never a crash."""

import time
from typing import Any

import pytest
from pydantic import ValidationError

from callqa.compliance import examples, prepare, swapped_channels, try_dialogue
from callqa.domain import DialogueError, LabelledCall
from tests.compliance.judged import heard, judge, rule, small, timed, verdict


def empty() -> Any:
    call, transcript = heard("坐席: 占位")
    return call, transcript.replace(turns=())


STEPS = [
    {
        "id": "greet",
        "title": "问候",
        "wordings": ["很高兴为您服务"],
        "window": {"first": "15s"},
        "assent": {"within": 2},
    },
    {
        "id": "bye",
        "title": "结束",
        "line": "感谢您的来电，祝您生活愉快",
        "slots": [{"name": "工号", "kind": "staff_number"}],
    },
]
EVERYTHING = small(
    steps=STEPS,
    rules=[
        {"id": "p", "title": "p", "broken": {"op": "phrase", "words": ["根治"], "party": "agent"}},
        {"id": "q", "title": "q", "broken": {"op": "pattern", "patterns": ["保证{6}治好"]}},
        {"id": "s", "title": "s", "broken": {"op": "similar", "sentences": ["过了今天就没有了"]}},
        {"id": "t", "title": "t", "broken": {"op": "talk_over"}},
        {"id": "u", "title": "u", "broken": {"op": "silence", "longer_than": "5s", "edges": True}},
        {"id": "v", "title": "v", "broken": {"op": "pace", "faster_than": 300, "over": "call"}},
        {"id": "w", "title": "w", "broken": {"op": "repeat"}},
        {"id": "x", "title": "x", "broken": {"op": "no_response", "party": "agent"}},
        {
            "id": "y",
            "title": "y",
            "broken": {"op": "phrase", "words": ["货到付款"], "every": True, "scope": {"last": "2轮"}},
        },
        {"id": "z", "title": "z", "met": {"op": "turns", "party": "agent", "count": {"at_least": 1}}},
    ],
    facts=[{"id": "f", "title": "f", "kind": "money", "values": [1280], "cues": ["价格"]}],
)


@pytest.mark.parametrize(
    "call",
    [
        empty(),
        heard("坐席: ，。！？"),
        heard("坐席: 😀😀"),
        heard("坐席: Hello, this is customer service, may I help you?\n客户: Yes, please."),
        heard("坐席: ＡＢＣ１２３，全角ｔｅｘｔ"),
        heard("客户: 喂\n客户: 喂喂"),
        heard("坐席: 喂\n坐席: 喂喂"),
        heard("未知: 喂\n未知: 您好"),
        heard("坐席: " + "啊" * 3000),
        heard("坐席: ****，电话***********"),
        heard("坐席: ㈱㎏½²Ⅷ①٣"),
        timed(("坐席", 0, 1, "好"), ("客户", 0, 1, "好")),
        timed(("坐席", 0, 9000, "一二三"), ("客户", 100, 200, "四"), ("坐席", 150, 300, "五")),
    ],
)
def test_every_finding_has_evidence(call: Any) -> None:
    findings = judge(EVERYTHING, call)
    assert len(findings) == 12
    assert all(f.evidence for f in findings.values())
    swapped_channels(*call, prepare(EVERYTHING))


def test_silence_only_leaves_steps_open() -> None:
    findings = judge(EVERYTHING, empty())
    assert findings["greet"].verdict == "unsure"
    assert findings["bye"].verdict == "unsure"


def test_full_width_latin_and_digits() -> None:
    assert verdict(rule({"op": "phrase", "words": ["vip客户"]}), "您是ＶＩＰ客户") == "broken"
    assert verdict(rule({"op": "phrase", "words": ["百分之九十九"]}), "有９９％的人") == "broken"


def test_two_hundred_steps_and_three_thousand_turns() -> None:
    deeds = [
        "核对",
        "登记",
        "说明",
        "确认",
        "寄出",
        "退还",
        "更换",
        "检查",
        "打印",
        "归还",
        "查询",
        "补开",
        "修改",
        "保留",
        "取消",
        "延长",
        "提醒",
        "转接",
        "复印",
        "公布",
    ]
    things = [
        "身份证件",
        "收货地址",
        "保修期限",
        "电话号码",
        "发票抬头",
        "赠品清单",
        "付款方式",
        "会员等级",
        "使用说明",
        "检验报告",
    ]
    said = [f"{deed}{thing}" for deed in deeds for thing in things]
    steps = [
        {"id": f"s{n}", "title": f"步骤{n}", "wordings": [words], "line": f"现在我来为您{words}好吗"}
        for n, words in enumerate(said)
    ]
    checker = prepare(small(steps=steps))
    lines = []
    for n in range(1500):
        lines.append(f"坐席: 那么{said[n % 200]}您看好不好第{n}件")
        lines.append("客户: 好的你接着说吧")
    call = heard("\n".join(lines))
    started = time.perf_counter()
    findings = judge(checker, call)
    taken = time.perf_counter() - started
    assert len(findings) == 200
    assert sum(f.state in ("said", "out_of_order") for f in findings.values()) >= 190
    assert taken < 60


def test_overlapping_windows_are_both_kept() -> None:
    steps = [{"id": "a", "title": "a", "wordings": ["货到付款"], "window": {"first": "1min", "last": "1min"}}]
    assert judge(small(steps=steps), "货到付款")["a"].verdict == "met"


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"op": "regex", "regex": "(未闭合"}, "正则"),
        ({"op": "pattern", "patterns": ["保证{治好"]}, "看不懂"),
        ({"op": "pattern", "patterns": ["{6}"]}, "没有要听的词"),
        ({"op": "pattern", "patterns": ["[甲|]"]}, "空的选项"),
        ({"op": "phrase", "words": []}, "at least 1"),
        ({"op": "phrase", "words": ["，。"]}, "没有可听的字"),
        ({"op": "phrase", "words": ["好"], "scope": {"first": "5轮", "last": "5轮"}}, "不能同时"),
        ({"op": "phrase", "words": ["好"], "scope": {"first": "五轮"}}, "范围要写成"),
        ({"op": "phrase", "words": ["好"], "scope": {"from": "9轮", "to": "2轮"}}, "还靠后"),
        ({"op": "phrase", "words": ["好"], "scope": {"first": "120%"}}, "100%"),
        ({"op": "phrase", "words": ["好"], "count": {"exactly": 1, "at_least": 1}}, "不能和"),
        ({"op": "phrase", "words": ["好"], "count": {"at_most": 1, "at_least": 2}}, "还大"),
        ({"op": "silence", "longer_than": "很久"}, "时长要写成"),
        ({"op": "pace"}, "faster_than"),
        ({"op": "field", "left": "a"}, "right"),
        ({"op": "field", "left": "a", "compare": "in", "right": 3}, "列表"),
        ({"op": "field", "left": "a", "compare": "empty", "right": 3}, "不要写"),
        ({"op": "no_such_operator"}, "no_such_operator"),
        ({"op": "phrase", "words": ["好"], "typo": 1}, "typo"),
    ],
)
def test_faults_are_found_when_a_policy_loads(condition: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        rule(condition)


@pytest.mark.parametrize(
    "step",
    [
        {"id": "s", "title": "t"},
        {"id": "s", "title": "t", "parts": [[]]},
        {"id": "S", "title": "t", "wordings": ["好的"]},
        {"id": "s", "title": "t", "wordings": ["好的"], "patterns": ["{"]},
    ],
)
def test_step_faults(step: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        small(steps=[step])


def test_ids_are_unique() -> None:
    with pytest.raises(ValidationError, match="两次"):
        small(steps=[STEPS[0], STEPS[0]])
    with pytest.raises(ValidationError, match="两次"):
        small(rules=[{"id": "r", "title": "t", "broken": "x"}] * 2)


def test_rule_needs_one_direction() -> None:
    condition = {"op": "phrase", "words": ["好的"]}
    with pytest.raises(ValidationError, match="只写一个"):
        small(rules=[{"id": "r", "title": "t", "broken": condition, "met": condition}])


def test_examples_are_run_and_faults_named() -> None:
    policy = small(
        rules=[
            {
                "id": "r",
                "title": "根治",
                "broken": {"op": "phrase", "words": ["根治"], "party": "agent"},
                "examples": {
                    "broken": ["坐席：能根治", "能根治", "客户：能根治"],
                    "fine": ["坐席：不能根治", "坐席：就是能根治", "第一行\n??: 第二行"],
                },
            }
        ]
    )
    faults = examples(policy)
    assert [(f.kind, f.number, f.verdict) for f in faults] == [("broken", 2, "unsure"), ("fine", 1, "broken")]
    assert "应判违规" in faults[0].message


def test_pasted_dialogue() -> None:
    checker = prepare(rule({"op": "phrase", "words": ["根治"], "party": "agent"}))
    dialogue, findings = try_dialogue("坐席：能根治\n客户：真的吗", checker)
    assert isinstance(dialogue, LabelledCall)
    assert findings[0].verdict == "broken"
    with pytest.raises(DialogueError):
        try_dialogue("坐席: <met step=a>没有结束", checker)


def test_swapped_channels() -> None:
    steps = [
        {"id": f"s{n}", "title": "t", "wordings": [w]}
        for n, w in enumerate(["很高兴为您服务", "活动价是多少", "无理由退货", "祝您生活愉快"])
    ]
    checker = prepare(small(steps=steps))
    right = "坐席: 很高兴为您服务\n客户: 嗯\n坐席: 无理由退货\n坐席: 祝您生活愉快"
    wrong = right.replace("坐席", "甲").replace("客户", "坐席").replace("甲", "客户")
    assert swapped_channels(*heard(right), checker).value == 0.0
    measure = swapped_channels(*heard(wrong), checker)
    assert measure.value == 1.0
    assert "接反" in measure.note
    assert swapped_channels(*heard("坐席: 您好"), checker).value is None
    assert swapped_channels(*heard("未知: 您好"), checker).value is None
