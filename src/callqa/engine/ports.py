"""What the engine asks of the store and of whoever runs its work."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from callqa.domain import Entry, Failed, Run


class Ledger(Protocol):
    """Where results are kept; every call is one transaction that happens wholly or not at all."""

    def begin(self, run: Run) -> None:
        """Note a new run."""

    def end(self, run_id: str, *, at: datetime) -> None:
        """Note the end of a run."""

    def existing(self, keys: Collection[str]) -> set[str]:
        """Those of the result keys that are stored."""

    def bodies(self, keys: Collection[str]) -> dict[str, bytes]:
        """Those of the artefact keys that are stored, with their bodies."""

    def save(
        self,
        run: Run,
        *,
        entries: Sequence[Entry],
        failures: Sequence[tuple[Failed, str | None]],
        at: datetime,
    ) -> None:
        """Store what calls came to; storing the same twice changes nothing. Raises `StoreError`."""


Job = TypeVar("Job")
Result = TypeVar("Result")
Job_contra = TypeVar("Job_contra", contravariant=True)
Result_co = TypeVar("Result_co", covariant=True)


class Work(Protocol[Job_contra, Result_co]):
    """What a worker does with a batch. Picklable; sent to each worker once."""

    def prepare(self) -> None:
        """Load models once per worker. Raises `CallQAError`, which ends the run."""

    def __call__(self, batch: Sequence[Job_contra]) -> Sequence[Result_co]:
        """One result per job."""

    def lost(self, job: Job_contra, reason: str) -> Result_co:
        """The result of a job that took its worker down twice; called by the driver."""


class Executor(Protocol):
    """Runs batches somewhere: processes here, a cluster elsewhere."""

    def map(self, work: Work[Job, Result], batches: Iterable[Sequence[Job]]) -> Iterator[Result]:
        """Results as they come, in any order, exactly one per job; takes a batch only when a worker is free.

        Raises:
            CallQAError: No worker could be prepared.
        """
