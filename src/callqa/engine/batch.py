"""A day of calls: what is there already is skipped, the rest goes out in batches, results are stored as they come."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from callqa.domain import Entry, Failed, IncomingCall, Run
from callqa.engine.artefacts import SHAPES
from callqa.engine.keys import RESULT
from callqa.engine.ports import Executor, Ledger
from callqa.engine.spill import bring_in
from callqa.engine.work import CallWork, Done, Job
from callqa.engine.writer import Writer


@dataclass
class Tally:
    """How a run went.

    Attributes:
        total: Calls asked for.
        skipped: Stored already under the same keys.
        finished: Scored by this run.
        failed: Stopped at a stage.
        spilled: Finished, but waiting in files for the database.
        brought_in: Results of an earlier run that were waiting in files.
        audio_ms: Sound of the finished calls.
    """

    total: int = 0
    skipped: int = 0
    finished: int = 0
    failed: int = 0
    spilled: int = 0
    brought_in: int = 0
    audio_ms: int = 0

    @property
    def left(self) -> int:
        """Calls not begun, because the run was asked to stop."""
        return self.total - self.skipped - self.finished - self.failed


@dataclass(frozen=True)
class Order:
    """What to run.

    Attributes:
        calls: Each with the keys of its steps and result.
        batch_calls: Calls per batch.
        spill_folder: Where results wait that the database refuses.
        refused: Calls that cannot even begin, each with its local day; noted as failures.
        anew: Steps to compute again although they are kept; the results are stored beside those that are there.
    """

    calls: Sequence[tuple[IncomingCall, Mapping[str, str]]]
    batch_calls: int
    spill_folder: Path
    refused: Sequence[tuple[Failed, str | None]] = ()
    anew: frozenset[str] = frozenset()


def run_batches(
    order: Order,
    *,
    run: Run,
    work: CallWork,
    ledger: Ledger,
    executor: Executor,
    stop: Callable[[], bool] = lambda: False,
    report: Callable[[Tally, Done | None], None] = lambda _tally, _done: None,
) -> Tally:
    """Run a day, or the rest of it.

    Args:
        order: What.
        run: Noted before the first call, ended after the last.
        work: What a worker does.
        ledger: Where results go.
        executor: Where work happens.
        stop: Asked before each batch; True lets what is in hand finish and begins nothing new.
        report: Called after the start and after each stored result.

    Raises:
        StoreError: The database refuses to begin, or results can be kept nowhere.
        CallQAError: No worker could be prepared.
    """
    tally = Tally(total=len(order.calls) + len(order.refused))
    tally.brought_in = bring_in(order.spill_folder, ledger, at=datetime.now(UTC))
    known = set() if order.anew else ledger.existing([keys[RESULT] for _, keys in order.calls])
    rest = [(incoming, keys) for incoming, keys in order.calls if keys[RESULT] not in known]
    tally.skipped = len(order.calls) - len(rest)
    report(tally, None)
    if not rest and not order.refused:
        return tally
    run = run.replace(planned=len(rest) + len(order.refused))
    ledger.begin(run)
    writer = Writer(ledger, run, spill_folder=order.spill_folder)
    for failed, day in order.refused:
        writer.save(failed, day=day)
        tally.failed += 1
        report(tally, None)
    batches = _batches(rest, ledger, size=order.batch_calls, anew=order.anew, stop=stop)
    for done in executor.map(work, batches):
        writer.save(done.result, day=done.incoming.facts.day)
        tally.finished += isinstance(done.result, Entry)
        tally.failed += not isinstance(done.result, Entry)
        tally.audio_ms += done.audio_ms
        tally.spilled = writer.spilled
        report(tally, done)
    if not tally.left and not tally.spilled:
        ledger.end(run.id, at=datetime.now(UTC))
    return tally


def batch_size(calls: int, *, workers: int, at_most: int) -> int:
    """Calls per batch: full batches fill the recogniser's windows, but no worker should stand idle at the end."""
    fair = -(-calls // max(1, workers))
    return max(1, min(at_most, max(-(-calls // max(1, 3 * workers)), min(4, fair))))


def _batches(
    rest: Sequence[tuple[IncomingCall, Mapping[str, str]]],
    ledger: Ledger,
    *,
    size: int,
    anew: frozenset[str],
    stop: Callable[[], bool],
) -> Iterator[list[Job]]:
    """Batches, each with what is kept of its calls; read only when a worker is free."""
    for start in range(0, len(rest), size):
        if stop():
            return
        some = rest[start : start + size]
        steps = [step for step in SHAPES if step not in anew]
        bodies = ledger.bodies({keys[step] for _, keys in some for step in steps})
        yield [
            Job(
                incoming=incoming,
                keys=dict(keys),
                kept={step: bodies[keys[step]] for step in steps if keys[step] in bodies},
            )
            for incoming, keys in some
        ]
