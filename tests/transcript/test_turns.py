from callqa.domain import Party, Span, Word
from callqa.transcript.turns import turns_of

A, C = Party.agent, Party.customer


def said(text: str, start: int, *, each: int = 200) -> list[Word]:
    return [
        Word(text=character, span=Span(start=start + i * each, end=start + (i + 1) * each), confidence=0.9)
        for i, character in enumerate(text)
    ]


def layout(agent: list[Word], customer: list[Word]) -> list[tuple[Party, str]]:
    turns = turns_of({A: agent, C: customer})
    assert [turn.index for turn in turns] == list(range(len(turns)))
    return [(turn.party, turn.text) for turn in turns]


def test_parties_take_turns() -> None:
    assert layout(said("您好请问", 0) + said("好的记下了", 4000), said("我想买一个足疗仪", 1500)) == [
        (A, "您好请问"), (C, "我想买一个足疗仪"), (A, "好的记下了"),
    ]  # fmt: skip


def test_a_breath_does_not_end_a_turn_but_a_long_pause_does() -> None:
    assert layout(said("我们的产品", 0) + said("是纯天然的", 2000), []) == [(A, "我们的产品是纯天然的")]
    assert layout(said("我们的产品", 0) + said("是纯天然的", 2501), []) == [
        (A, "我们的产品"),
        (A, "是纯天然的"),
    ]


def test_backchannel_stands_beside_the_turn_it_accompanies() -> None:
    assert layout(said("我们的产品", 0) + said("是纯天然的", 2000), said("嗯对", 1300)) == [
        (A, "我们的产品是纯天然的"), (C, "嗯对"),
    ]  # fmt: skip


def test_a_real_answer_in_the_pause_takes_the_floor() -> None:
    assert layout(said("您要几个", 0) + said("好两个", 2000), said("要两个吧", 900)) == [
        (A, "您要几个"), (C, "要两个吧"), (A, "好两个"),
    ]  # fmt: skip


def test_talk_over_keeps_both_sides() -> None:
    turns = turns_of({A: said("我们这个产品是国家认证的", 0), C: said("太贵了我不要", 600)})
    assert [turn.text for turn in turns] == ["我们这个产品是国家认证的", "太贵了我不要"]
    assert turns[0].span.overlaps(turns[1].span)


def test_nobody_speaks() -> None:
    assert turns_of({A: [], C: []}) == ()
    assert turns_of({}) == ()
