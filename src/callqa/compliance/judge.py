"""Conditions → three-valued answers: scopes, anchors, counts and joins, the same for every operator."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from callqa.compliance.answer import Answer, Hit, Truth, both, counted, either, negate
from callqa.compliance.operators import (
    entity,
    expression,
    fact,
    leak,
    pace,
    pattern,
    phrase,
    repeat,
    response,
    silence,
    similar,
    tagged,
    talk_over,
    whole,
)
from callqa.compliance.operators.context import Context, Found, claimed, distinct, in_order
from callqa.compliance.operators.similar import denials_heeded, second_opinion
from callqa.compliance.scopes import Stretch, stretches
from callqa.domain import Span
from callqa.policy.rules import AllOf, AnyOf, Condition, Not, Sum
from callqa.policy.rules import operators as kinds
from callqa.policy.rules.operators import parse_pattern
from callqa.policy.script import Step
from callqa.policy.wording import Count, Wording

_Finder = Callable[[Any, Context], Found]
_FINDERS: Mapping[type, _Finder] = {
    kinds.Phrase: phrase.find,
    kinds.Pattern: pattern.find,
    kinds.RegularExpression: expression.find,
    kinds.Similar: similar.find,
    kinds.Entity: entity.find,
    kinds.Leak: leak.find,
    kinds.Repeat: repeat.find,
    kinds.Silence: silence.find,
    kinds.TalkOver: talk_over.find,
    kinds.Pace: pace.find,
    kinds.ResponseDelay: response.delays,
    kinds.NoResponse: response.unanswered,
    kinds.Technique: tagged.techniques,
    kinds.Reacts: tagged.reactions,
    kinds.FactIs: fact.find,
}
_BY_EAR = (
    kinds.Phrase,
    kinds.Pattern,
    kinds.RegularExpression,
    kinds.Similar,
    kinds.Entity,
    kinds.Leak,
    kinds.FactIs,
)
"""Operators whose hits may have gone unheard."""
_TWO_VOICES = (kinds.TalkOver, kinds.ResponseDelay, kinds.NoResponse)
_WORDED = (kinds.Phrase, kinds.Pattern, kinds.RegularExpression, kinds.Similar, kinds.Leak)


class Judge:
    """Answers the conditions of one rule (or of one step's ``when``) on one call."""

    def __init__(
        self, context: Context, conditions: Mapping[str, Condition] | None = None, *, claims: bool = False
    ) -> None:
        self._context = context
        self._conditions = conditions or {}
        self._claims = claims
        self._named: dict[tuple[str, bool], Answer] = {}
        self._open: set[str] = set()

    def answer(self, condition: Condition, *, claims: bool | None = None) -> Answer:  # noqa: PLR0911 – one per kind
        """What a condition comes to.

        Args:
            condition: A name, a join or an operator.
            claims: Do negated, quoted and asked phrases not count (default of operators that do not say)?
        """
        strict = self._claims if claims is None else claims
        ask = partial(self.answer, claims=strict)
        match condition:
            case str():
                return self._by_name(condition, claims=strict)
            case AllOf():
                return _join(both, [ask(part) for part in condition.all], every=True)
            case AnyOf():
                answers = self._doubted(condition, [ask(part) for part in condition.any])
                return _join(either, answers, every=False)
            case Not():
                return _denied(ask(condition.not_))
            case Sum():
                return _sum(condition.count, [ask(part) for part in condition.sum])
            case kinds.FieldIs():
                return whole.field(condition, self._context)
            case kinds.MeasureIs():
                return whole.measure(condition, self._context)
            case kinds.StepIs():
                return whole.step(condition, self._context)
            case kinds.RuleIs():
                return whole.rule(condition, self._context)
            case kinds.Level():
                return whole.measure(condition, self._context)
            case _:
                return self._looking(condition, claims=strict)

    def _doubted(self, condition: AnyOf, answers: list[Answer]) -> list[Answer]:
        """Second opinions of learned parts on what the other parts found, and the other way round."""
        for place, part in enumerate(condition.any):
            if isinstance(part, kinds.Similar) and part.examples is not None:
                others = [a for n, a in enumerate(answers) if n != place]
                answers = [
                    denials_heeded(answer, others)
                    if n == place
                    else second_opinion(part, answer, self._context)
                    for n, answer in enumerate(answers)
                ]
        return answers

    def _by_name(self, name: str, *, claims: bool) -> Answer:
        if name in self._open or name not in self._conditions:
            # references are checked when the policy loads; a policy built by hand must not hang a day of calls
            return Answer(None, matcher="name", notes=(f"条件“{name}”不存在或绕成了圈",))
        if (name, claims) not in self._named:
            self._open.add(name)
            self._named[name, claims] = self.answer(self._conditions[name], claims=claims)
            self._open.discard(name)
        return self._named[name, claims]

    def _looking(self, op: kinds.Looking, *, claims: bool) -> Answer:
        view = self._context.view
        places, missing = self._places(op, claims=claims)
        if isinstance(op, kinds.Length | kinds.Turns):
            answers = [
                whole.length(op, place, self._context)
                if isinstance(op, kinds.Length)
                else whole.turns(op, place)
                for place in places
            ]
            return _combined(op, answers, missing)
        why = view.unheard(op.party) if op.party is not None or isinstance(op, _TWO_VOICES) else None
        if why is None and isinstance(op, _TWO_VOICES) and view.mono:
            why = "单声道录音听不出两人同时说话"
        if isinstance(op, kinds.Technique | kinds.Reacts) and view.reading is None:
            why = "没有技巧识别结果"
        if why is not None:
            place = places[0] if places else None
            return Answer(
                None,
                searched=place.span if place else view.whole,
                turns=place.bounds if place else None,
                expected=expected_of(op),
                matcher=_op(op),
                notes=(why,),
            )
        if isinstance(op, kinds.Pace) and op.over == "call":
            answers = [
                self._in_place(op, pace.of_stretch(op, place, self._context), place) for place in places
            ]
            return _combined(op, answers, missing)
        found = _FINDERS[type(op)](op, self._context)
        asked = getattr(op, "claims", None)
        if isinstance(op, _WORDED) and (claims if asked is None else asked):
            judged = claimed(found.hits, view)
            found = Found(judged.hits, (*found.dropped, *judged.dropped))
        return _combined(op, [self._in_place(op, found, place) for place in places], missing)

    def _places(self, op: kinds.Looking, *, claims: bool) -> tuple[tuple[Stretch, ...], Answer | None]:
        """Where to look, and the anchor's answer where it leaves nowhere."""
        anchor = op.scope.anchor
        if anchor is None:
            return stretches(op.scope, self._context.view, op.party), None
        answer = self._by_name(anchor.of, claims=claims)
        hits = in_order(answer.hits)
        places = stretches(op.scope, self._context.view, op.party, hits)
        return places, answer if not places else None

    def _in_place(self, op: kinds.Looking, found: Found, place: Stretch) -> Answer:
        hits = tuple(hit for hit in found.hits if place.holds(hit))
        dropped = tuple(drop for drop in found.dropped if place.holds(drop.hit))
        view = self._context.view
        by_ear = isinstance(op, _BY_EAR)
        bad = view.badly_heard(place.turns, stretch=place.span, party=op.party) if by_ear else None
        if bad is None and by_ear and view.truncated and place.span.end >= view.duration:
            bad = "录音不完整，后面的话没有录到"
        truth = _truth(op, hits, place, more=bad is not None)
        notes = (bad,) if bad is not None and truth is None else ()
        return Answer(
            truth,
            hits=hits,
            dropped=dropped,
            searched=place.span,
            turns=place.bounds,
            expected=expected_of(op),
            matcher=_op(op),
            notes=notes,
        )


def _truth(op: kinds.Looking, hits: tuple[Hit, ...], place: Stretch, *, more: bool) -> Truth:
    count: Count = getattr(op, "count", Count())
    if getattr(op, "every", False):
        return both([_in_turn(turn, hits) for turn in place.turns]) if place.turns else False
    separate = distinct(hits)
    sure = sum(hit.sure for hit in separate)
    need = op.need if isinstance(op, kinds.Phrase) else "any"
    if need == "none":
        return negate(counted(Count(at_least=1), sure, len(separate) - sure, more=more))
    truth = counted(count, sure, len(separate) - sure, more=more and _lower_bound(count))
    if isinstance(op, kinds.Phrase) and need != "any":
        wanted = len({word.text for word in op.words}) if need == "all" else int(need)
        certain = {hit.key for hit in hits if hit.sure}
        possible = {hit.key for hit in hits} - certain
        different = counted(Count(at_least=wanted), len(certain), len(possible), more=more)
        return both([truth, different])
    return truth


def _lower_bound(count: Count) -> bool:
    return count.bounds[0] > 0


def _in_turn(turn: int, hits: tuple[Hit, ...]) -> Truth:
    here = [
        hit.sure for hit in hits if hit.turn is not None and hit.turn <= turn <= (hit.last_turn or hit.turn)
    ]
    return True if any(here) else (None if here else False)


def _combined(op: kinds.Looking, answers: list[Answer], missing: Answer | None) -> Answer:
    """Answers of several stretches as one: each of them must hold, or one suffices."""
    if not answers:
        # no place to look: nothing was found there; unsure where the anchor itself is
        truth: Truth = None if missing is not None and missing.truth is None else _nothing(op)
        return Answer(
            truth,
            searched=missing.searched if missing is not None else None,
            turns=missing.turns if missing is not None else None,
            expected=expected_of(op),
            matcher=_op(op),
            notes=("前提条件没有出现",),
        )
    if len(answers) == 1:
        return answers[0]
    anchor = op.scope.anchor
    every = anchor is not None and anchor.hit == "each"
    return _join(both if every else either, answers, every=every)


def _nothing(op: kinds.Looking) -> Truth:
    if isinstance(op, kinds.Phrase) and op.need == "none":
        return True
    return counted(getattr(op, "count", Count()), 0, 0)


def _join(rule: Callable[[list[Truth]], Truth], answers: list[Answer], *, every: bool) -> Answer:
    truth = rule([answer.truth for answer in answers])
    # what decides is shown: the false parts of a failed conjunction, the true ones of a disjunction that holds
    deciding = [a for a in answers if a.truth is truth] or answers
    first = deciding[0]
    shown = answers if every and truth is True else deciding
    return Answer(
        truth,
        hits=distinct([hit for a in shown for hit in a.hits]),
        dropped=tuple(drop for a in answers for drop in a.dropped),
        searched=_span([a.searched for a in shown]),
        turns=_range([a.turns for a in shown]),
        expected="；".join(dict.fromkeys(a.expected for a in shown if a.expected)),
        nearest=first.nearest,
        similarity=first.similarity,
        evidence=tuple(e for a in shown for e in a.evidence),
        matcher=first.matcher if len({a.matcher for a in shown}) == 1 else ("all" if every else "any"),
        notes=tuple(dict.fromkeys(note for a in deciding for note in a.notes)),
    )


def _denied(answer: Answer) -> Answer:
    return Answer(
        negate(answer.truth),
        hits=answer.hits if answer.truth is not False else (),
        dropped=answer.dropped,
        searched=answer.searched,
        turns=answer.turns,
        expected=f"没有{answer.expected}" if answer.expected else "",
        evidence=answer.evidence,
        matcher=answer.matcher,
        notes=answer.notes,
    )


def _sum(count: Count, answers: list[Answer]) -> Answer:
    hits = in_order([hit for answer in answers for hit in answer.hits])
    sure = sum(hit.sure for hit in hits)
    deaf = any(answer.truth is None and not answer.hits for answer in answers)
    joined = _join(either, answers, every=True)
    return Answer(
        counted(count, sure, len(hits) - sure, more=deaf),
        hits=hits,
        dropped=joined.dropped,
        searched=joined.searched,
        turns=joined.turns,
        expected=joined.expected,
        evidence=joined.evidence,
        matcher="sum",
        notes=joined.notes,
    )


def _span(spans: list[Span | None]) -> Span | None:
    known = [span for span in spans if span is not None]
    return Span(start=min(s.start for s in known), end=max(s.end for s in known)) if known else None


def _range(turns: list[tuple[int, int] | None]) -> tuple[int, int] | None:
    known = [pair for pair in turns if pair is not None]
    return (min(p[0] for p in known), max(p[1] for p in known)) if known else None


def _op(op: object) -> str:
    return str(getattr(op, "op", ""))


def expected_of(op: object) -> str:
    """What an operator looks for, in the policy's words."""
    if isinstance(op, kinds.Phrase):
        return _listed([word.text for word in op.words])
    if isinstance(op, kinds.Pattern):
        return _listed(list(op.patterns))
    if isinstance(op, kinds.Similar):
        return _listed(list(op.examples.like if op.examples is not None else op.sentences))
    if isinstance(op, kinds.RegularExpression):
        return op.regex
    return _TITLES.get(_op(op), _op(op))


def _listed(words: list[str]) -> str:
    shown = "、".join(f"“{word}”" for word in words[:6])
    return shown + (f"等 {len(words)} 种说法" if len(words) > 6 else "")


_TITLES = {
    "entity": "数值", "leak": "他人的信息", "repeat": "重复的话", "silence": "静默", "talk_over": "抢话", "pace": "语速",
    "response_delay": "应答延迟", "no_response": "无人应答",
    "duration": "时长", "turns": "轮数", "technique": "技巧", "reaction": "客户反应", "fact": "事实陈述",
}  # fmt: skip


def wordings_in(part: object) -> list[Wording]:  # noqa: PLR0911 – one per kind
    """Every wording anywhere inside a policy model, for the phrase book."""
    if isinstance(part, Wording):
        return [part]
    if isinstance(part, Step):
        listed = kinds.Pattern(op="pattern", patterns=part.patterns) if part.patterns else ()
        rest = [wordings_in(getattr(part, name)) for name in type(part).model_fields if name != "patterns"]
        return [*wordings_in(listed), *(wording for found in rest for wording in found)]
    if isinstance(part, kinds.Pattern):
        found = [
            Wording(text=o)
            for text in part.patterns
            for p in parse_pattern(text)
            if p[0] == "words"
            for o in p[1]
        ]
        return found + list(part.exclude)
    if isinstance(part, tuple | list):
        return [wording for inner in part for wording in wordings_in(inner)]
    if isinstance(part, dict):
        return [wording for inner in part.values() for wording in wordings_in(inner)]
    fields = getattr(type(part), "model_fields", None)
    if fields is None:
        return []
    return [wording for name in fields for wording in wordings_in(getattr(part, name))]


def operators_in(part: object, kind: type) -> list[Any]:
    """Every operator of a kind anywhere inside a policy model."""
    if isinstance(part, kind):
        return [part]
    if isinstance(part, tuple | list):
        return [op for inner in part for op in operators_in(inner, kind)]
    if isinstance(part, dict):
        return [op for inner in part.values() for op in operators_in(inner, kind)]
    fields = getattr(type(part), "model_fields", None)
    if fields is None:
        return []
    return [op for name in fields for op in operators_in(getattr(part, name), kind)]
