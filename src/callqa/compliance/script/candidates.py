"""Where a step was, or may have been, said: accepted wordings, the standard line, parts over several turns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from callqa.compliance.answer import Hit
from callqa.compliance.facts import Statement
from callqa.compliance.learned import Discriminants
from callqa.compliance.operators.pattern import in_turn
from callqa.compliance.operators.similar import Sentences
from callqa.compliance.script.slots import read_slots
from callqa.compliance.view import CallView
from callqa.domain import Quote
from callqa.policy.facts import FactSheet
from callqa.policy.script import Step
from callqa.policy.wording import Strictness, Wording

SAID = 0.65
"""Cosine of a turn with the standard line from which it is said as written; measured on the labelled calls."""
PARAPHRASED = 0.48
"""… from which it is said in other words."""
MAYBE = 0.43
"""… from which it may have been: the grey zone."""


SURE_LEARNED = 0.8
"""Learned probability from which a turn is the step in other words; measured like the above."""
MAYBE_LEARNED = 0.35
"""… from which it may be: rather too often, since a step called missing costs points and one left open does not."""


_HEARD = (0.85, 0.91, 0.97)
_UNLIKE_BELOW = (0.12, 0.15, 0.18)
"""Mean word probability of the party → learned probability below which a step that was not found was not said.

