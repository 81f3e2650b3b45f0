"""The effective card is a pure replay."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from callqa.domain import LineStatus, ReviewEvent
from callqa.policy.tally import tally
from callqa.review import Effective, ReviewState, effective, standing
from tests.review.cards import (
    CARD,
    MONDAY,
    RUBRIC,
    acknowledge,
    appeal,
    card,
    confirm,
    edit,
    escalate,
    finish,
    line,
    ruling,
    undo,
    withdraw,
)

ITEMS = ("greet", "price", "absolute", "cure", "cross")


def replay(made: object, events: Sequence[ReviewEvent]) -> Effective:
    return effective(made, events, scorecard=CARD, rubric=RUBRIC)  # type: ignore[arg-type]


@st.composite
def ledgers(draw: st.DrawFn) -> list[ReviewEvent]:
    """Any events at all, also such as the ledger would refuse: the replay must stand them."""
    events: list[ReviewEvent] = []
    for number in range(draw(st.integers(0, 14))):
        name = f"e{number}"
        earlier = [event.id for event in events] or ["nothing"]
        appeals = [event.id for event in events if event.kind == "appeal"] or ["nothing"]
        item = draw(st.sampled_from(ITEMS))
        kind = draw(
            st.sampled_from(("edit", "confirm", "undo", "appeal", "ruling", "withdraw", "finish", "escalate"))
        )
        points = draw(st.floats(-50, 500, allow_nan=False))
        match kind:
            case "edit":
                status = draw(st.sampled_from(LineStatus))
                fatal = draw(st.sampled_from((None, True, False)))
                events.append(edit(name, item, points, status=status, fatal=fatal))
            case "confirm":
                events.append(confirm(name, draw(st.sampled_from((None, item)))))
            case "undo":
                events.append(undo(name, draw(st.sampled_from(earlier))))
            case "appeal":
                events.append(appeal(name, item))
            case "ruling":
                upheld = draw(st.booleans())
                given = draw(st.sampled_from((None, points)))
                events.append(ruling(name, draw(st.sampled_from(appeals)), upheld=upheld, points=given))
            case "withdraw":
                events.append(withdraw(name, draw(st.sampled_from(appeals))))
            case "finish":
                events.append(finish(name))
            case _:
                events.append(escalate(name, draw(st.sampled_from(appeals)), "director"))  # type: ignore[arg-type]
    return events


@over(ledgers(), st.data())
def test_points_stay_within_the_line_and_duplicates_change_nothing(
    events: list[ReviewEvent], data: st.DataObject
) -> None:
    made = card(line("price", 12), line("absolute", 0), line("cure", 0, fatal=True))
    once = replay(made, events)
    for one in once.lines:
        assert 0.0 <= one.line.points <= one.line.max_points
    assert once.total is None or 0.0 <= once.total <= 100.0
    again = list(events)
    for event in events:
        if data.draw(st.booleans()):
            # a copy may come anywhere after the first
            again.insert(data.draw(st.integers(again.index(event) + 1, len(again))), event)
    assert replay(made, again) == once


@over(ledgers())
def test_total_is_the_tally_of_the_lines(events: list[ReviewEvent]) -> None:
    found = replay(card(line("price", 12), line("absolute", 0)), events)
    result = tally((one.line for one in found.lines), RUBRIC)
    assert found.total == result.total
    assert found.fatal == result.vetoed
    assert found.grade == (result.grade.id if result.grade else None)


@over(ledgers(), st.integers(0, 13))
def test_undo_of_undo_brings_back(events: list[ReviewEvent], which: int) -> None:
    if not events:
        return
    target = events[which % len(events)]
    made = card(line("price", 12))
    there = target in standing(events)
    back = [*events, undo("u1", target.id), undo("u2", "u1")]
    assert replay(made, back) == replay(made, events)
    assert (target in standing(back)) == there
    assert target not in standing(back[:-1])


def test_events_on_different_lines_may_come_in_any_order() -> None:
    made = card(line("price", 12), line("absolute", 0))
    one, two, three = edit("a", "price", 20), edit("b", "absolute", 20), edit("d", "greet", 4)
    cards = {
        tuple(line.line.points for line in replay(made, order).lines)
        for order in ((one, two, three), (three, one, two), (two, three, one), (one, three, two))
    }
    assert cards == {(4.0, 20.0, 20.0, 0.0, 0.0)}


def test_a_later_edit_replaces_an_earlier_one_and_its_undo_brings_it_back() -> None:
    made = card(line("price", 12))
    both = [edit("a", "price", 20), edit("b", "price", 25)]
    assert replay(made, both).lines[1].line.points == 25
    assert replay(made, [*both, undo("u", "b")]).lines[1].line.points == 20
    assert replay(made, [*both, undo("u", "b"), undo("v", "a")]).lines[1].line.points == 12


def test_nothing_said_leaves_the_machines_total_and_grade() -> None:
    made = card(line("price", 12))
    found = replay(made, [])
    assert (found.total, found.grade, found.action) == (made.total, made.grade, made.action)
    assert found.state is ReviewState.unreviewed
    assert not found.changed


def test_a_red_line_taken_away_gives_the_card_its_total_back() -> None:
    made = card(line("cure", 0, fatal=True))
    assert made.total == 0
    found = replay(made, [edit("a", "cure", 0, fatal=False)])
    assert found.total == 100
    assert found.grade == "good"
    assert found.fatal == ()


def test_statuses_count_as_scoring_counts_them() -> None:
    made = card(line("price", 12))
    out = replay(made, [edit("a", "price", 5, status=LineStatus.not_applicable)])
    assert out.total == 100
    unheard = replay(made, [edit("a", "price", 5, status=LineStatus.needs_human)])
    assert unheard.lines[1].line.points == 30
    assert unheard.needs_human == 1
    bonus = replay(made, [edit("a", "cross", 5, status=LineStatus.needs_human)])
    assert bonus.lines[4].line.points == 0


def test_events_on_another_card_change_nothing_and_are_named() -> None:
    made = card(line("price", 12))
    old = edit("a", "price", 30).replace(scorecard="d" * 64)
    found = replay(made, [old, finish("f")])
    assert found.lines[1].line.points == 12
    assert found.stale == ("a",)
    assert found.state is ReviewState.reviewed


def test_rulings() -> None:
    made = card(line("absolute", 0), line("cure", 0, fatal=True))
    filed = [appeal("p", "absolute"), appeal("q", "cure")]
    assert replay(made, filed).state is ReviewState.appealed
    full = replay(made, [*filed, ruling("r", "p", upheld=True), ruling("s", "q", upheld=True)])
    assert full.total == 100
    assert full.state is ReviewState.ruled
    partly = replay(made, [appeal("p", "absolute"), ruling("r", "p", upheld=True, partial=True, points=15)])
    assert partly.lines[2].line.points == 15
    rejected = replay(made, [appeal("p", "absolute"), ruling("r", "p", upheld=False)])
    assert rejected.lines[2].line.points == 0
    assert rejected.state is ReviewState.ruled
    further = replay(
        made,
        [appeal("p", "absolute"), ruling("r", "p", upheld=False), escalate("x", "p", "director")],  # type: ignore[arg-type]
    )
    assert further.state is ReviewState.appealed


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ([], "unreviewed"),
        ([acknowledge("k")], "unreviewed"),
        ([confirm("c")], "in_review"),
        ([confirm("c"), undo("u", "c")], "unreviewed"),
        ([confirm("c"), finish("f")], "reviewed"),
        ([confirm("c"), finish("f"), undo("u", "f")], "in_review"),
        ([appeal("p", "price"), withdraw("w", "p"), finish("f")], "reviewed"),
    ],
)
def test_states(events: list[ReviewEvent], state: str) -> None:
    assert replay(card(line("price", 12)), events).state == state


def test_each_line_names_what_was_said_about_it() -> None:
    made = card(line("price", 12), line("absolute", 0))
    found = replay(
        made,
        [
            edit("a", "price", 20),
            confirm("b"),
            appeal("p", "price", at=MONDAY + timedelta(hours=1)),
            ruling("r", "p", upheld=True),
        ],
    )
    assert found.lines[1].events == ("a", "b", "p", "r")
    assert found.lines[1].appeals == ("p",)
    assert found.lines[2].events == ("b",)
    assert found.lines[2].confirmed
