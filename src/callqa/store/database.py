"""Open a database, and say in plain words what it refuses."""

import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from callqa.domain import StoreError

_guard = threading.Lock()
_readers: "WeakKeyDictionary[Engine, Engine]" = WeakKeyDictionary()

Database = Engine
"""An open database, for those who only pass it on."""

BUSY_TIMEOUT = 15.0
"""Seconds SQLite waits for another process's write to end before it gives up; ``?timeout=…`` in the URL overrides."""

_POOL: dict[str, Any] = {"pool_size": 20, "max_overflow": 30, "pool_use_lifo": True}
"""Connections kept, and more for a moment: as many as threads of a server that ask at once."""

_IDLE = 2.0
"""Seconds after which a connection in the pool may have been cut by the server or the network."""
_SYNCED = "callqa synchronous"
_SINCE = "callqa idle since"

_CACHE_KIB = 16_384
"""Pages that a SQLite connection keeps for itself; its own 2 MiB hold not even the index of a large centre."""
_MAPPED = 2**31 - 2**16
"""Bytes of the SQLite file read without copying, shared by all connections; the most that SQLite allows."""


def open_database(url: str, *, busy_timeout: float = BUSY_TIMEOUT) -> Engine:
    """An engine for this URL; nothing is created but SQLite's folder.

    SQLite runs in WAL mode, so that reading never waits for the run that writes, and every commit reaches the disk
    before it is reported (``synchronous=FULL``, or `sync_log` after it), so that neither ``kill -9`` nor a power cut
    loses a call that was reported as finished.

    Raises:
        StoreError: ``store.open`` where the folder cannot be made, ``store.driver`` where the driver is missing.
    """
    try:
        if not url.startswith("sqlite"):
            # compiling a plan takes longer than any question asked here
            plain = {} if "options" in make_url(url).query else {"options": "-c jit=off"}
            engine = create_engine(url, connect_args=plain, **_POOL, json_serializer=_compact)
            event.listen(engine, "checkin", _given_back)
            event.listen(engine, "checkout", _taken)
            return engine
        given = "timeout" in make_url(url).query
        engine = create_engine(
            url,
            connect_args={} if given else {"timeout": busy_timeout},
            json_serializer=_compact,
            **({} if make_url(url).database in {None, "", ":memory:"} else _POOL),
        )
    except ImportError as missing:
        raise StoreError(
            f"没有安装这个数据库的驱动：{missing.name}。",
            code="store.driver",
            hint=f"请执行 pip install {missing.name}。",
        ) from missing
    except SQLAlchemyError as wrong:
        raise StoreError(
            f"看不懂数据库地址 {url!r}。",
            code="store.url",
            hint="写法如 sqlite:///callqa-data/callqa.sqlite3 或 postgresql+psycopg://用户@主机/库名。",
        ) from wrong
    if engine.url.database:
        try:
            Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as refused:
            raise StoreError(
                f"不能建立数据文件夹 {Path(engine.url.database).parent}：{refused.strerror}。",
                code="store.open",
                hint="请换一个可写的文件夹（设置 CALLQA_DATA）。",
            ) from refused
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def reading(engine: Engine) -> Engine:
    """The same database for those who ask a few short questions and change nothing.

    On PostgreSQL these are connections of their own, which the server keeps from writing and which begin and end no
    transaction: under READ COMMITTED every question sees its own moment anyway, and beginning and ending cost as much
    as two more questions. SQLite has the one kind.
    """
    if engine.dialect.name != "postgresql":
        return engine
    with _guard:
        if engine not in _readers:
            options = str(make_url(engine.url).query.get("options", "-c jit=off"))
            reader = create_engine(
                engine.url.difference_update_query(["options"]),
                connect_args={"options": f"{options} -c default_transaction_read_only=on"},
                isolation_level="AUTOCOMMIT",
                json_serializer=_compact,
                **_POOL,
            )
            event.listen(reader, "checkin", _given_back)
            event.listen(reader, "checkout", _taken)
            event.listen(engine, "engine_disposed", lambda _: reader.dispose())
            _readers[engine] = reader
        return _readers[engine]


def _given_back(_connection: Any, entry: ConnectionPoolEntry) -> None:
    entry.info[_SINCE] = monotonic()


def _taken(connection: Any, entry: ConnectionPoolEntry, _lent: PoolProxiedConnection) -> None:
    # whether the server is still there is asked only of connections that lay idle: asking costs as much as a question
    since = entry.info.get(_SINCE)
    if since is not None and monotonic() - since > _IDLE:
        try:
            connection.execute("")
            connection.rollback()
        except Exception as gone:
            raise DisconnectionError from gone


