"""The organisation as two tables people keep in Excel: units, and people with their posts. All faults are told at once."""

import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from callqa.api.problems import Fault
from callqa.domain import IntakeError, Person, Post, Role, Unit, UnitKind
from callqa.intake.table import read_table

_UNPACKED = 200_000_000
"""Bytes a workbook may unpack to."""
_MOST_FAULTS = 200
_KINDS = {"公司": UnitKind.company, "部门": UnitKind.department, "队": UnitKind.team, "组": UnitKind.group}
ROLE_TITLES = {
    Role.general_manager: "总经理",
    Role.director: "主管",
    Role.captain: "队长",
    Role.leader: "小组长",
    Role.trainer: "培训师",
    Role.inspector: "质检员",
    Role.agent: "坐席",
    Role.administrator: "管理员",
}
"""What people call a post."""
_ROLES = {**{title: role for role, title in ROLE_TITLES.items()}, "组长": Role.leader}
_YES = frozenset({"是", "有", "1", "true", "yes", "y", "√"})
_UNITS = {
    "id": ("编号", "单位编号", "id"),
    "title": ("名称", "单位", "title", "name"),
    "kind": ("层级", "类型", "kind"),
    "parent": ("上级", "上级编号", "parent"),
    "valid_from": ("起", "开始", "起始日期", "valid_from"),
    "valid_to": ("止", "结束", "结束日期", "valid_to"),
}
_PEOPLE = {
    "id": ("工号", "编号", "id"),
    "name": ("姓名", "name"),
    "login": ("登录名", "login"),
    "role": ("角色", "岗位", "role"),
    "unit": ("单位", "单位编号", "unit"),
    "valid_from": _UNITS["valid_from"],
    "valid_to": _UNITS["valid_to"],
    "languages": ("语言", "languages"),
    "minutes_a_day": ("每日分钟", "minutes_a_day"),
    "raw": ("原文", "看原文", "raw"),
}
_NEEDED = {"units": ("id", "title", "kind"), "people": ("id", "name", "role", "unit")}

Cells = dict[str, str]


@dataclass
class Sheets:
    """What both tables say.

    Attributes:
        units: In order.
        people: One per id.
        posts: One per row.
        faults: Everything that is wrong; the rest is of no use while there are any.
    """

    units: list[Unit] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)
    posts: list[Post] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_sheets(units: Path, people: Path) -> Sheets:
    """Read both tables (CSV, TSV, XLSX; UTF-8 or GB18030).

    Raises:
        IntakeError: A file cannot be read at all.
    """
    found = Sheets()
    lines: dict[str, int] = {}
    for line, cells in _rows(units, "units", _UNITS, found):
        unit = _made(found, f"单位表第 {line} 行", lambda: _unit(cells))  # noqa: B023
        if unit is None:
            continue
        if unit.id in lines:
            _tell(found, f"单位表第 {line} 行", f"编号 {unit.id} 在第 {lines[unit.id]} 行已经用过")
            continue
        lines[unit.id] = line
        found.units.append(unit)
    _check_tree(found, lines)
    for line, cells in _rows(people, "people", _PEOPLE, found):
        _person_row(found, line, cells, known=lines)
    _check_logins(found)
    return found


def _rows(
    file: Path, name: str, columns: Mapping[str, tuple[str, ...]], found: Sheets
) -> list[tuple[int, Cells]]:
    title = {"units": "单位表", "people": "人员表"}[name]
    _refuse_bomb(file, title)
    table = read_table(file)
    places: dict[str, int] = {}
    for place, heading in enumerate(table.header):
        plain = heading.strip().lower()
        for column, names in columns.items():
            if plain in names and column not in places:
                places[column] = place
    missing = [columns[one][0] for one in _NEEDED[name] if one not in places]
    if missing:
        _tell(found, f"{title}表头", f"缺少列：{'、'.join(missing)}")
        return []
    rows = []
    for row in table.rows:
        if row.fault:
            _tell(found, f"{title}第 {row.line} 行", row.fault)
        else:
            rows.append((row.line, {column: row.cells[place] for column, place in places.items()}))
    return rows


def _refuse_bomb(file: Path, title: str) -> None:
    if not zipfile.is_zipfile(file):
        return
    with zipfile.ZipFile(file) as packed:
        if sum(one.file_size for one in packed.infolist()) > _UNPACKED:
            raise IntakeError(
                f"{title}解开后太大。", code="intake.manifest_unreadable", hint="请另存为 CSV 再导入。"
            )


