"""How far raters agree beyond chance: Cohen's κ for two, Krippendorff's α for any number with gaps."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Level = Literal["nominal", "ordinal", "interval"]
"""What the values mean: names, ranks, or numbers."""
Weights = Literal["none", "linear", "quadratic"]
"""How a difference counts: any alike, by distance of ranks, or by its square."""


def cohen_kappa(
    first: Sequence[float], second: Sequence[float], *, weights: Weights = "none"
) -> float | None:
    """Cohen's κ of two raters over the same cases: ``1 − Σ w·observed ÷ Σ w·expected``.

    Sources: J. Cohen, Educational and Psychological Measurement 20 (1960); weighted: Psychological Bulletin 70
    (1968).

    Args:
        first: One rater's values.
        second: The other's, case by case.
        weights: With weights, the values that occur are taken as equally spaced ranks in rising order.

    Returns:
        At most 1; 0 where they agree as often as by chance; None without cases, or where both gave one and the same
        value throughout, so that nothing can be said about chance.

    Raises:
        ValueError: Different numbers of cases.
    """
    if len(first) != len(second):
        raise ValueError(f"{len(first)} and {len(second)} cases cannot be compared")
    if not first:
        return None
    values, places = np.unique(np.array([*first, *second], dtype=float), return_inverse=True)
    size, half = len(values), len(first)
    observed = np.zeros((size, size))
    np.add.at(observed, (places[:half], places[half:]), 1.0 / half)
    ranks = np.arange(size, dtype=float)
    apart = np.abs(ranks[:, None] - ranks[None, :])
    cost = {"none": (apart > 0).astype(float), "linear": apart, "quadratic": apart**2}[weights]
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0))
    by_chance = float((cost * expected).sum())
    if by_chance <= 0.0:
        return None
    return float(1.0 - (cost * observed).sum() / by_chance)


def krippendorff_alpha(
    ratings: Sequence[Sequence[float | None]], *, level: Level = "interval"
) -> float | None:
    """Krippendorff's α: ``1 − observed ÷ expected disagreement``.

    Source: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011): coincidence matrix, cases with one
    value left out.

    Args:
        ratings: One row per rater, one column per case; None where a rater did not rate a case.
        level: How values are compared.

    Returns:
        At most 1; None where no case has two values, or where only one value was ever given.

    Raises:
        ValueError: Rows of different length.
    """
    if len({len(row) for row in ratings}) > 1:
        raise ValueError("every rater needs a place for every case")
    table = np.array([[np.nan if value is None else value for value in row] for row in ratings], dtype=float)
    if table.size == 0:
        return None
    values = np.unique(table[~np.isnan(table)])
    coincidences = np.zeros((len(values), len(values)))
    for case in table.T:
        known = np.searchsorted(values, case[~np.isnan(case)])
        if len(known) < 2:
            continue
        counts = np.bincount(known, minlength=len(values)).astype(float)
        coincidences += (np.outer(counts, counts) - np.diag(counts)) / (len(known) - 1)
    totals = coincidences.sum(axis=1)
    whole = float(totals.sum())
    if whole <= 1.0:
        return None
    cost = _distances(values, totals, level)
    expected = float((cost * np.outer(totals, totals)).sum()) / (whole - 1.0)
    if expected <= 0.0:
        return None
    observed = float((cost * coincidences).sum())
    return 1.0 - observed / expected


def _distances(values: NDArray[np.float64], totals: NDArray[np.float64], level: Level) -> NDArray[np.float64]:
    """Squared distance of every pair of values."""
    if level == "nominal":
        return np.asarray(values[:, None] != values[None, :], dtype=np.float64)
    if level == "interval":
        return np.asarray((values[:, None] - values[None, :]) ** 2, dtype=np.float64)
    # ordinal: how many ratings lie between, those of the two ends counting half
    middle = np.cumsum(totals) - totals / 2.0
    return np.asarray((middle[:, None] - middle[None, :]) ** 2, dtype=np.float64)
