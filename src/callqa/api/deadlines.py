"""What happens because time passes: appeals that rise a level, claims that lapse, coaching that is due or fades."""

import logging
from collections.abc import Sequence
from hashlib import sha256

from callqa.api.house import House
from callqa.api.judging import append, keep
from callqa.api.ledger import opened
from callqa.api.notices import heads, notify
from callqa.api.terms import calendar_of, terms_of
from callqa.domain import AppealLevel, CallQAError, Comment, Escalate, Role
from callqa.review import LEVEL_TITLES, SYSTEM, carried, due_escalations
from callqa.store import EVERYTHING, CallFilter, UnitOfWork
from callqa.store.search import CallSummary, Place

_LOG = logging.getLogger("callqa.api")
_AT_ONCE = 200
RULERS = {
    AppealLevel.leader: (Role.leader, Role.captain),
    AppealLevel.director: (Role.director,),
    AppealLevel.final: (Role.general_manager,),
}
"""Who is told that an appeal waits at a level."""


def run_deadlines(house: House) -> int:
    """Do everything that is due now; how many things were done.

    For the worker's loop, once a minute; safe with many workers and on any clock: each thing is looked at again under
    its own lock before it is written, and its event has an id of its own.
    """
    from callqa.api.coaching import follow_up_due

    done = escalate_overdue(house)
    with house.write() as work:
        done += work.assignments.expire(now=house.now())
    return done + carry_over(house) + follow_up_due(house)


def carry_over(house: House) -> int:
    """Bring what people said to the new cards of calls that were scored again; how many calls."""
    with house.read() as work:
        calls = work.reviews.left_behind()
    done = 0
    for call in calls:
        try:
            done += _carry(house, call)
        except CallQAError as refused:
            _LOG.warning("events not carried over", extra={"code": refused.code, "call": call})
    return done


def carry_call(house: House, call: str) -> int:
    """The same for one call; never inside a transaction of one's own."""
    with house.read() as work:
        summary = work.calls.summary(call)
        events = work.reviews.of(call) if summary and summary.version else []
    if summary is None or not events or any(event.scorecard == summary.scorecard for event in events):
        return 0
    return _carry(house, call)


def _carry(house: House, call: str) -> int:
    with house.write() as work:
        work.reviews.lock(call)
        summary = work.calls.summary(call)
        if summary is None:
            return 0
        found = opened(house, work, summary)
        if not found.events or any(event.scorecard == summary.scorecard for event in found.events):
            return 0
        was = found.events[-1].scorecard
        kept = carried(
            found.events, old=work.scorecards.get(was), new=found.card, was=was, now=summary.scorecard
        )
        told = f"通话重新评分：{len(kept.events)} 条意见仍然适用，{len(kept.left)} 条不再适用，请重看。"
        note = Comment(
            id=sha256(f"{summary.scorecard}\x00{was}".encode()).hexdigest(),
            call_id=call,
            scorecard=summary.scorecard,
            author=SYSTEM,
            at=house.now(),
            reason=told,
        )
        keep(house, work, found, (*kept.events, note))
        detail = {"kept": len(kept.events), "left": list(kept.left)}
        house.trace.did(work, SYSTEM, "review.carry", f"call:{call}", detail)
        if kept.left:
            authors = {event.author for event in found.events if event.id in kept.left}
            notify(
                work,
                authors,
                kind="review.left",
                text=f"通话 {call} 重新评分，您的意见有的不再适用，请重看。",
                subject=f"call:{call}",
                key=note.id,
                at=house.now(),
            )
    return 1


def escalate_overdue(house: House) -> int:
    """Bring every overdue appeal of the centre one level up; how many rose."""
    done = 0
    after: Place | None = None
    while True:
        with house.read() as work:
            page = work.calls.page(
                CallFilter(scope=EVERYTHING, review_state="appealed"),
                sort="oldest",
                after=after,
                limit=_AT_ONCE,
            )
            due = _overdue(house, work, page.items)
        for call in due:
            try:
                done += _escalate(house, call)
            except CallQAError as refused:
                _LOG.warning("escalation refused", extra={"code": refused.code, "call": call})
        after = page.next
        if after is None:
            return done


def escalate_call(house: House, call: str) -> int:
    """The same for one call; cheap where none of its appeals is open. Never inside a transaction of one's own."""
    with house.read() as work:
        summary = work.calls.summary(call)
        due = _overdue(house, work, [summary]) if summary and summary.review_state == "appealed" else []
    return sum(_escalate(house, one) for one in due)


def _overdue(house: House, work: UnitOfWork, calls: Sequence[CallSummary]) -> list[str]:
    events = work.reviews.of_calls([one.id for one in calls])
    calendar, terms = calendar_of(house.settings), terms_of(house.settings)
    return [
        one.id
        for one in calls
        if due_escalations(
            [event for event in events.get(one.id, []) if event.scorecard == one.scorecard],
            now=house.now(),
            calendar=calendar,
            terms=terms,
        )
    ]


def _escalate(house: House, call: str) -> int:
    with house.write() as work:
        work.reviews.lock(call)
        summary = work.calls.summary(call)
        if summary is None:
            return 0
        found = opened(house, work, summary)
        due = due_escalations(
            [event for event in found.events if event.scorecard == summary.scorecard],
            now=house.now(),
            calendar=calendar_of(house.settings),
            terms=terms_of(house.settings),
        )
        known = {event.id for event in found.events}
        new = [event for event in due if event.id not in known]
        if new:
            append(house, work, found, new, actor=SYSTEM)
            for event in new:
                tell_escalated(house, work, summary, event)
        return len(new)


def tell_escalated(house: House, work: UnitOfWork, call: CallSummary, event: Escalate) -> None:
    """Tell the agent, and whoever decides now."""
    level = LEVEL_TITLES[event.level]
    subject = f"appeal:{call.id}:{event.appeal}"
    deciders = heads(work, call.unit_path, RULERS[event.level], house.today())
    why = "到期未处理，自动" if event.author == SYSTEM else ""
    notify(
        work,
        [call.agent],
        kind="appeal.escalated",
        text=f"通话 {call.id} 的申诉{why}转到“{level}”。",
        subject=subject,
        key=event.id,
        at=event.at,
    )
    notify(
        work,
        deciders,
        kind="appeal.waiting",
        text=f"通话 {call.id} 的申诉等您裁定（{level}）。",
        subject=subject,
        key=f"{event.id}:wait",
        at=event.at,
    )
