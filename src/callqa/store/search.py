"""What can be asked of the list of calls, and what comes back."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Literal, TypeVar

Item = TypeVar("Item")
Place = tuple[str | int | float, str | int]
"""Where a page ended: (value sorted by, id). The API turns it into an opaque token and back."""
ReviewState = Literal["unreviewed", "in_review", "reviewed", "appealed", "ruled"]
"""appealed: an appeal is open; ruled: none is open and one was decided; reviewed: somebody finished."""
Sort = Literal["newest", "oldest", "lowest", "highest"]
"""By start of the call, or by effective total; calls without a start are oldest, without a total lowest."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Part of a list.

    Attributes:
        items: In order.
        next: Give it as ``after`` to go on; None at the end.
        total: How many there are altogether; None where it was not asked for.
    """

    items: tuple[Item, ...]
    next: Place | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What a person may see: calls of these units and everything below, or own calls.

    Attributes:
        paths: Unit paths such as ``/hq/d1/``; ``/`` is everything placed in a unit and everything that is not.
        agent: Person whose own calls are seen, None for none.
    """

    paths: tuple[str, ...] = ()
    agent: str | None = None


EVERYTHING = Scope(paths=("/",))
"""The whole centre."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that occurs in a call.

    Attributes:
        kind: ``step``, ``rule``, ``technique`` or ``reaction``.
        id: Its id or label.
        verdict: For steps and rules: ``met``, ``broken``, ``unsure``; None = broken for rules, met for steps.
    """

    kind: Literal["step", "rule", "technique", "reaction"]
    id: str
    verdict: str | None = None


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls; everything that is set must hold.

    Attributes:
        scope: What the asker may see; nothing outside it is ever returned or counted.
        first_day: First local day ``YYYY-MM-DD``, inclusive.
        last_day: Last local day, inclusive.
        unit: Path of a unit, with everything below it.
        agent: Person.
        product: As the manifest names it.
        campaign: As the manifest names it.
        region: As the manifest names it.
        ordered: The customer ordered, or did not.
        grade: Id of the effective grade band.
        score_min: Least effective total, inclusive.
        score_max: Greatest effective total, inclusive.
        fatal: A red line stands, or none does.
        hits: All of them occur.
        review_state: Where the review stands.
        needs_human: True: some line waits for a person.
        text: Words said, found also where the recogniser wrote others that sound alike; blanks separate wordings
            that must all occur.
        ids: Only these calls.
        without: None of these calls.
    """

    scope: Scope = EVERYTHING
    first_day: str | None = None
    last_day: str | None = None
    unit: str | None = None
    agent: str | None = None
    product: str | None = None
    campaign: str | None = None
    region: str | None = None
    ordered: bool | None = None
    grade: str | None = None
    score_min: float | None = None
    score_max: float | None = None
    fatal: bool | None = None
    hits: tuple[Hit, ...] = ()
    review_state: ReviewState | None = None
    needs_human: bool | None = None
    text: str | None = None
    ids: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextMatch:
    """A place where the text searched for was said.

    Attributes:
        turn: Index of the turn.
        start: First character in the masked text of the turn.
        end: First character after.
        text: The masked words that stand there; they may be spelt otherwise than asked.
        before: The few masked characters before them in the turn.
        after: The few after.
    """

    turn: int
    start: int
    end: int
    text: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class CallSummary:
    """A call as a list shows it.

    Attributes:
        id: Call id.
        day: Local day, None without a start.
        started_at: With the zone of the manifest.
        started_assumed: Nobody said when it began; that is when its recording was received.
        agent: Person id of the agent where known, else as the telephone system writes it.
        unit: Unit of the agent on that day.
        unit_path: Path of it, e.g. ``/hq/d1/t1/g1/``; empty where the call belongs nowhere.
        product: As the manifest names it.
        campaign: ″
        region: ″
        ordered: The customer ordered.
        amount: Yuan.
        language: Of the transcript.
        duration: Milliseconds.
        turns: Turns of the transcript.
        demo: Heard by the demonstration recogniser.
        scorecard: Id of the card in force.
        machine_total: The machine's total.
        total: The effective total after review.
        grade: Effective grade band.
        grade_title: As the rubric names it.
        action: What the band leads to.
        fatal: A red line stands.
        needs_human: Lines that wait for a person.
        review_state: Where the review stands.
        open_appeals: Appeals not decided.
        version: Number of review events (the ETag).
        reviewed_at: When it was last finished.
        matches: Places of the text searched for.
    """

    id: str
    day: str | None
    started_at: datetime | None
    started_assumed: bool
    agent: str | None
    unit: str | None
    unit_path: str
    product: str | None
    campaign: str | None
    region: str | None
    ordered: bool | None
    amount: float | None
    language: str
    duration: int
    turns: int
    demo: bool
    scorecard: str
    machine_total: float | None
    total: float | None
    grade: str | None
    grade_title: str
    action: str
    fatal: bool
    needs_human: int
    review_state: ReviewState
    open_appeals: int
    version: int
    reviewed_at: datetime | None
    matches: tuple[TextMatch, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Totals:
    """Figures over all calls of a filter.

    Attributes:
        calls: How many.
        mean_total: Mean effective total of those that have one.
        fatal: Calls on which a red line stands.
        needs_human: Calls with a line that waits for a person.
        by_grade: Calls per effective grade id; None = without a total.
        by_state: Calls per review state.
    """

    calls: int
    mean_total: float | None
    fatal: int
    needs_human: int
    by_grade: dict[str | None, int]
    by_state: dict[str, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a card comes to after its review events; copied into the index with them.

    Attributes:
        total: Effective total.
        grade: Effective grade band.
        grade_title: As the rubric names it.
        action: What the band leads to.
        fatal: A red line stands.
        needs_human: Lines that still wait for a person.
        review_state: Where the review stands.
        open_appeals: Appeals not decided.
    """

    total: float | None
    grade: str | None
    grade_title: str
    action: str
    fatal: bool
    needs_human: int
    review_state: ReviewState
    open_appeals: int
