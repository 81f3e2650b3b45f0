"""The shipped model on talk it never saw, bad input, explanations, and a centre's own labels."""

import gc
from itertools import pairwise

import pytest

from callqa.domain import Party, Reaction, Stage
from callqa.policy.techniques import Family, Technique, Techniques
from callqa.techniques import LABELS, TechniqueModel, load_model, tag_calls, tag_techniques
from callqa.techniques.features import Instance

from .conftest import AT, ROOT, dialogue, spoken

CALL = """
坐席 []: 您好，禾悦康家，工号八零零一，很高兴为您服务。
客户 [neutral]: 你好，我看电视上说的那个泡脚的机器。
坐席 [needs_discovery]: 阿姨，是您自己用还是给老人用？平时腿脚有什么不舒服？
客户 [neutral]: 我自己，脚老是冰凉的。
坐席 [product_explanation]: 这台机器盆底是加热管，温度能从三十五度调到四十八度，还带气囊按摩。
客户 [ask]: 多少钱一台？
坐席 []: 一千二百八十元，送您一个保温杯。
客户 [hesitate]: 太贵了，我再考虑考虑。
坐席 [objection_handling,price_framing]: 您觉得贵我理解，用五年算下来一天还不到一块钱，也就一个鸡蛋钱。
客户 [hesitate]: 就怕买回来不好用。
坐席 [objection_handling,risk_reversal]: 您别担心，收到七天之内不满意都可以退，来回运费我们出。
客户 [accept]: 那还可以，行吧。
坐席 [closing]: 那我现在就给您登记一台，今天安排发货好吗？
客户 [accept]: 好，就要一台。
坐席 []: 收货地址跟联系电话跟您核对一下。
客户 [neutral]: 和平路十号，电话就是这个。
坐席 []: 好的，祝您生活愉快，再见。
"""


def test_a_call_is_read_as_a_person_reads_it(model: TechniqueModel) -> None:
    transcript, rows = dialogue(CALL)
    reading = tag_techniques(transcript, model, at=AT)
    given = {(tag.turn, tag.label) for tag in reading.tags}
    wanted = {(index, label) for index, row in enumerate(rows) for label in row.labels}
    assert len(wanted - given) <= 1, wanted - given
    assert len(given - wanted) <= 1, given - wanted
    felt = {tag.turn: tag.reaction for tag in reading.reactions}
    assert felt[5] is Reaction.ask
    assert felt[7] is Reaction.hesitate
    assert reading.provenance.model == model.ref


def test_tags_point_to_the_words_that_carried_them(model: TechniqueModel) -> None:
    transcript, _ = dialogue(CALL)
    reading = tag_techniques(transcript, model, at=AT)
    for tag in reading.tags:
        assert tag.quote.text == transcript.turns[tag.turn].text
        assert tag.probability >= model.thresholds[tag.label]
        assert all(span.end <= len(tag.quote.text) for span in tag.carriers)
    price = next(tag for tag in reading.tags if tag.label == "price_framing")
    said = price.quote.text.index("用五年算下来一天还不到一块钱")
    assert price.carriers[0].start >= said, "the sum carried it, not the answer to the doubt"
    refund = next(tag for tag in reading.tags if tag.label == "risk_reversal")
    assert "退" in "".join(refund.quote.text[span.start : span.end] for span in refund.carriers)


def test_stages_follow_the_sale(model: TechniqueModel) -> None:
    transcript, _ = dialogue(CALL)
    runs = tag_techniques(transcript, model, at=AT).stages
    assert runs[0].first == 0
    assert runs[-1].last == len(transcript.turns) - 1
    assert all(before.last + 1 == after.first for before, after in pairwise(runs))
    where = {index: run.stage for run in runs for index in range(run.first, run.last + 1)}
    assert where[0] is Stage.opening
    assert where[2] is Stage.discovery
    assert where[4] is Stage.presentation
    assert where[8] is Stage.objection
    assert where[14] is Stage.verification
    order = [run.stage for run in runs]
    assert order.index(Stage.discovery) < order.index(Stage.presentation) < order.index(Stage.objection)


def test_moments_are_objection_handling_and_reaction(model: TechniqueModel) -> None:
    transcript, _ = dialogue(CALL)
    moments = tag_techniques(transcript, model, at=AT).moments
    assert [moment.objection.turn for moment in moments] == [7, 9]
    second = moments[1]
    assert [quote.turn for quote in second.handling] == [10]
    assert "risk_reversal" in second.labels
    assert second.reaction is not None
    assert second.reaction.turn == 11
    assert second.outcome is Reaction.accept


