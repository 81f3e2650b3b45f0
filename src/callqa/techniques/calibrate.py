"""Scores → probabilities that mean what they say, and the thresholds from which a tag is given."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


class Calibration(NamedTuple):
    """Platt scaling of one label: ``p = 1 / (1 + exp(-(slope·score + offset)))``."""

    slope: float
    """Never negative: a higher score never means less."""
    offset: float
    """Log-odds at score 0."""


def sigmoid(value: Floats) -> Floats:
    """1 / (1 + e^-x), safe for large values."""
    result: Floats = 1.0 / (1.0 + np.exp(-np.clip(value, -30.0, 30.0)))
    return result


def fit_calibration(scores: Floats, truth: Booleans) -> Calibration:
    """Fit Platt's two numbers by Newton's method with his smoothed targets.

    Args:
        scores: ``[n]`` scores of rows that the scoring model was not trained on.
        truth: ``[n]`` whether the label is there.

    Returns:
        The calibration; with one class missing, a flat one at the smoothed rate.
    """
    positives, negatives = int(truth.sum()), int((~truth).sum())
    high, low = (positives + 1.0) / (positives + 2.0), 1.0 / (negatives + 2.0)
    if not positives or not negatives:
        rate = (positives + 1.0) / (positives + negatives + 2.0)
        return Calibration(0.0, float(np.log(rate / (1.0 - rate))))
    target = np.where(truth, high, low)
    design = np.column_stack([scores, np.ones_like(scores)])
    weights = np.array([0.0, float(np.log((positives + 1.0) / (negatives + 1.0)))])
    for _ in range(60):
        probability = sigmoid(design @ weights)
        gradient = design.T @ (probability - target)
        curvature = (design * (probability * (1 - probability) + 1e-9)[:, None]).T @ design
        step = np.linalg.solve(curvature + 1e-6 * np.eye(2), gradient)
        size = float(np.abs(step).max())
        weights -= step * min(1.0, 5.0 / max(size, 1e-12))
        if size < 1e-7:
            break
    return Calibration(float(max(0.0, weights[0])), float(weights[1]))


def best_threshold(
    probability: Floats, truth: Booleans, *, floor: float = 0.2, ceiling: float = 0.8
) -> float:
    """The threshold of highest F1, smoothed: the mean of all thresholds within half a point of the best.

    Args:
        probability: ``[n]`` calibrated, of rows not trained on.
        truth: ``[n]``.
        floor: Lowest threshold allowed, so that no tag is given on a guess.
        ceiling: Highest threshold allowed.

    Returns:
        A threshold in ``[floor, ceiling]``; 0.5 where the label never occurs.
    """
    if not truth.any():
        return 0.5
    candidates = np.linspace(floor, ceiling, 61)
    values = np.array([f1(truth, probability >= candidate) for candidate in candidates])
    return float(candidates[values >= values.max() - 0.005].mean())


def f1(truth: Booleans, guess: Booleans) -> float:
    """Harmonic mean of precision and recall; 0 where nothing was right."""
    hit = float((truth & guess).sum())
    total = float(truth.sum() + guess.sum())
    return 2.0 * hit / total if total else 0.0


def calibration_error(probability: Floats, truth: Booleans, *, bins: int = 10) -> float:
    """Expected calibration error: mean gap of stated and observed rate over equal-width bins, by bin size."""
    if not len(probability):
        return 0.0
    index = np.minimum((probability * bins).astype(int), bins - 1)
    error = 0.0
    for number in range(bins):
        inside = index == number
        if inside.any():
            error += inside.mean() * abs(float(probability[inside].mean()) - float(truth[inside].mean()))
    return float(error)


def calibrate_all(scores: Floats, truth: Booleans) -> tuple[Sequence[Calibration], list[float]]:
    """Calibration and threshold of every column of ``[n, labels]`` out-of-fold scores."""
    fits = [fit_calibration(scores[:, label], truth[:, label]) for label in range(scores.shape[1])]
    thresholds = [
        best_threshold(sigmoid(fit.slope * scores[:, label] + fit.offset), truth[:, label])
        for label, fit in enumerate(fits)
    ]
    return fits, thresholds


_STEPS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.4, 1.6)


def best_divisors(shares: Floats, truth: Booleans, *, rounds: int = 4) -> list[float]:
    """What to divide the shares of exclusive classes by, so that the largest quotient gives the best macro-F1.

    The likeliest class is the best guess for accuracy, not for macro-F1: rare classes would be given too seldom.
    Coordinate ascent from all ones, a few rounds of coarse steps, deterministic.

    Args:
        shares: ``[n, classes]`` summing to one, of rows not trained on.
        truth: ``[n, classes]``, one true class per row.
        rounds: Passes over the classes.

    Returns:
        One divisor per class.
    """
    divisors = np.ones(shares.shape[1])
    for _ in range(rounds):
        for column in range(len(divisors)):
            tried = []
            for step in _STEPS:
                candidate = divisors.copy()
                candidate[column] *= step
                tried.append((macro_f1(truth, choose(shares, candidate)), -abs(step - 1.0), step))
            divisors[column] *= max(tried)[2]
    return [float(divisor) for divisor in divisors / divisors.max()]


def choose(shares: Floats, divisors: Floats | Sequence[float]) -> NDArray[np.int64]:
    """The class of the largest quotient, ``[n]``."""
    chosen: NDArray[np.int64] = (shares / np.asarray(divisors)).argmax(axis=1)
    return chosen


def macro_f1(truth: Booleans, chosen: NDArray[np.int64]) -> float:
    """Mean F1 over the classes of ``truth`` that occur."""
    given = np.eye(truth.shape[1], dtype=bool)[chosen]
    occurs = np.flatnonzero(truth.any(axis=0)).tolist()
    return float(np.mean([f1(truth[:, column], given[:, column]) for column in occurs])) if occurs else 0.0
