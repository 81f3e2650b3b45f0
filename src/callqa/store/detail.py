"""One call with everything that its page begins with, asked for in one question instead of eight."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, inspect, or_, select
from sqlalchemy.orm import Session

from callqa.domain import AssignmentState, Call, Measure, Scorecard
from callqa.store import codec
from callqa.store.listing import reaches, summary_of
from callqa.store.measures import Measures
from callqa.store.search import CallSummary, Scope
from callqa.store.tables import CallRow, RecordingRow, ResultRow, ScorecardRow
from callqa.store.tables_index import CallIndexRow
from callqa.store.tables_people import PersonRow
from callqa.store.tables_work import AssignmentRow


@dataclass(frozen=True, slots=True)
class Detail:
    """A finished call.

    Attributes:
        summary: As lists show it.
        call: Its facts.
        path: Where the recording lay when it was scored.
        agent_name: Of the agent, where it is somebody of the organisation.
        card: The machine's card in force.
        measures: Of the result in force.
        warnings: Of the result in force.
        run_id: The run that concluded it.
        at: When.
        blind: The viewer has an unfinished blind review of it.
    """

    summary: CallSummary
    call: Call
    path: str
    agent_name: str | None
    card: Scorecard
    measures: tuple[Measure, ...]
    warnings: tuple[str, ...]
    run_id: str
    at: datetime
    blind: bool


def _columns(table: type[Any]) -> list[tuple[str, ColumnElement[Any]]]:
    """Attributes of a row with their columns."""
    return [(one.key, one.columns[0]) for one in inspect(table).column_attrs]


_PARTS = [_columns(table) for table in (CallIndexRow, CallRow, RecordingRow, ResultRow, ScorecardRow)]
_BLIND = exists().where(
    AssignmentRow.call_id == CallIndexRow.call_id,
    AssignmentRow.reviewer == bindparam("viewer"),
    AssignmentRow.blind,
    or_(
        AssignmentRow.state == AssignmentState.open.value,
        AssignmentRow.state == AssignmentState.claimed.value,
    ),
)
_WANTED = (
    select(*(column for part in _PARTS for _, column in part), PersonRow.name, _BLIND)
    .select_from(CallIndexRow)
    .join(CallRow, CallRow.id == CallIndexRow.call_id)
    .join(RecordingRow, RecordingRow.sha256 == CallRow.sha256)
    .join(ResultRow, ResultRow.seq == CallIndexRow.result_seq)
    .join(ScorecardRow, ScorecardRow.id == ResultRow.scorecard_id)
    .outerjoin(PersonRow, PersonRow.id == CallIndexRow.agent)
    .where(CallIndexRow.call_id == bindparam("call"))
)


def detail_of(session: Session, call_id: str, scope: Scope, *, viewer: str) -> Detail | None:
    """One finished call; None where it is unknown or outside the scope.

    Args:
        session: The transaction.
        call_id: The call.
        scope: What may be seen.
        viewer: Who looks at it.
    """
    row = session.execute(_WANTED, {"call": call_id, "viewer": viewer}).one_or_none()
    if row is None:
        return None
    index, call, recording, result, card = _split(row)
    if not reaches(scope, index.unit_path, index.agent):
        return None
    return Detail(
        summary=summary_of(SimpleNamespace(**vars(index), started_assumed=call.started_assumed)),
        call=codec.call_of(call, recording),
        path=call.path,
        agent_name=row[-2],
        card=codec.scorecard_of(card),
        measures=Measures(session).of(result.measures_key),
        warnings=tuple(result.warnings),
        run_id=result.run_id,
        at=result.at,
        blind=bool(row[-1]),
    )


def _split(row: Sequence[Any]) -> list[Any]:
    """The row as one row per table."""
    found, start = [], 0
    for part in _PARTS:
        found.append(
            SimpleNamespace(
                **dict(zip((key for key, _ in part), row[start : start + len(part)], strict=True))
            )
        )
        start += len(part)
    return found
