"""``entity``: a kind of value said.

Parameters: ``entity`` (number, money, count, duration in days, date, phone, staff_number, percent), ``at_least`` and
``at_most`` in the unit of the kind, ``count``, party and scope.
Unsure: a numeral had to be repaired by its sound, the value is a range that straddles a bound, or the words' mean
probability is below 0.3.
Measured for whole telephone numbers said by the agent, by turns (``scripts/bench_operators.py --split dev``): precision
89 %, recall 94 % of 17; at CER 20 % 88 % and 82 %. The other kinds are measured as facts (see ``fact``).
"""

from callqa.compliance.answer import Hit
from callqa.compliance.numbers import Mention, mentions
from callqa.compliance.operators.context import Context, Found
from callqa.policy.rules.operators import Entity, EntityKind


def find(op: Entity, context: Context) -> Found:
    """Every value of the kind, with the value as score."""
    view = context.view
    hits: list[Hit] = []
    for turn in view.turns_of(op.party):
        for mention in mentions(view.heard[turn]):
            inside = [value for value in mention.values if _inside(value, op)]
            if not _is(mention, op.entity) or not inside:
                continue
            quote = view.quote(turn, mention.start, mention.end)
            hits.append(
                Hit(
                    evidence=(quote,),
                    span=quote.span,
                    turn=turn,
                    last_turn=turn,
                    sure=mention.firm and len(inside) == len(mention.values) and view.clear([quote]),
                    score=inside[0],
                    pattern=op.entity,
                    key=op.entity,
                )
            )
    return Found(tuple(hits))


def _inside(value: float, op: Entity) -> bool:
    return (op.at_least is None or value >= op.at_least) and (op.at_most is None or value <= op.at_most)


def _is(mention: Mention, kind: EntityKind) -> bool:
    match kind:
        case "number":
            return mention.kind not in ("date", "offer")
        case "phone":
            return mention.kind == "digits" and len(mention.text) >= 7
        case "staff_number":
            return mention.kind == "digits" and 3 <= len(mention.text) <= 6
        case _:
            return mention.kind == kind
