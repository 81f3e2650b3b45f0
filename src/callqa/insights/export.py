"""Results of a period into a file: ``.xlsx`` for people, ``.json`` and ``.parquet`` for programs. Always masked."""

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from callqa.domain import CallQAError
from callqa.insights.queries import Period, open_failures, results_between
from callqa.insights.sheets import DEMO, sheets_of
from callqa.insights.tables import Cell, Sheet
from callqa.store import Database
from callqa.techniques import FAMILIES, LABELS

_FORMATS = {
    "integer": "0",
    "number": "0.0##",
    "money": "#,##0.00",
    "share": "0.0%",
    "seconds": "0.0",
    "time": "yyyy-mm-dd hh:mm:ss",
}
_WIDTHS = {"time": 20.0, "text": 14.0}
_WIDE = {
    "依据": 60.0,
    "原因": 40.0,
    "说明": 50.0,
    "原话": 60.0,
    "客户后来说": 40.0,
    "用到的技巧": 24.0,
    "坐席应对": 60.0,
    "客户异议": 40.0,
    "关键字词": 20.0,
    "怎么办": 50.0,
    "提示": 40.0,
    "组": 24.0,
    "文件": 40.0,
}
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LONGEST_CELL = 32_767
_MOST_ROWS = 1_048_575


def export(
    database: Database,
    target: Path,
    *,
    period: Period,
    titles: Mapping[str, str],
    at: datetime,
    families: Mapping[str, Sequence[str]] = FAMILIES,
    trained: Collection[str] = LABELS,
) -> tuple[list[Path], dict[str, int], bool]:
    """Write a period's results.

    Args:
        database: Where from.
        target: File to write; its ending decides the form.
        period: Local days.
        titles: Technique label → title.
        at: Written into the file.
        families: Family → technique labels, for the agents' profiles.
        trained: Labels given by a trained model; others are given by likeness to their examples.

    Returns:
        Files written, rows per table, and whether the demo recogniser had a hand in it.

    Raises:
        CallQAError: ``export.form`` for an unknown ending, ``export.write`` where the file cannot be written.
        StoreError: The database refuses.
    """
    writers: dict[str, Callable[[Path, Sequence[Sheet], dict[str, str]], list[Path]]] = {
        ".xlsx": write_excel,
        ".json": _json,
        ".parquet": _parquet,
    }
    write = writers.get(target.suffix.lower())
    if write is None:
        raise CallQAError(
            f"不会写 {target.suffix or target.name} 格式。",
            code="export.form",
            hint="文件名请以 .xlsx、.json 或 .parquet 结尾。",
        )
    sheets, demo = sheets_of(
        results_between(database, period),
        open_failures(database, period),
        titles=titles,
        families=families,
        trained=trained,
    )
    about = {
        "内容": "callqa 质检结果；个人信息已遮盖",
        "从": period.first or "（不限）",
        "到": period.last or "（不限）",
        "导出时间": at.isoformat(timespec="seconds"),
        **({"注意": DEMO} if demo else {}),
        **{f"表 {sheet.name}": f"{len(sheet.rows)} 行" for sheet in sheets},
        "听不清": "结果为“听不清”的条目不扣分，待人工确认",
        "不适用": "状态为“不适用”的条目不计入满分",
        "坐席技巧画像": "占比是至少用到一次的通话占该坐席通话的比例，上下限是 95% 的 Wilson 区间；"
        "“区间不重叠”为“是”才看得出和同组其他人的差别",
    }
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        files = write(target, sheets, about)
    except OSError as refused:
        raise CallQAError(
            f"写不了 {target}：{refused.strerror or refused}。",
            code="export.write",
            hint="如果它正在 Excel 里开着，请先关上；否则请检查空间和权限。",
        ) from refused
    return files, {sheet.name: len(sheet.rows) for sheet in sheets}, demo


