"""What the searchers look at and what they give back."""

from collections.abc import Sequence
from dataclasses import dataclass

from callqa.domain import Party, Transcript


@dataclass(frozen=True, slots=True)
class Line:
    """One turn, reduced to what finding personal data needs.

    Attributes:
        index: Turn index, equal to the position in the list.
        party: Who speaks.
        text: Raw text.
        start: First millisecond of the turn.
        end: First millisecond after it.
    """

    index: int
    party: Party
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate: where, what, and why.

    Attributes:
        kind: Kind of personal data, as in ``PersonalKind``.
        line: Index of the line.
        start: First character inside.
        end: First character after.
        pattern: Which pattern found it.
        context: The cue words that lifted (or, with ``-``, lowered) it.
        checksum: Result of the checksum, None where the kind has none.
        score: 0..1 after context and checksum.
    """

    kind: str
    line: int
    start: int
    end: int
    pattern: str
    context: str
    checksum: bool | None
    score: float


def lines_of(transcript: Transcript) -> list[Line]:
    """The transcript's turns."""
    return [
        Line(turn.index, turn.party, turn.text, turn.words[0].span.start, turn.words[-1].span.end)
        for turn in transcript.turns
    ]


def asked_before(lines: Sequence[Line], at: int, *, reach: int = 3) -> list[Line]:
    """Lines of the other party that may have asked for what is said at ``at``, nearest first.

    Goes back over at most ``reach`` lines; where the party is unknown any earlier line may have asked.
    """
    here = lines[at]
    before = lines[max(0, at - reach) : at]
    return [line for line in reversed(before) if line.party is not here.party or line.party is Party.unknown]
