"""A YAML file as plain data that remembers the line of every key and value."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from callqa.policy.faults import Fault
from callqa.policy.rules.exemplars import read_exemplars

Step = str | int
Place = tuple[Step, ...]

_FILE = "!file"
_BOOL = {"true": True, "false": False}


class Document:
    """A parsed file.

    Attributes:
        name: File name as the user knows it.
        data: Plain dicts, lists and scalars; None where the file cannot be read.
        faults: Unreadable file, YAML syntax, duplicate keys, odd keys.
    """

    def __init__(self, name: str, text: str, *, folder: Path | None = None) -> None:
        self.name = name
        self._folder = folder
        self.data: Any = None
        self.faults: list[Fault] = []
        self._values: dict[Place, int] = {(): 1}
        self._keys: dict[Place, int] = {}
        self._open: set[int] = set()
        self._mappings: set[Place] = set()
        try:
            node = YAML(typ="rt", pure=True).compose(text)
        except MarkedYAMLError as error:
            unclosed = "end of stream" in str(error.problem)
            mark = (error.context_mark if unclosed else None) or error.problem_mark or error.context_mark
            self._fault(mark.line + 1 if mark else 1, (), f"YAML 写法有误：{_told(error)}")
        except YAMLError as error:
            self._fault(1, (), f"YAML 写法有误：{str(error).splitlines()[0]}")
        else:
            self.data = None if node is None else self._read(node, ())

    @classmethod
    def of(cls, path: Path, name: str) -> "Document":
        """Read a UTF-8 file (with or without BOM); what cannot be read becomes a fault."""
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            document = cls(name, "")
            document._fault(1, (), "文件不是 UTF-8 编码，请用编辑器另存为 UTF-8")
            return document
        except OSError as error:
            document = cls(name, "")
            document._fault(1, (), f"文件打不开（{error.strerror or error}）")
            return document
        return cls(name, text, folder=path.parent)

    def line(self, place: Place, *, key: bool = False) -> int:
        """Line of a value (or of its key); of the nearest thing around it where the place does not exist."""
        if key and place in self._keys:
            return self._keys[place]
        while place not in self._values:
            place = place[:-1]
        return self._keys.get(place, self._values[place])

    def has(self, place: Place) -> bool:
        """True where the file has a value there."""
        return place in self._values

    def keys(self, place: Place) -> set[str]:
        """Keys of the mapping at a place."""
        return {str(key[-1]) for key in self._keys if key[:-1] == place}

    def is_mapping(self, place: Place) -> bool:
        """True where the file has ``key: value`` pairs there."""
        return place in self._mappings

    def fault(self, place: Place, message: str, *, key: bool = False) -> Fault:
        """A fault at a place of this file."""
        return Fault(file=self.name, line=self.line(place, key=key), path=written(place), message=message)

    def _fault(self, line: int, place: Place, message: str) -> None:
        self.faults.append(Fault(file=self.name, line=line, path=written(place), message=message))

    def _read(self, node: Node, place: Place) -> Any:
        self._values[place] = node.start_mark.line + 1
        if isinstance(node, ScalarNode):
            return self._file(str(node.value), place) if str(node.tag) == _FILE else _scalar(node)
        if id(node) in self._open:
            self._fault(node.start_mark.line + 1, place, "这一段引用了它自己")
            return None
        self._open.add(id(node))
        try:
            if isinstance(node, SequenceNode):
                return [self._read(child, (*place, index)) for index, child in enumerate(node.value)]
            return self._mapping(node, place) if isinstance(node, MappingNode) else None
        finally:
            self._open.discard(id(node))

    def _file(self, written_name: str, place: Place) -> Any:
        """What another file holds: ``!file x.txt`` examples, ``!file x.yaml`` plain data without further files."""
        if self._folder is None:
            self._fault(self._values[place], place, "这里不能用 !file")
            return None
        path = self._folder / written_name
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            told = error.strerror if isinstance(error, OSError) else "不是 UTF-8 编码"
            self._fault(self._values[place], place, f"!file 指的文件“{written_name}”打不开（{told}）")
            return None
        if path.suffix in (".yaml", ".yml"):
            other = Document(str(path), text)
            self.faults.extend(other.faults)
            return other.data
        data, faults = read_exemplars(text)
        self.faults.extend(Fault(file=str(path), line=n, path="", message=told) for n, told in faults)
        return data

    def _mapping(self, node: MappingNode, place: Place) -> dict[str, Any]:
        data: dict[str, Any] = {}
        self._mappings.add(place)
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                self._fault(line, place, "这里的键只能是文字")
                continue
            key = str(key_node.value)
            here = (*place, key)
            if key in data:
                self._fault(line, here, f"“{key}”写了两遍（第一遍在第 {self._keys[here]} 行）")
                continue
            self._keys[here] = line
            data[key] = self._read(value_node, here)
        return data


def written(place: Place) -> str:
    """A key path as people write it: ``sections[0].items``."""
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _scalar(node: ScalarNode) -> Any:  # noqa: PLR0911
    """A scalar by its YAML 1.2 tag; what does not convert stays text and fails where it is checked."""
    text, tag = str(node.value), str(node.tag).rsplit(":", 1)[-1]
    try:
        if tag == "int":
            return (
                int(text.replace("_", ""), 0) if not text.lstrip("+-").startswith("0") else _plain_int(text)
            )
        if tag == "float":
            return float(text.replace("_", ""))
        if tag == "timestamp":
            return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        return text
    if tag == "bool":
        return _BOOL[text.lower()]
    if tag == "null":
        return None
    return text


def _plain_int(text: str) -> int | str:
    """``0`` is a number; ``007`` and ``0531…`` are meant as written."""
    return 0 if text.strip("+-") == "0" else text


def _told(error: MarkedYAMLError) -> str:
    """The parser's complaint, with the commonest ones in Chinese."""
    problem = (error.problem or "").strip()
    for english, chinese in _COMPLAINTS.items():
        if english in problem:
            return f"{chinese}（{problem}）"
    return problem or "无法解析"


_COMPLAINTS = {
    "mapping values are not allowed": "冒号后面要有空格，且一行只写一个“键: 值”；文字里有冒号请加引号",
    "could not find expected ':'": "缺少冒号，或者引号、缩进没有对上",
    "expected <block end>": "缩进没有对齐",
    "cannot start any token": "用了制表符缩进或特殊符号，请改用空格或给文字加引号",
    "while scanning a quoted": "引号没有成对",
    "unexpected end of stream": "引号或括号没有成对",
    "undefined alias": "引用了没有定义的别名（* 开头的文字请加引号）",
    "expected ',' or": "方括号或花括号里的项要用英文逗号隔开",
}
