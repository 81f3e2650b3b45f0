from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from callqa.domain import Party, Provenance, Span, Transcript, Turn, Word
from callqa.techniques import Row, TechniqueModel, load_model, read_corpus
from callqa.techniques.corpus import read_dialogue
from callqa.techniques.fit import Recipe, fit, trainable_labels
from callqa.techniques.labels import LABELS

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "samples" / "corpus"
AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
QUICK = Recipe(noisy_copies=(), folds=2)


@pytest.fixture(scope="session")
def model() -> TechniqueModel:
    return load_model(ROOT / "models")


@pytest.fixture(scope="session")
def shipped_rows() -> tuple[Row, ...]:
    return read_corpus([CORPUS], labels=LABELS).rows


@pytest.fixture(scope="session")
def small_rows(shipped_rows: tuple[Row, ...]) -> list[Row]:
    """Eight dialogues each of four products: enough to train something in a second."""
    dialogues: dict[str, list[str]] = {}
    for row in shipped_rows:
        names = dialogues.setdefault(row.product, [])
        if row.dialogue not in names and len(names) < 8:
            names.append(row.dialogue)
    chosen = {name for product in sorted(dialogues)[:4] for name in dialogues[product]}
    return [row for row in shipped_rows if row.dialogue in chosen]


@pytest.fixture(scope="session")
def small_model(small_rows: list[Row]) -> TechniqueModel:
    return fit(small_rows, labels=trainable_labels(small_rows, order=LABELS), recipe=QUICK)


def spoken(turns: Sequence[tuple[Party, str]], *, call_id: str = "C1", masked: bool = False) -> Transcript:
    """A transcript in which every character takes 200 ms."""
    made, clock = [], 0
    for index, (party, text) in enumerate(turns):
        words = tuple(
            Word(text=character, span=Span(start=clock + 200 * n, end=clock + 200 * n + 200), confidence=0.9)
            for n, character in enumerate(text)
        )
        clock = words[-1].span.end + 300
        made.append(Turn(index=index, party=party, text=text, words=words))
    return Transcript(
        call_id=call_id,
        language="zh",
        turns=tuple(made),
        masked=masked,
        provenance=Provenance(step="transcript", version="1", at=AT),
    )


def dialogue(text: str) -> tuple[Transcript, list[Row]]:
    """A labelled dialogue in the trainers' form, as a transcript and as rows."""
    rows, faults = read_dialogue(text.strip(), name="test.txt")
    assert not faults
    return spoken([(row.party, row.text) for row in rows]), rows
