"""What each operator finds by itself on the labelled dialogues: precision and recall, clean and with recogniser errors.

One run, fixed seed::

    python scripts/bench_operators.py [--split dev|test|all] [--cer 0,20] [--seed 20261]

Rules: every rule of the three policies in ``samples/policies`` is judged once more with only the parts of one operator
left in it (``phrase`` alone, ``pattern`` alone …), then with all parts but without the learned second opinion, then as
written. A call is right where the labels mark the rule, or list it; what an operator leaves open is counted neither as
found nor as missed, and shown. Steps: the same with only the wordings, the patterns, the standard line or the examples.
``entity: phone`` is measured by turns: agent turns in which a whole telephone number is marked.

The examples that ``similar`` learns from hold sentences of the labelled calls of the development split, so that its
figures on ``dev`` say only that it learned; those on ``test`` count.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from callqa.cli.evaluate_compliance import Part, read_labelled
from callqa.compliance import Checker, CompliancePolicy, as_heard, check_compliance, prepare
from callqa.compliance.numbers import mentions
from callqa.compliance.sound import hear
from callqa.domain import LabelledCall, Party, PolicyRef, Subject, Transcript, Verdict
from callqa.evaluation import Hits, disturb, wilson
from callqa.metrics import measure
from callqa.policy import Policy, load_policy
from callqa.policy.facts import FactSheet
from callqa.policy.rules import AnyOf, Condition, Rule, RuleBook
from callqa.policy.rules.operators import FieldIs, Similar
from callqa.policy.script import ScriptBook, Step
from callqa.techniques.noise import Noise

ROOT = Path(__file__).resolve().parents[1]
AT = datetime(2026, 1, 1, tzinfo=UTC)
OPERATORS = ("phrase", "pattern", "similar", "leak", "fact", "talk_over", "silence")
STEP_PARTS = ("wordings", "patterns", "line", "examples")
TELEPHONE = 7


Cutter = Callable[[Policy], tuple[CompliancePolicy, frozenset[str]]]


@dataclass(frozen=True)
class Cut:
    """A policy with parts taken out."""

    script: ScriptBook
    rules: RuleBook
    facts: FactSheet
    ref: PolicyRef


@dataclass(frozen=True)
class Spoken:
    """A labelled call as it was recognised."""

    truth: LabelledCall
    transcript: Transcript


def parts_of(rule: Rule) -> tuple[Condition, ...]:
    """Operators of a rule that is broken by any of them, or by one."""
    if rule.broken is None:
        return ()
    return rule.broken.any if isinstance(rule.broken, AnyOf) else (rule.broken,)


def only(policy: Policy, keep: Callable[[Condition], bool]) -> tuple[Cut, frozenset[str]]:
    """The policy with only some operators in its rules, and the rules that have any."""
    rules: list[Rule] = []
    for rule in policy.rules.rules:
        kept = tuple(part for part in parts_of(rule) if keep(part))
        if kept:
            rules.append(rule.replace(broken=AnyOf(any=kept)))
    book = policy.rules.replace(rules=tuple(rules))
    names = frozenset(rule.id for rule in rules)
    return Cut(ScriptBook(), book, policy.facts, policy.ref), names


def unopposed(policy: Policy) -> tuple[Cut, frozenset[str]]:
    """The policy without second opinions."""
    rules = tuple(
        rule.replace(
            broken=AnyOf(
                any=tuple(p.replace(doubt_below=0.0) if isinstance(p, Similar) else p for p in parts_of(rule))
            )
        )
        for rule in policy.rules.rules
        if parts_of(rule)
    )
    book = policy.rules.replace(rules=rules)
    return Cut(ScriptBook(), book, policy.facts, policy.ref), frozenset(rule.id for rule in rules)


def only_step(policy: Policy, part: str) -> tuple[Cut, frozenset[str]]:
    """The policy with only one way to hear its steps, and the steps that have it."""
    nothing = {
        "wordings": (),
        "patterns": (),
        "line": "",
        "examples": None,
        "by_fact": False,
        "parts": (),
        "slots": (),
    }
    script = policy.script.scripts[0]
    steps = tuple(
        step.model_copy(update={**nothing, part: getattr(step, part), "assent": None, "window": None})
        for step in script.steps
        if getattr(step, part)
    )
    book = policy.script.model_copy(update={"scripts": (script.model_copy(update={"steps": steps}),)})
    return Cut(book, RuleBook(word_classes=policy.rules.word_classes), policy.facts, policy.ref), frozenset(
        step.id for step in steps
    )


def tally(call: Spoken, checker: Checker, names: frozenset[str], subject: Subject) -> Iterator[Hits]:
    """One decision per rule or step."""
    known, _ = as_heard(call.truth, at=AT)
    measures = measure(call.transcript, duration=known.recording.duration)
    truth = call.truth
    there = (
        {*truth.marked("broken"), *truth.listed("rules")}
        if subject is Subject.rule
        else {*truth.marked("met")}
    )
    for finding in check_compliance(known, call.transcript, None, measures, checker, at=AT):
        if finding.subject is not subject or finding.id not in names:
            continue
        if subject is Subject.step and not applies(checker.script.scripts[0].steps, finding.id, call.truth):
            continue
        found = finding.verdict is Verdict.broken if subject is Subject.rule else finding.hits > 0
        if finding.verdict is Verdict.unsure:
            yield Hits(unsure=1, false_negative=0)
        else:
            yield Hits(
                true_positive=int(found and finding.id in there),
                false_positive=int(found and finding.id not in there),
                false_negative=int(not found and finding.id in there),
                true_negative=int(not found and finding.id not in there),
            )


def applies(steps: Sequence[Step], name: str, truth: LabelledCall) -> bool:
    """Labels say nothing of what follows an order on calls without one."""
    step = next(step for step in steps if step.id == name)
    conditional = isinstance(step.when, FieldIs) and step.when.left == "ordered"
    return not conditional or truth.header.get("ordered") == "是"


def phones(call: Spoken) -> Iterator[Hits]:
    """Turns of the agent: was a whole telephone number heard, and was one said?"""
    for said, heard in zip(call.truth.turns, call.transcript.turns, strict=True):
        if said.party is not Party.agent:
            continue
        there = any(
            mark.kind == "personal"
            and mark.id in ("mobile", "landline")
            and len(hear(said.text[mark.characters.start : mark.characters.end])) >= TELEPHONE
            for mark in said.marks
        )
        found = any(m.kind == "digits" and len(m.text) >= TELEPHONE for m in mentions(hear(heard.text)))
        yield Hits(
            true_positive=int(found and there),
            false_positive=int(found and not there),
            false_negative=int(there and not found),
            true_negative=int(not found and not there),
        )


def share(right: int, of: int) -> str:
    """A share with its 95 % interval."""
    interval = wilson(right, of)
    return f"{right / of:6.1%} [{interval[0]:.0%}-{interval[1]:.0%}]" if interval is not None else "-"


def row(name: str, hits: Hits) -> str:
    """One line of the table."""
    found, there = hits.true_positive + hits.false_positive, hits.true_positive + hits.false_negative
    decided = found + hits.false_negative + hits.true_negative
    open_ = hits.unsure / (decided + hits.unsure) if decided + hits.unsure else 0.0
    cells = (share(hits.true_positive, found), share(hits.true_positive, there), f"{open_:5.1%}")
    return f"{name:36}" + "".join(f"{cell:>20}" for cell in cells) + f"{there:8}"


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--labelled", type=Path, default=ROOT / "samples" / "labelled")
    parser.add_argument("--policies", type=Path, default=ROOT / "samples" / "policies")
    parser.add_argument("--split", choices=[part.value for part in Part], default=Part.test.value)
    parser.add_argument("--cer", default="0,20")
    parser.add_argument("--seed", type=int, default=20261)
    options = parser.parse_args()
    calls = read_labelled(options.labelled, Part(options.split))
    policies = {
        name: load_policy(options.policies / name) for name in sorted({c.header["policy"] for c in calls})
    }
    print(f"{len(calls)} labelled calls ({options.split}), seed {options.seed}")
    for rate in (float(part) / 100 for part in options.cer.split(",")):
        spoken = [recognised(call, rate, options.seed) for call in calls]
        print(f"\nCER {rate:.0%}\n{'':36}{'precision':>20}{'recall':>20}{'open':>20}{'there':>8}")
        for name, cut, subject in variants():
            made = {key: cut(policy) for key, policy in policies.items()}
            checkers = {key: (prepare(one), names) for key, (one, names) in made.items()}
            hits = Hits()
            for call in spoken:
                checker, names = checkers[call.truth.header["policy"]]
                hits = sum(tally(call, checker, names, subject), hits)
            print(row(name, hits), flush=True)
        print(row("entity: phone (turns)", sum((hits for call in spoken for hits in phones(call)), Hits())))
    return 0


def variants() -> Iterator[tuple[str, Cutter, Subject]]:
    """Name, what it does to a policy, and what is counted."""
    for name in OPERATORS:
        yield f"rules: {name}", partial(_only_op, op=name), Subject.rule
    yield "rules: all, no second opinion", unopposed, Subject.rule
    yield "rules: all", partial(_only_op, op=None), Subject.rule
    for part in STEP_PARTS:
        yield f"steps: {part}", partial(only_step, part=part), Subject.step
    yield "steps: all", _whole_script, Subject.step


def _only_op(policy: Policy, op: str | None) -> tuple[Cut, frozenset[str]]:
    return only(policy, lambda part: op is None or _op(part) == op)


def _whole_script(policy: Policy) -> tuple[CompliancePolicy, frozenset[str]]:
    return policy, frozenset(step.id for step in policy.script.steps)


def _op(part: Condition) -> str:
    return str(getattr(part, "op", ""))


def recognised(truth: LabelledCall, rate: float, seed: int) -> Spoken:
    """The call as a recogniser with this error rate would have written it."""
    _, said = as_heard(truth, at=AT)
    if not rate:
        return Spoken(truth, said)
    return replace(
        Spoken(truth, said), transcript=disturb(said, Noise(rate=rate, seed=seed), seed=seed).transcript
    )


if __name__ == "__main__":
    sys.exit(main())
