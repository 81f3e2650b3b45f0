"""Log-mel features as Whisper wants them, for a batch of windows."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_RATE = 16_000
_SIZE = 400
_FLOOR = 1e-10
_RANGE = 8.0
"""Decades below a window's loudest value that are kept."""


class MelSpectrum:
    """The same numbers as faster-whisper's ``FeatureExtractor``, without its copies in double precision.

    Args:
        filters: Mel filters of the model, shape (mels, 201).
        window_seconds: Length every window is padded to.
    """

    hop = 160

    def __init__(self, filters: NDArray[np.float32], *, window_seconds: int = 30) -> None:
        self._filters = np.asarray(filters, np.float32)
        self.frames = window_seconds * _RATE // self.hop
        self._taper = np.hanning(_SIZE + 1)[:-1].astype(np.float32)

    def batch(self, sounds: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Features of shape (windows, mels, frames); what is shorter than a window is followed by zeros."""
        features = np.zeros((len(sounds), len(self._filters), self.frames), np.float32)
        for number, sound in enumerate(sounds):
            found = self.one(sound)[:, : self.frames]
            features[number, :, : found.shape[1]] = found
        return features

    def one(self, sound: NDArray[np.float32]) -> NDArray[np.float32]:
        """Features of one sound, shape (mels, n // 160)."""
        half = _SIZE // 2
        # Whisper appends one hop of silence before the mirrored margin
        padded = np.pad(np.pad(sound, (0, self.hop)), (half, half), mode="reflect")
        whole = len(sound) // self.hop
        # the loudest value is sought in one frame more than is given out, as Whisper does
        frames = np.lib.stride_tricks.sliding_window_view(padded, _SIZE)[:: self.hop][: whole + 1]
        spectrum = np.fft.rfft(frames * self._taper, axis=1)
        power = spectrum.real**2 + spectrum.imag**2
        decades = np.log10(np.maximum(self._filters @ power.T, _FLOOR))
        decades = np.maximum(decades, decades.max(initial=-10.0) - _RANGE)
        return np.asarray((decades[:, :whole] + 4.0) / 4.0, np.float32)
