"""One batch of calls, and what it concluded about each."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, ConfigDict, Field

from callqa.domain.call import Sha256
from callqa.domain.noun import Noun
from callqa.domain.outcome import Processed
from callqa.domain.provenance import ModelRef, PolicyRef


class Run(Noun):
    """One batch: who scored, with what, when."""

    id: Annotated[str, Field(min_length=1)]
    """Unique."""
    kind: Literal["score", "rescore"]
    """``rescore`` reads stored transcripts and opens no audio."""
    started_at: AwareDatetime
    """When it began."""
    finished_at: AwareDatetime | None = None
    """When it ended; None while it runs or where it was cut off."""
    policy: PolicyRef
    """Scored under."""
    recogniser: ModelRef | None = None
    """Listened with; None for a rescore."""
    techniques: ModelRef | None = None
    """Technique model; None where the run had none."""
    source: str = ""
    """What was asked for, as typed."""
    problems: tuple[str, ...] = ()
    """What intake reported, one sentence each."""
    planned: Annotated[int, Field(ge=0)] | None = None
    """Calls it set out to do, without those that were stored already; None for runs from before this was kept."""


class Entry(Noun):
    """What a run concluded about one call, ready to be stored.

    The halves never mix: ``masked`` may be shown to all who may see the call, ``artefacts`` hold raw text.
    """

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    key: str
    """Hash of everything the result rests on; the same key is the same result."""
    path: str
    """Where the recording lay."""
    sha256: Sha256
    """Hash of the recording's bytes."""
    masked: Processed
    """The result with personal data masked everywhere."""
    keys: dict[str, str]
    """Artefact key per step."""
    artefacts: dict[str, bytes]
    """Step → compressed raw result, for the steps computed by this run."""
