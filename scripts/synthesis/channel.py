"""The way of speech through a telephone: level, noise, band limit, A-law or µ-law."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from synthesis.voices import Samples

Codec = Literal["alaw", "ulaw", "none"]

_A = 87.6
_MU = 255.0
_STEPS = 127


def telephone(
    samples: Samples,
    *,
    rng: np.random.Generator,
    gain_db: float | None = None,
    noise_db: float | None = None,
    codec: Codec | None = None,
) -> Samples:
    """One passage through a telephone line at 8 kHz; the same generator state gives the same result.

    Args:
        samples: Shape (n,), float32 in −1…1, 8 kHz.
        rng: Source of the noise and of whatever is left to chance.
        gain_db: Level change; None draws −18…+2 dB.
        noise_db: Signal-to-noise ratio in dB, ``inf`` for none; None draws 12…40 dB, in 30 % of the draws none.
        codec: ITU-T G.711 law; None draws 40 % µ-law, 40 % A-law, 20 % none.

    Returns:
        Shape (n,), float32 in −1…1, 8 kHz.
    """
    gain = rng.uniform(-18.0, 2.0) if gain_db is None else gain_db
    line = samples * np.float32(10 ** (gain / 20))
    ratio = noise_db
    if ratio is None:
        ratio = rng.uniform(12.0, 40.0) if rng.random() < 0.7 else np.inf
    if np.isfinite(ratio):
        line = line + _noise(line, float(ratio), rng)
    line = np.clip(line, -1.0, 1.0)
    law = codec if codec is not None else _drawn_codec(rng)
    return np.asarray({"alaw": _alaw, "ulaw": _ulaw, "none": _same}[law](line), np.float32)


def _drawn_codec(rng: np.random.Generator) -> Codec:
    draw = rng.random()
    return "ulaw" if draw < 0.4 else "alaw" if draw < 0.8 else "none"


def _noise(line: Samples, ratio_db: float, rng: np.random.Generator) -> Samples:
    noise = rng.standard_normal(len(line), dtype=np.float32)
    if rng.random() < 0.5:
        noise = _rumble(noise)
    level = np.sqrt(np.mean(np.square(line)) + 1e-9)
    return np.asarray(noise * (level / (noise.std() + 1e-9) * 10 ** (-ratio_db / 20)), np.float32)


def _rumble(noise: Samples) -> Samples:
    """Brown noise without its slow drift: a running sum less its own 50 ms mean."""
    walk = np.cumsum(noise, dtype=np.float64) * 0.05
    padded = np.concatenate((np.zeros(1), np.cumsum(np.pad(walk, (200, 199)))))
    return np.asarray(walk - (padded[400 : 400 + len(walk)] - padded[: len(walk)]) / 400, np.float32)


def _ulaw(line: Samples) -> npt.NDArray[np.floating]:
    pressed = np.sign(line) * np.log1p(_MU * np.abs(line)) / np.log(1 + _MU)
    coded = np.round(pressed * _STEPS) / _STEPS
    return np.asarray(np.sign(coded) * ((1 + _MU) ** np.abs(coded) - 1) / _MU)


def _alaw(line: Samples) -> npt.NDArray[np.floating]:
    size, scale = np.abs(line), 1 + np.log(_A)
    pressed = np.where(size < 1 / _A, _A * size / scale, (1 + np.log(np.maximum(_A * size, 1e-9))) / scale)
    coded = np.sign(line) * np.round(pressed * _STEPS) / _STEPS
    level = np.abs(coded)
    return np.asarray(
        np.sign(coded) * np.where(level < 1 / scale, level * scale / _A, np.exp(level * scale - 1) / _A)
    )


def _same(line: Samples) -> npt.NDArray[np.floating]:
    return line
