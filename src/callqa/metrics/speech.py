"""When each party speaks, as plain integer stretches (fast enough for calls of thousands of turns)."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from callqa.domain import Party, Transcript, Turn

Stretch = tuple[int, int]
"""``(start, end)`` in milliseconds, half-open."""

BREATH = 500
"""Milliseconds: a shorter pause inside one party's speech is part of speaking, not silence."""


@dataclass(frozen=True, slots=True)
class Speech:
    """A call's speech.

    Attributes:
        agent: Stretches in which the agent speaks, ordered, disjoint, at least ``BREATH`` apart.
        customer: The same for the customer.
        all: Stretches in which anybody speaks.
        turns: ``(start, end, party)`` of every turn in time order.
        parted: True where every turn has a known party; False for mono recordings.
    """

    agent: Sequence[Stretch]
    customer: Sequence[Stretch]
    all: Sequence[Stretch]
    turns: Sequence[tuple[int, int, Party]]
    parted: bool

    def of(self, party: Party) -> Sequence[Stretch]:
        """Stretches of one party."""
        return self.agent if party is Party.agent else self.customer


def speech_of(transcript: Transcript) -> Speech:
    """Read the stretches out of the words."""
    by_party: dict[Party, list[Stretch]] = {party: [] for party in Party}
    turns: list[tuple[int, int, Party]] = []
    for turn in transcript.turns:
        stretches = _stretches(turn)
        by_party[turn.party].extend(stretches)
        turns.append((stretches[0][0], stretches[-1][1], turn.party))
    return Speech(
        agent=joined(by_party[Party.agent], gap=BREATH),
        customer=joined(by_party[Party.customer], gap=BREATH),
        all=joined((one for found in by_party.values() for one in found), gap=BREATH),
        turns=turns,
        parted=bool(turns) and not by_party[Party.unknown],
    )


def joined(stretches: Iterable[Stretch], *, gap: int = 0) -> list[Stretch]:
    """Merge stretches that overlap or lie at most ``gap`` milliseconds apart; ordered and disjoint."""
    merged: list[Stretch] = []
    first, last = -1, -1
    for start, end in sorted(stretches):
        if first < 0:
            first, last = start, end
        elif start <= last + gap:
            last = max(last, end)
        else:
            merged.append((first, last))
            first, last = start, end
    if first >= 0:
        merged.append((first, last))
    return merged


def total(stretches: Iterable[Stretch]) -> int:
    """Milliseconds of disjoint stretches."""
    return sum(end - start for start, end in stretches)


def gaps(stretches: Sequence[Stretch]) -> list[Stretch]:
    """What lies between ordered, disjoint stretches."""
    return [(before[1], after[0]) for before, after in itertools.pairwise(stretches)]


def _stretches(turn: Turn) -> list[Stretch]:
    """A turn's words, joined over breaths."""
    found: list[Stretch] = []
    words = iter(turn.words)
    span = next(words).span
    first, last = span.start, span.end
    for word in words:
        span = word.span
        if span.start <= last + BREATH:
            last = max(last, span.end)
        else:
            found.append((first, last))
            first, last = span.start, span.end
    found.append((first, last))
    return found
