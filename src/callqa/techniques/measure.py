"""How good a model is on labelled rows: per label with intervals, clean and with recogniser errors, beside baselines."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from callqa.domain import ModelError, Party, Reaction
from callqa.domain.noun import Noun
from callqa.techniques.baseline import keyword_labels, keyword_reaction, most_frequent_label
from callqa.techniques.calibrate import Booleans, Floats, calibration_error
from callqa.techniques.corpus import Row
from callqa.techniques.features import instance_of_row
from callqa.techniques.labels import REACTION_TITLES, TITLES
from callqa.techniques.model import TechniqueModel
from callqa.techniques.noise import Noise

Share = Annotated[float, Field(ge=0.0, le=1.0)]
RESAMPLES = 1000
"""Bootstrap samples, drawn over dialogues: turns of one call are no independent witnesses."""


class LabelScore(Noun):
    """One label on one set."""

    label: str
    """Technique or reaction."""
    title: str
    """In Chinese."""
    support: int
    """Rows that carry it."""
    precision: Share
    """Of the rows given the label, how many carry it; 0 where none was given."""
    recall: Share
    """Of the rows that carry it, how many were given it."""
    f1: Share
    """Harmonic mean."""
    low: Share
    """Lower end of the 95 % interval of f1."""
    high: Share
    """Upper end."""
    keyword_f1: Share
    """The keyword baseline on the same rows."""


class Confusion(Noun):
    """A mistake that comes back."""

    truth: str
    """What a person saw; ``none`` where nothing."""
    given: str
    """What the model gave instead; ``none`` where nothing."""
    count: int
    """How often."""
    example: str
    """One such turn."""


class Scores(Noun):
    """Techniques or reactions on one set of rows."""

    rows: int
    """Rows judged."""
    labels: tuple[LabelScore, ...]
    """In the model's order; labels that never occur are left out of the mean."""
    macro_f1: Share
    """Mean f1 of the labels that occur."""
    low: Share
    """Lower end of its 95 % interval."""
    high: Share
    """Upper end."""
    keyword_macro_f1: Share
    """Keyword baseline."""
    frequent_macro_f1: Share
    """Most frequent label everywhere."""
    calibration_error: Share
    """Expected calibration error over all (row, label) probabilities, 10 bins."""
    given_calibration_error: Share
    """The same over the given tags only: is a tag that says 80 % right four times in five?"""
    confusions: tuple[Confusion, ...]
    """The commonest, most frequent first."""


class Report(Noun):
    """A model on labelled rows at one error rate."""

    model: str
    """Model name and version."""
    noise: float
    """Character error rate put on top, 0 = as written."""
    marks: bool = True
    """Whether punctuation was left in the texts."""
    techniques: Scores | None
    """Agent turns; None where there are none."""
    reactions: Scores | None
    """Customer turns; None where there are none."""


def evaluate(
    rows: Sequence[Row],
    model: TechniqueModel,
    *,
    noise: float = 0.0,
    marks: bool = True,
    seed: int = 7,
    resamples: int = RESAMPLES,
) -> Report:
    """Measure a model on labelled rows.

    Args:
        rows: Agent and customer rows; what was said around a row is garbled like the row itself.
        model: The model.
        noise: Character error rate put on top.
        marks: False takes punctuation out.
        seed: Of noise and bootstrap.
        resamples: Bootstrap samples.

    Raises:
        ModelError: ``evaluate.empty`` without rows.
    """
    if not rows:
        raise ModelError("没有可评测的标注。", code="evaluate.empty", hint="请检查文件，或换一个划分。")
    heard = list(rows)
    if noise > 0 or not marks:
        garbler = Noise(rate=noise, seed=seed, keep_marks=marks)
        heard = [garbler.garbled(row) for row in rows]
    prediction = model.predict([instance_of_row(row) for row in heard])
    agents = np.array([index for index, row in enumerate(heard) if row.party is Party.agent], dtype=int)
    customers = np.array([index for index, row in enumerate(heard) if row.reaction is not None], dtype=int)
    return Report(
        model=f"{model.ref.name} {model.ref.version}",
        noise=noise,
        marks=marks,
        techniques=_techniques(
            [heard[index] for index in agents],
            model,
            prediction.techniques[agents],
            prediction.known[agents],
            seed,
            resamples,
        )
        if len(agents)
        else None,
        reactions=_reactions(
            [heard[index] for index in customers],
            prediction.reactions[customers],
            prediction.chosen[customers],
            seed,
            resamples,
        )
        if len(customers)
        else None,
    )


def _techniques(  # noqa: PLR0917
    rows: Sequence[Row],
    model: TechniqueModel,
    probability: Floats,
    known: Booleans,
    seed: int,
    resamples: int,
) -> Scores:
    labels = model.labels
    truth = np.array([[label in row.labels for label in labels] for row in rows], dtype=bool)
    limits = np.array([model.thresholds[label] for label in labels])
    given = (probability >= limits) & known[:, None]
    keywords = np.array([[label in keyword_labels(row.text) for label in labels] for row in rows], dtype=bool)
    frequent = np.zeros_like(truth)
    commonest = most_frequent_label(rows)
    if commonest in labels:
        frequent[:, labels.index(commonest)] = True
    trained = np.array([label in model.agent_head.labels for label in labels])
    return _scores(
        _Table(
            rows,
            labels,
            tuple(TITLES.get(label, label) for label in labels),
            truth,
            given,
            keywords,
            frequent,
        ),
        calibration=probability[:, trained],
        calibrated_truth=truth[:, trained],
        calibrated_given=given[:, trained],
        seed=seed,
        resamples=resamples,
    )


