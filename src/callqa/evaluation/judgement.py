"""Were steps, rules and technique tags right?"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from callqa.domain import Finding, Party, Quote, Subject, TechniqueReading, Transcript, Turn, Verdict
from callqa.evaluation.rates import Hits, decided
from callqa.evaluation.truth import Truth


def true_steps(truth: Truth) -> dict[str, bool]:
    """Step id → said (True) or wrongly left out (False). Steps that are neither are not judged."""
    verdicts = dict.fromkeys(truth.listed("missing"), False)
    verdicts.update(dict.fromkeys(truth.marked("met"), True))
    return verdicts


def true_violations(truth: Truth) -> set[str]:
    """Rule ids that were broken: marked in a turn, or listed for what no single turn shows."""
    return truth.marked("broken") | set(truth.listed("rules"))


def score_steps(findings: Iterable[Finding], truth: Truth) -> dict[str, Hits]:
    """Per step: was a step that was said found to be said? ``unsure`` is counted apart."""
    verdicts = true_steps(truth)
    hits: dict[str, Hits] = {}
    for finding in findings:
        if finding.subject is not Subject.step or finding.id not in verdicts:
            continue
        if finding.verdict is Verdict.unsure:
            hits[finding.id] = Hits(unsure=1)
        else:
            said = any(isinstance(piece, Quote) for piece in finding.evidence) and finding.hits > 0
            hits[finding.id] = decided(found=said, there=verdicts[finding.id])
    return hits


def score_rules(findings: Iterable[Finding], truth: Truth) -> dict[str, Hits]:
    """Per rule: was it found broken where it was broken, and only there?"""
    broken = true_violations(truth)
    hits: dict[str, Hits] = {}
    for finding in findings:
        if finding.subject is not Subject.rule:
            continue
        if finding.verdict is Verdict.unsure:
            hits[finding.id] = Hits(unsure=1)
        else:
            hits[finding.id] = decided(found=finding.verdict is Verdict.broken, there=finding.id in broken)
    return hits


def score_techniques(reading: TechniqueReading, transcript: Transcript, truth: Truth) -> dict[str, Hits]:
    """Per label over the true agent turns; a recognised turn counts for the true turns it overlaps most."""
    tagged: dict[int, set[str]] = defaultdict(set)
    for tag in reading.tags:
        position = _true_turn(transcript.turns[tag.turn], truth)
        if position is not None:
            tagged[position].add(tag.label)
    hits: dict[str, Hits] = defaultdict(Hits)
    labels = {label for found in tagged.values() for label in found}
    labels |= {label for turn in truth.turns if turn.party is Party.agent for label in turn.labels}
    for position, turn in enumerate(truth.turns):
        if turn.party is Party.agent:
            for label in labels:
                hits[label] += decided(found=label in tagged[position], there=label in turn.labels)
    return dict(hits)


def score_reactions(reading: TechniqueReading, transcript: Transcript, truth: Truth) -> dict[str, Hits]:
    """Per reaction over the true customer turns."""
    found: dict[int, str] = {}
    for tag in reading.reactions:
        position = _true_turn(transcript.turns[tag.turn], truth)
        if position is not None:
            found.setdefault(position, tag.reaction.value)
    hits: dict[str, Hits] = defaultdict(Hits)
    names = set(found.values()) | {
        label for turn in truth.turns if turn.party is Party.customer for label in turn.labels
    }
    for position, turn in enumerate(truth.turns):
        if turn.party is Party.customer:
            for name in names:
                hits[name] += decided(found=found.get(position) == name, there=name in turn.labels)
    return dict(hits)


def add_up(many: Sequence[dict[str, Hits]]) -> dict[str, Hits]:
    """Sum per id over calls."""
    total: dict[str, Hits] = defaultdict(Hits)
    for one in many:
        for name, hits in one.items():
            total[name] += hits
    return dict(sorted(total.items()))


def _true_turn(turn: Turn, truth: Truth) -> int | None:
    """Position of the true turn of the same party that shares most time with it."""
    best, shared = None, 0
    for position, candidate in enumerate(truth.turns):
        common = turn.span.intersection(candidate.span)
        if common and candidate.party is turn.party and common.duration > shared:
            best, shared = position, common.duration
    return best
