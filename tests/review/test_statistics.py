"""Intervals, κ, α and the test of a change, against published figures and other programs."""

import random
import warnings
from itertools import pairwise
from statistics import fmean

import krippendorff
import numpy as np
import pytest
from hypothesis import assume
from hypothesis import given as over
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import cohen_kappa_score

from callqa.review import cohen_kappa, krippendorff_alpha, measure_change, rate_of, wilson
from callqa.review.intervals import difference_interval, mean_interval, t_quantile

POINTS = st.lists(st.sampled_from([0.0, 2.0, 5.0, 10.0]), min_size=2, max_size=40)


class TestWilson:
    @pytest.mark.parametrize(
        ("hits", "n", "low", "high"),
        # R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3
        [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ],
    )
    def test_published(self, hits: int, n: int, low: float, high: float) -> None:
        assert wilson(hits, n) == pytest.approx((low, high), abs=5e-5)

    @over(st.integers(1, 500), st.integers(0, 500))
    def test_holds_the_share_and_lies_within_0_and_1(self, n: int, hits: int) -> None:
        assume(hits <= n)
        found = rate_of(hits, n)
        assert found.low is not None
        assert found.high is not None
        assert found.rate is not None
        assert 0.0 <= found.low <= found.rate + 1e-12
        assert found.rate - 1e-12 <= found.high <= 1.0

    def test_nothing_counted(self) -> None:
        assert wilson(0, 0) is None
        assert rate_of(0, 0).rate is None

    def test_holds_the_truth_about_19_times_of_20(self) -> None:
        drawn = np.random.default_rng(7).binomial(60, 0.08, size=4000)
        within = [low <= 0.08 <= high for hits in drawn for low, high in [wilson(int(hits), 60) or (1, 0)]]
        assert fmean(within) == pytest.approx(0.95, abs=0.03)


class TestStudent:
    @pytest.mark.parametrize("freedom", [1, 2, 3, 4, 5, 8, 19, 100])
    @pytest.mark.parametrize("p", [0.9, 0.975, 0.995])
    def test_against_scipy(self, freedom: int, p: float) -> None:
        off = 2e-2 if p > 0.98 else 1e-2
        assert t_quantile(p, freedom) == pytest.approx(stats.t.ppf(p, freedom), rel=off)

    def test_intervals_against_scipy(self) -> None:
        rng = np.random.default_rng(3)
        one, other = rng.normal(0, 1, 12), rng.normal(0.5, 2, 17)
        theirs = stats.ttest_1samp(one, 0).confidence_interval()
        assert mean_interval(list(one)) == pytest.approx((theirs.low, theirs.high), abs=1e-3)
        both = stats.ttest_ind(other, one, equal_var=False).confidence_interval()
        assert difference_interval(list(one), list(other)) == pytest.approx((both.low, both.high), abs=1e-3)

    def test_too_few_or_all_alike(self) -> None:
        assert mean_interval([1.0]) is None
        assert difference_interval([1.0], [1.0, 2.0]) is None
        assert difference_interval([1.0, 1.0], [3.0, 3.0]) == (2.0, 2.0)


class TestKappa:
    def test_cohen_1960(self) -> None:
        """Table 1 of the paper: 100 cases, p₀ = .29, κ = −.092."""
        table = [[25, 13, 12], [12, 2, 16], [3, 15, 2]]
        pairs = [(i, j) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]
        assert len(pairs) == 100
        found = cohen_kappa([float(i) for i, _ in pairs], [float(j) for _, j in pairs])
        assert found == pytest.approx((0.29 - 0.35) / 0.65)

    @over(POINTS, st.integers(0, 2**32))
    def test_against_scikit_learn(self, first: list[float], seed: int) -> None:
        second = list(first)
        random.Random(seed).shuffle(second)
        second[: len(first) // 2] = first[: len(first) // 2]
        assume(len({*first, *second}) > 1)
        labels = sorted({*first, *second})
        named = [[labels.index(value) for value in row] for row in (first, second)]
        for ours, theirs in (("none", None), ("linear", "linear"), ("quadratic", "quadratic")):
            found = cohen_kappa(first, second, weights=ours)  # type: ignore[arg-type]
            if found is not None:
                assert found == pytest.approx(cohen_kappa_score(*named, weights=theirs), abs=1e-9)

    def test_nothing_to_say(self) -> None:
        assert cohen_kappa([], []) is None
        assert cohen_kappa([5.0, 5.0], [5.0, 5.0]) is None
        assert cohen_kappa([5.0, 0.0], [5.0, 0.0]) == 1.0
        with pytest.raises(ValueError, match="compared"):
            cohen_kappa([1.0], [1.0, 2.0])


NONE = None
EXAMPLE: list[list[float | None]] = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NONE, NONE, NONE],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NONE, 3],
    [NONE, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NONE],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NONE],
]
"""K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), sections D and E."""


