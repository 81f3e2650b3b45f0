"""Figures of agents: intervals, places, boards. The interval of a mean is checked against the one of the review room."""

import random

import pytest

from callqa.domain import Confirm, Correct, Subject, Verdict
from callqa.insights.figures import (
    ENOUGH,
    Board,
    Standing,
    Tally,
    difference_of,
    mean_of,
    period_of,
    places,
    together,
    trend_of,
)
from callqa.insights.occurrences import (
    Checked,
    Occurrence,
    Reviewed,
    differs,
    put_right,
    techniques_put_right,
)
from callqa.review import rate_of
from callqa.review.intervals import difference_interval, mean_interval
from tests import fakes


def tally(*totals: float) -> Tally:
    return Tally(
        calls=len(totals),
        scored=len(totals),
        points=sum(totals),
        squares=sum(one * one for one in totals),
    )


def drawn(mean: float, n: int, *, seed: int, spread: float = 6.0) -> tuple[float, ...]:
    dice = random.Random(seed)
    return tuple(min(100.0, max(0.0, dice.gauss(mean, spread))) for _ in range(n))


def test_a_mean_from_sums_has_the_interval_of_the_values() -> None:
    values = drawn(80.0, 25, seed=1)
    expected = mean_interval(values)
    found = mean_of(tally(*values))
    assert expected is not None
    assert (found.low, found.high) == (pytest.approx(expected[0]), pytest.approx(expected[1]))
    assert found.n == 25


def test_a_mean_of_few_says_so() -> None:
    assert mean_of(Tally(calls=3)).mean is None
    one = mean_of(tally(80.0))
    assert (one.mean, one.low, one.high) == (80.0, None, None)
    assert mean_of(tally(100.0, 100.0, 60.0)).high == 100.0


def test_calls_without_a_total_count_as_calls_only() -> None:
    both = tally(80.0, 90.0) + Tally(calls=3, fatal=1)
    assert (both.calls, both.scored, both.mean, both.fatal) == (5, 2, 85.0, 1)


def test_a_difference_from_sums_is_that_of_the_values() -> None:
    before, after = drawn(75.0, 18, seed=2), drawn(82.0, 30, seed=3, spread=9.0)
    expected = difference_interval(before, after)
    found = difference_of(tally(*after), tally(*before))
    assert expected is not None
    assert found is not None
    assert found[1:] == (pytest.approx(expected[0]), pytest.approx(expected[1]))


def test_the_board_names_who_is_apart_and_nobody_with_few_calls() -> None:
    tallies = {f"a{n}": tally(*drawn(80.0, 40, seed=10 + n)) for n in range(8)}
    tallies["star"] = tally(*drawn(92.0, 40, seed=30))
    tallies["weak"] = tally(*drawn(66.0, 40, seed=31))
    tallies["new"] = tally(*(100.0,) * (ENOUGH - 1))
    placed = places(tallies)
    assert placed["star"].board is Board.good
    assert placed["weak"].board is Board.poor
    assert placed["new"].board is Board.too_few
    assert placed["new"].best is None
    assert {placed[f"a{n}"].board for n in range(8)} == {Board.middle}
    assert (placed["star"].best, placed["star"].worst) == (1, 1)
    assert (placed["weak"].best, placed["weak"].worst) == (10, 10)
    middle = placed["a0"]
    assert middle.best is not None
    assert middle.worst is not None
    assert middle.worst - middle.best >= 3, "alike agents share their places"


def test_a_board_of_people_who_are_alike_is_nearly_always_empty() -> None:
    named = 0
    for board in range(200):
        tallies = {str(n): tally(*drawn(80.0, 30, seed=board * 100 + n)) for n in range(12)}
        named += any(one.board in (Board.good, Board.poor) for one in places(tallies).values())
    assert named <= 20, "five in a hundred are expected, ten is far beyond"


