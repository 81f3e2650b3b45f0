"""Named features → sparse rows: idf, every block at unit length times its weight."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, repeat

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from callqa.techniques.features import Block

_BLOCKS = tuple(Block)
OWN_TEXT = (Block.characters, Block.words, Block.sounds, Block.concepts, Block.senses)
"""The blocks that stand on characters of the turn; the first ones."""
AGENT_WEIGHTS: Mapping[Block, float] = {
    Block.characters: 1.0,
    Block.words: 0.8,
    Block.sounds: 0.8,
    Block.concepts: 0.75,
    Block.senses: 0.75,
    Block.other_before: 0.4,
    Block.own_before: 0.3,
    Block.place: 0.6,
    Block.shape: 0.7,
    Block.echo: 0.4,
    Block.answer: 0.5,
    Block.answer_shape: 0.4,
}
"""Lengths of the parts of an agent row; chosen by holding out one training author at a time."""
CUSTOMER_WEIGHTS: Mapping[Block, float] = {
    **AGENT_WEIGHTS,
    Block.other_before: 1.1,
    Block.place: 0.8,
    Block.concepts: 1.0,
    Block.shape: 0.7,
    Block.echo: 0.3,
    Block.answer: 1.0,
    Block.answer_shape: 0.5,
    Block.answer_echo: 0.4,
}
"""The same for customer rows: what 好的 means depends on what the agent had said, and shows in what comes next."""


class Vectoriser:
    """A vocabulary with one column per (block, feature)."""

    def __init__(
        self,
        columns: Sequence[Mapping[str, int]],
        idf: NDArray[np.float32],
        weights: Sequence[float],
    ) -> None:
        """Take what ``fit`` learnt or a model file held.

        Args:
            columns: Per block, feature → column; columns count through all blocks.
            idf: ``[columns]`` inverse document frequencies.
            weights: Per block, the length its part of a row is scaled to.
        """
        self.columns = [dict(block) for block in columns]
        self.idf = idf
        self.weights = np.asarray(weights, dtype=np.float32)

    @property
    def size(self) -> int:
        """Number of columns."""
        return len(self.idf)

    @cached_property
    def own_text(self) -> int:
        """Columns of the turn's own words; those of what was said before, of place and shape come after."""
        return sum(len(self.columns[block]) for block in OWN_TEXT)

    def name_of(self, column: int) -> tuple[Block, str]:
        """Block and feature of a column."""
        block = bisect_right(self._firsts, column) - 1
        return _BLOCKS[block], self._names[block][column - self._firsts[block]]

    @cached_property
    def _names(self) -> list[list[str]]:
        return [list(column) for column in self.columns]

    @cached_property
    def _firsts(self) -> list[int]:
        return [0, *accumulate(len(column) for column in self.columns[:-1])]

    @classmethod
    def fit(
        cls,
        rows: Sequence[Sequence[Sequence[str]]],
        *,
        at_least: int = 2,
        weights: Mapping[Block, float] = AGENT_WEIGHTS,
    ) -> "Vectoriser":
        """Keep the features seen in ``at_least`` rows.

        Args:
            rows: Per row, per block, feature names.
            at_least: Rows a feature must occur in.
            weights: Block weights; a block without one, or with 0, is left out.
        """
        columns: list[dict[str, int]] = []
        idf: list[float] = []
        for block in Block:
            counts: Counter[str] = Counter()
            if weights.get(block, 0.0) > 0:
                for row in rows:
                    counts.update(set(row[block]))
            kept = sorted(name for name, count in counts.items() if count >= at_least)
            columns.append({name: len(idf) + index for index, name in enumerate(kept)})
            idf.extend(float(np.log((1 + len(rows)) / (1 + counts[name]))) + 1.0 for name in kept)
        return cls(columns, np.asarray(idf, np.float32), [weights.get(block, 0.0) for block in Block])

    def transform(self, rows: Iterable[Sequence[Sequence[str]]]) -> csr_matrix:
        """Sparse ``[rows, columns]`` float32; features not in the vocabulary are left out.

        Args:
            rows: Per row, per block, feature names; taken one by one and not kept.
        """
        indices: list[int] = []
        lengths: list[int] = []
        blocks = list(enumerate(self.columns))
        for row in rows:
            for block, column in blocks:
                # all look-ups in one call; -1 and not None, whose hash differs from run to run and with it the order
                found = set(map(column.get, row[block], repeat(-1)))
                found.discard(-1)
                indices.extend(found)
                lengths.append(len(found))
        column_of = np.asarray(indices, dtype=np.int32)
        counts = np.asarray(lengths, dtype=np.int64)
        data = self.idf[column_of]
        part = np.repeat(np.arange(len(counts)), counts)
        norms = np.sqrt(np.bincount(part, weights=data * data, minlength=len(counts)))
        number = len(lengths) // len(blocks)
        scale = np.tile(self.weights, number) / np.maximum(norms, 1e-9)
        data = (data * scale[part]).astype(np.float32)
        ends = np.concatenate([[0], np.cumsum(counts)])[:: len(blocks)]
        matrix = csr_matrix((data, column_of, ends), shape=(number, self.size))
        matrix.has_sorted_indices = False
        return matrix
