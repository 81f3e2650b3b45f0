"""``pace``: speech rate in spoken characters per minute of the party's own speech (turn begin to turn end).

Parameters: ``faster_than``, ``slower_than`` (characters/min, exclusive), ``over`` (each turn, or the whole scope),
``min_characters`` (shorter stretches are skipped), ``count``, party and scope.
Exact for the words' times; what can be wrong is a recogniser that drops words.
Unsure: more than 35 % of the stretch was hardly heard, since unheard words make speech look slow.
"""

from callqa.compliance.answer import Hit
from callqa.compliance.operators.context import Context, Found
from callqa.compliance.scopes import Stretch
from callqa.domain import Reading, Span
from callqa.policy.rules.operators import Pace


def find(op: Pace, context: Context) -> Found:
    """Turns outside the bounds; for ``over: call`` see ``of_stretch``."""
    hits = [
        hit for turn in context.view.turns_of(op.party) if (hit := _hit(op, (turn,), context)) is not None
    ]
    return Found(tuple(hits))


def of_stretch(op: Pace, stretch: Stretch, context: Context) -> Found:
    """One figure over all turns of the stretch."""
    hit = _hit(op, stretch.turns, context)
    return Found((hit,) if hit is not None else ())


def _hit(op: Pace, turns: tuple[int, ...], context: Context) -> Hit | None:
    view = context.view
    characters = sum(len(view.heard[turn]) for turn in turns)
    spoken = sum(view.spans[turn].duration for turn in turns)
    if characters < op.min_characters or not spoken:
        return None
    pace = characters * 60_000 / spoken
    fast = op.faster_than is not None and pace > op.faster_than
    slow = op.slower_than is not None and pace < op.slower_than
    if not fast and not slow:
        return None
    span = Span(start=view.spans[turns[0]].start, end=max(view.spans[turn].end for turn in turns))
    alone = len(turns) == 1
    return Hit(
        evidence=(Reading(name="pace", value=round(pace, 1), unit="characters/min", span=span),),
        span=span,
        turn=turns[0],
        last_turn=turns[-1] if alone else turns[0],
        sure=view.badly_heard(turns) is None,
        score=round(pace, 1),
        threshold=op.faster_than if fast else op.slower_than,
        pattern=f"语速 {pace:.0f} 字/分",
        key="pace",
    )
