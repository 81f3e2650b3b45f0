from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def recordings(tmp_path: Path) -> Callable[..., Path]:
    """A folder of files that only intake looks at: their content is their name."""

    def make(*names: str, folder: str = "recordings") -> Path:
        root = tmp_path / folder
        root.mkdir(exist_ok=True)
        for name in names:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(name.encode())
        return root

    return make