def _reactions(
    rows: Sequence[Row], probability: Floats, chosen: NDArray[np.int64], seed: int, resamples: int
) -> Scores:
    names = tuple(reaction.value for reaction in Reaction)
    truth = np.array([[row.reaction == name for name in names] for row in rows], dtype=bool)
    given = np.eye(len(names), dtype=bool)[chosen]
    keywords = np.array([[keyword_reaction(row.text) == name for name in names] for row in rows], dtype=bool)
    frequent = np.zeros_like(truth)
    frequent[:, int(truth.sum(axis=0).argmax())] = True
    return _scores(
        _Table(rows, names, tuple(REACTION_TITLES[name] for name in names), truth, given, keywords, frequent),
        calibration=probability,
        calibrated_truth=truth,
        calibrated_given=given,
        seed=seed,
        resamples=resamples,
    )


class _Table:
    """Truth and guesses ``[rows, labels]`` of one kind."""

    def __init__(  # noqa: PLR0917
        self,
        rows: Sequence[Row],
        labels: Sequence[str],
        titles: Sequence[str],
        truth: Booleans,
        given: Booleans,
        keywords: Booleans,
        frequent: Booleans,
    ) -> None:
        self.rows, self.labels, self.titles = rows, labels, titles
        self.truth, self.given, self.keywords, self.frequent = truth, given, keywords, frequent


def _scores(
    table: _Table,
    *,
    calibration: Floats,
    calibrated_truth: Booleans,
    calibrated_given: Booleans,
    seed: int,
    resamples: int,
) -> Scores:
    occurs: Booleans = np.asarray(table.truth.any(axis=0), dtype=bool)
    counts = _counts(table.truth, table.given)
    per_label = _f1_of(counts)
    sampled = _bootstrap(table.rows, table.truth, table.given, seed=seed, resamples=resamples)
    keyword_f1 = _f1_of(_counts(table.truth, table.keywords))
    frequent_f1 = _f1_of(_counts(table.truth, table.frequent))
    low, high = np.percentile(sampled, [2.5, 97.5], axis=0)
    macro_low, macro_high = (
        np.percentile(sampled[:, occurs].mean(axis=1), [2.5, 97.5]) if occurs.any() else (0.0, 0.0)
    )
    hits, given, wanted = counts
    return Scores(
        rows=len(table.rows),
        labels=tuple(
            LabelScore(
                label=label,
                title=table.titles[index],
                support=int(wanted[index]),
                precision=float(hits[index] / given[index]) if given[index] else 0.0,
                recall=float(hits[index] / wanted[index]) if wanted[index] else 0.0,
                f1=float(per_label[index]),
                low=float(low[index]),
                high=float(high[index]),
                keyword_f1=float(keyword_f1[index]),
            )
            for index, label in enumerate(table.labels)
        ),
        macro_f1=_mean(per_label, occurs),
        low=float(macro_low),
        high=float(macro_high),
        keyword_macro_f1=_mean(keyword_f1, occurs),
        frequent_macro_f1=_mean(frequent_f1, occurs),
        calibration_error=calibration_error(calibration.ravel(), calibrated_truth.ravel()),
        given_calibration_error=calibration_error(
            calibration[calibrated_given], calibrated_truth[calibrated_given]
        ),
        confusions=_confusions(table),
    )


def _mean(values: Floats, occurs: Booleans) -> float:
    return float(values[occurs].mean()) if occurs.any() else 0.0


def _counts(truth: Booleans, given: Booleans) -> tuple[Floats, Floats, Floats]:
    return (
        (truth & given).sum(axis=0).astype(float),
        given.sum(axis=0).astype(float),
        truth.sum(axis=0).astype(float),
    )


def _f1_of(counts: tuple[Floats, Floats, Floats]) -> Floats:
    hits, given, wanted = counts
    result: Floats = 2 * hits / np.maximum(given + wanted, 1e-9)
    return result


def _bootstrap(
    rows: Sequence[Row], truth: Booleans, given: Booleans, *, seed: int, resamples: int
) -> NDArray[np.float64]:
    """F1 per label ``[resamples, labels]`` over dialogues drawn with replacement (rows where there are none)."""
    names = [row.dialogue or f"row {index}" for index, row in enumerate(rows)]
    order = {name: number for number, name in enumerate(dict.fromkeys(names))}
    group = np.array([order[name] for name in names])
    labels = truth.shape[1]
    sums = np.zeros((len(order), 3 * labels))
    np.add.at(sums, group, np.hstack([truth & given, given, truth]).astype(float))
    drawn = np.random.default_rng(seed).multinomial(
        len(order), np.full(len(order), 1 / len(order)), size=resamples
    )
    totals: Floats = np.asarray(drawn @ sums, dtype=np.float64)
    return _f1_of((totals[:, :labels], totals[:, labels : 2 * labels], totals[:, 2 * labels :]))


def _confusions(table: _Table, *, most: int = 12) -> tuple[Confusion, ...]:
    counts: Counter[tuple[str, str]] = Counter()
    example: dict[tuple[str, str], str] = {}
    for row, truth, given in zip(table.rows, table.truth, table.given, strict=True):
        missed = [table.labels[index] for index in np.flatnonzero(truth & ~given).tolist()]
        wrong = [table.labels[index] for index in np.flatnonzero(given & ~truth).tolist()]
        pairs = (
            [(one, other) for one in missed or ["none"] for other in wrong or ["none"]]
            if missed or wrong
            else []
        )
        for pair in pairs:
            counts[pair] += 1
            example.setdefault(pair, row.text[:60])
    return tuple(
        Confusion(truth=truth, given=given, count=count, example=example[truth, given])
        for (truth, given), count in counts.most_common(most)
    )
