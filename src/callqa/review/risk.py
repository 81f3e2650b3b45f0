"""How much a call needs a person's eye: what is at stake on it, times how unsure the machine is."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field

from callqa.domain import Finding, LineStatus, Noun, Scorecard, ScoreLine, TechniqueReading

GREY = 0.12
"""Half-width of the grey zone around a matcher's threshold; its scores run from 0 to 1."""
_LISTENING = 0.6
_FIXED = 1.5
_PER_LINE = 0.5


class Candidate(Noun):
    """A call that may be reviewed, reduced to what planning needs."""

    call_id: str
    """The call."""
    agent: str
    """Who made it; empty where unknown."""
    unit: tuple[str, ...]
    """Ids of the units on the way to the agent's group on the day of the call, top first."""
    minutes: Annotated[float, Field(gt=0.0)]
    """Expected reviewing time."""
    language: str = "zh"
    """Spoken."""
    red_lines: tuple[str, ...] = ()
    """Titles of the red lines that the machine saw."""
    risk: Annotated[float, Field(ge=0.0)] = 0.0
    """Sum over the lines of stake × uncertainty."""
    doubts: tuple[str, ...] = ()
    """Chinese: the lines that weigh most, with figures."""


def candidate_of(
    card: Scorecard,
    findings: Sequence[Finding],
    reading: TechniqueReading,
    *,
    duration: int,
    language: str,
    agent: str,
    unit: Sequence[str],
) -> Candidate:
    """A finished call as a candidate.

    ``risk = Σ stake × uncertainty`` over the lines of the card. A line's stake is its share of the card's full marks,
    1 where it is a red line; its uncertainty is 1 where the machine could not hear, else the greatest of its
    findings' nearness to their thresholds and of its tags' nearness to a coin toss (``1 − |2p − 1|``).

    Expected time in minutes: ``1.5 + 0.6 × talk + 0.5 × waiting lines``; starting figures, to be replaced by the
    centre's own once reviews have been timed.

    Args:
        card: The machine's.
        findings: Of steps and rules.
        reading: Techniques.
        duration: Of the recording, in milliseconds.
        language: Spoken.
        agent: Who made the call; empty where unknown.
        unit: Ids of the units on the way to the agent's group, top first.
    """
    doubts = sorted(_doubts(card, findings, reading), key=lambda one: -one[0])
    return Candidate(
        call_id=card.call_id,
        agent=agent,
        unit=tuple(unit),
        minutes=_FIXED + _LISTENING * duration / 60_000 + _PER_LINE * card.needs_human,
        language=language,
        red_lines=tuple(line.title for line in card.lines if line.fatal),
        risk=sum(weight for weight, _told in doubts),
        doubts=tuple(told for _weight, told in doubts[:3]),
    )


def _doubts(
    card: Scorecard, findings: Sequence[Finding], reading: TechniqueReading
) -> list[tuple[float, str]]:
    whole = sum(line.max_points for line in card.lines if not line.bonus) or 1.0
    known = {(one.subject.value, one.id): one for one in findings}
    chances = {tag.label: 0.0 for tag in reading.tags}
    for tag in reading.tags:
        chances[tag.label] = max(chances[tag.label], tag.probability)
    found = []
    for line in card.lines:
        if line.status is LineStatus.not_applicable:
            continue
        unsure, why = _unsure(line, known, chances)
        stake = 1.0 if line.max_points == 0 or line.fatal else line.max_points / whole
        if unsure > 0.0:
            found.append((stake * unsure, f"“{line.title}”{why}（{stake * unsure:.2f}）"))
    return found


def _unsure(
    line: ScoreLine, known: Mapping[tuple[str, str], Finding], chances: Mapping[str, float]
) -> tuple[float, str]:
    if line.status is LineStatus.needs_human:
        return 1.0, "听不清"
    unsure, why = 0.0, ""
    for ref in line.refs:
        finding = known.get((ref.kind, ref.id))
        if finding is not None:
            score, threshold = finding.explanation.score, finding.explanation.threshold
            if score is None or threshold is None:
                continue
            near, told = grey(score, threshold), f"在判定线附近，{score:.2f} 对 {threshold:.2f}"
        elif ref.kind == "technique" and ref.id in chances:
            near, told = 1.0 - abs(2.0 * chances[ref.id] - 1.0), f"模型把握 {chances[ref.id]:.0%}"
        else:
            continue
        if near > unsure:
            unsure, why = near, told
    return unsure, why


def grey(score: float, threshold: float) -> float:
    """Nearness of a score to its threshold: 1 on it, falling straight to 0 at `GREY` on both sides."""
    return max(0.0, 1.0 - abs(score - threshold) / GREY)
