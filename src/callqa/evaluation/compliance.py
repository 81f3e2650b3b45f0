"""Steps, rules, assents, facts and personal data of labelled dialogues: right, wrong, or left to a person.

Counted per call: a step is there where the labels mark it anywhere, a rule where it is marked or listed as broken.
What the engine leaves open (``unsure``) is counted neither as found nor as missed in precision, recall and F1, and is
shown beside them; ``Tally.strict_recall`` counts it as missed.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Literal, TypeVar

from pydantic import Field

from callqa.domain import (
    Finding,
    LabelledCall,
    Noun,
    Party,
    PersonalData,
    Quote,
    StepState,
    Subject,
    TextSpan,
    Verdict,
)
from callqa.evaluation.noise import Disturbed
from callqa.evaluation.rates import Hits, decided, mean
from callqa.policy.rules.operators import FieldIs
from callqa.policy.script import Script, Step
from callqa.policy.wording import Extent

ASSENT_SLOT = "客户同意"
"""Slot in which a step's finding tells what the customer answered."""
_COVERED = 0.5
"""Share of a labelled piece that must be hidden to count as found, and of a found piece that must be labelled."""


class Tally(Noun):
    """Decisions about one step or rule, those left open apart."""

    hits: Hits = Hits()
    """What was decided."""
    open_there: int = 0
    """Left to a person where it was there."""
    open_absent: int = 0
    """Left to a person where it was not."""
    keywords: Hits = Hits()
    """What exact keywords decided on the same calls."""
    expressions: Hits = Hits()
    """What regular expressions decided on the same calls."""

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            hits=self.hits + other.hits,
            open_there=self.open_there + other.open_there,
            open_absent=self.open_absent + other.open_absent,
            keywords=self.keywords + other.keywords,
            expressions=self.expressions + other.expressions,
        )

    @property
    def open(self) -> int:
        """Left to a person."""
        return self.open_there + self.open_absent

    @property
    def calls(self) -> int:
        """Calls on which it was judged."""
        own = self.hits
        decisions = own.true_positive + own.false_positive + own.false_negative + own.true_negative
        return decisions + self.open

    @property
    def strict_recall(self) -> float | None:
        """Recall with everything left open counted as missed."""
        there = self.hits.true_positive + self.hits.false_negative + self.open_there
        return self.hits.true_positive / there if there else None


_Counted = TypeVar("_Counted", Tally, Hits)


class Figures(Noun):
    """Everything counted, adds up over calls."""

    steps: dict[str, Tally] = Field(default_factory=dict)
    """``policy.step`` → said or not."""
    rules: dict[str, Tally] = Field(default_factory=dict)
    """Rule id → broken or not."""
    assents: Hits = Hits()
    """Items that need the customer's assent: assented or not."""
    wrong_facts: Hits = Hits()
    """Marked wrong statements found, and statements called wrong that are not."""
    broken_steps: Hits = Hits()
    """Steps called broken: rightly (true positive) or not."""
    broken_rules: Hits = Hits()
    """Rules called broken: rightly or not."""
    located: Hits = Hits()
    """Rules rightly called broken whose evidence stands in a marked turn (true positive) or elsewhere."""
    personal: dict[str, Hits] = Field(default_factory=dict)
    """Kind → pieces of personal data found, missed, and found where there is none."""

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            steps=_sum(self.steps, other.steps, Tally()),
            rules=_sum(self.rules, other.rules, Tally()),
            assents=self.assents + other.assents,
            wrong_facts=self.wrong_facts + other.wrong_facts,
            broken_steps=self.broken_steps + other.broken_steps,
            broken_rules=self.broken_rules + other.broken_rules,
            located=self.located + other.located,
            personal=_sum(self.personal, other.personal, Hits()),
        )


class Rival(Noun):
    """What a simpler engine makes of a dialogue."""

    steps: frozenset[str] = frozenset()
    """Steps it finds."""
    rules: frozenset[str] = frozenset()
    """Rules it calls broken."""


class Heard(Noun):
    """What was made of one labelled dialogue."""

    truth: LabelledCall
    """What was said, with its labels."""
    disturbed: Disturbed
    """What was recognised."""
    findings: tuple[Finding, ...]
    """Verdicts of the engine on what was recognised."""
    personal: tuple[PersonalData, ...]
    """Personal data found in what was recognised."""
    keywords: Rival = Rival()
    """What exact keywords make of it."""
    expressions: Rival = Rival()
    """What regular expressions of the same patterns make of it."""


