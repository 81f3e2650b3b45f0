"""``fact``: what was said about a fact of the product sheet.

Parameters: ``facts`` (ids, any of them), ``said`` (wrong or right), ``count``, party and scope.
Unsure: the number is ambiguous, approximate, repaired by its sound, or one dropped syllable away from the right one
(see ``callqa.compliance.facts``).
Measured on the wrong prices, gifts and days of the labelled calls (``scripts/bench_operators.py``). Six development
products: precision 100 %, recall 77 % of 13 calls, 2 % left open; at CER 20 % 100 %, 33 %, 10 %. Three products seen for
the first time: precision 50 %, recall 100 % of 8 calls (sums on top of a price or paid back, time that had passed, a staff
number, the warranty taken for the filter's); the causes mended, on a second sight 100 %, 100 %, 2 % open, at CER 20 %
100 %, 43 %, 29 %. Missed are bare answers (三百九十八) and gifts that the product sheet does not list as wrong.
"""

from callqa.compliance.answer import Hit
from callqa.compliance.operators.context import Context, Found, in_order
from callqa.policy.rules.operators import FactIs


def find(op: FactIs, context: Context) -> Found:
    """Statements about the facts with the wanted outcome, unsure ones included."""
    hits: list[Hit] = []
    for statement in context.statements():
        if statement.fact.id not in op.facts or statement.outcome not in (op.said, "unclear"):
            continue
        if op.party is not None and statement.quote.party is not op.party:
            continue
        hits.append(
            Hit(
                evidence=(statement.quote,),
                span=statement.quote.span,
                turn=statement.quote.turn,
                last_turn=statement.quote.turn,
                sure=statement.outcome != "unclear",
                pattern=f"{statement.fact.title}：说成{statement.said}，应为{statement.expected}",
                key=statement.fact.id,
            )
        )
    return Found(in_order(hits))
