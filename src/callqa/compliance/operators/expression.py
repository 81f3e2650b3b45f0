"""``regex``: a regular expression over a turn's characters as recognised (full-width folded, case ignored).

Parameters: ``regex``, ``exclude_regex``, ``claims``, ``count``, ``every``, party and scope. It knows nothing of sound:
use it for codes and Latin words, not for speech.
Unsure: the words' mean probability is below 0.3, or the expression ran into its time limit of 50 ms on a turn (an
exploding pattern); the turn is then named in the notes.
Measured with the policies' patterns written as expressions (``callqa evaluate compliance`` prints it beside the engine).
"""

from collections.abc import Iterable

import regex

from callqa.compliance.answer import Dropped, Hit
from callqa.compliance.operators.context import Context, Found, in_order, without
from callqa.compliance.view import CallView
from callqa.domain import TextSpan
from callqa.policy.rules.operators import RegularExpression

TIME_LIMIT = 0.05
"""Seconds per turn and expression."""


class Expressions:
    """Expressions compiled once per policy."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._compiled = {
            pattern: regex.compile(pattern, regex.IGNORECASE) for pattern in dict.fromkeys(patterns)
        }

    def __reduce__(self) -> tuple[object, ...]:
        return (Expressions, (tuple(self._compiled),))

    def find(self, pattern: str, turn: int, view: CallView) -> list[Hit]:
        """Hits in one turn; a time-out is one unsure hit over the whole turn."""
        text = view.turns[turn].text
        try:
            spans = [m.span() for m in self._compiled[pattern].finditer(text, timeout=TIME_LIMIT)]
        except TimeoutError:
            return [_hit(pattern, turn, 0, len(text), view, sure=False, why=_SLOW)]
        return [_hit(pattern, turn, start, end, view) for start, end in spans if start < end]


_SLOW = "正则表达式在这一句上超过时限，没有判完，请改写"


def _hit(
    pattern: str, turn: int, start: int, end: int, view: CallView, *, sure: bool = True, why: str = ""
) -> Hit:
    quote = view.turns[turn].quote(TextSpan(start=start, end=end))
    return Hit(
        evidence=(quote,),
        span=quote.span,
        turn=turn,
        last_turn=turn,
        sure=sure and view.clear([quote]),
        score=1.0 if sure else None,
        pattern=f"{pattern}（{why}）" if why else pattern,
        key=pattern,
    )


def find(op: RegularExpression, context: Context) -> Found:
    """Every match, less those that overlap a match of ``exclude_regex``."""
    view = context.view
    turns = view.turns_of(op.party)
    hits = [hit for turn in turns for hit in context.expressions.find(op.regex, turn, view)]
    if op.exclude_regex is None:
        return Found(in_order(hits))
    excluded = [hit for turn in turns for hit in context.expressions.find(op.exclude_regex, turn, view)]
    found = without(in_order(hits), [hit for hit in excluded if hit.sure])
    return Found(found.hits, tuple(Dropped(d.hit, "落在排除的表达式里") for d in found.dropped))
