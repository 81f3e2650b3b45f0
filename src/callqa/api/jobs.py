"""Jobs: how uploads and re-scores are getting on; asking for a re-score."""

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Query, Response
from fastapi import Path as InPath

from callqa.api.actor import Actor, Need
from callqa.api.calls import filter_of
from callqa.api.house import TheHouse
from callqa.api.paging import After, Limit, page_of, place_of
from callqa.api.problems import Refusal, answers
from callqa.api.rights import Right
from callqa.api.wire import Page
from callqa.api.wire.job import JobShown, NewRescore, job_shown
from callqa.api.work import IDEMPOTENT, Read, Route, Write
from callqa.domain import Job, JobState
from callqa.store import UnitOfWork
from callqa.store.search import CallFilter

router = APIRouter(tags=["jobs"], route_class=Route)

TheReader = Annotated[Actor, Depends(Need(Right.jobs_read))]
JobId = Annotated[str, InPath(min_length=1, max_length=128, description="Job id.")]
_MOST = 20_000


@router.get("/jobs", responses=answers())
def jobs(
    house: TheHouse,
    actor: TheReader,
    work: Read,
    *,
    state: Annotated[
        JobState | None, Query(description="Only these; `dead` lists what was given up.")
    ] = None,
    limit: Limit = 50,
    after: After = None,
) -> Page[JobShown]:
    """Jobs, newest first; one's own, or all."""
    found = work.jobs.page(
        created_by=None if actor.reaches("/") else actor.id,
        states=[state] if state else None,
        after=place_of(house, after, of="jobs"),
        limit=limit,
    )
    return page_of(house, found, job_shown, of="jobs")


@router.get("/jobs/{job}", responses=answers(404))
def one_job(actor: TheReader, work: Read, job: JobId) -> JobShown:
    """One job with its progress."""
    return job_shown(_job_for(actor, work, job))


def _job_for(actor: Actor, work: UnitOfWork, job: str) -> Job:
    found = work.jobs.get(job)
    if found is None or not (actor.reaches("/") or found.created_by == actor.id):
        raise Refusal("missing")
    return found


@router.post("/jobs/{job}/retry", responses=answers(404, 409), dependencies=[IDEMPOTENT])
def retry_job(house: TheHouse, actor: TheReader, work: Write, job: JobId) -> JobShown:
    """Let a dead job be tried again."""
    found = _job_for(actor, work, job)
    if found.state is not JobState.dead:
        raise Refusal("conflict", "只有失败的任务可以重来。")
    work.jobs.revive(job)
    house.trace.did(work, actor.id, "job.retry", f"job:{job}")
    return job_shown(work.jobs.get(job) or found)


@router.post("/rescores", status_code=202, responses=answers(404), dependencies=[IDEMPOTENT])
def rescore(
    house: TheHouse,
    response: Response,
    actor: Annotated[Actor, Depends(Need(Right.rescore))],
    work: Write,
    asked: NewRescore,
) -> JobShown:
    """Score stored calls again under the policy in force, in the background."""
    if bool(asked.calls) == (asked.filters is not None):
        raise Refusal("request.invalid", "请给出通话号，或筛选条件，二者选一。")
    filters = (
        CallFilter(scope=actor.scope, ids=tuple(dict.fromkeys(asked.calls)))
        if asked.filters is None
        else filter_of(work, actor, asked.filters)
    )
    ids: list[str] = []
    after = None
    while len(ids) <= _MOST:
        found = work.calls.page(filters, sort="oldest", after=after, limit=1000)
        ids += [one.id for one in found.items]
        after = found.next
        if after is None:
            break
    if not ids or (asked.calls and len(ids) < len(set(asked.calls))):
        raise Refusal("missing", "有的通话没有找到，或不在您的范围内。")
    if len(ids) > _MOST:
        raise Refusal("request.invalid", f"一次最多 {_MOST} 通，请缩小范围。")
    job = Job(
        id=uuid4().hex, kind="rescore", created_by=actor.id, created_at=house.now(), calls=tuple(sorted(ids))
    )
    work.jobs.add(job)
    house.trace.did(work, actor.id, "call.rescore", f"job:{job.id}", {"calls": len(ids)})
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return job_shown(job)
