"""Voices, telephone line and text grammar that the samples and the demo recogniser are made with."""

import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import pytest

from synthesis import DOMAIN_CHARACTERS, SAMPLE_RATE, VOICES, SynthesisError, synthesise, telephone
from synthesis.check_text import missing_characters
from synthesis.telesales_text import (
    PUNCTUATION,
    Lexicon,
    Split,
    TextDataError,
    TextSource,
    normalise,
    read_clauses,
    read_reserved,
    read_templates,
    split_of,
    spoken_part,
)
from synthesis.telesales_text.draw import LONG_KINDS, SHORT_KINDS
from synthesis.telesales_text.numbers import quantity, spoken_integer

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
TEXT = "您好，这里是禾悦康家，一共是一千二百八十元。"


@pytest.mark.parametrize("voice", VOICES)
def test_every_spoken_character_has_a_time_inside_the_audio_and_in_order(voice: str) -> None:
    said = synthesise(TEXT, voice=voice)
    timed = [time for character, time in zip(TEXT, said.times, strict=True) if character not in PUNCTUATION]
    assert all(0 <= start < end <= said.seconds for start, end in timed)
    assert all(before[1] <= after[0] + 1e-6 for before, after in pairwise(timed))
    assert all(time == (-1, -1) for c, time in zip(TEXT, said.times, strict=True) if c in PUNCTUATION)


def test_speech_is_loud_inside_the_times_and_quiet_in_the_pause_after_a_comma() -> None:
    said = synthesise("您好，请问您怎么称呼？", voice="f2")
    pause = slice(int(said.times[1][1] * SAMPLE_RATE) + 400, int(said.times[3][0] * SAMPLE_RATE) - 400)
    spoken = slice(int(said.times[3][0] * SAMPLE_RATE), int(said.times[4][1] * SAMPLE_RATE))
    assert pause.stop - pause.start > 400
    assert np.abs(said.samples[spoken]).max() > 20 * np.abs(said.samples[pause]).max()


def test_same_sequence_of_calls_gives_the_same_samples_in_every_process() -> None:
    script = (
        "import sys, hashlib; sys.path.insert(0, sys.argv[1]); from synthesis import synthesise\n"
        "for voice in ('f2', 'm1', 'f4'): print(hashlib.sha256(synthesise(sys.argv[2], voice=voice).samples).hexdigest())"
    )
    command = [sys.executable, "-c", script, str(SCRIPTS), TEXT]
    first, again = (subprocess.run(command, capture_output=True, check=True).stdout.split() for _ in range(2))
    assert first == again
    assert len(set(first)) == len(first) == 3


def test_speed_shortens_speech() -> None:
    assert (
        synthesise(TEXT, voice="f2", speed=195).seconds
        < 0.9 * synthesise(TEXT, voice="f2", speed=150).seconds
    )


@pytest.mark.parametrize(("text", "voice"), [("您好", "nobody"), ("。", "f2"), ("", "f2")])
def test_what_cannot_be_spoken_is_refused(text: str, voice: str) -> None:
    with pytest.raises(SynthesisError):
        synthesise(text, voice=voice)


def test_telephone_is_deterministic_bounded_and_keeps_the_length() -> None:
    samples = synthesise(TEXT, voice="f2").samples
    first = telephone(samples, rng=np.random.default_rng(7))
    assert np.array_equal(first, telephone(samples, rng=np.random.default_rng(7)))
    assert first.shape == samples.shape
    assert first.dtype == np.float32
    assert np.abs(first).max() <= 1.0


@pytest.mark.parametrize("codec", ["alaw", "ulaw"])
def test_codec_noise_is_that_of_eight_bits(codec: str) -> None:
    tone = np.sin(np.arange(8000) * 2 * np.pi * 440 / SAMPLE_RATE).astype(np.float32) * 0.5
    coded = telephone(tone, rng=np.random.default_rng(0), gain_db=0.0, noise_db=float("inf"), codec=codec)  # type: ignore[arg-type]
    ratio = 10 * np.log10(np.mean(tone**2) / np.mean((coded - tone) ** 2))
    assert 34 < ratio < 44  # G.711: about 38 dB


def test_noise_is_as_loud_as_asked() -> None:
    tone = np.sin(np.arange(80000) * 2 * np.pi * 440 / SAMPLE_RATE).astype(np.float32) * 0.3
    noisy = telephone(tone, rng=np.random.default_rng(3), gain_db=0.0, noise_db=20.0, codec="none")
    assert 10 * np.log10(np.mean(tone**2) / np.mean((noisy - tone) ** 2)) == pytest.approx(20.0, abs=0.2)


@pytest.mark.parametrize(
    ("value", "reading"),
    [
        (0, "零"),
        (10, "十"),
        (12, "十二"),
        (105, "一百零五"),
        (110, "一百一十"),
        (1280, "一千二百八十"),
        (2005, "二千零五"),
        (30008, "三万零八"),
    ],
)
def test_integers_are_read_as_spoken(value: int, reading: str) -> None:
    assert spoken_integer(value) == reading


