"""What became of one call: a result or a named failure, never an empty list."""

from typing import Annotated, Literal

from pydantic import Field

from callqa.domain.call import Call
from callqa.domain.finding import Finding
from callqa.domain.measure import Measure
from callqa.domain.noun import Noun
from callqa.domain.personal import PersonalData
from callqa.domain.scorecard import Scorecard
from callqa.domain.technique import TechniqueReading
from callqa.domain.transcript import Transcript


class Processed(Noun):
    """A call that went straight through."""

    kind: Literal["processed"] = "processed"
    call: Call
    """Facts and recording."""
    transcript: Transcript
    """Raw (unmasked)."""
    personal_data: tuple[PersonalData, ...]
    """What to mask and mute."""
    findings: tuple[Finding, ...]
    """Steps, then rules, in policy order."""
    techniques: TechniqueReading
    """Tags, reactions, stages, moments."""
    measures: tuple[Measure, ...]
    """Of the talk and of the recording itself."""
    scorecard: Scorecard
    """The machine's score."""
    warnings: tuple[str, ...] = ()
    """Chinese sentences: likely swapped channels, demo recogniser, dead channel, …"""
    seconds: dict[str, float] = Field(default_factory=dict)
    """Wall time per stage (shared batch work is divided by audio length); not part of equality checks."""


class Failed(Noun):
    """A call that stopped at a stage."""

    kind: Literal["failed"] = "failed"
    call_id: str
    """The call."""
    path: str
    """The file."""
    stage: str
    """``intake``, ``audio``, ``transcript``, …"""
    code: str
    """Stable error code."""
    message: str
    """One sentence: what."""
    hint: str = ""
    """One sentence: what to do next."""


Outcome = Annotated[Processed | Failed, Field(discriminator="kind")]
