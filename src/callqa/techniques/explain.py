"""Which characters of a turn carried a tag: the weights of its features, mapped back."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from callqa.domain import TextSpan
from callqa.techniques.features import Instance, Reader
from callqa.techniques.vectors import Vectoriser

KEEP = 0.4
"""A character carries from this share of the strongest character's weight on."""
MOST = 3
"""Stretches named per tag."""
FEATURES = 16
"""Features of the turn's own words looked at per tag, strongest first; the rest changes no stretch."""


def carriers(
    instance: Instance,
    columns: NDArray[np.int32],
    spoke: NDArray[np.float32],
    *,
    reader: Reader,
    vectoriser: Vectoriser,
) -> tuple[TextSpan, ...]:
    """The stretches of the turn that spoke most for a label, strongest first.

    Every feature's share of the score (value × weight) is spread evenly over the characters it stands on;
    neighbouring characters with at least ``KEEP`` of the strongest one's sum form a stretch.

    Args:
        instance: The turn.
        columns: Columns of the turn's row, as the head saw it.
        spoke: What each of them spoke for the label, value × weight.
        reader: The model's reader.
        vectoriser: The model's columns.

    Returns:
        Up to ``MOST`` stretches of the original text; none where only context spoke for the label.
    """
    normal = reader.analyse(instance.text).normal
    own = columns < vectoriser.own_text
    columns, value = columns[own], spoke[own]
    spoken = [0.0] * len(normal.text)
    for index in np.argsort(-value, kind="stable")[:FEATURES].tolist():
        column = int(columns[index])
        if value[index] <= 0:
            break
        places = reader.places(instance.text, *vectoriser.name_of(column))
        characters = sum(end - start for start, end in places)
        for start, end in places:
            for character in range(start, end):
                spoken[character] += float(value[index]) / characters
    return tuple(
        TextSpan(start=normal.starts[first], end=normal.ends[end - 1]) for first, end in _stretches(spoken)
    )


def _stretches(spoken: Sequence[float]) -> list[tuple[int, int]]:
    """Runs of strong characters, by their sum."""
    limit = KEEP * max(spoken, default=0.0)
    if limit <= 0:
        return []
    runs: list[tuple[float, int, int]] = []
    first = None
    for index, weight in enumerate([*spoken, 0.0]):
        if weight >= limit:
            first = index if first is None else first
        elif first is not None:
            runs.append((-sum(spoken[first:index]), first, index))
            first = None
    return [(start, end) for _, start, end in sorted(runs)[:MOST]]
