from hypothesis import given
from hypothesis import strategies as st
from pypinyin.constants import PINYIN_DICT
from pypinyin.contrib.tone_convert import to_normal

from callqa.store import sounds

TEXT = st.text(alphabet="您好足疗仪绝对没有副作用一千二百八十元,。 *Ab12０Ａ行银长\U00020000", max_size=40)


def test_near_sounds_are_one() -> None:
    for one, other in (
        ("绝对", "决对"),
        ("治好", "自好"),
        ("林小姐", "凌小姐"),
        ("根治", "更自"),
        ("南方", "蓝帆"),
        ("十", "四"),
        ("1280", "一二八零"),
        ("ＡＢ", "ab"),
    ):
        assert sounds.hear(one) == sounds.hear(other), (one, other)


def test_other_sounds_are_others() -> None:
    for one, other in (("绝对", "几对"), ("根治", "根本"), ("您好", "不好"), ("妈", "八"), ("鱼", "衣")):
        assert sounds.hear(one) != sounds.hear(other), (one, other)


def test_every_syllable_has_a_code_of_its_own_but_for_the_folded() -> None:
    codes: dict[str, set[str]] = {}
    for readings in PINYIN_DICT.values():
        for reading in readings.split(","):
            plain = to_normal(reading).replace("ü", "v")
            codes.setdefault(sounds._code(plain), set()).add(plain)
    without = codes.pop("")
    assert without <= {"ng", "ê", "m", "n", "hm", "hng", "hn"}
    merged = {frozenset(group) for group in codes.values() if len(group) > 1}
    assert frozenset({"zi", "zhi"}) in merged
    for group in merged:
        folded = {
            syllable.replace("zh", "z").replace("ch", "c").replace("sh", "s").replace("ng", "n")
            for syllable in group
        }
        assert len({f.replace("n", "l", 1) if f[0] == "n" else f for f in folded}) == 1, group


@given(TEXT)
def test_every_part_of_a_text_is_found_in_it(text: str) -> None:
    heard = sounds.hear(text)
    places = sounds.sounded(text)
    assert len(places) == len(heard)
    for start in range(len(text)):
        part = text[start : start + 4]
        phrase = sounds.hear(part)
        if phrase:
            assert phrase in heard
            assert set(sounds.wanted(phrase)) <= sounds.grams(heard)
            assert any(
                places[first] >= start
                for _, first, _ in sounds.find(heard, phrase)
                if places[first] <= start + 4
            )


@given(st.lists(TEXT, max_size=5), st.text(alphabet="您好足疗仪绝对", min_size=1, max_size=3))
def test_no_wording_reaches_into_the_next_turn(turns: list[str], phrase: str) -> None:
    heard = sounds.BREAK.join(sounds.hear(turn) for turn in turns)
    wanted = sounds.hear(phrase)
    found = {turn for turn, _, _ in sounds.find(heard, wanted)}
    assert found == {n for n, turn in enumerate(turns) if wanted in sounds.hear(turn)}


def test_what_is_searched_for() -> None:
    assert sounds.phrases("  。  ** ") == []
    assert len(sounds.phrases("足疗仪 绝对 足疗仪")) == 2
