"""Takes jobs by lease: scores uploads, scores stored calls again; sends messages; does what time makes due."""

import logging
import os
import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import monotonic
from uuid import uuid4

from callqa.api.courier import Courier
from callqa.api.deadlines import run_deadlines
from callqa.api.house import Clock, House, wall_clock
from callqa.bootstrap import Centre
from callqa.domain import CallQAError, Failed, IncomingCall, Job, StoreError
from callqa.engine.batch import Tally
from callqa.engine.work import Done

_LOG = logging.getLogger("callqa.worker")
_IDLE = 1.0
_CHORES = 60.0
_SWEEP = 3600.0
_RETRY = 10.0
_LONGEST_RETRY = 1800.0
_FOR_GOOD = ("recording.", "policy.", "intake.")
"""Codes of failures that another try would only repeat."""


class Lost(Exception):
    """The lease ran out and another worker has the job; whatever was not stored is dropped."""


class Worker:
    """One worker; any number may run, on any number of machines that share database and data folder.

    Args:
        centre: Resident, so that models stay loaded.
        now: The clock.
    """

    def __init__(self, centre: Centre, *, now: Clock = wall_clock) -> None:
        self.house = House(centre, now=now)
        self.name = f"{socket.gethostname()[:40]}-{os.getpid()}-{uuid4().hex[:6]}"
        self.courier = Courier(self.house, name=self.name)
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Finish the call in hand, give the rest back, end."""
        self._stopping.set()

    def run(self, *, drain: bool = False) -> None:
        """Work until stopped, or until nothing is left.

        Raises:
            CallQAError: A model or the policy cannot be used; the job in hand waits for another worker.
        """
        chores = threading.Thread(target=self._chores, name="callqa-chores", daemon=True)
        chores.start()
        try:
            while not self._stopping.is_set():
                if not self._one():
                    if drain:
                        break
                    self._stopping.wait(_IDLE)
        finally:
            self._stopping.set()
            chores.join(timeout=30)
            self.house.trace.close()
        while drain and self.courier.once():
            pass

    def _one(self) -> bool:
        try:
            return self.once()
        except StoreError as refused:
            _LOG.warning("store refused", extra={"code": refused.code})
            self._stopping.wait(_IDLE)
            return True

    def once(self) -> bool:
        """Take one job and do it; False where none waits."""
        house, settings = self.house, self.house.settings
        now = house.now()
        with house.write() as work:
            job = work.jobs.take(
                self.name,
                now=now,
                lease=now + timedelta(seconds=settings.job_lease),
                attempts=settings.job_attempts + 2,
            )
        if job is None:
            return False
        _LOG.info("job", extra={"job": job.id, "kind": job.kind, "worker": self.name})
        held = _Held(self, job)
        try:
            with held:
                self._do(job, held)
        except Lost:
            _LOG.warning("job lost", extra={"job": job.id, "worker": self.name})
        except CallQAError as error:
            self._failed(job, error.code, str(error))
        except Exception as error:
            _LOG.exception("job failed", extra={"job": job.id})
            self._failed(job, "internal", f"程序出错（{type(error).__name__}），已记入日志。")
        return True

    def _do(self, job: Job, held: "_Held") -> None:
        calls = self._calls(job)
        centre = self.house.centre
        failures: list[Failed] = []
        told = monotonic()

        def note(tally: Tally, done: Done | None) -> None:
            nonlocal told
            if done is not None and isinstance(done.result, Failed):
                failures.append(done.result)
            if held.lost.is_set():
                raise Lost
            if monotonic() - told > 1.0:
                told = monotonic()
                self._progress(job, tally)

        # the run has the job's name: a second attempt adds to it, and the same result of the same run is kept once
        run = centre.run(job.kind, source=f"job {job.id}").replace(id=f"job-{job.id}")
        act = centre.score if job.kind == "score" else centre.rescore
        tally = act(calls, run=run, workers=1, stop=self._stopping.is_set, report=note)
        if tally.spilled:
            raise StoreError("结果没有存进数据库。", code="store.locked", hint="稍后自动再试。")
        if tally.left:
            with self.house.write() as work:
                work.jobs.give_back(job.id, self.name)
            return
        if tally.failed > len(failures):  # refused before any work: no policy covers the call
            known = {one.call_id for one in failures}
            failures += [one for one in centre.run_results(run.id)[1] if one.call_id not in known]
        if job.kind == "score" and failures:
            worst = failures[0]
            self._failed(job, worst.code, f"{worst.message}{worst.hint}")
        else:
            self._finished(
                job, run.id, tally, failures, missing=len(job.calls) - len(calls) if job.calls else 0
            )

    def _calls(self, job: Job) -> list[IncomingCall]:
        if job.kind == "rescore":
            return self.house.centre.ledger.incoming(ids=list(job.calls))
        if job.facts is None:
            raise StoreError("任务里没有通话。", code="job.damaged", hint="请重新上传。")
        return [IncomingCall(path=Path(job.path), sha256=job.sha256, facts=job.facts)]

    def _progress(self, job: Job, tally: Tally) -> None:
        with self.house.write() as work:
            kept = work.jobs.progress(
                job.id, self.name, done=tally.finished + tally.skipped, failed=tally.failed
            )
        if not kept:
            raise Lost

    def _finished(self, job: Job, run: str, tally: Tally, failures: list[Failed], *, missing: int) -> None:
        """Done, told and traced in one transaction; nothing of it where the job was lost meanwhile."""
        message = "；".join(f"{one.call_id}：{one.message}" for one in failures[:5])
        with self.house.write() as work:
            kept = work.jobs.finish(
                job.id,
                self.name,
                done=tally.finished + tally.skipped,
                failed=len(failures) + missing,
                run=run,
                code=failures[0].code if failures else "",
                message=message[:2000],
            )
            if not kept:
                raise Lost
            detail = {"done": tally.finished, "same": tally.skipped, "failed": len(failures)}
            self.house.trace.did(work, "system", f"job.{job.kind}", f"job:{job.id}", detail)

    def _failed(self, job: Job, code: str, message: str) -> None:
        spent = job.attempts >= self.house.settings.job_attempts or code.startswith(_FOR_GOOD)
        wait = timedelta(seconds=min(_LONGEST_RETRY, _RETRY * 3.0 ** (job.attempts - 1)))
        with self.house.write() as work:
            work.jobs.fail(
                job.id,
                self.name,
                code=code,
                message=message[:2000],
                retry_at=None if spent else self.house.now() + wait,
            )
        _LOG.warning("job failed", extra={"job": job.id, "code": code})

    def _chores(self) -> None:
        last = {"deadlines": 0.0, "sweep": 0.0}
        while not self._stopping.is_set():
            busy = self._chore("courier", self.courier.once)
            if monotonic() - last["deadlines"] > _CHORES:
                last["deadlines"] = monotonic()
                self._chore("deadlines", lambda: bool(run_deadlines(self.house)))
            if monotonic() - last["sweep"] > _SWEEP:
                last["sweep"] = monotonic()
                self._chore("sweep", self._sweep)
            if not busy:
                self._stopping.wait(_IDLE)

    def _chore(self, name: str, act: Callable[[], bool]) -> bool:
        try:
            return act()
        except CallQAError as refused:
            _LOG.warning("chore refused", extra={"kind": name, "code": refused.code})
        except Exception:  # one chore that fails must not end the others
            _LOG.exception("chore failed", extra={"kind": name})
        return False

    def _sweep(self) -> bool:
        now = self.house.now()
        with self.house.write() as work:
            work.accounts.clear_sessions(now=now)
            work.idempotency.clear(before=now - timedelta(days=2))
        self.house.blobs.sweep(older_than=(now - timedelta(days=1)).timestamp())
        return False


class _Held:
    """Keeps a lease while a job is done.

    Attributes:
        lost: Set once the job belongs to another.
    """

    def __init__(self, worker: Worker, job: Job) -> None:
        self.lost = threading.Event()
        self._worker = worker
        self._job = job
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="callqa-lease", daemon=True)

    def __enter__(self) -> "_Held":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join(timeout=30)

    def _beat(self) -> None:
        house = self._worker.house
        lease = house.settings.job_lease
        while not self._over.wait(lease / 3):
            try:
                with house.write() as work:
                    until = house.now() + timedelta(seconds=lease)
                    if not work.jobs.heartbeat(self._job.id, self._worker.name, lease=until):
                        self.lost.set()
                        return
            except StoreError as refused:
                _LOG.warning("heartbeat refused", extra={"job": self._job.id, "code": refused.code})
