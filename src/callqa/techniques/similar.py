"""A centre's own labels with too few examples to train: given by likeness to their examples."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix, vstack

from callqa.domain import Party
from callqa.techniques.calibrate import Floats
from callqa.techniques.features import Instance, Reader
from callqa.techniques.vectors import Vectoriser

TRAINABLE = 30
"""From this many examples on a label is trained."""
LIKE = 0.42
"""Cosine from which a turn counts as like an example; unrelated turns reach 0.25 at the 99.9th percentile."""


class SimilarLabels(NamedTuple):
    """Labels known only by example."""

    labels: tuple[str, ...]
    """Label ids."""
    owners: tuple[int, ...]
    """Per example, the index of its label."""
    examples: csr_matrix | None
    """``[examples, columns]``, unit rows over the turn's own text."""
    columns: int
    """Columns of the turn's own text; context columns follow."""
    threshold: float = LIKE
    """Likeness from which a label is given. A likeness, not a calibrated probability."""

    @classmethod
    def of(
        cls, examples: Mapping[str, Sequence[str]], *, reader: Reader, vectoriser: Vectoriser
    ) -> "SimilarLabels":
        """Prepare labels from their examples; a label without any is never given."""
        labels = tuple(examples)
        texts = [
            (index, text) for index, label in enumerate(labels) for text in examples[label] if text.strip()
        ]
        columns = vectoriser.own_text
        if not texts:
            return cls(labels, (), None, columns)
        rows = vectoriser.transform([reader.names(Instance(text, Party.agent)) for _, text in texts])
        return cls(labels, tuple(index for index, _ in texts), _unit(rows[:, :columns]), columns)

    def likeness(self, matrix: csr_matrix) -> Floats:
        """Highest cosine to any example of each label, ``[rows, labels]``, within 0..1."""
        found = np.zeros((matrix.shape[0], len(self.labels)))
        if self.examples is None or not matrix.shape[0]:
            return found
        cosines = np.asarray((_unit(matrix[:, : self.columns]) @ self.examples.T).todense())
        for label in range(len(self.labels)):
            own = [index for index, owner in enumerate(self.owners) if owner == label]
            if own:
                found[:, label] = cosines[:, own].max(axis=1)
        return np.clip(found, 0.0, 1.0)


def _unit(rows: csr_matrix) -> csr_matrix:
    norms = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    scale = csr_matrix((1.0 / np.maximum(norms, 1e-9), (range(len(norms)), range(len(norms)))))
    return csr_matrix(vstack([scale @ rows]))
