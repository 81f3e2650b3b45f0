from hypothesis import given, settings
from hypothesis import strategies as st

from callqa.domain import Span, Word
from callqa.transcript.simplified import simplified, tidy


def words(*texts: str) -> list[Word]:
    return [
        Word(text=text, span=Span(start=i * 100, end=i * 100 + 90), confidence=0.5)
        for i, text in enumerate(texts)
    ]


def test_traditional_characters() -> None:
    assert simplified("您好，請問有什麼可以幫您？這個產品") == "您好，请问有什么可以帮您？这个产品"
    assert simplified("简体不变，ABC 123") == "简体不变，ABC 123"


def test_words_keep_their_times() -> None:
    before = words("請", "問", "您", "貴", "姓", "？")
    after = tidy(before)
    assert "".join(word.text for word in after) == "请问您贵姓？"
    assert [word.span for word in after] == [word.span for word in before]


def test_spaces_stay_only_between_latin_words() -> None:
    assert [w.text for w in tidy(words(" 你", " 好", " ", "Ａ1", " ok", " go", " 吗"))] == [
        "你",
        "好",
        "A1",
        " ok",
        " go",
        "吗",
    ]


@settings(deadline=None)
@given(st.lists(st.text(alphabet="請问 ＡＢ１a幫裡後发發乾隆，", min_size=1, max_size=4), max_size=12))
def test_tidying_never_loses_or_invents_characters(texts: list[str]) -> None:
    after = tidy(words(*texts))
    said = "".join("".join(texts).split())
    assert len("".join("".join(w.text for w in after).split())) == len(said)
    assert all(word.text.strip() for word in after)
    again = tidy(after)
    assert [w.text for w in again] == [w.text for w in after]
