"""Right, wrong, or what a recogniser may have made of the right value."""

import pytest

from callqa.compliance.numbers import mentions
from callqa.compliance.sound import hear
from callqa.compliance.values import compare, digits_like, spoken_forms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一千二百八十元", "right"),
        ("一千二百八", "right"),
        ("一二八零", "right"),
        ("一千二百八拾元", "right"),
        ("一千二白八十元", "right"),  # 百 as 白
        ("一千一百八十元", "wrong"),
        ("九百八十元", "wrong"),
        ("三千块", "wrong"),
        ("一千二十元", "unclear"),  # 百八 lost
        ("一千两百多", "unclear"),
        ("百八元", "noise"),  # the end of some number
    ],
)
def test_compare(text: str, expected: str) -> None:
    line = hear(text)
    outcomes = [compare(mention, line, (1280.0,))[0] for mention in mentions(line)]
    assert expected in outcomes
    assert expected == "wrong" or "wrong" not in outcomes


def test_spoken_forms() -> None:
    assert {"一千二百八十", "一千二百八", "一千两百八", "一二八零"} <= set(spoken_forms(1280))
    assert "一千五" in spoken_forms(1500)
    assert spoken_forms(3.5) == ()
    assert spoken_forms(0) == ()


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("电话一三八零零二六五七一四对吧", "13800265714"),
        ("幺三八零零二六五七幺四", "13800265714"),
        ("13800265714", "13800265714"),
        ("一三八灵零二六五七一四", None),  # heard, one of them by its sound only
        ("一三八嗯零零二六五七一四", None),
    ],
)
def test_digits_read_one_by_one(text: str, digits: str | None) -> None:
    found = digits_like(hear(text))
    assert found is not None
    assert found[2] == digits


@pytest.mark.parametrize("text", ["一千二百八十元", "是的是的就是这个啊而且", "工号八零零一"])
def test_no_phone_number(text: str) -> None:
    assert digits_like(hear(text)) is None
