"""What people said on a card that was scored again."""

from hypothesis import given as over

from callqa.domain import AppealLevel, ReviewEvent
from callqa.review import ReviewState, carried, effective, standing
from tests.review.cards import (
    CARD,
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
)
from tests.review.test_replay import ledgers

NEW = "f" * 64
OLD_CARD = card(line("price", 12), line("absolute", 0))
CHANGED = card(line("price", 12), line("absolute", 10))


@over(ledgers())
def test_the_same_card_again_changes_nothing(events: list[ReviewEvent]) -> None:
    before = effective(OLD_CARD, events, scorecard=CARD, rubric=RUBRIC)
    kept = carried(events, old=OLD_CARD, new=OLD_CARD, was=CARD, now=NEW)
    # what speaks about an appeal that is not there says nothing on either card
    assert len(kept.events) + len(kept.left) == len(standing(events))
    assert {event.scorecard for event in kept.events} <= {NEW}
    after = effective(OLD_CARD, [*events, *kept.events], scorecard=NEW, rubric=RUBRIC)
    assert (after.total, after.grade, after.fatal) == (before.total, before.grade, before.fatal)
    assert [one.line for one in after.lines] == [one.line for one in before.lines]
    assert after.reviewed == before.reviewed
    again = carried(events, old=OLD_CARD, new=OLD_CARD, was=CARD, now=NEW)
    assert again == kept


def test_only_lines_that_came_out_the_same_keep_what_was_said() -> None:
    events = [
        confirm("c"),
        edit("e", "price", 20),
        edit("x", "absolute", 20),
        undo("u", "x"),
        edit("y", "absolute", 15),
        finish("f"),
        acknowledge("k"),
    ]
    kept = carried(events, old=OLD_CARD, new=CHANGED, was=CARD, now=NEW)
    assert set(kept.left) == {"y", "f", "k"}
    after = effective(CHANGED, kept.events, scorecard=NEW, rubric=RUBRIC)
    lines = {one.line.item: one for one in after.lines}
    assert lines["price"].line.points == 20
    assert lines["absolute"].line.points == 10
    assert lines["greet"].confirmed
    assert not lines["absolute"].confirmed
    assert after.state is ReviewState.in_review


def test_an_open_appeal_is_not_lost_and_keeps_its_history() -> None:
    events = [
        appeal("p", "price"),
        ruling("r", "p", upheld=False),
        escalate("s", "p", AppealLevel.director),
        appeal("q", "absolute"),
    ]
    kept = carried(events, old=OLD_CARD, new=CHANGED, was=CARD, now=NEW)
    assert kept.left == ("q",)
    after = effective(CHANGED, kept.events, scorecard=NEW, rubric=RUBRIC)
    assert after.state is ReviewState.appealed
    assert [event.kind for event in kept.events] == ["appeal", "ruling", "escalate"]
    assert {getattr(event, "appeal", kept.events[0].id) for event in kept.events} == {kept.events[0].id}
