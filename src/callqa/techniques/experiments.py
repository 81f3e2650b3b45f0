"""Estimators and feature sets against each other on the dev split: the table of a model's card."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix, hstack

from callqa.domain import Party
from callqa.techniques.calibrate import Booleans, Floats, calibrate_all, f1
from callqa.techniques.corpus import Row
from callqa.techniques.features import Block, instance_of_row
from callqa.techniques.fit import Recipe, fold_of, group_of, ingredients_for, train_linear
from callqa.techniques.head import LINEAR_SHARE, calibrated
from callqa.techniques.hidden import Wiring, train_hidden
from callqa.techniques.labels import LABELS
from callqa.techniques.vectors import AGENT_WEIGHTS, Vectoriser

Scorer = Callable[[csr_matrix, Booleans, csr_matrix], Floats]
"""Training rows, their truth, rows to score → scores."""

_OWN = (Block.characters, Block.words, Block.sounds, Block.concepts)
_SENSED = (*_OWN, Block.senses)
_PLACED = (*_SENSED, Block.other_before, Block.own_before, Block.place)
_SHAPED = (*_PLACED, Block.shape, Block.echo)
FEATURE_SETS: Mapping[str, tuple[Block, ...]] = {
    "words": (Block.words,),
    "characters + words": (Block.characters, Block.words),
    "+ sounds": (Block.characters, Block.words, Block.sounds),
    "+ concepts": _OWN,
    "+ senses": _SENSED,
    "+ turns before + place": _PLACED,
    "+ shape + echo": _SHAPED,
    "+ answer": (*_SHAPED, Block.answer, Block.answer_shape),
}


class Experiment(NamedTuple):
    """One line of the table."""

    estimator: str
    """What was trained."""
    features: str
    """On what."""
    macro_f1: float
    """On dev, mean over techniques, thresholds from cross-fitting on train."""


def run_experiments(
    train: Sequence[Row], dev: Sequence[Row], *, say: Callable[[str], None] = lambda _: None, seed: int = 1
) -> list[Experiment]:
    """Compare estimators on the fullest features, and feature sets under the linear SVM.

    All of them see the same clean training rows, without noisy copies and without the reaction before, so that
    the comparison is of estimators and features alone.

    Args:
        train: Training rows.
        dev: Dev rows.
        say: Receives each line.
        seed: Of the estimators.

    Returns:
        The table, in the order run.
    """
    reader = ingredients_for(train).reader()
    told = [[row for row in rows if row.party is Party.agent] for rows in (train, dev)]
    names = [[reader.names(instance_of_row(row)) for row in rows] for rows in told]
    truth = [
        np.array([[label in row.labels for label in LABELS] for row in rows], dtype=bool) for rows in told
    ]
    folds = fold_of([group_of(row) for row in told[0]], 3)
    table: list[Experiment] = []

    def run(estimator: str, features: str, scorer: Scorer) -> None:
        weights = {block: AGENT_WEIGHTS[block] for block in FEATURE_SETS[features]}
        vectoriser = Vectoriser.fit(names[0], weights=weights)
        inside, outside = vectoriser.transform(names[0]), vectoriser.transform(names[1])
        crossed = np.zeros(truth[0].shape)
        for fold in np.unique(folds):
            crossed[folds == fold] = scorer(
                inside[folds != fold], truth[0][folds != fold], inside[folds == fold]
            )
        fits, limits = calibrate_all(crossed, truth[0])
        probability = calibrated(scorer(inside, truth[0], outside), fits)
        macro = float(
            np.mean(
                [
                    f1(truth[1][:, label], probability[:, label] >= limits[label])
                    for label in range(len(LABELS))
                ]
            )
        )
        table.append(Experiment(estimator, features, macro))
        say(f"{estimator:<42} {features:<24} {macro:.3f}")

    fullest = list(FEATURE_SETS)[-1]
    linear_svm = _linear(Recipe(estimator="svm", strength=Recipe().strength, seed=seed))
    for features in FEATURE_SETS:
        run("linear SVM", features, linear_svm)
    run("logistic regression", fullest, _linear(Recipe(estimator="logistic", strength=8.0, seed=seed)))
    run("gradient boosting over 150 SVD dimensions", fullest, _boosted(150, seed))
    run("logistic over 200-dimensional LSA embedding", fullest, _embedded(200, seed))
    run("linear SVM + LSA embedding", fullest, _joined(200, seed))
    run("hidden units", fullest, _hidden(seed))
    run("linear SVM + hidden units", fullest, _beside_hidden(seed))
    return table


def _linear(recipe: Recipe) -> Scorer:
    def score(inside: csr_matrix, truth: Booleans, outside: csr_matrix) -> Floats:
        weights, intercepts = train_linear(inside, truth, recipe)
        result: Floats = np.asarray(outside @ weights.T + intercepts, dtype=np.float64)
        return result

    return score


def _hidden(seed: int) -> Scorer:
    wiring = Wiring(at_least=7)  # no noisy copies here

    def score(inside: csr_matrix, truth: Booleans, outside: csr_matrix) -> Floats:
        return train_hidden(inside, truth, wiring=wiring, seed=seed).scores(outside)

    return score


def _beside_hidden(seed: int) -> Scorer:
    linear = _linear(Recipe(estimator="svm", strength=Recipe().strength, seed=seed))
    hidden = _hidden(seed)

    def score(inside: csr_matrix, truth: Booleans, outside: csr_matrix) -> Floats:
        found: Floats = LINEAR_SHARE * linear(inside, truth, outside) + hidden(inside, truth, outside)
        return found

    return score


def _reduced(inside: csr_matrix, outside: csr_matrix, dimensions: int, seed: int) -> tuple[Floats, Floats]:
    """Latent semantic analysis learnt from the training rows: no model hub is needed, none was used."""
    from sklearn.decomposition import TruncatedSVD

    reduction = TruncatedSVD(dimensions, random_state=seed)
    return reduction.fit_transform(inside), reduction.transform(outside)


def _boosted(dimensions: int, seed: int) -> Scorer:
    def score(inside: csr_matrix, truth: Booleans, outside: csr_matrix) -> Floats:
        from sklearn.ensemble import HistGradientBoostingClassifier

        left, right = _reduced(inside, outside, dimensions, seed)
        columns = []
        for label in range(truth.shape[1]):
            forest = HistGradientBoostingClassifier(max_iter=60, max_leaf_nodes=12, random_state=seed)
            forest.fit(left, truth[:, label])
            columns.append(forest.decision_function(right))
        return np.column_stack(columns)

    return score


def _embedded(dimensions: int, seed: int) -> Scorer:
    def score(inside: csr_matrix, truth: Booleans, outside: csr_matrix) -> Floats:
        from sklearn.linear_model import LogisticRegression

        left, right = _reduced(inside, outside, dimensions, seed)
        return np.column_stack(
            [
                LogisticRegression(C=20.0, max_iter=500).fit(left, truth[:, label]).decision_function(right)
                for label in range(truth.shape[1])
            ]
        )

    return score


def _joined(dimensions: int, seed: int) -> Scorer:
    linear = _linear(Recipe(estimator="svm", strength=Recipe().strength, seed=seed))

    def score(inside: csr_matrix, truth: Booleans, outside: csr_matrix) -> Floats:
        left, right = _reduced(inside, outside, dimensions, seed)
        return linear(
            csr_matrix(hstack([inside, csr_matrix(left)])),
            truth,
            csr_matrix(hstack([outside, csr_matrix(right)])),
        )

    return score
