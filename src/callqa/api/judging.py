"""New events of a call's ledger: checked, and written with everything that follows from them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from callqa.api.house import House
from callqa.api.ledger import Opened, propose, standing_of, violates
from callqa.api.notices import heads, lines_for
from callqa.api.problems import Refusal
from callqa.domain import AppealLevel, Assignment, Edit, Finish, Proposal, ReviewEvent, Role, Ruling
from callqa.review import Effective, check_event, proposal_of
from callqa.store import Notification, ReviewConflict, Standing, UnitOfWork
from callqa.store.search import CallSummary

_SUPERIORS = (Role.leader, Role.captain, Role.director)


@dataclass(frozen=True)
class Judged:
    """New events that the ledger takes, and what follows from them, read and computed before anything is written.

    Attributes:
        call: As it was read.
        after: With the new events.
        events: The new ones, in order.
        before: The card before them.
        now: The card after them.
        standing: How the card stands after them, for the index.
        assigned: The call's assignments.
        hooked: Web-hook events that somebody wants to be told.
        lines: What goes into inboxes.
        proposal: What the card proposes now.
        proposed: Whether proposals are open, which may have to be taken back.
    """

    call: Opened
    after: Opened
    events: tuple[ReviewEvent, ...]
    before: Effective
    now: Effective
    standing: Standing
    assigned: tuple[Assignment, ...]
    hooked: frozenset[str]
    lines: tuple[Notification, ...]
    proposal: Proposal | None
    proposed: bool


def judge(
    house: House,
    work: UnitOfWork,
    call: Opened,
    events: Sequence[ReviewEvent],
    *,
    level: AppealLevel | None = None,
    expected: int | None = None,
) -> Judged | None:
    """Check events and see what follows from them; None where all of them are known already.

    Args:
        house: Clock, settings.
        work: Only read.
        call: As it was read.
        events: New ones, in order.
        level: At which level the actor may rule.
        expected: The version the writer saw.

    Raises:
        ReviewError: The ledger does not take an event.
        Refusal: ``review.conflict`` with what others wrote.
    """
    known = {event.id for event in call.events}
    new = [event for event in events if event.id not in known]
    if not new:
        return None
    if expected is not None and expected != call.version:
        raise conflict(call.version, call.events[expected:] if expected < call.version else call.events)
    taken: list[ReviewEvent] = []
    for event in new:
        check_event(event, call.circumstances(house, *taken, level=level))
        taken.append(event)
    before = call.effective()
    after = Opened(call.summary, call.card, call.policy, (*call.events, *taken))
    now = after.effective()
    at = house.now()
    return Judged(
        call=call,
        after=after,
        events=tuple(taken),
        before=before,
        now=now,
        standing=standing_of(now, after.appeals(house)),
        assigned=work.assignments.of_call(call.summary.id),
        hooked=work.hooks.wanted(("call.reviewed", "call.fatal")),
        lines=tuple(_lines(house, work, call.summary, taken, before=before, now=now, at=at)),
        proposal=proposal_of(now, agent=call.summary.agent, at=at),
        proposed=bool(work.proposals.find(state="open", call_id=call.summary.id)),
    )


def append(
    house: House,
    work: UnitOfWork,
    call: Opened,
    events: Sequence[ReviewEvent],
    *,
    actor: str,
    level: AppealLevel | None = None,
    expected: int | None = None,
) -> Opened:
    """Check events and write them, with the index, the trace, inboxes, web-hooks, proposals and sealed results.

    Args:
        house: Clock, settings.
        work: The transaction; the caller holds the call's lock, or gives ``expected``.
        call: As it was read.
        events: New ones, in order.
        actor: Who is noted in the trace.
        level: At which level the actor may rule.
        expected: The version the writer saw.

    Returns:
        The call with its new events.

    Raises:
        ReviewError: The ledger does not take an event.
        Refusal: ``review.conflict`` with what others wrote.
    """
    judged = judge(house, work, call, events, level=level, expected=expected)
    if judged is None:
        return call
    append_locked(house, work, judged, actor=actor)
    return judged.after


def append_locked(house: House, work: UnitOfWork, judged: Judged, *, actor: str) -> None:
    """Write events judged in the same transaction.

    Args:
        house: Clock.
        work: The transaction.
        judged: What is written.
        actor: Who is noted in the trace.

    Raises:
        Refusal: ``review.conflict`` with what others wrote.
    """
    try:
        work.reviews.append(judged.events, expected=judged.call.version, standing=judged.standing)
    except ReviewConflict as other:
        raise conflict(other.version, other.events) from other
    _follow(house, work, judged, actor=actor)


def append_judged(house: House, work: UnitOfWork, judged: Judged, *, actor: str) -> bool:
    """Write events judged in another transaction, so that others wait only while rows are written.

    Args:
        house: Clock.
        work: The transaction.
        judged: What is written.
        actor: Who is noted in the trace.

    Returns:
        False where version or card are others by now: nothing is written, and everything must be read again.
    """
    if any(event.scorecard != judged.call.summary.scorecard for event in judged.events):
        return False
    if not work.reviews.add(judged.events, expected=judged.call.version, standing=judged.standing):
        return False
    _follow(house, work, judged, actor=actor)
    return True


def keep(house: House, work: UnitOfWork, call: Opened, events: Sequence[ReviewEvent]) -> Opened:
    """Write events that were checked when they were first written: those carried over to a new card."""
    after = Opened(call.summary, call.card, call.policy, (*call.events, *events))
    standing = standing_of(after.effective(), after.appeals(house))
    work.reviews.append(events, expected=call.version, standing=standing)
    return after


def conflict(version: int, events: Sequence[ReviewEvent]) -> Refusal:
    """409 with what the others wrote."""
    current = {"version": version, "events": [event.model_dump(mode="json") for event in events]}
    return Refusal("review.conflict", current=current)


def _lines(
    house: House,
    work: UnitOfWork,
    summary: CallSummary,
    events: Sequence[ReviewEvent],
    *,
    before: Effective,
    now: Effective,
    at: datetime,
) -> Iterator[Notification]:
    """What goes into inboxes because of new events."""
    subject = f"call:{summary.id}"
    finished = next((event for event in events if isinstance(event, Finish)), None)
    if finished is not None:
        yield from lines_for(
            work,
            [summary.agent],
            kind="review.finished",
            text=f"您的通话 {summary.id} 已复核，总分 {_points(now.total)}，{now.grade_title}。",
            subject=subject,
            key=finished.id,
            at=at,
        )
    if set(now.fatal) - set(before.fatal):
        yield from lines_for(
            work,
            heads(work, summary.unit_path, _SUPERIORS, house.today()),
            kind="review.fatal",
            text=f"通话 {summary.id} 复核认定触碰红线。",
            subject=subject,
            key=f"{events[0].id}:fatal",
            at=at,
        )
    carried = [event for event in events if isinstance(event, Edit) and event.cause is not None]
    if carried:
        yield from lines_for(
            work,
            [summary.agent],
            kind="review.carried",
            text=f"同类申诉成立，您的通话 {summary.id} 一并更正，总分 {_points(now.total)}。",
            subject=subject,
            key=carried[0].id,
            at=at,
        )


def _follow(house: House, work: UnitOfWork, judged: Judged, *, actor: str) -> None:
    """Write what follows: trace, web-hooks, inboxes, proposals, the sealed draw, finished assignments."""
    at, call, now = house.now(), judged.after.summary.id, judged.now
    for event in judged.events:
        detail: dict[str, Any] = {"event": event.id, "kind": event.kind}
        if item := getattr(event, "item", None):
            detail["item"] = item
        house.trace.did(work, actor, f"review.{event.kind}", f"call:{call}", detail)
    _announce(work, judged, at=at)
    finished = next((event for event in judged.events if isinstance(event, Finish)), None)
    for one in judged.assigned:
        if finished is not None and one.reviewer == finished.author and not (one.blind or one.finished_at):
            work.assignments.finish(one.id, finished.author, now=at)
    if judged.lines:
        work.notifications.add(judged.lines)
    if now.reviewed or any(isinstance(event, Ruling | Edit) for event in judged.events):
        if judged.proposed:
            propose(work, judged.after, now, at=at)
        elif judged.proposal is not None:
            work.proposals.add_new([judged.proposal])
    if now.reviewed or judged.before.reviewed:
        found = violates(judged.after, now) if now.reviewed else None
        for plan in {one.plan for one in judged.assigned}:
            work.plans.open_seal(plan, call, violated=found, at=at)


def _announce(work: UnitOfWork, judged: Judged, *, at: datetime) -> None:
    """Queue what web-hooks want to be told."""
    now = judged.now
    new_red = set(now.fatal) - set(judged.before.fatal)
    facts = {"call": now.call_id, "total": now.total, "grade": now.grade, "state": now.state.value}
    if "call.reviewed" in judged.hooked and any(isinstance(event, Finish) for event in judged.events):
        work.hooks.announce("call.reviewed", {**facts, "at": at.isoformat()}, now=at)
    if "call.fatal" in judged.hooked and new_red:
        work.hooks.announce("call.fatal", {**facts, "items": sorted(new_red), "at": at.isoformat()}, now=at)


def _points(total: float | None) -> str:
    return "没有" if total is None else f"{total:g} 分"
