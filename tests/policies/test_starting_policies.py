from pathlib import Path

import pytest

from callqa.cli.evaluate_compliance import Part, measured, read_labelled
from callqa.compliance import examples, prepare
from callqa.evaluation import macro_f1, total
from callqa.policy import load_policy
from callqa.policy.rules.operators import FieldIs

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
NAMES = ("hotline", "renewal", "revisit")
RULES = {
    "cure_claim", "replace_medicine", "absolute_claim", "false_authority", "disparage", "abuse", "private_contact", "wrong_fact",
    "fake_urgency", "guaranteed_return", "rebate", "impersonate", "hide_terms", "pressure", "leak", "interrupt", "long_silence",
}  # fmt: skip


@pytest.fixture(scope="module")
def policies():
    return {name: load_policy(SAMPLES / "policies" / name) for name in NAMES}


@pytest.fixture(scope="module")
def dialogues():
    return read_labelled(SAMPLES / "labelled", Part.all)


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_does_what_its_own_examples_say(policies, name):
    assert [fault.message for fault in examples(policies[name])] == []


@pytest.mark.parametrize("name", NAMES)
def test_forbidden_talk_names_its_law_and_brings_examples_of_both_kinds(policies, name):
    for rule in policies[name].rules.rules:
        if rule.kind != "forbidden":
            continue
        assert "《" in rule.source, rule.id
        assert "第" in rule.source, rule.id
        assert len(rule.examples.broken) >= 2, rule.id
        assert len(rule.examples.fine) >= 2, rule.id
        if rule.id != "wrong_fact":
            assert any("客户" in text for text in rule.examples.fine), (
                f"{rule.id}: no near miss of the customer"
            )


def test_all_three_know_every_labelled_rule(policies):
    for policy in policies.values():
        assert {rule.id for rule in policy.rules.rules} == RULES


def test_labels_and_policies_speak_of_the_same_steps_rules_and_products(policies, dialogues):
    for call in dialogues:
        policy = policies[call.header["policy"]]
        steps = {step.id: step for step in policy.script.scripts[0].steps}
        assert call.header["product"] in policy.products
        assert call.marked("met") | set(call.listed("missing")) <= set(steps), call.id
        assert call.marked("broken") | set(call.listed("rules")) <= RULES, call.id
        facts = {fact.id for fact in policy.facts.facts if call.header["product"] in fact.products}
        for wrong in call.marked("wrong"):
            assert any(fact.endswith(f"_{wrong}") for fact in facts), (call.id, wrong)


def test_required_steps_are_either_marked_or_listed_as_missing(policies, dialogues):
    for call in dialogues:
        for step in policies[call.header["policy"]].script.scripts[0].steps:
            after_order = isinstance(step.when, FieldIs)
            if (
                step.need == "optional"
                or step.id == "record"
                or (after_order and call.header["ordered"] != "是")
            ):
                continue
            marked = step.id in call.marked("met")
            assert marked != (step.id in call.listed("missing")), (call.id, step.id)


@pytest.mark.parametrize("name", NAMES)
def test_card_covers_every_required_step_and_every_rule_once(policies, name):
    policy = policies[name]
    checks = [item.check for item in policy.rubric.items]
    rules = [rule for check in checks for rule in _listed(getattr(check, "rule", None))]
    steps = {step for check in checks for step in _listed(getattr(check, "step", None))}
    assert sorted(rules) == sorted(RULES)
    assert {step.id for step in policy.script.scripts[0].steps} - steps == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("products", "steps", "precision", "recall"),
    [
        (("康舒肩颈仪", "安途车险", "清源净水器"), 0.95, 0.85, 0.95),
        (("亮睛护眼仪", "乐家家财险", "悦读学习机"), 0.92, 0.78, 0.56),
    ],
)
def test_figures_on_the_development_dialogues_do_not_fall(policies, products, steps, precision, recall):
    dev = read_labelled(SAMPLES / "labelled", Part.dev)
    calls = [call for call in dev if call.header["product"] in products]
    checkers = {name: (policy, prepare(policy)) for name, policy in policies.items()}
    figures = measured(calls, checkers, rate=0.0, seed=1)
    assert macro_f1(figures.steps) >= steps
    rules = total(figures.rules).hits
    assert rules.precision >= precision
    assert rules.recall >= recall


def test_products_of_the_test_dialogues_are_in_no_development_dialogue():
    dev, test = (read_labelled(SAMPLES / "labelled", part) for part in (Part.dev, Part.test))
    assert {call.header["product"] for call in dev}.isdisjoint(call.header["product"] for call in test)
    assert len(dev) + len(test) == len(read_labelled(SAMPLES / "labelled", Part.all))


def _listed(value):
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)
