import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[2] / "samples" / "policy"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the samples' policy that a test may spoil."""
    copy = tmp_path / "policy"
    shutil.copytree(SAMPLE, copy)
    return copy


@pytest.fixture
def spoil(folder: Path) -> Callable[[str, str, str], int]:
    """Replace text in a file of the copy; gives the line where it stands."""

    def change(name: str, old: str, new: str) -> int:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    return change
