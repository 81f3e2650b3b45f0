"""What an import came to: rules and rubric items, what could not be mapped, and the policy folder made of it."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from callqa.domain import Noun, PolicyError
from callqa.policy.rubric import Item
from callqa.policy.rules import Rule

_HEADS = {
    "policy.yaml": "# 导入得来的方案封面；改好内容后再改版本号。",
    "script.yaml": "# 标准话术：导入的来源里没有，请按样例方案补写。",
    "rules.yaml": "# 导入得来的规则。被否定、转述、反问的话不算违禁语。没有例句的规则请补例句。",
    "rubric.yaml": "# 导入得来的评分表。",
}


class Gap(Noun):
    """Something of the source that is not, or not exactly, in the policy."""

    path: str
    """Where in the source: ``conditions[0].operators[1].param.threshold``, or ``第 3 行 扣分``."""
    kind: Literal["left_out", "approximate"]
    """Not in the policy at all, or mapped to something close."""
    what: str
    """Chinese sentence."""


class Imported(Noun):
    """Rules and items, and what is missing of them."""

    rules: tuple[Rule, ...]
    """In the source's order."""
    items: tuple[Item, ...]
    """One per rule that is scored."""
    gaps: tuple[Gap, ...]
    """In the source's order."""


def identifier(text: str, *, taken: set[str], fallback: str) -> str:
    """A stable id out of whatever the source calls it; the same source gives the same ids.

    Args:
        text: Id or number of the source.
        taken: Ids in use; the new one is added.
        fallback: Where nothing of the text can be kept.
    """
    plain = re.sub(r"[^a-z0-9]+", "_", text.strip().lower()).strip("_")[:48]
    if not plain or not plain[0].isalpha():
        plain = f"{fallback}_{plain}" if plain else fallback
    unique, number = plain, 2
    while unique in taken:
        unique, number = f"{plain}_{number}", number + 1
    taken.add(unique)
    return unique


def told(error: ValidationError) -> str:
    """The first fault of a model that a source does not fit."""
    first = error.errors(include_url=False)[0]
    return str(first.get("ctx", {}).get("error", first["msg"]))


def write_policy(
    imported: Imported, folder: Path, *, title: str, day: date, techniques: str, source: str
) -> None:
    """A whole policy folder: header, the rules, a rubric with one section, an empty script, the given techniques.

    Args:
        imported: From `read_sca` or `read_items`.
        folder: Must be missing or empty.
        title: Of the policy.
        day: First day of validity.
        techniques: Text of a ``techniques.yaml``.
        source: What it was imported from, for the comments.

    Raises:
        PolicyError: ``import.exists`` where something is there, ``import.empty`` where nothing could be mapped,
            ``import.write`` where the folder cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise PolicyError(
            f"{folder} 已经存在，而且不是空的。",
            code="import.exists",
            hint="请换一个文件夹；已有的方案不会被改动。",
        )
    if not imported.rules:
        raise PolicyError(
            f"{source} 里没有一条能导入的规则。", code="import.empty", hint="请看上面列出的原因。"
        )
    parts: dict[str, dict[str, Any]] = {
        "policy.yaml": {
            "id": "imported",
            "version": f"{day:%Y-%m}",
            "title": title,
            "valid_from": day.isoformat(),
        },
        "script.yaml": {"scripts": []},
        "rules.yaml": {"rules": [_plain(rule) for rule in imported.rules]},
        "rubric.yaml": {"sections": [_section(imported.items, imported.rules)], "grades": _GRADES},
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in parts.items():
            with (folder / name).open("w", encoding="utf-8") as file:
                file.write(f"{_HEADS[name]}\n# 来源：{source}\n\n")
                _yaml().dump(data, file)
        (folder / "techniques.yaml").write_text(techniques, encoding="utf-8")
    except OSError as refused:
        raise PolicyError(
            f"写不了 {folder}：{refused.strerror or refused}。",
            code="import.write",
            hint="请检查空间和权限。",
        ) from refused


_GRADES = [
    {"id": "excellent", "title": "优秀", "at_least": 90, "action": "表扬/树立榜样"},
    {"id": "pass", "title": "合格", "at_least": 75, "action": "合格"},
    {"id": "coach", "title": "待提高", "at_least": 60, "action": "辅导"},
    {"id": "retrain", "title": "不合格", "at_least": 0, "action": "再培训"},
    {"id": "sanction", "title": "触碰红线", "fatal": True, "action": "处分建议"},
]


def _section(items: Iterable[Item], rules: Iterable[Rule]) -> dict[str, Any]:
    """Scored items; where the source scores nothing, every rule for one point, since a rubric cannot be empty."""
    listed = [_plain(item) for item in items]
    if not listed:
        listed = [
            {"id": rule.id, "title": rule.title, "points": 1, "mode": "deduct", "check": {"rule": [rule.id]}}
            for rule in rules
        ]
    return {"id": "imported", "title": "导入的质检项", "items": listed}


def _yaml() -> YAML:
    yaml = YAML()
    yaml.width = 110
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _plain(model: Rule | Item) -> dict[str, Any]:
    """A model as people would have written it: without defaults, short forms where there are any."""
    data = model.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    shortened: dict[str, Any] = _short(data)
    return shortened


def _short(data: Any) -> Any:
    if isinstance(data, Mapping):
        if set(data) == {"text"}:
            return data["text"]
        if set(data) == {"amount", "unit"}:
            return _extent(float(data["amount"]), str(data["unit"]))
        return {key: _short(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_short(one) for one in data]
    if isinstance(data, float) and data.is_integer():
        return int(data)
    return LiteralScalarString(data) if isinstance(data, str) and "\n" in data else data


def _extent(amount: float, unit: str) -> str:
    return f"{amount:g}{ {'ms': 'ms', 'turns': '轮', 'percent': '%'}[unit] }"
