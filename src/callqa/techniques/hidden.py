"""A layer of hidden units over the same sparse rows: what features mean together, which a linear head cannot add up.

Trained by AdaGrad, whose step for a feature shrinks with how often it was seen: right for rows where a few words
are in every turn and most in a handful. More than half of a row's features, and half of the units, are left out at
random in every step, so that no unit rests on one author's favourite word.

Duchi, Hazan, Singer 2011 (AdaGrad); Srivastava et al. 2014 (dropout); Galke, Scherp 2022 (wide layers over bags
of words against heavier text classifiers).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from callqa.techniques.calibrate import Booleans, Floats, sigmoid

Weights = NDArray[np.float32]
_FIRST_SQUARES = 1e-6
_FIRST_WEIGHT = 0.05
_RARE_LABEL = -3.0


class Wiring(NamedTuple):
    """How a layer is trained."""

    units: int = 64
    """Hidden units; the model's file grows with them."""
    passes: int = 6
    """How often every row is looked at."""
    batch: int = 64
    """Rows a step."""
    rate: float = 0.1
    """Length of the first steps; it falls to nothing."""
    features_left_out: float = 0.6
    """Share of a row's features that a step does without."""
    units_left_out: float = 0.5
    """Share of the units that a step does without."""
    at_least: int = 20
    """Rows, noisy copies included, that a feature must occur in; the rest weighs nothing here."""


class Hidden(NamedTuple):
    """Features → units → labels."""

    weights: Weights
    """``[columns, units]``."""
    offsets: Weights
    """``[units]``."""
    out: Weights
    """``[units, labels]``."""
    out_offsets: Weights
    """``[labels]``."""

    def scores(self, matrix: csr_matrix) -> Floats:
        """Log-odds ``[rows, labels]``."""
        units = np.maximum(np.asarray(matrix @ self.weights) + self.offsets, 0.0)
        found: Floats = np.asarray(units @ self.out + self.out_offsets, dtype=np.float64)
        return found

    def weighed(self, columns: NDArray[np.int32], values: Weights, label: int) -> Weights:
        """What the value in each column of a row counts for a label: exact, for a unit is either on or off.

        Args:
            columns: Columns of the row that hold something.
            values: What they hold.
            label: Number of the label.

        Returns:
            ``[columns of the row]``.
        """
        weights = self.weights[columns]
        on = values @ weights + self.offsets > 0.0
        found: Weights = weights @ np.where(on, self.out[:, label], np.float32(0.0))
        return found


def train_hidden(matrix: csr_matrix, truth: Booleans, *, wiring: Wiring, seed: int) -> Hidden:
    """Learn a layer.

    Args:
        matrix: ``[rows, columns]``.
        truth: ``[rows, labels]``.
        wiring: Settings.
        seed: Of first weights, order and what is left out.
    """
    draw = np.random.default_rng(seed)
    columns, labels = matrix.shape[1], truth.shape[1]
    layer = Hidden(
        draw.normal(0.0, _FIRST_WEIGHT, (columns, wiring.units)).astype(np.float32),
        np.zeros(wiring.units, np.float32),
        draw.normal(0.0, wiring.units**-0.5, (wiring.units, labels)).astype(np.float32),
        np.full(labels, _RARE_LABEL, np.float32),
    )
    layer.weights[np.bincount(matrix.indices, minlength=columns) < wiring.at_least] = 0.0
    known = np.abs(layer.weights).max(axis=1) > 0.0
    squares = Hidden(*(np.full_like(part, _FIRST_SQUARES) for part in layer))
    wanted = truth.astype(np.float32)
    order = np.concatenate([draw.permutation(matrix.shape[0]) for _ in range(wiring.passes)])
    for start in range(0, len(order), wiring.batch):
        some = order[start : start + wiring.batch]
        rate = wiring.rate * (1.0 - start / len(order))
        _step(layer, squares, matrix[some], wanted[some], known=known, wiring=wiring, rate=rate, draw=draw)
    return layer


def _step(
    layer: Hidden,
    squares: Hidden,
    rows: csr_matrix,
    wanted: Weights,
    *,
    known: NDArray[np.bool_],
    wiring: Wiring,
    rate: float,
    draw: np.random.Generator,
) -> None:
    """One step down the cross-entropy of some rows; changes ``layer`` and ``squares``."""
    kept = (draw.random(rows.nnz, dtype=np.float32) >= wiring.features_left_out) & known[rows.indices]
    used, place = np.unique(rows.indices, return_inverse=True)
    values = rows.data * kept / np.float32(1.0 - wiring.features_left_out)
    seen = csr_matrix((values, place.astype(np.int32), rows.indptr), shape=(rows.shape[0], len(used)))
    drive = seen @ layer.weights[used] + layer.offsets
    awake = (draw.random(drive.shape, dtype=np.float32) >= wiring.units_left_out) / np.float32(
        1.0 - wiring.units_left_out
    )
    units = np.maximum(drive, 0.0) * awake
    error = ((sigmoid(units @ layer.out + layer.out_offsets) - wanted) / len(wanted)).astype(np.float32)
    back = (error @ layer.out.T) * awake * (drive > 0.0)
    weights, grown = layer.weights[used], squares.weights[used]
    _descend(weights, grown, seen.T @ back, rate)
    layer.weights[used], squares.weights[used] = weights, grown
    _descend(layer.offsets, squares.offsets, back.sum(axis=0), rate)
    _descend(layer.out, squares.out, units.T @ error, rate)
    _descend(layer.out_offsets, squares.out_offsets, error.sum(axis=0), rate)


def _descend(part: Weights, squares: Weights, slope: Weights, rate: float) -> None:
    """AdaGrad's step, in place."""
    squares += slope * slope
    part -= np.float32(rate) * slope / np.sqrt(squares)
