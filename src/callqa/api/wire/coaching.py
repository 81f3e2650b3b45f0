"""Coaching tasks, proposals, handovers."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from callqa.api.wire.wire import Id, NearDay, Wire, Words
from callqa.domain import Change, CoachingNote, CoachingTask, Goal, Handover, Proposal, Role, Span

Title = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*\S[^\x00]*$")]
Name = Annotated[str, StringConstraints(max_length=128, pattern=r"^[^\x00]*$")]


class GoalAsked(Wire):
    """What should change."""

    kind: Literal["measure", "step", "rule", "technique", "item", "total"]
    """What is looked at, per call."""
    id: Annotated[str, StringConstraints(max_length=64, pattern=r"^[^\x00]*$")] = ""
    """Name of it; empty for the total."""
    direction: Literal["up", "down"]
    """Which way is better."""
    target: Annotated[float, Field(ge=-1e9, le=1e9)] | None = None
    """Mean to reach; left out = any change beyond noise."""

    def goal(self) -> Goal:
        """As a noun."""
        return Goal.model_validate(self.model_dump())


class CoachingAsked(Wire):
    """A task for an agent."""

    agent: Id
    """Who is coached."""
    trainer: Id | None = None
    """Who coaches; left out: oneself."""
    title: Title
    """What it is about."""
    goal: GoalAsked
    """What should change."""
    calls: Annotated[int, Field(ge=3, le=200)] = 20
    """N: calls after against N calls before."""
    due: NearDay
    """Training done by; today or later."""
    call: Annotated[str, StringConstraints(min_length=1, max_length=128)] | None = None
    """The call it came from."""
    span: Span | None = None
    """The place in it (clip)."""
    source: Name = ""
    """What it came from: ``rule:absolute``, ``technique:closing``, ``proposal:…``."""


class TextAsked(Wire):
    """Something written into a task's history."""

    text: Words = ""
    """In words."""


class ExerciseAsked(Wire):
    """A note on an exercise."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]
    """What was practised."""
    trained: bool = False
    """True: the training is done; the N calls after start here. The trainer's to say."""


class CoachingShown(Wire):
    """A task with its history."""

    task: CoachingTask
    """The task."""
    state_title: str
    """As people call it."""
    overdue: bool
    """The training was due and is not done."""
    change: Change | None
    """What the calls showed, once measured."""
    notes: tuple[CoachingNote, ...]
    """Oldest first."""
    names: dict[str, str]
    """Person id → name, of everybody named here."""


class DecideAsked(Wire):
    """A supervisor's word on a proposal."""

    reason: Words = ""
    """Why; needed to dismiss, and to confirm 处分建议."""


class ProposalShown(Wire):
    """A proposal."""

    proposal: Proposal
    """The proposal."""
    title: str
    """表扬, 辅导, 再培训, 处分建议."""
    total: float | None
    """The call's effective total now."""


class HandoverAsked(Wire):
    """Open work to hand over."""

    taker: Id
    """Who stands in."""
    first_day: NearDay
    """From."""
    last_day: NearDay
    """To, inclusive."""
    reason: Words = ""
    """Why."""
    giver: Id | None = None
    """Whose work; left out: one's own. A head may draw it up for somebody who is ill."""


class SignAsked(Wire):
    """A signature."""

    act: Literal["give", "take", "give_back", "take_back"]
    """What is signed."""


class HandoverNamed(Wire):
    """A handover, with the names of those in it: not everybody may list the organisation."""

    handover: Handover
    """Items, signatures, state."""
    names: dict[str, str]
    """Person id → name, of everybody named here."""


class TakerShown(Wire):
    """Somebody who can stand in."""

    id: str
    """Person id."""
    name: str
    """As people write it."""
    units: tuple[str, ...]
    """Titles of the units in which they have a post."""
    roles: tuple[Role, ...]
    """What they are there."""


class HandoverShown(HandoverNamed):
    """A handover after a step."""

    moved: int
    """Pieces of work that changed hands with this step."""
    kept: tuple[str, ...] = ()
    """Chinese: work that could not move, and why."""
