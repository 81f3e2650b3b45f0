"""Old and new results compared: pure arithmetic over what was judged."""

from datetime import UTC, datetime

import pytest

from callqa.domain import (
    Appeal,
    Confirm,
    Edit,
    LineStatus,
    Ref,
    ReviewEvent,
    Ruling,
    ScoreLine,
    Verdict,
)
from callqa.evaluation import wilson
from callqa.insights.backtest import (
    Key,
    Label,
    Sighting,
    Sketch,
    compare,
    labels_of_reviews,
    labels_of_truth,
    sketch,
)
from callqa.insights.backtest_sheets import backtest_sheets
from tests import fakes

RULE: Key = ("rule", "absolute_claim")
AT = datetime(2026, 11, 22, tzinfo=UTC)


def seen(verdict: Verdict, *, hits: int = 0, missing: bool = False) -> Sighting:
    hits = hits or int(verdict is Verdict.broken)
    return Sighting(title="绝对化用语", verdict=verdict, missing=missing, hits=hits, quote="百分之百")


def judged(call_id: str, total: float | None, verdict: Verdict, *, waiting: int = 0, hits: int = 0) -> Sketch:
    return Sketch(
        call_id=call_id,
        agent="王小燕",
        sightings={RULE: seen(verdict, hits=hits)},
        total=total,
        grade="合格" if total is not None and total >= 75 else "辅导",
        fatal=False,
        needs_human=waiting,
    )


def by_id(*sketches: Sketch) -> dict[str, Sketch]:
    return {one.call_id: one for one in sketches}


OLD = by_id(
    judged("A", 90.0, Verdict.met),
    judged("B", 80.0, Verdict.broken, hits=2),
    judged("C", 85.0, Verdict.unsure, waiting=3),
    judged("D", None, Verdict.not_applicable),
    judged("only old", 10.0, Verdict.broken),
)
NEW = by_id(
    judged("A", 60.0, Verdict.broken, hits=3),
    judged("B", 88.0, Verdict.met),
    judged("C", 85.0, Verdict.unsure, waiting=5),
    judged("D", None, Verdict.not_applicable),
    judged("only new", 10.0, Verdict.broken),
)


def test_only_calls_that_both_judged_are_counted() -> None:
    test = compare(OLD, NEW, minutes_per_line=2.0)
    assert test.calls == 4
    (row,) = test.rows
    assert row.old is not None
    assert row.new is not None
    assert (row.old.judged, row.old.broken, row.old.hits, row.old.unsure) == (3, 1, 2, 1)
    assert (row.new.judged, row.new.broken, row.new.hits, row.new.unsure) == (3, 1, 3, 1)
    assert (row.now_broken, row.now_cleared) == (1, 1)
    assert test.old_mean == pytest.approx(85.0)
    assert test.new_mean == pytest.approx((60 + 88 + 85) / 3)
    assert sorted(test.grades) == [("合格", 3, 2), ("辅导", 1, 2)]


def test_the_greatest_loss_comes_first_and_calls_that_stay_are_left_out() -> None:
    flips = compare(OLD, NEW, minutes_per_line=2.0).flips
    assert [(flip.call_id, flip.delta) for flip in flips] == [("A", -30.0), ("B", 8.0)]
    assert flips[0].changes == ("绝对化用语：没有违反 → 违反（“百分之百”）",)
    assert (flips[0].old_grade, flips[0].new_grade) == ("合格", "辅导")


def test_reviewers_minutes() -> None:
    work = compare(OLD, NEW, minutes_per_line=2.5).work
    assert (work.old_lines, work.new_lines) == (3, 5)
    assert (work.old_minutes, work.new_minutes) == (7.5, 12.5)


def test_nothing_differs_from_itself() -> None:
    test = compare(OLD, OLD, minutes_per_line=2.0)
    assert test.flips == ()
    assert [row.moved for row in test.rows] == [0]
    assert compare({}, {}, minutes_per_line=2.0).old_mean is None