def test_periods_and_trend() -> None:
    assert period_of("2026-11-20", "day") == ("2026-11-20", "2026-11-20")
    assert period_of("2026-11-20", "week") == ("2026-11-16", "2026-11-22")
    assert period_of("2026-12-31", "month") == ("2026-12-01", "2026-12-31")
    found = trend_of(
        [
            Standing("a1", "/hq/", "2026-11-16", tally(80.0)),
            Standing("a2", "/hq/", "2026-11-22", tally(90.0)),
            Standing("a2", "/hq/", "2026-11-23", tally(70.0)),
            Standing("a2", "/hq/", None, tally(10.0)),
        ],
        "week",
    )
    assert [(first, one.mean) for first, _, one in found] == [("2026-11-16", 85.0), ("2026-11-23", 70.0)]
    assert together(one for _, _, one in found).calls == 3


def spoken(*events: object, verdicts: dict[str, str], tags: tuple[tuple[str, int], ...] = ()) -> Reviewed:
    card = fakes.scorecard()
    return Reviewed("a1", "/hq/", verdicts, tags, "card", card, events)  # type: ignore[arg-type]


def said(kind: type[Correct] | type[Confirm], **given: object) -> object:
    common = {"id": "e1", "call_id": "C0001", "scorecard": "card", "author": "insp1", "at": fakes.AT}
    return kind.model_validate({**common, **given})


def test_a_corrected_step_counts_as_people_say() -> None:
    found = [Occurrence("a1", "/hq/", "greet", "broken", 3), Occurrence("a1", "/hq/", "greet", "met", 7)]
    event = said(Correct, subject=Subject.step, target="greet", verdict=Verdict.met)
    after = put_right(found, [spoken(event, verdicts={"greet": "broken"})], "step")
    cell = Checked()
    for one in after:
        cell.add(one)
    assert (cell.met, cell.broken) == (8, 2)
    assert cell.rate("step").rate == 0.8
    assert cell.rate("rule").rate == 0.2
    # what did not apply stays out of the count, and the other kind is left alone
    assert put_right(found, [spoken(event, verdicts={})], "step") == found
    assert put_right(found, [spoken(event, verdicts={"greet": "broken"})], "rule") == found


def test_what_could_not_be_heard_is_in_neither_count() -> None:
    cell = Checked()
    for verdict, calls in (("met", 6), ("broken", 2), ("unsure", 5)):
        cell.add(Occurrence("a1", "/hq/", "greet", verdict, calls))
    assert (cell.rate("step").n, cell.rate("step").rate, cell.unsure) == (8, 0.75, 5)


def test_a_corrected_technique_leaves_call_and_family() -> None:
    families = {"促单": ("closing", "urgency"), "营销": ("rapport",)}
    reading = (("closing", 4), ("closing", 9), ("urgency", 9))
    away = said(Correct, subject="technique", target="closing", turn=4, present=False)
    call = spoken(away, verdicts={}, tags=reading)
    labels = [Occurrence("a1", "/hq/", "closing", "", 1, 2), Occurrence("a1", "/hq/", "urgency", "", 1, 1)]
    once = {one.id: (one.calls, one.times) for one in techniques_put_right(labels, [call])}
    assert once == {"closing": (1, 1), "urgency": (1, 1)}
    both = (away, said(Correct, id="e2", subject="technique", target="closing", turn=9, present=False))
    found = techniques_put_right(labels, [spoken(*both, verdicts={}, tags=reading)])
    assert {one.id for one in found} == {"urgency"}
    grouped = [Occurrence("a1", "/hq/", "促单", "", 1, 3)]
    after = techniques_put_right(grouped, [spoken(*both, verdicts={}, tags=reading)], families=families)
    assert [(one.id, one.calls, one.times) for one in after] == [("促单", 1, 1)]


def test_a_difference_is_only_told_where_intervals_part() -> None:
    assert differs(rate_of(45, 50), rate_of(20, 50))
    assert not differs(rate_of(9, 10), rate_of(6, 10))
    assert not differs(rate_of(0, 0), rate_of(6, 10))
