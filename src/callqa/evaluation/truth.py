"""Ground truth of a spoken call: the written dialogue plus the time of every character."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from callqa.domain import (
    CallQAError,
    Mark,
    Millis,
    Noun,
    Party,
    Provenance,
    Span,
    Transcript,
    Turn,
    Word,
)

_WHERE = "请写明标注文件夹：callqa evaluate 文件夹；样例的标注在源码的 samples/truth。"


class TruthError(CallQAError):
    """A ground-truth file that cannot be read."""


class TrueTurn(Noun):
    """One turn as it was really spoken."""

    party: Party
    """Who spoke."""
    text: str
    """What was said, with punctuation."""
    start: Millis
    """First sound."""
    end: Millis
    """Last sound."""
    labels: tuple[str, ...] = ()
    """Technique labels (agent) or the reaction (customer)."""
    marks: tuple[Mark, ...] = ()
    """Steps, violations, assents, personal data."""
    characters: tuple[tuple[Millis, Millis] | None, ...]
    """Per character of ``text`` start and end; None for punctuation."""

    @property
    def span(self) -> Span:
        """From the first sound to the last."""
        return Span(start=self.start, end=max(self.end, self.start + 1))


class Truth(Noun):
    """A whole call as it was really spoken."""

    header: dict[str, str]
    """The dialogue's header lines."""
    turns: Annotated[tuple[TrueTurn, ...], Field(min_length=1)]
    """In the order written."""

    @property
    def id(self) -> str:
        """The call's id."""
        return self.header["id"]

    def listed(self, key: str) -> tuple[str, ...]:
        """A comma-separated header line; empty where missing."""
        return tuple(part.strip() for part in self.header.get(key, "").split(",") if part.strip())

    def marked(self, kind: str) -> set[str]:
        """Ids marked anywhere with this kind."""
        return {mark.id for turn in self.turns for mark in turn.marks if mark.kind == kind}


def read_truth(folder: Path) -> dict[str, Truth]:
    """Ground truth by call id (the file's stem).

    Raises:
        TruthError: No file, or one that does not fit.
    """
    truths: dict[str, Truth] = {}
    for path in sorted(folder.glob("*.json")):
        try:
            truths[path.stem] = Truth.model_validate(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, ValidationError) as error:
            raise TruthError(
                f"标注文件 {path.name} 读不出来：{error}",
                code="truth.unreadable",
                hint="用 make_samples.py 重新生成。",
            ) from error
    if not truths:
        raise TruthError(f"{folder} 里没有标注文件（*.json）。", code="truth.missing", hint=_WHERE)
    return truths


def ideal_transcript(call_id: str, truth: Truth, *, at: datetime) -> Transcript:
    """What a recogniser without any error would have written: every character a word of full confidence."""
    turns = []
    ordered = sorted(truth.turns, key=lambda turn: (turn.start, turn.party))
    for index, turn in enumerate(ordered):
        words = tuple(_words(turn))
        turns.append(Turn(index=index, party=turn.party, text=turn.text, words=words))
    return Transcript(
        call_id=call_id,
        language="zh",
        turns=tuple(turns),
        provenance=Provenance(step="truth", version="1", at=at),
    )


def _words(turn: TrueTurn) -> list[Word]:
    """One word per character; punctuation takes one millisecond where its neighbour ends."""
    words: list[Word] = []
    clock = turn.start
    for character, time in zip(turn.text, turn.characters, strict=True):
        start, end = time or (clock, clock + 1)
        span = Span(start=start, end=max(end, start + 1))
        words.append(Word(text=character, span=span, confidence=1.0))
        clock = span.end
    return words
