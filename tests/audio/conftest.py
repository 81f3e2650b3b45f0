from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

Sound = NDArray[np.float32]


def tone(hertz: float, *, seconds: float, rate: int, level: float = 0.3) -> Sound:
    return (level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def talk(seed: int, *, seconds: float, rate: int = 8000, level: float = 0.1, noise: float = 0.0005) -> Sound:
    """Bursts of filtered noise with pauses: the envelope of speech without its words."""
    rng = np.random.default_rng(seed)
    length = round(seconds * rate)
    sound = np.convolve(rng.standard_normal(length), np.hanning(9) / 4, mode="same") * level
    bursts = np.repeat(rng.random(length // (rate // 4) + 1) < 0.6, rate // 4)[:length]
    return (sound * bursts + rng.standard_normal(length) * noise).astype(np.float32)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes channels as a sound file: by libsndfile, or by FFmpeg for codecs it does not know."""

    def make(
        name: str, *channels: Sound, rate: int = 8000, form: str = "WAV", coding: str = "PCM_16"
    ) -> Path:
        path = tmp_path / name
        soundfile.write(path, np.stack(channels, axis=1), rate, format=form, subtype=coding)
        return path

    return make


@pytest.fixture
def encode(tmp_path: Path) -> Callable[..., Path]:
    def make(name: str, codec: str, *channels: Sound, rate: int = 8000) -> Path:
        path = tmp_path / name
        layout = "mono" if len(channels) == 1 else "stereo"
        with av.open(str(path), "w") as container:
            stream = container.add_stream(codec, rate=rate, layout=layout)
            samples = np.stack(channels, axis=1).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="flt", layout=layout)
            frame.sample_rate = rate
            resampler = av.AudioResampler(
                format=stream.format, layout=layout, rate=rate, frame_size=stream.frame_size or 0
            )
            for part in (frame, None):
                for piece in resampler.resample(part):
                    container.mux(stream.encode(piece))
            container.mux(stream.encode(None))
        return path

    return make
