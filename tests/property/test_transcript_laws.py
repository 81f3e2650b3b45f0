"""Laws of the transcript stage: whatever was heard, no word is lost, doubled or moved."""

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from callqa.domain import Party, Span, Waveform, Word
from callqa.transcript import Dropped, Heard, transcribe
from callqa.transcript.turns import turns_of
from tests.transcript.conftest import AT, RATE, call_of_channels
from tests.transcript.test_stage import Written

SECONDS = 20
NOISE = np.random.default_rng(0).standard_normal(SECONDS * RATE).astype(np.float32)


@st.composite
def said(draw: st.DrawFn) -> tuple[Word, ...]:
    words, place = [], 0
    for _ in range(draw(st.integers(0, 30))):
        start = place + draw(st.one_of(st.just(0), st.integers(0, 3000)))
        place = start + draw(st.integers(1, 600))
        if place > SECONDS * 1000:
            break
        text = draw(st.sampled_from(["好", "的", "嗯", "是，", "您", "请", "問", " OK"]))
        words.append(Word(text=text, span=Span(start=start, end=place), confidence=draw(st.floats(0, 1))))
    return tuple(words)


@settings(deadline=None)
@given(said(), said(), st.integers(0, 4000))
def test_turns_hold_every_word_once_in_order(
    agent: tuple[Word, ...], customer: tuple[Word, ...], pause: int
) -> None:
    turns = turns_of({Party.agent: agent, Party.customer: customer}, pause=pause)
    for party, words in ((Party.agent, agent), (Party.customer, customer)):
        assert [word for turn in turns if turn.party is party for word in turn.words] == list(words)
    starts = [(turn.span.start, turn.party) for turn in turns]
    assert starts == sorted(starts)
    for turn in turns:
        gaps = [b.span.start - a.span.end for a, b in zip(turn.words, turn.words[1:], strict=False)]
        assert all(gap <= max(pause, 400) for gap in gaps)


@settings(deadline=None, max_examples=50)
@given(said(), said(), st.floats(0.001, 0.2), st.floats(0.001, 0.2))
def test_every_word_is_either_kept_or_recorded_as_removed(
    agent: tuple[Word, ...], customer: tuple[Word, ...], one: float, other: float
) -> None:
    waveforms = [Waveform(samples=NOISE * np.float32(level), rate=RATE) for level in (one, other)]
    dropped = (Dropped(Span(start=0, end=100), "谢谢观看", "silence_phrase"),)
    recogniser = Written(Heard(agent, dropped=dropped), Heard(customer))
    (transcript,) = transcribe([call_of_channels(*waveforms)], recogniser, at=AT)

    def characters(texts: list[str]) -> Counter[str]:
        return Counter("".join(texts).replace(" ", "").replace("問", "问"))

    kept = [turn.text for turn in transcript.turns] + [item.text for item in transcript.removed]
    assert characters(kept) == characters([word.text for word in agent + customer] + ["谢谢观看"])
    assert {item.reason for item in transcript.removed} <= {"bleed", "silence_phrase"}
    louder = max(one, other) / min(one, other)
    if louder < 1.9:  # 6 dB is a factor of 2
        assert len(transcript.removed) == 1
