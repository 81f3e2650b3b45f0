"""A call's ledger as routes use it: opened within reach, checked, written with everything that follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from callqa.api.actor import Actor
from callqa.api.house import House
from callqa.api.notices import heads, notify
from callqa.api.problems import Refusal
from callqa.api.rights import Right
from callqa.api.terms import calendar_of, terms_of
from callqa.domain import (
    AppealLevel,
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
from callqa.store import ReviewConflict, Standing, UnitOfWork
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
    known = {event.id for event in call.events}
    new = [event for event in events if event.id not in known]
    if not new:
        return call
    if expected is not None and expected != call.version:
        raise conflict(call.version, call.events[expected:] if expected < call.version else call.events)
    taken: list[ReviewEvent] = []
    for event in new:
        check_event(event, call.circumstances(house, *taken, level=level))
        taken.append(event)
    before = call.effective()
    after = Opened(call.summary, call.card, call.policy, (*call.events, *taken))
    now = after.effective()
    open_appeals = sum(state.open for state in after.appeals(house))
    try:
        work.reviews.append(taken, expected=call.version, standing=_standing(now, open_appeals))
    except ReviewConflict as other:
        raise conflict(other.version, other.events) from other
    subject = f"call:{call.summary.id}"
    for event in taken:
        detail: dict[str, Any] = {"event": event.id, "kind": event.kind}
        if item := getattr(event, "item", None):
            detail["item"] = item
        house.trace.did(work, actor, f"review.{event.kind}", subject, detail)
    _follow(house, work, after, taken, before=before, now=now)
    return after


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


def _follow(
    house: House,
    work: UnitOfWork,
    call: Opened,
    events: Sequence[ReviewEvent],
    *,
    before: Effective,
    now: Effective,
) -> None:
    """What follows from new events: web-hooks, inboxes, proposals, the sealed draw, finished assignments."""
    at = house.now()
    summary = call.summary
    finished = next((event for event in events if isinstance(event, Finish)), None)
    assigned = work.assignments.of_call(summary.id)
    facts = {"call": summary.id, "total": now.total, "grade": now.grade, "state": now.state.value}
    if finished is not None:
        work.hooks.announce("call.reviewed", {**facts, "at": at.isoformat()}, now=at)
        for one in assigned:
            if one.reviewer == finished.author and not one.blind and one.finished_at is None:
                work.assignments.finish(one.id, finished.author, now=at)
        notify(
            work,
            [summary.agent],
            kind="review.finished",
            text=f"您的通话 {summary.id} 已复核，总分 {_points(now.total)}，{now.grade_title}。",
            subject=f"call:{summary.id}",
            key=finished.id,
            at=at,
        )
    new_red = set(now.fatal) - set(before.fatal)
    if new_red:
        work.hooks.announce("call.fatal", {**facts, "items": sorted(new_red), "at": at.isoformat()}, now=at)
        notify(
            work,
            heads(work, summary.unit_path, _SUPERIORS, house.today()),
            kind="review.fatal",
            text=f"通话 {summary.id} 复核认定触碰红线。",
            subject=f"call:{summary.id}",
            key=f"{events[0].id}:fatal",
            at=at,
        )
    carried = [event for event in events if isinstance(event, Edit) and event.cause is not None]
    if carried:
        notify(
            work,
            [summary.agent],
            kind="review.carried",
            text=f"同类申诉成立，您的通话 {summary.id} 一并更正，总分 {_points(now.total)}。",
            subject=f"call:{summary.id}",
            key=carried[0].id,
            at=at,
        )
    if now.reviewed or any(isinstance(event, Ruling | Edit) for event in events):
        propose(work, call, now, at=at)
    if now.reviewed or before.reviewed:
        found = violates(call, now) if now.reviewed else None
        for plan in {one.plan for one in assigned}:
            work.plans.open_seal(plan, summary.id, violated=found, at=at)


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
