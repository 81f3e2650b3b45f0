"""Masked transcripts, and where personal data lies in them."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from pydantic_core import from_json
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from callqa.domain import ModelRef, Party, PersonalData, Removed, Transcript, Turn
from callqa.store import codec
from callqa.store.tables import PersonalDataRow, TranscriptRow


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """A `Turn` as plain values."""

    index: int
    """Position, from 0."""
    party: Party
    """Who speaks."""
    start: int
    """Milliseconds."""
    end: int
    """Milliseconds."""
    text: str
    """The words joined."""
    confidence: float
    """Mean word probability."""
    words: tuple[tuple[str, int, int], ...]
    """Text, start, end of every word."""


@dataclass(frozen=True)
class Spoken:
    """A `Transcript` to be shown, not reckoned with.

    A call of three hours has some fifty thousand words: as checked models they take a third of a second to read, as
    plain values a tenth of it. They were checked when they were written.
    """

    language: str
    """Language code."""
    masked: bool
    """True where personal data is replaced."""
    model: ModelRef | None
    """Recogniser."""
    turns: tuple[SpokenTurn, ...]
    """In time order."""
    removed: tuple[Removed, ...]
    """What the recogniser wrote and was taken out."""

    @classmethod
    def of(cls, transcript: Transcript) -> Self:
        """What is shown of a transcript, masked or raw."""
        return cls(
            language=transcript.language,
            masked=transcript.masked,
            model=transcript.provenance.model,
            turns=tuple(map(_turn, transcript.turns)),
            removed=transcript.removed,
        )


def _turn(turn: Turn) -> SpokenTurn:
    span = turn.span
    return SpokenTurn(
        index=turn.index,
        party=turn.party,
        start=span.start,
        end=span.end,
        text=turn.text,
        confidence=turn.confidence,
        words=tuple((word.text, word.span.start, word.span.end) for word in turn.words),
    )


def _stored_turn(turn: dict[str, Any]) -> SpokenTurn:
    words = tuple((word["text"], word["span"]["start"], word["span"]["end"]) for word in turn["words"])
    return SpokenTurn(
        index=turn["index"],
        party=Party(turn["party"]),
        start=words[0][1],
        end=max(end for _, _, end in words),
        text=turn["text"],
        confidence=sum(word["confidence"] for word in turn["words"]) / len(words),
        words=words,
    )


def spoken_of(row: TranscriptRow) -> Spoken:
    """The masked transcript of a row as plain values."""
    stored = from_json(zlib.decompress(row.body))
    model = stored["provenance"]["model"]
    return Spoken(
        language=stored["language"],
        masked=stored["masked"],
        model=ModelRef.model_validate(model) if model else None,
        turns=tuple(map(_stored_turn, stored["turns"])),
        removed=tuple(map(Removed.model_validate, stored["removed"])),
    )


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

    def spoken(self, key: str) -> Spoken:
        """The masked transcript of a key as plain values, for showing it."""
        return spoken_of(self._session.get_one(TranscriptRow, key))


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
