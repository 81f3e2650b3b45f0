"""A skops file of plain values, read without skops: its reader imports all of scikit-learn, a second for nothing.

The file stays what ``skops.io.dump`` writes, and ``skops.io.load`` opens it. Here only dictionaries, lists, strings,
numbers and arrays of numbers are known; a node of any other kind is refused before anything is made of it. Nothing
is imported by a name in the file, and no array may hold objects, so nothing in a file can run.
"""

import json
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import numpy as np

_SCHEMA = "schema.json"
_PLAIN = {
    ("DictNode", "builtins", "dict"),
    ("ListNode", "builtins", "list"),
    ("JsonNode", "builtins", "str"),
    ("NdArrayNode", "numpy", "ndarray"),
    ("TypeNode", "builtins", "str"),
}
"""Loader, module and class of every kind of node that is known; the last one only names the type of a key."""


def foreign_types(path: Path) -> list[str]:
    """Types and functions in the file that are none of the plain ones.

    Raises:
        zipfile.BadZipFile, KeyError, ValueError, OSError: No skops file.
    """
    with ZipFile(path) as file:
        schema = json.loads(file.read(_SCHEMA))
    return sorted(set(_foreign(schema)))


def read_plain(path: Path) -> object:
    """The value in the file.

    Raises:
        TypeError: A node that is none of the plain ones.
        zipfile.BadZipFile, KeyError, ValueError, OSError: No skops file, or a damaged one.
    """
    with ZipFile(path) as file:
        return _value(json.loads(file.read(_SCHEMA)), file)


def _value(node: object, file: ZipFile) -> object:
    if not isinstance(node, dict) or _kind(node) not in _PLAIN:
        raise TypeError("node of a skops file")
    match node["__loader__"]:
        case "JsonNode":
            return json.loads(node["content"])
        case "ListNode":
            return [_value(one, file) for one in node["content"]]
        case "DictNode":
            if any(_kind(one) != ("TypeNode", "builtins", "str") for one in node["key_types"]["content"]):
                raise TypeError("key of a skops file")
            return {name: _value(one, file) for name, one in node["content"].items()}
        case "NdArrayNode" if node["type"] == "numpy":
            return np.load(BytesIO(file.read(node["file"])), allow_pickle=False)
        case _:
            raise TypeError("node of a skops file")


def _kind(node: Mapping[str, object]) -> tuple[object, object, object]:
    return node.get("__loader__"), node.get("__module__"), node.get("__class__")


def _foreign(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if "__loader__" in node and _kind(node) not in _PLAIN:
            yield f"{node.get('__module__')}.{node.get('__class__')}"
        for one in node.values():
            yield from _foreign(one)
    elif isinstance(node, list):
        for one in node:
            yield from _foreign(one)
