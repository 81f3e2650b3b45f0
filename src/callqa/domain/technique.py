"""Sales technique (技巧) per agent turn, reaction per customer turn, and what follows from both."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from callqa.domain.evidence import Quote, TextSpan
from callqa.domain.noun import Noun
from callqa.domain.provenance import Provenance

Probability = Annotated[float, Field(ge=0.0, le=1.0)]


class TechniqueTag(Noun):
    """One technique used in one agent turn. Below its threshold a turn is untagged, not negative."""

    label: str
    """Label id of ``techniques.yaml``."""
    turn: int
    """Index of the turn."""
    probability: Probability
    """Calibrated."""
    quote: Quote
    """The turn's words."""
    carriers: tuple[TextSpan, ...] = ()
    """The characters of the turn that carried the tag, strongest first."""


class Reaction(StrEnum):
    """How a customer turn reacts."""

    accept = "accept"
    hesitate = "hesitate"
    reject = "reject"
    ask = "ask"
    complain = "complain"
    neutral = "neutral"


class ReactionTag(Noun):
    """The reaction of one customer turn."""

    reaction: Reaction
    """The likeliest one."""
    turn: int
    """Index of the turn."""
    probability: Probability
    """Calibrated."""
    quote: Quote
    """The turn's words."""


class Stage(StrEnum):
    """Where in a sale a turn stands."""

    opening = "opening"
    discovery = "discovery"
    presentation = "presentation"
    pricing = "pricing"
    objection = "objection"
    closing = "closing"
    verification = "verification"
    ending = "ending"


class StageRun(Noun):
    """Consecutive turns of one stage."""

    stage: Stage
    """The stage."""
    first: int
    """First turn (inclusive)."""
    last: int
    """Last turn (inclusive)."""


class Moment(Noun):
    """Objection → handling → reaction: the raw material for teaching."""

    objection: Quote
    """What the customer doubted."""
    handling: tuple[Quote, ...]
    """What the agent answered."""
    labels: tuple[str, ...]
    """Techniques of the answer."""
    reaction: Quote | None = None
    """The customer's next turn; None where the call ended."""
    outcome: Reaction | None = None
    """How the customer reacted."""


class TechniqueReading(Noun):
    """All that ``techniques`` reads out of a call."""

    tags: tuple[TechniqueTag, ...] = ()
    """In turn order."""
    reactions: tuple[ReactionTag, ...] = ()
    """In turn order."""
    stages: tuple[StageRun, ...] = ()
    """In turn order, covering all turns."""
    moments: tuple[Moment, ...] = ()
    """In time order."""
    provenance: Provenance
    """Model and version."""
