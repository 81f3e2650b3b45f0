"""Every store test runs on tables made directly and on tables made by migrations; on PostgreSQL where a URL is given."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from callqa.store import open_database, upgrade
from callqa.store.tables import Table

POSTGRES = os.environ.get("CALLQA_TEST_POSTGRES_URL")
_DATABASES = ["sqlite-tables", "sqlite-migrations"]
if POSTGRES:
    _DATABASES += ["postgres-tables", "postgres-migrations"]


@pytest.fixture(params=_DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    where, _, how = request.param.partition("-")
    if where == "sqlite":
        engine = open_database(f"sqlite:///{tmp_path / 'callqa.sqlite3'}", busy_timeout=0.3)
    else:
        assert POSTGRES
        engine = open_database(POSTGRES)
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    if how == "tables":
        with engine.connect().execution_options(writes=True) as connection:
            Table.metadata.create_all(connection)
            connection.commit()
    else:
        upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'callqa.sqlite3'}"
