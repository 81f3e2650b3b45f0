"""What runs concluded about calls: one row ties a call to its transcript, findings, techniques, measures, card."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from callqa.domain import Entry, Processed
from callqa.store import codec
from callqa.store.artefacts import in_parts
from callqa.store.calls import Calls
from callqa.store.findings import Findings
from callqa.store.index import CallIndex, Concluded
from callqa.store.measures import Measures
from callqa.store.scorecards import Scorecards
from callqa.store.tables import ReadingRow, ResultRow, TranscriptRow
from callqa.store.techniques import Techniques
from callqa.store.transcripts import PersonalPieces, Transcripts


@dataclass(frozen=True, slots=True)
class StoredResult:
    """A stored result.

    Attributes:
        masked: Everything about the call, personal data masked.
        keys: Artefact key per step: where the raw parts lie.
        run_id: The run that concluded it.
        at: When.
        scorecard_id: What review events speak about.
    """

    masked: Processed
    keys: dict[str, str]
    run_id: str
    at: datetime
    scorecard_id: str


class Results:
    """Repository of results."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._index = CallIndex(session)

    def existing(self, keys: Collection[str]) -> set[str]:
        """Those of the result keys that are stored."""
        found: set[str] = set()
        for some in in_parts(keys):
            found.update(self._session.scalars(select(ResultRow.key).where(ResultRow.key.in_(some))))
        return found

    def put(self, entry: Entry, *, run_id: str, at: datetime) -> None:
        """Keep a result and the masked views it rests on; the same result of the same run is kept once."""
        call_id = entry.masked.call.id
        if self._session.scalar(
            select(ResultRow.seq).where(
                ResultRow.key == entry.key, ResultRow.call_id == call_id, ResultRow.run_id == run_id
            )
        ):
            return
        Calls(self._session).put(entry.masked.call, path=entry.path)
        views = self._views(entry.masked)
        model = entry.masked.transcript.provenance.model
        row = ResultRow(
            key=entry.key,
            call_id=call_id,
            run_id=run_id,
            at=at,
            keys=dict(entry.keys),
            scorecard_id=Scorecards(self._session).put(entry.masked.scorecard),
            warnings=list(entry.masked.warnings),
            seconds=dict(entry.masked.seconds),
            demo=bool(model and model.demo),
            **views,
        )
        self._session.add(row)
        self._session.flush()
        self._index.put(Concluded(masked=entry.masked, seq=row.seq, card_id=row.scorecard_id, demo=row.demo))

    def _views(self, masked: Processed) -> dict[str, str]:
        """Store the masked views that are not there yet; their keys, by column.

        A view's key is the hash of its content: a step that was not computed again gives the same view, and is
        shared; one computed again (``--again``) gives a new one, and the old result keeps what it rested on.
        """
        call_id = masked.call.id
        keys = {
            "transcript_key": codec.key_of(call_id, masked.transcript.model_dump_json()),
            "personal_key": codec.key_of(call_id, *(one.model_dump_json() for one in masked.personal_data)),
            "findings_key": codec.key_of(call_id, *(one.model_dump_json() for one in masked.findings)),
            "techniques_key": codec.key_of(call_id, masked.techniques.model_dump_json()),
            "measures_key": codec.key_of(call_id, *(one.model_dump_json() for one in masked.measures)),
        }
        if self._session.get(TranscriptRow, keys["transcript_key"]) is None:
            Transcripts(self._session).put(masked.transcript, key=keys["transcript_key"])
        if not self._used(ResultRow.personal_key, keys["personal_key"]):
            PersonalPieces(self._session).put(masked.personal_data, key=keys["personal_key"], call_id=call_id)
        if not self._used(ResultRow.findings_key, keys["findings_key"]):
            Findings(self._session).put(masked.findings, key=keys["findings_key"], call_id=call_id)
        if self._session.get(ReadingRow, keys["techniques_key"]) is None:
            Techniques(self._session).put(masked.techniques, key=keys["techniques_key"], call_id=call_id)
        if not self._used(ResultRow.measures_key, keys["measures_key"]):
            Measures(self._session).put(masked.measures, key=keys["measures_key"], call_id=call_id)
        return keys

    def _used(self, column: InstrumentedAttribute[str], key: str) -> bool:
        # the rows of a view are written in one transaction with the result that names it, even where it has none
        return self._session.scalar(select(ResultRow.seq).where(column == key).limit(1)) is not None

    def latest_row(self, call_id: str) -> ResultRow | None:
        """The row in force for a call."""
        return self._session.scalar(
            select(ResultRow).where(ResultRow.call_id == call_id).order_by(ResultRow.seq.desc()).limit(1)
        )

    def latest_keys(self, call_ids: Collection[str]) -> dict[str, dict[str, str]]:
        """Call id → artefact key per step, of the results in force."""
        found: dict[str, dict[str, str]] = {}
        for some in in_parts(call_ids):
            newest = (
                select(func.max(ResultRow.seq)).where(ResultRow.call_id.in_(some)).group_by(ResultRow.call_id)
            )
            rows = self._session.execute(
                select(ResultRow.call_id, ResultRow.keys).where(ResultRow.seq.in_(newest))
            )
            found.update((call_id, dict(keys)) for call_id, keys in rows)
        return found

    def latest(self, call_id: str) -> StoredResult | None:
        """The result in force for a call, or None where it was never finished."""
        row = self.latest_row(call_id)
        return self.restore(row) if row else None

    def of_run(self, run_id: str) -> list[StoredResult]:
        """All results of a run, by call id."""
        rows = self._session.scalars(
            select(ResultRow).where(ResultRow.run_id == run_id).order_by(ResultRow.call_id, ResultRow.seq)
        )
        return [self.restore(row) for row in rows]

    def restore(self, row: ResultRow) -> StoredResult:
        """A row with all its views as nouns again."""
        call = Calls(self._session).get(row.call_id)
        if call is None:  # the foreign key forbids it
            raise LookupError(row.call_id)
        masked = Processed(
            call=call,
            transcript=Transcripts(self._session).get(row.transcript_key),
            personal_data=PersonalPieces(self._session).of(row.personal_key),
            findings=Findings(self._session).of(row.findings_key),
            techniques=Techniques(self._session).get(row.techniques_key),
            measures=Measures(self._session).of(row.measures_key),
            scorecard=Scorecards(self._session).get(row.scorecard_id),
            warnings=tuple(row.warnings),
            seconds=dict(row.seconds),
        )
        return StoredResult(
            masked=masked,
            keys=dict(row.keys),
            run_id=row.run_id,
            at=row.at,
            scorecard_id=row.scorecard_id,
        )
