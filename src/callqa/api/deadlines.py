"""What happens because time passes: appeals that rise a level, claims that lapse, coaching that is due or fades."""

import logging
from collections.abc import Sequence

from callqa.api.house import House
from callqa.api.ledger import append, opened
from callqa.api.notices import heads, notify
from callqa.api.terms import calendar_of, terms_of
from callqa.domain import AppealLevel, CallQAError, Escalate, Role
from callqa.review import LEVEL_TITLES, SYSTEM, due_escalations
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
    return done + follow_up_due(house)


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