def write_excel(target: Path, sheets: Sequence[Sheet], about: dict[str, str]) -> list[Path]:
    """Tables as sheets of a workbook, with a last sheet that says what it is; written whole or not at all.

    Raises:
        CallQAError: ``export.rows`` where a table is longer than Excel takes.
        OSError: The file cannot be written.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    bold, fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="1F4E78")
    wrap, plain = Alignment(wrap_text=True, vertical="top"), Alignment(vertical="top")

    def cell(page: Any, value: Cell, form: str, heading: str) -> Any:
        made = WriteOnlyCell(page, value=_excel_value(value, form))
        if isinstance(made.value, str):
            made.data_type = "s"  # words that begin with = are words, not formulas
        if form in _FORMATS:
            made.number_format = _FORMATS[form]
        made.alignment = wrap if heading in _WIDE else plain
        return made

    for sheet in sheets:
        if len(sheet.rows) > _MOST_ROWS:
            raise CallQAError(
                f"“{sheet.name}”有 {len(sheet.rows)} 行，Excel 装不下。",
                code="export.rows",
                hint="请用 --from、--to 缩短日期，或导出 .parquet。",
            )
        page = book.create_sheet(sheet.name)
        page.freeze_panes = "B2"
        for number, (heading, form) in enumerate(sheet.columns.items(), start=1):
            width = _WIDE.get(heading, _WIDTHS.get(form, 11.0))
            page.column_dimensions[get_column_letter(number)].width = width
        page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{len(sheet.rows) + 1}"
        head = []
        for heading in sheet.columns:
            made = WriteOnlyCell(page, value=heading)
            made.font, made.fill = bold, fill
            head.append(made)
        page.append(head)
        for row in sheet.rows:
            page.append(
                [
                    cell(page, value, form, name)
                    for value, (name, form) in zip(row, sheet.columns.items(), strict=True)
                ]
            )
    page = book.create_sheet("说明")
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 20, 80
    for name, text in about.items():
        page.append([name, _ILLEGAL.sub("", text)])
    unfinished = target.with_name(f".{target.name}.part")
    try:
        book.save(unfinished)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return [target]


def _excel_value(value: Cell, form: str) -> Cell:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)  # Excel knows no zones; the local time is what people expect
    if isinstance(value, str):
        return _ILLEGAL.sub("", value)[:_LONGEST_CELL]
    if form == "flag" and value is None:
        return ""
    return value


def _json(target: Path, sheets: Sequence[Sheet], about: dict[str, str]) -> list[Path]:
    body: dict[str, object] = {"说明": about}
    for sheet in sheets:
        body[sheet.name] = [
            dict(zip(sheet.columns, map(_json_value, row), strict=True)) for row in sheet.rows
        ]
    unfinished = target.with_name(f".{target.name}.part")
    try:
        unfinished.write_text(json.dumps(body, ensure_ascii=False, indent=1), encoding="utf-8")
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return [target]


def _json_value(value: Cell) -> Cell:
    return value.isoformat() if isinstance(value, datetime) else value


def _parquet(target: Path, sheets: Sequence[Sheet], about: dict[str, str]) -> list[Path]:
    import pyarrow as pa
    from pyarrow import parquet

    kinds = {
        "text": pa.string(),
        "integer": pa.int64(),
        "flag": pa.bool_(),
        "time": pa.timestamp("ms", tz="UTC"),
    }
    files = []
    for sheet in sheets:
        # a Parquet file is one table: the calls have the name that was asked for, the others stand beside it
        file = target if sheet.slug == "calls" else target.with_name(f"{target.stem}.{sheet.slug}.parquet")
        columns = {
            name: pa.array([row[number] for row in sheet.rows], type=kinds.get(form, pa.float64()))
            for number, (name, form) in enumerate(sheet.columns.items())
        }
        table = pa.table(columns).replace_schema_metadata(about)
        unfinished = file.with_name(f".{file.name}.part")
        try:
            parquet.write_table(table, unfinished)
            unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)
        files.append(file)
    return files
