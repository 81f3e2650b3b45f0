"""The adapter with the bundled recogniser on speech made on the spot."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from callqa.domain import RecogniserError, Waveform, Word
from callqa.transcript import Heard, examine, read_card, transcribe
from callqa.transcript.guards import bare
from callqa.transcript.whisper import WhisperOptions, WhisperRecogniser
from tests.transcript.conftest import AT, RATE, call_of_channels

Say = Callable[..., Waveform]
DELIVERY = "我想问一下多久能到货？"
FIRST, SECOND, THIRD = "您好，很高兴为您服务。", "这个足疗仪多少钱？", "好的，谢谢您。"


@pytest.fixture(scope="module")
def recogniser(demo_models: Path) -> WhisperRecogniser:
    return WhisperRecogniser("asr-demo", models=demo_models, device="cpu")


def other(demo_models: Path, **options: Any) -> WhisperRecogniser:
    return WhisperRecogniser("asr-demo", models=demo_models, device="cpu", options=WhisperOptions(**options))


def text_of(words: tuple[Word, ...]) -> str:
    return bare("".join(word.text for word in words))


def error(found: str, said: str) -> float:
    return Levenshtein.distance(found, bare(said)) / len(bare(said))


@pytest.fixture(scope="module")
def conversation(say: Say) -> list[Waveform]:
    """Two calls: two channels in turn, and one channel alone."""
    return [
        say((1.0, FIRST), (9.0, THIRD), voice="f2", seconds=14),
        say((5.0, SECOND), voice="m1", seconds=14),
        say((0.5, DELIVERY), (4.0, "可以货到付款吗？"), voice="f4"),
    ]


def test_each_channel_gets_its_own_words_at_their_times(
    recogniser: WhisperRecogniser, conversation: list[Waveform]
) -> None:
    heard = recogniser.transcribe(conversation, calls=[0, 0, 1])
    for found, said in zip(heard, (FIRST + THIRD, SECOND, "我想问一下多久能到货可以货到付款吗"), strict=True):
        assert error(text_of(found.words), said) <= 0.2
    first = heard[0].words
    assert 800 <= first[0].span.start <= 1500
    assert any(8700 <= word.span.start <= 9600 for word in first)
    assert not any(3500 <= word.span.start <= 8500 for word in first)
    for found, waveform in zip(heard, conversation, strict=True):
        place = 0
        for word in found.words:
            assert place <= word.span.start < word.span.end <= waveform.duration
            assert any(
                stretch.start <= word.span.start and word.span.end <= stretch.end for stretch in found.speech
            )
            place = word.span.end


def test_the_same_sound_gives_the_same_words(demo_models: Path, conversation: list[Waveform]) -> None:
    calls = [0, 0, 1]
    packed = other(demo_models).transcribe(conversation, calls=calls)
    assert packed == other(demo_models, batch_size=1).transcribe(conversation, calls=calls)


def test_calls_can_be_kept_apart(demo_models: Path, conversation: list[Waveform]) -> None:
    apart = other(demo_models, share_windows=False)
    together = apart.transcribe(conversation, calls=[0, 0, 1])
    assert together[2] == apart.transcribe([conversation[2]])[0]


def test_nobody_speaks(recogniser: WhisperRecogniser) -> None:
    time = np.arange(20 * RATE) / RATE
    sounds = [
        np.zeros_like(time),
        0.2 * np.sin(2 * np.pi * 425 * time) * (time % 5 < 1),
        0.05 * np.random.default_rng(1).standard_normal(len(time)),
    ]
    heard = recogniser.transcribe([Waveform(samples=sound.astype(np.float32), rate=RATE) for sound in sounds])
    assert heard == [Heard(), Heard(), Heard()]
    assert recogniser.transcribe([]) == []


def test_a_sentence_after_five_minutes_of_line_noise(recogniser: WhisperRecogniser, say: Say) -> None:
    (heard,) = recogniser.transcribe([say((300.0, DELIVERY), seconds=310)])
    assert error(text_of(heard.words), DELIVERY) <= 0.2
    assert abs(heard.words[0].span.start - 300_000) < 600


def test_a_failed_window_is_heard_again_stretch_by_stretch(
    recogniser: WhisperRecogniser, conversation: list[Waveform], monkeypatch: pytest.MonkeyPatch
) -> None:
    good = recogniser.transcribe(conversation)
    asked: list[float] = []

    def first_time_bad(*, text: str, log_probability: float, no_speech: float) -> str | None:
        asked.append(log_probability)
        return "repetition" if len(asked) == 1 else None

    monkeypatch.setattr("callqa.transcript.hearing.window_fault", first_time_bad)
    again = recogniser.transcribe(conversation)
    assert len(asked) > 1
    for found, before in zip(again, good, strict=True):
        assert error(text_of(found.words), text_of(before.words)) <= 0.2
        assert abs(found.words[0].span.start - before.words[0].span.start) < 500
        assert not found.dropped


def test_what_fails_twice_is_dropped_with_its_reason(
    recogniser: WhisperRecogniser, conversation: list[Waveform], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callqa.transcript.hearing.window_fault", lambda **_: "compression")
    heard = recogniser.transcribe(conversation)
    assert all(not found.words for found in heard)
    assert {item.reason for found in heard for item in found.dropped} == {"compression"}
    assert [len(found.dropped) for found in heard] == [len(found.speech) for found in heard]


def test_speech_that_gives_no_text_is_on_record(
    recogniser: WhisperRecogniser, conversation: list[Waveform], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callqa.transcript.whisper._joined", lambda _: [])
    heard = recogniser.transcribe(conversation)
    assert all(not found.words for found in heard)
    assert [[item.span for item in found.dropped] for found in heard] == [
        list(found.speech) for found in heard
    ]
    assert {(item.text, item.reason) for found in heard for item in found.dropped} == {("", "no_text")}


def test_hot_words_reach_only_models_that_were_trained_with_them(
    demo_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"hot_words": ("禾悦", "足疗仪"), "prompt": "您好，以下是普通话。"}
    for allowed in (True, False):
        card = replace(read_card(demo_models / "asr-demo"), prompting=allowed)
        monkeypatch.setattr("callqa.transcript.whisper.read_card", lambda _, card=card: card)
        options = other(demo_models, **given)._decoding
        expected = ("禾悦 足疗仪", "您好，以下是普通话。") if allowed else (None, None)
        assert (options.hotwords, options.initial_prompt) == expected


def test_demo_models_say_that_they_are(recogniser: WhisperRecogniser) -> None:
    assert recogniser.model.demo
    assert "样例" in recogniser.card.note
    assert recogniser.language == "zh"


def test_wrong_rate_is_refused(recogniser: WhisperRecogniser) -> None:
    with pytest.raises(RecogniserError) as caught:
        recogniser.transcribe([Waveform(samples=np.zeros(8000, np.float32), rate=8000)])
    assert caught.value.code == "recogniser.rate"


def test_english_call_is_noticed(recogniser: WhisperRecogniser, say_english: Say) -> None:
    """The demo model writes Chinese at low confidence, a real one writes English: either way a note says so."""
    speech = say_english(
        "Hello, I would like to ask about the delivery of my parcel.",
        "It has not arrived and nobody answers the telephone number on your website.",
    )
    (transcript,) = transcribe([call_of_channels(speech)], recogniser, at=AT)
    notes = {measure.name: measure.note for measure in examine(transcript)}
    assert any(notes.values())
