"""Random draws that a seed repeats and nobody can steer: ranks by hash, and the rate that a sealed draw yields."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from math import ceil

from callqa.domain import Noun
from callqa.review.intervals import Rate, rate_of


def rank(seed: int, purpose: str, name: str) -> int:
    """A number that is as good as random for every seed, purpose and name.

    Ranks do not depend on the order or number of the other names, so a call that arrives late does not change
    whether another one ranks before a third.
    """
    return int.from_bytes(sha256(f"{seed}\x00{purpose}\x00{name}".encode()).digest()[:8], "big")


def shuffled(names: Iterable[str], *, seed: int, purpose: str) -> list[str]:
    """Names in random order, each once: every order is equally likely over the seeds."""
    return sorted(set(names), key=lambda name: (rank(seed, purpose, name), name))


def sealed_draw(calls: Iterable[str], *, seed: int, share: float) -> tuple[str, ...]:
    """A simple random sample without replacement: ``⌈share × N⌉`` of N calls, each equally likely.

    What the machine thinks of a call plays no part, so the share of violations among the drawn calls is an unbiased
    estimate of the day's.
    """
    order = shuffled(calls, seed=seed, purpose="sealed")
    return tuple(order[: min(len(order), ceil(share * len(order) - 1e-9))])


def violation_rate(drawn: Sequence[str], outcomes: Mapping[str, bool | None]) -> Rate:
    """The day's rate of violation, from the sealed draw alone.

    Args:
        drawn: The calls of the draw.
        outcomes: Call → whether a reviewer found a violation; calls not reviewed yet are missing or None, and are in
            neither sum.

    Returns:
        With Wilson's interval. It takes no account of the calls being finitely many, so with a large share of them
        drawn the true interval is narrower.
    """
    known = [found for call in drawn if (found := outcomes.get(call)) is not None]
    return rate_of(sum(known), len(known))


class DrawnDay(Noun):
    """One draw and what came of it."""

    frame: int
    """Calls it was drawn from."""
    n: int
    """Drawn calls that were reviewed."""
    hits: int
    """Those of them with a violation."""


def pooled_rate(days: Iterable[DrawnDay]) -> Rate:
    """Several draws as one figure; a day's calls count as much as there were, not as many as were drawn.

    Each reviewed call stands for ``frame ÷ n`` calls of its day. The interval is Wilson's with Kish's effective
    number of cases ``(Σw)² ÷ Σw²`` (L. Kish, "Survey Sampling", 1965). Days of which nothing was reviewed are left
    out.
    """
    known = [day for day in days if day.n > 0]
    weights = [day.frame / day.n for day in known]
    whole = sum(weight * day.n for weight, day in zip(weights, known, strict=True))
    squares = sum(weight**2 * day.n for weight, day in zip(weights, known, strict=True))
    if squares <= 0:
        return rate_of(0, 0)
    share = sum(weight * day.hits for weight, day in zip(weights, known, strict=True)) / whole
    cases = whole**2 / squares
    return rate_of(share * cases, cases)
