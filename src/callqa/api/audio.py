"""Sound of a call: whole with ranges, a clip, peaks. Personal data is silent unless raw is asked for and allowed."""

import hashlib
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Query
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from callqa.api.actor import Actor, Need
from callqa.api.calls import CallId, RawWanted, note_seen, require_raw, summary_for
from callqa.api.house import House, TheHouse
from callqa.api.problems import Refusal, answers
from callqa.api.rights import Right
from callqa.api.wire.call import ChannelPeaks, PeaksShown, PerSecond
from callqa.api.work import Read, Route
from callqa.audio import decode, waveform_peaks, write_extract
from callqa.domain import Call, RecordingError, Span
from callqa.store import UnitOfWork

router = APIRouter(prefix="/calls", tags=["calls"], route_class=Route)

TheListener = Annotated[Actor, Depends(Need(Right.calls_read))]
_MARGIN = 120
"""Milliseconds muted before and after a masked word: a recogniser's times are that uncertain."""
_LONGEST_CLIP = 30 * 60_000
_MAKING = threading.Lock()
_SOUND = {"content": {"audio/flac": {"schema": {"type": "string", "format": "binary"}}}}
PLAYED: dict[int | str, dict[str, Any]] = {
    200: {"description": "The whole recording.", **_SOUND},
    206: {
        "description": "The range asked for.",
        "content": {
            "audio/flac": {"schema": {"type": "string", "format": "binary"}},
            "multipart/byteranges": {"schema": {"type": "string", "format": "binary"}},
        },
    },
    416: {
        "description": "The range lies outside.",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    },
}
"""What a route answers that gives sound of which a part may be asked for."""


class Recorded:
    """A call's recording and what of it is muted.

    Args:
        house: Knows where copies are kept.
        work: To read with.
        call: Call id, already within reach.

    Raises:
        Refusal: ``missing``.
        RecordingError: ``recording.unreadable`` (410) where the sound was taken away.
    """

    def __init__(self, house: House, work: UnitOfWork, call: str) -> None:
        facts, path, row = work.calls.get(call), work.calls.path(call), work.results.latest_row(call)
        if facts is None or row is None:
            raise Refusal("missing")
        if not path or not Path(path).is_file():
            raise RecordingError(
                "录音已经不在了。", code="recording.unreadable", hint="可能已按保存期限删除；文字和评分还在。"
            )
        self.facts: Call = facts
        self.path = Path(path)
        self.spans = tuple(
            Span(start=max(0, one.span.start - _MARGIN), end=one.span.end + _MARGIN)
            for one in work.personal_data.of(row.personal_key)
        )
        self.folder = copies_of(house, facts.recording.sha256)

    def muted(self) -> dict[int, tuple[Span, ...]]:
        """All channels fall silent: a word may be heard on the other party's channel, too."""
        return dict.fromkeys(range(self.facts.recording.channels), self.spans)

    def copy(self, *, raw: bool) -> Path:
        """A copy that browsers play, made when first asked for."""
        spans = () if raw else self.spans
        name = hashlib.sha256(json.dumps([[one.start, one.end] for one in spans]).encode()).hexdigest()[:16]
        muted = {} if raw else self.muted()
        return self._once(f"{name}.flac", lambda target: _write(self.path, target, muted=muted))

    def _once(self, name: str, make: Callable[[Path], None]) -> Path:
        target = self.folder / name
        if not target.is_file():
            with _MAKING:
                if not target.is_file():
                    self.folder.mkdir(parents=True, exist_ok=True)
                    make(target)
        return target

    def peaks(self, per_second: int, *, scratch: Path) -> PeaksShown:
        """The waveform, computed once."""

        def make(target: Path) -> None:
            decoded = decode(self.path, scratch=scratch, sha256=self.facts.recording.sha256)
            drawn = [waveform_peaks(one, per_second=per_second) for one in decoded.channels]
            channels = tuple(
                ChannelPeaks(party=party, low=tuple(peaks[:, 0].tolist()), high=tuple(peaks[:, 1].tolist()))
                for party, peaks in zip(self.facts.parties, drawn, strict=True)
            )
            shown = PeaksShown(per_second=per_second, duration=decoded.recording.duration, channels=channels)
            unfinished = target.with_suffix(f".{uuid4().hex}.part")
            unfinished.write_text(shown.model_dump_json(), encoding="utf-8")
            unfinished.replace(target)

        return PeaksShown.model_validate_json(self._once(f"peaks-{per_second}.json", make).read_bytes())


