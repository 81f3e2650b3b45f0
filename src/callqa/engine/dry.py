"""A ledger that reads and never writes: for trying a policy on stored calls without leaving a trace."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from callqa.domain import Entry, Failed, Processed, Run
from callqa.engine.ports import Ledger


class DryLedger:
    """Satisfies `callqa.engine.ports.Ledger`; what would be stored is handed on instead.

    Args:
        ledger: Where kept results are read from.
        take: Gets every finished call, masked.
        failed: Gets every call that failed.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        take: Callable[[Processed], None],
        failed: Callable[[Failed], None] = lambda _failed: None,
    ) -> None:
        self._ledger = ledger
        self._take = take
        self._failed = failed

    def begin(self, run: Run) -> None:
        """Nothing: the run leaves no trace."""

    def end(self, run_id: str, *, at: datetime) -> None:
        """Nothing."""

    def existing(self, keys: Collection[str]) -> set[str]:
        """None, so that every call is judged."""
        _ = keys
        return set()

    def bodies(self, keys: Collection[str]) -> dict[str, bytes]:
        """What is kept of earlier runs."""
        return self._ledger.bodies(keys)

    def save(
        self,
        run: Run,
        *,
        entries: Sequence[Entry],
        failures: Sequence[tuple[Failed, str | None]],
        at: datetime,
    ) -> None:
        """Hand on, store nothing."""
        _ = run, at
        for entry in entries:
            self._take(entry.masked)
        for failed, _day in failures:
            self._failed(failed)
