"""Speech made on the spot, and the bundled recogniser."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soxr

from callqa.domain import Call, CallFacts, Party, Recording, Waveform
from callqa.settings import shipped

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

AT = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
RATE = 16_000


@pytest.fixture(scope="session")
def demo_models() -> Path:
    """The folder of shipped models, with the demo recogniser in it."""
    return shipped("models")


@pytest.fixture(scope="session")
def say() -> Callable[..., Waveform]:
    """A 16 kHz channel with sentences at given seconds, over a quiet line."""
    from synthesis import synthesise

    def make(
        *sentences: tuple[float, str], voice: str = "f2", seconds: float | None = None, level: float = 0.5
    ) -> Waveform:
        said = [(start, synthesise(text, voice=voice).samples) for start, text in sentences]
        length = seconds or max((start + len(samples) / 8000 for start, samples in said), default=0.0) + 0.5
        channel = np.random.default_rng(1).standard_normal(round(length * 8000)).astype(np.float32) * 10**-3
        for start, samples in said:
            first = round(start * 8000)
            channel[first : first + len(samples)] += samples * level
        return Waveform(samples=np.asarray(soxr.resample(channel, 8000, RATE), np.float32), rate=RATE)

    return make


@pytest.fixture(scope="session")
def say_english() -> Callable[..., Waveform]:
    """Sentences in an English voice of the same synthesiser, half a second apart."""
    import ctypes

    from synthesis import voices

    def make(*sentences: str) -> Waveform:
        engine = voices._engine()
        library = engine._library
        blocks = []
        for text in sentences:
            engine._blocks = []
            assert library.espeak_SetVoiceByName(b"en-us") == 0
            data = text.encode()
            library.espeak_Synth(data, ctypes.c_size_t(len(data) + 1), 0, 1, 0, 1, None, None)
            library.espeak_Synchronize()
            blocks += [*engine._blocks, np.zeros(11_000, np.int16)]
        samples = np.concatenate(blocks).astype(np.float32) / 32768
        return Waveform(samples=np.asarray(soxr.resample(samples, 22_050, RATE), np.float32), rate=RATE)

    return make


def call_of_channels(*waveforms: Waveform, call_id: str = "C1") -> tuple[Call, list[tuple[Party, Waveform]]]:
    """A call as ``audio`` hands it over."""
    parties = (Party.unknown,) if len(waveforms) == 1 else (Party.agent, Party.customer)[: len(waveforms)]
    recording = Recording(
        sha256="0" * 64,
        duration=max(w.duration for w in waveforms),
        sample_rate=8000,
        channels=len(waveforms),
    )
    call = Call(**CallFacts(id=call_id).model_dump(exclude={"parties"}), parties=parties, recording=recording)
    return call, list(zip(parties, waveforms, strict=True))
