"""Every store test runs on tables made directly and on tables made by migrations, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from callqa.store import open_database, upgrade
from callqa.store.tables import Table
from tests.databases import copied


def made_directly(url: str) -> None:
    engine = open_database(url)
    with engine.connect().execution_options(writes=True) as connection:
        Table.metadata.create_all(connection)
        connection.commit()
    engine.dispose()


def migrated(url: str) -> None:
    engine = open_database(url)
    upgrade(engine)
    engine.dispose()


@pytest.fixture(params=["sqlite-tables", "sqlite-migrations", "postgresql-tables", "postgresql-migrations"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    where, _, how = request.param.partition("-")
    fill = made_directly if how == "tables" else migrated
    with copied(request, where, tmp_path, fill) as url:
        engine = open_database(url, busy_timeout=0.3) if where == "sqlite" else open_database(url)
        yield engine
        engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    return str(request.getfixturevalue("postgresql"))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A database made ready, once on SQLite and once on PostgreSQL."""
    engine = open_database(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'callqa.sqlite3'}"