def test_two_before_a_measure_word() -> None:
    assert (quantity(2), quantity(12)) == ("两", "十二")


def test_every_template_can_be_filled_with_characters_of_the_charset() -> None:
    lexicon, random = Lexicon(), Random(5)
    for template in (*read_templates("agent"), *read_templates("customer")):
        text = lexicon.fill(template, random)
        assert not re.search(r"[\[\]{}|]", text), template
        assert not set(normalise(text)) - DOMAIN_CHARACTERS, template


def test_there_are_enough_templates_and_none_twice() -> None:
    templates = read_templates("agent") + read_templates("customer")
    assert len(templates) >= 400
    assert len(set(templates)) == len(templates)


def test_unknown_slot_and_kind_are_refused() -> None:
    with pytest.raises(TextDataError, match="nothing_like_this"):
        Lexicon().fill("{nothing_like_this}", Random(0))
    source = TextSource(random=Random(0), characters=DOMAIN_CHARACTERS)
    with pytest.raises(TextDataError, match="poem"):
        source.draw({"poem": 1.0})


@pytest.mark.parametrize("kinds", [SHORT_KINDS, LONG_KINDS])
@pytest.mark.parametrize("split", list(Split))
def test_drawn_text_keeps_to_its_split_and_charset(kinds: dict[str, float], split: Split) -> None:
    source = TextSource(random=Random(11), characters=DOMAIN_CHARACTERS)
    texts = [source.draw(kinds, split=split) for _ in range(150)]
    assert {split_of(text) for text in texts} == {split}
    assert not set("".join(map(normalise, texts))) - DOMAIN_CHARACTERS
    assert len(set(texts)) > 120


def test_same_seed_same_texts() -> None:
    def first_ten() -> list[str]:
        source = TextSource(random=Random(3), characters=DOMAIN_CHARACTERS)
        return [source.draw(LONG_KINDS) for _ in range(10)]

    assert first_ten() == first_ten()


def test_reserved_text_is_never_drawn() -> None:
    free = TextSource(random=Random(9), characters=DOMAIN_CHARACTERS)
    texts = [free.draw({"clause": 1.0}) for _ in range(200)]
    reserved = {normalise(text) for text in texts[::2]}
    bound = TextSource(random=Random(9), characters=DOMAIN_CHARACTERS, reserved=reserved)
    again = [bound.draw({"clause": 1.0}) for _ in range(200)]
    assert reserved.isdisjoint(map(normalise, again))


def test_clauses_of_a_corpus_are_whole_and_writable(tmp_path: Path) -> None:
    path = tmp_path / "call.txt"
    path.write_text(
        "# x\n坐席 [rapport]: 您慢慢说，我听着呢……龘龘，不着急。\n停顿: 2.0\n客户 [ask]: 多少钱？\n",
        encoding="utf-8",
    )
    assert read_clauses(tmp_path, DOMAIN_CHARACTERS) == (
        ("您慢慢说，", "我听着呢，"),
        ("不着急。",),
        ("多少钱？",),
    )


def test_written_talk_is_drawn_within_the_limit_and_in_its_order() -> None:
    corpus = [("您慢慢说，", "我听着呢，", "不着急。")]
    source = TextSource(random=Random(4), characters=DOMAIN_CHARACTERS, corpus=corpus)
    texts = {source.draw({"corpus": 1.0}, limit=11) for _ in range(100)}
    assert all(normalise(text) in "您慢慢说我听着呢不着急" and len(text) <= 11 for text in texts)
    assert len(texts) >= 3
    with pytest.raises(TextDataError, match="corpus"):
        TextSource(random=Random(4), characters=DOMAIN_CHARACTERS).draw({"corpus": 1.0})


@pytest.mark.parametrize(
    ("line", "spoken"),
    [
        ("坐席 [rapport,closing]: <met step=greet>您好，禾悦康家</met>。", "您好禾悦康家"),
        ("客户 [ask]: 多少钱？", "多少钱"),
        ("# quality: 良好", ""),
        ("抢话: 1.2", ""),
        ("您好，请问您怎么称呼？", "您好请问您怎么称呼"),
        ("", ""),
    ],
)
def test_spoken_part_of_a_line(line: str, spoken: str) -> None:
    assert spoken_part(line) == spoken


def test_short_turns_are_not_reserved(tmp_path: Path) -> None:
    path = tmp_path / "call.txt"
    path.write_text("客户 [accept]: 好的。\n坐席 []: 我跟您核对一下信息。\n", encoding="utf-8")
    assert read_reserved([path]) == {"我跟您核对一下信息"}


def test_missing_characters_are_told_with_their_lines() -> None:
    assert missing_characters("# 龘\n客户 [ask]: 这是龘吗？\n坐席 []: 是龘。") == {"龘": [2, 3]}
