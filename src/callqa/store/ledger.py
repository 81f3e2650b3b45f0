"""What a run asks of the store; satisfies the engine's port by its shape, without knowing it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Engine

from callqa.domain import Entry, Failed, IncomingCall, Run
from callqa.store.announcing import Announcing
from callqa.store.unit_of_work import UnitOfWork


class Ledger:
    """Every method is one transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, run: Run) -> None:
        """Note a new run; a run already noted is left as it is."""
        with UnitOfWork(self._engine, writes=True) as work:
            if not work.runs.has(run.id):
                work.runs.add(run)

    def end(self, run_id: str, *, at: datetime) -> None:
        """Note that a run came to its end."""
        with UnitOfWork(self._engine, writes=True) as work:
            work.runs.finish(run_id, at=at)

    def existing(self, keys: Collection[str]) -> set[str]:
        """Those of the result keys that are stored."""
        with UnitOfWork(self._engine) as work:
            return work.results.existing(keys)

    def bodies(self, keys: Collection[str]) -> dict[str, bytes]:
        """Those of the artefact keys that are stored, with their bodies (raw text)."""
        with UnitOfWork(self._engine) as work:
            return work.artefacts.bodies(keys)

    def latest_keys(self, call_ids: Collection[str]) -> dict[str, dict[str, str]]:
        """Call id → artefact key per step, of the results in force."""
        with UnitOfWork(self._engine) as work:
            return work.results.latest_keys(call_ids)

    def incoming(
        self, *, first_day: str | None = None, last_day: str | None = None, ids: Sequence[str] | None = None
    ) -> list[IncomingCall]:
        """Stored calls as intake would give them."""
        with UnitOfWork(self._engine) as work:
            return work.calls.incoming(first_day=first_day, last_day=last_day, ids=ids)

    def save(
        self,
        run: Run,
        *,
        entries: Sequence[Entry],
        failures: Sequence[tuple[Failed, str | None]],
        at: datetime,
    ) -> None:
        """Store what a batch came to, all of it or nothing, and queue it for web-hooks; storing it twice changes nothing.

        Args:
            run: The run; noted first where it is not known (a spilled batch may come back after a restore).
            entries: Finished calls.
            failures: Failed calls, each with its local day where known.
            at: Now.

        Raises:
            StoreError: The database refused; nothing of the batch is stored.
        """
        with UnitOfWork(self._engine, writes=True) as work:
            if not work.runs.has(run.id):
                work.runs.add(run)
                work.session.flush()
            news = Announcing(work, [entry.masked.call.id for entry in entries])
            for entry in entries:
                bodies = {entry.keys[step]: (step, body) for step, body in entry.artefacts.items()}
                work.artefacts.put(bodies, sha256=entry.sha256, at=at)
                work.results.put(entry, run_id=run.id, at=at)
            for failed, day in failures:
                work.failures.add(failed, run_id=run.id, day=day, at=at)
            news.tell(at=at)
