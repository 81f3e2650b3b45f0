"""From calls to people: which techniques a call uses and when, and an agent's profile beside the group."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import sqrt

from callqa.domain import Millis, Party, TechniqueReading, Transcript
from callqa.domain.noun import Noun
from callqa.techniques.labels import FAMILIES

_Z = 1.96

LabelCounts = Mapping[str, int]
"""Technique → how many turns of a call carry it."""


class TechniqueUse(Noun):
    """One technique in one call."""

    label: str
    """Technique."""
    times: int
    """Turns that carry it."""
    first: Millis
    """Start of the first of them, from the start of the recording."""
    density: float
    """Share of the agent's turns that carry it, 0..1."""


class Rate(Noun):
    """Share of calls, with what stands behind it."""

    name: str
    """Family (产品, 营销, 促单) or label."""
    calls: int
    """Calls with at least one such turn."""
    of: int
    """All calls counted."""
    share: float | None
    """``calls / of``; None without calls."""
    low: float | None
    """Lower end of Wilson's 95 % interval."""
    high: float | None
    """Upper end."""
    per_call: float | None
    """Tags per call; None without calls."""


class Comparison(Noun):
    """An agent beside the group."""

    agent: Rate
    """The agent's calls."""
    group: Rate
    """The calls of the others in the group, without the agent's own."""
    differs: bool
    """True where the two intervals do not overlap: below that, say nothing of the difference."""


def uses_of(reading: TechniqueReading, transcript: Transcript) -> tuple[TechniqueUse, ...]:
    """Techniques of one call, by first use.

    Args:
        reading: What was read.
        transcript: The call it was read from.
    """
    turns = len(transcript.of(Party.agent))
    times = Counter(tag.label for tag in reading.tags)
    first: dict[str, Millis] = {}
    for tag in reading.tags:
        start = tag.quote.span.start
        first[tag.label] = min(start, first.get(tag.label, start))
    uses = [
        TechniqueUse(label=label, times=count, first=first[label], density=count / turns if turns else 0.0)
        for label, count in times.items()
    ]
    return tuple(sorted(uses, key=lambda use: (use.first, use.label)))


def rate(name: str, counts: Sequence[int]) -> Rate:
    """A rate over calls.

    Args:
        name: What is counted.
        counts: Per call, how many tags of the kind.
    """
    total, calls = len(counts), sum(count > 0 for count in counts)
    if not total:
        return Rate(name=name, calls=0, of=0, share=None, low=None, high=None, per_call=None)
    share = calls / total
    # Wilson's score interval: holds for few calls and for shares near 0 and 1
    centre = (share + _Z**2 / (2 * total)) / (1 + _Z**2 / total)
    half = _Z * sqrt(share * (1 - share) / total + _Z**2 / (4 * total**2)) / (1 + _Z**2 / total)
    return Rate(
        name=name,
        calls=calls,
        of=total,
        share=share,
        low=max(0.0, centre - half),
        high=min(1.0, centre + half),
        per_call=sum(counts) / total,
    )


def label_counts(reading: TechniqueReading) -> LabelCounts:
    """What a profile needs of a call: small, so that a year of calls fits into memory."""
    return dict(Counter(tag.label for tag in reading.tags))


def profile(
    calls: Sequence[LabelCounts], *, families: Mapping[str, Sequence[str]] = FAMILIES
) -> tuple[Rate, ...]:
    """How many calls show each family of techniques, e.g. of one agent.

    Args:
        calls: The agent's calls, each by ``label_counts``.
        families: Family → labels; a centre's own from its policy. One label may be a family of its own.
    """
    return tuple(
        rate(family, [_count(call, labels) for call in calls]) for family, labels in families.items()
    )


def compare_profiles(
    agent: Sequence[LabelCounts],
    others: Sequence[LabelCounts],
    *,
    families: Mapping[str, Sequence[str]] = FAMILIES,
) -> tuple[Comparison, ...]:
    """An agent's families beside those of the rest of the group.

    Args:
        agent: The agent's calls.
        others: The calls of everybody else in the group.
        families: Family → labels.
    """
    compared = []
    for own, theirs in zip(
        profile(agent, families=families), profile(others, families=families), strict=True
    ):
        apart = False
        if (
            own.low is not None
            and own.high is not None
            and theirs.low is not None
            and theirs.high is not None
        ):
            apart = own.low > theirs.high or own.high < theirs.low
        compared.append(Comparison(agent=own, group=theirs, differs=apart))
    return tuple(compared)


def _count(call: LabelCounts, labels: Sequence[str]) -> int:
    return sum(call.get(label, 0) for label in labels)
