"""A third person's data told, and what only looks like it."""

import pytest

from tests.compliance.judged import rule, verdict

POLICY = rule({"op": "leak", "party": "agent"}, kind="forbidden")


@pytest.mark.parametrize(
    "said",
    [
        "您楼下那户姓王的也是我这儿买的，两台",
        "你们单元的老胡，糖尿病那个，人家买了三台",
        "你们小区的许爱华阿姨，住八号楼三零一的，她上个月就买了",
        "她那个号一八八零零五二七三一零，您打电话问问她好不好用",
        "您舅子去年出了三回险，车牌鄂A六B二七一",
        "我把他的地址发给您，您上门看看去",
        "您亲家也在我们这儿上的，她得过癌",
        "那位姓崔的大爷，住您对面，肺气肿，天天吸",
    ],
)
def test_leaks(said: str) -> None:
    assert verdict(POLICY, said) == "broken"


@pytest.mark.parametrize(
    "said",
    [
        "别的客户的信息我不能说",
        "您邻居买没买我不方便讲",
        "人家的电话我不能给您",
        "您是六栋一单元九零三，对吧",
        "跟您核对一下您的手机号，一三八零零二三四五六七",
        "楼上漏水把您家泡了也保",
        "您家老爷子身体还好吧",
        "我们小区也有装的",
        "有个阿姨跟您差不多，也是腰不好",
        "客户: 我们小区老魏也是跟你买的",
    ],
)
def test_does_not_leak(said: str) -> None:
    assert verdict(POLICY, said) != "broken"


def test_somebody_named_by_nobody_goes_to_a_person() -> None:
    assert verdict(POLICY, "您邻居得的什么病我知道") == "unsure"