def test_a_batch_reads_as_each_call_alone(model: TechniqueModel) -> None:
    first, _ = dialogue(CALL)
    second = spoken(
        [(Party.agent, "那我明天上午十点再给您打个电话。"), (Party.customer, "行。")], call_id="C2"
    )
    silent = spoken([], call_id="C3")
    together = tag_calls([first, second, silent], model, at=AT)
    assert together == [tag_techniques(one, model, at=AT) for one in (first, second, silent)]
    assert together[2].tags == together[2].stages == ()
    assert [tag.label for tag in together[1].tags] == ["follow_up"]


def test_portions_of_a_batch_read_as_the_whole(
    model: TechniqueModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = [dialogue(CALL)[0], spoken([], call_id="C2"), dialogue(CALL)[0], spoken([(Party.agent, "您好")])]
    whole = tag_calls(calls, model, at=AT)
    monkeypatch.setattr("callqa.techniques.tag.PORTION", 3)
    assert tag_calls(calls, model, at=AT) == whole
    assert len(whole) == 4
    assert gc.isenabled(), "the collector is at work again"


@pytest.mark.parametrize(
    "text",
    ["。", "嗯", "12345678901", "Hello, how are you today?", "😀😀", "好" * 2000, "***********", "\u3000 "],
)
def test_odd_turns_are_left_untagged(model: TechniqueModel, text: str) -> None:
    reading = tag_techniques(spoken([(Party.agent, text), (Party.customer, text)]), model, at=AT)
    assert reading.tags == ()
    assert len(reading.stages) >= 1


def test_unknown_parties_are_not_judged(model: TechniqueModel) -> None:
    transcript = spoken([(Party.unknown, "那我现在就给您登记一台，今天安排发货好吗？")])
    reading = tag_techniques(transcript, model, at=AT)
    assert reading.tags == reading.reactions == ()
    assert len(reading.stages) == 1


def test_traditional_characters_read_the_same(model: TechniqueModel) -> None:
    plain, traditional = (
        tag_techniques(spoken([(Party.agent, text)]), model, at=AT).tags
        for text in ("七天之内不满意都可以退货，运费我们出", "七天之內不滿意都可以退貨，運費我們出")
    )
    assert [(tag.label, tag.probability, tag.carriers) for tag in plain] == [
        (tag.label, tag.probability, tag.carriers) for tag in traditional
    ]
    assert [tag.label for tag in plain] == ["risk_reversal"]


def test_same_sound_errors_do_not_break_it(model: TechniqueModel) -> None:
    tags = tag_techniques(spoken([(Party.agent, "七天之内不满意都可以腿货，运费我门出")]), model, at=AT).tags
    assert "risk_reversal" in {tag.label for tag in tags}


def policy_labels(*ids: str, own: dict[str, tuple[str, ...]] | None = None) -> Techniques:
    known = [Technique(id=one, title=one, family=Family.marketing, definition="x") for one in ids]
    extra = [
        Technique(id=one, title=one, family=Family.marketing, definition="x", examples=examples)
        for one, examples in (own or {}).items()
    ]
    return Techniques(labels=(*known, *extra), product_words=("禾悦足疗仪",))


def test_a_dropped_label_is_not_given() -> None:
    few = load_model(ROOT / "models", techniques=policy_labels("closing"))
    assert few.labels == ("closing",)
    transcript, _ = dialogue(CALL)
    assert {tag.label for tag in tag_techniques(transcript, few, at=AT).tags} == {"closing"}


def test_an_own_label_works_by_likeness_to_its_examples() -> None:
    own = {"festival_greeting": ("中秋节快乐，祝您阖家团圆", "快过年了，提前给您拜个早年"), "empty_label": ()}
    custom = load_model(ROOT / "models", techniques=policy_labels(*LABELS, own=own))
    assert custom.labels[-2:] == ("festival_greeting", "empty_label")
    assert custom.similar.labels == ("festival_greeting", "empty_label"), "told apart from trained labels"
    transcript = spoken([(Party.agent, "祝您中秋节快乐，全家团圆"), (Party.agent, "地址您说一下，我记着")])
    tags = tag_techniques(transcript, custom, at=AT).tags
    assert [(tag.turn, tag.label) for tag in tags if tag.label not in LABELS] == [(0, "festival_greeting")]


def test_probabilities_are_probabilities(model: TechniqueModel) -> None:
    transcript, _ = dialogue(CALL)
    prediction = model.predict([Instance(turn.text, turn.party) for turn in transcript.turns])
    assert ((prediction.techniques >= 0) & (prediction.techniques <= 1)).all()
    for turn, shares in zip(transcript.turns, prediction.reactions, strict=True):
        assert shares.sum() == pytest.approx(1.0 if turn.party is Party.customer else 0.0)
