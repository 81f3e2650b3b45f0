"""The ledger replayed: which events stand, and what the scorecard comes to under them."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from callqa.domain import (
    Acknowledge,
    Appeal,
    Confirm,
    Edit,
    Finish,
    LineStatus,
    Noun,
    ReviewEvent,
    Ruling,
    Scorecard,
    ScoreLine,
    Undo,
    Withdraw,
)
from callqa.policy.rubric import Rubric
from callqa.policy.tally import tally

SYSTEM = "system"
"""Author of what happens because a deadline ran out, or a call was scored again."""


class ReviewState(StrEnum):
    """How far people are with a card."""

    unreviewed = "unreviewed"
    """Nobody said anything."""
    in_review = "in_review"
    """Somebody began."""
    reviewed = "reviewed"
    """A reviewer said that it is done."""
    appealed = "appealed"
    """An appeal waits for a ruling."""
    ruled = "ruled"
    """Every appeal has its ruling."""


class EffectiveLine(Noun):
    """One line as it stands now, beside what the machine gave."""

    line: ScoreLine
    """After all events."""
    machine: ScoreLine
    """As scored."""
    events: tuple[str, ...] = ()
    """Standing events that speak about the line, in order; the last that gives points decides."""
    confirmed: bool = False
    """A reviewer agreed with what stands."""
    appeals: tuple[str, ...] = ()
    """Appeals on it, in order, withdrawn ones included."""

    @property
    def changed(self) -> bool:
        """Whether points, status or red line differ from the machine's."""
        return (self.line.points, self.line.status, self.line.fatal) != (
            self.machine.points,
            self.machine.status,
            self.machine.fatal,
        )


class Effective(Noun):
    """A card after people spoke."""

    call_id: str
    """The call."""
    scorecard: str
    """Hash of the machine's card."""
    lines: tuple[EffectiveLine, ...]
    """In the card's order."""
    total: float | None
    """0..100; None where nothing could be scored."""
    grade: str | None
    """Id of the band."""
    grade_title: str
    """As the rubric names it."""
    action: str
    """What the band leads to."""
    fatal: tuple[str, ...]
    """Red lines that stand."""
    needs_human: int
    """Lines that still wait for a person."""
    state: ReviewState
    """How far people are."""
    reviewed: bool
    """A reviewer finished, whatever came after."""
    acknowledged: bool
    """The agent has seen it."""
    stale: tuple[str, ...]
    """Events about other cards of the call; they change nothing here."""

    @property
    def changed(self) -> bool:
        """Whether any line differs from the machine's."""
        return any(line.changed for line in self.lines)


def unique(events: Iterable[ReviewEvent]) -> list[ReviewEvent]:
    """Events in order, of several with one id only the first."""
    found: dict[str, ReviewEvent] = {}
    for event in events:
        found.setdefault(event.id, event)
    return list(found.values())


def standing(events: Iterable[ReviewEvent]) -> list[ReviewEvent]:
    """Events that nobody took back, in order, each once, without the undos themselves.

    An undo speaks about an earlier event; an undo of an undo brings the event back.
    """
    taken: set[str] = set()
    kept: list[ReviewEvent] = []
    for event in reversed(unique(events)):
        if event.id in taken:
            continue
        if isinstance(event, Undo):
            taken.add(event.event)
        else:
            kept.append(event)
    return kept[::-1]


