"""A call's ledger as routes use it: opened within reach, checked, written with everything that follows from it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from callqa.api.actor import Actor
from callqa.api.house import House
from callqa.api.notices import heads, lines_for
from callqa.api.problems import Refusal
from callqa.api.rights import Right
from callqa.api.terms import calendar_of, terms_of
from callqa.domain import (
    AppealLevel,
    Assignment,
    Edit,
    Finish,
    LineStatus,
    PolicyRef,
    Proposal,
    ReviewError,
    ReviewEvent,
    Role,
    Ruling,
    Scorecard,
)
from callqa.policy import Policy
from callqa.privacy import mask_text
from callqa.review import (
    SYSTEM,
    AppealState,
    Circumstances,
    Effective,
    appeal_states,
    check_event,
    effective,
    kind_of,
    proposal_of,
)
from callqa.store import Notification, ReviewConflict, Standing, UnitOfWork
from callqa.store.search import CallSummary

LEVEL_RIGHTS = {
    AppealLevel.leader: Right.appeal_rule_leader,
    AppealLevel.director: Right.appeal_rule_director,
    AppealLevel.final: Right.appeal_rule_final,
}
_SUPERIORS = (Role.leader, Role.captain, Role.director)


@dataclass(frozen=True)
class Opened:
    """A call with its ledger.

    Attributes:
        summary: As lists show it.
        card: The machine's card in force.
        policy: What it was scored by, or what comes closest.
        events: All of the call, in order.
        version: How many; the ETag.
    """

    summary: CallSummary
    card: Scorecard
    policy: Policy
    events: tuple[ReviewEvent, ...]

    @property
    def version(self) -> int:
        """How many events there are."""
        return len(self.events)

    def effective(self, *more: ReviewEvent) -> Effective:
        """The card by replay, with further events if given."""
        return effective(
            self.card,
            [*self.events, *more],
            scorecard=self.summary.scorecard,
            rubric=self.policy.rubric,
        )

    def circumstances(self, house: House, *more: ReviewEvent, level: AppealLevel | None) -> Circumstances:
        """What a further event is checked against."""
        return Circumstances(
            card=self.card,
            scorecard=self.summary.scorecard,
            events=(*self.events, *more),
            agent=self.summary.agent,
            now=house.now(),
            calendar=calendar_of(house.settings),
            terms=terms_of(house.settings),
            level=level,
            turns=self.summary.turns,
        )

    def appeals(self, house: House) -> list[AppealState]:
        """All appeals of the card in force."""
        own = [event for event in self.events if event.scorecard == self.summary.scorecard]
        return appeal_states(
            own,
            now=house.now(),
            calendar=calendar_of(house.settings),
            terms=terms_of(house.settings),
        )


def open_call(house: House, work: UnitOfWork, actor: Actor, call: str, *, lock: bool = False) -> Opened:
    """A call within the actor's reach.

    Args:
        house: Knows the policies.
        work: The transaction.
        actor: Who asks, under the right in question.
        call: Its id.
        lock: Keep other writers off this call until the transaction ends.

    Raises:
        Refusal: ``missing``.
    """
    summary = work.calls.summary(call, actor.scope)
    if summary is None:
        raise Refusal("missing")
    if lock and not house.sqlite:
        # SQLite has let nobody else in since the transaction began; elsewhere what was read may have changed meanwhile
        work.reviews.lock(call)
        summary = work.calls.summary(call, actor.scope) or summary
    return opened(house, work, summary)


def opened(house: House, work: UnitOfWork, summary: CallSummary) -> Opened:
    """A call that is known to be within reach."""
    card = work.scorecards.get(summary.scorecard)
    return Opened(
        summary=summary,
        card=card,
        policy=policy_of(house.centre.policies, card.policy),
        events=tuple(work.reviews.of(summary.id)),
    )


def policy_of(policies: Sequence[Policy], ref: PolicyRef) -> Policy:
    """The policy a card was scored by; where it is not there any more, the newest of the same id, then the newest."""
    for same in (
        lambda one: one.sha256 == ref.sha256,
        lambda one: (one.id, one.version) == (ref.id, ref.version),
        lambda one: one.id == ref.id,
    ):
        for policy in reversed(policies):
            if same(policy.ref):
                return policy
    return policies[-1]


def level_of(actor: Actor, unit_path: str) -> AppealLevel | None:
    """The highest level at which the actor may rule on calls of a unit."""
    found = None
    for level, right in LEVEL_RIGHTS.items():
        if actor.has(right) and actor.other(right).reaches(unit_path or None):
            found = level
    return found


def masked_text(text: str) -> str:
    """What a person typed, personal data covered."""
    return mask_text(text) if text else text


@dataclass(frozen=True)
class Judged:
    """New events that the ledger takes, and what follows from them, read and computed before anything is written.

    Attributes:
        call: As it was read.
        after: With the new events.
        events: The new ones, in order.
        before: The card before them.
        now: The card after them.
        open_appeals: Appeals not decided after them.
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
    open_appeals: int
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
        open_appeals=sum(state.open for state in after.appeals(house)),
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
    standing = _standing(judged.now, judged.open_appeals)
    try:
        work.reviews.append(judged.events, expected=judged.call.version, standing=standing)
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
    standing = _standing(judged.now, judged.open_appeals)
    if not work.reviews.add(judged.events, expected=judged.call.version, standing=standing):
        return False
    _follow(house, work, judged, actor=actor)
    return True