def _unit(cells: Cells) -> dict[str, Any] | Unit:
    kind = cells["kind"]
    return Unit.model_validate(
        {
            "id": cells["id"],
            "title": cells["title"],
            "kind": _KINDS.get(kind, kind),
            "parent": cells.get("parent") or None,
            **_days(cells),
        }
    )


def _person_row(found: Sheets, line: int, cells: Cells, *, known: Mapping[str, int]) -> None:
    where = f"人员表第 {line} 行"
    person = _made(found, where, lambda: _person(cells))
    post = _made(found, where, lambda: _post(cells))
    if person is None or post is None:
        return
    if post.unit not in known:
        _tell(found, where, f"单位 {_short(post.unit)} 不在单位表里")
        return
    before = found.people.get(person.id)
    if before is not None and before != person:
        _tell(found, where, f"工号 {person.id} 的姓名、登录名等和前面一行不同")
        return
    found.people[person.id] = person
    if post not in found.posts:
        found.posts.append(post)


def _person(cells: Cells) -> Person:
    languages = tuple(one for one in re.split(r"[、,，/;\s]+", cells.get("languages", "")) if one)
    return Person.model_validate(
        {
            "id": cells["id"],
            "name": cells["name"],
            "login": cells.get("login") or None,
            "raw": cells.get("raw", "").lower() in _YES,
            **({"languages": languages} if languages else {}),
            **({"minutes_a_day": cells["minutes_a_day"]} if cells.get("minutes_a_day") else {}),
        }
    )


def _post(cells: Cells) -> Post:
    role = cells["role"]
    return Post.model_validate(
        {"person": cells["id"], "unit": cells["unit"], "role": _ROLES.get(role, role), **_days(cells)}
    )


def _days(cells: Cells) -> dict[str, date | str]:
    days: dict[str, date | str] = {}
    for name in ("valid_from", "valid_to"):
        text = cells.get(name, "").strip()
        if text:
            plain = re.sub(r"[T ].*$", "", text)
            parts = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", plain)
            days[name] = f"{parts[1]}-{int(parts[2]):02}-{int(parts[3]):02}" if parts else text
    return days


_TITLES = {
    **{name: names[0] for name, names in _PEOPLE.items()},
    **{name: names[0] for name, names in _UNITS.items()},
}
_WORDS = {
    "string_too_long": "太长（最多 {max_length} 个字）",
    "string_too_short": "没有填",
    "string_pattern_mismatch": "不能有空格、斜杠",
    "enum": "不认识“{input}”",
    "date_from_datetime_parsing": "不是日期",
    "date_parsing": "不是日期，请写成 2026-11-20",
    "int_parsing": "不是整数",
    "less_than_equal": "太大（最多 {le}）",
    "greater_than_equal": "太小（至少 {ge}）",
}


def _made(found: Sheets, where: str, make: Callable[[], Any]) -> Any:
    try:
        return make()
    except ValidationError as error:
        for one in error.errors():
            name = _TITLES.get(str(one["loc"][0]), str(one["loc"][0])) if one["loc"] else ""
            values = {**one.get("ctx", {}), "input": _short(str(one["input"]))}
            said = _WORDS.get(one["type"])
            _tell(
                found,
                f"{where} {name}".strip(),
                said.format_map(values) if said else "起止日期颠倒或内容有误",
            )
        return None


def _check_tree(found: Sheets, lines: Mapping[str, int]) -> None:
    parents = {unit.id: unit.parent for unit in found.units}
    for unit in found.units:
        where = f"单位表第 {lines[unit.id]} 行 上级"
        if unit.parent is not None and unit.parent not in parents:
            _tell(found, where, f"上级 {_short(unit.parent)} 不在单位表里")
        elif unit.parent is None and unit.kind is not UnitKind.company:
            _tell(found, where, "只有公司可以没有上级")
        elif _goes_round(unit.id, parents):
            _tell(found, where, "上级绕成了圈")


def _goes_round(unit: str, parents: Mapping[str, str | None]) -> bool:
    seen: set[str] = set()
    above: str | None = unit
    while above is not None:
        if above in seen:
            return True
        seen.add(above)
        above = parents.get(above)
    return False


def _check_logins(found: Sheets) -> None:
    taken: dict[str, str] = {}
    for person in found.people.values():
        if person.login is None:
            continue
        other = taken.setdefault(person.login.casefold(), person.id)
        if other != person.id:
            _tell(found, "人员表 登录名", f"登录名 {_short(person.login)} 给了 {other} 和 {person.id} 两个人")


def _tell(found: Sheets, where: str, message: str) -> None:
    if len(found.faults) < _MOST_FAULTS:
        found.faults.append(Fault(where=where, message=message))


def _short(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:30]}…"
