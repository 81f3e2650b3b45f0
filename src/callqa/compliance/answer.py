"""Three-valued answers with their hits: true, false, or not to be told from what was heard."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf

from callqa.domain import Evidence, Quote, Span, TextSpan
from callqa.policy.wording import Count

Truth = bool | None
"""True, false, None = unsure."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a condition is fulfilled."""

    evidence: tuple[Evidence, ...]
    """Words (one quote per turn they run over) or a reading."""
    span: Span
    """When."""
    turn: int | None = None
    """First turn it stands in; None for readings without a turn."""
    last_turn: int | None = None
    """Last turn it stands in."""
    sure: bool = True
    """False: heard too badly, or in the grey zone."""
    score: float | None = None
    """Similarity 0..1 or the measured number."""
    threshold: float | None = None
    """What the score was compared with."""
    pattern: str = ""
    """Wording or figure that hit."""
    accuses: Truth = True
    """Was it heard well enough to accuse somebody? None: a person should listen."""
    key: str = ""
    """What is counted once by ``need`` (the phrase)."""
    words: tuple[TextSpan, ...] = ()
    """For a pattern: where its literal words stand in the turn; a negator may stand between them."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A hit that does not count, and why."""

    hit: Hit
    why: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a condition comes to on a call."""

    truth: Truth
    hits: tuple[Hit, ...] = ()
    """What was found, in time order."""
    dropped: tuple[Dropped, ...] = ()
    """What was found and does not count."""
    searched: Span | None = None
    """The stretch looked at."""
    turns: tuple[int, int] | None = None
    """First and last turn looked at."""
    expected: str = ""
    """What was looked for, in the policy's words."""
    nearest: Quote | None = None
    """Closest words, where nothing was found."""
    similarity: float | None = None
    """How close they came."""
    evidence: tuple[Evidence, ...] = ()
    """Readings that decided without a hit (fields, measures)."""
    matcher: str = ""
    """Operator that decided."""
    notes: tuple[str, ...] = field(default=())
    """Chinese: why unsure, what was left out."""


def negate(truth: Truth) -> Truth:
    """Not; unsure stays unsure."""
    return None if truth is None else not truth


def both(truths: Sequence[Truth]) -> Truth:
    """All of them: one false decides."""
    if False in truths:
        return False
    return None if None in truths else True


def either(truths: Sequence[Truth]) -> Truth:
    """One of them: one true decides."""
    if True in truths:
        return True
    return None if None in truths else False


def counted(count: Count, sure: int, unsure: int, *, more: bool = False) -> Truth:
    """Do so many hits fulfil a count?

    Args:
        count: The bounds.
        sure: Hits that certainly are.
        unsure: Hits that may be.
        more: True where further hits may have gone unheard.

    Returns:
        None where the answer depends on what may be.
    """
    low, high = count.bounds
    top = high if high is not None else inf
    least, most = sure, inf if more else sure + unsure
    if least >= low and most <= top:
        return True
    if most < low or least > top:
        return False
    return None
