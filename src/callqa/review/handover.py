"""Handover (工作交接) as a state machine: both sign, the head confirms, work moves; and back the same way."""

from datetime import datetime
from typing import Literal

from callqa.domain import Handover, HandoverState, Noun, ReviewError, Signature

Act = Literal["give", "take", "confirm", "give_back", "take_back", "confirm_return"]
"""What is signed. ``give`` and ``take_back`` are the giver's, ``take`` and ``give_back`` the taker's."""
_OUT, _BACK = ("give", "take"), ("give_back", "take_back")


class Transfer(Noun):
    """One piece of work that changes hands."""

    kind: Literal["assignment", "appeal", "coaching"]
    """What."""
    id: str
    """Its id."""
    giver: str
    """From whom."""
    taker: str
    """To whom."""


def sign(handover: Handover, act: Act, *, person: str, head: bool, at: datetime) -> Handover:
    """The handover after a signature.

    Giver and taker sign in any order; then the head of the unit, who is neither of them, confirms, and the work
    moves. The return is signed the same way.

    Args:
        handover: As it is.
        act: What is signed.
        person: Who signs.
        head: Whether that is a head of the giver's unit.
        at: When.

    Raises:
        ReviewError: ``handover.state``, ``handover.person``, ``handover.signed``.
    """
    _check_state(handover, act)
    signed = {one.act for one in handover.signatures}
    if act in signed:
        raise ReviewError("这一步已经签过了。", code="handover.signed", hint="请刷新页面。")
    if act in ("confirm", "confirm_return"):
        if not head or person in (handover.giver, handover.taker):
            raise ReviewError(
                "交接要由双方以外的部门负责人确认。",
                code="handover.person",
                hint="请让交接人所在部门的负责人来确认。",
            )
    elif person != (handover.giver if act in ("give", "take_back") else handover.taker):
        raise ReviewError(
            "这一步不是你签。",
            code="handover.person",
            hint="交出和收回由交接人签，接手和交还由接手人签。",
        )
    now = {*signed, act}
    state = handover.state
    if act == "confirm":
        state = HandoverState.in_force
    elif act == "confirm_return":
        state = HandoverState.returned
    elif act in _OUT and now.issuperset(_OUT):
        state = HandoverState.signed
    elif act in _BACK and now.issuperset(_BACK):
        state = HandoverState.returning
    return handover.replace(
        state=state,
        signatures=(*handover.signatures, Signature(person=person, at=at, act=act)),
    )


def _check_state(handover: Handover, act: Act) -> None:
    needed = {
        "give": HandoverState.drafted,
        "take": HandoverState.drafted,
        "confirm": HandoverState.signed,
        "give_back": HandoverState.in_force,
        "take_back": HandoverState.in_force,
        "confirm_return": HandoverState.returning,
    }[act]
    if handover.state is not needed:
        raise ReviewError(
            "交接单现在不到这一步。",
            code="handover.state",
            hint="顺序是：双方签字，负责人确认；交还时也是双方签字，负责人确认。",
        )


def cancel(handover: Handover) -> Handover:
    """Call it off before work has moved; raises `ReviewError` ``handover.state`` later."""
    if handover.state not in (HandoverState.drafted, HandoverState.signed):
        raise ReviewError("工作已经移交，不能取消。", code="handover.state", hint="请走交还的步骤。")
    return handover.replace(state=HandoverState.cancelled)


def moves(handover: Handover) -> list[Transfer]:
    """What changes hands when the handover comes into force, or comes back; nothing in other states."""
    if handover.state is HandoverState.in_force:
        giver, taker = handover.giver, handover.taker
    elif handover.state is HandoverState.returned:
        giver, taker = handover.taker, handover.giver
    else:
        return []
    return [Transfer(kind=item.kind, id=item.id, giver=giver, taker=taker) for item in handover.items]