class TestAlpha:
    @pytest.mark.parametrize(
        ("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
    )
    def test_published(self, level: str, alpha: float) -> None:
        found = krippendorff_alpha(EXAMPLE, level=level)  # type: ignore[arg-type]
        assert found == pytest.approx(alpha, abs=5e-4)

    @over(
        st.integers(2, 5),
        st.integers(2, 25),
        st.integers(0, 2**32),
        st.sampled_from(["nominal", "ordinal", "interval"]),
    )
    def test_against_the_package(self, raters: int, cases: int, seed: int, level: str) -> None:
        rng = np.random.default_rng(seed)
        table = rng.choice([0.0, 2.0, 5.0, 10.0], size=(raters, cases))
        table[rng.random(table.shape) < 0.3] = np.nan
        ours = krippendorff_alpha(
            [[None if np.isnan(value) else float(value) for value in row] for row in table],
            level=level,  # type: ignore[arg-type]
        )
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                theirs = krippendorff.alpha(reliability_data=table, level_of_measurement=level)
        except ValueError:
            # it refuses tables with fewer than two values in them
            assert ours is None
            return
        if ours is None:
            assert not np.isfinite(theirs) or theirs in (0.0, 1.0)
        else:
            assert ours == pytest.approx(theirs, abs=1e-9)

    def test_nothing_to_say(self) -> None:
        assert krippendorff_alpha([]) is None
        assert krippendorff_alpha([[1.0, None], [None, 2.0]]) is None
        assert krippendorff_alpha([[1.0, 1.0], [1.0, 1.0]]) is None
        with pytest.raises(ValueError, match="place"):
            krippendorff_alpha([[1.0], [1.0, 2.0]])


class TestChange:
    @pytest.mark.parametrize("seed", range(4))
    def test_exact_p_against_scipy(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        one, other = rng.normal(0, 1, 6), rng.normal(1.2, 1, 7)
        theirs = stats.permutation_test(
            (one, other),
            lambda a, b: np.mean(a) - np.mean(b),
            n_resamples=np.inf,
            permutation_type="independent",
        )
        found = measure_change(list(one), list(other), better="up", seed=1)
        # scipy doubles the smaller tail, we count both; they differ where the tails are not alike
        both = np.abs(theirs.null_distribution) >= abs(theirs.statistic) - 1e-12
        assert found.p_value == pytest.approx(float(both.mean()))

    def test_two_means_far_apart(self) -> None:
        found = measure_change([1, 2, 3, 2, 1] * 4, [7, 8, 9, 8, 7] * 4, better="up", seed=1)
        assert (found.verdict, found.difference) == ("improved", pytest.approx(6.0))
        assert found.p_value == pytest.approx(1 / 10_000)
        assert measure_change([7.0] * 9 + [8.0], [1.0] * 10, better="up", seed=1).verdict == "worse"
        assert measure_change([7.0] * 9 + [8.0], [1.0] * 10, better="down", seed=1).verdict == "improved"

    def test_too_few_calls_are_said_so(self) -> None:
        assert measure_change([1, 2, 3], [9, 8, 7], better="up", seed=1).verdict == "too_few"
        assert measure_change([1, 2, 3, 2], [9, 8, 7, 9], better="up", seed=1).verdict == "improved"
        empty = measure_change([], [1.0], better="up", seed=1)
        assert (empty.verdict, empty.p_value, empty.mean_before) == ("too_few", None, None)

    def test_no_change_at_all(self) -> None:
        same = measure_change([1.0] * 10, [1.0] * 10, better="up", seed=1)
        assert (same.p_value, same.verdict) == (1.0, "within_noise")

    @over(
        st.lists(st.integers(0, 10), min_size=4, max_size=8),
        st.lists(st.integers(0, 10), min_size=4, max_size=8),
    )
    def test_direction_only_turns_the_verdict(self, before: list[int], after: list[int]) -> None:
        up = measure_change([float(x) for x in before], [float(x) for x in after], better="up", seed=1)
        down = measure_change([float(x) for x in before], [float(x) for x in after], better="down", seed=1)
        assert up.p_value == down.p_value
        turned = {"improved": "worse", "worse": "improved"}
        assert down.verdict == turned.get(up.verdict, up.verdict)

    @pytest.mark.parametrize("values", ["normal", "yes or no"])
    def test_chance_is_called_a_change_at_most_1_time_in_20(self, values: str) -> None:
        rng = np.random.default_rng(11)
        called = 0
        for _ in range(400):
            both = rng.normal(0, 1, 24) if values == "normal" else (rng.random(24) < 0.3).astype(float)
            found = measure_change(list(both[:12]), list(both[12:]), better="up", seed=5)
            called += found.verdict in ("improved", "worse")
        # 400 × 5 % = 20; more than 33 has a chance below 0.3 %
        assert called <= 33

    def test_a_real_change_is_found(self) -> None:
        rng = np.random.default_rng(11)
        found = [
            measure_change(
                list(rng.normal(0, 1, 20)), list(rng.normal(1.2, 1, 20)), better="up", seed=5
            ).verdict
            for _ in range(60)
        ]
        assert found.count("improved") >= 50
        assert found.count("worse") == 0


def test_quantiles_grow() -> None:
    found = [t_quantile(0.975, freedom) for freedom in (40, 20, 10, 5, 3, 2, 1)]
    assert all(a < b for a, b in pairwise(found))
