"""Who did, saw or heard what. Deeds and raw data are written before the answer goes out; masked views in small batches."""

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from callqa.domain import StoreError
from callqa.store import UnitOfWork
from callqa.store.audit import Entry

_LOG = logging.getLogger("callqa.api")
_AT_ONCE = 200
_SECONDS = 0.5

Seen = tuple[datetime, Entry]


@runtime_checkable
class Noting(Protocol):
    """A transaction that notes what was done in it at its end."""

    noted: list[Entry]


class Trace:
    """Writes the audit log.

    Args:
        write: Opens a unit of work.
        now: The clock.
    """

    def __init__(
        self, write: Callable[[], AbstractContextManager[UnitOfWork]], *, now: Callable[[], datetime]
    ) -> None:
        self._write = write
        self._now = now
        self._waiting: list[Seen] = []
        self._lock = threading.Lock()
        self._more = threading.Event()
        self._thread: threading.Thread | None = None
        self._stop = False

    def did(
        self,
        work: UnitOfWork,
        person: str,
        action: str,
        subject: str,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """A deed, in the deed's own transaction.

        Args:
            work: The transaction.
            person: Who.
            action: ``noun.verb``, e.g. ``review.append``.
            subject: What, e.g. ``call:C0001``.
            detail: Figures and ids; never words of a call.
        """
        entry = Entry(person, action, subject, dict(detail or {}))
        if isinstance(work, Noting):
            # rows are chained, so writers queue at the log: last in the transaction, they queue shortest
            work.noted.append(entry)
        else:
            work.audit.append_all([entry], at=self._now())

    def used(self, person: str, action: str, subject: str, detail: Mapping[str, Any] | None = None) -> None:
        """Raw data or an export: committed before anything is shown."""
        with self._write() as work:
            self.did(work, person, action, subject, detail)

    def saw(self, person: str, action: str, subject: str, detail: Mapping[str, Any] | None = None) -> None:
        """A masked view: written within a second, so that reading need not wait for a disk."""
        with self._lock:
            self._waiting.append((self._now(), Entry(person, action, subject, dict(detail or {}))))
            full = len(self._waiting) >= _AT_ONCE
            if self._thread is None and not self._stop:
                self._thread = threading.Thread(target=self._run, name="callqa-trace", daemon=True)
                self._thread.start()
        if full:
            self._more.set()

    def flush(self) -> None:
        """Write what waits; what the database refuses waits on."""
        with self._lock:
            some, self._waiting = self._waiting, []
        if not some:
            return
        try:
            with self._write() as work:
                work.audit.append_times(some)
        except StoreError as refused:
            _LOG.warning("trace waits", extra={"code": refused.code, "waiting": len(some)})
            with self._lock:
                self._waiting = some + self._waiting

    def close(self) -> None:
        """Write the rest and stop."""
        self._stop = True
        self._more.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
        self.flush()

    def _run(self) -> None:
        while not self._stop:
            self._more.wait(_SECONDS)
            self._more.clear()
            self.flush()
