"""What somebody is on a day: own posts, and those of people whose work was handed over to them."""

from datetime import date

from callqa.domain import HandoverState, Role
from callqa.store import UnitOfWork
from callqa.store.organisation import Reach

_HELD = (HandoverState.in_force, HandoverState.returning)


def posts_in_force(work: UnitOfWork, person: str, day: date) -> tuple[Reach, ...]:
    """Posts of a person, and of those whom the person stands in for.

    A handover counts from its first day until its return is confirmed, since the work is with the taker until then.
    An administrator's post is never handed over.
    """
    own = work.organisation.reaches(person, day)
    handed = [
        post
        for one in work.handovers.find(people=[person], states=_HELD)
        if one.taker == person and one.first_day <= day
        for post in work.organisation.reaches(one.giver, day)
        if post.role is not Role.administrator and post.role is not Role.agent
    ]
    return tuple(dict.fromkeys((*own, *handed)))
