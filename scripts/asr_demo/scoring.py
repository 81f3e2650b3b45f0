"""Edit distance, error rates, and which characters of two texts stand for each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


def _table(reference: Sequence[object], heard: Sequence[object]) -> list[list[int]]:
    table = [list(range(len(heard) + 1))]
    for line, wanted in enumerate(reference, start=1):
        above, row = table[-1], [line]
        for column, got in enumerate(heard, start=1):
            row.append(min(above[column] + 1, row[-1] + 1, above[column - 1] + (wanted != got)))
        table.append(row)
    return table


def edit_distance(reference: Sequence[object], heard: Sequence[object]) -> int:
    """Levenshtein distance: fewest insertions, deletions and substitutions."""
    return _table(reference, heard)[-1][-1]


def matched_pairs(reference: Sequence[object], heard: Sequence[object]) -> list[tuple[int, int]]:
    """(index in reference, index in heard) of the equal items of one cheapest alignment, in order."""
    table = _table(reference, heard)
    line, column = len(reference), len(heard)
    pairs: list[tuple[int, int]] = []
    while line and column:
        same = reference[line - 1] == heard[column - 1]
        if table[line][column] == table[line - 1][column - 1] + (not same):
            if same:
                pairs.append((line - 1, column - 1))
            line, column = line - 1, column - 1
        elif table[line][column] == table[line - 1][column] + 1:
            line -= 1
        else:
            column -= 1
    return pairs[::-1]


@dataclass(slots=True)
class ErrorRate:
    """Edits over reference length, summed over items."""

    errors: int = 0
    length: int = 0
    items: int = 0
    exact: int = 0

    def add(self, reference: Sequence[object], heard: Sequence[object]) -> None:
        distance = edit_distance(reference, heard)
        self.errors += distance
        self.length += len(reference)
        self.items += 1
        self.exact += distance == 0

    @property
    def rate(self) -> float:
        return self.errors / max(1, self.length)
