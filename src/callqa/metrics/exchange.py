"""How the two parties take turns: answers, talk-over, monologues."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from callqa.domain import Party, Transcript
from callqa.metrics.speech import Speech, Stretch
from callqa.metrics.wording import acknowledges

TALK_OVER = 500
"""Milliseconds both must speak at once to count; shorter overlap is ordinary turn-taking."""
SILENCE = 3000
"""Milliseconds from which silence counts as dead air; Amazon Connect's non-talk time uses the same limit."""


@dataclass(frozen=True, slots=True)
class TalkOver:
    """Both speak at once.

    Attributes:
        stretch: When.
        by: Who began while the other was speaking; None where both began together.
    """

    stretch: Stretch
    by: Party | None


def talk_overs(speech: Speech) -> list[TalkOver]:
    """Overlaps of at least ``TALK_OVER`` ms in time order (one pass over both parties' stretches)."""
    agent, customer = speech.agent, speech.customer
    found: list[TalkOver] = []
    i = j = 0
    while i < len(agent) and j < len(customer):
        (a_start, a_end), (c_start, c_end) = agent[i], customer[j]
        start, end = max(a_start, c_start), min(a_end, c_end)
        if end - start >= TALK_OVER:
            late = None if a_start == c_start else Party.agent if a_start > c_start else Party.customer
            found.append(TalkOver((start, end), late))
        if a_end <= c_end:
            i += 1
        else:
            j += 1
    return found


def delays(speech: Speech, party: Party) -> list[int]:
    """Milliseconds from the other's last word to this party's first, for every change of turn to this party.

    Beginning before the other has ended counts as 0: that is no waiting at all.
    """
    waits: list[int] = []
    other_end: int | None = None
    before: Party | None = None
    for start, end, speaker in speech.turns:
        if speaker is party:
            if before is not None and before is not party and other_end is not None:
                waits.append(max(0, start - other_end))
        else:
            other_end = end if other_end is None else max(other_end, end)
        before = speaker
    return waits


def switches(speech: Speech) -> int:
    """How often the turn changes from one party to the other."""
    parties = [speaker for _, _, speaker in speech.turns]
    return sum(a is not b for a, b in itertools.pairwise(parties))


def longest_monologue(transcript: Transcript, speech: Speech, party: Party) -> Stretch | None:
    """The longest stretch one party speaks on.

    It ends where the other says more than an acknowledgement (嗯, 对对, 好的) or where the party itself is silent for
    ``SILENCE`` ms.
    """
    best: Stretch | None = None
    current: Stretch | None = None
    for turn, (start, end, speaker) in zip(transcript.turns, speech.turns, strict=True):
        if speaker is not party:
            if not acknowledges(turn.text):
                best, current = _longer(best, current), None
        elif current is not None and start - current[1] < SILENCE:
            current = (current[0], max(current[1], end))
        else:
            best, current = _longer(best, current), (start, end)
    return _longer(best, current)


def quantile(values: Sequence[int], share: float) -> float:
    """Linear interpolation between order statistics (type 7 of Hyndman & Fan 1996); values must not be empty."""
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


def _longer(one: Stretch | None, other: Stretch | None) -> Stretch | None:
    if one is None or other is None:
        return one or other
    return one if one[1] - one[0] >= other[1] - other[0] else other
