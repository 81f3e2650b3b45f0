"""Negation, quoting, question: a table of near misses a trainer could add to."""

import pytest

from callqa.compliance.claims import disclaimed
from tests.compliance.judged import judge, small

NOT_CLAIMED = [
    ("我们不能保证治好", "治好"),
    ("我们真的不敢说能治好", "治好"),
    ("谁也不敢说治好", "治好"),
    ("这个不是用来治好病的", "治好"),
    ("没有说过能根治", "根治"),
    ("并不能根治", "根治"),
    ("根治不了的", "根治"),
    ("根治是不可能的", "根治"),
    ("根治，这个不行", "根治"),
    ("怎么可能根治呢", "根治"),
    ("别人说能根治，这个不行", "根治"),
    ("有些厂家宣传能根治", "根治"),
    ("您刚才说能根治", "根治"),
    ("您是问能不能根治是吧", "根治"),
    ("谁跟您说能根治那都是骗人的", "根治"),
    ("能根治吗", "根治"),
    ("您想不想根治", "根治"),
    ("是不是能根治", "根治"),
    ("千万别停药", "停药"),
    ("您可不能停药", "停药"),
    ("不建议您停药", "停药"),
    ("我不敢说百分之百", "百分之百"),
    ("不能说没有副作用", "没有副作用"),
    ("我们不允许加个人微信的", "加个人微信"),
    ("不是根治，是缓解", "根治"),
    ("这个它不属于医疗器械不可能根治您这个病", "根治"),
    ("央视推荐没有的，我们没有央视推荐这个说法", "央视推荐"),
    ("返现我们没有", "返现"),
    ("他说能除根，那是他说错了，这个话我们是不允许说的", "除根"),
    ("治好这个话我可不敢跟您说啊", "治好"),
    ("不是说用几天就能根治", "根治"),
    ("您别当成国家推荐", "国家推荐"),
    ("让您加个人微信打钱的都是骗子", "加个人微信"),
    ("我们这里没有医生坐诊", "坐诊"),
    ("根治俩字我不敢讲", "根治"),
    ("百分之百我不敢讲", "百分之百"),
    ("绝对放心的话我也不敢说", "绝对放心"),
]
CLAIMED = [
    ("用三个月就能根治", "根治"),
    ("不但能根治还便宜", "根治"),
    ("您不用担心，肯定能根治", "根治"),
    ("您不用担心肯定能根治", "根治"),
    ("没有不能根治的病", "根治"),
    ("价格不贵能根治", "根治"),
    ("没问题的能根治", "根治"),
    ("不好意思，这个能根治", "根治"),
    ("能根治您知道吗", "根治"),
    ("用了就根治了，好吧", "根治"),
    ("我跟您说能根治", "根治"),
    ("不管什么病都能治好", "治好"),
    ("老客户用了都说根治了", "根治"),
    ("绝对没有副作用", "没有副作用"),
    ("不用吃药就能根治", "根治"),
    ("能根治的，不然我不会卖给您", "根治"),
    ("别的地方不行，我们能根治", "根治"),
    ("是不是很多年了，用这个就能根治", "根治"),
    ("特别好，能根治", "根治"),
    ("就这么简单，能根治", "根治"),
    ("他说三个月就断根了，现在天天给我打电话谢我", "断根"),
    ("治好没有问题", "治好"),
    ("她说用着能除根，您就放心买", "除根"),
]


@pytest.mark.parametrize(("text", "words"), NOT_CLAIMED)
@pytest.mark.parametrize("plain", [False, True], ids=["as written", "without punctuation"])
def test_not_a_claim(text: str, words: str, plain: bool) -> None:
    said = text.replace("，", "") if plain else text
    start = said.index(words)
    why = disclaimed(said, start, start + len(words))
    assert why is not None
    assert why[:2] in ("否定", "转述", "询问", "反问")


@pytest.mark.parametrize(("text", "words"), CLAIMED)
def test_a_claim(text: str, words: str) -> None:
    start = text.index(words)
    assert disclaimed(text, start, start + len(words)) is None


POLICY = small(
    rules=[
        {
            "id": "r",
            "title": "根治",
            "broken": {"op": "phrase", "party": "agent", "words": ["根治", "包治百病"]},
        },
        {
            "id": "open",
            "title": "不看否定",
            "broken": {"op": "phrase", "party": "agent", "words": ["根治"], "claims": False},
        },
    ]
)


@pytest.mark.parametrize(
    ("dialogue", "expected"),
    [
        ("坐席: 三个月根治", "broken"),
        ("坐席: 我们不能说根治", "met"),
        ("客户: 你这个能根治\n坐席: 我帮您看一下", "met"),
        ("客户: 能根治啊\n坐席: 根治啊", "met"),  # echoes the customer as a question
        ("客户: 能根治啊\n坐席: 当然根治", "broken"),
        ("坐席: 我们不能说\n坐席: 三个月根治", "broken"),
    ],
)
def test_rules_ask_whether_it_was_claimed(dialogue: str, expected: str) -> None:
    assert judge(POLICY, dialogue)["r"].verdict == expected


def test_left_out_hits_are_told() -> None:
    findings = judge(POLICY, "坐席: 我们不能说根治")
    assert "否定" in findings["r"].explanation.detail
    assert findings["r"].evidence[0].kind == "absence"
    assert findings["r"].evidence[0].nearest.text == "根治"
    assert findings["open"].verdict == "broken"


def test_negation_over_an_interruption() -> None:
    policy = small(
        rules=[{"id": "r", "title": "t", "broken": {"op": "phrase", "words": ["保证治好"], "party": "agent"}}]
    )
    assert judge(policy, "坐席: 我们不能保证\n客户: 嗯\n坐席: 治好")["r"].verdict == "met"
    assert judge(policy, "坐席: 我们保证\n客户: 嗯\n坐席: 治好")["r"].verdict == "broken"
