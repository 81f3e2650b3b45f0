"""From a turn to what the model reads: folding, sounds, words, concepts."""

from hypothesis import given
from hypothesis import strategies as st

from callqa.domain import Party
from callqa.techniques import Row, TechniqueModel
from callqa.techniques.concepts import shipped_concepts, shipped_senses
from callqa.techniques.features import Block, Instance, echo_of
from callqa.techniques.normal import LONGEST, normalise
from callqa.techniques.shape import shape_of
from callqa.techniques.sound import SoundTable, common_syllables, fold
from callqa.techniques.words import WordCutter


def test_numbers_fold_however_they_are_written() -> None:
    assert normalise("一天才三块五，合算！").text == "一天才三块五合算"
    assert normalise("一共一千二百八十元").text == normalise("一共1280元").text == "一共#元"
    assert normalise("7天无理由").text == normalise("七天无理由").text
    assert normalise("万一不好用呢").text == "万一不好用呢"
    assert normalise("138****1234").text == "#"


def test_traditional_reads_like_simplified() -> None:
    assert normalise("這個價錢太貴了，給我退貨").text == normalise("这个价钱太贵了，给我退货").text


def test_places_point_into_the_original() -> None:
    text = "您看，一共1280元😀，OK吗？"
    folded = normalise(text)
    assert folded.text == "您看一共#元ok吗"
    assert [text[start:end] for start, end in zip(folded.starts, folded.ends, strict=True)] == [
        "您", "看", "一", "共", "1280", "元", "O", "K", "吗",
    ]  # fmt: skip


@given(st.text(max_size=120))
def test_folding_never_leaves_the_text(text: str) -> None:
    folded = normalise(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)


def test_a_long_turn_is_read_up_to_the_limit() -> None:
    assert len(normalise("好" * 2000).text) == LONGEST


def test_near_sounds_fold_together() -> None:
    assert fold("zhang") == fold("zan")
    assert fold("ning") == fold("lin")
    assert fold("shi") == fold("si")
    assert fold("tong") != fold("ton")
    sounds = SoundTable(common_syllables())
    assert sounds.of("专利") == sounds.of("钻历")
    assert sounds.of("退货") == sounds.of("腿祸")
    assert len(sounds.of("退货OK#")) == 5


def test_user_words_stay_whole() -> None:
    words = {"足疗": 50, "疗仪": 5, "仪": 10, "足": 10, "禾": 5, "悦": 5}
    assert WordCutter(words).cut("禾悦足疗仪") != ["禾悦足疗仪"]
    assert WordCutter(words, user_words=["禾悦足疗仪"]).cut("禾悦足疗仪") == ["禾悦足疗仪"]


def test_the_short_way_cuts_as_jieba_does(model: TechniqueModel, shipped_rows: tuple[Row, ...]) -> None:
    cutter = WordCutter(model.ingredients.frequencies, user_words=["禾悦足疗仪", "足疗"])
    texts = {normalise(row.text).text for row in shipped_rows[::7]}
    assert len(texts) > 1000
    for text in texts:
        assert cutter.cut(text) == list(cutter._tokenizer.cut(text, HMM=False)), text
    assert cutter.cut("用wifi连上ok吗") == ["用", "wifi", "连", "上", "ok", "吗"]


def test_concepts_are_found_by_sound(model: TechniqueModel) -> None:
    heard = {name for name, _, _ in model.reader.analyse("七天五里由腿货").hits}
    assert "RETURN" in heard or "RETURN~" in heard
    assert "RETURN" in {name for name, _, _ in model.reader.analyse("七天无理由退货").hits}


def test_every_known_feature_of_the_turn_has_a_place(model: TechniqueModel) -> None:
    instance = Instance("您担心不好用，七天之内不满意都可以退，一天才三块钱", Party.agent)
    for block in (Block.characters, Block.words, Block.sounds, Block.concepts):
        for name in model.reader.names(instance)[block]:
            if name != "|":
                assert model.reader.places(instance.text, block, name), (block, name)


def test_columns_know_their_names(model: TechniqueModel) -> None:
    vectoriser = model.agent_vectoriser
    for block, columns in zip(Block, vectoriser.columns, strict=True):
        for name in list(columns)[:3] + list(columns)[-3:]:
            assert vectoriser.name_of(columns[name]) == (block, name)


def test_the_shape_of_a_turn() -> None:
    names = shape_of("有泵跟没泵，一千二百块，有泵您就知道了吗？", "有泵跟没泵#块有泵您就知道了吗")
    assert "clauses:3" in names
    assert "numbers:1" in names
    assert "clauses open alike" in names, "有泵… 有泵…"
    assert "ends:了吗？" in names
    assert "last marks:，，？" in names
    assert "repeated:1" in names
    assert shape_of("。", "") == [
        "clauses:0", "length:0", "numbers:0", "last marks:。", "first marks:。",
        "repeated:0", "repeated characters:0",
    ]  # fmt: skip


def test_a_turn_that_takes_up_the_doubt_echoes_it(model: TechniqueModel) -> None:
    read = model.reader.analyse
    doubt = read("我一看书就困，怕读不下来")
    assert {"echo", "echo:start", "echo soon"} <= set(echo_of(doubt, read("看书谁不困呐，我也困")))
    assert "echo:start" in echo_of(doubt, read("看输谁不困呐")), "by sound"
    assert echo_of(doubt, read("电话记好了")) == ["no echo:0"]
    assert echo_of(read("是的吗"), read("是的吗")) == ["no echo:0"], "empty words are everybody's"
    assert echo_of(read("。"), read("好")) == []


def test_senses_and_concepts_share_no_name() -> None:
    """They are looked up together: of two classes with one name the first would be lost."""
    concepts, senses = shipped_concepts(), shipped_senses()
    assert len(senses) > 200
    assert not concepts.keys() & senses.keys()
    assert all(words and all(len(word) <= 8 for word in words) for words in senses.values())
