"""A linear head per label over sparse rows, with hidden units beside it, calibration and thresholds."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from callqa.techniques.calibrate import Calibration, Floats, sigmoid
from callqa.techniques.hidden import Hidden, Weights

LINEAR_SHARE = 3.0
"""What a linear score counts beside the log-odds of hidden units: a margin of an SVM is about a third as long.
Chosen by holding out training authors."""


class Head(NamedTuple):
    """Weights of several labels over the same columns."""

    labels: tuple[str, ...]
    """Label ids, in the order of the rows of ``weights``."""
    weights: Weights
    """``[labels, columns]``."""
    intercepts: Weights
    """``[labels]``."""
    calibrations: tuple[Calibration, ...]
    """Per label."""
    thresholds: tuple[float, ...]
    """Per label: the probability from which it is given. For exclusive labels: what its share is divided by before
    the largest quotient is chosen."""
    hidden: Hidden | None = None
    """Hidden units over the same columns; None: the linear scores alone."""

    def scores(self, matrix: csr_matrix) -> Floats:
        """Raw scores ``[rows, labels]``."""
        product = np.asarray(matrix @ self.weights.T, dtype=np.float64)
        return together(product + self.intercepts, self.hidden, matrix)

    def weighed(self, columns: NDArray[np.int32], values: Weights, label: int) -> Weights:
        """What the value in each column of a row counts for a label; arguments as of ``Hidden.weighed``."""
        found: Weights = self.weights[label, columns]
        if self.hidden is not None:
            found = LINEAR_SHARE * found + self.hidden.weighed(columns, values, label)
        return found

    def probabilities(self, matrix: csr_matrix) -> Floats:
        """Calibrated probabilities ``[rows, labels]``."""
        return calibrated(self.scores(matrix), self.calibrations)


def together(linear: Floats, hidden: Hidden | None, matrix: csr_matrix) -> Floats:
    """Linear scores ``[rows, labels]`` and those of hidden units, if there are any, as one."""
    return linear if hidden is None else LINEAR_SHARE * linear + hidden.scores(matrix)


def calibrated(scores: Floats, calibrations: Sequence[Calibration]) -> Floats:
    """Scores ``[rows, labels]`` → probabilities."""
    slopes = np.array([calibration.slope for calibration in calibrations])
    offsets = np.array([calibration.offset for calibration in calibrations])
    return sigmoid(scores * slopes + offsets)


def shares(probabilities: Floats) -> Floats:
    """Rows scaled to sum to one: independent probabilities of exclusive classes made a distribution."""
    result: Floats = probabilities / np.maximum(probabilities.sum(axis=1, keepdims=True), 1e-9)
    return result
