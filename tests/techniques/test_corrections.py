"""What supervisors put right, as rows to learn from."""

from datetime import timedelta

from callqa.domain import Comment, Correct, Edit, Party, Processed, Reaction, ReviewEvent, Undo
from callqa.techniques import corrected_rows
from tests import fakes

AT = fakes.AT


def correct(number: int, **facts: object) -> Correct:
    return Correct.model_validate(
        {
            "id": f"e{number}",
            "call_id": "C0001",
            "scorecard": "s",
            "author": "主管",
            "at": AT + timedelta(minutes=number),
            **facts,
        }
    )


def rows(*events: ReviewEvent) -> list[tuple[int, tuple[str, ...], Reaction | None]]:
    result: Processed = fakes.processed(masked=True)
    texts = [turn.text for turn in result.transcript.turns]
    return [(texts.index(row.text), row.labels, row.reaction) for row in corrected_rows(result, events)]


def test_a_wrong_tag_goes_and_a_missed_one_comes() -> None:
    wrong = correct(1, subject="technique", target="product_explanation", present=False, turn=2)
    missed = correct(2, subject="technique", target="price_framing", present=True, turn=2)
    assert rows(wrong) == [(2, (), None)]
    assert rows(missed) == [(2, ("product_explanation", "price_framing"), None)], "other tags stand"
    assert rows(wrong, missed) == [(2, ("price_framing",), None)]


def test_a_reaction_is_replaced_and_the_last_word_holds() -> None:
    first = correct(1, subject="reaction", target="hesitate", label="complain", turn=3)
    second = correct(2, subject="reaction", target="hesitate", label="reject", turn=3)
    assert rows(first, second) == [(3, (), Reaction.reject)]
    undone = Undo(id="u", call_id="C0001", scorecard="s", author="主管", at=AT, event="e2")
    assert rows(first, second, undone) == [(3, (), Reaction.complain)]


def test_what_says_nothing_of_tags_is_not_learnt() -> None:
    points = Edit(id="p", call_id="C0001", scorecard="s", author="主管", at=AT, item="closing", points=0)
    talk = Comment(id="c", call_id="C0001", scorecard="s", author="主管", at=AT)
    assert rows(points, talk) == []
    assert rows(correct(1, subject="technique", target="closing", present=True)) == [], "no turn"
    assert rows(correct(1, subject="technique", target="closing", present=True, turn=99)) == []
    assert rows(correct(1, subject="technique", target="closing", present=True, turn=3)) == [], "a customer"
    assert rows(correct(1, subject="reaction", target="ask", label="nonsense", turn=3)) == []
    assert rows(correct(1, subject="rule", target="absolute_claim", verdict="met", turn=2)) == []


def test_a_row_carries_what_came_before_and_the_true_wording() -> None:
    result = fakes.processed(masked=True)
    event = correct(
        1, subject="technique", target="closing", present=True, turn=2, quote="这款足疗仪给您定一台"
    )
    (row,) = corrected_rows(result, [event])
    assert row.text == "这款足疗仪给您定一台"
    assert [said.party for said in row.before] == [Party.agent, Party.customer]
    assert fakes.PHONE not in row.model_dump_json(), "only what is masked is learnt"
    assert (row.product, row.source, row.dialogue) == (result.call.product, "reviews", "C0001")