def keep(house: House, work: UnitOfWork, call: Opened, events: Sequence[ReviewEvent]) -> Opened:
    """Write events that were checked when they were first written: those carried over to a new card."""
    after = Opened(call.summary, call.card, call.policy, (*call.events, *events))
    open_appeals = sum(state.open for state in after.appeals(house))
    standing = _standing(after.effective(), open_appeals)
    work.reviews.append(events, expected=call.version, standing=standing)
    return after


def conflict(version: int, events: Sequence[ReviewEvent]) -> Refusal:
    """409 with what the others wrote."""
    current = {"version": version, "events": [event.model_dump(mode="json") for event in events]}
    return Refusal("review.conflict", current=current)


def _standing(now: Effective, open_appeals: int) -> Standing:
    return Standing(
        total=now.total,
        grade=now.grade,
        grade_title=now.grade_title,
        action=now.action,
        fatal=bool(now.fatal),
        needs_human=now.needs_human,
        review_state=now.state.value,
        open_appeals=open_appeals,
    )


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


def propose(work: UnitOfWork, call: Opened, now: Effective, *, at: Any) -> bool:
    """Keep the proposals of a call in step with its grade; True where a new one was made.

    Open proposals that the card no longer makes are dismissed by the system; decided ones stay.
    """
    wanted = proposal_of(now, agent=call.summary.agent, at=at)
    for one in work.proposals.find(state="open", call_id=call.summary.id):
        if wanted is None or one.id != wanted.id:
            work.proposals.put(
                one.replace(
                    state="dismissed", decided_by=SYSTEM, decided_at=at, reason="评分已变，建议自动撤下。"
                )
            )
    return bool(wanted is not None and work.proposals.add_new([wanted]))


def proposals_of(house: House, work: UnitOfWork, calls: Sequence[CallSummary]) -> list[Proposal]:
    """What the cards of some calls propose as they stand; events are read for all of them at once."""
    wanted = [one for one in calls if kind_of(one.action) is not None and one.grade is not None]
    events = work.reviews.of_calls([one.id for one in wanted])
    found = []
    for one in wanted:
        card = work.scorecards.get(one.scorecard)
        policy = policy_of(house.centre.policies, card.policy)
        call = Opened(one, card, policy, tuple(events.get(one.id, ())))
        proposal = proposal_of(call.effective(), agent=one.agent, at=house.now())
        if proposal is not None:
            found.append(proposal)
    return found


def violates(call: Opened, now: Effective) -> bool:
    """Whether a reviewed call holds a violation: a red line that stands, or points lost to a forbidden-talk rule."""
    if now.fatal:
        return True
    for line in now.lines:
        one = line.line
        if one.bonus or one.status is not LineStatus.scored or one.points >= one.max_points:
            continue
        rules = [call.policy.rules.of(ref.id) for ref in one.refs if ref.kind == "rule"]
        if any(rule is not None and rule.kind == "forbidden" for rule in rules):
            return True
    return False


def require_other(actor: Actor, call: Opened) -> None:
    """Raises `ReviewError` where somebody would judge an own call."""
    if call.summary.agent == actor.id:
        raise ReviewError("不能复核自己的通话。", code="review.self", hint="请由别人复核。")


def _points(total: float | None) -> str:
    return "没有" if total is None else f"{total:g} 分"
