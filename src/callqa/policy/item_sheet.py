"""A plain sheet of 质检项 (Excel or CSV: id, name, wording, deduction, severity …) → rules and rubric items."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from callqa.domain import Party, PolicyError
from callqa.policy.imported import Gap, Imported, identifier, told
from callqa.policy.rubric import Item, Mode, Veto
from callqa.policy.rules import Rule, Severity

_COLUMNS = {
    "id": ("编号", "序号", "项目编号", "质检项编号", "id", "no", "no.", "code"),
    "name": ("名称", "质检项", "质检项名称", "项目", "规则", "标题", "name", "item", "title"),
    "wording": ("话术", "关键词", "违规话术", "用语", "说法", "内容", "wording", "keywords", "words", "phrases"),
    "deduction": ("扣分", "分值", "分数", "扣分分值", "deduction", "points", "score"),
    "severity": ("严重程度", "级别", "等级", "程度", "severity", "level"),
    "kind": ("类型", "类别", "要求", "kind", "type"),
    "party": ("谁说", "说话人", "角色", "party", "speaker", "role"),
    "source": ("依据", "来源", "法规", "出处", "source", "basis"),
    "broken": ("违规例句", "反例", "错误示例", "broken", "bad example"),
    "fine": ("合规例句", "正例", "正确示例", "不违规例句", "fine", "good example"),
}  # fmt: skip
_SEVERITIES = {
    Severity.fatal: ("致命", "红线", "一票否决", "fatal", "critical"),
    Severity.severe: ("严重", "重大", "高", "severe", "major", "high"),
    Severity.moderate: ("一般", "中等", "中", "moderate", "medium"),
    Severity.minor: ("轻微", "低", "提示", "minor", "low"),
}
_MUST = ("必说", "必须", "应说", "必须说", "规定动作", "required", "must")
_MUST_NOT = ("禁语", "禁止", "违禁", "违禁语", "不得", "禁说", "forbidden", "prohibited")
_CUSTOMER = ("客户", "顾客", "customer")
_SPLIT = re.compile(r"[\n;；|/、，,]")
_LONGEST_ROW = 2_000


def read_items(path: Path) -> Imported:
    """Rules and items out of a sheet: one row, one rule, one rubric item.

    A row's wording is forbidden to say unless its kind says that it must be said. Columns are known by their headings,
    Chinese or English; the first row that names a title and a wording is the heading.

    Args:
        path: ``.xlsx`` (first sheet that has such a heading) or ``.csv``.

    Raises:
        PolicyError: ``import.file`` where it cannot be read, ``import.columns`` where no heading is found.
    """
    for name, rows in _tables(path):
        start, columns = _heading(rows)
        if columns:
            return _Sheet(name, rows[start], columns).read(rows[start + 1 :], first=start + 2)
    raise PolicyError(
        f"{path.name} 里找不到表头。",
        code="import.columns",
        hint="表头至少要有“名称”和“话术”（或 name、wording），还可以有编号、扣分、严重程度、类型、依据、例句。",
    )


Row = Sequence[str]


def _tables(path: Path) -> Iterator[tuple[str, list[Row]]]:
    try:
        if path.suffix.lower() == ".csv":
            yield path.name, list(csv.reader(io.StringIO(_decoded(path.read_bytes()))))
            return
        from openpyxl import load_workbook

        book = load_workbook(path, read_only=True, data_only=True)
        try:
            for page in book.worksheets:
                rows = [[_text(value) for value in row] for row in page.iter_rows(values_only=True)]
                yield page.title, [list(row) for row in rows]
        finally:
            book.close()
    except PolicyError:
        raise
    except Exception as error:  # openpyxl raises whatever its zip and XML readers raise
        raise PolicyError(
            f"读不了 {path}：{error}。", code="import.file", hint="请在 Excel 里另存为 .xlsx 或 .csv 再试。"
        ) from error


def _decoded(body: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise PolicyError("CSV 的编码读不懂。", code="import.file", hint="请另存为 UTF-8 的 CSV。")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _heading(rows: Sequence[Row]) -> tuple[int, dict[str, int]]:
    """Row and columns of the heading; no columns where there is none in the first ten rows."""
    for number, row in enumerate(rows[:10]):
        found: dict[str, int] = {}
        for column, cell in enumerate(row):
            plain = re.sub(r"[（(].*?[)）]|\*|\s", "", cell).lower()
            for key, names in _COLUMNS.items():
                if plain in {name.replace(" ", "") for name in names}:
                    found.setdefault(key, column)
        if "name" in found and "wording" in found:
            return number, found
    return 0, {}


class _Sheet:
    """One table being read."""

    def __init__(self, name: str, heading: Row, columns: dict[str, int]) -> None:
        self._name = name
        self._heading = heading
        self._columns = columns
        self._taken: set[str] = set()
        self._gaps: list[Gap] = []
        self._rules: list[Rule] = []
        self._items: list[Item] = []

    def read(self, rows: Sequence[Row], *, first: int) -> Imported:
        known = set(self._columns.values())
        for column, title in enumerate(self._heading):
            if column not in known and any(column < len(row) and row[column] for row in rows):
                self._miss(first - 1, title or f"第 {column + 1} 列", "不认识这一列，没有导入")
        for number, row in enumerate(rows[:_LONGEST_ROW], start=first):
            if any(row):
                self._row(number, row)
        if len(rows) > _LONGEST_ROW:
            self._miss(first + _LONGEST_ROW, "", f"后面还有 {len(rows) - _LONGEST_ROW} 行，没有导入")
        return Imported(rules=tuple(self._rules), items=tuple(self._items), gaps=tuple(self._gaps))

    def _row(self, number: int, row: Row) -> None:
        title = self._cell(row, "name")
        words = [word.strip() for word in _SPLIT.split(self._cell(row, "wording")) if word.strip()]
        heard = [word for word in words if any(character.isalnum() for character in word)]
        for word in words:
            if word not in heard:
                self._miss(number, "话术", f"“{word}”里没有可听的字，没有导入")
        if not title or not heard:
            self._miss(
                number,
                "",
                f"“{title or '（没有名称）'}”没有写话术，没有导入" if title else "没有写名称，没有导入",
            )
            return
        severity, fatal = self._severity(number, self._cell(row, "severity"))
        must = self._must(number, self._cell(row, "kind"))
        customer = self._cell(row, "party").lower() in _CUSTOMER
        given = self._cell(row, "id")
        rule_id = (
            identifier(given, taken=self._taken, fallback="item")
            if given
            else identifier(f"item_{number}", taken=self._taken, fallback="item")
        )
        if given and rule_id not in (given, f"item_{given.lower()}"):
            self._gaps.append(
                Gap(path=f"第 {number} 行 编号", kind="approximate", what=f"“{given}”改用编号 {rule_id}")
            )
        phrase = {
            "op": "phrase",
            "party": Party.customer if customer else Party.agent,
            "words": list(dict.fromkeys(heard)),
        }
        try:
            rule = Rule.model_validate(
                {
                    "id": rule_id,
                    "title": title,
                    "kind": "required" if must else "forbidden",
                    "severity": severity,
                    "source": self._cell(row, "source"),
                    ("met" if must else "broken"): phrase,
                    "examples": {name: self._examples(row, name) for name in ("broken", "fine")},
                }
            )
            item = self._item(number, row, rule, fatal=fatal)
        except ValidationError as error:
            self._miss(number, "", f"“{title}”没有导入：{told(error)}")
            return
        self._rules.append(rule)
        if item is not None:
            self._items.append(item)

    def _item(self, number: int, row: Row, rule: Rule, *, fatal: bool) -> Item | None:
        text = self._cell(row, "deduction")
        found = re.search(r"\d+(?:\.\d+)?", text)
        points = float(found[0]) if found else 0.0
        each = "每次" in text or "/次" in text
        if fatal:
            return Item(
                id=rule.id,
                title=rule.title,
                mode=Mode.deduct,
                fatal=Veto.card,
                points=points,
                check=_kept(rule),
            )
        if not points:
            self._miss(number, "扣分", f"“{rule.title}”没有写分值，没有进评分表")
            return None
        if each:
            self._gaps.append(
                Gap(
                    path=f"第 {number} 行 扣分",
                    kind="approximate",
                    what=f"“{text}”没有写封顶，按最多 {points * 3:g} 分",
                )
            )
        return Item(
            id=rule.id,
            title=rule.title,
            mode=Mode.deduct,
            points=points * 3 if each else points,
            per_hit=points if each else None,
            check=_kept(rule),
        )

    def _severity(self, number: int, text: str) -> tuple[Severity, bool]:
        plain = text.lower()
        for severity, names in _SEVERITIES.items():
            if any(name in plain if len(name) > 1 else name == plain for name in names):
                return severity, severity is Severity.fatal
        if text:
            self._miss(number, "严重程度", f"不认识“{text}”，按“一般”导入", approximate=True)
        return Severity.moderate, False

    def _must(self, number: int, text: str) -> bool:
        plain = text.lower()
        if any(word in plain for word in _MUST_NOT) or not text:
            return False
        if any(word in plain for word in _MUST):
            return True
        self._miss(number, "类型", f"看不出“{text}”是必说还是禁语，按禁语导入", approximate=True)
        return False

    def _examples(self, row: Row, name: str) -> list[str]:
        return [text.strip() for text in re.split(r"[\n；;]", self._cell(row, name)) if text.strip()]

    def _cell(self, row: Row, key: str) -> str:
        column = self._columns.get(key)
        return row[column].strip() if column is not None and column < len(row) else ""

    def _miss(self, number: int, column: str, what: str, *, approximate: bool = False) -> None:
        path = f"{self._name} 第 {number} 行" + (f" {column}" if column else "")
        self._gaps.append(
            Gap.model_validate(
                {"path": path, "kind": "approximate" if approximate else "left_out", "what": what}
            )
        )


def _kept(rule: Rule) -> Any:
    return {"rule": [rule.id]}
