"""An office per test: on both databases, or on SQLite alone where the database does not matter."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from callqa.api import passwords
from callqa.policy.techniques import Techniques
from callqa.techniques import TechniqueModel, load_model
from tests.api.office import Office, opened, scored, staffed, stored
from tests.databases import copied, sqlite_copy


def with_calls(url: str) -> None:
    """Everybody, and calls C1 (a1), C2 (a2), C3 (a3), C9 (a9)."""
    staffed(url)
    stored(
        url,
        scored("C1", agent="a1"),
        scored("C2", agent="a2", total=60.0),
        scored("C3", agent="a3"),
        scored("C9", agent="a9"),
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """With calls C1 (a1), C2 (a2), C3 (a3), C9 (a9), once on each database."""
    with copied(request, request.param, tmp_path, with_calls) as url, opened(url, tmp_path) as made:
        yield made


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Office]:
    """The same on SQLite alone."""
    with opened(sqlite_copy(tmp_path / "small.sqlite3", with_calls), tmp_path) as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def staffed_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database with the organisation and no calls, once on each kind."""
    with copied(request, request.param, tmp_path, staffed) as url:
        yield url


@cache
def _opened_once(folder: Path, *, techniques: Techniques | None = None) -> TechniqueModel:
    return load_model(folder, techniques=techniques)


@pytest.fixture(autouse=True)
def _one_technique_model(monkeypatch: pytest.MonkeyPatch) -> None:
    # opening it takes longer than scoring a call; every test of this room may share one
    monkeypatch.setattr("callqa.engine.tools.load_model", _opened_once)


_HARD = passwords._hasher, passwords._NOBODY
_QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing is slow on purpose; hundreds of signings-in prove no more by it than one, see `hard_passwords`."""
    monkeypatch.setattr(passwords, "_hasher", _QUICK)
    monkeypatch.setattr(passwords, "_NOBODY", _QUICK.hash("nobody"))


@pytest.fixture
def hard_passwords(quick_passwords: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in production."""
    for name, kept in zip(("_hasher", "_NOBODY"), _HARD, strict=True):
        monkeypatch.setattr(passwords, name, kept)
