"""Handover (工作交接): who goes on leave hands open work to a delegate, and gets it back the same way."""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime

from callqa.domain.noun import Noun


class HandoverState(StrEnum):
    """drafted → signed (both) → in_force (head confirms; work moves) → returning (both sign) → returned."""

    drafted = "drafted"
    signed = "signed"
    in_force = "in_force"
    returning = "returning"
    returned = "returned"
    cancelled = "cancelled"


class HandoverItem(Noun):
    """One piece of open work."""

    kind: Literal["assignment", "appeal", "coaching"]
    """What."""
    id: str
    """Its id."""
    title: str
    """Chinese line for the list."""


class Signature(Noun):
    """Somebody signed."""

    person: str
    """Who."""
    at: AwareDatetime
    """When."""
    act: Literal["give", "take", "confirm", "give_back", "take_back", "confirm_return"]
    """What was signed."""


class Handover(Noun):
    """A list of open work that goes from one person to another for some days."""

    id: str
    """Unique."""
    giver: str
    """Who leaves."""
    taker: str
    """Who stands in."""
    first_day: date
    """From."""
    last_day: date
    """To, inclusive."""
    reason: str = ""
    """Why."""
    items: tuple[HandoverItem, ...]
    """Open work when it was drawn up."""
    signatures: tuple[Signature, ...] = ()
    """In order."""
    state: HandoverState = HandoverState.drafted
    """Where it stands."""
