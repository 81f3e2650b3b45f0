"""The stage's entry points: transcripts in, technique readings out."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

import numpy as np

from callqa.domain import (
    Party,
    Provenance,
    Quote,
    Reaction,
    ReactionTag,
    TechniqueReading,
    TechniqueTag,
    TextSpan,
    Transcript,
    Turn,
)
from callqa.techniques.explain import carriers
from callqa.techniques.features import Instance
from callqa.techniques.model import SURE_REACTION, Prediction, TechniqueModel
from callqa.techniques.moments import find_moments
from callqa.techniques.stages import decode_stages

_REACTIONS = tuple(Reaction)
VERSION = "4"
"""Of this code; part of every cache key."""
PORTION = 4000
"""Turns that go through the model at once; the reader remembers several times as many texts."""


def tag_techniques(transcript: Transcript, model: TechniqueModel, *, at: datetime) -> TechniqueReading:
    """Techniques, reactions, stages and moments of one call."""
    return tag_calls([transcript], model, at=at)[0]


def tag_calls(
    transcripts: Sequence[Transcript], model: TechniqueModel, *, at: datetime
) -> list[TechniqueReading]:
    """Read many calls at once: all turns go through the model in one batch.

    A turn is tagged with every label whose calibrated probability reaches the label's threshold; below it a turn
    stays untagged. Turns of the party ``unknown`` (mono) and turns the model cannot read (English, noise) get
    neither tag nor reaction.

    Args:
        transcripts: Raw or masked, any number.
        model: The trained model.
        at: When; goes into the provenance.

    Returns:
        One reading per transcript, in the same order.
    """
    readings: list[TechniqueReading] = []
    with _collector_at_rest():
        for some in _portions(transcripts):
            readings.extend(_tag_all(some, model, at))
    return readings


def _portions(transcripts: Sequence[Transcript]) -> Iterator[list[Transcript]]:
    """Calls together up to a limit, so that memory stays flat and no text is read twice."""
    some: list[Transcript] = []
    turns = 0
    for transcript in transcripts:
        some.append(transcript)
        turns += len(transcript.turns)
        if turns >= PORTION:
            yield some
            some, turns = [], 0
    if some:
        yield some


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """No search for reference cycles meanwhile: a batch makes a million small objects and no cycle.

    Looking through them again and again took a third of the time, and once more at the end a fifteenth: what was made
    is counted among the old objects unseen.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.unfreeze()
        if was:
            gc.enable()


def _tag_all(
    transcripts: Sequence[Transcript], model: TechniqueModel, at: datetime
) -> list[TechniqueReading]:
    provenance = Provenance(step="techniques", version=VERSION, model=model.ref, at=at)
    instances = [one for transcript in transcripts for one in instances_of(transcript)]
    prediction = model.predict(instances)
    readings: list[TechniqueReading] = []
    first = 0
    for transcript in transcripts:
        readings.append(_reading(_Part(transcript, model, prediction, instances, first), provenance))
        first += len(transcript.turns)
    return readings


def instances_of(transcript: Transcript) -> list[Instance]:
    """Every turn with the two before and after it and its place in the call."""
    said = tuple((turn.party, turn.text) for turn in transcript.turns)
    last = max(1, len(said) - 1)
    return [
        Instance(text, party, said[max(0, index - 2) : index], index / last, said[index + 1 : index + 3])
        for index, (party, text) in enumerate(said)
    ]


class _Part(NamedTuple):
    """One call within a batch."""

    transcript: Transcript
    model: TechniqueModel
    prediction: Prediction
    instances: Sequence[Instance]
    first: int
    """Row of its first turn."""


def _reading(part: _Part, provenance: Provenance) -> TechniqueReading:
    turns, prediction = part.transcript.turns, part.prediction
    rows = slice(part.first, part.first + len(turns))
    limits = np.array([part.model.thresholds[label] for label in part.model.labels])
    given = prediction.techniques[rows] >= limits
    best = prediction.chosen[rows]
    quotes: dict[int, Quote] = {}
    tags: list[TechniqueTag] = []
    reactions: list[ReactionTag] = []
    for turn in turns:
        row = part.first + turn.index
        if not prediction.known[row]:
            continue
        if turn.party is Party.agent:
            columns = np.flatnonzero(given[turn.index]).tolist()
            if columns:
                quotes[turn.index] = turn.quote()
                tags.extend(_tags(part, turn, columns, quotes[turn.index]))
        elif turn.party is Party.customer:
            share = float(prediction.reactions[row, best[turn.index]])
            if share >= SURE_REACTION:
                quotes[turn.index] = turn.quote()
                reactions.append(
                    ReactionTag(
                        reaction=_REACTIONS[best[turn.index]],
                        turn=turn.index,
                        probability=min(1.0, share),
                        quote=quotes[turn.index],
                    )
                )
    return TechniqueReading(
        tags=tuple(tags),
        reactions=tuple(reactions),
        stages=decode_stages(
            [(turn.party, turn.text) for turn in turns],
            prediction.techniques[rows],
            prediction.reactions[rows],
            labels=part.model.labels,
        ),
        moments=find_moments(turns, tags, reactions, quotes=quotes),
        provenance=provenance,
    )


def _tags(part: _Part, turn: Turn, columns: Sequence[int], quote: Quote) -> list[TechniqueTag]:
    model, row = part.model, part.first + turn.index
    matrix, number = part.prediction.matrix, int(part.prediction.agent_row[row])
    stretch = slice(matrix.indptr[number], matrix.indptr[number + 1])
    held, values = matrix.indices[stretch], matrix.data[stretch]
    tags = []
    for column in columns:
        label = model.labels[column]
        spans: tuple[TextSpan, ...] = ()
        if label in model.agent_head.labels:
            weights = model.agent_head.weighed(held, values, model.agent_head.labels.index(label))
            spans = carriers(
                part.instances[row],
                held,
                values * weights,
                reader=model.reader,
                vectoriser=model.agent_vectoriser,
            )
        chance = min(1.0, float(part.prediction.techniques[row, column]))
        tags.append(
            TechniqueTag(label=label, turn=turn.index, probability=chance, quote=quote, carriers=spans)
        )
    return tags
