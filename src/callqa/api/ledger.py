"""A call's ledger as routes use it: opened within reach, replayed, and what the card proposes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from callqa.api.actor import Actor
from callqa.api.house import House
from callqa.api.problems import Refusal
from callqa.api.rights import Right
from callqa.api.terms import calendar_of, terms_of
from callqa.domain import (
    AppealLevel,
    LineStatus,
    PolicyRef,
    Proposal,
    ReviewError,
    ReviewEvent,
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
    effective,
    kind_of,
    proposal_of,
)
from callqa.store import Standing, UnitOfWork
from callqa.store.search import CallSummary

LEVEL_RIGHTS = {
    AppealLevel.leader: Right.appeal_rule_leader,
    AppealLevel.director: Right.appeal_rule_director,
    AppealLevel.final: Right.appeal_rule_final,
}


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


def standing_of(now: Effective, appeals: Sequence[AppealState]) -> Standing:
    """How a card stands, for the index.

    Args:
        now: The card by replay.
        appeals: All of the card.
    """
    return Standing(
        total=now.total,
        grade=now.grade,
        grade_title=now.grade_title,
        action=now.action,
        fatal=bool(now.fatal),
        needs_human=now.needs_human,
        review_state=now.state.value,
        open_appeals=sum(appeal.open for appeal in appeals),
    )


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
