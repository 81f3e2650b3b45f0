"""Sound as numbers: what ``audio`` gives and ``transcript`` takes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Waveform:
    """One channel.

    Attributes:
        samples: float32, shape (n,), full scale is ±1.
        rate: Samples per second (Hz); 16,000 everywhere after decoding.
    """

    samples: NDArray[np.float32]
    rate: int

    @property
    def duration(self) -> int:
        """Length in whole milliseconds, rounded down."""
        return len(self.samples) * 1000 // self.rate
