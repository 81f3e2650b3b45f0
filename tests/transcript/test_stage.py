from collections.abc import Sequence

import numpy as np
import pytest

from callqa.domain import Measure, ModelRef, Party, Span, Transcript, Waveform, Word
from callqa.transcript import Dropped, Heard, examine, transcribe
from tests.transcript.conftest import AT, RATE, call_of_channels

MODEL = ModelRef(name="written", version="1", sha256="0" * 64)


class Written:
    """A recogniser that hears what it was given; one ``Heard`` per channel."""

    model = MODEL
    language = "zh"

    def __init__(self, *heard: Heard) -> None:
        self.heard = list(heard)
        self.calls: Sequence[int] | None = None
        self.asked = 0

    def transcribe(self, waveforms: Sequence[Waveform], *, calls: Sequence[int] | None = None) -> list[Heard]:
        self.asked += 1
        self.calls = calls
        assert len(waveforms) == len(self.heard)
        return self.heard


def words(text: str, start: int, *, each: int = 200, confidence: float = 0.9) -> tuple[Word, ...]:
    return tuple(
        Word(
            text=character,
            span=Span(start=start + i * each, end=start + (i + 1) * each),
            confidence=confidence,
        )
        for i, character in enumerate(text)
    )


def noise(
    level: float, *, seconds: float = 20, loud: Span | None = None, loud_level: float = 0.1, seed: int = 1
) -> Waveform:
    samples = np.random.default_rng(seed).standard_normal(int(seconds * RATE)).astype(np.float32)
    samples *= level
    if loud:
        samples[loud.start * 16 : loud.end * 16] *= loud_level / level
    return Waveform(samples=samples, rate=RATE)


def test_channels_of_several_calls_go_to_the_recogniser_at_once_and_come_back_apart() -> None:
    quiet = noise(0.01)
    one = call_of_channels(quiet, quiet, call_id="C1")
    two = call_of_channels(quiet, call_id="C2")
    nobody = (call_of_channels(quiet, quiet, call_id="C3")[0], [])
    recogniser = Written(
        Heard(words("您好請問", 0)),
        Heard(words("我想問問價格", 2000)),
        Heard(
            words("单声道", 500), dropped=(Dropped(Span(start=9000, end=9900), "谢谢观看", "silence_phrase"),)
        ),
    )
    first, second, third = transcribe([one, two, nobody], recogniser, at=AT)
    assert recogniser.asked == 1
    assert recogniser.calls == [0, 0, 1]
    assert [(t.party, t.text) for t in first.turns] == [
        (Party.agent, "您好请问"),
        (Party.customer, "我想问问价格"),
    ]
    assert [(t.party, t.text) for t in second.turns] == [(Party.unknown, "单声道")]
    assert [(r.party, r.text, r.reason) for r in second.removed] == [
        (Party.unknown, "谢谢观看", "silence_phrase")
    ]
    assert third.turns == ()
    assert (first.call_id, second.call_id, third.call_id) == ("C1", "C2", "C3")
    assert first.provenance.model == MODEL
    assert first.provenance.at == AT
    assert first.language == "zh"


def test_nothing_to_hear_asks_nobody() -> None:
    recogniser = Written()
    call, _ = call_of_channels(noise(0.01), noise(0.01))
    (transcript,) = transcribe([(call, [])], recogniser, at=AT)
    assert transcript.turns == ()
    assert recogniser.asked == 0