def copies_of(house: House, sha256: str) -> Path:
    """Folder of copies of a recording; deleted with it."""
    return house.settings.data / "listening" / sha256[:2] / sha256


def _write(path: Path, target: Path, *, muted: dict[int, tuple[Span, ...]]) -> None:
    write_extract(path, target, muted=muted)


def _listened(house: House, actor: Actor, work: UnitOfWork, call: str, *, raw: bool, what: str) -> None:
    """Check the right and leave the trace."""
    summary_for(actor, work, call)
    if raw:
        require_raw(actor, work, call)
        house.trace.used(actor.id, f"{what}.heard_raw", f"call:{call}")
    else:
        note_seen(house, actor, f"{what}.heard", call)


@router.get(
    "/{call}/audio",
    response_class=FileResponse,
    responses={**answers(404, 410), **PLAYED},
)
def audio(
    house: TheHouse, actor: TheListener, work: Read, call: CallId, *, raw: RawWanted = False
) -> FileResponse:
    """The recording as FLAC with its channels; ``Range`` is understood. Muted unless raw is asked for."""
    summary_for(actor, work, call)
    found = Recorded(house, work, call)
    _listened(house, actor, work, call, raw=raw, what="audio")
    return whole_of(found, raw=raw)


@router.get(
    "/{call}/clip",
    response_class=FileResponse,
    responses={**answers(404, 410), 200: {"description": "The clip.", **_SOUND}},
)
def clip(
    house: TheHouse,
    actor: TheListener,
    work: Read,
    call: CallId,
    *,
    start: Annotated[int, Query(ge=0, le=86_400_000, description="First millisecond.")],
    end: Annotated[int, Query(ge=1, le=86_400_000, description="First millisecond after.")],
    raw: RawWanted = False,
) -> FileResponse:
    """A piece of the recording as FLAC, at most half an hour."""
    summary_for(actor, work, call)
    if not start < end <= start + _LONGEST_CLIP:
        raise Refusal("request.invalid", "片段要有先后，最长 30 分钟。")
    found = Recorded(house, work, call)
    if start >= found.facts.recording.duration:
        raise Refusal("request.invalid", "这一段不在录音之内。")
    _listened(house, actor, work, call, raw=raw, what="clip")
    return cut(found, Span(start=start, end=end), raw=raw)


def cut(found: Recorded, span: Span, *, raw: bool = False) -> FileResponse:
    """A piece of a recording as FLAC, gone from the disk once it is sent."""
    found.folder.mkdir(parents=True, exist_ok=True)
    target = found.folder / f"clip-{uuid4().hex}.flac"
    write_extract(found.path, target, span=span, muted={} if raw else found.muted())
    return FileResponse(
        target,
        media_type="audio/flac",
        filename=f"{uuid4().hex[:8]}-{span.start}-{span.end}.flac",
        headers={"Cache-Control": "private, no-store"},
        background=BackgroundTask(target.unlink, missing_ok=True),
    )


def whole_of(found: Recorded, *, raw: bool = False) -> FileResponse:
    """All of a recording as FLAC; ``Range`` is understood."""
    return FileResponse(
        found.copy(raw=raw), media_type="audio/flac", headers={"Cache-Control": "private, no-store"}
    )


@router.get("/{call}/peaks", responses=answers(404, 410))
def peaks(
    house: TheHouse, actor: TheListener, work: Read, call: CallId, per_second: PerSecond = PerSecond.twenty
) -> PeaksShown:
    """The waveform of every channel, for drawing."""
    summary_for(actor, work, call)
    return Recorded(house, work, call).peaks(int(per_second), scratch=house.settings.data / "scratch")
