"""The training recipe: rows → model. Same rows and seed, same model."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from callqa.domain import ModelError, ModelRef, Party, Reaction
from callqa.techniques.calibrate import Booleans, Floats, best_divisors, calibrate_all
from callqa.techniques.concepts import shipped_concepts, shipped_senses
from callqa.techniques.corpus import Row
from callqa.techniques.features import Block, Reader, instance_of_row
from callqa.techniques.head import Head, calibrated, shares, together
from callqa.techniques.hidden import Hidden, Wiring, train_hidden
from callqa.techniques.model import Ingredients, TechniqueModel
from callqa.techniques.neighbours import Around, Batch, Places, beside, told_by
from callqa.techniques.noise import Noise
from callqa.techniques.normal import normalise
from callqa.techniques.similar import TRAINABLE
from callqa.techniques.sound import common_syllables
from callqa.techniques.vectors import AGENT_WEIGHTS, CUSTOMER_WEIGHTS, Vectoriser
from callqa.techniques.words import dictionary_of_jieba

NamedRows = list[list[Sequence[str]]]


class Recipe(NamedTuple):
    """Everything that can be turned when training."""

    estimator: Literal["svm", "logistic"] = "svm"
    """Linear estimator, one label against the rest."""
    strength: float = 0.15
    """Inverse regularisation (scikit-learn's C) of techniques."""
    reaction_strength: float = 0.05
    """The same for reactions."""
    noisy_copies: tuple[float, ...] = (0.12, 0.25)
    """Error rates of the copies of the training rows that are added."""
    at_least: int = 5
    """Rows without noise that a feature must occur in; three gave no better model and a file half as big again."""
    folds: int = 6
    """Groups of products predicted by a model that never saw them, for calibration and thresholds."""
    hidden: Wiring | None = Wiring()
    """Hidden units beside the linear estimator of techniques; reactions gained nothing by them."""
    seed: int = 20261123
    """Of noise and estimators."""


def ingredients_for(rows: Sequence[Row]) -> Ingredients:
    """Dictionary, sounds and concepts for these rows."""
    texts = {normalise(row.text).text for row in rows}
    return Ingredients(
        dictionary_of_jieba(texts),
        dict(common_syllables()),
        dict(shipped_concepts()),
        dict(shipped_senses()),
    )


def trainable_labels(rows: Sequence[Row], *, order: Sequence[str]) -> tuple[str, ...]:
    """Labels with enough examples: those of ``order`` first, then others by name."""
    counts: dict[str, int] = {}
    for row in rows:
        for label in row.labels:
            counts[label] = counts.get(label, 0) + 1
    enough = {label for label, count in counts.items() if count >= TRAINABLE}
    return tuple(label for label in order if label in enough) + tuple(sorted(enough - set(order)))


def fit(
    rows: Sequence[Row],
    *,
    labels: Sequence[str],
    recipe: Recipe | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> TechniqueModel:
    """Train on all rows; calibrate and choose thresholds on cross-fitted predictions.

    Every product (or, without products, every dialogue) is predicted by a model trained on the others; these
    predictions, on clean rows and on their noisy copies, give Platt's numbers and the thresholds, and what a row
    learns of its neighbours (``neighbours``). The shipped weights are trained on all rows.

    Args:
        rows: Agent and customer rows.
        labels: Techniques to train.
        recipe: Settings; the default ones when None.
        say: Receives progress.

    Returns:
        An unnamed model.

    Raises:
        ModelError: ``train.too_little`` where a party has no rows or only one group, or no label has examples enough.
    """
    recipe = recipe or Recipe()
    if not labels:
        raise ModelError(
            f"没有一个技巧标签够 {TRAINABLE} 条例子，训练不了。",
            code="train.too_little",
            hint="请把自带语料一起给上，或多标一些。",
        )
    agents = [row for row in rows if row.party is Party.agent]
    customers = [row for row in rows if row.party is Party.customer and row.reaction]
    if len({group_of(row) for row in agents}) < 2 or len({group_of(row) for row in customers}) < 2:
        raise ModelError(
            "训练要至少两个产品（或两通对话）的坐席和客户轮次。",
            code="train.too_little",
            hint="请把自带语料一起给上（--corpus 可以给多个）。",
        )
    ingredients = ingredients_for(rows)
    # in the order of the calls, so that neighbours find each other
    judged = [
        row for row in rows if row.party is Party.agent or (row.party is Party.customer and row.reaction)
    ]
    copies = _Copies(judged, ingredients.reader(), recipe)
    names = [reaction.value for reaction in Reaction]
    felt = np.array([[row.reaction == name for name in names] for row in copies.rows], dtype=bool)
    used = np.array([[label in row.labels for label in labels] for row in copies.rows], dtype=bool)
    heard, told = (copies.batch.of(party) for party in (Party.customer, Party.agent))
    around, around_told = (Around.of(copies.batch, places, add=False) for places in (heard, told))
    say(f"客户 {len(customers)} 轮：训练反应，先只看话")
    first = copies.examples(heard, felt, recipe.reaction_strength, CUSTOMER_WEIGHTS, recipe.folds)
    crossed = cross_fit(first, recipe, say=say)
    customer_vectoriser, first_customer_head = finish(
        first, crossed, labels=names, recipe=recipe, exclusive=True
    )
    reactions = np.zeros(felt.shape)
    reactions[heard] = shares(calibrated(crossed, first_customer_head.calibrations))
    say(f"坐席 {len(agents)} 轮：训练 {len(labels)} 个技巧")
    examples = copies.examples(told, used, recipe.strength, AGENT_WEIGHTS, recipe.folds)
    examples = examples._replace(beside=(told_by(reactions, around_told.customer_before),))
    crossed = cross_fit(examples, recipe, say=say)
    agent_vectoriser, first_agent_head = finish(examples, crossed, labels=labels, recipe=recipe)
    techniques = np.zeros(used.shape)
    techniques[told] = calibrated(crossed, first_agent_head.calibrations)
    say("再看一遍，带上前后的技巧和反应")
    examples = examples._replace(beside=around_told.told(techniques, reactions), hidden=recipe.hidden)
    crossed = cross_fit(examples, recipe, say=say)
    _, agent_head = finish(examples, crossed, labels=labels, recipe=recipe)
    techniques[told] = calibrated(crossed, agent_head.calibrations)
    second = first._replace(beside=around.told(techniques, reactions))
    crossed = cross_fit(second, recipe, say=say)
    _, customer_head = finish(second, crossed, labels=names, recipe=recipe, exclusive=True)
    return TechniqueModel(
        ref=ModelRef(name="untitled", version="0", sha256=""),
        ingredients=ingredients,
        agent_vectoriser=agent_vectoriser,
        customer_vectoriser=customer_vectoriser,
        first_agent_head=first_agent_head,
        agent_head=agent_head,
        first_customer_head=first_customer_head,
        customer_head=customer_head,
    )


class Examples(NamedTuple):
    """What an estimator learns from."""

    names: NamedRows
    """Feature names per row and block; rows without noise first."""
    truth: Booleans
    """``[rows, labels]``."""
    folds: NDArray[np.int64]
    """Per row, its fold."""
    clean: int
    """How many rows at the front are without noise; only they decide the vocabulary."""
    strength: float
    """Inverse regularisation."""
    weights: Mapping[Block, float]
    """Block weights."""
    hidden: Wiring | None = None
    """Hidden units, if any."""
    beside: tuple[Floats, ...] = ()
    """``[rows, n]`` columns of neighbours: guesses by models that did not see them, the kind that is met later."""

    def vectoriser(self, chosen: NDArray[np.int64], at_least: int) -> Vectoriser:
        """The vocabulary of the chosen clean rows."""
        return Vectoriser.fit(
            [self.names[index] for index in chosen if index < self.clean],
            at_least=at_least,
            weights=self.weights,
        )

    def matrix(self, vectoriser: Vectoriser, chosen: NDArray[np.int64]) -> csr_matrix:
        """Rows as the head sees them."""
        text = vectoriser.transform([self.names[index] for index in chosen])
        return beside(text, *(told[chosen] for told in self.beside)) if self.beside else text


def group_of(row: Row) -> str:
    """What must not stand on both sides of a fold."""
    return row.product or row.dialogue or row.source or row.text[:1]


class _Copies:
    """Rows and their noisy copies, with features, copy by copy."""

    def __init__(self, rows: Sequence[Row], reader: Reader, recipe: Recipe) -> None:
        copies = [list(rows)]
        for number, rate in enumerate(recipe.noisy_copies):
            noise = Noise(rate=rate, seed=recipe.seed + number, keep_marks=number % 2 == 0)
            copies.append([noise.garbled(row) for row in rows])
        self.rows = [row for copy in copies for row in copy]
        self.batch = Batch([instance_of_row(row) for row in self.rows])
        self._clean = len(rows)
        self._names: NamedRows = [reader.names(one) for one in self.batch.instances]
        self._groups = [group_of(row) for row in rows]

    def examples(
        self, places: Places, truth: Booleans, strength: float, weights: Mapping[Block, float], folds: int
    ) -> "Examples":
        """Some rows of every copy, as an estimator takes them."""
        clean = places[places < self._clean].tolist()
        dealt = fold_of([self._groups[place] for place in clean], folds)
        return Examples(
            [self._names[place] for place in places.tolist()],
            truth[places],
            np.tile(dealt, len(places) // len(clean)),
            len(clean),
            strength,
            weights,
        )


def fold_of(groups: Sequence[str], folds: int) -> NDArray[np.int64]:
    """Groups dealt to folds, largest first, each to the smallest fold; deterministic."""
    sizes: dict[str, int] = {}
    for group in groups:
        sizes[group] = sizes.get(group, 0) + 1
    load = [0] * min(folds, len(sizes))
    place: dict[str, int] = {}
    for group in sorted(sizes, key=lambda name: (-sizes[name], name)):
        place[group] = load.index(min(load))
        load[place[group]] += sizes[group]
    return np.array([place[group] for group in groups])


def train_linear(
    matrix: csr_matrix, truth: Booleans, recipe: Recipe, *, strength: float | None = None
) -> tuple[Floats, Floats]:
    """Weights ``[labels, columns]`` and intercepts of one linear estimator per label."""
    strength = recipe.strength if strength is None else strength
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    weights = np.zeros((truth.shape[1], matrix.shape[1]))
    intercepts = np.full(truth.shape[1], -1.0)
    for label in range(truth.shape[1]):
        if truth[:, label].all() or not truth[:, label].any():
            continue
        if recipe.estimator == "svm":
            estimator = LinearSVC(C=strength, tol=1e-3, random_state=recipe.seed)
        else:
            estimator = LogisticRegression(C=strength, solver="liblinear", random_state=recipe.seed)
        estimator.fit(matrix, truth[:, label])
        weights[label] = estimator.coef_[0]
        intercepts[label] = estimator.intercept_[0]
    return weights, intercepts


def train_both(
    matrix: csr_matrix, examples: Examples, chosen: NDArray[np.int64], recipe: Recipe
) -> tuple[Floats, Floats, Hidden | None]:
    """Linear weights, intercepts and hidden units learnt from the chosen rows."""
    truth = examples.truth[chosen]
    weights, intercepts = train_linear(matrix, truth, recipe, strength=examples.strength)
    hidden = None
    if examples.hidden:
        hidden = train_hidden(matrix, truth, wiring=examples.hidden, seed=recipe.seed)
    return weights, intercepts, hidden


def cross_fit(examples: Examples, recipe: Recipe, *, say: Callable[[str], None] = lambda _: None) -> Floats:
    """Scores ``[rows, labels]`` of every row by a model that saw no row of its fold.

    A label that occurs in one fold only, such as a centre's own label taught with a handful of examples, would be
    scored by models that never saw it; its rows are parted one by one instead.
    """
    truth = examples.truth
    lonely = [
        label
        for label in range(truth.shape[1])
        if truth[:, label].any() and len(np.unique(examples.folds[truth[:, label]])) == 1
    ]
    scores = _crossed(examples, examples.folds, recipe, say=say)
    if lonely:
        # a row and its noisy copies stay together
        spread = np.arange(len(truth)) % examples.clean % 3
        scores[:, lonely] = _crossed(examples._replace(truth=truth[:, lonely]), spread, recipe)
    return scores


def _crossed(
    examples: Examples,
    folds: NDArray[np.int64],
    recipe: Recipe,
    *,
    say: Callable[[str], None] = lambda _: None,
) -> Floats:
    scores = np.zeros(examples.truth.shape)
    numbers = np.unique(folds)
    for number, fold in enumerate(numbers, 1):
        say(f"  交叉预测 {number}/{len(numbers)}")
        inside, outside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        vectoriser = examples.vectoriser(inside, recipe.at_least)
        weights, intercepts, hidden = train_both(
            examples.matrix(vectoriser, inside), examples, inside, recipe
        )
        unseen = examples.matrix(vectoriser, outside)
        scores[outside] = together(unseen @ weights.T + intercepts, hidden, unseen)
    return scores


def finish(
    examples: Examples, crossed: Floats, *, labels: Sequence[str], recipe: Recipe, exclusive: bool = False
) -> tuple[Vectoriser, Head]:
    """Calibrate on the cross-fitted scores and train the final weights on all rows.

    Where the labels are ``exclusive``, their thresholds are divisors (``best_divisors``).
    """
    calibrations, thresholds = calibrate_all(crossed, examples.truth)
    if exclusive:
        thresholds = best_divisors(shares(calibrated(crossed, calibrations)), examples.truth)
    everything = np.arange(len(examples.names))
    vectoriser = examples.vectoriser(everything, recipe.at_least)
    weights, intercepts, hidden = train_both(
        examples.matrix(vectoriser, everything), examples, everything, recipe
    )
    head = Head(
        tuple(labels),
        weights.astype(np.float32),
        intercepts.astype(np.float32),
        tuple(calibrations),
        tuple(thresholds),
        hidden,
    )
    return vectoriser, head
