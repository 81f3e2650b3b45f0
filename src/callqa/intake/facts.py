"""One manifest row, or one file name, → facts of a call."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, TypeVar

from callqa.domain import CallFacts, Direction, Party
from callqa.intake.columns import Columns
from callqa.intake.file_name import name_facts
from callqa.intake.values import (
    customer_key,
    plain,
    read_amount,
    read_direction,
    read_flag,
    read_parties,
    read_party,
    read_time,
    storable,
    without_numbers,
)

T = TypeVar("T")

_LEVELS = ("center", "department", "team", "squad")
_PATH_MARK = re.compile(r"\s*[/>\\|→、]+\s*")
_NO_NUMBER = frozenset(("", "anonymous", "unknown", "匿名", "未知", "-"))

LONGEST_AGENT = 128
LONGEST_NAME = 200
"""Characters of an agent, and of a product, medium, region or queue: what the database has room for."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that could not be read; the call goes on without it."""

    code: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class FoundFacts:
    """What a row or a file name says.

    Attributes:
        id: Call id; empty where a row gives none.
        file: The file as written in the row.
        values: Fields of ``CallFacts`` but the id.
        faults: Cells that could not be read.
        number_dropped: True where a customer's number could not be kept for want of a key.
    """

    id: str
    file: str
    values: dict[str, Any]
    faults: tuple[Fault, ...]
    number_dropped: bool

    def facts(self, call_id: str) -> CallFacts:
        """The call's facts under this id."""
        return CallFacts(id=call_id, **self.values)


class _Cells:
    """A row's cells by meaning; keeps what could not be read."""

    def __init__(self, cells: Sequence[str], columns: Columns) -> None:
        self._cells = cells
        self._columns = columns
        self.faults: list[Fault] = []

    def text(self, meaning: str) -> str:
        number = self._columns.known.get(meaning)
        return plain(self._cells[number]) if number is not None else ""

    def kept(self, meaning: str, title: str, *, at_most: int = LONGEST_NAME) -> str | None:
        """A text field: no telephone numbers, None where empty or too long to be a name."""
        found = without_numbers(self.text(meaning))
        if len(found) > at_most:
            self._fault(
                "unreadable_value", f"{title}太长（{len(found)} 个字，最多 {at_most} 个），按未填处理。"
            )
            return None
        return found or None

    def read(self, meaning: str, title: str, reader: Callable[[str], T], otherwise: T) -> T:
        try:
            return reader(self.text(meaning))
        except ValueError:
            self._fault("unreadable_value", f"{title}读不懂：「{self.text(meaning)}」，按未填处理。")
            return otherwise

    def started_at(self, zone: tzinfo) -> datetime | None:
        day, clock = self.text("date"), self.text("started_at") or self.text("time")
        if not day and not clock:
            return None
        found = read_time(clock or day, zone=zone, day=day)
        if found is None:
            self._fault("unreadable_time", f"开始时间读不懂：「{f'{day} {clock}'.strip()}」，按未知处理。")
        return found

    def _fault(self, code: str, message: str) -> None:
        self.faults.append(Fault(code, message, "请改正清单里的这一格后重新运行。"))


def facts_of_row(cells: Sequence[str], columns: Columns, *, zone: tzinfo, key: bytes | None) -> FoundFacts:
    """Reads a row; cells that cannot be read become faults, never a guess."""
    row = _Cells(cells, columns)
    direction = row.read("direction", "呼叫方向", read_direction, Direction.unknown)
    parties = _parties(row)
    number = row.text("customer") or _other_side(row, direction)
    hashed = _hashed(number, key)
    values: dict[str, Any] = {
        "agent": row.kept("agent", "坐席", at_most=LONGEST_AGENT),
        "group": _group(row),
        "started_at": row.started_at(zone),
        "direction": direction,
        "product": row.kept("product", "产品"),
        "campaign": row.kept("campaign", "媒体"),
        "region": row.kept("region", "地区"),
        "queue": row.kept("queue", "队列"),
        "ordered": row.read("ordered", "是否成单", read_flag, None),
        "amount": row.read("amount", "金额", read_amount, None),
        "cross_sold": row.read("cross_sold", "是否搭销", read_flag, None),
        "signed_for": row.read("signed_for", "是否签收", read_flag, None),
        "customer_key": hashed,
        "fields": _further(cells, columns),
    }
    if parties:
        values["parties"] = parties
    return FoundFacts(
        id=without_numbers(row.text("id")),
        file=_written_file(cells, columns),
        values=values,
        faults=tuple(row.faults),
        number_dropped=bool(_number(number)) and hashed is None,
    )


def facts_of_name(path: Path, *, zone: tzinfo, key: bytes | None) -> FoundFacts:
    """Reads a file name (``file_name.PATTERNS``)."""
    found = name_facts(path)
    hashed = _hashed(found.customer, key)
    values: dict[str, Any] = {
        "agent": found.agent or None,
        "started_at": read_time(found.started_at, zone=zone) if found.started_at else None,
        "direction": read_direction(found.direction),
        "customer_key": hashed,
    }
    return FoundFacts(found.id, str(path), values, (), bool(_number(found.customer)) and hashed is None)


def _written_file(cells: Sequence[str], columns: Columns) -> str:
    """As written: a file's name may hold full-width forms."""
    number = columns.known.get("file")
    return cells[number].strip() if number is not None else ""


def _parties(row: _Cells) -> tuple[Party, ...]:
    left, right = row.text("left"), row.text("right")
    if left or right:
        side = "left" if left else "right"
        party = row.read(side, "声道", read_party, None)
        if party is None:
            return ()
        opposite = {Party.agent: Party.customer, Party.customer: Party.agent, Party.unknown: Party.unknown}[
            party
        ]
        both = row.read("right", "声道", read_party, None) if left and right else opposite
        return () if both is None else ((party, both) if left else (both, party))
    return row.read("parties", "声道布局", read_parties, ())


def _other_side(row: _Cells, direction: Direction) -> str:
    """The customer's number among caller and callee; unknown without a direction."""
    if direction is Direction.unknown:
        return ""
    return row.text("caller" if direction is Direction.inbound else "callee")


def _number(number: str) -> str:
    return "" if number.casefold() in _NO_NUMBER else number


def _hashed(number: str, key: bytes | None) -> str | None:
    return customer_key(number, key) if key and _number(number) else None


def _group(row: _Cells) -> tuple[str, ...]:
    """Separate level columns, top first; then a path column, unless the levels say the same."""
    levels = [name for level in _LEVELS if (name := row.text(level))]
    path = [name for name in _PATH_MARK.split(row.text("path")) if name]
    return tuple([*levels, *(name for name in path if name not in levels)] if levels else path)


def _further(cells: Sequence[str], columns: Columns) -> dict[str, str]:
    """Every column that means nothing to intake, as written, but without telephone numbers."""
    return {
        name: without_numbers(storable(cells[number]))
        for number, name in columns.others.items()
        if cells[number]
    }
