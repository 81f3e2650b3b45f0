"""Deleting what is stored of calls: recordings' paths, raw text, words, or everything but the bare call."""

import zlib
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from callqa.domain import Transcript
from callqa.store.artefacts import in_parts
from callqa.store.index import CallIndex
from callqa.store.tables import (
    ArtefactRow,
    CallRow,
    FailureRow,
    FindingRow,
    MeasureRow,
    PersonalDataRow,
    ReadingRow,
    ResultRow,
    ReviewEventRow,
    ScorecardRow,
    TechniqueRow,
    TranscriptRow,
)
from callqa.store.tables_work import (
    AnswerRow,
    AssignmentRow,
    CollectionItemRow,
    JobRow,
    ProposalRow,
    SealedRow,
)

Counts = dict[str, int]
"""Table → rows deleted or emptied."""


def kept_kinds(session: Session, kind: str, call_ids: Collection[str]) -> set[str]:
    """Those of the calls of which data of this kind is still there.

    Args:
        session: The transaction.
        kind: ``audio``, ``raw_text`` or ``results``.
        call_ids: Calls to look at.
    """
    found: set[str] = set()
    for some in in_parts(call_ids):
        wanted = select(CallRow.id).where(CallRow.id.in_(some))
        if kind == "audio":
            wanted = wanted.where(CallRow.path != "")
        elif kind == "raw_text":
            wanted = wanted.where(CallRow.sha256.in_(select(ArtefactRow.sha256)))
        else:
            wanted = wanted.where(CallRow.id.in_(select(ResultRow.call_id)))
        found.update(session.scalars(wanted))
    return found


def delete_audio(session: Session, call_ids: Collection[str]) -> list[str]:
    """Forget where recordings lie; their paths, for whoever deletes the files. One shared with another call stays."""
    files: list[str] = []
    for some in in_parts(call_ids):
        rows = session.execute(select(CallRow.path).where(CallRow.id.in_(some), CallRow.path != ""))
        paths = {path for (path,) in rows}
        session.execute(update(CallRow).where(CallRow.id.in_(some)).values(path=""))
        shared = set(session.scalars(select(CallRow.path).where(CallRow.path.in_(paths)).distinct()))
        files += sorted(paths - shared)
    return files


def delete_texts(session: Session, call_ids: Collection[str]) -> Counts:
    """Delete raw text; that of a recording shared with a call not named here stays."""
    counts: Counts = {}
    wanted = set(call_ids)
    for some in in_parts(call_ids):
        rows = session.execute(
            select(CallRow.sha256, CallRow.id).where(
                CallRow.sha256.in_(select(CallRow.sha256).where(CallRow.id.in_(some)))
            )
        )
        shared: dict[str, set[str]] = {}
        for sha256, call_id in rows:
            shared.setdefault(sha256, set()).add(call_id)
        gone = [sha256 for sha256, ids in shared.items() if ids <= wanted]
        _count(counts, ArtefactRow, _delete(session, ArtefactRow, ArtefactRow.sha256.in_(gone)))
    return counts


def delete_results(session: Session, call_ids: Collection[str]) -> Counts:
    """Delete everything concluded about calls, with reviews; the bare call stays, without its customer."""
    counts: Counts = {}
    index = CallIndex(session)
    for some in in_parts(call_ids):
        for call_id in some:
            index.drop(call_id)
        for table in (
            *(SealedRow, AssignmentRow, ProposalRow, AnswerRow, CollectionItemRow),
            *(ReviewEventRow, ResultRow, TechniqueRow, ReadingRow, MeasureRow, FindingRow, PersonalDataRow),
            *(TranscriptRow, ScorecardRow, FailureRow),
        ):
            _count(counts, table, _delete(session, table, table.call_id.in_(some)))
        _strip(session, some)
    return counts


def erase_words(session: Session, call_ids: Collection[str]) -> Counts:
    """Empty every text about calls, masked or not, and forget the customer; points, verdicts, measures stay.

    Places in the recording stay too, since they say nothing without it. A card whose reasons were emptied keeps its
    id, which is what review events speak about; the proof of erasure explains why the id no longer fits.
    """
    counts: Counts = {}
    index = CallIndex(session)
    for some in in_parts(call_ids):
        for call_id in some:
            index.drop_words(call_id)
        _count(counts, PersonalDataRow, _delete(session, PersonalDataRow, PersonalDataRow.call_id.in_(some)))
        for transcript in _rows(session, TranscriptRow, some):
            empty = Transcript.model_validate_json(zlib.decompress(transcript.body))
            transcript.body = zlib.compress(empty.replace(turns=(), removed=()).model_dump_json().encode())
            _count(counts, TranscriptRow, 1)
        for finding in _rows(session, FindingRow, some):
            finding.evidence, finding.slots = _silent(finding.evidence), []
            finding.explanation = {**finding.explanation, "detail": "", "pattern": ""}
            _count(counts, FindingRow, 1)
        for tag in _rows(session, TechniqueRow, some):
            tag.quote = _silent(tag.quote)
            _count(counts, TechniqueRow, 1)
        for reading in _rows(session, ReadingRow, some):
            reading.moments = []
            _count(counts, ReadingRow, 1)
        for card in _rows(session, ScorecardRow, some):
            card.lines = [{**line, "reason": ""} for line in card.lines]
            _count(counts, ScorecardRow, 1)
        for event in _rows(session, ReviewEventRow, some):
            event.body = {**event.body, **{name: "" for name in ("reason", "quote") if event.body.get(name)}}
            _count(counts, ReviewEventRow, 1)
        for job in session.scalars(select(JobRow).where(JobRow.facts["id"].as_string().in_(some))):
            job.facts = {**(job.facts or {}), "customer_key": None, "fields": {}}
            job.path = ""
            _count(counts, JobRow, 1)
        for table in (FailureRow, CollectionItemRow):  # an example without its words teaches nothing
            _count(counts, table, _delete(session, table, table.call_id.in_(some)))
        _count(counts, CallRow, _strip(session, some))
        session.flush()
    return counts


def _silent(value: Any) -> Any:
    """The same evidence without the words of any quote in it."""
    if isinstance(value, list):
        return [_silent(one) for one in value]
    if isinstance(value, dict):
        if value.get("kind") == "reading" and isinstance(value.get("value"), str):
            return {**value, "value": None}
        quote = value.get("kind") == "quote"
        return {name: "" if quote and name == "text" else _silent(one) for name, one in value.items()}
    return value


def _strip(session: Session, call_ids: list[str]) -> int:
    changed = session.scalars(
        update(CallRow)
        .where(CallRow.id.in_(call_ids))
        .values(customer_key=None, fields={})
        .returning(CallRow.id)
        .execution_options(synchronize_session=False)
    )
    return len(list(changed))


def _rows(session: Session, table: Any, call_ids: list[str]) -> Iterator[Any]:
    yield from session.scalars(select(table).where(table.call_id.in_(call_ids)))


def _delete(session: Session, table: Any, condition: Any) -> int:
    number = session.scalar(select(func.count()).select_from(table).where(condition)) or 0
    if number:
        session.execute(delete(table).where(condition).execution_options(synchronize_session=False))
    return int(number)


def _count(counts: Counts, table: Any, number: int) -> None:
    if number:
        counts[table.__tablename__] = counts.get(table.__tablename__, 0) + number
