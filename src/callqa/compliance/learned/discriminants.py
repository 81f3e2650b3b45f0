"""Small linear discriminants, one per rule or step, trained when the policy is compiled.

Each learns to tell its own ``like`` sentences (target +1) from its ``unlike`` ones, from those of the other subjects
and from harmless talk (−1): ridge regression on the features of ``grams``, solved by conjugate gradients (numpy only,
the same every time). Only features of its own examples take part, and of the foreign sentences only those that share
most with its ``like`` ones. The value is turned into a probability by one fixed logistic curve.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from callqa.compliance.learned.grams import (
    EMBEDDED,
    Embedder,
    Floats,
    Stretch,
    WordClasses,
    grams,
    stretches_of,
    words_of,
)
from callqa.compliance.sound import Heard, hear
from callqa.policy.rules.exemplars import Exemplars

Ints = NDArray[np.int64]
_RIDGE = 0.3
"""Weight of the penalty."""
_OWN_WEIGHT = 4.0
"""A ``like`` sentence counts as much as four others, of which there are many more."""
_OWN_SHARE = 0.5
"""… but all of them together no more than half of those: where few are given, what shares nothing with either is none."""
_RIVALS = 1200
"""Foreign sentences trained against."""
_ROUNDS = 20
"""Of conjugate gradients."""
_STEEP, _MIDDLE = 4.25, -0.38
"""Value → probability: 1 / (1 + exp(−4.25 · (value + 0.38))); fitted on products whose calls were not learned from."""
_EMBEDDED_WEIGHT = 1.0
_WORDS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Judged:
    """The likeliest stretch of a turn."""

    probability: float
    stretch: Stretch


@dataclass(frozen=True, slots=True)
class _Trained:
    vocabulary: dict[str, int]
    weights: Floats
    """Shape (features, subjects)."""
    bias: Floats
    """Shape (subjects,)."""


class Discriminants:
    """All subjects of one kind. Pickles with what it learned, so that workers need not learn again."""

    def __init__(
        self,
        subjects: Iterable[Exemplars],
        *,
        harmless: Sequence[str] = (),
        classes: Mapping[str, Sequence[str]] | None = None,
        embedder: Embedder | None = None,
    ) -> None:
        """Train.

        Args:
            subjects: Examples of each rule's condition or step; the same examples twice are learned once.
            harmless: Sentences that are none of them.
            classes: Words of much the same meaning, by class.
            embedder: A sentence-embedding model, where the user has one.
        """
        # in an order of their own, so that what is learned does not depend on the order of the rules
        self._subjects = tuple(sorted(dict.fromkeys(subjects), key=lambda examples: examples.texts))
        self._numbers = {examples: number for number, examples in enumerate(self._subjects)}
        self._classes = WordClasses(classes or {})
        self._embedder = embedder
        self._trained = self._train(tuple(harmless))
        self._liked: dict[int, list[tuple[str, frozenset[str]]]] = {}
        self._score = lru_cache(maxsize=4096)(self._scored)

    def __len__(self) -> int:
        return len(self._subjects)

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in self.__dict__.items() if name != "_score"}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        self._score = lru_cache(maxsize=4096)(self._scored)

    def judge(self, examples: Exemplars, text: str) -> Judged | None:
        """The likeliest stretch of a turn for a subject; None for a turn too short to say anything."""
        stretches, values = self._score(text)
        if not stretches:
            return None
        column = values[:, self._numbers[examples]]
        best = int(column.argmax())
        return Judged(probability(float(column[best])), stretches[best])

    def because(self, examples: Exemplars, text: str, stretch: Stretch) -> tuple[tuple[str, ...], str]:
        """The words that carried a stretch furthest, and the ``like`` sentence that shares most with it."""
        number, trained = self._numbers[examples], self._trained
        found = self._features(hear(text), [stretch])[0]
        gains = {
            feature: value * float(trained.weights[trained.vocabulary[feature], number])
            for feature, value in found.items()
            if feature in trained.vocabulary
        }
        shown: list[str] = []
        for feature in sorted(gains, key=lambda feature: (-gains[feature], feature)):
            words = words_of(feature)
            if (
                words is not None
                and gains[feature] > 0
                and not any(words in one or one in words for one in shown)
            ):
                shown.append(words)
            if len(shown) == _WORDS_SHOWN:
                break
        shapes = frozenset(found)
        nearest = max(self._likes(number), key=lambda like: len(shapes & like[1]) / len(shapes | like[1]))
        return tuple(shown), nearest[0]

    def _likes(self, number: int) -> list[tuple[str, frozenset[str]]]:
        if number not in self._liked:
            sentences = self._subjects[number].like
            self._liked[number] = [(s, frozenset(self._whole(s))) for s in sentences]
        return self._liked[number]

    def _scored(self, text: str) -> tuple[tuple[Stretch, ...], Floats]:
        heard = hear(text)
        stretches = stretches_of(text, heard)
        trained = self._trained
        values = np.empty((len(stretches), len(self._subjects)), dtype=np.float32)
        for row, found in enumerate(self._features(heard, stretches)):
            known = [(trained.vocabulary[f], v) for f, v in found.items() if f in trained.vocabulary]
            places = [place for place, _ in known]
            amounts = np.array([amount for _, amount in known], dtype=np.float32)
            values[row] = amounts @ trained.weights[places] + trained.bias if known else trained.bias
        return stretches, values

    def _features(self, heard: Heard, stretches: Sequence[Stretch]) -> list[dict[str, float]]:
        classes = self._classes.find(heard)
        found = [grams(heard, stretch, classes) for stretch in stretches]
        if self._embedder is not None and stretches:
            vectors = self._embedder.embed([heard.characters[s.start : s.end] for s in stretches])
            for features, vector in zip(found, vectors, strict=True):
                features.update({f"{EMBEDDED}{i}": _EMBEDDED_WEIGHT * float(v) for i, v in enumerate(vector)})
        return found

    def _whole(self, sentence: str) -> dict[str, float]:
        heard = hear(sentence)
        return self._features(heard, [Stretch(0, len(heard))])[0]

    def _train(self, harmless: tuple[str, ...]) -> _Trained:
        rows: list[dict[str, float]] = []
        owners: list[int] = []
        likes: list[bool] = []
        for number, subject in enumerate(self._subjects):
            for sentence in subject.texts:
                rows.append(self._whole(sentence))
                owners.append(number)
            likes += [True] * len(subject.like) + [False] * len(subject.unlike)
        for sentence in harmless:
            heard = hear(sentence)
            found = self._features(heard, stretches_of(sentence, heard))
            rows += found
            owners += [-1] * len(found)
            likes += [False] * len(found)
        table = _Table(rows)
        weights = np.zeros((len(table.names), len(self._subjects)), dtype=np.float32)
        bias = np.zeros(len(self._subjects), dtype=np.float32)
        own, liked = np.array(owners), np.array(likes, dtype=bool)
        for number in range(len(self._subjects)):
            places, learned, bias[number] = _learn(table, own == number, liked & (own == number))
            weights[places, number] = learned
        used = np.nonzero(np.abs(weights).max(axis=1, initial=0.0) > 0)[0]
        names = {table.names[place]: new for new, place in enumerate(used.tolist())}
        return _Trained(names, weights[used], bias)


def learn(
    subjects: Iterable[Exemplars],
    *,
    harmless: Iterable[str] = (),
    classes: Mapping[str, Sequence[str]] | None = None,
    embedder: Embedder | None = None,
) -> Discriminants:
    """``Discriminants``, remembered: the same examples are learned once in a process (not with an embedder)."""
    if embedder is not None:
        return Discriminants(subjects, harmless=tuple(harmless), classes=classes, embedder=embedder)
    kinds = tuple((name, tuple(words)) for name, words in (classes or {}).items())
    return _remembered(tuple(subjects), tuple(harmless), kinds)


@lru_cache(maxsize=16)
def _remembered(
    subjects: tuple[Exemplars, ...],
    harmless: tuple[str, ...],
    classes: tuple[tuple[str, tuple[str, ...]], ...],
) -> Discriminants:
    return Discriminants(subjects, harmless=harmless, classes=dict(classes))


def probability(value: float) -> float:
    """A discriminant's value as a probability."""
    return float(1.0 / (1.0 + np.exp(-_STEEP * (value - _MIDDLE))))


