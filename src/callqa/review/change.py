"""Did coaching change anything? N calls after against N before, and whether the difference exceeds noise."""

from collections.abc import Sequence
from itertools import combinations
from math import comb
from statistics import fmean
from typing import Literal

import numpy as np

from callqa.domain import Change
from callqa.review.intervals import difference_interval

LEVEL = 0.05
"""A change counts where chance alone would give one as great less often than this."""
_EXACT = 20_000
"""Up to this many ways to divide the calls, all are tried."""
_TRIALS = 9_999


def measure_change(
    before: Sequence[float], after: Sequence[float], *, better: Literal["up", "down"], seed: int
) -> Change:
    """Compare two sets of calls.

    ``p``: the share of all ways to divide the calls into two such sets whose means differ at least as much (two-sided
    permutation test; E. J. G. Pitman, 1937). With more than 20,000 ways, 9,999 random ones, and
    ``(1 + as great) ÷ (1 + tried)`` (Phipson and Smyth, 2010), which is never 0. The interval is Welch's.

    Args:
        before: One value per call, the N before.
        after: One value per call, the N after.
        better: Which way is better.
        seed: Of the random ways; the same calls and seed give the same p.

    Returns:
        ``too_few`` where even the most extreme division would not be rare enough to count.
    """
    n, m = len(before), len(after)
    mean_before = fmean(before) if before else None
    mean_after = fmean(after) if after else None
    difference = mean_after - mean_before if mean_before is not None and mean_after is not None else None
    interval = difference_interval(before, after)
    p = None
    if n and m and difference is not None and _rarest(n, m) <= LEVEL:
        p = _p_value(np.array(before, dtype=float), np.array(after, dtype=float), seed)
    return Change(
        before=n,
        after=m,
        mean_before=mean_before,
        mean_after=mean_after,
        difference=difference,
        low=interval[0] if interval else None,
        high=interval[1] if interval else None,
        p_value=p,
        verdict=_verdict(p, difference, better),
    )


def _rarest(n: int, m: int) -> float:
    """The smallest p that a test of n against m calls can give."""
    return (2.0 if n == m else 1.0) / comb(n + m, n)


def _p_value(
    before: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    after: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    seed: int,
) -> float:
    whole = np.concatenate([before, after])
    size, n = len(whole), len(before)
    seen = abs(float(after.mean() - before.mean()))
    total = float(whole.sum())
    # sums that are equal on paper differ in the last bits
    limit = seen - 1e-9 * max(1.0, float(np.abs(whole).max()))

    def apart(first: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> int:
        gaps = np.abs((total - first) / (size - n) - first / n)
        return int((gaps >= limit).sum())

    ways = comb(size, n)
    if ways <= _EXACT:
        picks = np.array(list(combinations(range(size), n)), dtype=np.intp)
        return apart(whole[picks].sum(axis=1)) / ways
    random = np.random.default_rng(seed)
    order = random.random((_TRIALS, size)).argsort(axis=1)[:, :n]
    return (1 + apart(whole[order].sum(axis=1))) / (1 + _TRIALS)


def _verdict(
    p: float | None, difference: float | None, better: Literal["up", "down"]
) -> Literal["improved", "worse", "within_noise", "too_few"]:
    if p is None or difference is None:
        return "too_few"
    if p > LEVEL or difference == 0:
        return "within_noise"
    return "improved" if (difference > 0) == (better == "up") else "worse"
