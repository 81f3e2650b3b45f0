"""Laws of masking: lengths stay, no digit of a number stays, however it is written or broken up."""

import itertools
from collections.abc import Sequence
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from callqa.policy.privacy import PrivacyPolicy
from callqa.privacy import find_personal_data, mask, mask_text
from callqa.privacy.checksums import identity_checksum, luhn
from callqa.privacy.digits import plain_digits
from tests.privacy.dialogue import dialogue

EVERYTHING = PrivacyPolicy()
SPOKEN = str.maketrans("0123456789", "零幺二三四五六七八九")
WRITTEN = str.maketrans("0123456789", "零一二三四五六七八九")

digits = st.text("0123456789", min_size=9, max_size=9)
mobiles = st.builds(lambda second, rest: f"1{second}{rest}", st.sampled_from("3456789"), digits)


@st.composite
def identities(draw: st.DrawFn) -> str:
    born = draw(st.dates(min_value=date(1930, 1, 1), max_value=date(2026, 1, 1)))
    body = f"{draw(st.integers(11, 65))}{draw(st.integers(1000, 9999))}{born:%Y%m%d}{draw(st.integers(100, 999))}"
    return next(body + last for last in "0123456789X" if identity_checksum(body + last))


@st.composite
def cards(draw: st.DrawFn) -> str:
    body = "62" + draw(st.text("0123456789", min_size=16, max_size=16))
    return next(body + last for last in "0123456789" if luhn(body + last))


def spoken(number: str, draw: st.DrawFn) -> str:
    """As people say it: 幺 or 一, doubles as 双, pauses."""
    style = draw(st.sampled_from((SPOKEN, WRITTEN, str.maketrans("", ""))))
    text = ""
    position = 0
    while position < len(number):
        if number[position : position + 2] == number[position] * 2 and draw(st.booleans()):
            text += "双" + number[position].translate(SPOKEN)
            position += 2
        else:
            text += number[position].translate(style)
            position += 1
        if position < len(number) and draw(st.integers(0, 4)) == 0:
            text += draw(st.sampled_from((" ", "，", "嗯", "-")))
    return text


@st.composite
def said(draw: st.DrawFn) -> tuple[str, str]:
    cue, numbers = draw(
        st.sampled_from((("我电话是", mobiles), ("身份证号", identities()), ("银行卡号是", cards())))
    )
    number = draw(numbers)
    return f"{cue}{spoken(number, draw)}", number


@settings(max_examples=300, deadline=None)
@given(said())
def test_no_digit_of_a_number_stays(case: tuple[str, str]) -> None:
    text, number = case
    _, transcript = dialogue(f"客户: {text}好吧")
    masked = mask(transcript, find_personal_data(transcript, EVERYTHING)).turns[0].text
    assert plain_digits(masked) == "", (text, masked, number)
    assert len(masked) == len(text) + 2
    assert mask_text(text) == masked[:-2]


def cut(number: str, places: Sequence[int]) -> list[str]:
    edges = [0, *sorted({place for place in places if 2 <= place <= len(number) - 2}), len(number)]
    pieces = [number[a:b] for a, b in itertools.pairwise(edges)]
    return [piece for piece in pieces if piece]


@settings(max_examples=300, deadline=None)
@given(mobiles, st.lists(st.sampled_from((3, 4, 5, 6, 7, 8, 9)), min_size=1, max_size=2), st.booleans())
def test_a_number_in_pieces_is_masked_with_its_repeats(number: str, places: list[int], repeats: bool) -> None:
    pieces = cut(
        number, [place for i, place in enumerate(places) if all(abs(place - p) > 1 for p in places[:i])]
    )
    lines = ["坐席: 您电话多少"]
    for piece in pieces:
        lines.append(f"客户: {piece.translate(SPOKEN)}")
        lines.append(f"坐席: {piece.translate(SPOKEN)}" if repeats else "坐席: 嗯您说")
    _, transcript = dialogue("\n".join([*lines, "坐席: 好的地址呢"]))
    masked = mask(transcript, find_personal_data(transcript, EVERYTHING))
    assert [turn.text for turn in masked.turns if plain_digits(turn.text)] == []


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.text("我叫王李的电话是住路号一二三八零百千，。 收送到先生ab@.19幺双个", min_size=1, max_size=25),
        max_size=6,
    )
)
def test_anything_can_be_searched_and_masked(lines: list[str]) -> None:
    texts = [line.strip() for line in lines if line.strip() and "<" not in line]
    _, transcript = dialogue("\n".join(f"{('坐席', '客户')[i % 2]}: {text}" for i, text in enumerate(texts)))
    personal = find_personal_data(transcript, EVERYTHING)
    masked = mask(transcript, personal)
    ends = [word.span.end for turn in transcript.turns for word in turn.words]
    for one in personal:
        assert 0 <= one.score <= 1
        assert one.characters.end <= len(transcript.turns[one.turn].text)
        assert one.span.end <= max(ends)
    places = [(one.turn, at) for one in personal for at in range(one.characters.start, one.characters.end)]
    assert len(places) == len(set(places))
    for before, after in zip(transcript.turns, masked.turns, strict=True):
        assert len(before.text) == len(after.text)
        hidden = {at for turn, at in places if turn == before.index}
        for at, (old, new) in enumerate(zip(before.text, after.text, strict=True)):
            assert new == ("*" if at in hidden else old)
