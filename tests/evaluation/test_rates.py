"""Counts, rates and intervals against worked examples."""

import pytest

from callqa.evaluation import Errors, Hits, compare, decided, macro, wilson


def test_wilson_matches_the_published_example() -> None:
    """Newcombe 1998, table I, method 3: 81/263 → 0.2553…0.3662; 0/20 → 0…0.1611."""
    low, high = wilson(81, 263) or (0, 0)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    low, high = wilson(0, 20) or (1, 1)
    assert (round(low, 4), round(high, 4)) == (0.0, 0.1611)
    assert wilson(0, 0) is None


def test_rates_of_nothing_are_none_not_zero() -> None:
    assert Errors().rate is None
    assert Hits().precision is None
    assert Hits().recall is None
    assert Hits().f1 is None
    assert macro({"a": Hits(true_negative=3)}) is None


def test_hits_add_up() -> None:
    total = (
        decided(found=True, there=True) + decided(found=True, there=False) + decided(found=False, there=True)
    )
    assert (total.precision, total.recall, total.f1) == (0.5, 0.5, 0.5)


def test_character_errors_and_times() -> None:
    said = [(c, i * 100, i * 100 + 90) for i, c in enumerate("一千二百八")]
    heard = [("一", 10, 90), ("千", 130, 190), ("两", 200, 290), ("百", 300, 390)]
    score = compare(said, heard)
    assert score.errors == Errors(reference=5, substituted=1, deleted=1, inserted=0)
    assert score.errors.rate == pytest.approx(0.4)
    assert score.start_errors == (10, 30, 0)
    assert score.within(10) == pytest.approx(2 / 3)
