"""核单: asked, assented, refused, unclear; what is no assent."""

import pytest

from callqa.domain import Finding
from tests.compliance.judged import heard, judge, mumbled, small, timed

STEP = {"id": "s", "title": "核对订单", "wordings": ["一共一千二百八"], "assent": {"within": 2}}
POLICY = small(steps=[STEP])
ITEM = "一台一共一千二百八对吗"


def result(finding: Finding) -> str | None:
    return next((slot.value for slot in finding.slots if slot.name == "客户同意"), None)


@pytest.mark.parametrize(
    "answer",
    [
        "对",
        "对的",
        "嗯，对",
        "是的",
        "好的好的",
        "行",
        "可以",
        "没错",
        "没问题",
        "要得",
        "嗯嗯",
        "对，一台",
        "好，那什么时候到",
        "成",
        "就这样吧",
        "确认",
        "喂，对的",
        "是，没错",
        "六百九十八是吧，没问题，可别再变了。",
        "好了好了，两台，一千三百九十六，确认。",
        "那好，确认，三千二百六。",
        "中，三千二百六，给我上。",
        "同意，出吧。",
        "对嘛，两台。",
        "对头。",
        "雀认。",
        "霉错。",
    ],
)
def test_assent(answer: str) -> None:
    finding = judge(POLICY, f"{ITEM}\n客户: {answer}")["s"]
    assert (finding.verdict, finding.state, result(finding)) == ("met", "said", "assented")
    assert [e.turn for e in finding.evidence] == [0, 1]


@pytest.mark.parametrize(
    "answer", ["不对", "不是，是两台", "不要了", "算了", "我不买了", "写错了", "取消吧", "不行"]
)
def test_refusal(answer: str) -> None:
    finding = judge(POLICY, f"{ITEM}\n客户: {answer}")["s"]
    assert (finding.verdict, finding.state, result(finding)) == ("broken", "not_assented", "refused")


@pytest.mark.parametrize(
    "answer",
    [
        "你等会儿",
        "再说一遍",
        "没听清",
        "多少钱来着",
        "什么时候送",
        "我想一想",
        "你们是哪里的",
        "嗯？",
        "啊？",
        "等一下啊",
        "好什么好呀你再说一遍",
    ],
)
def test_no_assent(answer: str) -> None:
    finding = judge(POLICY, f"{ITEM}\n客户: {answer}")["s"]
    assert finding.verdict in ("broken", "unsure")
    assert finding.state == "not_assented"
    assert result(finding) == "unclear"


def test_agent_answers_himself() -> None:
    finding = judge(POLICY, f"{ITEM}\n对的是吧\n好的那我登记了\n那就这样")["s"]
    assert (finding.state, result(finding)) == ("not_assented", "asked")


def test_assent_too_late() -> None:
    finding = judge(
        POLICY, f"{ITEM}\n客户: 什么时候到\n坐席: 三天\n客户: 怎么付钱\n坐席: 货到付款\n客户: 好的"
    )["s"]
    assert finding.state == "not_assented"


def test_asked_again_and_assented() -> None:
    finding = judge(POLICY, f"{ITEM}\n客户: 你再说一遍\n坐席: {ITEM}\n客户: 对")["s"]
    assert (finding.verdict, result(finding)) == ("met", "assented")


def test_assent_under_talk_over_does_not_count() -> None:
    over = timed(("坐席", 0, 4000, ITEM), ("客户", 2000, 3000, "对的"), ("坐席", 5000, 6000, "那就这样"))
    after = timed(("坐席", 0, 4000, ITEM), ("客户", 4300, 5000, "对的"), ("坐席", 5500, 6000, "那就这样"))
    assert judge(POLICY, over)["s"].verdict != "met"
    assert judge(POLICY, after)["s"].verdict == "met"
    talked = timed(
        ("坐席", 0, 4000, ITEM), ("坐席", 4200, 8000, "那我就给您登记了啊"), ("客户", 5000, 5800, "对的")
    )
    finding = judge(POLICY, talked)["s"]
    assert finding.verdict == "unsure"
    assert "还在说话" in finding.explanation.detail


def test_badly_heard_assent_goes_to_a_person() -> None:
    call = mumbled(heard(f"{ITEM}\n客户: 对的"), confidence=0.1, turns=[1])
    assert judge(POLICY, call)["s"].verdict == "unsure"


def test_bare_hum_goes_to_a_person() -> None:
    assert judge(POLICY, f"{ITEM}\n客户: 嗯")["s"].verdict == "unsure"


def test_later_yes_beats_an_earlier_no() -> None:
    finding = judge(
        small(steps=[{**STEP, "assent": {"within": 3}}]),
        f"{ITEM}\n客户: 怎么又一千二百八了？刚才不是说一千零八十吗？\n坐席: 啊，是我看错行了\n客户: 你等会儿，我算算。"
        "\n坐席: 您看行不行？\n客户: 行吧，就一千二百八，确认。",
    )["s"]
    assert (finding.verdict, result(finding)) == ("met", "assented")
    corrected = judge(POLICY, f"{ITEM}\n客户: 不对，是两台吧\n坐席: 广告里说的是一台\n客户: 哦那没错，确认")[
        "s"
    ]
    assert result(corrected) == "assented"


@pytest.mark.parametrize("ending", ["好，再见", "嗯好", "好的，谢谢"])
def test_no_followed_by_courtesy_stands(ending: str) -> None:
    finding = judge(POLICY, f"{ITEM}\n客户: 不要了\n坐席: 那您再考虑考虑，再见\n客户: {ending}")["s"]
    assert result(finding) == "refused"


def test_a_moment_asked_for_does_not_use_up_the_turns() -> None:
    step = {**STEP, "assent": {"within": 1}}
    text = f"{ITEM}\n客户: 你等一下啊\n坐席: 好的您看看\n客户: 对，没错"
    assert result(judge(small(steps=[step]), text)["s"]) == "assented"


@pytest.mark.parametrize("answer", ["踪，三千二六，给我上。", "波吕", "那就楞着"])
def test_short_answer_not_understood_goes_to_a_person(answer: str) -> None:
    assert judge(POLICY, f"{ITEM}\n客户: {answer}")["s"].verdict in ("unsure", "met")


def test_evasive_answer_is_no_assent() -> None:
    finding = judge(POLICY, f"{ITEM}\n客户: 你们公司是在哪个地方的呀我怎么没听说过")["s"]
    assert (finding.verdict, finding.state) == ("broken", "not_assented")


def test_own_words_of_assent() -> None:
    step = {**STEP, "assent": {"within": 1, "yes": ["木问题"], "no": ["莫得"]}}
    assert judge(small(steps=[step]), f"{ITEM}\n客户: 木问题哈")["s"].verdict == "met"
    assert result(judge(small(steps=[step]), f"{ITEM}\n客户: 莫得")["s"]) == "refused"