def count(heard: Heard, *, policy: str, script: Script, fact_rules: Collection[str]) -> Figures:
    """Compare one dialogue with its labels.

    Args:
        heard: What was made of it.
        policy: Policy id, put before step ids.
        script: Script in force.
        fact_rules: Ids of the rules that are broken by wrong facts.
    """
    steps = {finding.id: finding for finding in heard.findings if finding.subject is Subject.step}
    rules = {finding.id: finding for finding in heard.findings if finding.subject is Subject.rule}
    judged = [step for step in script.steps if _applies(step, heard.truth)]
    step_tallies = {f"{policy}.{step.id}": _step(step, steps[step.id], heard) for step in judged}
    rule_tallies = {name: _rule(finding, heard) for name, finding in rules.items()}
    broken_steps = Hits()
    for step in judged:
        if steps[step.id].verdict is Verdict.broken:
            broken_steps += decided(found=True, there=_rightly_broken(step, steps[step.id], heard))
    broken_rules = Hits()
    for tally in rule_tallies.values():
        broken_rules += Hits(true_positive=tally.hits.true_positive, false_positive=tally.hits.false_positive)
    return Figures(
        steps=step_tallies,
        rules=rule_tallies,
        assents=_assents(judged, steps, heard.truth),
        wrong_facts=_wrong_facts([rules[name] for name in fact_rules if name in rules], heard.truth),
        broken_steps=broken_steps,
        broken_rules=broken_rules,
        located=_located(rules, heard.truth),
        personal=_personal(heard),
    )


def macro_f1(
    tallies: Mapping[str, Tally], *, of: Literal["hits", "keywords", "expressions"] = "hits"
) -> float | None:
    """Mean F1 over the steps or rules that have one, of the engine or of a rival."""
    scores = [getattr(tally, of).f1 for tally in tallies.values()]
    return mean([score for score in scores if score is not None])


def total(tallies: Mapping[str, Tally]) -> Tally:
    """All of them added up."""
    return sum(tallies.values(), Tally())


def _sum(one: Mapping[str, _Counted], two: Mapping[str, _Counted], none: _Counted) -> dict[str, _Counted]:
    return {name: one.get(name, none) + two.get(name, none) for name in {**one, **two}}


def _applies(step: Step, truth: LabelledCall) -> bool:
    """Labels say nothing about what follows an order on calls without one."""
    conditional = isinstance(step.when, FieldIs) and step.when.left == "ordered"
    return not conditional or truth.header.get("ordered") == "是"


def _step(step: Step, finding: Finding, heard: Heard) -> Tally:
    there = step.id in heard.truth.marked("met")
    rivals = Tally(
        keywords=decided(found=step.id in heard.keywords.steps, there=there),
        expressions=decided(found=step.id in heard.expressions.steps, there=there),
    )
    if finding.verdict is Verdict.unsure:
        return rivals + Tally(open_there=int(there), open_absent=int(not there))
    return rivals + Tally(hits=decided(found=finding.hits > 0, there=there))


def _rule(finding: Finding, heard: Heard) -> Tally:
    there = finding.id in heard.truth.marked("broken") or finding.id in heard.truth.listed("rules")
    rivals = Tally(
        keywords=decided(found=finding.id in heard.keywords.rules, there=there),
        expressions=decided(found=finding.id in heard.expressions.rules, there=there),
    )
    if finding.verdict is Verdict.unsure:
        return rivals + Tally(open_there=int(there), open_absent=int(not there))
    return rivals + Tally(hits=decided(found=finding.verdict is Verdict.broken, there=there))


def _rightly_broken(step: Step, finding: Finding, heard: Heard) -> bool:
    truth = heard.truth
    match finding.state:
        case StepState.wrong_fact:
            return any(
                mark.kind == "wrong" and _same_fact(mark.id, step.facts)
                for turn in truth.turns
                for mark in turn.marks
            )
        case StepState.not_assented:
            return step.id not in truth.marked("assent")
        case StepState.out_of_order:
            return not _in_place(step, heard)
        case _:
            return step.id not in truth.marked("met")


