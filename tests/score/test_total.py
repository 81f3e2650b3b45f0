import pytest

from callqa.domain import Scorecard
from callqa.policy import Policy
from callqa.policy.tally import one_decimal, tally
from tests.score.cases import call, line, reading, rubric, rule, scored, step


def item(check: str, **more: object) -> dict[str, object]:
    kind, name = check.split(":")
    return {"check": {kind: name}, **more}


def test_total_is_earned_over_possible(sample_policy: Policy) -> None:
    table = rubric(
        item("step:a", points=10), item("step:b", points=20), item("rule:c", points=5, mode="deduct")
    )
    card = scored(sample_policy, table, [step("a", "met"), step("b", "broken"), rule("c", "met")])
    assert card.total == 42.9
    assert (card.grade, card.action) == ("low", "再培训")


def test_not_applicable_leaves_the_denominator(sample_policy: Policy) -> None:
    table = rubric(item("step:a"), item("step:b"), item("step:c"))
    findings = [step("a", "met"), step("b", "broken"), step("c", "not_applicable")]
    assert scored(sample_policy, table, findings).total == 50.0


def test_bonus_comes_on_top_and_stops_at_100(sample_policy: Policy) -> None:
    table = rubric(
        item("step:a", points=95), item("step:b", points=5), item("rule:c", points=8, mode="bonus")
    )
    half = scored(sample_policy, table, [step("a", "met"), step("b", "broken"), rule("c", "met")])
    assert half.total == 100.0
    none = scored(sample_policy, table, [step("a", "met"), step("b", "broken"), rule("c", "broken", 1)])
    assert none.total == 95.0


def test_unsure_stands_with_full_marks_and_is_counted(sample_policy: Policy) -> None:
    table = rubric(item("step:a"), item("step:b"), item("step:c"))
    card = scored(sample_policy, table, [step("a", "met"), step("b", "broken"), step("c", "unsure")])
    heard = scored(sample_policy, table, [step("a", "met"), step("b", "broken"), step("c", "met")])
    assert card.total == heard.total == 66.7
    assert card.needs_human == 1


def test_no_grade_before_a_person_looked_where_too_much_waits(sample_policy: Policy) -> None:
    table = rubric(item("step:a"), item("step:b"), item("step:c"), item("step:d"), review_above=0.4)

    def waiting(count: int) -> Scorecard:
        verdicts = ["unsure"] * count + ["met"] * (4 - count)
        return scored(
            sample_policy, table, [step(name, one) for name, one in zip("abcd", verdicts, strict=True)]
        )

    assert waiting(1).grade == "top"
    half = waiting(2)
    assert (half.total, half.grade, half.grade_title, half.action) == (
        100.0,
        None,
        "待复核",
        "人工复核后定级",
    )
    most = waiting(3)
    assert (most.total, most.grade, most.needs_human) == (None, None, 3)


def test_nothing_to_score_gives_no_total(sample_policy: Policy) -> None:
    table = rubric(item("step:a"), item("step:b"))
    for findings in ([step("a", "unsure"), step("b", "unsure")], [step("a", "not_applicable")] * 2):
        card = scored(sample_policy, table, findings)
        assert card.total is None
        assert card.grade is None


def test_a_red_line_for_the_card(sample_policy: Policy) -> None:
    table = rubric(item("step:a"), item("rule:cure", points=0, fatal="card"))
    card = scored(sample_policy, table, [step("a", "met"), rule("cure", "broken", 1)])
    assert (card.total, card.grade, card.action) == (0.0, "red", "处分建议")
    assert card.fatal == ("i1",)
    assert line(card, "i1").fatal
    assert "一票否决" in line(card, "i1").reason
    assert line(card, "i0").points == 10


def test_a_red_line_for_its_section_only(sample_policy: Policy) -> None:
    table = rubric(
        item("step:a", section="one"),
        item("rule:cure", section="one", points=0, fatal="section", mode="deduct"),
        item("step:b", section="two"),
    )
    card = scored(sample_policy, table, [step("a", "met"), step("b", "met"), rule("cure", "broken", 1)])
    assert card.total == 50.0
    assert card.grade == "low"
    assert card.fatal == ("i1",)


def test_a_red_line_not_heard_clearly_vetoes_nothing(sample_policy: Policy) -> None:
    table = rubric(item("step:a"), item("rule:cure", points=0, fatal="card"))
    card = scored(sample_policy, table, [step("a", "met"), rule("cure", "unsure")])
    assert (card.total, card.fatal, card.needs_human) == (100.0, (), 1)


def test_a_section_that_does_not_apply(sample_policy: Policy) -> None:
    sold = {"field": "ordered", "equals": True}
    table = sample_policy.rubric
    assert any(section.when for section in table.sections)
    card = scored(sample_policy, table, [], of=call(ordered=False), tags=reading())
    lines = {one.item: one for one in card.lines if one.section == "verification"}
    assert lines
    assert all(one.status == "not_applicable" for one in lines.values())
    assert sold["field"] in {ref.id for one in lines.values() for ref in one.refs}


@pytest.mark.parametrize(
    ("total", "grade"), [(100, "top"), (90, "top"), (89.9, "pass"), (60, "pass"), (59.9, "low"), (0, "low")]
)
def test_bands_begin_at_their_lowest_total(total: float, grade: str) -> None:
    assert rubric(item("step:a")).band(total, vetoed=False).id == grade


@pytest.mark.parametrize(
    ("number", "rounded"), [(84.25, 84.3), (84.15, 84.2), (2 / 3 * 100, 66.7), (0.05, 0.1)]
)
def test_people_round_half_up(number: float, rounded: float) -> None:
    assert one_decimal(number) == rounded


def test_a_review_gets_its_total_the_same_way(sample_policy: Policy) -> None:
    table = rubric(item("step:a"), item("step:b"), item("step:c"))
    card = scored(sample_policy, table, [step("a", "met"), step("b", "broken"), step("c", "unsure")])
    changed = [one.replace(points=5.0) if one.item == "i1" else one for one in card.lines]
    assert tally(card.lines, table).total == card.total
    assert tally(changed, table).total == 83.3


def test_the_card_names_policy_and_time(sample_policy: Policy) -> None:
    card = scored(sample_policy, rubric(item("step:a")), [step("a", "met")])
    assert card.policy == sample_policy.replace(rubric=rubric(item("step:a"))).ref
    assert card.provenance.step == "score"
