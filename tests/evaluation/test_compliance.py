from datetime import UTC, datetime

import pytest

from callqa.compliance import as_heard
from callqa.domain import (
    Absence,
    Explanation,
    Finding,
    PersonalData,
    Provenance,
    Slot,
    Span,
    StepState,
    Subject,
    TextSpan,
    Verdict,
    parse_dialogue,
)
from callqa.evaluation import Figures, Heard, Hits, Rival, count, disturb, macro_f1, undisturbed
from callqa.evaluation.keywords import rules_broken, steps_said
from callqa.policy.rules import RuleBook
from callqa.policy.script import ScriptBook
from callqa.techniques.noise import Noise

AT = datetime(2026, 11, 1, tzinfo=UTC)
MADE = Provenance(step="compliance", version="1", at=AT)
SCRIPT = ScriptBook.model_validate(
    {
        "scripts": [
            {
                "steps": [
                    {
                        "id": "greet",
                        "title": "问候",
                        "wordings": ["很高兴为您服务"],
                        "window": {"first": "10s"},
                    },
                    {"id": "price", "title": "报价", "patterns": ["价格{3}<数字>"]},
                    {
                        "id": "confirm_order",
                        "title": "核单",
                        "wordings": ["您订的是"],
                        "when": {"op": "field", "left": "ordered", "right": True},
                        "assent": {"within": 2},
                    },
                ]
            }
        ]
    }
).scripts[0]
DIALOGUE = """
# id: T1
# ordered: 是
# missing: price
坐席: <met step=greet>您好，很高兴为您服务。</met>
客户: 我姓<personal kind=name>温秀琴</personal>。
坐席: <met step=confirm_order>您订的是两台。</met><broken rule=absolute_claim>百分之百好用。</broken>
客户: <assent item=confirm_order>对。</assent>
"""


@pytest.fixture
def truth():
    return parse_dialogue(DIALOGUE)


@pytest.fixture
def said(truth):
    return as_heard(truth, at=AT)[1]


def finding(said, subject, name, verdict, *, turn=None, state=None, slots=(), hits=None):
    evidence = (
        said.turns[turn].quote() if turn is not None else Absence(searched=Span(start=0, end=9), expected="…")
    )
    return Finding(
        subject=subject,
        id=name,
        title=name,
        verdict=verdict,
        state=state,
        evidence=(evidence,),
        hits=(turn is not None) if hits is None else hits,
        slots=slots,
        explanation=Explanation(matcher="test"),
        provenance=MADE,
    )


def step(said, name, verdict, **more):
    return finding(said, Subject.step, name, verdict, **more)


def rule(said, name, verdict, **more):
    return finding(said, Subject.rule, name, verdict, **more)


def figures(truth, said, *findings, personal=(), steps=(), rules=()):
    heard = Heard(
        truth=truth,
        disturbed=undisturbed(said),
        findings=findings,
        personal=personal,
        keywords=Rival(steps=frozenset(steps), rules=frozenset(rules)),
    )
    return count(heard, policy="p", script=SCRIPT, fact_rules=["wrong_fact"])


def all_steps(said, *, greet=Verdict.met, price=Verdict.broken, order=Verdict.met, answer="assented"):
    slot = Slot(name="客户同意", text="对", value=answer)
    return (
        step(said, "greet", greet, turn=0 if greet is Verdict.met else None, state=StepState.said),
        step(said, "price", price, turn=None if price is Verdict.broken else 0, state=StepState.missing),
        step(said, "confirm_order", order, turn=2, state=StepState.said, slots=(slot,)),
    )


def test_right_verdicts_count_as_right(truth, said):
    one = figures(truth, said, *all_steps(said), rule(said, "absolute_claim", Verdict.broken, turn=2))
    assert one.steps["p.greet"].hits == Hits(true_positive=1)
    assert one.steps["p.price"].hits == Hits(true_negative=1)
    assert one.rules["absolute_claim"].hits == Hits(true_positive=1)
    assert one.broken_steps == Hits(true_positive=1)
    assert one.broken_rules == Hits(true_positive=1)
    assert one.located == Hits(true_positive=1)
    assert one.assents == Hits(true_positive=1)
    assert macro_f1(one.steps) == 1.0


def test_wrong_verdicts_count_as_wrong(truth, said):
    one = figures(
        truth,
        said,
        *all_steps(said, greet=Verdict.broken, price=Verdict.met, order=Verdict.met, answer="refused"),
        rule(said, "absolute_claim", Verdict.met),
        rule(said, "abuse", Verdict.broken, turn=0),
    )
    assert one.steps["p.greet"].hits == Hits(false_negative=1)
    assert one.steps["p.price"].hits == Hits(false_positive=1)
    assert one.rules["absolute_claim"].hits == Hits(false_negative=1)
    assert one.rules["abuse"].hits == Hits(false_positive=1)
    assert one.broken_steps == Hits(false_positive=1)
    assert one.broken_rules == Hits(false_positive=1)
    assert one.assents == Hits(false_negative=1)


