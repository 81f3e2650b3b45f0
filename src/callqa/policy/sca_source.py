"""Foreign JSON read with a conscience: keys in any spelling, and every key that nobody asked for is listed."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from callqa.policy.imported import Gap

_EMPTY: tuple[object, ...] = (None, "", [], {}, False)


def squeezed(key: str) -> str:
    """``keyword_match_size``, ``keywordMatchSize`` and ``KeywordMatchSize`` are one key."""
    return re.sub(r"[^0-9a-z\u4e00-\u9fff]", "", key.lower())


class Source:
    """A JSON object whose keys are remembered once they were read.

    Args:
        data: The object; anything else counts as an empty one.
        path: Where it stands in the file.
        gaps: Where what is missing is noted.
    """

    def __init__(self, data: object, path: str, gaps: list[Gap]) -> None:
        self.path = path
        self.gaps = gaps
        plain = data if isinstance(data, Mapping) else {}
        self._data = {squeezed(str(key)): value for key, value in plain.items()}
        self._names = {squeezed(str(key)): str(key) for key in plain}
        self._read: set[str] = set()

    def get(self, *names: str, default: Any = None) -> Any:
        """The first of these keys that is there."""
        value = default
        for name in reversed(names):
            key = squeezed(name)
            if key in self._data:
                self._read.add(key)
                value = self._data[key] if self._data[key] is not None else value
        return value

    def has(self, *names: str) -> bool:
        """True where one of the keys holds something."""
        return any(self._data.get(squeezed(name)) not in _EMPTY for name in names)

    def number(self, *names: str) -> float | None:
        """A number, also where it is written as text; None where it is none."""
        value = self.get(*names)
        if value is None or isinstance(value, bool):
            return None
        try:
            return float(value)
        except (TypeError, ValueError):
            self.miss(names[0], f"“{value}”不是数字")
            return None

    def flag(self, *names: str) -> bool | None:
        """A yes or no, also as 0/1 or text; None where the key is missing."""
        value = self.get(*names)
        if value is None or value == "":
            return None
        return str(value).strip().lower() in ("true", "1", "yes", "是")

    def texts(self, *names: str) -> list[str]:
        """A list of texts: a JSON list, one key deeper (``{"keyword": [...]}``), or one text parted by commas."""
        value = self.get(*names)
        if isinstance(value, Mapping):
            inner = [one for one in value.values() if isinstance(one, list)]
            value = inner[0] if inner else []
        if isinstance(value, str):
            value = re.split(r"[,，;；|\n]", value)
        listed = value if isinstance(value, list) else []
        return [str(one).strip() for one in listed if str(one).strip()]

    def child(self, *names: str) -> "Source":
        """An object below."""
        return Source(self.get(*names, default={}), self._below(*names), self.gaps)

    def children(self, *names: str) -> Iterator["Source"]:
        """Objects of a list below; a map's values count as a list, and one level of wrapping is looked through."""
        value = self.get(*names, default=[])
        if isinstance(value, Mapping):
            lists = [one for one in value.values() if isinstance(one, list)]
            value = lists[0] if len(value) == 1 and lists else list(value.values())
        for number, one in enumerate(value if isinstance(value, list) else []):
            yield Source(one, f"{self._below(*names)}[{number}]", self.gaps)

    def miss(self, name: str, what: str, *, approximate: bool = False) -> None:
        """Note what is not, or not exactly, in the policy."""
        kind = "approximate" if approximate else "left_out"
        self.gaps.append(Gap.model_validate({"path": self._below(name), "kind": kind, "what": what}))

    def rest(self, what: str = "没有对应的设置，没有导入") -> None:
        """Note every key that holds something and was never read."""
        for key, value in self._data.items():
            if key not in self._read and value not in _EMPTY:
                shown = str(value) if len(str(value)) <= 40 else f"{str(value)[:40]}…"
                self.miss(self._names[key], f"{what}（写的是 {shown}）")

    def _below(self, *names: str) -> str:
        name = next((self._names[squeezed(n)] for n in names if squeezed(n) in self._names), names[0])
        return ".".join(part for part in (self.path, name) if part)