def _same_fact(label: str, facts: Collection[str]) -> bool:
    """Policies name a fact by product and matter (``kangshu_price``), labels by the matter."""
    return any(fact == label or fact.endswith(f"_{label}") for fact in facts)


def _in_place(step: Step, heard: Heard) -> bool:
    """Does any labelled place of the step lie inside its window?"""
    window = step.window
    turns = heard.disturbed.transcript.turns
    marked = [
        number
        for number, turn in enumerate(heard.truth.turns)
        if any(mark.kind == "met" and mark.id == step.id for mark in turn.marks)
    ]
    if window is None or (window.first is None and window.last is None):
        return False
    end = max(turn.span.end for turn in turns)
    own = [turn.index for turn in turns if turn.party is step.party]

    def inside(number: int) -> bool:
        span = turns[number].span
        rank = own.index(number) if number in own else 0
        first = window.first is not None and _within(window.first, span.start, rank, end)
        last = window.last is not None and _within(window.last, end - span.end, len(own) - 1 - rank, end)
        return first or last

    return any(inside(number) for number in marked)


def _within(extent: Extent, millis: int, turns: int, whole: int) -> bool:
    if extent.unit == "turns":
        return turns < extent.amount
    return millis <= (extent.amount if extent.unit == "ms" else whole * extent.amount / 100)


def _assents(judged: Sequence[Step], findings: Mapping[str, Finding], truth: LabelledCall) -> Hits:
    hits = Hits()
    for step in judged:
        if step.assent is None or step.id not in truth.marked("met"):
            continue
        finding = findings[step.id]
        slot = next((slot for slot in finding.slots if slot.name == ASSENT_SLOT), None)
        if finding.verdict is Verdict.unsure:
            hits += Hits(unsure=1)
        else:
            found = slot is not None and slot.value == "assented"
            hits += decided(found=found, there=step.id in truth.marked("assent"))
    return hits


def _wrong_facts(findings: Sequence[Finding], truth: LabelledCall) -> Hits:
    marked = {
        number for number, turn in enumerate(truth.turns) if any(mark.kind == "wrong" for mark in turn.marks)
    }
    if any(finding.verdict is Verdict.unsure for finding in findings):
        return Hits(unsure=max(1, len(marked)))
    said = {turn for finding in findings for turn in _turns(finding)}
    return Hits(
        true_positive=len(marked & said),
        false_positive=len(said - marked),
        false_negative=len(marked - said),
    )


def _turns(finding: Finding) -> set[int]:
    if finding.verdict is not Verdict.broken:
        return set()
    return {piece.turn for piece in finding.evidence if isinstance(piece, Quote)}


def _located(rules: Mapping[str, Finding], truth: LabelledCall) -> Hits:
    hits = Hits()
    for name, finding in rules.items():
        marked = {
            number
            for number, turn in enumerate(truth.turns)
            if any(mark.kind == "broken" and mark.id == name for mark in turn.marks)
        }
        if finding.verdict is Verdict.broken and marked:
            hits += decided(found=True, there=bool(marked & _turns(finding)))
    return hits


def _personal(heard: Heard) -> dict[str, Hits]:
    """Pieces of both parties; a piece counts as found whatever kind it was taken for."""
    hits: dict[str, Hits] = defaultdict(Hits)
    labelled: dict[int, list[TextSpan]] = defaultdict(list)
    for number, turn in enumerate(heard.truth.turns):
        for mark in turn.marks:
            where = heard.disturbed.heard(number, mark.characters) if mark.kind == "personal" else None
            if where is not None and turn.party is not Party.unknown:
                labelled[number].append(where)
                found = [piece.characters for piece in heard.personal if piece.turn == number]
                hits[mark.id] += decided(found=_share(where, found) >= _COVERED, there=True)
    for piece in heard.personal:
        if _share(piece.characters, labelled[piece.turn]) < _COVERED:
            hits[piece.kind] += Hits(false_positive=1)
    return dict(hits)


def _share(where: TextSpan, others: Sequence[TextSpan]) -> float:
    own = set(range(where.start, where.end))
    covered = {place for other in others for place in range(other.start, other.end)}
    return len(own & covered) / len(own)