def test_a_violation_found_in_the_wrong_turn_is_told(truth, said):
    one = figures(truth, said, *all_steps(said), rule(said, "absolute_claim", Verdict.broken, turn=0))
    assert one.rules["absolute_claim"].hits == Hits(true_positive=1)
    assert one.located == Hits(false_positive=1)


def test_what_is_left_open_is_neither_found_nor_missed_but_lowers_strict_recall(truth, said):
    one = figures(truth, said, *all_steps(said), rule(said, "absolute_claim", Verdict.unsure, turn=2))
    tally = one.rules["absolute_claim"]
    assert (tally.open_there, tally.open_absent, tally.calls) == (1, 0, 1)
    assert tally.hits == Hits()
    assert tally.strict_recall == 0.0
    two = figures(truth, said, *all_steps(said), rule(said, "absolute_claim", Verdict.broken, turn=2))
    assert (one + two).rules["absolute_claim"].strict_recall == 0.5


def test_steps_after_an_order_are_not_judged_on_calls_without_one(said):
    truth = parse_dialogue(DIALOGUE.replace("ordered: 是", "ordered: 否"))
    one = figures(truth, said, *all_steps(said))
    assert set(one.steps) == {"p.greet", "p.price"}
    assert one.assents == Hits()


def test_a_greeting_said_in_time_but_called_late_is_wrongly_broken(truth, said):
    late = step(said, "greet", Verdict.broken, turn=0, state=StepState.out_of_order)
    one = figures(truth, said, late, *all_steps(said)[1:])
    assert one.broken_steps == Hits(true_positive=1, false_positive=1)


def test_personal_data_counts_by_covered_characters(truth, said):
    def piece(turn, start, end):
        return PersonalData(
            kind="name",
            turn=turn,
            characters=TextSpan(start=start, end=end),
            span=Span(start=0, end=1),
            pattern="test",
            score=1.0,
        )

    assert figures(truth, said, *all_steps(said), personal=(piece(1, 2, 5),)).personal == {
        "name": Hits(true_positive=1)
    }
    missed = figures(truth, said, *all_steps(said), personal=(piece(1, 2, 3), piece(0, 0, 2)))
    assert missed.personal == {"name": Hits(false_negative=1, false_positive=1)}


def test_figures_add_up_from_nothing(truth, said):
    one = figures(truth, said, *all_steps(said), steps=["greet"], rules=["absolute_claim"])
    assert Figures() + one == one
    assert (one + one).steps["p.greet"].keywords == Hits(true_positive=2)


def test_noise_has_about_the_wanted_rate_and_keeps_turns_and_order(said):
    noisy = disturb(said, Noise(rate=0.3, seed=4), seed=4)
    assert [turn.party for turn in noisy.transcript.turns] == [turn.party for turn in said.turns]
    assert noisy.transcript != said
    for turn in noisy.transcript.turns:
        starts = [word.span.start for word in turn.words]
        assert starts == sorted(starts)
        assert all(0.2 <= word.confidence < 1 for word in turn.words)
    assert disturb(said, Noise(rate=0.3, seed=4), seed=4) == noisy


def test_labels_find_their_characters_again_under_noise():
    class Mishears:
        def garble(self, text):
            return text.replace("秀", "").replace("姓", "姓嗯").replace("琴", "勤")

    truth = parse_dialogue("客户: 我姓<personal kind=name>温秀琴</personal>。")
    noisy = disturb(as_heard(truth, at=AT)[1], Mishears(), seed=1)
    where = noisy.heard(0, truth.turns[0].marks[0].characters)
    assert noisy.transcript.turns[0].text == "我姓嗯温勤。"
    assert noisy.transcript.turns[0].text[where.start : where.end] == "温勤"


def test_a_dropped_label_is_nowhere():
    class Drops:
        def garble(self, text):
            return text.replace("温秀琴", "")

    truth = parse_dialogue("客户: 我姓<personal kind=name>温秀琴</personal>。")
    noisy = disturb(as_heard(truth, at=AT)[1], Drops(), seed=1)
    assert noisy.heard(0, truth.turns[0].marks[0].characters) is None


def test_keywords_find_the_very_characters_only(said):
    assert steps_said(SCRIPT, said) == {"greet", "confirm_order"}
    rules = RuleBook.model_validate(
        {
            "rules": [
                {
                    "id": "absolute",
                    "title": "绝对",
                    "broken": {"op": "phrase", "party": "agent", "words": ["百分之百"]},
                },
                {
                    "id": "near",
                    "title": "近音",
                    "broken": {"op": "phrase", "party": "agent", "words": ["百分之白"]},
                },
                {"id": "gap", "title": "句式", "broken": {"op": "pattern", "patterns": ["订{2}<数字>台"]}},
                {"id": "quiet", "title": "冷场", "broken": {"op": "silence", "longer_than": "1s"}},
            ]
        }
    )

    class Holder:
        pass

    holder = Holder()
    holder.rules = rules
    assert rules_broken(holder, said) == {"absolute"}
    assert rules_broken(holder, said, patterns=True) == {"absolute", "gap"}
