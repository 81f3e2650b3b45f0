"""The list of calls as an Excel file."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from callqa.api.actor import Actor, Need
from callqa.api.blind import blind_calls
from callqa.api.calls import filter_of
from callqa.api.house import House, TheHouse
from callqa.api.problems import Refusal, answers
from callqa.api.rights import Right
from callqa.api.wire.call import CallExportQuery
from callqa.api.work import Read, Route
from callqa.insights.call_list import MOST, call_sheet
from callqa.insights.export import write_excel
from callqa.insights.tables import Sheet
from callqa.store import CallSummary
from callqa.store.search import Place

router = APIRouter(prefix="/calls", tags=["calls"], route_class=Route)

TheReader = Annotated[Actor, Depends(Need(Right.reports))]
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXCEL_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {_EXCEL: {"schema": {"type": "string", "format": "binary"}}}}
}
"""Among the ``responses=`` of a route that gives a workbook."""


@router.get("/export", responses=answers(404) | EXCEL_FILE, response_class=Response)
def calls_export(
    house: TheHouse, actor: TheReader, work: Read, asked: Annotated[CallExportQuery, Query()]
) -> Response:
    """The calls of a filter as an Excel workbook, in the list's order; masked, effective scores; recorded."""
    filters = filter_of(work, actor, asked)
    found: list[CallSummary] = []
    after: Place | None = None
    while len(found) <= MOST:
        page = work.calls.page(filters, sort=asked.sort, after=after, limit=1000)
        found += page.items
        after = page.next
        if after is None:
            break
    if len(found) > MOST:
        raise Refusal("request.invalid", f"超过 {MOST} 通，一个文件放不下；请缩小范围，或用 callqa export。")
    blind = blind_calls(work, actor.id)
    sheet = call_sheet(
        [without_verdict(one) if one.id in blind else one for one in found],
        names={one.id: one.name for one in work.organisation.people()},
        units={one.id: one.title for one in work.organisation.units()},
    )
    written = asked.model_dump(exclude_defaults=True, exclude={"sort"})
    about = {
        "内容": "callqa 通话列表；个人信息已遮盖，得分为复核后的现行得分",
        "通话": f"{len(found)} 通",
        "筛选": "；".join(f"{name}={value}" for name, value in written.items()) or "（不限）",
    }
    # the words searched for may name a person; the trace holds ids and figures only
    detail = {"calls": len(found), "filters": sorted(written)}
    house.trace.used(actor.id, "calls.exported", "calls", detail)
    return workbook(house, actor, [sheet], about, name="calls")


def workbook(
    house: House, actor: Actor, sheets: Sequence[Sheet], about: Mapping[str, str], *, name: str
) -> Response:
    """Sheets as a file to keep; who took it and when stand in it.

    Args:
        house: The clock.
        actor: Who takes it.
        sheets: Masked.
        about: First sheet: what is in it.
        name: Of the file; the day is added.
    """
    taken = {"导出人": actor.person.name, "导出时间": house.now().isoformat(timespec="seconds")}
    with tempfile.TemporaryDirectory(prefix="callqa-export-") as folder:
        (file,) = write_excel(Path(folder) / f"{name}.xlsx", list(sheets), {**about, **taken})
        content = file.read_bytes()
    return Response(
        content,
        media_type=_EXCEL,
        headers={
            "Content-Disposition": f'attachment; filename="{name}-{house.today().isoformat()}.xlsx"',
            "Cache-Control": "no-store",
        },
    )


def without_verdict(one: CallSummary) -> CallSummary:
    """A call that the asker has yet to review blind."""
    return replace(
        one,
        machine_total=None,
        total=None,
        grade=None,
        grade_title="",
        action="",
        fatal=False,
        needs_human=0,
    )
