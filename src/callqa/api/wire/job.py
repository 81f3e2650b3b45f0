"""Jobs: uploads and re-scores on their way."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from callqa.api.wire.call import CallQuery
from callqa.api.wire.wire import Wire
from callqa.domain import Job, JobState


class JobShown(Wire):
    """A piece of work."""

    id: str
    """Unique; poll ``/jobs/{id}``."""
    kind: str
    """``score`` or ``rescore``."""
    state: JobState
    """Where it stands."""
    call: str | None
    """For ``score``: the call."""
    calls: int
    """How many calls it has."""
    done: int
    """Calls done."""
    failed: int
    """Calls that failed for good."""
    attempts: int
    """How often a worker took it."""
    created_by: str
    """Who asked."""
    created_at: datetime
    """When."""
    run: str | None
    """The run that does it."""
    code: str
    """Code of the last failure."""
    message: str
    """In words."""


class NewRescore(Wire):
    """Which calls to score again."""

    calls: Annotated[
        tuple[Annotated[str, StringConstraints(min_length=1, max_length=128)], ...], Field(max_length=20_000)
    ] = ()
    """Call ids; or leave them out and give filters."""
    filters: CallQuery | None = None
    """All calls of these filters, at most 20,000."""


def job_shown(job: Job) -> JobShown:
    """A job as shown."""
    return JobShown(
        id=job.id,
        kind=job.kind,
        state=job.state,
        call=job.facts.id if job.facts else None,
        calls=len(job.calls) or 1,
        done=job.done,
        failed=job.failed,
        attempts=job.attempts,
        created_by=job.created_by,
        created_at=job.created_at,
        run=job.run,
        code=job.code,
        message=job.message,
    )
