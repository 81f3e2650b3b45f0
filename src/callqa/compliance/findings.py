"""Rules → findings: verdict, evidence, and the sentence a supervisor reads."""

from collections.abc import Sequence

from callqa.compliance.answer import Answer, Dropped, Hit, negate
from callqa.compliance.judge import Judge, expected_of
from callqa.compliance.operators.context import Context, distinct, in_order
from callqa.domain import (
    Absence,
    Evidence,
    Explanation,
    Finding,
    Provenance,
    Quote,
    Subject,
    Verdict,
)
from callqa.policy.rules import Rule

_VERDICTS = {True: Verdict.broken, False: Verdict.met, None: Verdict.unsure}
_MAX_EVIDENCE = 20


def check_rule(rule: Rule, context: Context, provenance: Provenance) -> Finding:
    """Judge one rule on one call."""
    judge = Judge(context, rule.conditions)
    if rule.when is not None:
        when = judge.answer(rule.when)
        if when.truth is not True:
            verdict = Verdict.not_applicable if when.truth is False else Verdict.unsure
            why = "前提不成立，不适用" if when.truth is False else "前提是否成立判断不了"
            return _finding(rule, verdict, when, context, provenance, detail=_with(why, when.notes))
    if rule.broken is not None:
        answer = judge.answer(rule.broken, claims=rule.kind == "forbidden")
        truth = answer.truth
    else:
        answer = judge.answer(rule.met or "")
        truth = negate(answer.truth)
    if rule.except_ is not None and truth is not False:
        excused = judge.answer(rule.except_)
        if excused.truth is True:
            return _finding(rule, Verdict.met, excused, context, provenance, detail="符合例外条件，不算违反")
        if excused.truth is None and truth is True:
            truth = None
    verdict = _VERDICTS[truth]
    return _finding(rule, verdict, answer, context, provenance, detail=_detail(rule, verdict, answer))


def _finding(
    rule: Rule, verdict: Verdict, answer: Answer, context: Context, provenance: Provenance, *, detail: str
) -> Finding:
    hits = in_order(answer.hits)
    if verdict is Verdict.broken:
        hits = tuple(hit for hit in hits if hit.sure) or hits
    best = max(hits, key=lambda hit: (hit.sure, hit.score or 0.0), default=None)
    separate = [hit for hit in distinct(hits) if hit.sure]
    counts = len(separate) if verdict is Verdict.broken and rule.broken is not None else 0
    return Finding(
        subject=Subject.rule,
        id=rule.id,
        title=rule.title,
        verdict=verdict,
        evidence=_evidence(verdict, hits, answer, context, rule),
        hits=counts or (1 if verdict is Verdict.broken else 0),
        explanation=Explanation(
            matcher=answer.matcher or "rule",
            pattern=best.pattern if best is not None else answer.expected,
            score=best.score if best is not None else answer.similarity,
            threshold=best.threshold if best is not None else None,
            detail=detail,
        ),
        provenance=provenance,
    )


def _evidence(
    verdict: Verdict, hits: Sequence[Hit], answer: Answer, context: Context, rule: Rule
) -> tuple[Evidence, ...]:
    shown: list[Evidence] = []
    if verdict is not Verdict.met or rule.met is not None:
        for hit in hits:
            shown.extend(e for e in hit.evidence if e not in shown)
    shown.extend(e for e in answer.evidence if e not in shown)
    if shown:
        return tuple(shown[:_MAX_EVIDENCE])
    dropped = [e for drop in _worth(answer) for e in drop.hit.evidence if isinstance(e, Quote)]
    return (
        Absence(
            searched=answer.searched or context.view.whole,
            turns=answer.turns,
            expected=answer.expected
            or expected_of(rule.broken if rule.broken is not None else rule.met)
            or rule.title,
            nearest=dropped[0] if dropped else answer.nearest,
            similarity=answer.similarity,
        ),
    )


def _detail(rule: Rule, verdict: Verdict, answer: Answer) -> str:
    left_out = _dropped(answer)
    match verdict:
        case Verdict.broken if rule.broken is not None:
            named = (
                "、".join(dict.fromkeys(f"“{_words(hit)}”" for hit in answer.hits if hit.sure)) or "见证据"
            )
            return _with(f"出现 {named}", left_out)
        case Verdict.broken:
            return _with("没有做到", (*answer.notes, *left_out))
        case Verdict.unsure:
            unclear = [f"“{_words(hit)}”没有听清" for hit in answer.hits if not hit.sure][:3]
            return _with("判断不了，请人工听一下", (*answer.notes, *unclear, *left_out))
        case _:
            return _with("没有发现问题" if rule.broken is not None else "做到了", left_out)


def _dropped(answer: Answer) -> tuple[str, ...]:
    return tuple(f"“{_words(drop.hit)}”不算：{drop.why}" for drop in _worth(answer)[:3])


def _worth(answer: Answer) -> list[Dropped]:
    """Left-out hits worth telling: those that were heard."""
    return [drop for drop in answer.dropped if drop.hit.accuses is not False]


def _words(hit: Hit) -> str:
    return "…".join(e.text for e in hit.evidence if isinstance(e, Quote)) or hit.pattern


def _with(sentence: str, notes: Sequence[str]) -> str:
    rest = [note for note in notes if note]
    return f"{sentence}（{'；'.join(rest)}）" if rest else sentence
