"""Policy → checker (once per policy), call → findings (once per call)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Protocol

from callqa.compliance.facts import Statement, statements
from callqa.compliance.findings import check_rule
from callqa.compliance.judge import operators_in, wordings_in
from callqa.compliance.learned import Discriminants, Embedder, learn
from callqa.compliance.operators.context import Context
from callqa.compliance.operators.expression import Expressions
from callqa.compliance.operators.similar import Sentences
from callqa.compliance.script import ScriptReading
from callqa.compliance.script.candidates import Likeness, line_wording
from callqa.compliance.sound import PhraseBook
from callqa.compliance.view import CallView
from callqa.domain import (
    Call,
    Finding,
    Measure,
    PolicyRef,
    Provenance,
    TechniqueReading,
    Transcript,
)
from callqa.policy.facts import FactSheet
from callqa.policy.rules import RuleBook
from callqa.policy.rules.operators import RegularExpression, Similar
from callqa.policy.script import ScriptBook

VERSION = "1"
"""Part of every finding's provenance; raised when verdicts can change."""


class CompliancePolicy(Protocol):
    """The parts of a policy that compliance reads."""

    @property
    def script(self) -> ScriptBook:
        """Script versions."""

    @property
    def rules(self) -> RuleBook:
        """Rules."""

    @property
    def facts(self) -> FactSheet:
        """Product sheet."""

    @property
    def ref(self) -> PolicyRef:
        """Name and hash."""


@dataclass(frozen=True)
class Checker:
    """A policy with its phrases, expressions and sentences compiled. Pickles as texts."""

    script: ScriptBook
    rules: RuleBook
    facts: FactSheet
    ref: PolicyRef
    book: PhraseBook
    expressions: Expressions
    sentences: Sentences
    """Sentences of ``similar`` conditions."""
    learned: Discriminants
    """What ``similar`` conditions learned from examples."""
    learned_steps: Discriminants
    """What steps learned from examples."""
    lines: Sentences
    """Standard lines of the steps."""


def prepare(policy: CompliancePolicy, *, embedder: Embedder | None = None) -> Checker:
    """Compile a policy once; about a second where rules and steps learn from examples.

    Args:
        policy: The policy.
        embedder: A sentence-embedding model whose vectors join the features learned from.
    """
    parts = (policy.script, policy.rules, policy.facts)
    wordings = wordings_in(parts)
    steps = [step for script in policy.script.scripts for step in script.steps]
    wordings += [line for step in steps if (line := line_wording(step)) is not None]
    regexes = operators_in(parts, RegularExpression)
    similar = operators_in(parts, Similar)
    examples = [op.examples for op in similar if op.examples is not None]
    taught = [step.examples for step in steps if step.examples is not None]
    rules = policy.rules
    classes = {name: tuple(words) for name, words in rules.word_classes.items()}
    return Checker(
        script=policy.script,
        rules=policy.rules,
        facts=policy.facts,
        ref=policy.ref,
        book=PhraseBook(wordings),
        expressions=Expressions(p for op in regexes for p in (op.regex, op.exclude_regex) if p is not None),
        sentences=Sentences(s for op in similar for s in op.sentences),
        learned=learn(examples, harmless=rules.harmless.unlike, classes=classes, embedder=embedder),
        learned_steps=learn(
            taught, harmless=policy.script.harmless.unlike, classes=classes, embedder=embedder
        ),
        lines=Sentences(step.line for step in steps if step.line),
    )


def check_compliance(
    call: Call,
    transcript: Transcript,
    reading: TechniqueReading | None,
    measures: Sequence[Measure],
    checker: Checker,
    *,
    at: datetime,
) -> tuple[Finding, ...]:
    """Judge every step of the script in force and every rule.

    Args:
        call: Facts of the call; the script version valid on its day, for its product and campaign is used.
        transcript: Raw turns.
        reading: Techniques and reactions; None where there is no model (conditions on them are unsure).
        measures: Audio and conversation measures by name.
        checker: The prepared policy.
        at: Time to write into the findings.

    Returns:
        Steps in script order, then rules in the policy's order.
    """
    view = CallView(call, transcript, reading, measures, checker.book)
    return _CallCheck(view, checker, at).findings()


class _CallCheck:
    """One call: steps and rules may ask for one another, each is judged once."""

    def __init__(self, view: CallView, checker: Checker, at: datetime) -> None:
        self._checker = checker
        self._view = view
        self._provenance = Provenance(step="compliance", version=VERSION, policy=checker.ref, at=at)
        self._rules: dict[str, Finding] = {}
        self._open: set[str] = set()

        @cache
        def said() -> Sequence[Statement]:
            return statements(checker.facts, self._view)

        self._context = Context(
            view=self._view,
            expressions=checker.expressions,
            sentences=checker.sentences,
            learned=checker.learned,
            statements=said,
            step=self._step,
            rule=self._rule,
        )
        script = checker.script.valid_for(view.call)
        self._script = (
            ScriptReading(
                script,
                self._context,
                checker.facts,
                Likeness(checker.lines, checker.learned_steps),
                self._provenance,
            )
            if script is not None
            else None
        )

    def findings(self) -> tuple[Finding, ...]:
        steps = self._script.findings() if self._script is not None else ()
        rules = (self._rule(rule.id) for rule in self._checker.rules.rules)
        return (*steps, *(finding for finding in rules if finding is not None))

    def _step(self, step_id: str) -> Finding | None:
        return self._script.finding(step_id) if self._script is not None else None

    def _rule(self, rule_id: str) -> Finding | None:
        """A rule's finding; None for an unknown rule or one that is being judged right now (a circle)."""
        rule = self._checker.rules.of(rule_id)
        if rule is None or rule_id in self._open:
            return None
        if rule_id not in self._rules:
            self._open.add(rule_id)
            self._rules[rule_id] = check_rule(rule, self._context, self._provenance)
            self._open.discard(rule_id)
        return self._rules[rule_id]
