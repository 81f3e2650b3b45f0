"""The stage's entry points: transcripts in, technique readings out."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np

from callqa.domain import (
    Party,
    Provenance,
    Reaction,
    ReactionTag,
    TechniqueReading,
    TechniqueTag,
    Transcript,
    Turn,
)
from callqa.techniques.explain import carriers
from callqa.techniques.features import Instance
from callqa.techniques.model import SURE_REACTION, Prediction, TechniqueModel
from callqa.techniques.moments import find_moments
from callqa.techniques.stages import decode_stages

VERSION = "1"
"""Of this code; part of every cache key."""


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
    """Every turn with the two before it and its place in the call."""
    turns = transcript.turns
    last = max(1, len(turns) - 1)
    return [
        Instance(
            turn.text,
            turn.party,
            tuple((before.party, before.text) for before in turns[max(0, index - 2) : index]),
            index / last,
        )
        for index, turn in enumerate(turns)
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
    labels, turns, prediction = part.model.labels, part.transcript.turns, part.prediction
    limits = np.array([part.model.thresholds[label] for label in labels])
    tags: list[TechniqueTag] = []
    reactions: list[ReactionTag] = []
    used: list[dict[str, float]] = []
    felt: list[dict[Reaction, float]] = []
    for turn in turns:
        row = part.first + turn.index
        agent, customer = turn.party is Party.agent, turn.party is Party.customer
        used.append(dict(zip(labels, prediction.techniques[row].tolist(), strict=True)) if agent else {})
        felt.append(dict(zip(Reaction, prediction.reactions[row].tolist(), strict=True)) if customer else {})
        if not prediction.known[row]:
            continue
        if agent:
            columns = np.flatnonzero(prediction.techniques[row] >= limits).tolist()
            tags.extend(_tags(part, turn, columns) if columns else ())
        elif customer:
            reaction = max(felt[-1], key=felt[-1].__getitem__)
            if felt[-1][reaction] >= SURE_REACTION:
                reactions.append(
                    ReactionTag(
                        reaction=reaction,
                        turn=turn.index,
                        probability=min(1.0, felt[-1][reaction]),
                        quote=turn.quote(),
                    )
                )
    return TechniqueReading(
        tags=tuple(tags),
        reactions=tuple(reactions),
        stages=decode_stages([(turn.party, turn.text) for turn in turns], used, felt),
        moments=find_moments(turns, tags, reactions),
        provenance=provenance,
    )


def _tags(part: _Part, turn: Turn, columns: Sequence[int]) -> list[TechniqueTag]:
    model, row = part.model, part.first + turn.index
    labels = [model.labels[column] for column in columns]
    trained = [label for label in labels if label in model.agent_head.labels]
    found = carriers(
        part.instances[row],
        part.prediction.matrix[int(part.prediction.agent_row[row])],
        model.agent_head.weights[[model.agent_head.labels.index(label) for label in trained]],
        reader=model.reader,
        vectoriser=model.agent_vectoriser,
    )
    spans = dict(zip(trained, found, strict=True))
    return [
        TechniqueTag(
            label=label,
            turn=turn.index,
            probability=min(1.0, float(part.prediction.techniques[row, column])),
            quote=turn.quote(),
            carriers=spans.get(label, ()),
        )
        for label, column in zip(labels, columns, strict=True)
    ]
