"""Rows are not nouns: every conversion between the two, in both directions, and nothing else."""

import hashlib
import json
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row

from callqa.domain import (
    Call,
    CallFacts,
    Failed,
    Finding,
    IncomingCall,
    Measure,
    ModelRef,
    Noun,
    PersonalData,
    PolicyRef,
    Quote,
    ReactionTag,
    Recording,
    ReviewEvent,
    Run,
    Scorecard,
    Span,
    TechniqueReading,
    TechniqueTag,
    TextSpan,
    Transcript,
)
from callqa.store.tables import (
    CallRow,
    FailureRow,
    FindingRow,
    MeasureRow,
    PersonalDataRow,
    ReadingRow,
    RecordingRow,
    ReviewEventRow,
    RunRow,
    ScorecardRow,
    TechniqueRow,
    TranscriptRow,
)

Values = dict[str, Any]
"""Column values of one row to be inserted."""

_FACTS = ("agent", "product", "campaign", "region", "queue", "ordered", "amount", "cross_sold", "signed_for")
_events: TypeAdapter[ReviewEvent] = TypeAdapter(ReviewEvent)


def _json(noun: Noun | None) -> Any:
    return None if noun is None else noun.model_dump(mode="json")


def key_of(*parts: str) -> str:
    """A key for a view that rests on these things, in this order."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def run_values(run: Run) -> Values:
    """Row of a run."""
    return {
        **{
            name: getattr(run, name)
            for name in ("id", "kind", "started_at", "finished_at", "source", "planned")
        },
        "policy": _json(run.policy),
        "recogniser": _json(run.recogniser),
        "techniques": _json(run.techniques),
        "problems": list(run.problems),
    }


def run_of(row: RunRow) -> Run:
    """The run of a row."""
    return Run(
        id=row.id,
        kind="rescore" if row.kind == "rescore" else "score",
        started_at=row.started_at,
        finished_at=row.finished_at,
        policy=PolicyRef.model_validate(row.policy),
        recogniser=ModelRef.model_validate(row.recogniser) if row.recogniser else None,
        techniques=ModelRef.model_validate(row.techniques) if row.techniques else None,
        source=row.source,
        problems=tuple(row.problems),
        planned=row.planned,
    )


def recording_values(recording: Recording) -> Values:
    """Row of a recording."""
    return recording.model_dump()


def recording_of(row: RecordingRow) -> Recording:
    """The recording of a row."""
    return Recording(
        sha256=row.sha256,
        duration=row.duration,
        sample_rate=row.sample_rate,
        channels=row.channels,
        codec=row.codec,
    )


def call_values(call: Call, *, path: str) -> Values:
    """Row of a call; its local start is kept as text beside UTC because a zone cannot be got back from UTC."""
    return {
        **{name: getattr(call, name) for name in _FACTS},
        "id": call.id,
        "sha256": call.recording.sha256,
        "path": path,
        "group": list(call.group),
        "started_at": call.started_at,
        "started_local": call.started_at.isoformat() if call.started_at else None,
        "day": call.day,
        "started_assumed": call.started_assumed,
        "direction": call.direction.value,
        "parties": [party.value for party in call.parties],
        "customer_key": call.customer_key,
        "fields": dict(call.fields),
    }


def call_of(row: CallRow, recording: RecordingRow) -> Call:
    """The call of a row."""
    return Call.model_validate({**_facts(row), "recording": recording_of(recording)})


def incoming_of(row: CallRow) -> IncomingCall:
    """The call of a row as intake would have found it, for scoring again."""
    return IncomingCall(path=Path(row.path), sha256=row.sha256, facts=CallFacts.model_validate(_facts(row)))


def _facts(row: CallRow) -> Values:
    return {
        **{name: getattr(row, name) for name in _FACTS},
        "id": row.id,
        "group": tuple(row.group),
        "started_at": datetime.fromisoformat(row.started_local) if row.started_local else None,
        "started_assumed": row.started_assumed,
        "direction": row.direction,
        "parties": tuple(row.parties),
        "customer_key": row.customer_key,
        "fields": row.fields,
    }


def transcript_values(transcript: Transcript, *, key: str) -> Values:
    """Row of a masked transcript.

    Raises:
        ValueError: The transcript is raw; raw text belongs to the artefacts alone.
    """
    if not transcript.masked:
        raise ValueError("a raw transcript must not reach the table of masked ones")
    model = transcript.provenance.model
    return {
        "key": key,
        "call_id": transcript.call_id,
        "language": transcript.language,
        "turns": len(transcript.turns),
        "confidence": transcript.confidence,
        "model": model.name if model else None,
        "demo": bool(model and model.demo),
        "body": zlib.compress(transcript.model_dump_json().encode()),
    }


def transcript_of(row: TranscriptRow) -> Transcript:
    """The masked transcript of a row."""
    return Transcript.model_validate_json(zlib.decompress(row.body))


def personal_values(piece: PersonalData, *, key: str, call_id: str) -> Values:
    """Row of a piece of personal data."""
    return {
        "key": key,
        "call_id": call_id,
        "kind": piece.kind,
        "turn": piece.turn,
        "first": piece.characters.start,
        "last": piece.characters.end,
        "start_ms": piece.span.start,
        "end_ms": piece.span.end,
        "pattern": piece.pattern,
        "context": piece.context,
        "checksum": piece.checksum,
        "score": piece.score,
    }


def personal_of(row: PersonalDataRow) -> PersonalData:
    """The piece of personal data of a row."""
    return PersonalData(
        kind=row.kind,
        turn=row.turn,
        characters=TextSpan(start=row.first, end=row.last),
        span=Span(start=row.start_ms, end=row.end_ms),
        pattern=row.pattern,
        context=row.context,
        checksum=row.checksum,
        score=row.score,
    )


def finding_values(finding: Finding, *, key: str, call_id: str) -> Values:
    """Row of a finding; ``start_ms`` is where its first quote lies."""
    body = finding.model_dump(mode="json")
    quotes = [piece.span.start for piece in finding.evidence if isinstance(piece, Quote)]
    return {
        "key": key,
        "call_id": call_id,
        **{name: body[name] for name in ("subject", "id", "title", "verdict", "state", "hits")},
        "start_ms": min(quotes, default=None),
        **{name: body[name] for name in ("evidence", "slots", "explanation", "provenance")},
    }


def finding_of(row: FindingRow) -> Finding:
    """The finding of a row."""
    return Finding.model_validate(
        {
            name: getattr(row, name)
            for name in (
                *("subject", "id", "title", "verdict", "state", "hits"),
                *("evidence", "slots", "explanation", "provenance"),
            )
        }
    )


def reading_values(reading: TechniqueReading, *, key: str, call_id: str) -> tuple[Values, list[Values]]:
    """Row of a technique reading, and the rows of its tags and reactions in the order of the reading."""
    body = reading.model_dump(mode="json")
    head = {"key": key, "call_id": call_id, **{n: body[n] for n in ("stages", "moments", "provenance")}}
    rows: list[Values] = []
    for kind, tags in (("technique", body["tags"]), ("reaction", body["reactions"])):
        rows.extend(
            {
                "key": key,
                "call_id": call_id,
                "kind": kind,
                "label": tag["label"] if kind == "technique" else tag["reaction"],
                "turn": tag["turn"],
                "probability": tag["probability"],
                "start_ms": tag["quote"]["span"]["start"],
                "end_ms": tag["quote"]["span"]["end"],
                "quote": tag["quote"],
                "carriers": tag.get("carriers", []),
            }
            for tag in tags
        )
    return head, rows


def reading_of(head: ReadingRow, rows: list[TechniqueRow]) -> TechniqueReading:
    """The reading of its rows, given in order."""
    tags = [
        TechniqueTag(
            label=row.label,
            turn=row.turn,
            probability=row.probability,
            quote=Quote.model_validate(row.quote),
            carriers=tuple(TextSpan.model_validate(span) for span in row.carriers),
        )
        for row in rows
        if row.kind == "technique"
    ]
    reactions = [
        ReactionTag.model_validate(
            {"reaction": row.label, "turn": row.turn, "probability": row.probability, "quote": row.quote}
        )
        for row in rows
        if row.kind == "reaction"
    ]
    return TechniqueReading.model_validate(
        {
            "tags": tags,
            "reactions": reactions,
            "stages": head.stages,
            "moments": head.moments,
            "provenance": head.provenance,
        }
    )


def measure_values(measure: Measure, *, key: str, call_id: str) -> Values:
    """Row of a measure."""
    return {"key": key, "call_id": call_id, **measure.model_dump(mode="json")}


def measure_of(row: MeasureRow | Row[Any]) -> Measure:
    """The measure of a row."""
    return Measure.model_validate({n: getattr(row, n) for n in ("name", "value", "unit", "note", "spans")})


def scorecard_id(card: Scorecard) -> str:
    """Hash of a card's whole content: what review events speak about."""
    text = json.dumps(card.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def scorecard_values(card: Scorecard) -> Values:
    """Row of a scorecard."""
    body = card.model_dump(mode="json")
    copied = (
        "call_id",
        "total",
        "grade",
        "grade_title",
        "action",
        "fatal",
        "needs_human",
        "lines",
        "provenance",
    )
    return {
        "id": scorecard_id(card),
        **{name: body[name] for name in copied},
        "policy_id": card.policy.id,
        "policy_version": card.policy.version,
        "policy_sha256": card.policy.sha256,
    }


def scorecard_of(row: ScorecardRow | Row[Any]) -> Scorecard:
    """The card of a row."""
    copied = (
        "call_id",
        "total",
        "grade",
        "grade_title",
        "action",
        "fatal",
        "needs_human",
        "lines",
        "provenance",
    )
    policy = PolicyRef(id=row.policy_id, version=row.policy_version, sha256=row.policy_sha256)
    return Scorecard.model_validate({**{name: getattr(row, name) for name in copied}, "policy": policy})


def failure_values(failed: Failed, *, run_id: str, day: str | None, at: datetime) -> Values:
    """Row of a failed call."""
    return {**failed.model_dump(exclude={"kind"}), "run_id": run_id, "day": day, "at": at}


def failure_of(row: FailureRow) -> Failed:
    """The failed call of a row."""
    return Failed.model_validate(
        {n: getattr(row, n) for n in ("call_id", "path", "stage", "code", "message", "hint")}
    )


def event_values(event: ReviewEvent) -> Values:
    """Row of a review event; the whole event is its body."""
    return {
        "id": event.id,
        "kind": event.kind,
        "call_id": event.call_id,
        "scorecard_id": event.scorecard,
        "author": event.author,
        "at": event.at,
        "body": event.model_dump(mode="json"),
    }


def event_of(row: ReviewEventRow) -> ReviewEvent:
    """The review event of a row."""
    return _events.validate_python(row.body)
