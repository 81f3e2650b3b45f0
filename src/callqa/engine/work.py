"""What crosses the border between driver and worker."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from callqa.domain import Entry, Failed, IncomingCall, Processed
from callqa.engine.keys import RESULT
from callqa.engine.masking import masked
from callqa.engine.passage import Passage
from callqa.engine.process import advance, outcome_of
from callqa.engine.tools import Tools


@dataclass(frozen=True)
class Job:
    """One call to be worked on.

    Attributes:
        incoming: The call.
        keys: Artefact key per step, and of the result.
        kept: Step → stored raw result.
    """

    incoming: IncomingCall
    keys: dict[str, str]
    kept: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """What became of a job.

    Attributes:
        incoming: Its call.
        result: Ready to be stored.
    """

    incoming: IncomingCall
    result: Entry | Failed

    @property
    def audio_ms(self) -> int:
        """Length of the recording; 0 where it never got that far."""
        return self.result.masked.call.recording.duration if isinstance(self.result, Entry) else 0


@dataclass(frozen=True)
class CallWork:
    """Score calls; satisfies `callqa.engine.ports.Work`.

    Attributes:
        tools: Models and policies, not yet loaded.
        at: Written into every provenance.
        log: File for the tracebacks of faults of ours; None = wherever logging goes.
    """

    tools: Tools
    at: datetime
    log: Path | None = None

    def prepare(self) -> None:
        """Load models."""
        if self.log is not None:
            handler = logging.FileHandler(self.log, encoding="utf-8", delay=True)
            handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(message)s"))
            logger = logging.getLogger("callqa")
            for old in logger.handlers:
                old.close()
            logger.handlers, logger.propagate = [handler], False
        self.tools.load()

    def __call__(self, batch: Sequence[Job]) -> list[Done]:
        """Take a batch through all stages; masking and packing happen here, so that the driver only writes."""
        passages = [Passage(job.incoming, kept=job.kept) for job in batch]
        advance(passages, self.tools, at=self.at)
        return [self._finish(job, passage) for job, passage in zip(batch, passages, strict=True)]

    def _finish(self, job: Job, passage: Passage) -> Done:
        outcome = outcome_of(passage)
        if isinstance(outcome, Processed):
            passage.stage = "privacy"
            with passage.watched():
                entry = Entry(
                    key=job.keys[RESULT],
                    path=str(job.incoming.path),
                    sha256=job.incoming.sha256,
                    masked=masked(outcome),
                    keys=job.keys,
                    artefacts=passage.made,
                )
                return Done(incoming=job.incoming, result=entry)
            outcome = outcome_of(passage)
        if isinstance(outcome, Processed):
            raise TypeError(job.incoming.facts.id)
        return Done(incoming=job.incoming, result=outcome)

    def lost(self, job: Job, reason: str) -> Done:
        """A call that took its worker down twice."""
        failed = Failed(
            call_id=job.incoming.facts.id,
            path=str(job.incoming.path),
            stage="worker",
            code="worker.died",
            message=f"处理这个通话时失败了两次：{reason}。",
            hint="请单独处理它看看；多半是内存不够，或录音文件使解码程序崩溃。",
        )
        return Done(incoming=job.incoming, result=failed)
