"""Steps → findings: the script in force aligned with the call, one finding per step.

States: said · paraphrased · out_of_order · missing · wrong_fact · not_assented · unheard · not_applicable.
Unsure: the best place lies in the grey zone or was heard at a mean word probability below 0.3; nothing was
found but more than 35 % of the searched speech was hardly heard, lost or under talk-over; nothing was found and some
turn is somewhat like the step's examples, the more so the worse the party was heard (``candidates.Likeness``; for steps
without examples: the party's words average below ``view.DOUBTFUL_MEAN``, and the same for a place, a slot or an assent
that was not found); the party's channel is dead or missing; the file broke off; the party is unknown (mono); it is
not known whether the step applies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from callqa.compliance.answer import Answer
from callqa.compliance.facts import Statement
from callqa.compliance.judge import Judge
from callqa.compliance.operators.context import Context
from callqa.compliance.scopes import Stretch, stretches
from callqa.compliance.script.alignment import heaviest_chain
from callqa.compliance.script.assent import Exchange, exchange
from callqa.compliance.script.candidates import Candidate, Likeness, candidates, line_wording, partly
from callqa.compliance.script.slots import disagrees, read_slots, said_wrong
from callqa.domain import (
    Absence,
    Evidence,
    Explanation,
    Finding,
    Party,
    Provenance,
    Quote,
    Slot,
    StepState,
    Subject,
    Verdict,
)
from callqa.policy.facts import FactSheet
from callqa.policy.rules.scope import Scope
from callqa.policy.script import Script, Step
from callqa.policy.wording import Wording

_ASSENT_SLOT = "客户同意"
_IN_WINDOW = 1.0
"""Extra weight of a place inside the step's window, so that a greeting is looked for at the beginning."""


@dataclass(frozen=True, slots=True)
class _Judged:
    verdict: Verdict
    state: StepState
    detail: str


