"""A unit of work: one transaction, all repositories, errors in plain words."""

from contextlib import nullcontext
from types import TracebackType
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from callqa.store.accounts import Accounts
from callqa.store.artefacts import Artefacts
from callqa.store.assignments import Assignments, Plans
from callqa.store.audit import QUEUED, Audit
from callqa.store.calls import Calls
from callqa.store.collections import Collections
from callqa.store.database import can_sync_log, explain, options, sync_log
from callqa.store.erasures import Erasures
from callqa.store.failures import Failures
from callqa.store.findings import Findings
from callqa.store.idempotency import Idempotency
from callqa.store.jobs import Jobs
from callqa.store.measures import Measures
from callqa.store.organisation import Organisation
from callqa.store.outbox import Hooks, Notifications
from callqa.store.people_work import Calibrations, Coaching, Handovers, Proposals
from callqa.store.results import Results
from callqa.store.retention import Retention
from callqa.store.reviews import Reviews
from callqa.store.runs import Runs
from callqa.store.scorecards import Scorecards
from callqa.store.techniques import Techniques
from callqa.store.transcripts import PersonalPieces, Transcripts
from callqa.store.turns import writers_turn


class UnitOfWork:
    """``with UnitOfWork(engine, writes=True) as work:`` commits at the end, or changes nothing.

    Args:
        engine: An open database.
        writes: Takes the write lock at once; without it a commit is never made.

    Raises:
        StoreError: Whatever the database refuses, on entry, inside or at the commit.
    """

    def __init__(self, engine: Engine, *, writes: bool = False) -> None:
        self._engine = engine
        self._writes = writes

    def __enter__(self) -> Self:
        self.session = Session(self._engine)
        self.runs = Runs(self.session)
        self.calls = Calls(self.session)
        self.artefacts = Artefacts(self.session)
        self.results = Results(self.session)
        self.transcripts = Transcripts(self.session)
        self.personal_data = PersonalPieces(self.session)
        self.findings = Findings(self.session)
        self.techniques = Techniques(self.session)
        self.measures = Measures(self.session)
        self.scorecards = Scorecards(self.session)
        self.failures = Failures(self.session)
        self.reviews = Reviews(self.session)
        self.organisation = Organisation(self.session)
        self.accounts = Accounts(self.session)
        self.plans = Plans(self.session)
        self.assignments = Assignments(self.session)
        self.jobs = Jobs(self.session)
        self.hooks = Hooks(self.session)
        self.notifications = Notifications(self.session)
        self.coaching = Coaching(self.session)
        self.proposals = Proposals(self.session)
        self.calibrations = Calibrations(self.session)
        self.handovers = Handovers(self.session)
        self.collections = Collections(self.session)
        self.idempotency = Idempotency(self.session)
        self.audit = Audit(self.session)
        self.retention = Retention(self.session)
        self.erasures = Erasures(self.session)
        # others wait from here on: nothing that can be done before belongs after
        self._turn = writers_turn(self._engine) if self._writes else nullcontext()
        self._turn.__enter__()
        try:
            self.session.connection(
                execution_options=options(writes=self._writes, synced_after=can_sync_log(self._engine))
            )
        except SQLAlchemyError as error:
            self.session.close()
            self._turn.__exit__(None, None, None)
            raise explain(error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        committed = False
        try:
            try:
                if kind is None and self._writes:
                    self._commit()
                    committed = True
                else:
                    self.session.rollback()
            finally:
                self._turn.__exit__(None, None, None)
        except SQLAlchemyError as refused:
            raise explain(refused) from refused
        finally:
            self.session.close()
        if isinstance(error, SQLAlchemyError):
            raise explain(error) from error
        if committed:
            sync_log(self._engine)

    def _commit(self) -> None:
        """Commit, and be on the disk when this unit ends, but let no other writer wait for the disk.

        Writers queue at SQLite's one lock, and on PostgreSQL at the end of the audit log. A commit that waits for the
        disk before it gives the lock back lets them wait in a row; so the lock is given back first, and what was
        written is waited for afterwards, by all of them together.
        """
        queued = self.session.info.get(QUEUED) and self._engine.dialect.name == "postgresql"
        self.session.commit()
        if queued:  # the log has set the commit not to wait
            self.session.close()
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                # a message of no meaning: committing it waits until everything before it is on the disk
                connection.exec_driver_sql("SELECT pg_logical_emit_message(true, 'callqa', '')")
