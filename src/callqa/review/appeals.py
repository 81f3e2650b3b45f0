"""Appeals (申诉) as a state machine over the ledger: where each stands, who decides, and until when.

filed → 小组长 → 主管 → final. A level that lets its days run out loses the appeal to the next one; the agent may go
further after a ruling that did not give everything. Nothing here knows the time: it is handed in.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from callqa.domain import (
    Appeal,
    AppealLevel,
    Edit,
    Escalate,
    Finish,
    Noun,
    ReviewError,
    ReviewEvent,
    Ruling,
    Scorecard,
    Withdraw,
)
from callqa.review.calendar import Terms, WorkCalendar
from callqa.review.replay import SYSTEM, standing

LEVELS = (AppealLevel.leader, AppealLevel.director, AppealLevel.final)
"""From the first to the last word."""


class AppealStage(StrEnum):
    """What has become of an appeal so far."""

    open = "open"
    upheld = "upheld"
    partly = "partly"
    rejected = "rejected"
    withdrawn = "withdrawn"


class AppealState(Noun):
    """One appeal at one moment."""

    appeal: Appeal
    """What the agent filed."""
    level: AppealLevel
    """Who decides, or decided last."""
    stage: AppealStage
    """What has become of it."""
    closed: bool
    """Nothing further can happen: withdrawn, final, granted in full, or the agent let the days run out."""
    due: datetime | None
    """Open: until when the level has time. Decided: until when the agent may go further. None where closed."""
    overdue: bool
    """Open, and the level's time is over."""
    points: float | None
    """Points given by the last ruling that upheld it; None = full marks or no such ruling."""
    history: tuple[ReviewEvent, ...]
    """Its events, in order."""

    @property
    def open(self) -> bool:
        """Waits for a ruling."""
        return self.stage is AppealStage.open


def next_level(level: AppealLevel) -> AppealLevel | None:
    """The level above; None above the last."""
    place = LEVELS.index(level) + 1
    return LEVELS[place] if place < len(LEVELS) else None


def appeal_state(
    events: Iterable[ReviewEvent],
    appeal_id: str,
    *,
    now: datetime,
    calendar: WorkCalendar,
    terms: Terms,
) -> AppealState:
    """Where an appeal stands.

    Raises:
        ReviewError: ``appeal.unknown``.
    """
    for state in appeal_states(events, now=now, calendar=calendar, terms=terms):
        if state.appeal.id == appeal_id:
            return state
    raise ReviewError(
        "没有这条申诉。", code="appeal.unknown", hint="请刷新页面，看申诉是否已撤回或属于别的通话。"
    )


def appeal_states(
    events: Iterable[ReviewEvent], *, now: datetime, calendar: WorkCalendar, terms: Terms
) -> list[AppealState]:
    """Every appeal of a call, in the order they were filed."""
    live = standing(events)
    return [
        _state(event, live, now=now, calendar=calendar, terms=terms)
        for event in live
        if isinstance(event, Appeal)
    ]


def _state(
    appeal: Appeal, live: Sequence[ReviewEvent], *, now: datetime, calendar: WorkCalendar, terms: Terms
) -> AppealState:
    level, stage, since = AppealLevel.leader, AppealStage.open, appeal.at
    points: float | None = None
    history: list[ReviewEvent] = [appeal]
    for event in live:
        if getattr(event, "appeal", None) != appeal.id:
            continue
        history.append(event)
        match event:
            case Withdraw():
                stage, since = AppealStage.withdrawn, event.at
            case Escalate():
                level, stage, since = event.level, AppealStage.open, event.at
            case Ruling():
                level, since = event.level, event.at
                points = event.points if event.upheld else points
                stage = (
                    AppealStage.rejected
                    if not event.upheld
                    else AppealStage.partly
                    if event.partial
                    else AppealStage.upheld
                )
            case _:
                pass
    days = terms.of(level) if stage is AppealStage.open else terms.window
    due: datetime | None = calendar.deadline(since, days=days)
    closed = (
        stage in (AppealStage.withdrawn, AppealStage.upheld)
        or (stage is not AppealStage.open and level is AppealLevel.final)
        or (stage is not AppealStage.open and due is not None and now >= due)
    )
    return AppealState(
        appeal=appeal,
        level=level,
        stage=stage,
        closed=closed,
        due=None if closed else due,
        overdue=stage is AppealStage.open and due is not None and now >= due,
        points=points,
        history=tuple(history),
    )


def escalation_id(appeal: str, level: AppealLevel) -> str:
    """Id of the event by which an appeal rises to a level because time ran out."""
    return sha256(f"{appeal}\x00{level.value}".encode()).hexdigest()


def due_escalations(
    events: Iterable[ReviewEvent], *, now: datetime, calendar: WorkCalendar, terms: Terms
) -> list[Escalate]:
    """The events that bring overdue appeals of a call one level up; none for those that wait for the final word.

    Their ids follow from appeal and level, so two programs that find the same overdue appeal write the same event,
    and the ledger keeps it once. The level above gets its whole time from now on, however late this is called.
    """
    found = []
    for state in appeal_states(events, now=now, calendar=calendar, terms=terms):
        above = next_level(state.level)
        if state.overdue and above is not None:
            found.append(
                Escalate(
                    id=escalation_id(state.appeal.id, above),
                    call_id=state.appeal.call_id,
                    scorecard=state.appeal.scorecard,
                    author=SYSTEM,
                    at=now,
                    reason="到期未处理，自动转上一级。",
                    appeal=state.appeal.id,
                    level=above,
                )
            )
    return found


def window_end(
    card: Scorecard, events: Iterable[ReviewEvent], *, item: str, calendar: WorkCalendar, terms: Terms
) -> datetime:
    """Until when the agent may appeal a line.

    The days count from the last time the line's points were given: the card's own time, an edit of the line, or the
    end of a review, whichever came last. A ruling does not open the window anew: after it the agent goes further.

    Args:
        card: The machine's.
        events: Those on this card.
        item: The line.
        calendar: Working days.
        terms: How many.
    """
    given = [
        event.at
        for event in standing(events)
        if isinstance(event, Finish) or (isinstance(event, Edit) and event.item == item)
    ]
    return calendar.deadline(max([card.provenance.at, *given]), days=terms.window)