def effective(card: Scorecard, events: Iterable[ReviewEvent], *, scorecard: str, rubric: Rubric) -> Effective:
    """The card by replay: the same events give the same card, however often each is handed in.

    A later event on a line replaces an earlier one; events on different lines do not touch each other. Points are
    kept within 0 … full marks of the line. A line that is set to ``not_applicable`` or ``needs_human`` counts as the
    scoring stage counts it, and carries no red line. Where no line differs from the machine's, total and grade are
    the machine's own.

    Args:
        card: The machine's.
        events: Of the call, in the ledger's order; those about other cards are listed in ``stale``.
        scorecard: Hash of the card.
        rubric: The one it was scored by.
    """
    everything = standing(events)
    own = [event for event in everything if event.scorecard == scorecard]
    lines = tuple(_line(line, own) for line in card.lines)
    stale = tuple(event.id for event in everything if event.scorecard != scorecard)
    now = [line.line for line in lines]
    common = {
        "call_id": card.call_id,
        "scorecard": scorecard,
        "lines": lines,
        "needs_human": sum(line.status is LineStatus.needs_human for line in now),
        "state": _state(own),
        "reviewed": any(isinstance(event, Finish) for event in own),
        "acknowledged": any(isinstance(event, Acknowledge) for event in own),
        "stale": stale,
    }
    if not any(line.changed for line in lines):
        return Effective(
            **common,
            total=card.total,
            grade=card.grade,
            grade_title=card.grade_title,
            action=card.action,
            fatal=card.fatal,
        )
    result = tally(now, rubric)
    return Effective(
        **common,
        total=result.total,
        grade=result.grade.id if result.grade else None,
        grade_title=result.grade.title if result.grade else rubric.review_grade,
        action=result.grade.action if result.grade else rubric.review_action,
        fatal=result.vetoed,
    )


def _line(machine: ScoreLine, events: Sequence[ReviewEvent]) -> EffectiveLine:
    line, confirmed = machine, False
    said: list[str] = []
    appeals: list[str] = []
    for event in events:
        match event:
            case Edit() if event.item == machine.item:
                line, confirmed = edited(line, event), False
            case Confirm() if event.item in (None, machine.item):
                confirmed = True
            case Appeal() if event.item == machine.item:
                appeals.append(event.id)
            case Ruling() if event.appeal in appeals:
                line = ruled(line, event)
            case Withdraw() if event.appeal in appeals:
                pass
            case _:
                if getattr(event, "item", "") != machine.item and getattr(event, "appeal", "") not in appeals:
                    continue
        said.append(event.id)
    return EffectiveLine(
        line=line, machine=machine, events=tuple(said), confirmed=confirmed, appeals=tuple(appeals)
    )


def edited(line: ScoreLine, event: Edit) -> ScoreLine:
    """The line under a reviewer's edit."""
    if event.status is LineStatus.not_applicable:
        return line.replace(status=event.status, points=0.0, fatal=False)
    if event.status is LineStatus.needs_human:
        return line.replace(status=event.status, points=0.0 if line.bonus else line.max_points, fatal=False)
    fatal = line.fatal if event.fatal is None else event.fatal
    return line.replace(status=event.status, points=_within(event.points, line), fatal=fatal)


def ruled(line: ScoreLine, event: Ruling) -> ScoreLine:
    """The line under a ruling; one that does not uphold the appeal changes nothing."""
    if not event.upheld:
        return line
    points = line.max_points if event.points is None else event.points
    # half a red line does not exist: where the agent was right at all, it falls
    return line.replace(status=LineStatus.scored, points=_within(points, line), fatal=False)


def _within(points: float, line: ScoreLine) -> float:
    return min(max(points, 0.0), line.max_points)


def _state(events: Sequence[ReviewEvent]) -> ReviewState:
    withdrawn = {event.appeal for event in events if isinstance(event, Withdraw)}
    appeals = {event.id for event in events if isinstance(event, Appeal)} - withdrawn
    last: dict[str, str] = {}
    for event in events:
        if event.kind in ("ruling", "escalate"):
            last[getattr(event, "appeal", "")] = event.kind
    if any(last.get(appeal) != "ruling" for appeal in appeals):
        return ReviewState.appealed
    if appeals:
        return ReviewState.ruled
    if any(isinstance(event, Finish) for event in events):
        return ReviewState.reviewed
    quiet = (Acknowledge, Appeal, Withdraw)
    begun = any(not isinstance(event, quiet) and event.author != SYSTEM for event in events)
    return ReviewState.in_review if begun else ReviewState.unreviewed
