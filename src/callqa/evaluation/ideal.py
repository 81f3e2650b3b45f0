"""What a perfect machine would have found: the findings and tags that the labels of a call demand."""

from collections.abc import Iterable
from datetime import datetime

from callqa.domain import (
    Finding,
    Party,
    Provenance,
    Reaction,
    ReactionTag,
    StepState,
    Subject,
    TechniqueReading,
    TechniqueTag,
    Transcript,
    Verdict,
)
from callqa.evaluation.judgement import true_steps, true_violations
from callqa.evaluation.truth import Truth


def ideal_findings(findings: Iterable[Finding], truth: Truth) -> tuple[Finding, ...]:
    """The same steps and rules with the verdicts that the labels give.

    A labelled step is met unless the labels say that it lacked the customer's assent or carried a wrong fact; a step
    listed as missing is broken; what the labels do not judge keeps the machine's verdict on the true text.
    """
    steps, broken = true_steps(truth), true_violations(truth)
    assented = truth.marked("assent")
    demands_assent = {"confirm_order"} | assented
    wrong = {
        step.id
        for turn in truth.turns
        for fact in turn.marks
        if fact.kind == "wrong"
        for step in turn.marks
        if step.kind == "met" and step.characters.start <= fact.characters.start < step.characters.end
    }
    ideal = []
    for finding in findings:
        if finding.subject is Subject.rule:
            verdict = Verdict.broken if finding.id in broken else Verdict.met
            judged = finding.verdict is not Verdict.not_applicable or finding.id in broken
            ideal.append(finding.replace(verdict=verdict, hits=max(1, finding.hits)) if judged else finding)
        elif finding.id not in steps:
            ideal.append(finding)
        elif not steps[finding.id]:
            ideal.append(finding.replace(verdict=Verdict.broken, state=StepState.missing, hits=0))
        elif finding.id in wrong:
            ideal.append(finding.replace(verdict=Verdict.broken, state=StepState.wrong_fact))
        elif finding.state is StepState.not_assented and finding.id in demands_assent - assented:
            ideal.append(finding)
        else:
            ideal.append(finding.replace(verdict=Verdict.met, state=StepState.said))
    return tuple(ideal)


def ideal_reading(transcript: Transcript, truth: Truth, *, at: datetime) -> TechniqueReading:
    """The labelled techniques and reactions on the ideal transcript (turns in the same order as the truth's)."""
    tags: list[TechniqueTag] = []
    reactions: list[ReactionTag] = []
    ordered = sorted(truth.turns, key=lambda turn: (turn.start, turn.party))
    for turn, true in zip(transcript.turns, ordered, strict=True):
        quote = turn.quote()
        if true.party is Party.agent:
            tags += [
                TechniqueTag(label=label, turn=turn.index, probability=1.0, quote=quote)
                for label in true.labels
            ]
        elif true.labels:
            reaction = Reaction(true.labels[0])
            reactions.append(ReactionTag(reaction=reaction, turn=turn.index, probability=1.0, quote=quote))
    provenance = Provenance(step="truth", version="1", at=at)
    return TechniqueReading(tags=tuple(tags), reactions=tuple(reactions), provenance=provenance)
