"""Only the driver writes, and what is finished is not lost: patience first, then a file beside the database."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from callqa.domain import Entry, Failed, Run, StoreError
from callqa.engine.ports import Ledger
from callqa.engine.spill import Spilled, spill

_PAUSES = (1.0, 4.0)
"""Seconds between tries; the database itself waits before each refusal (SQLite: its busy timeout)."""
_SPILLING = 60.0
"""Seconds during which results go straight to files after the database has refused all tries."""


class Writer:
    """Stores results one by one.

    Args:
        ledger: Where to.
        run: The run they belong to.
        spill_folder: Where results wait that the database refuses.
        pause: Sleeps; given in tests.
        clock: Monotonic seconds; given in tests.
    """

    def __init__(
        self,
        ledger: Ledger,
        run: Run,
        *,
        spill_folder: Path,
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ledger = ledger
        self._run = run
        self._folder = spill_folder
        self._pause = pause
        self._clock = clock
        self._spill_until = float("-inf")
        self.spilled = 0

    def save(self, result: Entry | Failed, *, day: str | None) -> None:
        """Store a result, or spill it.

        Raises:
            StoreError: Neither the database nor the folder takes it. The run has to stop: whatever it finished from
                now on would be lost.
        """
        if self._clock() < self._spill_until:
            self._spill(result, day, None)
            return
        for pause in (*_PAUSES, None):
            try:
                self._ledger.save(
                    self._run,
                    entries=[result] if isinstance(result, Entry) else [],
                    failures=[(result, day)] if isinstance(result, Failed) else [],
                    at=datetime.now(UTC),
                )
            except StoreError as refused:
                if pause is None:
                    self._spill(result, day, refused)
                    self._spill_until = self._clock() + _SPILLING
                else:
                    self._pause(pause)
            else:
                return

    def _spill(self, result: Entry | Failed, day: str | None, refused: StoreError | None) -> None:
        try:
            spill(self._folder, Spilled(run=self._run, result=result, day=day))
        except OSError as error:
            first = f"{refused.message}" if refused else ""
            raise StoreError(
                f"{first}结果也写不进暂存文件夹 {self._folder}（{error.strerror}），只好停下。",
                code="store.full",
                hint="请腾出空间，再执行同一条命令：已存的通话不会重做，没存上的会重做。",
            ) from error
        self.spilled += 1
