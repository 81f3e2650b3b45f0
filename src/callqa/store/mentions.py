"""What is written about calls elsewhere than in their own rows, found and emptied: `store.texts` lists every place.

People write about a call in tasks, notes, notices and reasons, and kept answers repeat what they wrote. What belongs to a
call by a column is emptied whole; anything else only where it names the call. Points, verdicts, dates and who did it stay.
"""

import json
import re
from collections.abc import Callable, Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, inspect, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from callqa.store.artefacts import in_parts
from callqa.store.idempotency import EMPTIED
from callqa.store.tables import FailureRow, ResultRow, ReviewEventRow, RunRow
from callqa.store.tables_people import NotificationRow
from callqa.store.tables_trace import HoldRow
from callqa.store.tables_work import (
    AssignmentRow,
    CalibrationRow,
    CoachingNoteRow,
    CoachingRow,
    CollectionRow,
    HandoverRow,
    IdempotencyRow,
    JobRow,
    ProposalRow,
)

GONE = "（内容已应客户要求删除）"
"""What stands where a text was that people see."""
_AT_ONCE = 50
"""Calls looked for in one query: SQLite takes a thousand conditions at most."""

Counts = dict[str, int]
"""Table → rows changed."""


class Mentions:
    """Empties what is written about some calls.

    Args:
        session: The transaction.
        call_ids: The calls.
        paths: Where their recordings lay.
    """

    def __init__(self, session: Session, call_ids: Collection[str], *, paths: Collection[str]) -> None:
        self._session = session
        self._calls = frozenset(call_ids)
        self._paths = sorted({one for path in paths for one in _names(path)}, key=len, reverse=True)
        self._named = re.compile(
            "|".join(rf"(?<![\w-]){re.escape(one)}(?![\w-])" for one in sorted(self._calls)), re.ASCII
        )
        self._changed: dict[str, set[Any]] = {}

    def erase(self) -> Counts:
        """Empty everything; table → rows changed."""
        self._runs()
        self._events()
        tasks = self._tasks()
        rounds = self._rounds()
        self._of_the_calls()
        self._handovers(tasks)
        self._notices(tasks, rounds)
        self._answers(tasks | rounds)
        self._session.flush()
        return {table: len(rows) for table, rows in self._changed.items()}

    def _runs(self) -> None:
        """What was typed on the command line and what intake reported may name a file after its customer."""
        runs: set[str] = set()
        for some in in_parts(self._calls):
            for table in (ResultRow, FailureRow):
                runs.update(self._session.scalars(select(table.run_id).where(table.call_id.in_(some))))
        for some in in_parts(runs):
            for row in self._session.scalars(select(RunRow).where(RunRow.id.in_(some))):
                source = row.source
                for name in self._paths:
                    source = source.replace(name, GONE)
                self._set(row, "source", source)
                problems = [one for one in row.problems if not self._tells(one)]
                self._set(row, "problems", problems)
        for lost in self._session.scalars(select(FailureRow).where(FailureRow.path.in_(self._paths))):
            self._set(lost, "path", "")
            self._set(lost, "message", "")

    def _tells(self, text: str) -> bool:
        return self._names_one(text) or any(name in text for name in self._paths)

    def _names_one(self, text: str) -> bool:
        return bool(self._named.search(text))

    def _events(self) -> None:
        """Rulings carried over to other calls repeat the reason given for this one."""
        own: set[str] = set()
        for some in in_parts(self._calls):
            own.update(
                self._session.scalars(select(ReviewEventRow.id).where(ReviewEventRow.call_id.in_(some)))
            )
        for some in in_parts(own):
            cause = ReviewEventRow.body["cause"].as_string()
            for row in self._session.scalars(select(ReviewEventRow).where(cause.in_(some))):
                self._body(row, ("reason", "quote"))
        for row in self._mentioning(ReviewEventRow, ReviewEventRow.body):
            self._body(row, ("reason", "quote"), where=self._names_one)

    def _tasks(self) -> set[str]:
        """Coaching that began with a call, with its history; and whatever else names the call."""
        tasks: set[str] = set()
        for some in in_parts(self._calls):
            of_call = CoachingRow.body["call_id"].as_string().in_(some)
            for row in self._session.scalars(select(CoachingRow).where(of_call)):
                tasks.add(row.id)
                self._body(row, ("title", "source"), put={"title": GONE, "source": ""})
        for row in self._mentioning(CoachingRow, CoachingRow.body):
            self._body(row, ("title", "source"), put={"title": GONE, "source": ""}, where=self._names_one)
        for some in in_parts(tasks):
            for note in self._session.scalars(select(CoachingNoteRow).where(CoachingNoteRow.task.in_(some))):
                self._body(note, ("text",), put={"text": GONE})
        for note in self._mentioning(CoachingNoteRow, CoachingNoteRow.body):
            self._body(note, ("text",), put={"text": GONE}, where=self._names_one)
        return tasks

    def _rounds(self) -> set[str]:
        """Calibration rounds with such a call: what was agreed speaks of all their calls together."""
        rounds: set[str] = set()
        for row in self._session.scalars(select(CalibrationRow)):
            if self._calls & set(row.body.get("calls", ())):
                rounds.add(row.id)
                self._body(row, ("title", "note"), put={"title": GONE, "note": GONE})
        return rounds

    def _of_the_calls(self) -> None:
        for some in in_parts(self._calls):
            for row in self._session.scalars(select(AssignmentRow).where(AssignmentRow.call_id.in_(some))):
                self._set(row, "explanation", GONE)
                self._set(row, "skip_reason", "")
            for one in self._session.scalars(select(ProposalRow).where(ProposalRow.call_id.in_(some))):
                self._body(one, ("text", "reason"), put={"text": GONE, "reason": ""})
            held = select(HoldRow).where(HoldRow.kind == "call", HoldRow.subject.in_(some))
            for hold in self._session.scalars(held):
                self._set(hold, "reason", GONE)
        for one in self._mentioning(ProposalRow, ProposalRow.body):
            self._body(one, ("reason",), where=self._names_one)
        for job in self._mentioning(JobRow, JobRow.message):
            self._set(job, "message", "" if self._names_one(job.message) else job.message)
        for cover in self._mentioning(CollectionRow, CollectionRow.title, CollectionRow.description):
            for name in ("title", "description"):
                self._set(
                    cover, name, GONE if self._names_one(getattr(cover, name)) else getattr(cover, name)
                )

    def _handovers(self, tasks: Collection[str]) -> None:
        for row in self._session.scalars(select(HandoverRow)):
            items = [
                {**item, "title": GONE}
                if item.get("id") in tasks or self._names_one(str(item.get("title", "")))
                else item
                for item in row.body.get("items", ())
            ]
            reason = str(row.body.get("reason", ""))
            changed = {**row.body, "items": items, "reason": GONE if self._names_one(reason) else reason}
            self._set(row, "body", changed)

    def _notices(self, tasks: Collection[str], rounds: Collection[str]) -> None:
        subjects = [f"call:{one}" for one in self._calls]
        subjects += [f"coaching:{one}" for one in tasks] + [f"calibration:{one}" for one in rounds]
        for some in in_parts(subjects):
            for row in self._session.scalars(
                select(NotificationRow).where(NotificationRow.subject.in_(some))
            ):
                self._set(row, "text", GONE)
        for row in self._mentioning(NotificationRow, NotificationRow.subject, NotificationRow.text):
            if self._names_one(row.subject) or self._names_one(row.text):
                self._set(row, "text", GONE)

    def _answers(self, ids: Collection[str]) -> None:
        """Answers kept for repeated requests, two days at most: those that name a call, its tasks or its rounds."""
        wanted = select(IdempotencyRow).execution_options(yield_per=100)
        needles = [one.encode() for one in ids]
        for row in self._session.scalars(wanted):
            if not row.body:
                continue
            said = f"{row.body.decode('utf-8', 'replace')} {json.dumps(row.headers)}"
            if self._names_one(said) or any(needle in row.body for needle in needles):
                row.body, row.headers = b"", dict(EMPTIED)
                self._note(row)

    def _mentioning(self, table: Any, *columns: InstrumentedAttribute[Any]) -> Iterator[Any]:
        """Rows in which one of the columns may name a call; the caller looks again, for C1 is not C10."""
        calls = sorted(self._calls)
        for start in range(0, len(calls), _AT_ONCE):
            conditions: list[ColumnElement[bool]] = []
            for one in calls[start : start + _AT_ONCE]:
                # JSON may keep what is not ASCII as \u escapes
                for form in {one, json.dumps(one)[1:-1]}:
                    conditions += [cast(column, Text).contains(form, autoescape=True) for column in columns]
            wanted: Select[Any] = select(table).where(or_(*conditions))
            yield from self._session.scalars(wanted)

    def _body(
        self,
        row: Any,
        names: Collection[str],
        *,
        put: dict[str, str] | None = None,
        where: Callable[[str], bool] = bool,
    ) -> None:
        """Empty texts in a document, those for which ``where`` holds."""
        emptied = {
            name: (put or {}).get(name, "")
            for name in names
            if (text := row.body.get(name)) and where(str(text))
        }
        self._set(row, "body", {**row.body, **emptied})

    def _set(self, row: Any, name: str, value: Any) -> None:
        if getattr(row, name) != value:
            setattr(row, name, value)
            self._note(row)

    def _note(self, row: Any) -> None:
        self._changed.setdefault(row.__tablename__, set()).add(inspect(row).identity)


def erase_customer(session: Session, customer_key: str, *, subject: str) -> Counts:
    """Forget whose legal holds were, once they are lifted."""
    rows = list(
        session.scalars(select(HoldRow).where(HoldRow.kind == "customer", HoldRow.subject == customer_key))
    )
    for row in rows:
        row.subject, row.reason = subject, GONE
    session.flush()
    return {"legal_holds": len(rows)} if rows else {}


def _names(path: str) -> tuple[str, ...]:
    """A path, and its file name: either may have been typed."""
    return (path, re.split(r"[/\\]", path)[-1]) if path else ()
