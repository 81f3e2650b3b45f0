"""Which other calls suffer the error that an upheld appeal showed."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from callqa.domain import Finding, LineStatus, Noun, Quote, Scorecard, ScoreLine, Verdict


class Likeness(StrEnum):
    """How sure it is that another call has the same error."""

    same_words = "same_words"
    """The same check decided in the same way on the very same words."""
    same_check = "same_check"
    """The same check decided in the same way on other words: a person must look."""


class Case(Noun):
    """A call's card with what it rests on."""

    card: Scorecard
    """The machine's."""
    line: ScoreLine
    """The line in question as it stands now."""
    findings: tuple[Finding, ...]
    """Of the call."""


class Match(Noun):
    """A call with the same error."""

    call_id: str
    """The call."""
    item: str
    """The line."""
    likeness: Likeness
    """How sure."""
    points: float
    """Points now."""
    proposed: float
    """Points if the ruling is carried over."""
    fatal: bool
    """Whether a red line falls."""
    hits: int
    """Separate hits behind the line; with more than one, others may be right."""
    quotes: tuple[str, ...]
    """Words behind the verdict, masked; none where something was missing."""


def same_error(wronged: Case, others: Iterable[Case], *, item: str, points: float | None) -> list[Match]:
    """Calls whose line was decided by the same check, in the same way, as the line that an appeal put right.

    Two lines have the same error where card policy, item, and the verdict, matcher and pattern of every finding that
    spoke against the agent agree. Words are compared without punctuation. Lines that cost nothing are left out.

    Args:
        wronged: The call of the appeal; its line as it was before the ruling.
        others: Calls to search, each with its line as it stands.
        item: The line.
        points: What the ruling gave; None = full marks.

    Returns:
        The surest first, then by call id. Empty where the line rests on no step and no rule: then there is no way
        to tell that two errors are one.
    """
    marks = _marks(wronged)
    if not marks:
        return []
    words = {_plain(quote) for quote in _quotes(wronged)}
    found = []
    for other in others:
        line = other.line
        if other.card.call_id == wronged.card.call_id or line.item != item:
            continue
        if other.card.policy.id != wronged.card.policy.id or not _costs(line) or _marks(other) != marks:
            continue
        quotes = _quotes(other)
        proposed = line.max_points if points is None else min(max(points, line.points), line.max_points)
        found.append(
            Match(
                call_id=other.card.call_id,
                item=item,
                likeness=Likeness.same_words
                if words and {_plain(quote) for quote in quotes} == words
                else Likeness.same_check,
                points=line.points,
                proposed=proposed,
                fatal=line.fatal,
                hits=sum(max(1, one.hits) for one in _against(other)),
                quotes=quotes,
            )
        )
    return sorted(found, key=lambda match: (match.likeness is not Likeness.same_words, match.call_id))


def _costs(line: ScoreLine) -> bool:
    if line.status is not LineStatus.scored:
        return False
    return line.fatal or line.points < line.max_points


def _against(case: Case) -> Sequence[Finding]:
    """Findings behind the line that spoke against the agent."""
    refs = {(ref.kind, ref.id) for ref in case.line.refs}
    return [
        one for one in case.findings if (one.subject.value, one.id) in refs and one.verdict is Verdict.broken
    ]


def _marks(case: Case) -> frozenset[tuple[str, ...]]:
    return frozenset(
        (
            one.subject.value,
            one.id,
            one.state.value if one.state else "",
            one.explanation.matcher,
            one.explanation.pattern,
        )
        for one in _against(case)
    )


def _quotes(case: Case) -> tuple[str, ...]:
    return tuple(piece.text for one in _against(case) for piece in one.evidence if isinstance(piece, Quote))


def _plain(text: str) -> str:
    return "".join(char for char in text if char.isalnum())
