"""Log-mel features exactly as faster-whisper makes them, fast enough for training."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import soxr
import torch

from synthesis import SAMPLE_RATE

MODEL_RATE = 16000
FRAMES_PER_SECOND = 100


def upsample(samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """8 kHz telephone samples at the 16 kHz of the recogniser."""
    return np.asarray(soxr.resample(samples, SAMPLE_RATE, MODEL_RATE, quality="HQ"), np.float32)


@lru_cache(maxsize=1)
def _mel_and_window() -> tuple[torch.Tensor, torch.Tensor]:
    from faster_whisper.feature_extractor import FeatureExtractor

    mel = torch.from_numpy(np.asarray(FeatureExtractor().mel_filters, np.float32))
    return mel, torch.from_numpy(np.hanning(401)[:-1].astype(np.float32))


def log_mel(samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Features of 16 kHz samples.

    Returns:
        Shape (80, n // 160): the same numbers as faster-whisper's ``FeatureExtractor(samples)[..., :-1]``.
    """
    mel, window = _mel_and_window()
    padded = torch.from_numpy(np.pad(samples, (0, 160)))
    spectrum = torch.stft(
        padded, 400, 160, window=window, center=True, pad_mode="reflect", return_complex=True
    )
    power = spectrum[..., :-1].abs() ** 2
    decades = (mel @ power).clamp(min=1e-10).log10()
    decades = torch.maximum(decades, decades.max() - 8.0)
    return np.asarray(((decades + 4.0) / 4.0)[:, :-1].numpy())