class ScriptReading:
    """One script on one call. ``finding`` gives a step's finding; the alignment is made once, on first use."""

    def __init__(
        self, script: Script, context: Context, sheet: FactSheet, likeness: Likeness, provenance: Provenance
    ) -> None:
        self.script = script
        self._context = context
        self._view = context.view
        self._sheet = sheet
        self._likeness = likeness
        self._provenance = provenance
        self._findings: dict[str, Finding] = {}
        self._open: set[str] = set()

    def findings(self) -> tuple[Finding, ...]:
        """All steps in script order."""
        return tuple(self._finding(step) for step in self.script.steps)

    def finding(self, step_id: str) -> Finding | None:
        """A step's finding, None where the script lacks it or where its own condition asks for it."""
        step = next((step for step in self.script.steps if step.id == step_id), None)
        return self._finding(step) if step is not None and step_id not in self._open else None

    @cached_property
    def _candidates(self) -> Mapping[str, list[Candidate]]:
        return {
            step.id: candidates(step, self._view, self._likeness, self._sheet, self._context.statements())
            for step in self.script.steps
        }

    @cached_property
    def _windows(self) -> Mapping[str, Stretch]:
        places = {}
        for step in self.script.steps:
            window = step.window
            scope = Scope(first=window.first) if window is not None and window.first is not None else Scope()
            place = stretches(scope, self._view, step.party)[0]
            if window is not None and window.last is not None:
                tail = stretches(Scope(last=window.last), self._view, step.party)[0]
                both = tuple(sorted({*place.turns, *tail.turns})) if window.first is not None else tail.turns
                place = Stretch(both, tail.span if window.first is None else self._view.whole)
            places[step.id] = place
        return places

    def _inside(self, step: Step, candidate: Candidate) -> bool:
        return candidate.first in self._windows[step.id].turns

    @cached_property
    def _chosen(self) -> Mapping[str, tuple[Candidate | None, bool]]:
        """Per step its best place and whether it is in order."""
        ordered = [step for step in self.script.steps if step.order != "free"]
        weights = np.zeros((len(ordered), len(self._view.turns)), dtype=np.float64)
        for row, step in enumerate(ordered):
            for candidate in self._candidates[step.id]:
                if candidate.sure:
                    weights[row, candidate.first] = self._weight(step, candidate)
        chain = dict(zip((step.id for step in ordered), heaviest_chain(weights), strict=True))
        chosen: dict[str, tuple[Candidate | None, bool]] = {}
        for step in self.script.steps:
            places = self._candidates[step.id]
            turn = chain.get(step.id)
            if turn is not None:
                chosen[step.id] = (next(c for c in places if c.first == turn), True)
                continue
            best = max(places, key=lambda c: (c.sure, self._weight(step, c), -c.first), default=None)
            chosen[step.id] = (best, step.order == "free" or best is None or not best.sure)
        return chosen

    def _weight(self, step: Step, candidate: Candidate) -> float:
        weight = candidate.weight - (0.2 if candidate.paraphrased else 0.0)
        windowed = step.window is not None and (step.window.first or step.window.last)
        return max(0.05, weight) + (_IN_WINDOW if windowed and self._inside(step, candidate) else 0.0)

    def _finding(self, step: Step) -> Finding:
        if step.id not in self._findings:
            self._open.add(step.id)
            self._findings[step.id] = self._judge(step)
            self._open.discard(step.id)
        return self._findings[step.id]

    def _judge(self, step: Step) -> Finding:
        applies = self._applies(step)
        if applies.truth is False:
            return self._absent(step, Verdict.not_applicable, "前提不成立，这一步不适用", applies.evidence)
        why = self._view.unheard(step.party)
        if why is not None:
            return self._absent(step, Verdict.unsure, f"{why}，请人工听一下")
        best, in_order = self._chosen[step.id]
        if best is None:
            return self._missing(step, applies)
        if not best.sure:
            return self._unclear(step, best)
        return self._said(step, best, in_order=in_order)

    def _applies(self, step: Step) -> Answer:
        return Judge(self._context).answer(step.when) if step.when is not None else Answer(True)

    def _missing(self, step: Step, applies: Answer) -> Finding:
        place = self._windows[step.id]
        bad = self._view.badly_heard(place.turns, stretch=place.span, party=step.party)
        if bad is None and self._view.truncated and place.span.end >= self._view.duration:
            bad = "录音不完整"
        if bad is None and step.need != "optional":
            bad = self._may_have_been_said(step)
        if bad is not None:
            return self._absent(step, Verdict.unsure, f"{bad}，说没说判断不了")
        if applies.truth is None:
            return self._absent(step, Verdict.unsure, "没有听到；这一步该不该有判断不了")
        if step.need == "optional":
            return self._absent(step, Verdict.not_applicable, "选做步骤，没有说")
        heard, of, _ = partly(step, self._view) if step.parts else (0, 0, None)
        detail = f"没有说到（{of} 部分只听到 {heard} 部分）" if heard else "没有说到"
        return self._absent(step, Verdict.broken, detail)

    def _may_have_been_said(self, step: Step) -> str | None:
        """Why a required step that was not found may have been said all the same, or None."""
        doubtful = self._view.doubtful(step.party)
        unlike = self._likeness.unlike(step, self._view.turns_of(step.party), self._view)
        if unlike is None:
            return doubtful
        return None if unlike else doubtful or "有一句话和这一步有几分像"

    def _absent(
        self, step: Step, verdict: Verdict, detail: str, readings: Sequence[Evidence] = ()
    ) -> Finding:
        place = self._windows[step.id]
        states = {
            Verdict.broken: StepState.missing,
            Verdict.unsure: StepState.unheard,
            Verdict.not_applicable: StepState.not_applicable,
        }
        nearest, likeness = self._nearest(step, place) if verdict is Verdict.broken else (None, None)
        absence = Absence(
            searched=place.span,
            turns=place.bounds,
            expected=step.line or "、".join(w.text for w in _named(step)[:4]) or step.title,
            nearest=nearest,
            similarity=likeness,
        )
        return Finding(
            subject=Subject.step,
            id=step.id,
            title=step.title,
            verdict=verdict,
            state=states[verdict],
            evidence=(*readings, absence),
            explanation=Explanation(
                matcher="script", pattern=absence.expected, score=likeness, detail=detail
            ),
            provenance=self._provenance,
        )

    def _nearest(self, step: Step, place: Stretch) -> tuple[Quote | None, float | None]:
        wordings = [*step.wordings, *(w for group in step.parts for w in group)]
        line = line_wording(step)
        wordings += [line] if line is not None else []
        turns = [t for t in place.turns if len(self._view.heard[t])]
        best = self._view.book.nearest(
            [self._view.book.number(w) for w in wordings], [self._view.heard[t] for t in turns]
        )
        if best is None or best.end <= best.start:
            return None, None
        return self._view.quote(turns[best.line], best.start, best.end), round(best.similarity, 3)

    def _unclear(self, step: Step, best: Candidate) -> Finding:
        detail = "好像说了，没有听清，请人工听一下"
        return self._heard(step, best, _Judged(Verdict.unsure, StepState.unheard, detail), hits=0)

    def _said(self, step: Step, best: Candidate, *, in_order: bool) -> Finding:
        slots = self._slots(step, best)
        wrong = self._wrong_statements(step, best)
        slots = said_wrong(slots, step.slots, wrong)
        judged = self._wrong_fact(step, best, slots, wrong) or self._not_vouched_for(
            self._misplaced(step, best, in_order=in_order) or self._without_slot(step, slots), step.party
        )
        answer = self._assent(step, best)
        evidence: list[Evidence] = []
        if answer is not None:
            value = answer.result
            text = answer.answer.text if answer.answer is not None else ""
            slots = (*slots, Slot(name=_ASSENT_SLOT, text=text, value=value, evidence=answer.answer))
            evidence += [answer.answer] if answer.answer is not None else []
            judged = _with_assent(judged, answer, self._view.doubtful(Party.customer))
        if judged is None or (judged.verdict is Verdict.met and judged.state is StepState.said):
            state = StepState.paraphrased if best.paraphrased else StepState.said
            words = "意思说到了" if best.paraphrased else "说到了"
            words += self._doubt(step, best)
            judged = _Judged(Verdict.met, state, f"{words}，{answer.note}" if answer is not None else words)
        wrongly = tuple(s.quote for s in wrong)
        return self._heard(step, best, judged, slots=slots, wrongly=wrongly, further=evidence)

    def _heard(
        self,
        step: Step,
        best: Candidate,
        judged: _Judged,
        *,
        slots: tuple[Slot, ...] = (),
        wrongly: tuple[Quote, ...] = (),
        further: Sequence[Evidence] = (),
        hits: int | None = None,
    ) -> Finding:
        top = max(best.hits, key=lambda hit: (hit.sure, hit.score or 0.0))
        times = sum(c.sure for c in self._candidates[step.id]) if hits is None else hits
        return Finding(
            subject=Subject.step,
            id=step.id,
            title=step.title,
            verdict=judged.verdict,
            state=judged.state,
            # what was said wrong comes first: it is what the step is marked down for
            evidence=(*wrongly, *(q for q in _apart(best.quotes) if q not in wrongly), *further),
            hits=times,
            slots=slots,
            explanation=Explanation(
                matcher="script",
                pattern=top.pattern,
                score=top.score,
                threshold=top.threshold,
                detail=judged.detail,
            ),
            provenance=self._provenance,
        )

    def _slots(self, step: Step, best: Candidate) -> tuple[Slot, ...]:
        if not step.slots:
            return ()
        own = [t for t in self._view.turns_of(step.party) if t >= best.first][: step.spread]
        inside = [t for t in own if t <= best.last]
        after = range(best.last + 1, min(best.last + 3, len(self._view.turns)))
        return read_slots(step.slots, tuple(dict.fromkeys([*inside, *after, *own])), self._view, self._sheet)

    def _wrong_statements(self, step: Step, best: Candidate) -> tuple[Statement, ...]:
        return tuple(
            s
            for s in self._context.statements()
            if s.outcome == "wrong" and s.fact.id in step.facts and self._about(step, s, best)
        )

    def _wrong_fact(
        self, step: Step, best: Candidate, slots: tuple[Slot, ...], wrong: Sequence[Statement]
    ) -> _Judged | None:
        if wrong:
            words = f"说错了：{wrong[0].fact.title}说成{wrong[0].said}，应为{wrong[0].expected}"
            return _Judged(Verdict.broken, StepState.wrong_fact, words)
        for rule in step.slots:
            slot = next((slot for slot in slots if slot.name == rule.name), None)
            own = (
                slot is not None
                and isinstance(slot.evidence, Quote)
                and best.first <= slot.evidence.turn <= best.last
            )
            known = rule.fact is None or rule.fact not in step.facts
            if slot is not None and own and known and disagrees(rule, slot, self._view, self._sheet):
                words = f"{rule.name}说成{slot.value}，应为{slot.expected}"
                return _Judged(Verdict.broken, StepState.wrong_fact, words)
        return None

    def _not_vouched_for(self, judged: _Judged | None, party: Party) -> _Judged | None:
        """A place or a value that was not found is no fault where the party was poorly heard."""
        why = self._view.doubtful(party)
        if judged is None or judged.verdict is not Verdict.broken or why is None:
            return judged
        return _Judged(Verdict.unsure, judged.state, f"{judged.detail}，但{why}，请人工听一下")

    def _doubt(self, step: Step, best: Candidate) -> str:
        """What was said about the step's facts and could not be made out; for the listener, it costs nothing."""
        said = [
            s for s in self._context.statements() if s.fact.id in step.facts and self._about(step, s, best)
        ]
        unclear = [s for s in said if s.outcome == "unclear"]
        if not unclear or any(s.outcome == "right" for s in said):
            return ""
        return f"（{unclear[0].fact.title}“{unclear[0].quote.text}”：{unclear[0].note}）"

    def _about(self, step: Step, statement: Statement, best: Candidate) -> bool:
        turn = statement.quote.turn
        return any(c.first <= turn <= c.last for c in self._candidates[step.id] if c.sure or c is best)

    def _misplaced(self, step: Step, best: Candidate, *, in_order: bool) -> _Judged | None:
        window = step.window
        if window is not None and (window.first or window.last) and not self._inside(step, best):
            return _Judged(Verdict.broken, StepState.out_of_order, "说了，但不在规定的位置")
        if window is not None:
            for other, earlier in [*((o, True) for o in window.after), *((o, False) for o in window.before)]:
                place = self._chosen.get(other, (None, True))[0]
                if (
                    place is not None
                    and place.sure
                    and (place.first > best.last if earlier else place.last < best.first)
                ):
                    return _Judged(
                        Verdict.broken,
                        StepState.out_of_order,
                        f"说了，但{'早' if earlier else '晚'}于“{other}”",
                    )
        if not in_order:
            verdict = Verdict.broken if step.order == "strict" else Verdict.met
            return _Judged(verdict, StepState.out_of_order, "说了，但顺序不对")
        return None

    def _without_slot(self, step: Step, slots: tuple[Slot, ...]) -> _Judged | None:
        heard = {slot.name for slot in slots}
        lacking = [rule.name for rule in step.slots if rule.required and rule.name not in heard]
        if lacking:
            return _Judged(Verdict.broken, StepState.missing, f"说到了，但没有听到{'、'.join(lacking)}")
        return None

    def _assent(self, step: Step, best: Candidate) -> Exchange | None:
        if step.assent is None:
            return None
        places = [best, *(c for c in self._candidates[step.id] if c.sure and c is not best)]
        answers = [
            exchange(c.last, max(quote.span.end for quote in c.quotes), step.assent, self._view)
            for c in places
        ]
        return next((a for a in answers if a.result == "assented"), answers[0])


def _named(step: Step) -> tuple[Wording, ...]:
    return step.wordings or (step.parts[0] if step.parts else ())


def _with_assent(judged: _Judged | None, answer: Exchange, doubtful: str | None) -> _Judged | None:
    if answer.result == "assented" or (judged is not None and judged.verdict is not Verdict.met):
        return judged
    if answer.result == "unclear" and not answer.heard:
        return _Judged(Verdict.unsure, StepState.not_assented, f"说到了，{answer.note}，请人工听一下")
    if answer.result != "refused" and doubtful is not None:
        words = f"说到了，{answer.note}，但{doubtful}，请人工听一下"
        return _Judged(Verdict.unsure, StepState.not_assented, words)
    return _Judged(Verdict.broken, StepState.not_assented, f"说到了，{answer.note}")


def _apart(quotes: tuple[Quote, ...]) -> tuple[Quote, ...]:
    """Quotes of one turn that overlap or touch, as one."""
    joined: list[Quote] = []
    for quote in quotes:
        last = joined[-1] if joined else None
        if last is not None and last.turn == quote.turn and quote.characters.end <= last.characters.end:
            continue
        joined.append(quote)
    return tuple(joined)
