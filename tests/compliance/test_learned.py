"""``similar`` by examples: what is learned, how sure, and what it says about itself."""

import pickle
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from callqa.compliance import prepare
from callqa.compliance.learned import Discriminants, stretches_of
from callqa.compliance.sound import hear
from callqa.policy.rules.exemplars import Exemplars
from tests.compliance.judged import heard, judge, mumbled, rule, small, verdict

LIKE = (
    "您那药先停一停，用我们这个看看", "用上这个药就不用吃了", "降压药可以慢慢减下来", "药扔了吧，伤胃", "大夫开的药您别吃了",
    "有这个在家药钱都省了", "药水就不用点了", "停药也没事，我们好多客户都停了", "您把药收起来，用机器就行", "胰岛素可以不打了",
    "今天晚上就把药停了", "吃药不如用我们这个",
)  # fmt: skip
UNLIKE = (
    "药您可千万不能停", "降压药该吃还得吃", "这个代替不了药", "停药不停药听大夫的", "不舒服就去医院", "吃着药也能用，不影响",
    "我们从来不让客户停药", "您按时吃药，这个是辅助的", "先停机，再拔插头", "自动续费给您停了",
)  # fmt: skip
HARMLESS = (
    "您好，很高兴为您服务", "一共六百九十八元", "地址我跟您核对一下", "三到五天送到您家", "祝您生活愉快，再见", "您贵姓",
    "货到付款，您验了货再给钱", "一年质保，坏了免费修",
)  # fmt: skip
EXAMPLES = Exemplars(like=LIKE, unlike=UNLIKE)


def learned(**more: object) -> Discriminants:
    return Discriminants([EXAMPLES], harmless=HARMLESS, **more)  # type: ignore[arg-type]


def likelihood(text: str, model: Discriminants | None = None) -> float:
    judged = (model or learned()).judge(EXAMPLES, text)
    assert judged is not None
    return judged.probability


@pytest.mark.parametrize("text", ["那个药您往后就不用吃了", "大夫开的药停了吧", "用这个药就省了"])
def test_other_words_of_the_same_kind_are_likelier_than_denials(text: str) -> None:
    model = learned()
    others = [*UNLIKE, *HARMLESS, "您的药可不能停", "机器停一停", "您药吃了没有"]
    assert likelihood(text, model) > max(likelihood(other, model) for other in others)


def test_homophones_cost_little() -> None:
    model = learned()
    assert likelihood("哪药鲜停一停，用我门这个看看", model) > 0.5 > likelihood("地址我跟你和对一下", model)


def test_the_likeliest_stretch_of_a_long_turn_is_quoted() -> None:
    model = learned()
    text = "您好您好，我跟您说，您那药先停一停，用我们这个看看，地址我跟您核对一下，三到五天送到您家"
    judged = model.judge(EXAMPLES, text)
    assert judged is not None
    said = hear(text).characters[judged.stretch.start : judged.stretch.end]
    assert "药先停一停" in said
    assert "三到五天" not in said


def test_reasons_name_words_and_the_nearest_example() -> None:
    model = learned()
    text = "您那药先停一停，用这个看看"
    judged = model.judge(EXAMPLES, text)
    assert judged is not None
    words, nearest = model.because(EXAMPLES, text, judged.stretch)
    assert nearest == LIKE[0]
    assert words
    assert any("药" in word or "停" in word for word in words)


def test_word_classes_carry_over() -> None:
    text = "西药撂下算了"
    classes = {"药": ("药", "西药"), "停掉": ("停了", "停一停", "扔了", "撂下", "收起来")}
    assert likelihood(text, learned(classes=classes)) > likelihood(text)


def test_the_same_every_time_and_after_travelling() -> None:
    one, two = learned(), learned()
    text = "那个药您往后就不用吃了"
    travelled = pickle.loads(pickle.dumps(one))
    assert likelihood(text, one) == likelihood(text, two) == likelihood(text, travelled)


@pytest.mark.parametrize("text", ["", "。", "嗯", "🙂🙂", "ok"])
def test_turns_that_say_nothing(text: str) -> None:
    assert learned().judge(EXAMPLES, text) is None or likelihood(text) < 0.5


