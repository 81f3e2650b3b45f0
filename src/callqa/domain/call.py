"""A call, its recording, and who speaks on which channel."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, model_validator

from callqa.domain.noun import Noun
from callqa.domain.timeline import Millis

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Party(StrEnum):
    """Who speaks. ``unknown`` where one channel carries both voices (mono)."""

    agent = "agent"
    customer = "customer"
    unknown = "unknown"


class Direction(StrEnum):
    """Who called whom."""

    inbound = "inbound"
    outbound = "outbound"
    unknown = "unknown"


class Recording(Noun):
    """A file by its content, not by its path."""

    sha256: Sha256
    """Hash of the file's bytes."""
    duration: Millis
    """Length in milliseconds."""
    sample_rate: int
    """Hz, as stored in the file (before resampling)."""
    channels: int
    """Number of channels in the file."""
    codec: str = ""
    """What the container says it holds, e.g. ``PCM_S16LE``, ``ALAW``, ``mp3``."""


class CallFacts(Noun):
    """What the business knows of a call before anyone listened."""

    id: Annotated[str, Field(min_length=1, max_length=128)]
    """Call id, unique in the centre."""
    agent: str | None = None
    """Agent's id or name as the telephone system writes it; None where unknown."""
    group: tuple[str, ...] = ()
    """Path in the organisation on the day of the call, top first, e.g. ("一部", "一队", "A组")."""
    started_at: AwareDatetime | None = None
    """When the call began; None where the manifest's time cannot be read (never invented)."""
    started_assumed: bool = False
    """True: nobody said when it began, and ``started_at`` is when the recording was received."""
    direction: Direction = Direction.unknown
    """Inbound advert hotline or outbound."""
    parties: tuple[Party, ...] = (Party.agent, Party.customer)
    """Party of each channel of a multi-channel recording, by channel number."""
    product: str | None = None
    """Product talked about."""
    campaign: str | None = None
    """Campaign or advertising medium (广告媒体)."""
    region: str | None = None
    """Region of the customer."""
    queue: str | None = None
    """Queue or skill group."""
    ordered: bool | None = None
    """Did the customer order (成单)?"""
    amount: float | None = None
    """Order amount in yuan."""
    cross_sold: bool | None = None
    """Was a further product sold (搭销)?"""
    signed_for: bool | None = None
    """Was the parcel accepted (签收)?"""
    customer_key: str | None = None
    """Keyed hash of the customer's number; never the number."""
    fields: dict[str, str] = Field(default_factory=dict)
    """Every further column of the manifest, as written."""

    @property
    def day(self) -> str | None:
        """Local date ``YYYY-MM-DD`` of the start, or None."""
        return self.started_at.date().isoformat() if self.started_at else None


class Call(CallFacts):
    """A call whose recording has been opened."""

    recording: Recording
    """What was listened to."""

    @model_validator(mode="after")
    def _channels_named(self) -> Self:
        expected = self.recording.channels
        if expected == 1 and self.parties != (Party.unknown,):
            raise ValueError("a one-channel recording has the single party 'unknown'")
        if expected > 1 and len(self.parties) != expected:
            raise ValueError(f"recording has {expected} channels, parties name {len(self.parties)}")
        return self


class IncomingCall(Noun):
    """A file and its facts, found by intake; not yet opened."""

    path: Path
    """Where the file lies now."""
    sha256: Sha256
    """Hash of its bytes."""
    facts: CallFacts
    """What manifest or file name say."""


def call_of(incoming: IncomingCall, recording: Recording) -> Call:
    """Join facts and opened recording; channels beyond two, and mono, get the party ``unknown``."""
    known = incoming.facts.parties
    parties: tuple[Party, ...]
    if recording.channels == 1:
        parties = (Party.unknown,)
    else:
        parties = tuple(known[i] if i < len(known) else Party.unknown for i in range(recording.channels))
    facts = {name: getattr(incoming.facts, name) for name in CallFacts.model_fields}
    return Call(**{**facts, "parties": parties, "recording": recording})


def local_day(at: datetime) -> str:
    """Date of an aware time in its own zone, ``YYYY-MM-DD``."""
    return at.date().isoformat()
