from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from callqa.audio import waveform_peaks, write_extract
from callqa.domain import RecordingError, Span, Waveform
from tests.audio.conftest import talk, tone

Write = Callable[..., Path]


@pytest.mark.parametrize("form", ["FLAC", "WAV"])
def test_a_part_is_the_part(write: Write, tmp_path: Path, form: Literal["FLAC", "WAV"]) -> None:
    left, right = talk(1, seconds=40), talk(2, seconds=40)
    path = write("a.wav", left, right)
    target = tmp_path / "part"
    assert write_extract(path, target, span=Span(start=33_000, end=36_500), form=form) == 3500
    samples, rate = soundfile.read(target, dtype="float32")
    assert rate == 8000
    expected = np.stack((left, right), axis=1)[33 * 8000 : 36 * 8000 + 4000]
    np.testing.assert_allclose(samples, expected, atol=1 / 16000)


def test_muted_spans_are_silent_on_their_channel_and_nothing_else_changes(
    write: Write, tmp_path: Path
) -> None:
    left, right = tone(300, seconds=60, rate=8000), tone(700, seconds=60, rate=8000)
    path = write("a.wav", left, right)
    target = tmp_path / "muted.flac"
    spans = (Span(start=32_000, end=33_000), Span(start=32_500, end=34_000), Span(start=59_000, end=70_000))
    write_extract(path, target, span=Span(start=31_000, end=60_000), muted={0: spans})
    samples, _ = soundfile.read(target, dtype="float32")
    assert not np.abs(samples[8000 : 3 * 8000, 0]).any()
    assert not np.abs(samples[28 * 8000 :, 0]).any()
    fade = 8 * 5
    np.testing.assert_allclose(samples[: 8000 - fade, 0], left[31 * 8000 : 32 * 8000 - fade], atol=1e-4)
    np.testing.assert_allclose(samples[:, 1], right[31 * 8000 : 60 * 8000], atol=1e-4)


def test_no_half_written_target(write: Write, tmp_path: Path) -> None:
    path = write("a.wav", talk(1, seconds=2))
    target = tmp_path / "out.flac"
    for call, code in (
        (lambda: write_extract(path, target, span=Span(start=5000, end=6000)), "recording.no_samples"),
        (lambda: write_extract(path, target, muted={1: [Span(start=0, end=1)]}), "recording.no_channel"),
        (lambda: write_extract(path, tmp_path / "no" / "out.flac"), "recording.write"),
        (lambda: write_extract(tmp_path / "none.wav", target), "recording.unreadable"),
    ):
        with pytest.raises(RecordingError) as caught:
            call()
        assert caught.value.code == code
    assert [found.name for found in tmp_path.iterdir()] == ["a.wav"]


def test_peaks_hold_every_extreme() -> None:
    sound = np.zeros(16_000 * 61 + 100, np.float32)
    sound[5], sound[16_000 * 60 + 3] = 1.0, -0.5
    peaks = waveform_peaks(Waveform(samples=sound, rate=16_000))
    assert peaks.shape == (61 * 20 + 1, 2)
    assert peaks[0].tolist() == [0, 127]
    assert peaks[60 * 20].tolist() == [-64, 0]
    assert not peaks[1 : 60 * 20].any()


@settings(deadline=None)
@given(st.integers(0, 5000), st.integers(0, 1000))
def test_peaks_cover_the_waveform(length: int, seed: int) -> None:
    sound = np.random.default_rng(seed).uniform(-1, 1, length).astype(np.float32)
    peaks = waveform_peaks(Waveform(samples=sound, rate=16_000))
    assert len(peaks) == -(-length // 800)
    for number, (low, high) in enumerate(peaks):
        part = sound[number * 800 : (number + 1) * 800]
        assert low == np.round(part.min() * 127)
        assert high == np.round(part.max() * 127)


def test_peaks_need_slices_of_whole_samples() -> None:
    with pytest.raises(ValueError):
        waveform_peaks(Waveform(samples=np.zeros(10, np.float32), rate=16_000), per_second=30_000)
