"""What a grade band leads to, as a proposal: nothing happens to a person before a supervisor confirms it."""

from datetime import datetime

from callqa.domain import Proposal, ProposalKind, ReviewError
from callqa.review.replay import Effective

_WORDS = (
    ("处分", ProposalKind.discipline),
    ("再培训", ProposalKind.retrain),
    ("培训", ProposalKind.retrain),
    ("辅导", ProposalKind.coach),
    ("表扬", ProposalKind.praise),
    ("榜样", ProposalKind.praise),
)
"""Words of a band's action, the gravest first."""
TITLES = {
    ProposalKind.praise: "表扬",
    ProposalKind.coach: "辅导",
    ProposalKind.retrain: "再培训",
    ProposalKind.discipline: "处分建议",
}
"""As people call them."""


def kind_of(action: str) -> ProposalKind | None:
    """What a band's action proposes; None where it proposes nothing (合格)."""
    return next((kind for word, kind in _WORDS if word in action), None)


def proposal_of(card: Effective, *, agent: str | None, at: datetime) -> Proposal | None:
    """The proposal that an effective card makes.

    None without agent, without grade, and where the band leads to nothing. Its id is one per scorecard and kind, so a
    card that is looked at twice proposes once, and a changed card may propose something else.
    """
    kind = kind_of(card.action) if card.grade is not None else None
    if kind is None or not agent:
        return None
    total = "" if card.total is None else f"，总分 {card.total:g}"
    lines = [line.line.title for line in card.lines if line.line.item in card.fatal]
    red = f"，触碰红线：{'、'.join(lines)}" if lines else ""
    return Proposal(
        id=f"{card.scorecard[:32]}:{kind.value}",
        kind=kind,
        agent=agent,
        call_id=card.call_id,
        scorecard=card.scorecard,
        text=f"通话 {card.call_id} 评为“{card.grade_title}”{total}{red}，建议：{card.action}。",
        at=at,
    )


def decide(proposal: Proposal, *, confirmed: bool, person: str, reason: str, at: datetime) -> Proposal:
    """The proposal after a supervisor's word.

    Raises:
        ReviewError: ``proposal.decided``; ``proposal.reason`` where it is dismissed, or would punish, without reason;
            ``proposal.self``.
    """
    if proposal.state != "open":
        raise ReviewError("这条建议已经处理过了。", code="proposal.decided", hint="请刷新页面。")
    if person == proposal.agent:
        raise ReviewError("不能处理关于自己的建议。", code="proposal.self", hint="请由上级处理。")
    if not reason.strip() and (not confirmed or proposal.kind is ProposalKind.discipline):
        raise ReviewError("请写明理由。", code="proposal.reason", hint="驳回建议、确认处分建议都要写理由。")
    return proposal.replace(
        state="confirmed" if confirmed else "dismissed",
        decided_by=person,
        decided_at=at,
        reason=reason,
    )
