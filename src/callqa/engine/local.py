"""Worker processes on this machine. A worker that dies costs its batch a second try, and nobody else anything."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from callqa.domain import CallQAError
from callqa.engine.ports import Job, Result, Work

_SPAWN = multiprocessing.get_context("spawn")  # forking a process that holds models and threads is not safe
_THREAD_SETTINGS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_STARTS_TRIED = 3
"""So many deaths while loading models end the run: the machine cannot carry them."""


@dataclass
class _Batch:
    jobs: list[Any]
    deaths: int = 0


@dataclass
class _Worker:
    process: SpawnProcess
    pipe: Connection
    batch: _Batch | None
    ready: bool = False


@dataclass
class LocalExecutor:
    """A pool of processes; satisfies `callqa.engine.ports.Executor`.

    Attributes:
        workers: How many at most; one is started only when there is a batch for it.
        threads: Threads of number libraries in each.
    """

    workers: int
    threads: int = 1
    _pool: list[_Worker] = field(default_factory=list, init=False)

    def map(self, work: Work[Job, Result], batches: Iterable[Sequence[Job]]) -> Iterator[Result]:
        """Results as they come. At most one batch per worker is in flight, so memory stays flat."""
        source = iter(batches)
        again: deque[_Batch] = deque()
        failed_starts = 0
        try:
            while True:
                self._feed(work, source, again)
                busy = [worker for worker in self._pool if worker.batch]
                if not busy:
                    return
                for worker in _heard_from(busy):
                    try:
                        kind, content = worker.pipe.recv()
                    except (EOFError, OSError):
                        self._bury(worker)
                        failed_starts += not worker.ready
                        if failed_starts >= _STARTS_TRIED:
                            raise _cannot_start(worker.process.exitcode) from None
                        if worker.ready:
                            yield from _second_try(work, worker.batch, again, "处理它的进程意外终止")
                        elif worker.batch:
                            again.append(worker.batch)
                        continue
                    if kind == "broken":
                        raise content
                    if kind == "ready":
                        worker.ready = True
                        _give(worker)
                        continue
                    batch, worker.batch = worker.batch, None
                    if kind == "results":
                        yield from content
                    else:
                        yield from _second_try(work, batch, again, content)
        finally:
            self._close()

    def _feed(self, work: Work[Job, Result], source: Iterator[Sequence[Job]], again: deque[_Batch]) -> None:
        """Give every free worker a batch, and start workers while there are batches for them."""
        while True:
            free = next((worker for worker in self._pool if not worker.batch), None)
            if free is None and len(self._pool) >= self.workers:
                return
            if again:
                batch = again.popleft()
            elif (jobs := next(source, None)) is not None:
                batch = _Batch(list(jobs))
            else:
                return
            if free is None:
                self._pool.append(self._start(work, batch))
            else:
                free.batch = batch
                _give(free)

    def _start(self, work: Work[Job, Result], batch: _Batch) -> _Worker:
        ours, theirs = _SPAWN.Pipe()
        process = _SPAWN.Process(target=_live, args=(theirs, work), name="callqa-worker", daemon=True)
        with _for_children(self.threads):
            process.start()
        theirs.close()  # so that the worker's death is the end of the pipe
        return _Worker(process=process, pipe=ours, batch=batch)

    def _bury(self, worker: _Worker) -> None:
        self._pool.remove(worker)
        worker.pipe.close()
        worker.process.join()

    def _close(self) -> None:
        for worker in self._pool:
            if worker.batch:  # only where the run was cut off: nobody waits for the result any more
                worker.process.terminate()
            else:
                with suppress(OSError):
                    worker.pipe.send(None)
        while self._pool:
            self._bury(self._pool[-1])


def _heard_from(workers: Sequence[_Worker]) -> list[_Worker]:
    heard = set(map(id, wait([worker.pipe for worker in workers])))
    return [worker for worker in workers if id(worker.pipe) in heard]


def _give(worker: _Worker) -> None:
    if worker.batch:
        with suppress(OSError):  # it died meanwhile: the next receive finds the end of the pipe
            worker.pipe.send(worker.batch.jobs)


def _second_try(
    work: Work[Job, Result], batch: _Batch | None, again: deque[_Batch], reason: str
) -> Iterator[Result]:
    """Try the jobs of a failed batch one at a time; give up those that fail alone after failing before."""
    if batch is None:
        return
    if batch.deaths and len(batch.jobs) == 1:
        yield work.lost(batch.jobs[0], reason)
    else:
        again.extend(_Batch([job], deaths=1) for job in batch.jobs)


def _cannot_start(exit_code: int | None) -> CallQAError:
    return CallQAError(
        f"工作进程一启动就终止（退出码 {exit_code}），已试 {_STARTS_TRIED} 次。",
        code="worker.start",
        hint="多半是内存不够：请减少 --workers，或换小一些的识别模型。",
    )


@contextmanager
def _for_children(threads: int) -> Iterator[None]:
    """What a child inherits at its birth: thread limits, and deafness to Ctrl-C, which the driver answers."""
    before = {name: os.environ.get(name) for name in _THREAD_SETTINGS}
    os.environ.update(dict.fromkeys(_THREAD_SETTINGS, str(threads)))
    # held back, not ignored: a Ctrl-C that falls into this moment still reaches the driver
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _live(pipe: Connection, work: Work[Any, Any]) -> None:
    """A worker's life: prepare once, then batch after batch until the driver says None."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_driver, daemon=True).start()
    try:
        work.prepare()
    except CallQAError as error:
        pipe.send(("broken", error))
        return
    except Exception as error:
        message = f"工作进程准备失败：{type(error).__name__}: {error}。"
        pipe.send(
            ("broken", CallQAError(message, code="worker.prepare", hint="请执行 callqa models check。"))
        )
        return
    pipe.send(("ready", None))
    while True:
        try:
            jobs = pipe.recv()
        except EOFError:
            return
        if jobs is None:
            return
        try:
            pipe.send(("results", list(work(jobs))))
        except Exception as error:  # a fault of ours in one call must not take the day with it
            pipe.send(("raised", f"{type(error).__name__}: {error}"))


def _die_with_driver() -> None:
    # a spawned worker holds both ends of nothing that would tell it of its driver's kill -9: so it watches
    driver = multiprocessing.parent_process()
    if driver is not None:
        driver.join()
        os._exit(1)


@dataclass(frozen=True)
class InlineExecutor:
    """The same without processes, in the caller's own: for a few calls, and for tests."""

    def map(self, work: Work[Job, Result], batches: Iterable[Sequence[Job]]) -> Iterator[Result]:
        """Results in order."""
        prepared = False
        for batch in batches:
            if not prepared:
                work.prepare()
                prepared = True
            yield from work(batch)
