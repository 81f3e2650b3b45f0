"""The trace: audit log, rules of keeping, legal holds, erasures."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from callqa.api.wire.wire import Id, Wire, Words


class NotedShown(Wire):
    """A row of the log."""

    seq: int
    """Number, from 1 without a gap."""
    at: datetime
    """When."""
    actor: str
    """Who; ``system`` for deadlines and rules."""
    action: str
    """What."""
    subject: str
    """To what."""
    detail: dict[str, Any]
    """Figures and ids."""
    hash: str
    """Of this row and all before it."""


class Verified(Wire):
    """Whether the chain holds."""

    whole: bool
    """True: no row was changed or taken away."""
    rows: int
    """Rows by the anchor."""
    faults: tuple[str, ...]
    """One Chinese sentence per fault."""


class RuleOfKeeping(Wire):
    """How long one kind of data is kept."""

    kind: Literal["audio", "raw_text", "results"]
    """Recordings; raw text; everything but the bare fact of the call."""
    outcome: Literal["all", "ordered", "not_ordered"] = "all"
    """For calls of this outcome; one for an outcome beats one for all."""
    days: Annotated[int, Field(ge=1, le=36_500)]
    """Days after the call."""


class RulesOfKeeping(Wire):
    """All rules; they replace those before."""

    rules: Annotated[tuple[RuleOfKeeping, ...], Field(max_length=9)]
    """At most one per kind and outcome."""


class DueShown(Wire):
    """What the rules say must go."""

    calls: dict[str, int]
    """Kind → calls whose data goes."""
    held: dict[str, int]
    """Kind → calls that only a hold keeps."""


class NewHold(Wire):
    """A legal hold."""

    kind: Literal["call", "agent", "customer"]
    """What is held."""
    subject: Id
    """A call id, an agent's id, or a customer's number."""
    reason: Annotated[Words, StringConstraints(min_length=1)]
    """Why."""


class HoldShown(Wire):
    """A legal hold."""

    id: str
    """Unique."""
    kind: str
    """What is held."""
    subject: str
    """Its id; a customer by keyed hash."""
    reason: str
    """Why."""
    set_by: str
    """Who set it."""
    set_at: datetime
    """When."""
    released_by: str | None
    """Who lifted it."""
    released_at: datetime | None
    """When."""


class NewErasure(Wire):
    """One customer's request."""

    customer: Annotated[str, StringConstraints(min_length=5, max_length=40, pattern=r"^[0-9+() -]+$")]
    """The customer's number; neither stored nor logged."""
    reason: Annotated[Words, StringConstraints(min_length=1)]
    """On whose word, e.g. the number of the request."""
    dry_run: bool = True
    """True: only tell what would go."""


class Purge(Wire):
    """Apply the rules of keeping."""

    dry_run: bool = True
    """True: only tell what would go."""


class ErasureShown(Wire):
    """Proof of a deletion."""

    id: str | None
    """Unique; null for a dry run."""
    kind: str
    """``customer`` or ``retention``."""
    subject: str
    """Hash that answers "was I erased?" and leads to nothing else."""
    at: datetime
    """When."""
    asked_by: str
    """Who."""
    reason: str
    """Why."""
    calls: int
    """Calls touched."""
    counts: dict[str, int]
    """Table → rows deleted or emptied."""
    files: int
    """Recordings deleted."""
    files_gone: bool
    """True: the files are gone, too."""
