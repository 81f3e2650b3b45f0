"""One linear head per label over sparse rows, with calibration and thresholds."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from callqa.techniques.calibrate import Calibration, Floats, sigmoid


class Head(NamedTuple):
    """Weights of several labels over the same columns."""

    labels: tuple[str, ...]
    """Label ids, in the order of the rows of ``weights``."""
    weights: NDArray[np.float32]
    """``[labels, columns]``."""
    intercepts: NDArray[np.float32]
    """``[labels]``."""
    calibrations: tuple[Calibration, ...]
    """Per label."""
    thresholds: tuple[float, ...]
    """Per label: the probability from which it is given. For exclusive labels: what its share is divided by before
    the largest quotient is chosen."""

    def scores(self, matrix: csr_matrix) -> Floats:
        """Raw scores ``[rows, labels]``."""
        product = np.asarray(matrix @ self.weights.T, dtype=np.float64)
        result: Floats = product + self.intercepts
        return result

    def probabilities(self, matrix: csr_matrix) -> Floats:
        """Calibrated probabilities ``[rows, labels]``."""
        return calibrated(self.scores(matrix), self.calibrations)


def calibrated(scores: Floats, calibrations: Sequence[Calibration]) -> Floats:
    """Scores ``[rows, labels]`` → probabilities."""
    slopes = np.array([calibration.slope for calibration in calibrations])
    offsets = np.array([calibration.offset for calibration in calibrations])
    return sigmoid(scores * slopes + offsets)


def shares(probabilities: Floats) -> Floats:
    """Rows scaled to sum to one: independent probabilities of exclusive classes made a distribution."""
    result: Floats = probabilities / np.maximum(probabilities.sum(axis=1, keepdims=True), 1e-9)
    return result
