"""Coaching: a task with a goal, and the proof whether it worked; and proposals that a person must confirm."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from callqa.domain.noun import Noun
from callqa.domain.timeline import Span


class Goal(Noun):
    """What should change."""

    kind: Literal["measure", "step", "rule", "technique", "item", "total"]
    """What is looked at, per call: a measure's value, a step met (0/1), a rule broken (0/1), uses of a technique,
    points of an item, the total."""
    id: str = ""
    """Name of it; empty for the total."""
    direction: Literal["up", "down"]
    """Which way is better."""
    target: float | None = None
    """Mean to reach; None = any change beyond noise."""


class CoachingState(StrEnum):
    """open → acknowledged → follow_up → achieved | not_achieved; achieved may be reopened; any may be cancelled."""

    open = "open"
    acknowledged = "acknowledged"
    follow_up = "follow_up"
    achieved = "achieved"
    not_achieved = "not_achieved"
    reopened = "reopened"
    cancelled = "cancelled"


class CoachingTask(Noun):
    """A task for an agent."""

    id: str
    """Unique."""
    agent: str
    """Who is coached."""
    trainer: str
    """Who coaches."""
    created_by: str
    """Who set it."""
    created_at: AwareDatetime
    """When."""
    title: Annotated[str, Field(min_length=1, max_length=200)]
    """What it is about."""
    goal: Goal
    """What should change."""
    calls: Annotated[int, Field(ge=3, le=200)] = 20
    """N: calls after against N calls before."""
    due: date
    """Training done by."""
    call_id: str | None = None
    """The call it came from."""
    span: Span | None = None
    """The place in it (clip)."""
    source: str = ""
    """What it came from: ``rule:absolute``, ``technique:closing``, ``proposal:…``."""
    state: CoachingState = CoachingState.open
    """Where it stands."""
    trained_at: AwareDatetime | None = None
    """When the exercise was done; the N calls after start here."""


class CoachingNote(Noun):
    """An entry in a task's history."""

    task: str
    """The task."""
    author: str
    """Who."""
    at: AwareDatetime
    """When."""
    kind: Literal["created", "acknowledged", "exercise", "comment", "follow_up", "state"]
    """What happened."""
    text: Annotated[str, Field(max_length=4000)] = ""
    """In words."""


class Change(Noun):
    """N calls after against N before."""

    before: int
    """Calls before that have a value."""
    after: int
    """Calls after that have a value."""
    mean_before: float | None
    """Mean before; None without calls."""
    mean_after: float | None
    """Mean after; None without calls."""
    difference: float | None
    """After minus before."""
    low: float | None
    """Lower end of its 95 % interval."""
    high: float | None
    """Upper end."""
    p_value: float | None
    """Of a two-sided permutation test; None with too few calls."""
    verdict: Literal["improved", "worse", "within_noise", "too_few"]
    """In one word."""


class ProposalKind(StrEnum):
    """What a grade band leads to."""

    praise = "praise"
    """表扬/树立榜样."""
    coach = "coach"
    """辅导."""
    retrain = "retrain"
    """再培训."""
    discipline = "discipline"
    """处分建议."""


class Proposal(Noun):
    """What the rubric's band proposes for an agent; nothing happens before a supervisor confirms."""

    id: str
    """Unique: one per scorecard and kind."""
    kind: ProposalKind
    """What."""
    agent: str
    """For whom."""
    call_id: str
    """Because of which call."""
    scorecard: str
    """And which card."""
    text: str
    """Chinese sentence."""
    at: AwareDatetime
    """When proposed."""
    state: Literal["open", "confirmed", "dismissed"] = "open"
    """Decided or not."""
    decided_by: str | None = None
    """By whom."""
    decided_at: AwareDatetime | None = None
    """When."""
    reason: str = ""
    """Why."""
