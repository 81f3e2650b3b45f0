"""``talk_over``: both speak at once.

Parameters: ``longer_than`` (ms, exclusive), ``by`` (who breaks in), ``after_speaking`` (the other had been talking
this long, ms), ``finished_within`` (the other ends anyway within so many ms: no fault), ``count``, scope.
Unsure: never on two channels; on one channel nobody can be heard over another, so nothing hits and the condition
itself is unsure.
Measured (``scripts/bench_operators.py --split dev``): the one labelled call found, none of the other 61; one is few.
"""

from callqa.compliance.answer import Hit
from callqa.compliance.operators.context import Context, Found
from callqa.domain import Reading
from callqa.policy.rules.operators import TalkOver


def find(op: TalkOver, context: Context) -> Found:
    """Overlaps long enough, with their length in ms as score; the turn is the one that breaks in."""
    view = context.view
    hits: list[Hit] = []
    for index, span in enumerate(view.spans):
        for other in range(index - 1, -1, -1):
            before = view.spans[other]
            if before.end <= span.start:
                if index - other > _LOOK_BACK:
                    break
                continue
            shared = span.intersection(before)
            parties = view.turns[index].party, view.turns[other].party
            if shared is None or parties[0] is parties[1] or shared.duration <= op.longer_than:
                continue
            if op.by is not None and parties[0] is not op.by:
                continue
            if span.start - before.start < op.after_speaking or before.end - span.start < op.finished_within:
                continue
            hits.append(
                Hit(
                    evidence=(
                        Reading(name="talk_over", value=shared.duration, unit="ms", span=shared),
                        view.turns[index].quote(),
                    ),
                    span=shared,
                    turn=index,
                    last_turn=index,
                    score=float(shared.duration),
                    threshold=float(op.longer_than),
                    pattern=f"同时说话 {shared.duration / 1000:.1f} 秒",
                    key="talk_over",
                )
            )
    return Found(tuple(hits))


_LOOK_BACK = 20
"""Turns further back that already ended cannot reach this far; long monologues lie nearer."""
