"""Calls written as ``(party, start ms, text)``; every character takes 200 ms."""

from collections.abc import Sequence
from datetime import UTC, datetime

from callqa.domain import Measure, Party, Provenance, Span, Transcript, Turn, Word
from callqa.metrics import measure

PROVENANCE = Provenance(step="test", version="1", at=datetime(2026, 11, 20, tzinfo=UTC))
MS = 200
A, C, U = Party.agent, Party.customer, Party.unknown


def transcript(*said: tuple[Party, int, str]) -> Transcript:
    """A blank in the text is a pause of 200 ms."""
    turns = []
    for index, (party, start, text) in enumerate(said):
        words = tuple(
            Word(text=character, span=Span(start=start + MS * i, end=start + MS * (i + 1)), confidence=0.9)
            for i, character in enumerate(text)
            if character != " "
        )
        turns.append(Turn(index=index, party=party, text=text.replace(" ", ""), words=words))
    return Transcript(call_id="C1", language="zh", turns=tuple(turns), provenance=PROVENANCE)


def measured(said: Sequence[tuple[Party, int, str]], *, duration: int = 60_000) -> dict[str, Measure]:
    return {one.name: one for one in measure(transcript(*said), duration=duration)}
