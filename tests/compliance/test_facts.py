"""Which numbers are statements about a fact: a table of near misses."""

import pytest

from callqa.compliance import prepare
from callqa.domain import Quote
from tests.compliance.judged import judge, small

PRICE = {
    "id": "price", "title": "价格", "kind": "money", "unit": "元", "values": [860],
    "cues": ["价格", "活动价", "一台", "一共", "多少钱"],
}  # fmt: skip
CHANGE = {
    "id": "change", "title": "更换周期", "kind": "duration", "unit": "天", "values": ["半年"], "slack": 6,
    "cues": ["滤芯", "换一次"],
}  # fmt: skip
WARRANTY = {
    "id": "warranty", "title": "质保", "kind": "duration", "unit": "天", "values": ["2年"],
    "cues": ["质保", "保修", "主机"],
}  # fmt: skip
REFUND = {
    "id": "refund", "title": "退货", "kind": "duration", "unit": "天", "values": [7], "cues": ["退货", "退"],
}  # fmt: skip
FACTS = [PRICE, CHANGE, WARRANTY, REFUND]
CHECKER = prepare(
    small(
        facts=FACTS,
        rules=[
            {
                "id": "r",
                "title": "说错",
                "broken": {"op": "fact", "facts": ["price", "change", "warranty", "refund"]},
            }
        ],
    )
)

WRONG = [
    "活动价是九百六十",
    "一台九百六，送货上门",
    "滤芯一年换一次",
    "主机三年质保，滤芯半年换一次",
    "客户: 质保多长时间\n坐席: 三年",
    "客户: 质保多长时间\n坐席: 对，三年",
    "要两台，一共一千九百元",
]
FINE = [
    "质保这块，主机两年，滤芯不在里头",
    "换大号的再添三百块，一台一样用",
    "这一台能便宜一百五十块",
    "回头一千块一台往回收",
    "两台一共一千七百二十块",
    "客户: 我要三台\n坐席: 好，一共两千五百八",
    "主机用了三年了吧",
    "滤芯您才用三个月",
    "客户: 保修找谁\n坐席: 找我呀，我在这儿干了六年",
    "客户: 能退吗\n坐席: 得先检测，拿回来看十天",
    "客户: 多少钱\n坐席: 我是三零四五号客服",
    "客户: 多少钱\n坐席: 工号三零四五，价格八百六",
    "主机保修到后年十月",
    "价格八百六，一台都一样，三者没有",
    "客户: 一台九百六对吧",
]


@pytest.mark.parametrize("text", WRONG)
def test_wrong(text: str) -> None:
    assert judge(CHECKER, text)["r"].verdict == "broken"


@pytest.mark.parametrize("text", FINE)
def test_not_wrong(text: str) -> None:
    assert judge(CHECKER, text)["r"].verdict == "met"


@pytest.mark.parametrize("text", ["一台八百多块", "一台八百六七十块钱"])
def test_doubtful_is_left_open(text: str) -> None:
    assert judge(CHECKER, text)["r"].verdict != "broken"


def test_a_step_shows_what_was_said_wrong_and_what_was_said_right() -> None:
    step = {
        "id": "s",
        "title": "报价",
        "wordings": ["八百六十"],
        "by_fact": True,
        "facts": ["price"],
        "slots": [{"name": "金额", "kind": "money", "fact": "price"}],
    }
    policy = small(steps=[step], facts=[PRICE])
    found = judge(policy, "活动价八百六十\n客户: 哦\n坐席: 嗯，一台七百二十元")["s"]
    assert found.state == "wrong_fact"
    words = [piece.text for piece in found.evidence if isinstance(piece, Quote)]
    assert words[0] == "七百二十元"
    assert any("八百六十" in word for word in words[1:])
    slot = found.slots[0]
    assert (slot.text, slot.value, slot.expected) == ("七百二十元", "720", "860元")


def test_a_step_said_right_shows_that() -> None:
    step = {"id": "s", "title": "报价", "wordings": ["八百六十"], "facts": ["price"]}
    found = judge(small(steps=[step], facts=[PRICE]), "活动价八百六十")["s"]
    assert (found.state, found.evidence[0].text) == ("said", "八百六十")
