"""How much evidence a phrase needs: allowed cost by length and strictness, and the grey zone above it.

Costs are per token: another character of the same syllable 0.1, a near sound 0.1 + 0.3, a dropped syllable 0.8,
an inserted one 0.5, a filler 0.1, an unrelated syllable 1.25. The thresholds were chosen with
``scripts/bench_phrases.py``. Measured there with normal strictness (seed 7; 90 phrases × 56 contexts; 25,787 turns
without the phrase, half of them garbled, near misses and negations among them):

=================  ======  ======  ======  ======  ====================  =====================
recall at CER      0 %     10 %    20 %    30 %    false alarms / 1,000  left open / 1,000
=================  ======  ======  ======  ======  ====================  =====================
heard (a step)     100 %   98.7 %  97.2 %  95.5 %  0.16                  0.07
accusing (a rule)  100 %   94.5 %  87.3 %  78.4 %  0.02                  0.02
exact keyword      100 %   59.0 %  35.8 %  19.6 %  0.01                  –
=================  ======  ======  ======  ======  ====================  =====================

Two-syllable phrases are the weak ones: 90 % heard at CER 20 %, and 0.26 false alarms per 1,000 turns each.
"""

from typing import NamedTuple

from callqa.policy.wording import Strictness

HOMOPHONE = 0.10
"""Same syllable, other character: the character's own evidence."""
DROPPED = 0.80
"""A syllable of the phrase that was not heard."""
DROPPED_LIGHT = 0.40
"""The same for a particle (的, 了, 您 …), which speakers and recognisers swallow."""
UNLIKE = 0.80
"""From this cost on two syllables are taken as unrelated …"""
UNRELATED = 1.25
"""… and cost about as much as one dropped and one inserted."""
INSERTED = 0.50
"""A syllable between those of the phrase."""
FILLER = 0.10
"""A hesitation between them (嗯, 那个, 就是说)."""
GREY = 0.20
"""Width of the grey zone above the allowed cost: neither heard nor not heard."""
GREY_SHORT = 0.10
"""The same for phrases of four and five syllables, of which many things are nearly reminiscent."""

LIGHT = frozenset("的了呢吧啊呀嘛哦您请")
NEGATORS = frozenset("不没别甭")
"""Turn a phrase into its opposite: one lost or put in is never a slip of the recogniser's."""
FILLERS = frozenset("嗯呃啊哦呀哎诶唉喔额")
FILLER_WORDS = ("那个", "这个", "就是说", "就是", "然后", "的话")


class Allowance(NamedTuple):
    """What a match may cost."""

    cost: float
    """Largest cost that still counts as heard."""
    grey: float
    """Largest cost that leaves it open."""
    drops: int
    """How many syllables may be missing."""


def allowance(length: int, strictness: Strictness) -> Allowance:
    """Allowed cost of a phrase.

    Args:
        length: Tokens of the phrase.
        strictness: The dial.
    """
    if strictness is Strictness.exact:
        return Allowance(0.0, 0.0, 0)
    if strictness is Strictness.strict:
        return Allowance(min(0.15 + 0.1 * length, 1.5), min(0.15 + 0.1 * length, 1.5) + 0.1, 0)
    if length == 1:
        return Allowance(0.0, 0.0, 0)
    if length == 2:
        return Allowance(0.41, 0.51, 0)
    if length == 3:
        return Allowance(0.81, 0.81, 1)
    cost = 0.8 + 0.28 * length if strictness is Strictness.loose else 0.5 + 0.22 * length
    return Allowance(cost, cost + (GREY if length > 5 else GREY_SHORT), max(1, length // 3))


def accusation(length: int, cost: float, *, edges: int) -> bool | None:
    """Is a match good enough to accuse somebody (forbidden talk), not only to credit a step?

    Crediting a step wrongly costs nobody; accusing wrongly costs an agent points. Two characters must be themselves,
    one homophone leaves it open (去跟 is not 去根); longer phrases may lose little. A phrase that lacks its beginning
    or end is mostly another phrase (最后一台, 最后一页).

    Args:
        length: Tokens of the phrase.
        cost: Alignment cost.
        edges: Syllables missing at its beginning and end.

    Returns:
        True, False, or None where a person should listen.
    """
    if (edges and length <= 5) or edges > 1:
        return False
    sure, open_ = {1: (0.0, 0.0), 2: (0.0, 0.1), 3: (0.1, 0.4), 4: (0.5, 0.85), 5: (0.7, 1.05)}.get(
        length, (0.3 + 0.1 * length, 0.2 + 0.17 * length)
    )
    if cost <= sure + 1e-4:
        return True
    return None if cost <= open_ + 1e-4 else False


def similarity(cost: float, length: int) -> float:
    """Cost as a similarity 0..1 for people to read."""
    return max(0.0, min(1.0, 1.0 - cost / max(1, length)))
