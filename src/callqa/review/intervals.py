"""Shares and means with their intervals: what is counted is told with how far it can be trusted."""

from collections.abc import Sequence
from math import pi, sqrt, tan
from statistics import NormalDist, fmean, variance

from callqa.domain import Noun

Z95 = 1.959963984540054
"""97.5 % point of the normal distribution: two-sided 95 %."""


class Rate(Noun):
    """How often, of how many."""

    n: float
    """Cases looked at; an effective number where they weigh differently."""
    hits: float
    """Cases that count."""
    rate: float | None
    """``hits ÷ n``; None out of nothing."""
    low: float | None
    """Lower end of the 95 % interval; None out of nothing."""
    high: float | None
    """Upper end."""


def wilson(hits: float, n: float, *, z: float = Z95) -> tuple[float, float] | None:
    """Wilson score interval of a share; None out of nothing.

    ``(p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) ÷ (1 + z²/n)``.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
    It keeps close to 95 % for small numbers and for shares near 0, where the usual ± formula does not.
    """
    if n <= 0:
        return None
    share = hits / n
    centre = share + z * z / (2 * n)
    reach = z * sqrt(max(0.0, share * (1 - share)) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, (centre - reach) / scale), min(1.0, (centre + reach) / scale)


def rate_of(hits: float, n: float) -> Rate:
    """A share with its Wilson interval at 95 %."""
    found = wilson(hits, n)
    if found is None:
        return Rate(n=n, hits=hits, rate=None, low=None, high=None)
    return Rate(n=n, hits=hits, rate=hits / n, low=found[0], high=found[1])


def t_quantile(p: float, freedom: float) -> float:
    """Quantile of Student's t.

    Exact for one and two degrees of freedom; for more a Cornish–Fisher expansion (Abramowitz and Stegun 26.7.5),
    off by less than 1 % from three degrees on, by less than 0.1 % from five.

    Args:
        p: Probability, 0 < p < 1.
        freedom: Degrees of freedom, ≥ 1; fractions below 3 are rounded down, which widens the interval.
    """
    if freedom < 2:
        return tan(pi * (p - 0.5))
    if freedom < 3:
        return (2 * p - 1) / sqrt(2 * p * (1 - p))
    z = NormalDist().inv_cdf(p)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, 1))


def mean_interval(values: Sequence[float]) -> tuple[float, float] | None:
    """Student's 95 % interval of a mean; None with fewer than two values."""
    if len(values) < 2:
        return None
    centre = fmean(values)
    reach = t_quantile(0.975, len(values) - 1) * sqrt(variance(values) / len(values))
    return centre - reach, centre + reach


def difference_interval(before: Sequence[float], after: Sequence[float]) -> tuple[float, float] | None:
    """Welch's 95 % interval of ``mean(after) − mean(before)``; None where a side has fewer than two values.

    Source: B. L. Welch, "The generalization of Student's problem…", Biometrika 34 (1947); degrees of freedom after
    Satterthwaite.
    """
    if len(before) < 2 or len(after) < 2:
        return None
    centre = fmean(after) - fmean(before)
    first, second = variance(before) / len(before), variance(after) / len(after)
    both = first + second
    if both <= 0.0:
        return centre, centre
    parts = first**2 / (len(before) - 1) + second**2 / (len(after) - 1)
    # squares of very small variances vanish; the fewer degrees then give the wider interval
    freedom = both**2 / parts if parts > 0.0 else min(len(before), len(after)) - 1
    reach = t_quantile(0.975, freedom) * sqrt(both)
    return centre - reach, centre + reach
