from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from callqa.audio import Decoded, decode, examine, open_call, voices
from callqa.domain import Call, CallFacts, IncomingCall, Measure, Party
from tests.audio.conftest import Sound, talk, tone

Write = Callable[..., Path]


def opened(path: Path, *parties: Party) -> tuple[Decoded, Call]:
    decoded = decode(path)
    facts = CallFacts(id="C1", parties=parties) if parties else CallFacts(id="C1")
    return decoded, open_call(IncomingCall(path=path, sha256=decoded.recording.sha256, facts=facts), decoded)


def measured(path: Path) -> dict[str, Measure]:
    decoded, call = opened(path)
    return {measure.name: measure for measure in examine(decoded, call)}


def silence(seconds: float, rate: int = 8000) -> Sound:
    return np.zeros(round(seconds * rate), np.float32)


def test_level_counts_only_frames_with_sound(write: Write) -> None:
    sound = np.concatenate((silence(5), tone(400, seconds=5, rate=8000, level=0.1)))
    found = measured(write("a.wav", sound, talk(1, seconds=10)))
    assert found["agent_level"].value == pytest.approx(20 * np.log10(0.1) - 3.01, abs=0.3)
    assert found["agent_peak"].value == pytest.approx(-20, abs=0.2)
    assert found["agent_active"].value == pytest.approx(0.5, abs=0.01)
    assert found["agent_level"].unit == "dBFS"
    assert not any(measure.note for measure in found.values())


@pytest.mark.parametrize("coding", ["PCM_16", "ALAW", "ULAW"])
def test_clipping_is_flattened_peaks_not_loudness(write: Write, coding: str) -> None:
    flat = np.clip(tone(200, seconds=2, rate=8000, level=3.0), -1, 1)
    loud = tone(200, seconds=2, rate=8000, level=0.95)
    found = measured(write("a.wav", flat, loud, coding=coding))
    clipped = found["agent_clipping"].value
    assert clipped is not None
    assert clipped > 0.6
    assert found["customer_clipping"].value == 0.0


def test_dead_channel_is_named_and_not_listened_to(write: Write) -> None:
    noise = (np.random.default_rng(1).standard_normal(80_000) * 10 ** (-72 / 20)).astype(np.float32)
    path = write("a.wav", talk(1, seconds=10), noise)
    decoded, call = opened(path)
    dead = {measure.name: measure for measure in examine(decoded, call)}["dead_channels"]
    assert dead.value == 1
    assert "第2声道（客户）" in dead.note
    assert [party for party, _ in voices(decoded, call)] == [Party.agent]


@pytest.mark.parametrize(
    ("form", "coding", "rate"),
    [("WAV", "ALAW", 8000), ("MP3", "MPEG_LAYER_III", 44100), ("OGG", "VORBIS", 44100)],
)
def test_mono_call_in_a_stereo_file_is_heard_once_by_nobody_known(
    write: Write, form: str, coding: str, rate: int
) -> None:
    sound = talk(1, seconds=6, rate=rate)
    decoded, call = opened(write("a", sound, sound * 0.7, rate=rate, form=form, coding=coding))
    assert call.parties == (Party.unknown, Party.unknown)
    assert [party for party, _ in voices(decoded, call)] == [Party.unknown]
    found = {measure.name: measure for measure in examine(decoded, call)}
    assert found["identical_channels"].value == 1
    assert "按单声道" in found["identical_channels"].note


def test_bleed_is_not_identity(write: Write) -> None:
    one, other = talk(1, seconds=20), talk(2, seconds=20)
    decoded, call = opened(write("a.wav", one + 0.1 * other, other + 0.1 * one))
    assert call.parties == (Party.agent, Party.customer)
    assert len(voices(decoded, call)) == 2


def test_channel_with_nothing_but_leak_is_not_the_same_microphone(write: Write) -> None:
    one = talk(1, seconds=20)
    _, call = opened(
        write("a.wav", one, 0.2 * one + 0.1 * talk(2, seconds=20) * (np.arange(160_000) > 150_000))
    )
    assert call.parties == (Party.agent, Party.customer)


def test_channels_keep_the_party_the_manifest_gives(write: Write) -> None:
    path = write("a.wav", talk(1, seconds=5, level=0.2), talk(2, seconds=5, level=0.02))
    decoded, call = opened(path, Party.customer, Party.agent)
    found = {measure.name: measure.value for measure in examine(decoded, call)}
    assert found["customer_level"] is not None
    assert found["agent_level"] is not None
    assert found["customer_level"] - found["agent_level"] == pytest.approx(20, abs=2)


def test_mono_has_one_unknown_party(write: Write) -> None:
    decoded, call = opened(write("a.wav", talk(1, seconds=5)))
    assert call.parties == (Party.unknown,)
    assert [party for party, _ in voices(decoded, call)] == [Party.unknown]
    assert {m.name for m in examine(decoded, call)} >= {"unknown_level", "dead_channels", "truncated"}


def test_six_channels_beyond_two_are_unknown(write: Write) -> None:
    decoded, call = opened(write("a.wav", *(talk(seed, seconds=3) for seed in range(6))))
    assert call.parties == (Party.agent, Party.customer, *[Party.unknown] * 4)
    assert len(voices(decoded, call)) == 6


def test_silence_only_is_two_dead_channels_without_levels(write: Write) -> None:
    decoded, call = opened(write("a.wav", silence(30), silence(30)))
    found = {measure.name: measure for measure in examine(decoded, call)}
    assert found["dead_channels"].value == 2
    assert found["agent_level"].value is None
    assert found["agent_level"].note
    assert found["longest_dead_air"].value == 30_000
    assert voices(decoded, call) == ()


def test_longest_dead_air_says_where(write: Write) -> None:
    one = np.concatenate((talk(1, seconds=4, noise=0), silence(7), talk(2, seconds=4, noise=0)))
    found = measured(write("a.wav", one, one[::-1] * 0))["longest_dead_air"]
    assert found.value is not None
    assert 7000 <= found.value < 8500
    assert found.spans[0].start <= 4020
    assert found.spans[0].end >= 10_980


def test_truncated_recording_says_so(write: Write) -> None:
    path = write("a.wav", talk(1, seconds=10), talk(2, seconds=10))
    path.write_bytes(path.read_bytes()[:80_000])
    found = measured(path)["truncated"]
    assert found.value == 1
    assert "不完整" in found.note
