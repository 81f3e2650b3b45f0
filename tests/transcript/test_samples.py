"""Packing on the sample calls: what is gained in windows must not be lost in words."""

from pathlib import Path

import pytest
from rapidfuzz.distance import Levenshtein

from callqa.audio import decode, open_call, voices
from callqa.domain import Call, Party, Transcript, Waveform
from callqa.intake import read_calls
from callqa.settings import shipped
from callqa.transcript import transcribe
from callqa.transcript.guards import bare
from callqa.transcript.whisper import WhisperOptions, WhisperRecogniser
from tests.transcript.conftest import AT

pytestmark = pytest.mark.slow
Opened = list[tuple[Call, tuple[tuple[Party, Waveform], ...]]]


@pytest.fixture(scope="module")
def opened() -> Opened:
    samples = shipped("samples")
    calls = []
    for incoming in read_calls(samples / "recordings", manifest=samples / "calls.csv").calls[:6]:
        decoded = decode(incoming.path)
        call = open_call(incoming, decoded)
        calls.append((call, voices(decoded, call)))
    return calls


def heard(models: Path, opened: Opened, **options: bool) -> list[Transcript]:
    recogniser = WhisperRecogniser("asr-demo", models=models, device="cpu", options=WhisperOptions(**options))
    return transcribe(opened, recogniser, at=AT)


@pytest.fixture(scope="module")
def shared(demo_models: Path, opened: Opened) -> list[Transcript]:
    return heard(demo_models, opened, share_windows=True)


def said(transcript: Transcript, party: Party) -> str:
    return bare("".join(turn.text for turn in transcript.of(party)))


def test_sharing_windows_moves_no_words_between_calls(
    demo_models: Path, opened: Opened, shared: list[Transcript]
) -> None:
    apart = heard(demo_models, opened, share_windows=False)
    wrong = total = 0
    for one, other in zip(shared, apart, strict=True):
        for party in (Party.agent, Party.customer):
            wrong += Levenshtein.distance(said(one, party), said(other, party))
            total += len(said(other, party))
    assert total > 500
    assert wrong / total <= 0.03


def test_transcripts_keep_inside_their_recordings(opened: Opened, shared: list[Transcript]) -> None:
    for (call, _), transcript in zip(opened, shared, strict=True):
        assert transcript.call_id == call.id
        assert transcript.turns
        for turn in transcript.turns:
            assert turn.span.end <= call.recording.duration
            assert turn.party in {Party.agent, Party.customer}
