import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callqa.domain import TextSpan
from callqa.transcript import number_view


@pytest.mark.parametrize(
    ("said", "view"),
    [
        ("一共是一千二百八", "一共是1280"),
        ("三百九十八块，打百分之八十五", "398块，打85%"),
        ("电话幺三八零零幺三八零零零", "电话13800138000"),
        ("零点五公斤，三点五折", "0.5公斤，3.5折"),
        ("两百五十号，十五天", "250号，15天"),
        ("一万二", "12000"),
        ("工号八零零一", "工号8001"),
    ],
)
def test_numbers_become_digits(said: str, view: str) -> None:
    assert number_view(said).text == view


@pytest.mark.parametrize(
    "said",
    [
        "一下",
        "三四天到",
        "七八百块",
        "十七八个",
        "万一坏了",
        "千万别停",
        "一点都不",
        "十点二十",
        "八点半",
        "",
        "三天两头",
    ],
)
def test_what_is_no_number_stays(said: str) -> None:
    assert number_view(said).text == said


def test_digits_lead_back_to_the_words() -> None:
    view = number_view("一共是一千二百八，好吗")
    assert view.text == "一共是1280，好吗"
    assert view.original(TextSpan(start=3, end=7)) == TextSpan(start=3, end=8)
    assert view.original(TextSpan(start=4, end=5)) == TextSpan(start=3, end=8)
    assert view.original(TextSpan(start=8, end=10)) == TextSpan(start=9, end=11)
    with pytest.raises(ValueError):
        view.original(TextSpan(start=3, end=40))


@settings(deadline=None)
@given(st.text(alphabet="零一二三四五六七八九十百千万亿两幺点百分之好的，块a", max_size=30))
def test_the_way_back_covers_the_text_in_order(said: str) -> None:
    view = number_view(said)
    assert len(view.text) == len(view.starts) == len(view.ends)
    assert list(view.starts) == sorted(view.starts)
    covered = {
        place for start, end in zip(view.starts, view.ends, strict=True) for place in range(start, end)
    }
    assert covered == set(range(len(said)))
    kept = [(c, s) for c, s, e in zip(view.text, view.starts, view.ends, strict=True) if e - s == 1]
    assert all(said[start] == character for character, start in kept)
