"""Handing in a recording: 202, and a job to poll."""

import re
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError

from callqa.api.actor import Actor, Need
from callqa.api.house import House, TheHouse
from callqa.api.multipart import FormWithFile
from callqa.api.problems import Fault, Refusal, answers
from callqa.api.rights import Right
from callqa.api.wire.call import UploadFields
from callqa.api.wire.job import JobShown, job_shown
from callqa.api.work import Route, in_thread
from callqa.audio import declared
from callqa.domain import CallFacts, Job, Party, RecordingError
from callqa.intake.values import customer_key, has_number
from callqa.store.blobs import Receiving
from callqa.store.placing import Placing

router = APIRouter(prefix="/calls", tags=["calls"], route_class=Route)

TheSender = Annotated[Actor, Depends(Need(Right.calls_upload))]
_MOST_CHANNELS = 8
_FIRST_YEAR = 1990
_AHEAD = timedelta(days=1)
"""Clocks differ, and so do zones; what is further ahead was written by a clock that is wrong."""
_BAD_NAME = re.compile(r"[\x00-\x1f\x7f/\\]|^\.{1,2}$")
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "WAV, MP3, FLAC, OGG, M4A, AMR.",
                        },
                        **UploadFields.model_json_schema(ref_template="#/components/schemas/{model}")[
                            "properties"
                        ],
                    },
                }
            }
        },
    }
}


@router.post("", status_code=202, responses=answers(400, 404, 409, 415), openapi_extra=_FORM)
async def upload(request: Request, response: Response, house: TheHouse, actor: TheSender) -> JobShown:
    """Hand in one recording; a worker scores it. The same recording under the same id is taken once.

    Without ``started_at`` the call counts for the day on which it is received, and for its agent's unit on that day.
    """
    expected = request.headers.get("Content-Length", "")
    receiving = await in_thread(
        partial(house.blobs.receive, expected=int(expected) if expected.isdigit() else None)
    )
    try:
        form = FormWithFile(request.headers.get("Content-Type", ""), file_field="file", write=receiving.write)
        await form.read(request.stream())
        job = await in_thread(partial(_take, house, actor, form, receiving))
    finally:
        await in_thread(partial(receiving.__exit__, None, None, None))
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return job_shown(job)


def _take(house: House, actor: Actor, form: FormWithFile, receiving: Receiving) -> Job:
    if form.file_name is None:
        raise Refusal("request.invalid", errors=[Fault(where="body.file", message="Field required")])
    if _BAD_NAME.search(form.file_name) or len(form.file_name) > 255:
        raise Refusal("upload.name")
    fields = _fields(form.fields)
    _refuse_bomb(house, receiving.seen())
    facts = _facts(house, fields, receiving.sha256)
    with house.read() as work:
        known = work.calls.get(facts.id)
        placed = Placing(work.session).place(facts.agent, facts.day or house.today().isoformat(), ())
    if placed.path and not actor.reaches(placed.path):
        raise Refusal("missing", "这位坐席不在您的范围内。")
    if known is not None and known.recording.sha256 != receiving.sha256:
        raise Refusal("upload.exists")
    sha256 = receiving.keep()
    job = Job(
        id=house.job_id(facts.id, sha256),
        kind="score",
        created_by=actor.id,
        created_at=house.now(),
        facts=facts,
        path=str(house.blobs.path(sha256).absolute()),
        sha256=sha256,
    )
    with house.write() as work:
        other = work.jobs.get(job.id)
        if other is None:
            work.jobs.add(job)
            house.trace.did(
                work, actor.id, "call.upload", f"call:{facts.id}", {"sha256": sha256, "job": job.id}
            )
    return other or job


def _fields(given: dict[str, str]) -> UploadFields:
    try:
        return UploadFields.model_validate({name: value for name, value in given.items() if value != ""})
    except ValidationError as error:
        raise Refusal(
            "request.invalid",
            errors=[
                Fault(where=".".join(("body", *map(str, one["loc"])))[:200], message=one["msg"][:300])
                for one in error.errors()[:50]
            ],
        ) from error


def _refuse_bomb(house: House, file: Path) -> None:
    """Believe no header: what it promises must be short enough, and the worker stops at the same length."""
    found = declared(file)
    if found.channels > _MOST_CHANNELS:
        raise RecordingError(
            f"录音有 {found.channels} 个声道。",
            code="recording.channels",
            hint=f"最多 {_MOST_CHANNELS} 个声道。",
        )
    if found.seconds is not None and found.seconds > house.settings.upload_hours * 3600:
        raise Refusal("upload.long")


def _facts(house: House, fields: UploadFields, sha256: str) -> CallFacts:
    if fields.id is not None and has_number(fields.id):
        raise Refusal("request.invalid", "通话号里不能有电话号码。")
    agent_first = fields.agent_channel == "left"
    started = _started(house, fields.started_at)
    return CallFacts(
        id=fields.id or f"U{sha256[:16]}",
        agent=fields.agent,
        # without a day a call would belong to no unit, and nobody but the head office would ever see it
        started_at=started or house.now().astimezone(ZoneInfo(house.settings.zone)),
        started_assumed=started is None,
        direction=fields.direction,
        parties=(Party.agent, Party.customer) if agent_first else (Party.customer, Party.agent),
        product=fields.product,
        campaign=fields.campaign,
        region=fields.region,
        queue=fields.queue,
        ordered=fields.ordered,
        amount=fields.amount,
        cross_sold=fields.cross_sold,
        signed_for=fields.signed_for,
        customer_key=customer_key(fields.customer, house.customer_key) if fields.customer else None,
    )


def _started(house: House, at: datetime | None) -> datetime | None:
    """In the centre's zone, whose days are counted; raises `Refusal` for what a wrong clock wrote."""
    if at is None:
        return None
    zone = ZoneInfo(house.settings.zone)
    at = at if at.tzinfo is not None else at.replace(tzinfo=zone)
    if not _FIRST_YEAR <= at.year < 9999 or at > house.now() + _AHEAD:
        raise Refusal(
            "request.invalid",
            "通话开始时间不对，请检查录音系统的时钟。",
            errors=[Fault(where="body.started_at", message=f"from {_FIRST_YEAR} to a day from now")],
        )
    return at.astimezone(zone)
