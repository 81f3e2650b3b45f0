"""Rows that sound nearly the same, found by shared sound n-grams; keeps splits apart."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from callqa.techniques.corpus import Row
from callqa.techniques.normal import normalise
from callqa.techniques.sound import SoundTable, common_syllables

ALIKE = 0.6
"""Jaccard similarity of sound bigrams and trigrams from which two turns count as near-duplicates."""
SHORTEST = 6
"""Characters; shorter turns (好的，行，我知道了) are everybody's and count in no split as copies."""


class Pair(NamedTuple):
    """Two rows that sound alike."""

    first: int
    """Index in the first list."""
    second: int
    """Index in the second list."""
    similarity: float
    """Jaccard, 0..1."""


def near_pairs(first: Sequence[Row], second: Sequence[Row], *, alike: float = ALIKE) -> list[Pair]:
    """Pairs of rows, one of each list, that sound alike.

    Args:
        first: Rows.
        second: Rows.
        alike: Least similarity.

    Returns:
        Pairs ordered by the first and then the second index.
    """
    sounds = SoundTable(common_syllables())
    vocabulary: dict[str, int] = {}
    left, right = (_grams_of(rows, sounds, vocabulary) for rows in (first, second))
    width = max(1, len(vocabulary))
    shared = (_matrix(left, width) @ _matrix(right, width).T).tocoo()
    sizes = np.array([len(grams) for grams in left]), np.array([len(grams) for grams in right])
    union = sizes[0][shared.row] + sizes[1][shared.col] - shared.data
    similarity = shared.data / np.maximum(union, 1)
    found = [
        Pair(int(shared.row[index]), int(shared.col[index]), float(similarity[index]))
        for index in np.flatnonzero(similarity >= alike)
    ]
    return sorted(found)


def without_near(
    rows: Sequence[Row], kept: Sequence[Row], *, alike: float = ALIKE
) -> tuple[list[Row], list[Row]]:
    """Rows less those that sound like a kept row; the rule is the same whatever the order of ``kept``.

    Args:
        rows: Rows that give way (training before dev, dev before test).
        kept: Rows that stay.
        alike: Least similarity.

    Returns:
        Rows left, and rows removed.
    """
    drop = {pair.first for pair in near_pairs(rows, kept, alike=alike)}
    return (
        [row for index, row in enumerate(rows) if index not in drop],
        [row for index, row in enumerate(rows) if index in drop],
    )


def _grams_of(rows: Sequence[Row], sounds: SoundTable, vocabulary: dict[str, int]) -> list[set[int]]:
    found = []
    for row in rows:
        text = normalise(row.text).text
        sound = sounds.of(text) if len(text) >= SHORTEST else ""
        grams = {sound[start : start + size] for size in (2, 3) for start in range(len(sound) - size + 1)}
        found.append({vocabulary.setdefault(gram, len(vocabulary)) for gram in sorted(grams)})
    return found


def _matrix(grams: Sequence[set[int]], width: int) -> csr_matrix:
    indices = [column for row in grams for column in sorted(row)]
    ends = np.concatenate([[0], np.cumsum([len(row) for row in grams])])
    return csr_matrix((np.ones(len(indices)), indices, ends), shape=(len(grams), width))