def test_unpunctuated_turns_are_cut_into_stretches() -> None:
    text = "我跟您说啊" * 20
    stretches = stretches_of(text, hear(text))
    assert max(s.end - s.start for s in stretches) <= 48
    assert min(s.start for s in stretches) == 0
    assert max(s.end for s in stretches) == 100


class Toy:
    """One dimension: does the text speak of 药?"""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([[1.0, 0.0] if "药" in text else [0.0, 1.0] for text in texts], dtype=np.float32)


def test_an_embedding_model_joins_in() -> None:
    text = "他那个药呀"
    assert likelihood(text, learned(embedder=Toy())) > likelihood(text)


CONDITION = {"op": "similar", "party": "agent", "examples": {"like": LIKE, "unlike": (*UNLIKE, *HARMLESS)}}


def test_verdicts_by_probability() -> None:
    policy = prepare(rule(CONDITION, kind="forbidden"))
    assert verdict(policy, "您那药先停一停，用我们这个看看") == "broken"
    assert verdict(policy, "药您可千万不能停") == "met"
    loose = prepare(rule({**CONDITION, "sure_from": 1.0, "unsure_from": 0.5}, kind="forbidden"))
    assert verdict(loose, "您那药先停一停，用我们这个看看") == "unsure"
    assert "像“您那药先停一停" in judge(policy, "您那药先停一停，用我们这个看看")["r"].explanation.pattern


def test_badly_heard_words_accuse_nobody() -> None:
    policy = prepare(rule(CONDITION, kind="forbidden"))
    assert verdict(policy, mumbled(heard("您那药先停一停，用我们这个看看"), confidence=0.1)) == "unsure"


def test_second_opinion_on_what_words_found() -> None:
    both = {"any": [{"op": "phrase", "party": "agent", "words": ["停了"]}, {**CONDITION, "doubt_below": 0.5}]}
    policy = prepare(rule(both, kind="forbidden"))
    doubted = judge(policy, "自动续费给您停了，三到五天到账")["r"]
    assert doubted.verdict == "unsure"
    assert "不像这条规则的例句" in doubted.explanation.detail
    assert verdict(policy, "大夫开的药停了吧，用我们这个") == "broken"
    alone = prepare(rule({"op": "phrase", "party": "agent", "words": ["停了"]}, kind="forbidden"))
    assert verdict(alone, "自动续费给您停了，三到五天到账") == "broken"


def test_step_in_other_words() -> None:
    step = {"id": "s", "title": "付款", "wordings": ["货到付款"], "examples": {"like": [
        "到了家您看好了再给快递钱", "快递送到，您开箱看了再付", "钱不急，货到了给", "您验完货扫他的码就行", "见着东西再掏钱",
        "送货的到了您交给他", "货到了给现金也行", "不用先打款，到了再给", "先看货再给钱", "拆开看了没问题再付",
    ], "unlike": [*HARMLESS[:4], *UNLIKE, HARMLESS[4], HARMLESS[5], HARMLESS[7]]}}  # fmt: skip
    policy = prepare(small(steps=[step]))
    said = judge(policy, "那您货到了看好了再给钱\n客户: 行")["s"]
    assert (said.verdict, said.state) == ("met", "paraphrased")
    assert judge(policy, "地址我跟您核对一下\n客户: 姓李")["s"].verdict != "met"


def test_the_same_examples_are_learned_once() -> None:
    policy = rule(CONDITION, kind="forbidden")
    assert prepare(policy).learned is prepare(policy).learned
    assert prepare(policy).learned is not prepare(policy, embedder=Toy()).learned


def test_the_order_of_the_rules_makes_no_difference() -> None:
    other = Exemplars(like=HARMLESS, unlike=LIKE[:4])
    text = "那个药您往后就不用吃了"
    one = Discriminants([EXAMPLES, other], harmless=UNLIKE)
    two = Discriminants([other, EXAMPLES], harmless=UNLIKE)
    assert one.judge(EXAMPLES, text) == two.judge(EXAMPLES, text)
