"""Corrections of steps and rules as labels to test rules against. Techniques have their own form, in their own room."""

from collections.abc import Mapping

from callqa.domain import Finding, Noun, Quote, Verdict
from callqa.review.health import Key


class RuleLabel(Noun):
    """What a person says about one step or rule on one call."""

    call_id: str
    """The call."""
    subject: str
    """``step`` or ``rule``."""
    id: str
    """Its id."""
    machine: Verdict | None
    """What the machine said; None where it said nothing."""
    broken: bool
    """What is true: the rule was broken, the step left out or done wrong."""
    quotes: tuple[str, ...]
    """The words the machine pointed to, masked."""


def rule_labels(
    said: Mapping[Key, bool], findings: Mapping[Key, Finding], *, call_id: str
) -> list[RuleLabel]:
    """Labels of one call, by subject and id.

    Args:
        said: From `callqa.review.verdicts`.
        findings: The machine's, by subject and id.
        call_id: The call.
    """
    labels = []
    for (subject, name), broken in sorted(said.items()):
        finding = findings.get((subject, name))
        evidence = finding.evidence if finding else ()
        labels.append(
            RuleLabel(
                call_id=call_id,
                subject=subject,
                id=name,
                machine=finding.verdict if finding else None,
                broken=broken,
                quotes=tuple(piece.text for piece in evidence if isinstance(piece, Quote)),
            )
        )
    return labels
