"""Which stored calls a policy that is being changed is for: those that scoring would judge by it."""

from collections.abc import Sequence

from callqa.domain import CallFacts, PolicyError
from callqa.policy.policy import Policy
from callqa.policy.versions import closeness, policy_for

BEYOND = "这一版的产品、广告活动范围不含它"
BEYOND_OTHER = "拿来比的那一版的产品、广告活动范围不含它"


def not_for(
    call: CallFacts,
    tried: Sequence[Policy],
    *,
    published: Sequence[Policy] = (),
    against: Sequence[Policy] | None = None,
) -> str | None:
    """Why a call says nothing about a policy that is tried; None where scoring would judge it by that policy.

    A version may be tried before its first day and after its last, so its own dates do not count. Against a version
    of the same id the products and campaigns named decide, as in `policy_for`; against another policy the first day
    decides where these are equal.

    Args:
        call: Day, product and campaign are looked at.
        tried: What is being written.
        published: All policies of the centre; none = nothing else is known.
        against: What it is compared with; None = with what is stored.

    Returns:
        A Chinese phrase, the same for all calls that are left out for one reason.
    """
    undated = call.replace(started_at=None)
    mine = [one for one in tried if one.covers(undated)]
    current = _current(call, published)
    if current is not None and not any(_takes(one, current, call) for one in mine):
        if mine or current.id not in {one.id for one in tried}:
            return f"归方案“{current.title}”（{current.id} {current.version}）管"
        return BEYOND
    if not mine:
        return BEYOND
    if against is not None and not any(one.covers(undated) for one in against):
        return BEYOND_OTHER
    return None


def _current(call: CallFacts, published: Sequence[Policy]) -> Policy | None:
    try:
        return policy_for(published, call)
    except PolicyError:
        return None


def _takes(mine: Policy, current: Policy, call: CallFacts) -> bool:
    if mine.id == current.id:
        return closeness(mine, call) >= closeness(current, call)
    return (closeness(mine, call), mine.valid_from) >= (closeness(current, call), current.valid_from)
