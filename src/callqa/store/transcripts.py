"""Masked transcripts, and where personal data lies in them."""

from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from callqa.domain import PersonalData, Transcript
from callqa.store import codec
from callqa.store.tables import PersonalDataRow, TranscriptRow


class Transcripts:
    """Repository of masked transcripts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, transcript: Transcript, *, key: str) -> None:
        """Keep a masked transcript under its key."""
        self._session.merge(TranscriptRow(**codec.transcript_values(transcript, key=key)))
        self._session.flush()

    def get(self, key: str) -> Transcript:
        """The masked transcript of a key."""
        return codec.transcript_of(self._session.get_one(TranscriptRow, key))


class PersonalPieces:
    """Repository of personal data."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, pieces: Sequence[PersonalData], *, key: str, call_id: str) -> None:
        """Keep the pieces found in a call under a new key."""
        if pieces:
            self._session.execute(
                insert(PersonalDataRow),
                [codec.personal_values(piece, key=key, call_id=call_id) for piece in pieces],
            )

    def of(self, key: str) -> tuple[PersonalData, ...]:
        """The pieces under a key, in their order."""
        rows = self._session.scalars(
            select(PersonalDataRow).where(PersonalDataRow.key == key).order_by(PersonalDataRow.seq)
        )
        return tuple(codec.personal_of(row) for row in rows)