Chosen on products whose calls were not learned from. Without errors, of the steps not found 15 of 74 had been said on
three products seen for the first time, four of them below 0.18 (0.13 to 0.16) — and 16 of the 59 left out lay above."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like a step a turn is, where none of the accepted wordings was heard."""

    lines: Sentences
    """Standard lines."""
    learned: Discriminants
    """What was learned from the steps' examples."""

    def unlike(self, step: Step, turns: Sequence[int], view: CallView) -> bool | None:
        """Is no turn like the step, even for one so poorly heard? None where the step has no examples to go by."""
        if step.examples is None:
            return None
        mean = view.confidence(step.party)
        bound = float(np.interp(mean if mean is not None else _HEARD[-1], _HEARD, _UNLIKE_BELOW))
        judged = (self.learned.judge(step.examples, view.turns[turn].text) for turn in turns)
        return all(one is None or one.probability < bound for one in judged)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place where a step may have been said."""

    first: int
    """First turn."""
    last: int
    """Last turn."""
    hits: tuple[Hit, ...]
    """What was heard."""
    weight: float
    """0..1, how like."""
    paraphrased: bool = False
    """Only like the standard line, none of the accepted wordings."""
    sure: bool = True
    """False in the grey zone or badly heard."""

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """The words, in time order, without repeats."""
        found = {e.model_dump_json(): e for hit in self.hits for e in hit.evidence if isinstance(e, Quote)}
        return tuple(sorted(found.values(), key=lambda q: (q.turn, q.characters.start)))


def line_wording(step: Step) -> Wording | None:
    """The standard line as a phrase for the book, loosely matched."""
    return Wording(text=step.line, strictness=Strictness.loose) if step.line else None


def candidates(
    step: Step, view: CallView, likeness: Likeness, sheet: FactSheet, said: Sequence[Statement]
) -> list[Candidate]:
    """Every place, in time order; at most one per first turn (the likest)."""
    # what bars a step must be heard as well as what accuses: 那不赔的部分 is not 没有不赔
    barred = {
        h.turn for wording in step.unless for h in view.hits(wording, step.party) if h.sure and h.accuses
    }
    found = _by_parts(step, view) if step.parts else _by_wordings(step, view)
    if not step.parts:
        found += _by_line(step, view, likeness.lines)
        found += _by_examples(step, view, likeness.learned)
    found += _by_slots(step, view, sheet)
    if step.by_fact:
        found += [
            _of_statement(s, view) for s in said if s.fact.id in step.facts and s.quote.party is step.party
        ]
    best: dict[int, Candidate] = {}
    for candidate in found:
        if candidate.first in barred:
            continue
        known = best.get(candidate.first)
        if known is None or _rank(candidate) > _rank(known):
            best[candidate.first] = candidate
    return [best[turn] for turn in sorted(best)]


def _rank(candidate: Candidate) -> tuple[bool, bool, float]:
    return (candidate.sure, not candidate.paraphrased, candidate.weight)


def _by_wordings(step: Step, view: CallView) -> list[Candidate]:
    by_turn: dict[int, list[Hit]] = {}
    for wording in step.wordings:
        for hit in view.hits(wording, step.party):
            by_turn.setdefault(hit.turn or 0, []).append(hit)
    for pattern in step.patterns:
        for turn in view.turns_of(step.party):
            by_turn.setdefault(turn, []).extend(in_turn(pattern, turn, view))
    found = []
    for turn, hits in by_turn.items():
        if not hits:
            continue
        sure = [hit for hit in hits if hit.sure] or hits
        best = max(hit.score or 0.0 for hit in sure)
        last = max(hit.last_turn if hit.last_turn is not None else turn for hit in sure)
        found.append(Candidate(turn, last, tuple(sure), best, sure=any(hit.sure for hit in sure)))
    return found


def _by_line(step: Step, view: CallView, sentences: Sentences) -> list[Candidate]:
    wording = line_wording(step)
    if wording is None:
        return []
    found = [
        Candidate(hit.turn or 0, hit.last_turn or 0, (hit,), hit.score or 0.0, sure=hit.sure)
        for hit in view.hits(wording, step.party)
    ]
    for turn in view.turns_of(step.party):
        if len(view.heard[turn]) < 4:
            continue
        likeness = sentences.similarity(step.line, view.heard[turn])
        if likeness < MAYBE:
            continue
        quote = view.turns[turn].quote()
        sure = likeness >= PARAPHRASED and view.clear([quote])
        hit = Hit(
            evidence=(quote,),
            span=quote.span,
            turn=turn,
            last_turn=turn,
            sure=sure,
            score=round(likeness, 3),
            threshold=PARAPHRASED,
            pattern=step.line,
            key=step.line,
        )
        found.append(Candidate(turn, turn, (hit,), likeness, paraphrased=likeness < SAID, sure=sure))
    return found


def _by_examples(step: Step, view: CallView, learned: Discriminants) -> list[Candidate]:
    if step.examples is None:
        return []
    found: list[Candidate] = []
    for turn in view.turns_of(step.party):
        judged = learned.judge(step.examples, view.turns[turn].text)
        if judged is None or judged.probability < MAYBE_LEARNED:
            continue
        quote = view.quote(turn, judged.stretch.start, judged.stretch.end)
        sure = judged.probability >= SURE_LEARNED and view.clear([quote])
        score = round(judged.probability, 3)
        hit = Hit(
            (quote,), quote.span, turn, turn, sure, score, SURE_LEARNED, pattern=step.line or step.title
        )
        found.append(Candidate(turn, turn, (hit,), judged.probability * PARAPHRASED, True, sure))
    return found


def _by_parts(step: Step, view: CallView) -> list[Candidate]:
    """All parts within ``spread`` turns of the party; some but not all of them is not the step."""
    own = view.turns_of(step.party)
    place = {turn: number for number, turn in enumerate(own)}
    groups = [
        sorted(
            (hit for wording in group for hit in view.hits(wording, step.party)),
            key=lambda hit: hit.span.start,
        )
        for group in step.parts
    ]
    starts = sorted({hit.turn for group in groups for hit in group if hit.turn is not None})
    found: list[Candidate] = []
    for first in starts:
        chosen: list[Hit] = []
        for group in groups:
            near = [
                h for h in group if h.turn is not None and 0 <= place[h.turn] - place[first] < step.spread
            ]
            if not near:
                break
            chosen.append(max(near, key=lambda hit: (hit.sure, hit.score or 0.0)))
        else:
            turns = [t for hit in chosen for t in (hit.turn, hit.last_turn) if t is not None]
            weight = sum(hit.score or 0.0 for hit in chosen) / len(chosen)
            found.append(
                Candidate(min(turns), max(turns), tuple(chosen), weight, sure=all(hit.sure for hit in chosen))
            )
    return found


def _by_slots(step: Step, view: CallView, sheet: FactSheet) -> list[Candidate]:
    """Turns in which a slot that suffices was heard."""
    found: list[Candidate] = []
    for rule in step.slots:
        if not rule.suffices:
            continue
        for turn in view.turns_of(step.party):
            for slot in read_slots((rule,), (turn,), view, sheet):
                if isinstance(slot.evidence, Quote):
                    quote = slot.evidence
                    hit = Hit((quote,), quote.span, turn, turn, view.clear([quote]), 0.9, pattern=rule.name)
                    found.append(Candidate(turn, turn, (hit,), 0.9, sure=hit.sure))
    return found


def _of_statement(statement: Statement, view: CallView) -> Candidate:
    quote = statement.quote
    hit = Hit((quote,), quote.span, quote.turn, quote.turn, True, 0.8, pattern=statement.fact.title)
    return Candidate(quote.turn, quote.turn, (hit,), 0.8, sure=view.clear([quote]))


def partly(step: Step, view: CallView) -> tuple[int, int, Hit | None]:
    """For a step of parts: how many parts were heard anywhere, of how many, and the first hit."""
    heard = [
        next((hit for wording in group for hit in view.hits(wording, step.party)), None)
        for group in step.parts
    ]
    return sum(hit is not None for hit in heard), len(heard), next((hit for hit in heard if hit), None)
