"""Blind reviews: what the machine and others think stays hidden until one's own answers are in."""

from callqa.api.actor import Actor
from callqa.api.wire.call import CallShown
from callqa.domain import AssignmentState, ReviewError
from callqa.store import UnitOfWork

_OPEN = (AssignmentState.open, AssignmentState.claimed)


def blind_calls(work: UnitOfWork, person: str) -> frozenset[str]:
    """Calls of which this person has an unfinished blind review."""
    return work.assignments.blind(person)


def refuse_blind(work: UnitOfWork, actor: Actor, call: str) -> None:
    """Raises `ReviewError` ``review.blind`` where the actor must not see verdicts of this call yet."""
    refuse_if_blind(
        any(
            one.blind and one.reviewer == actor.id and one.state in _OPEN
            for one in work.assignments.of_call(call)
        )
    )


def refuse_if_blind(blind: bool) -> None:
    """Raises `ReviewError` ``review.blind`` where it is so."""
    if blind:
        raise ReviewError(
            "这通电话您在盲评，交卷之前看不到判定和别人的意见。",
            code="review.blind",
            hint="请在队列里先交答案。",
        )


def without_verdict(one: CallShown) -> CallShown:
    """A call of a list without what the machine, or anybody, made of it."""
    empty = {
        "machine_total": None,
        "total": None,
        "grade": None,
        "grade_title": "",
        "action": "",
        "fatal": False,
        "needs_human": 0,
    }
    return one.model_copy(update=empty)
