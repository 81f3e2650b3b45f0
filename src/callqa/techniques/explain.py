"""Which characters of a turn carried a tag: the linear weights, mapped back."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from callqa.domain import TextSpan
from callqa.techniques.features import Instance, Reader
from callqa.techniques.vectors import Vectoriser

KEEP = 0.4
"""A character carries from this share of the strongest character's weight on."""
MOST = 3
"""Stretches named per tag."""


def carriers(
    instance: Instance,
    row: csr_matrix,
    weights: NDArray[np.float32],
    *,
    reader: Reader,
    vectoriser: Vectoriser,
) -> list[tuple[TextSpan, ...]]:
    """The stretches of the turn that spoke most for each of its labels, strongest first.

    Every feature's share of the score (value × weight) is spread evenly over its characters; neighbouring
    characters with at least ``KEEP`` of the strongest one's sum form a stretch.

    Args:
        instance: The turn.
        row: ``[1, columns]`` as the head saw it.
        weights: ``[labels, columns]`` of the labels to explain.
        reader: The model's reader.
        vectoriser: The model's columns.

    Returns:
        Per label up to ``MOST`` stretches of the original text; none where only context spoke for the label.
    """
    normal = reader.analyse(instance.text).normal
    columns, starts, ends = (
        np.array(part, dtype=np.int64) for part in reader.places(instance, vectoriser.columns)
    )
    if not len(columns):
        return [() for _ in weights]
    order = np.argsort(row.indices)
    value = row.data[order[np.searchsorted(row.indices, columns, sorter=order)]]
    times = np.bincount(columns, minlength=1)[columns]
    shares = value * weights[:, columns] / (times * (ends - starts))
    length = len(normal.text)
    return [
        tuple(
            TextSpan(start=normal.starts[first], end=normal.ends[last - 1])
            for first, last in _stretches(_spread(share, starts, ends, length))
        )
        for share in shares
    ]


def _spread(
    share: NDArray[np.float32], starts: NDArray[np.int64], ends: NDArray[np.int64], length: int
) -> NDArray[np.float64]:
    """Sum per character of shares that lie on ``[start, end)``."""
    begun = np.bincount(starts, weights=share, minlength=length + 1)
    done = np.bincount(ends, weights=share, minlength=length + 1)
    spread: NDArray[np.float64] = np.cumsum(begun - done)[:length]
    return spread


def _stretches(spoken: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Runs of strong characters, by their sum."""
    strongest = float(spoken.max())
    if strongest <= 0:
        return []
    strong = np.flatnonzero(spoken >= KEEP * strongest)
    runs = list(np.split(strong, np.flatnonzero(np.diff(strong) > 1) + 1))
    runs.sort(key=lambda run: -float(spoken[run].sum()))
    return [(int(run[0]), int(run[-1]) + 1) for run in runs[:MOST]]
