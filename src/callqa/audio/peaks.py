"""A waveform small enough to draw."""

import numpy as np
from numpy.typing import NDArray

from callqa.domain import Waveform

PER_SECOND = 20
_BLOCK_SECONDS = 60


def waveform_peaks(waveform: Waveform, *, per_second: int = PER_SECOND) -> NDArray[np.int8]:
    """Lowest and highest sample of every slice, for drawing.

    Args:
        waveform: One channel; may be memory-mapped, it is read minute by minute.
        per_second: Slices per second; must divide the rate.

    Returns:
        int8, shape (ceil(seconds · per_second), 2): lowest and highest, −127…127 for full scale.

    Raises:
        ValueError: ``per_second`` does not divide the rate.
    """
    size, rest = divmod(waveform.rate, per_second)
    if rest or not size:
        raise ValueError(f"{per_second} slices per second do not divide {waveform.rate} Hz")
    step = size * per_second * _BLOCK_SECONDS
    parts = [_block(waveform.samples[at : at + step], size) for at in range(0, len(waveform.samples), step)]
    return np.concatenate(parts) if parts else np.zeros((0, 2), np.int8)


def _block(samples: NDArray[np.float32], size: int) -> NDArray[np.int8]:
    missing = -len(samples) % size
    if missing:
        # repeat the last sample: silence would draw a line to the middle
        samples = np.concatenate((samples, np.full(missing, samples[-1], np.float32)))
    slices = samples.reshape(-1, size)
    pair = np.stack((slices.min(axis=1), slices.max(axis=1)), axis=1)
    return np.asarray(np.clip(np.round(pair * 127), -127, 127), np.int8)
