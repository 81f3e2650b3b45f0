"""Writers of a SQLite file take turns, between threads and between processes.

SQLite lets one write at a time and makes the others sleep and try again, longer each time: with twenty writers some
sleep a second while the file is free. Here they queue for a lock on a small file beside the database. It only orders
them: what keeps them apart is still SQLite, and whoever does not get a turn in time goes on and lets SQLite say so.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from time import monotonic, sleep
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

_PATIENCE = 10.0
"""Seconds."""
_PAUSE = 0.001
_turns: "WeakKeyDictionary[Engine, _Turns]" = WeakKeyDictionary()
_guard = threading.Lock()


class _Turns:
    def __init__(self, file: str) -> None:
        self._file = file
        self._threads = threading.Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        until = monotonic() + _PATIENCE
        if not self._threads.acquire(timeout=_PATIENCE):
            yield
            return
        try:
            with self._between_processes(until):
                yield
        finally:
            self._threads.release()

    @contextmanager
    def _between_processes(self, until: float) -> Iterator[None]:
        try:
            handle = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:  # a folder that cannot be written: SQLite will say so
            yield
            return
        try:
            while not _taken(handle) and monotonic() < until:
                sleep(_PAUSE)
            yield
        finally:
            os.close(handle)  # gives the lock back, as the end of the process does


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def writers_turn(engine: Engine) -> AbstractContextManager[None]:
    """A turn to write; at once where the database orders its writers itself, or lies in memory."""
    file = engine.url.database
    if engine.dialect.name != "sqlite" or not file or file.startswith((":", "file:")):
        return nullcontext()
    with _guard:
        turns = _turns.setdefault(engine, _Turns(f"{file}.turn"))
    return turns.turn()
