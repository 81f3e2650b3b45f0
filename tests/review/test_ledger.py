"""What the ledger refuses besides appeals."""

from typing import Any

import pytest

from callqa.domain import AppealLevel, Comment, Correct, LineStatus, ReviewError, ReviewEvent, Verdict
from callqa.review import check_event
from tests.review.cards import (
    CARD,
    MONDAY,
    acknowledge,
    appeal,
    card,
    confirm,
    edit,
    escalate,
    finish,
    given,
    line,
    ruling,
    undo,
)

MADE = card(line("price", 12), line("absolute", 0), line("cure", 0, fatal=True))


def correct(**more: Any) -> Correct:
    common = {"id": "k", "call_id": "C0001", "scorecard": CARD, "author": "李质检", "at": MONDAY}
    return Correct.model_validate({**common, **more})


TAKEN = [
    ((), edit("a", "price", 30)),
    ((), edit("a", "cure", 0, fatal=False)),
    ((), edit("a", "price", 99, status=LineStatus.needs_human)),
    ((), confirm("c")),
    ((), confirm("c", "price")),
    ((), acknowledge("k")),
    ((), finish("f")),
    ((), correct(subject="rule", target="absolute", verdict=Verdict.met)),
    ((), correct(subject="technique", target="closing", present=True, turn=3)),
    ((), correct(subject="reaction", target="accept", label="reject", turn=19)),
    ((edit("a", "price", 3),), undo("u", "a")),
    ((edit("a", "price", 3), undo("u", "a")), undo("v", "u")),
    ((appeal("p", "price"), ruling("r", "p", upheld=False)), undo("u", "r")),
    ((edit("a", "price", 3),), edit("a", "price", 400)),
]
REFUSED = [
    ((), edit("a", "nothing", 3), "review.item"),
    ((), confirm("c", "nothing"), "review.item"),
    ((), edit("a", "price", 31), "review.points"),
    ((), edit("a", "price", -1), "review.points"),
    ((), edit("a", "price", 3).replace(reason=" "), "review.reason"),
    ((), edit("a", "price", 3).replace(scorecard="e" * 64), "review.card"),
    ((), edit("a", "price", 3).replace(call_id="C0002"), "review.card"),
    ((appeal("p", "price"),), edit("a", "price", 3), "review.appealed"),
    ((appeal("p", "price"), ruling("r", "p", upheld=False)), edit("a", "price", 3), "review.ruled"),
    ((), acknowledge("k", author="赵敏"), "review.own"),
    ((), undo("u", "a"), "review.unknown"),
    ((edit("a", "price", 3), undo("u", "a")), undo("v", "a"), "review.undone"),
    ((appeal("p", "price"),), undo("u", "p"), "review.lasting"),
    (
        (appeal("p", "price"), ruling("r", "p", upheld=False), escalate("x", "p", AppealLevel.director)),
        undo("u", "r"),
        "review.lasting",
    ),
    ((), correct(subject="rule", target="absolute"), "review.correction"),
    ((), correct(subject="technique", target="closing", present=True), "review.correction"),
    ((), correct(subject="technique", target="closing", present=True, turn=20), "review.turn"),
    ((), correct(subject="technique", target="closing", present=True, turn=-1), "review.turn"),
    (
        (),
        Comment(id="c", call_id="C0001", scorecard=CARD, author="李质检", at=MONDAY, item="nothing"),
        "review.item",
    ),
]


@pytest.mark.parametrize(("before", "event"), TAKEN)
def test_taken(before: tuple[ReviewEvent, ...], event: ReviewEvent) -> None:
    check_event(event, given(MADE, *before))


@pytest.mark.parametrize(("before", "event", "code"), REFUSED)
def test_refused(before: tuple[ReviewEvent, ...], event: ReviewEvent, code: str) -> None:
    with pytest.raises(ReviewError) as refused:
        check_event(event, given(MADE, *before))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("level", "taken"), [(None, False), (AppealLevel.leader, False), (AppealLevel.director, True)]
)
def test_after_a_ruling_only_its_level_and_those_above_may_edit(
    level: AppealLevel | None, taken: bool
) -> None:
    before = (
        appeal("p", "price"),
        ruling("r", "p", upheld=False),
        escalate("x", "p", AppealLevel.director),
        ruling("s", "p", upheld=False, level=AppealLevel.director),
    )
    circumstances = given(MADE, *before, level=level)
    if taken:
        check_event(edit("a", "price", 20), circumstances)
    else:
        with pytest.raises(ReviewError):
            check_event(edit("a", "price", 20), circumstances)


def test_full_marks_after_an_edit_need_no_appeal_and_a_red_line_may_be_appealed() -> None:
    check_event(appeal("p", "cure"), given(MADE))
    with pytest.raises(ReviewError) as refused:
        check_event(appeal("p", "price"), given(MADE, edit("a", "price", 30)))
    assert refused.value.code == "appeal.full"
