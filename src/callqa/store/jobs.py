"""The queue of work for ``callqa worker``: taken by lease, tried again, dead after too many tries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update
from sqlalchemy.orm import Session

from callqa.domain import CallFacts, Job, JobState, StoreError
from callqa.store.search import Page, Place
from callqa.store.tables_work import JobRow

_ENDED = (JobState.done.value, JobState.dead.value)


class Jobs:
    """Repository of jobs. Whoever holds a lease names itself in every change; a lost lease changes nothing."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, job: Job) -> None:
        """A new job; one already known by its id is left as it is."""
        if self.get(job.id) is None:
            self._session.execute(insert(JobRow), [_values(job)])

    def get(self, job_id: str) -> Job | None:
        """One job, or None."""
        row = self._session.scalar(
            select(JobRow).where(JobRow.id == job_id).execution_options(populate_existing=True)
        )
        return _job(row) if row else None

    def take(
        self,
        worker: str,
        *,
        now: datetime,
        lease: datetime,
        kinds: Sequence[str] | None = None,
        attempts: int = 5,
    ) -> Job | None:
        """The oldest job that waits, or whose worker's lease ran out; None where there is none.

        A job whose workers died ``attempts`` times without a word is dead, so that one call that kills its worker
        does not stop the queue.

        Args:
            worker: Name of the worker, unique in the centre.
            now: Now.
            lease: Until when the worker has it; see `heartbeat`.
            kinds: Only these kinds.
            attempts: How often a job may be taken.
        """
        free = or_(
            and_(
                JobRow.state == JobState.pending.value,
                or_(JobRow.not_before.is_(None), JobRow.not_before <= now),
            ),
            and_(JobRow.state == JobState.running.value, JobRow.lease <= now),
        )
        self._session.execute(
            update(JobRow)
            .where(JobRow.state == JobState.running.value, JobRow.lease <= now, JobRow.attempts >= attempts)
            .values(
                state=JobState.dead.value,
                worker=None,
                lease=None,
                code="job.lost",
                message=f"处理它的程序 {attempts} 次没有做完就停了。",
            )
            .execution_options(synchronize_session=False)
        )
        wanted = select(JobRow.seq).where(free).order_by(JobRow.seq).limit(1)
        if kinds is not None:
            wanted = wanted.where(JobRow.kind.in_(kinds))
        seq = self._session.scalar(wanted.with_for_update(skip_locked=True))
        if seq is None:
            return None
        self._session.execute(
            update(JobRow)
            .where(JobRow.seq == seq)
            .values(state=JobState.running.value, worker=worker, lease=lease, attempts=JobRow.attempts + 1)
            .execution_options(synchronize_session=False)
        )
        row = self._session.get_one(JobRow, seq, populate_existing=True)
        return _job(row)

    def heartbeat(self, job_id: str, worker: str, *, lease: datetime) -> bool:
        """Keep a job longer; False where it was lost to another worker, whose work then counts."""
        return self._change(job_id, _held(worker), lease=lease)

    def progress(self, job_id: str, worker: str, *, done: int, failed: int, run: str | None = None) -> bool:
        """How far a job is; False where it was lost."""
        values: dict[str, Any] = {"done": done, "failed": failed}
        return self._change(job_id, _held(worker), **(values | {"run": run} if run else values))

    def finish(
        self,
        job_id: str,
        worker: str,
        *,
        done: int,
        failed: int,
        run: str | None,
        code: str = "",
        message: str = "",
    ) -> bool:
        """A job is done, perhaps with calls that failed for good; False where it was lost."""
        return self._change(
            job_id,
            _held(worker),
            state=JobState.done.value,
            done=done,
            failed=failed,
            run=run,
            code=code,
            message=message,
            worker=None,
            lease=None,
        )

    def fail(self, job_id: str, worker: str, *, code: str, message: str, retry_at: datetime | None) -> bool:
        """An attempt failed: again at ``retry_at``, or dead where that is None; False where it was lost."""
        return self._change(
            job_id,
            _held(worker),
            state=(JobState.dead if retry_at is None else JobState.pending).value,
            code=code,
            message=message,
            not_before=retry_at,
            worker=None,
            lease=None,
        )

    def give_back(self, job_id: str, worker: str) -> bool:
        """A worker stops in good order: the job waits again and the attempt does not count."""
        return self._change(
            job_id,
            _held(worker),
            state=JobState.pending.value,
            attempts=JobRow.attempts - 1,
            worker=None,
            lease=None,
        )

    def revive(self, job_id: str) -> None:
        """Let a dead job be tried again from the beginning.

        Raises:
            StoreError: ``job.alive`` where it is not dead.
        """
        if not self._change(
            job_id,
            JobRow.state == JobState.dead.value,
            state=JobState.pending.value,
            attempts=0,
            not_before=None,
        ):
            raise StoreError("只有失败的任务可以重来。", code="job.alive", hint="请看一下任务现在的状态。")

    def page(
        self,
        *,
        created_by: str | None = None,
        states: Sequence[JobState] | None = None,
        after: Place | None = None,
        limit: int = 50,
    ) -> Page[Job]:
        """Jobs, newest first; ``states=[JobState.dead]`` lists the dead."""
        wanted = select(JobRow).order_by(JobRow.seq.desc())
        if created_by is not None:
            wanted = wanted.where(JobRow.created_by == created_by)
        if states is not None:
            wanted = wanted.where(JobRow.state.in_([one.value for one in states]))
        if after is not None:
            wanted = wanted.where(JobRow.seq < int(after[0]))
        rows = list(self._session.scalars(wanted.limit(limit + 1)))
        place = (rows[limit - 1].seq, rows[limit - 1].id) if len(rows) > limit else None
        return Page(items=tuple(_job(row) for row in rows[:limit]), next=place)

    def counts(self) -> dict[JobState, int]:
        """How many jobs are in each state."""
        rows = self._session.execute(select(JobRow.state, func.count()).group_by(JobRow.state))
        return dict.fromkeys(JobState, 0) | {JobState(state): int(number) for state, number in rows}

    def _change(self, job_id: str, allowed: ColumnElement[bool], **values: Any) -> bool:
        found = self._session.scalar(
            update(JobRow)
            .where(JobRow.id == job_id, allowed)
            .values(**values)
            .returning(JobRow.id)
            .execution_options(synchronize_session=False)
        )
        return found is not None


def _held(worker: str) -> ColumnElement[bool]:
    return and_(JobRow.state == JobState.running.value, JobRow.worker == worker)


def _values(job: Job) -> dict[str, Any]:
    return job.model_dump() | {
        "state": job.state.value,
        "facts": job.facts.model_dump(mode="json") if job.facts else None,
        "calls": list(job.calls),
    }


def _job(row: JobRow) -> Job:
    values = {name: getattr(row, name) for name in Job.model_fields}
    return Job.model_validate(
        values
        | {"facts": CallFacts.model_validate(row.facts) if row.facts else None, "calls": tuple(row.calls)}
    )
