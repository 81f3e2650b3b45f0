"""An office per test: on both databases, or on SQLite alone where the database does not matter."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.office import Office, opened, scored


def _with_calls(office: Office) -> Office:
    office.score(
        scored("C1", agent="a1"),
        scored("C2", agent="a2", total=60.0),
        scored("C3", agent="a3"),
        scored("C9", agent="a9"),
    )
    return office


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    """With calls C1 (a1), C2 (a2), C3 (a3), C9 (a9), once on each database."""
    with opened(database_url, tmp_path) as made:
        yield _with_calls(made)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Office]:
    """The same on SQLite alone."""
    with opened(f"sqlite:///{tmp_path / 'small.sqlite3'}", tmp_path) as made:
        yield _with_calls(made)
