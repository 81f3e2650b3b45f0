"""Laws of the nouns: what cannot be constructed, and what is a mere lookup."""

import itertools
import pickle
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from callqa.domain import (
    Absence,
    Call,
    CallFacts,
    Explanation,
    Finding,
    IncomingCall,
    Party,
    Provenance,
    Recording,
    RecordingError,
    Span,
    Subject,
    TextSpan,
    Transcript,
    Turn,
    Verdict,
    Word,
    call_of,
    covered,
    merge,
)

AT = datetime(2026, 11, 20, tzinfo=UTC)
PROVENANCE = Provenance(step="test", version="1", at=AT)
SPANS = st.tuples(st.integers(0, 10_000), st.integers(1, 500)).map(
    lambda p: Span(start=p[0], end=p[0] + p[1])
)


def turn(text: str, *, index: int = 0, start: int = 0) -> Turn:
    words = tuple(
        Word(text=c, span=Span(start=start + 200 * i, end=start + 200 * i + 180), confidence=0.9)
        for i, c in enumerate(text)
    )
    return Turn(index=index, party=Party.agent, text=text, words=words)


def test_a_span_is_never_empty() -> None:
    with pytest.raises(ValidationError):
        Span(start=5, end=5)


def test_a_finding_without_evidence_cannot_be_made() -> None:
    with pytest.raises(ValidationError):
        Finding(
            subject=Subject.rule,
            id="r",
            title="r",
            verdict=Verdict.met,
            evidence=(),
            explanation=Explanation(matcher="phrase"),
            provenance=PROVENANCE,
        )
    searched = Absence(searched=Span(start=0, end=10), expected="您好")
    assert searched.kind == "absence"


def test_unknown_fields_are_refused() -> None:
    with pytest.raises(ValidationError):
        Recording(sha256="0" * 64, duration=1, sample_rate=8000, channels=1, path="x")  # type: ignore[call-arg]


def test_nouns_are_frozen() -> None:
    span = Span(start=0, end=1)
    with pytest.raises(ValidationError):
        span.start = 1  # type: ignore[misc]


@given(st.lists(SPANS, max_size=20))
def test_merged_spans_are_ordered_disjoint_and_cover_the_same(spans: list[Span]) -> None:
    merged = merge(spans)
    assert all(a.end < b.start for a, b in itertools.pairwise(merged))
    assert covered(spans) == len({ms for span in spans for ms in range(span.start, span.end)})


@given(st.integers(1, 30), st.data())
def test_characters_lead_to_time_monotonously(length: int, data: st.DataObject) -> None:
    one = turn("好" * length)
    start = data.draw(st.integers(0, length - 1))
    end = data.draw(st.integers(start + 1, length))
    span = one.span_of(TextSpan(start=start, end=end))
    assert span == Span(start=200 * start, end=200 * (end - 1) + 180)
    assert one.quote(TextSpan(start=start, end=end)).text == one.text[start:end]


def test_turns_stand_in_time_order() -> None:
    with pytest.raises(ValidationError, match="time order"):
        Transcript(
            call_id="c",
            language="zh",
            turns=(turn("好", index=0, start=500), turn("好", index=1, start=0)),
            provenance=PROVENANCE,
        )


def test_turn_text_is_its_words() -> None:
    with pytest.raises(ValidationError, match="words joined"):
        Turn(index=0, party=Party.agent, text="您好吗", words=turn("您好").words)


@pytest.mark.parametrize(
    ("channels", "parties"),
    [
        (1, (Party.unknown,)),
        (2, (Party.customer, Party.agent)),
        (3, (Party.customer, Party.agent, Party.unknown)),
    ],
)
def test_channels_get_the_parties_of_the_manifest(
    channels: int, parties: tuple[Party, ...], tmp_path: object
) -> None:
    facts = CallFacts(id="c", parties=(Party.customer, Party.agent))
    incoming = IncomingCall(path="a.wav", sha256="0" * 64, facts=facts)  # type: ignore[arg-type]
    recording = Recording(sha256="0" * 64, duration=1000, sample_rate=8000, channels=channels)
    call = call_of(incoming, recording)
    assert isinstance(call, Call)
    assert call.parties == parties


def test_errors_survive_a_process_boundary() -> None:
    error = RecordingError("坏文件。", code="recording.empty", hint="重新导出。")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.code, str(again)) == (RecordingError, "recording.empty", "坏文件。 重新导出。")
