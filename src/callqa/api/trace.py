"""Who did, saw or heard what. Deeds and raw data are written before the answer goes out; masked views in small batches."""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from callqa.domain import StoreError
from callqa.store import Database, UnitOfWork

_LOG = logging.getLogger("callqa.api")
_AT_ONCE = 200
_SECONDS = 0.5

Seen = tuple[datetime, str, str, str, dict[str, Any]]


class Trace:
    """Writes the audit log.

    Args:
        database: Where it lies.
        now: The clock.
    """

    def __init__(self, database: Database, *, now: Callable[[], datetime]) -> None:
        self._database = database
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
        work.audit.append(
            at=self._now(), actor=person, action=action, subject=subject, detail=dict(detail or {})
        )

    def used(self, person: str, action: str, subject: str, detail: Mapping[str, Any] | None = None) -> None:
        """Raw data or an export: committed before anything is shown."""
        with UnitOfWork(self._database, writes=True) as work:
            self.did(work, person, action, subject, detail)

    def saw(self, person: str, action: str, subject: str, detail: Mapping[str, Any] | None = None) -> None:
        """A masked view: written within a second, so that reading need not wait for a disk."""
        with self._lock:
            self._waiting.append((self._now(), person, action, subject, dict(detail or {})))
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
            with UnitOfWork(self._database, writes=True) as work:
                for at, person, action, subject, detail in some:
                    work.audit.append(at=at, actor=person, action=action, subject=subject, detail=detail)
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
