"""A manifest in any of its formats → a header and rows of text, with line numbers."""

import csv
import io
import json
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from callqa.domain import IntakeError

MANIFEST_SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".jsonl", ".ndjson", ".json")
_BYTE_ORDER_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
_LONGEST_CELL = 1 << 20


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        line: Line of the file (row of the sheet), from 1.
        cells: As many as the header has, text, stripped.
        fault: Why the row cannot be read, as a Chinese phrase; empty where it can.
    """

    line: int
    cells: tuple[str, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A manifest as text."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(path: Path) -> Table:
    """Reads CSV, TSV, XLSX, JSONL or a JSON list.

    Text may be UTF-8 with or without byte-order mark, UTF-16 with one, or GB18030 (GBK, GB2312). Comma, semicolon and
    tab separate. Single rows that cannot be read come back with a ``fault``.

    Raises:
        IntakeError: ``intake.manifest_unreadable`` (missing, no permission, damaged, no known encoding) or
            ``intake.manifest_empty`` (no header or no rows).
    """
    suffix = path.suffix.lower()
    try:
        if suffix in {".xlsx", ".xlsm"}:
            lines: Iterable[tuple[int, list[str] | str]] = _sheet(path)
            table = _with_header(lines)
        else:
            text = _text(path.read_bytes())
            table = (
                _json(text)
                if suffix in {".jsonl", ".ndjson", ".json"}
                else _with_header(_separated(text, suffix))
            )
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, csv.Error) as error:
        raise IntakeError(
            f"清单读不了：{path}（{_why(error)}）。",
            code="intake.manifest_unreadable",
            hint="请用 UTF-8 或 GB18030 的 CSV/TSV、XLSX 或 JSONL，并检查文件是否完整、有读取权限。",
        ) from error
    if not table.header or not table.rows:
        raise IntakeError(
            f"清单是空的：{path}。", code="intake.manifest_empty", hint="第一行写列名，每通录音一行。"
        )
    return table


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__


def _text(data: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise ValueError("文字编码既不是 UTF-8 也不是 GB18030") from error


def _separated(text: str, suffix: str) -> Iterator[tuple[int, list[str] | str]]:
    first = text.split("\n", 1)[0]
    separator = "\t" if suffix == ".tsv" else max(",;\t", key=first.count)
    csv.field_size_limit(_LONGEST_CELL)
    lines = io.StringIO(text, newline="").readlines()
    begin = 0
    while begin < len(lines):
        reader = csv.reader(lines[begin:], delimiter=separator, strict=True)
        line = begin + 1
        try:
            for cells in reader:
                yield line, cells
                line = begin + reader.line_num + 1
        except csv.Error as error:
            # a quotation mark without its partner would swallow the rest of the file: begin anew on the next line
            yield line, f"引号没有配对或位置不对：{error}"
            begin = line
        else:
            return


def _sheet(path: Path) -> Iterator[tuple[int, list[str] | str]]:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and extensions that do not concern the cells
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                yield line, [_cell(cell) for cell in cells]
        finally:
            book.close()


def _with_header(lines: Iterable[tuple[int, list[str] | str]]) -> Table:
    header: tuple[str, ...] = ()
    rows: list[Row] = []
    for line, cells in lines:
        if isinstance(cells, str):
            rows.append(Row(line, (), f"这一行读不了（{cells}）"))
            continue
        stripped = [cell.strip() for cell in cells]
        if not any(stripped):
            continue
        if not header:
            while stripped and not stripped[-1]:
                stripped.pop()
            header = tuple(stripped)
            continue
        rows.append(_row(line, stripped, len(header)))
    return Table(header, tuple(rows))


def _row(line: int, cells: list[str], width: int) -> Row:
    if any(cells[width:]):
        return Row(line, (), f"有 {len(cells)} 列，表头只有 {width} 列（是不是内容里有没加引号的逗号）")
    missing = [""] * (width - len(cells))
    return Row(line, tuple(cells[:width] + missing))


def _json(text: str) -> Table:
    records: list[tuple[int, dict[str, Any] | str]] = []
    stripped = text.lstrip()
    if stripped.startswith("["):
        listed = json.loads(stripped)
        records = [
            (n, item if isinstance(item, dict) else "不是对象") for n, item in enumerate(listed, start=1)
        ]
    else:
        for line, content in enumerate(text.splitlines(), start=1):
            if content.strip():
                records.append((line, _record(content)))
    header = tuple(
        dict.fromkeys(str(key) for _, record in records if isinstance(record, dict) for key in record)
    )
    rows = [
        Row(line, (), f"这一行读不了（{record}）")
        if isinstance(record, str)
        else Row(line, tuple(_cell(record.get(name)).strip() for name in header))
        for line, record in records
    ]
    return Table(header, tuple(rows))


def _record(content: str) -> dict[str, Any] | str:
    try:
        record = json.loads(content)
    except ValueError as error:
        return f"JSON 有误：{error}"
    return record if isinstance(record, dict) else "不是 JSON 对象"


def _cell(value: object) -> str:
    """A cell's value as a person would write it: 8001.0 is 8001, a list is a path."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "/".join(_cell(item) for item in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
