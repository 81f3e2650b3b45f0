"""Every store test runs on tables made directly and on tables made by migrations, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from callqa.store import open_database, upgrade
from callqa.store.tables import Table


@pytest.fixture(params=["sqlite-tables", "sqlite-migrations", "postgresql-tables", "postgresql-migrations"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    where, _, how = request.param.partition("-")
    if where == "sqlite":
        engine = open_database(f"sqlite:///{tmp_path / 'callqa.sqlite3'}", busy_timeout=0.3)
    else:
        engine = open_database(request.getfixturevalue("postgresql"))
    if how == "tables":
        with engine.connect().execution_options(writes=True) as connection:
            Table.metadata.create_all(connection)
            connection.commit()
    else:
        upgrade(engine)
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
