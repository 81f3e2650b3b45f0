"""The reader of plain skops files: what skops reads it reads, and nothing but plain values."""

import json
import subprocess
import sys
from collections import OrderedDict
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from skops.io import dump, load

from callqa.techniques import in_use
from callqa.techniques.persist import FILE
from callqa.techniques.plain import foreign_types, read_plain

from .conftest import ROOT

STATE = {
    "words": "您 300\n好 20\n🙂 1",
    "nested": {"list": [1.5, -2, "a", True, None, []], "empty": {}},
    "array": np.arange(6, dtype=np.float16).reshape(2, 3),
}


def test_it_reads_what_skops_reads(tmp_path: Path) -> None:
    dump(STATE, tmp_path / "state.skops")
    ours, theirs = read_plain(tmp_path / "state.skops"), load(tmp_path / "state.skops")
    assert isinstance(ours, dict)
    np.testing.assert_array_equal(ours.pop("array"), theirs.pop("array"))
    assert ours == theirs
    assert foreign_types(tmp_path / "state.skops") == []


def test_the_shipped_model_is_a_skops_file() -> None:
    path = in_use(ROOT / "models") / FILE
    ours, theirs = read_plain(path), load(path)
    assert isinstance(ours, dict)
    assert ours.keys() == theirs.keys()
    assert ours["words"] == theirs["words"]
    for part in ("agent", "customer", "first"):
        assert ours[part]["labels"] == theirs[part]["labels"]
        np.testing.assert_array_equal(ours[part]["weights"], theirs[part]["weights"])


@pytest.mark.parametrize(
    "value",
    [
        Path("x"),
        {"deep": [OrderedDict(a=1)]},
        {"function": np.sum},
        {"type": int},
        (1, 2),
        np.float64(1.0),
        {3: "a"},
    ],
)
def test_any_other_value_is_foreign(tmp_path: Path, value: object) -> None:
    dump(value, tmp_path / "state.skops")
    assert foreign_types(tmp_path / "state.skops")
    with pytest.raises(TypeError):
        read_plain(tmp_path / "state.skops")


def test_an_array_of_objects_is_not_made(tmp_path: Path) -> None:
    dump({"array": np.array([None, "a"], dtype=object)}, tmp_path / "objects.skops")
    with pytest.raises((TypeError, ValueError)):
        read_plain(tmp_path / "objects.skops")
    schema = {
        "__loader__": "NdArrayNode",
        "__module__": "numpy",
        "__class__": "ndarray",
        "type": "numpy",
        "file": "a.npy",
    }
    with ZipFile(tmp_path / "pickled.skops", "w") as file:
        file.writestr("schema.json", json.dumps(schema))
        with file.open("a.npy", "w") as array:
            np.save(array, np.array([Path("x")], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="allow_pickle"):
        read_plain(tmp_path / "pickled.skops")


def test_opening_a_model_imports_neither_skops_nor_scikit_learn() -> None:
    opened = (
        "import sys; from pathlib import Path; from callqa.techniques import load_model; "
        "load_model(Path(sys.argv[1])); print([name for name in ('skops', 'sklearn') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", opened, str(ROOT / "models")], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]", "they take a second to import, twice as long as everything else"