def bled(
    heard: str,
    *,
    said: str = "这个足疗仪一千二百八",
    shift: int = 100,
    quieter: float = 0.1,
    echo: int | None = None,
) -> Transcript:
    """The agent says something; the customer's channel sounds at the same time, ``quieter`` times as loud.

    With ``echo`` it is the agent's own sound, that many milliseconds later, over a little noise.
    """
    loud = Span(start=1000, end=1000 + 200 * len(said))
    agent = noise(0.0005, loud=loud, loud_level=0.1)
    customer = noise(0.0005, loud=loud, loud_level=0.1 * quieter, seed=2)
    if echo is not None:
        delayed = np.roll(agent.samples, echo * 16) * np.float32(quieter)
        customer = Waveform(samples=delayed + noise(0.003, seed=3).samples, rate=RATE)
    recogniser = Written(
        Heard(words(said, 1000)),
        Heard((*words(heard, 1000 + shift, confidence=0.6), *words("好的谢谢", 9000))),
    )
    (transcript,) = transcribe([call_of_channels(agent, customer)], recogniser, at=AT)
    return transcript


@pytest.mark.parametrize("echo", [0, 30, 250])
def test_leak_is_known_by_its_sound_whatever_was_made_of_it(echo: int) -> None:
    transcript = bled("岳压高睡睡问", echo=echo, shift=200)
    assert [t.text for t in transcript.turns] == ["这个足疗仪一千二百八", "好的谢谢"]
    assert [(r.text, r.reason) for r in transcript.removed] == [("岳压高睡睡问", "bleed")]


@pytest.mark.parametrize("heard", ["这个足疗仪一千二百八", "这个组疗仪一千二百吧", "足疗仪一千二"])
def test_leak_is_taken_out_and_recorded(heard: str) -> None:
    transcript = bled(heard)
    assert [t.text for t in transcript.turns] == ["这个足疗仪一千二百八", "好的谢谢"]
    (removed,) = transcript.removed
    assert (removed.party, removed.text, removed.reason) == (Party.customer, heard, "bleed")


@pytest.mark.parametrize(
    ("heard", "options"),
    [
        ("太贵了我再考虑考虑", {}),
        ("这个足疗仪一千二百八", {"quieter": 0.9}),
        ("这个足疗仪一千二百八", {"shift": 4000}),
        ("八", {"quieter": 0.4, "shift": 1800}),
    ],
)
def test_what_the_customer_says_stays(heard: str, options: dict[str, float]) -> None:
    transcript = bled(heard, **options)  # type: ignore[arg-type]
    assert heard in [t.text for t in transcript.turns] or any(
        heard in t.text for t in transcript.of(Party.customer)
    )
    assert transcript.removed == ()


def measures(*heard: Heard) -> dict[str, Measure]:
    call = call_of_channels(*(noise(0.01) for _ in heard))
    (transcript,) = transcribe([call], Written(*heard), at=AT)
    return {measure.name: measure for measure in examine(transcript)}


def test_measures_of_a_clear_call() -> None:
    found = measures(Heard(words("您好，请问有什么可以帮您", 0)), Heard(words("我想买足疗仪", 5000)))
    assert found["transcript_confidence"].value == 0.9
    assert found["uncertain_words"].value == 0
    assert found["foreign_text"].value == 0
    assert found["removed_text"].value == 0
    assert found["heard_words"].value == 18
    assert not any(measure.note for measure in found.values())


def test_measures_of_an_english_call() -> None:
    english = tuple(
        Word(text=f" {text}", span=Span(start=i * 400, end=i * 400 + 300), confidence=0.4)
        for i, text in enumerate(
            ("hello", "I", "would", "like", "to", "ask", "about", "my", "parcel", "please")
        )
    )
    found = measures(Heard(english))
    assert found["foreign_text"].value == 1
    assert "不是中文" in found["foreign_text"].note
    assert "识别把握低" in found["transcript_confidence"].note


def test_measures_of_silence_are_not_zero_but_missing() -> None:
    found = measures(Heard(dropped=(Dropped(Span(start=0, end=3000), "字幕", "silence_phrase"),)))
    assert found["transcript_confidence"].value is None
    assert found["foreign_text"].value is None
    assert found["heard_words"].value == 0
    assert "没有听到有人说话" in found["heard_words"].note
    assert found["removed_text"].value == 1
    assert found["removed_text"].note
