"""What can be counted while the samples go by: levels, clipping, likeness of channels."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

FRAME_MS = 20
"""Length of a level frame."""
_CLIPPED = 0.98
"""Share of full scale from which a sample may be clipped (A-law tops out at 0.984)."""
_IN_A_ROW = 3
"""Clipping flattens peaks: so many neighbouring samples at the top count, a single loud one does not."""
_SILENT_POWER = 1e-12


@dataclass(slots=True)
class ChannelLevels:
    """One channel's numbers, in full-scale units.

    Attributes:
        peak: Largest absolute sample of the file.
        clipped: Samples that stand in a flattened peak.
        samples: Samples seen, at the file's rate.
        frames: Mean power per 20 ms frame.
    """

    peak: float = 0.0
    clipped: int = 0
    samples: int = 0
    frames: list[NDArray[np.float32]] = field(default_factory=list)

    def power(self) -> NDArray[np.float32]:
        """Mean power of every 20 ms frame, shape (n,)."""
        return np.concatenate(self.frames) if self.frames else np.zeros(0, np.float32)


@dataclass(slots=True)
class LevelMeter:
    """Collects levels block by block; memory grows by 200 bytes per second and channel."""

    rate: int
    channels: list[ChannelLevels]
    products: NDArray[np.float64]
    rest: NDArray[np.float32]

    @classmethod
    def start(cls, *, rate: int, channels: int) -> "LevelMeter":
        """An empty meter for samples of this rate."""
        return cls(
            rate=rate,
            channels=[ChannelLevels() for _ in range(channels)],
            products=np.zeros((channels, channels)),
            rest=np.zeros((0, channels), np.float32),
        )

    def add(self, block: NDArray[np.float32]) -> None:
        """Counts a block of shape (frames, channels) at the file's rate."""
        self.products += block.T.astype(np.float32) @ block if len(block) else 0.0
        high = np.abs(block)
        for number, channel in enumerate(self.channels):
            column = high[:, number]
            top = float(column.max(initial=0.0))
            channel.samples += len(column)
            channel.peak = max(channel.peak, top)
            if top >= _CLIPPED:
                channel.clipped += _flattened(column)
        self._add_frames(block)

    def _add_frames(self, block: NDArray[np.float32]) -> None:
        size = self.rate * FRAME_MS // 1000
        joined = np.concatenate((self.rest, block)) if len(self.rest) else block
        whole = len(joined) // size * size
        self.rest = joined[whole:].copy()
        if not whole:
            return
        cut = joined[:whole].reshape(-1, size, joined.shape[1])
        power = np.einsum("fsc,fsc->fc", cut, cut) / np.float32(size)
        for number, channel in enumerate(self.channels):
            channel.frames.append(np.ascontiguousarray(power[:, number]))

    def correlation(self, one: int, other: int) -> float:
        """Likeness of two channels' waveforms, 0 (nothing in common, or one is silent) to 1 (the same)."""
        scale = self.products[one, one] * self.products[other, other]
        return float(abs(self.products[one, other]) / np.sqrt(scale)) if scale > _SILENT_POWER else 0.0

    def difference(self, one: int, other: int) -> float:
        """How much louder one channel is than another over the whole recording, in dB."""
        return decibels(float(self.products[one, one])) - decibels(float(self.products[other, other]))


def _flattened(column: NDArray[np.float32]) -> int:
    """Samples at the top in runs of at least three."""
    at_top = np.concatenate(([0], (column >= _CLIPPED).view(np.int8), [0]))
    change = np.flatnonzero(np.diff(at_top))
    runs = change[1::2] - change[::2]
    return int(runs[runs >= _IN_A_ROW].sum())


def decibels(power: float) -> float:
    """Power relative to full scale in dBFS; a full-scale sine has −3.01."""
    return float(10 * np.log10(max(power, _SILENT_POWER)))
