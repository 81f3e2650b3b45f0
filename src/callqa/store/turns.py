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
_COURTESY = 0.01
"""Seconds that reading waits at most for a writer of its own process."""
_turns: "WeakKeyDictionary[Engine, _Turns]" = WeakKeyDictionary()
_guard = threading.Lock()


class _Turns:
    def __init__(self, file: str) -> None:
        self._file = file
        self._threads = threading.Lock()
        self._nobody_writes = threading.Event()
        self._nobody_writes.set()
        self._writer: int | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        until = monotonic() + _PATIENCE
        if not self._threads.acquire(timeout=_PATIENCE):
            yield
            return
        try:
            with self._between_processes(until):
                self._writer = threading.get_ident()
                self._nobody_writes.clear()
                try:
                    yield
                finally:
                    self._writer = None
                    self._nobody_writes.set()
        finally:
            self._threads.release()

    def after(self) -> None:
        if self._writer != threading.get_ident():
            self._nobody_writes.wait(_COURTESY)

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
    turns = _turns_of(engine)
    return nullcontext() if turns is None else turns.turn()


def after_writer(engine: Engine) -> None:
    """Let a thread of this process that has its turn end it first, for a moment at most.

    Python runs one thread at a time. A writer holds up all other processes until it is done, and each of its questions
    to the database ends with waiting for the threads that run meanwhile; those that only read hold up nobody.
    """
    turns = _turns_of(engine)
    if turns is not None:
        turns.after()


def _turns_of(engine: Engine) -> "_Turns | None":
    file = engine.url.database
    if engine.dialect.name != "sqlite" or not file or file.startswith((":", "file:")):
        return None
    with _guard:
        return _turns.setdefault(engine, _Turns(f"{file}.turn"))
