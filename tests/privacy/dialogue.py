"""Marked-up dialogues as transcripts, and what was found beside what was marked."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from callqa.domain import PersonalData, Provenance, Span, Transcript, Turn, Word
from callqa.domain.labelled import LabelledCall, parse_dialogue

PROVENANCE = Provenance(step="test", version="1", at=datetime(2026, 11, 20, tzinfo=UTC))
MS = 200
"""Milliseconds per character."""


def transcript_of(call: LabelledCall) -> Transcript:
    """One word per character, 200 ms each, 400 ms between turns."""
    turns: list[Turn] = []
    at = 0
    for index, turn in enumerate(call.turns):
        words = tuple(
            Word(text=character, span=Span(start=at + MS * i, end=at + MS * (i + 1)), confidence=0.9)
            for i, character in enumerate(turn.text)
        )
        turns.append(Turn(index=index, party=turn.party, text=turn.text, words=words))
        at += MS * len(turn.text) + 400
    return Transcript(call_id="C1", language="zh", turns=tuple(turns), provenance=PROVENANCE)


def dialogue(text: str) -> tuple[LabelledCall, Transcript]:
    call = parse_dialogue(text)
    return call, transcript_of(call)


def read(path: Path) -> tuple[LabelledCall, Transcript]:
    return dialogue(path.read_text(encoding="utf-8"))


@dataclass
class Tally:
    """Marked pieces found and missed, found pieces right and wrong."""

    hit: int = 0
    missed: int = 0
    right: int = 0
    wrong: int = 0

    @property
    def recall(self) -> float:
        return self.hit / (self.hit + self.missed)

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong)

    def add(self, call: LabelledCall, personal: tuple[PersonalData, ...]) -> list[str]:
        """Count one call; gives what went wrong, for the failure message."""
        marked = [
            (index, mark.characters.start, mark.characters.end)
            for index, turn in enumerate(call.turns)
            for mark in turn.marks
            if mark.kind == "personal"
        ]
        gold = {(index, at) for index, start, end in marked for at in range(start, end)}
        found = {(one.turn, at) for one in personal for at in range(one.characters.start, one.characters.end)}
        told: list[str] = []
        for index, start, end in marked:
            hidden = sum((index, at) in found for at in range(start, end))
            if hidden >= 0.8 * (end - start):
                self.hit += 1
            else:
                self.missed += 1
                told.append(f"missed {call.turns[index].text[start:end]} in {call.turns[index].text}")
        for one in personal:
            places = range(one.characters.start, one.characters.end)
            if sum((one.turn, at) in gold for at in places) >= 0.5 * len(places):
                self.right += 1
            else:
                self.wrong += 1
                text = call.turns[one.turn].text
                told.append(f"wrong {one.kind} {text[places.start : places.stop]} in {text}")
        return told
