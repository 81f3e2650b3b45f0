"""The detector block by block against the library's own, and features against the library's own."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import faster_whisper.utils
import numpy as np
import pytest
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.vad import get_vad_model

from callqa.domain import Waveform
from callqa.transcript.mel import MelSpectrum
from callqa.transcript.speech import HOP, SpeechDetector, SpeechOptions, stretches_of

Say = Callable[..., Waveform]
OPTIONS = SpeechOptions()


@pytest.fixture(scope="module")
def detector() -> SpeechDetector:
    return SpeechDetector(Path(faster_whisper.utils.get_assets_path()) / "silero_vad_v6.onnx")


@pytest.mark.parametrize("extra", [0, 1, HOP - 1])
def test_blocks_give_what_the_whole_gives(detector: SpeechDetector, say: Say, extra: int) -> None:
    samples = say((0.5, "您好，很高兴为您服务。"), (17.0, "这个多少钱？"), seconds=40).samples
    samples = samples[: len(samples) // HOP * HOP - HOP + extra]
    padded = np.pad(samples, (0, -len(samples) % HOP))
    expected = get_vad_model()(padded.copy()).reshape(-1)
    found = detector.probabilities(samples, skip_quiet=False)
    assert len(found) == len(expected)
    # the library silences the last 64 samples it is given, so that its last hop is another one
    np.testing.assert_allclose(found[:-1], expected[:-1], atol=1e-4)


def test_sentences_are_found_where_they_are(detector: SpeechDetector, say: Say) -> None:
    spoken = say(
        (2.0, "您好，很高兴为您服务。"), (9.0, "这个多少钱？"), (300.0, "谢谢您，再见。"), seconds=310
    )
    found = [(s.start / 16_000, s.end / 16_000) for s in detector.stretches(spoken.samples, OPTIONS)]
    assert len(found) == 3
    for (start, end), true in zip(found, (2.0, 9.0, 300.0), strict=True):
        assert abs(start - true) < 0.4
        assert end - start < 4


def test_skipping_the_noise_floor_changes_nothing_that_is_said(detector: SpeechDetector, say: Say) -> None:
    rng = np.random.default_rng(3)
    spoken = say(
        (2.0, "您好，很高兴为您服务。"),
        (9.0, "这个多少钱？"),
        (30.0, "谢谢您，再见。"),
        seconds=40,
        level=0.2,
    )
    for noise in (0.0, 0.001, 0.01, 0.03):
        samples = (spoken.samples + rng.standard_normal(len(spoken.samples)) * noise).astype(np.float32)
        asked = detector.stretches(samples, OPTIONS)
        full = detector.probabilities(samples, skip_quiet=False)
        everywhere = stretches_of(full, length=len(samples), options=OPTIONS)
        assert len(asked) == len(everywhere) == 3
        for one, other in zip(asked, everywhere, strict=True):
            assert abs(one.start - other.start) <= 2 * HOP
            assert abs(one.end - other.end) <= 2 * HOP


@pytest.mark.parametrize("kind", ["silence", "tone", "noise", "hold music"])
def test_what_is_no_speech(detector: SpeechDetector, kind: str) -> None:
    time = np.arange(20 * 16_000) / 16_000
    melody = sum(
        np.sin(2 * np.pi * f * time) * (np.sin(2 * np.pi * time / 2 + f) > 0) for f in (262, 330, 392, 523)
    )
    samples = {
        "silence": np.zeros_like(time),
        "tone": 0.2 * np.sin(2 * np.pi * 425 * time) * (time % 5 < 1),
        "noise": 0.05 * np.random.default_rng(1).standard_normal(len(time)),
        "hold music": 0.1 * melody,
    }[kind]
    assert detector.stretches(samples.astype(np.float32), OPTIONS) == []


def test_three_hours_leave_no_pages_behind(detector: SpeechDetector, tmp_path: Path) -> None:
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("needs Linux's /proc")

    def resident() -> int:
        return next(
            int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmRSS")
        )

    long = np.memmap(tmp_path / "long", np.float32, "w+", shape=3 * 3600 * 16_000)
    long[:16_000] = np.random.default_rng(1).standard_normal(16_000) * 0.1
    before = resident()
    assert detector.stretches(long, OPTIONS) == []
    assert resident() - before < 100_000, "kilobytes; the channel has 690 MB"


def test_no_samples(detector: SpeechDetector) -> None:
    assert detector.stretches(np.zeros(0, np.float32), OPTIONS) == []


def test_long_speech_is_cut_where_it_is_quietest(detector: SpeechDetector, say: Say) -> None:
    sentences = [(2.05 * n, "您好，很高兴为您服务。") for n in range(12)]
    stretches = detector.stretches(say(*sentences).samples, SpeechOptions(longest_ms=10_000, pause_ms=2000))
    assert len(stretches) >= 3
    assert all(stretch.length <= 160_000 for stretch in stretches)
    assert all(before.end == after.start for before, after in pairwise(stretches))


@pytest.mark.parametrize("length", [160, 161, 4000, 16_000, 160_000, 480_000])
@pytest.mark.parametrize("mels", [80, 128])
def test_features_are_the_librarys(length: int, mels: int) -> None:
    extractor = FeatureExtractor(feature_size=mels)
    rng = np.random.default_rng(length)
    sound = (rng.standard_normal(length) * np.linspace(0.001, 0.3, length)).astype(np.float32)
    expected = extractor(sound)[..., :-1]
    found = MelSpectrum(extractor.mel_filters).batch([sound, np.zeros(800, np.float32)])
    assert found.shape == (2, mels, 3000)
    np.testing.assert_allclose(found[0, :, : expected.shape[1]], expected, atol=2e-4)
    assert not found[0, :, expected.shape[1] :].any()