class _Table:
    """Sparse rows of features."""

    def __init__(self, rows: Sequence[Mapping[str, float]]) -> None:
        numbers: dict[str, int] = {}
        self.columns: Ints = np.array(
            [numbers.setdefault(f, len(numbers)) for row in rows for f in row], dtype=np.int64
        )
        self.values = np.array([value for row in rows for value in row.values()], dtype=np.float64)
        self.rows: Ints = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
        self.names = list(numbers)
        self.size = len(rows)


def _learn(table: _Table, own: NDArray[np.bool_], liked: NDArray[np.bool_]) -> tuple[Ints, Floats, float]:
    """Columns, their weights and the bias of one subject."""
    mine = np.zeros(len(table.names), dtype=bool)
    mine[table.columns[own[table.rows]]] = True
    inside = mine[table.columns]
    centre = np.bincount(table.columns, table.values * liked[table.rows], minlength=len(table.names))
    shared = np.bincount(table.rows, table.values * centre[table.columns] * inside, minlength=table.size)
    foreign = np.nonzero(~own)[0]
    rivals = foreign[np.argsort(-shared[foreign], kind="stable")[:_RIVALS]]
    chosen = own.copy()
    chosen[rivals] = True
    kept = inside & chosen[table.rows]
    row_of, column_of = np.cumsum(chosen) - 1, np.cumsum(mine) - 1
    rows, columns, values = row_of[table.rows[kept]], column_of[table.columns[kept]], table.values[kept]
    height, width = int(chosen.sum()), int(mine.sum())
    target = np.where(liked[chosen], 1.0, -1.0)
    others = max(1, int(chosen.sum()) - int(liked.sum()))
    own_weight = min(_OWN_WEIGHT, _OWN_SHARE * others / max(1, int(liked.sum())))
    weight = np.where(liked[chosen], own_weight, 1.0)

    def forward(model: NDArray[np.float64]) -> NDArray[np.float64]:
        reached: NDArray[np.float64] = (
            np.bincount(rows, values * model[columns], minlength=height) + model[-1]
        )
        return reached

    def back(errors: NDArray[np.float64]) -> NDArray[np.float64]:
        image: NDArray[np.float64] = np.empty(width + 1)
        image[:-1] = np.bincount(columns, values * errors[rows], minlength=width)
        image[-1] = errors.sum()
        return image

    model = np.zeros(width + 1)
    residual = back(weight * target)
    direction, power = residual.copy(), float(residual @ residual)
    for _ in range(_ROUNDS):
        image = back(weight * forward(direction)) + _RIDGE * direction
        step = power / float(direction @ image)
        model += step * direction
        residual -= step * image
        before, power = power, float(residual @ residual)
        direction = residual + power / before * direction
    return np.nonzero(mine)[0], model[:-1].astype(np.float32), float(model[-1])
