"""Spoken numbers → values with units."""

import pytest

from callqa.compliance.numbers import days_of, mentions, read
from callqa.compliance.sound import hear


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("一千二百八", "number", 1280),
        ("一千二百八十元", "money", 1280),
        ("一二八零", "digits", 1280),
        ("一千二", "number", 1200),
        ("一万五", "number", 15000),
        ("两百九十八块", "money", 298),
        ("三百五", "number", 350),
        ("一千零八十块钱", "money", 1080),
        ("1280元", "money", 1280),
        ("１２８０元", "money", 1280),
        ("三块五", "money", 3.5),
        ("七天", "duration", 7),
        ("两个月", "duration", 60),
        ("半年", "duration", 182.5),
        ("一年半", "duration", 547.5),
        ("两年", "duration", 730),
        ("百分之十", "percent", 10),
        ("10%", "percent", 10),
        ("三盒", "count", 3),
        ("十一月二十号", "date", 1120),
        ("一前二百八块", "money", 1280),  # 千 heard as 前
        ("幺三八零零二六五七幺四", "digits", 13800265714),
    ],
)
def test_values(text: str, kind: str, value: float) -> None:
    found = mentions(hear(text))
    assert [(m.kind, m.values[0]) for m in found] == [(kind, value)]


def test_price_then_count() -> None:
    found = mentions(hear("一千二百八十一台"))
    assert [(m.kind, m.values[0]) for m in found] == [("number", 1280), ("count", 1)]


@pytest.mark.parametrize("text", ["一千多块", "七八百块", "大概三天", "三五天", "不到一百块"])
def test_about(text: str) -> None:
    assert not any(m.exact for m in mentions(hear(text)))


def test_offers() -> None:
    assert mentions(hear("现在买三送一"))[0].offer == (3, 1)
    assert mentions(hear("两盒送一盒"))[0].offer == (2, 1)


def test_repaired_numerals_are_not_firm() -> None:
    assert [m.firm for m in mentions(hear("一前二百八"))] == [False]
    assert [m.firm for m in mentions(hear("一千二百八"))] == [True]


def test_particles_are_no_numerals() -> None:
    assert [m.values[0] for m in mentions(hear("一千二吧"))] == [1200]
    assert mentions(hear("一共一定一起")) == ()


def test_read() -> None:
    assert read("1280") == read("一千二百八十") == (1280.0,)
    assert read("好的") == ()
    assert days_of("半年") == 182.5
    assert days_of("好的") is None


def test_numbers_written_apart_are_read_apart() -> None:
    found = mentions(hear("合计三千二百六十，三者两百万"))
    assert [m.values for m in found] == [(3260.0,), (2000000.0,)]
    assert [m.values for m in mentions(hear("三千二百六十三"))] == [(3263.0,)]
    # a number told figure by figure stays one, whatever commas were written into it
    assert [m.text for m in mentions(hear("一三八，零零一二，三四五六"))] == ["一三八零零一二三四五六"]
