"""Operators that read one value instead of collecting hits: field, measure, level, duration, turns, step, rule.

``field``: call field or arithmetic compared; a missing field makes it unsure (but ``empty`` is true, and so is ``!=``
of a missing field unsure: nobody knows). ``measure`` and ``level`` (dBFS, dB): unsure where the measure has no value
or was not taken. ``duration`` in ms and ``turns``: never unsure (``duration`` of a broken-off file counts what is
there). ``step`` and ``rule``: unsure where that finding is, false where the script in force lacks the step.
"""

from callqa.compliance.answer import Answer, Hit, Truth, counted
from callqa.compliance.operators.context import Context
from callqa.compliance.scopes import Stretch
from callqa.domain import Finding, Quote, Reading, StepState, Verdict
from callqa.policy.check import field_of
from callqa.policy.rules.arithmetic import evaluate, number
from callqa.policy.rules.operators import FieldIs, Length, Level, MeasureIs, RuleIs, StepIs, Turns

Value = bool | int | float | str | None


def field(op: FieldIs, context: Context) -> Answer:
    """Compare a call field."""

    def lookup(name: str) -> object:
        return field_of(context.view.call, name)

    left = evaluate(op.left, lookup)
    right: object = evaluate(op.right_formula, lookup) if op.right_formula is not None else op.right
    shown = left if isinstance(left, bool | int | float | str) else None
    reading = Reading(name=f"call.{op.left}", value=shown)
    wanted = f"{op.left} {op.compare} {'' if right is None else right}".strip()
    return Answer(_compare(op.compare, left, right), evidence=(reading,), expected=wanted, matcher="field")


def _compare(how: str, left: object, right: object) -> Truth:  # noqa: PLR0911 – one per way
    if how in ("empty", "not_empty"):
        return (left is None) is (how == "empty")
    if left is None or right is None:
        return None
    if how == "in":
        return isinstance(right, tuple) and any(_same(left, one) for one in right)
    if how == "contains":
        return str(right) in str(left)
    if how in ("=", "!="):
        return _same(left, right) is (how == "=")
    one, other = number(left), number(right)
    if one is None or other is None:
        return None
    return {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[how]


_YES, _NO = {"是", "有", "对", "true", "yes", "y", "1"}, {"否", "无", "没有", "false", "no", "n", "0"}


def _same(left: object, right: object) -> bool:
    if isinstance(right, bool) and not isinstance(left, bool):
        return str(left).strip().lower() in (_YES if right else _NO)
    if isinstance(left, bool) and not isinstance(right, bool):
        return str(right).strip().lower() in (_YES if left else _NO)
    if isinstance(left, bool):
        return left is right
    if isinstance(right, int | float) or isinstance(left, int | float):
        return number(left) is not None and number(left) == number(right)
    return str(left).strip() == str(right).strip()


def measure(op: MeasureIs | Level, context: Context) -> Answer:
    """Compare a measure."""
    found = context.view.measures.get(op.measure)
    bounds = [
        f"高于 {op.above:g}" if op.above is not None else "",
        f"低于 {op.below:g}" if op.below is not None else "",
    ]
    expected = f"{op.measure} {' '.join(b for b in bounds if b)}"
    if found is None or found.value is None:
        note = found.note if found is not None and found.note else "没有量到这项指标"
        reading = Reading(name=op.measure, value=None, unit=found.unit if found is not None else "")
        return Answer(None, evidence=(reading,), expected=expected, matcher=op.op, notes=(note,))
    above = op.above is None or found.value > op.above
    below = op.below is None or found.value < op.below
    reading = Reading(name=op.measure, value=found.value, unit=found.unit)
    return Answer(above and below, evidence=(reading,), expected=expected, matcher=op.op)


def length(op: Length, stretch: Stretch, context: Context) -> Answer:
    """Compare a length of time."""
    view = context.view
    if op.of == "turn":
        hits = tuple(
            Hit(
                (view.turns[t].quote(),),
                view.spans[t],
                t,
                t,
                score=float(view.spans[t].duration),
                key="duration",
            )
            for t in stretch.turns
            if _between(op, view.spans[t].duration)
        )
        return Answer(bool(hits), hits=hits, searched=stretch.span, turns=stretch.bounds, matcher="duration")
    span = view.whole if op.of == "call" else stretch.span
    reading = Reading(name="duration", value=span.duration, unit="ms", span=span)
    return Answer(_between(op, span.duration), evidence=(reading,), searched=span, matcher="duration")


def _between(op: Length, millis: int) -> bool:
    longer = op.longer_than is None or millis > op.longer_than
    return longer and (op.shorter_than is None or millis < op.shorter_than)


def turns(op: Turns, stretch: Stretch) -> Answer:
    """Count turns."""
    number_of = len(stretch.turns)
    reading = Reading(name="turns", value=number_of, unit="count", span=stretch.span)
    return Answer(
        counted(op.count, number_of, 0),
        evidence=(reading,),
        searched=stretch.span,
        turns=stretch.bounds,
        matcher="turns",
    )


def step(op: StepIs, context: Context) -> Answer:
    """Look at a step's state."""
    finding = context.step(op.step)
    if finding is None:
        reading = Reading(name=f"step.{op.step}", value=None)
        return Answer(False, evidence=(reading,), expected=op.step, matcher="step")
    truth: Truth = finding.state in op.states
    if finding.state is StepState.unheard and StepState.unheard not in op.states:
        truth = None
    return _of_finding(finding, truth, "step")


def rule(op: RuleIs, context: Context) -> Answer:
    """Look at another rule's verdict."""
    finding = context.rule(op.rule)
    if finding is None:
        return Answer(False, evidence=(Reading(name=f"rule.{op.rule}", value=None),), matcher="rule")
    truth: Truth = finding.verdict in op.verdicts
    if finding.verdict is Verdict.unsure and Verdict.unsure not in op.verdicts:
        truth = None
    return _of_finding(finding, truth, "rule")


def _of_finding(finding: Finding, truth: Truth, matcher: str) -> Answer:
    quotes = [e for e in finding.evidence if isinstance(e, Quote)]
    hits = tuple(
        Hit((quote,), quote.span, quote.turn, quote.turn, sure=truth is True, key=finding.id)
        for quote in quotes
    )
    return Answer(
        truth,
        hits=hits if truth is not False else (),
        evidence=finding.evidence,
        expected=finding.title,
        matcher=matcher,
    )
