"""``technique`` and ``reaction``: turns that the technique model tagged.

Parameters: ``labels`` or ``reactions`` (any of them), ``min_probability``, ``count``, party and scope.
Unsure: there is no reading (no model), then the condition is unsure; single tags are taken at the model's calibrated
word. Precision and recall are the model's and stand on its card.
"""

from callqa.compliance.answer import Hit
from callqa.compliance.operators.context import Context, Found
from callqa.domain import Quote
from callqa.policy.rules.operators import Reacts, Technique


def techniques(op: Technique, context: Context) -> Found:
    """Turns with one of the labels."""
    reading = context.view.reading
    tags = reading.tags if reading is not None else ()
    return Found(
        tuple(
            _hit(tag.quote, tag.turn, tag.probability, op.min_probability, tag.label)
            for tag in sorted(tags, key=lambda tag: tag.turn)
            if tag.label in op.labels and tag.probability >= op.min_probability
        )
    )


def reactions(op: Reacts, context: Context) -> Found:
    """Customer turns with one of the reactions."""
    reading = context.view.reading
    tags = reading.reactions if reading is not None else ()
    return Found(
        tuple(
            _hit(tag.quote, tag.turn, tag.probability, op.min_probability, tag.reaction.value)
            for tag in sorted(tags, key=lambda tag: tag.turn)
            if tag.reaction in op.reactions and tag.probability >= op.min_probability
        )
    )


def _hit(quote: Quote, turn: int, probability: float, limit: float, label: str) -> Hit:
    return Hit(
        evidence=(quote,),
        span=quote.span,
        turn=turn,
        last_turn=turn,
        score=round(probability, 3),
        threshold=limit,
        pattern=label,
        key=label,
    )
