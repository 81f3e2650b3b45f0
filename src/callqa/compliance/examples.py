"""Every rule's own examples, run as if they had been heard: what ``callqa policy check`` calls."""

from datetime import UTC, datetime

from callqa.compliance.checker import Checker, CompliancePolicy, check_compliance, prepare
from callqa.compliance.spoken import as_heard, read_spoken
from callqa.domain import DialogueError, Finding, LabelledCall, Noun, Verdict
from callqa.policy.rules import Rule

_AT = datetime(2026, 1, 1, tzinfo=UTC)
"""Examples have no time of their own; the findings made here are thrown away."""


class ExampleFault(Noun):
    """An example on which its rule does not do what it should."""

    rule: str
    """Rule id."""
    kind: str
    """``broken`` or ``fine``: the list the example stands in."""
    number: int
    """Place in the list, from 0."""
    text: str
    """The example."""
    verdict: str
    """What came out, or "" where the example cannot be read."""
    detail: str
    """Chinese sentence: why."""

    @property
    def message(self) -> str:
        """For people, one sentence."""
        wanted = "应判违规" if self.kind == "broken" else "不应判违规"
        got = _TITLES.get(self.verdict, self.verdict) or "读不懂"
        return f"规则“{self.rule}”的例子 {self.kind}[{self.number}] {wanted}，结果是{got}：{self.detail}"


_TITLES = {"broken": "违规", "met": "没有违规", "unsure": "听不清", "not_applicable": "不适用"}


def examples(policy: CompliancePolicy, *, checker: Checker | None = None) -> tuple[ExampleFault, ...]:
    """Run every example of every rule.

    Args:
        policy: The policy.
        checker: The prepared policy, where there is one already.

    Returns:
        The examples that fail, in the policy's order; empty where all pass. An example under ``fine`` may come out
        met, not applicable or unsure: what matters is that nobody is accused.
    """
    prepared = checker or prepare(policy)
    faults: list[ExampleFault] = []
    for rule in policy.rules.rules:
        for kind, texts in (("broken", rule.examples.broken), ("fine", rule.examples.fine)):
            for number, text in enumerate(texts):
                fault = _run(rule, kind, number, text, prepared)
                if fault is not None:
                    faults.append(fault)
    return tuple(faults)


def try_dialogue(text: str, checker: Checker) -> tuple[LabelledCall, tuple[Finding, ...]]:
    """Findings of a pasted dialogue (``callqa policy test``).

    Raises:
        DialogueError: A line that cannot be read.
    """
    dialogue = read_spoken(text, name="dialogue")
    call, transcript = as_heard(dialogue, at=_AT)
    return dialogue, check_compliance(call, transcript, None, (), checker, at=_AT)


def _run(rule: Rule, kind: str, number: int, text: str, checker: Checker) -> ExampleFault | None:
    def fault(verdict: str, detail: str) -> ExampleFault:
        return ExampleFault(rule=rule.id, kind=kind, number=number, text=text, verdict=verdict, detail=detail)

    try:
        _, findings = try_dialogue(text, checker)
    except DialogueError as error:
        return fault("", str(error))
    finding = next(f for f in findings if f.id == rule.id and f.subject == "rule")
    broken = finding.verdict is Verdict.broken
    if broken is (kind == "broken"):
        return None
    return fault(finding.verdict.value, finding.explanation.detail)
