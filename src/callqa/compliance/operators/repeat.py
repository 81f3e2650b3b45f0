"""``repeat``: a party says much the same again.

Parameters: ``similarity`` (0..1, sound and characters), ``look_back`` (earlier turns of the party, 0 = all),
``min_characters``, ``exclude``, ``count`` (repetitions), party and scope.
Unsure: similarity within 0.05 below the limit, or mean word probability below 0.3.
Not measured: no labelled call is marked for it; it compares turns as ``nearest`` does, by a number anybody can recompute.
"""

from rapidfuzz import fuzz

from callqa.compliance.answer import Hit
from callqa.compliance.operators.context import Context, Found
from callqa.compliance.view import CallView
from callqa.domain import Party
from callqa.policy.rules.operators import Repeat

GREY = 0.05


def find(op: Repeat, context: Context) -> Found:
    """Turns that repeat an earlier one; evidence is both turns."""
    view = context.view
    skipped = {hit.turn for wording in op.exclude for hit in view.hits(wording, op.party, joined=False)}
    keys = ["".join(chr(0x100 + n) for n in heard.syllables.tolist()) for heard in view.heard]
    earlier: dict[Party, list[int]] = {}
    hits: list[Hit] = []
    for turn in view.turns_of(op.party):
        if len(view.heard[turn]) < op.min_characters or turn in skipped:
            continue
        before = earlier.setdefault(view.turns[turn].party, [])
        best = max(
            ((_alike(keys, other, turn, view), other) for other in before[-op.look_back :]),
            default=(0.0, -1),
        )
        before.append(turn)
        if best[0] >= op.similarity - GREY:
            quotes = (view.turns[best[1]].quote(), view.turns[turn].quote())
            hits.append(
                Hit(
                    evidence=quotes,
                    span=quotes[1].span,
                    turn=turn,
                    last_turn=turn,
                    sure=best[0] >= op.similarity and view.clear(quotes),
                    score=round(best[0], 3),
                    threshold=op.similarity,
                    pattern="重复",
                    key="repeat",
                )
            )
    return Found(tuple(hits))


def _alike(keys: list[str], one: int, other: int, view: CallView) -> float:
    sound = fuzz.ratio(keys[one], keys[other]) / 100
    characters = fuzz.ratio(view.heard[one].characters, view.heard[other].characters) / 100
    return max(sound, characters)
