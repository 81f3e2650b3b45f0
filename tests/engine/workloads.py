"""Work for real worker processes that needs no models: they sleep, crash, or do sums."""

import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from callqa.domain import RecogniserError


@dataclass(frozen=True)
class Squares:
    """Job n → (n, n²); jobs in ``killers`` kill their worker, those in ``clumsy`` raise."""

    killers: frozenset[int] = frozenset()
    kills_once: Path | None = None
    clumsy: frozenset[int] = frozenset()
    seconds: float = 0.0
    log: Path | None = None

    def prepare(self) -> None:
        if self.log:
            with self.log.open("a") as file:
                file.write(f"{os.getpid()} {os.environ.get('OMP_NUM_THREADS')}\n")

    def __call__(self, batch: Sequence[int]) -> list[tuple[int, int | str]]:
        for job in batch:
            if job in self.killers:
                os.kill(os.getpid(), signal.SIGKILL)
            if self.kills_once and job == 3 and not self.kills_once.exists():
                self.kills_once.write_text("once")
                os.kill(os.getpid(), signal.SIGKILL)
            if job in self.clumsy:
                raise ValueError(f"job {job}")
        time.sleep(self.seconds)
        return [(job, job * job) for job in batch]

    def lost(self, job: int, reason: str) -> tuple[int, int | str]:
        return job, reason


@dataclass(frozen=True)
class Unprepared:
    """A worker that cannot be prepared: says so, or dies of it."""

    dies: bool = False

    def prepare(self) -> None:
        if self.dies:
            os._exit(137)
        raise RecogniserError("没有模型。", code="recogniser.missing", hint="请下载。")

    def __call__(self, batch: Sequence[int]) -> list[int]:
        return list(batch)

    def lost(self, job: int, reason: str) -> int:
        return -1