def _compact(value: object) -> str:
    # escaped, every Chinese character takes twice its bytes
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    # sqlite3 begins transactions by itself and too late; with isolation_level None the "begin" event below does
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
    connection.execute(f"PRAGMA mmap_size={_MAPPED}")


def _begin(connection: Connection) -> None:
    # a writer takes the lock at once: a lock wanted only halfway fails without waiting for the busy timeout
    given = connection.get_execution_options()
    writes = given.get("writes", False)
    wanted = "NORMAL" if given.get("synced_after") else "FULL"
    if writes and connection.info.get(_SYNCED, "FULL") != wanted:
        connection.exec_driver_sql(f"PRAGMA synchronous={wanted}")
        connection.info[_SYNCED] = wanted
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


_SAYINGS: tuple[tuple[tuple[str, ...], str, str, str], ...] = (
    (
        ("database is locked", "database table is locked", "lock timeout", "deadlock"),
        "store.locked",
        "数据库正被另一个程序占用。",
        "请等它结束，或关掉它，再执行同一条命令；已完成的通话不会重做。",
    ),
    (
        ("database or disk is full", "no space left", "could not extend file"),
        "store.full",
        "磁盘已满，结果写不进数据库。",
        "请腾出空间，再执行同一条命令；已完成的通话不会重做。",
    ),
    (
        ("readonly database", "read-only transaction"),
        "store.readonly",
        "数据库是只读的。",
        "请检查数据文件夹的写权限。",
    ),
    (
        ("unable to open database file",),
        "store.open",
        "打不开数据库文件。",
        "请检查数据文件夹是否存在、可写（设置 CALLQA_DATA 可以换地方）。",
    ),
    (
        (
            "disk image is malformed",
            "malformed database schema",
            "file is not a database",
            "file is encrypted",
        ),
        "store.damaged",
        "数据库文件已损坏，或根本不是数据库。",
        "请用 callqa db backup 做过的备份替换它，再执行 callqa db check。",
    ),
    (
        (
            "connection refused",
            "could not connect",
            "connection failed",
            "server closed",
            "could not translate",
        ),
        "store.unreachable",
        "连不上数据库服务器。",
        "请检查数据库地址和网络。",
    ),
    (
        ("disk i/o error",),
        "store.io",
        "写数据库时磁盘出错（空间、配额或硬件）。",
        "请检查磁盘，再执行同一条命令；已完成的通话不会重做。",
    ),
    (
        ("no such table", "no such column", "does not exist"),
        "store.version",
        "数据库的表和这个程序的版本不一致。",
        "请执行 callqa db upgrade。",
    ),
)


def explain(error: Exception) -> StoreError:
    """A driver's refusal as a `StoreError` with its next step."""
    text = str(error.orig if isinstance(error, DBAPIError) and error.orig else error).strip()
    lower = text.lower()
    for signs, code, message, hint in _SAYINGS:
        if any(sign in lower for sign in signs):
            return StoreError(message, code=code, hint=hint)
    first_line = text.splitlines()[0] if text else type(error).__name__
    return StoreError(
        f"数据库拒绝了：{first_line}。", code="store.refused", hint="请执行 callqa db check 看看。"
    )


@contextmanager
def explained() -> Iterator[None]:
    """Turn every database error inside into a `StoreError`."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise explain(error) from error


def options(*, writes: bool, synced_after: bool = False) -> dict[str, Any]:
    """Execution options of a connection.

    Args:
        writes: It will write.
        synced_after: Whoever commits calls `sync_log` afterwards, before telling anybody that it is stored.
    """
    return {"writes": writes, "synced_after": synced_after}


def can_sync_log(engine: Engine) -> bool:
    """True for a SQLite file whose log lies beside it under a known name."""
    file = engine.url.database
    return engine.dialect.name == "sqlite" and bool(file) and not str(file).startswith((":", "file:"))


def sync_log(engine: Engine) -> None:
    """Wait until everything committed to a SQLite file is on the disk.

    Committed changes lie in the log beside the file until they are copied into it, which SQLite syncs by itself.

    Raises:
        StoreError: ``store.io`` where the disk refuses.
    """
    if not can_sync_log(engine):
        return
    try:
        handle = os.open(f"{engine.url.database}-wal", os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        os.fdatasync(handle)
    except OSError as refused:
        raise explain(sqlite3.OperationalError("disk i/o error")) from refused
    finally:
        os.close(handle)