def test_precision_and_recall_with_wilson_intervals_where_there_are_labels() -> None:
    labels = {
        "A": {RULE: Label(broken=True)},
        "B": {RULE: Label(broken=True)},
        "C": {RULE: Label(broken=True)},
        "D": {RULE: Label(broken=False)},
        "not scored": {RULE: Label(broken=True)},
    }
    test = compare(OLD, NEW, minutes_per_line=2.0, labels=labels)
    (row,) = test.rows
    assert test.labelled == 4
    assert row.new is not None
    # A is found, B is missed, C is unsure and counts nowhere
    assert (row.new.precision.hits, row.new.precision.of) == (1, 1)
    assert (row.new.recall.hits, row.new.recall.of) == (1, 2)
    assert row.new.recall.interval == wilson(1, 2)
    assert row.new.accuracy.unsure == 1


def test_a_step_label_speaks_about_leaving_out_only() -> None:
    key: Key = ("step", "greet")
    late = seen(Verdict.broken)
    one = judged("A", 90.0, Verdict.met).replace(sightings={key: late})
    labels = {"A": labels_of_truth({"greet": True}, [], [])}
    (row,) = compare(by_id(one), by_id(one), minutes_per_line=2.0, labels=labels).rows
    assert row.new is not None
    assert row.new.precision.of == 0
    gone = one.replace(sightings={key: seen(Verdict.broken, missing=True)})
    (row,) = compare(by_id(gone), by_id(gone), minutes_per_line=2.0, labels=labels).rows
    assert row.new is not None
    assert (row.new.precision.hits, row.new.precision.of) == (0, 1)


def test_rules_that_are_new_and_unbroken_flip_no_call() -> None:
    quiet = judged("A", 90.0, Verdict.met)
    more = quiet.replace(sightings={**quiet.sightings, ("rule", "fresh"): seen(Verdict.met)})
    test = compare(by_id(quiet), by_id(more), minutes_per_line=2.0)
    assert test.flips == ()
    fresh = next(row for row in test.rows if row.id == "fresh")
    assert fresh.old is None
    assert fresh.new is not None


def test_a_sketch_of_a_result() -> None:
    one = sketch(fakes.processed(masked=True))
    assert one.sightings[RULE].verdict is Verdict.broken
    assert one.sightings[RULE].quote == "绝对没有副作用"
    assert one.sightings["step", "confirm_phone"].missing
    assert (one.total, one.needs_human) == (82.5, 1)


def event(kind: type, number: str = "1", **values: object) -> ReviewEvent:
    made: ReviewEvent = kind(id=number, call_id="C0001", scorecard="card", author="主管", at=AT, **values)
    return made


@pytest.mark.parametrize(
    ("events", "label"),
    [
        ([event(Confirm, item="absolute")], True),
        ([event(Confirm)], True),
        ([event(Edit, item="absolute", points=20)], False),
        ([event(Edit, item="absolute", points=5)], True),
        ([event(Confirm), event(Edit, "2", item="absolute", points=20)], False),
        ([event(Appeal, item="absolute"), event(Ruling, "2", appeal="1", upheld=True)], False),
        ([event(Appeal, item="absolute"), event(Ruling, "2", appeal="1", upheld=False)], True),
        ([event(Appeal, item="absolute")], None),
        ([event(Edit, item="greeting", points=0)], None),
    ],
)
def test_reviews_are_labels(events: list[ReviewEvent], label: bool | None) -> None:
    found = labels_of_reviews(events, {"card": fakes.scorecard()})
    assert (found[RULE].broken if RULE in found else None) is label


def test_a_review_of_an_unknown_card_or_of_a_line_on_two_rules_says_nothing() -> None:
    assert labels_of_reviews([event(Confirm)], {}) == {}
    line = ScoreLine(
        section="s", item="absolute", title="x", points=0, max_points=5, status=LineStatus.scored,
        refs=(Ref(kind="rule", id="absolute_claim"), Ref(kind="rule", id="cure_claim")),
    )  # fmt: skip
    card = fakes.scorecard().replace(lines=(line,))
    assert labels_of_reviews([event(Confirm)], {"card": card}) == {}


def test_sheets_have_a_cell_for_every_column() -> None:
    for sheet in backtest_sheets(compare(OLD, NEW, minutes_per_line=2.0)):
        assert sheet.rows
        assert {len(row) for row in sheet.rows} == {len(sheet.columns)}
