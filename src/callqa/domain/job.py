"""Work that a worker takes: an uploaded call to score, or stored calls to score again."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from callqa.domain.call import CallFacts
from callqa.domain.noun import Noun


class JobState(StrEnum):
    """pending → running → done | failed (tried again) → dead (retries spent)."""

    pending = "pending"
    running = "running"
    done = "done"
    dead = "dead"


class Job(Noun):
    """One piece of work with a lease; safe with many workers."""

    id: str
    """Unique."""
    kind: Literal["score", "rescore"]
    """Listen and score one uploaded recording, or score stored calls again."""
    created_by: str
    """Who asked."""
    created_at: AwareDatetime
    """When."""
    facts: CallFacts | None = None
    """For ``score``: the call."""
    path: str = ""
    """For ``score``: where the uploaded recording lies."""
    sha256: str = ""
    """For ``score``: hash of its bytes."""
    calls: tuple[str, ...] = ()
    """For ``rescore``: the calls."""
    state: JobState = JobState.pending
    """Where it stands."""
    done: Annotated[int, Field(ge=0)] = 0
    """Calls done."""
    failed: Annotated[int, Field(ge=0)] = 0
    """Calls that failed for good, with reasons in ``message``."""
    attempts: Annotated[int, Field(ge=0)] = 0
    """How often a worker took it."""
    not_before: AwareDatetime | None = None
    """Waits until then (back-off)."""
    worker: str | None = None
    """Who holds it."""
    lease: AwareDatetime | None = None
    """Until when."""
    run: str | None = None
    """Run that did it."""
    code: str = ""
    """Error code of the last failure."""
    message: str = ""
    """In words."""
