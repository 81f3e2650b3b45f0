"""Training by users: old and new side by side on the same test set; a better model is never replaced unasked."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version as version_of
from pathlib import Path
from typing import NamedTuple

from callqa.domain import ModelError
from callqa.techniques.checks import missing_labels, refuse_contradictions, summary
from callqa.techniques.corpus import Row, read_corpus
from callqa.techniques.fit import Recipe, fit, trainable_labels
from callqa.techniques.labels import LABELS
from callqa.techniques.measure import Report, Scores, evaluate
from callqa.techniques.model import TechniqueModel
from callqa.techniques.persist import in_use, load_model, save_model, use_model
from callqa.techniques.similar import TRAINABLE
from callqa.techniques.split import Split, find_split_file, split_rows

NOISE = 0.2
"""Error rate of the second measurement."""
MARGIN = 0.005
"""The new model may be worse by this much (half a point of macro-F1) and still counts as as good."""


class Trained(NamedTuple):
    """What a training run came to."""

    model: TechniqueModel
    """The new model; unnamed where it was not written."""
    folder: Path | None
    """Where it was written; None where it was refused."""
    taken: bool
    """Whether it is the model in use now."""
    reason: str
    """Why it was taken or refused, in Chinese."""
    old: Mapping[float, Report]
    """The model in use before, by noise rate; empty where there was none or no test rows."""
    new: Mapping[float, Report]
    """The new model, by noise rate."""
    split: Split
    """The rows."""
    remarks: tuple[str, ...]
    """What else a trainer should know, in Chinese."""


def train(
    corpus: Sequence[Path],
    *,
    models: Path,
    name: str,
    at: datetime,
    reviews: Sequence[Path] = (),
    corrections: Sequence[Row] = (),
    labels: Sequence[str] | None = None,
    examples: Mapping[str, Sequence[str]] | None = None,
    recipe: Recipe | None = None,
    card: Mapping[str, object] | None = None,
    force: bool = False,
    use: bool = True,
    say: Callable[[str], None] = lambda _: None,
) -> Trained:
    """Train on labelled turns and supervisors' corrections.

    Args:
        corpus: Files and folders; the first ``split.yaml`` among the folders fixes dev and test.
        models: The models folder.
        name: Folder of the new model within it.
        at: When; goes into the card.
        reviews: Files in the same forms with corrected turns; they win over corpus rows with the same words after
            the same words, and never enter dev or test.
        corrections: The same, as rows: what supervisors put right in reviews.
        labels: Labels to know (the policy's); a shipped label outside is not learnt, any other label of the corpus
            outside is a fault. None: the shipped ones and whatever the corpus brings.
        examples: Label → example turns of the policy, for labels of a centre's own; they count as training rows.
        recipe: Settings of training.
        card: Further entries of the card.
        force: Write and use the model even if it is worse; the card says so.
        use: Make an accepted model the one in use.
        say: Receives progress.

    Returns:
        The outcome; nothing was written or replaced where ``folder`` is None.

    Raises:
        ModelError: Faulty corpus, contradictions, too little data, a name that exists.
    """
    if (models / name).exists():
        raise ModelError(
            f"{models / name} 已经存在。", code="model.exists", hint="请用 --name 给新模型另起名字。"
        )
    allowed = None if labels is None else {*LABELS, *labels}
    split = _wanted(split_rows(read_corpus(corpus, labels=allowed).rows, find_split_file(corpus)), labels)
    fixed = [*(read_corpus(reviews, labels=allowed).rows if reviews else ()), *corrections]
    learned = _corrected([*split.train, *split.dev, *_rows_of(examples or {})], _only(fixed, labels))
    refuse_contradictions(learned)
    chosen = trainable_labels(learned, order=LABELS if labels is None else labels)
    remarks = [*missing_labels(split, chosen), *_too_few(learned, chosen)]
    if fixed:
        remarks.append(f"用上了 {len(fixed)} 条复核改过的标注")
    if split.removed:
        remarks.append(f"与测试或开发集读音近似的 {len(split.removed)} 条没有用来训练")
    model = fit(learned, labels=chosen, recipe=recipe, say=say)
    old_model = _current(models, say)
    old: dict[float, Report] = {}
    new: dict[float, Report] = {}
    if split.test:
        for noise in (0.0, NOISE):
            say(f"在测试集上评测，加错字 {noise:.0%}")
            new[noise] = evaluate(split.test, model, noise=noise)
            if old_model is not None:
                old[noise] = evaluate(split.test, old_model, noise=noise)
    worse = verdict(old, new)
    if worse and not force:
        return Trained(
            model, None, False, f"{worse}，没有替换。要强行使用请加 --force", old, new, split, tuple(remarks)
        )
    reason = (
        f"{worse}，但按 --force 使用"
        if worse
        else ("与在用模型同样好或更好" if old else "还没有在用的模型可比")
    )
    written = save_model(
        model,
        models / name,
        card={
            "version": at.strftime("%Y-%m-%d"),
            "title": "坐席技巧与客户反应",
            "trained_at": at.isoformat(timespec="seconds"),
            "forced": bool(worse),
            "reason": reason,
            **data_entries([*corpus, *reviews], learned, split),
            "recipe": recipe_entries(recipe or Recipe()),
            "labels": {label: round(limit, 3) for label, limit in model.thresholds.items()},
            "scores": {f"noise {noise:g}": score_entries(report) for noise, report in new.items()},
            "versions": {
                name: version_of(name) for name in ("scikit-learn", "skops", "jieba", "pypinyin", "numpy")
            },
            **(card or {}),
        },
    )
    if use:
        use_model(models, name)
    return Trained(written, models / name, use, reason, old, new, split, tuple(remarks))


def shipped_corpus(samples: Path) -> list[Path]:
    """What the shipped model is trained and tested on.

    Beside the corpus: the labelled calls of two products that no test set knows. They are routine calls, two turns
    in three without a technique; from the lively corpus alone a model would see techniques in every order
    confirmation. The other labelled products stay a second test set.

    Args:
        samples: The samples folder.
    """
    labelled = samples / "labelled"
    return [
        samples / "corpus",
        *sorted(labelled.glob("L-antu-*.txt")),
        *sorted(labelled.glob("L-qingyuan-*.txt")),
    ]


def verdict(old: Mapping[float, Report], new: Mapping[float, Report]) -> str:
    """Why the new model is worse than the old one, in Chinese; empty where it is not."""
    for noise, before in old.items():
        after = new[noise]
        for kind, was, now in (
            ("技巧", before.techniques, after.techniques),
            ("反应", before.reactions, after.reactions),
        ):
            if was and now and now.macro_f1 < was.macro_f1 - MARGIN:
                return f"新模型{kind}宏平均 F1 {now.macro_f1:.3f}，不如在用的 {was.macro_f1:.3f}（加错字 {noise:.0%}）"
    return ""


def _only(rows: Iterable[Row], labels: Sequence[str] | None) -> list[Row]:
    """Rows without the labels that nobody wants to know."""
    if labels is None:
        return list(rows)
    wanted = set(labels)
    return [
        row
        if wanted.issuperset(row.labels)
        else row.replace(labels=[one for one in row.labels if one in wanted])
        for row in rows
    ]


def _wanted(split: Split, labels: Sequence[str] | None) -> Split:
    return Split(*(tuple(_only(rows, labels)) for rows in split))


def _rows_of(examples: Mapping[str, Sequence[str]]) -> list[Row]:
    """Example turns as rows, dealt to a few dialogues so that folds can part them."""
    return [
        Row(text=text, labels=(label,), source="policy", dialogue=f"policy-{number % 8}")
        for label, texts in examples.items()
        for number, text in enumerate(texts)
        if text.strip()
    ]


def _corrected(rows: Sequence[Row], corrections: Sequence[Row]) -> list[Row]:
    """Corrections replace rows with the same words after the same words; the rest is added."""
    fixed = {_place(row): row for row in corrections}
    return [*(row for row in rows if _place(row) not in fixed), *fixed.values()]


def _place(row: Row) -> tuple[str, str, str]:
    return row.key, row.party, row.before[-1].text if row.before else ""


def _too_few(rows: Sequence[Row], chosen: Sequence[str]) -> list[str]:
    counts = summary([row for row in rows if row.labels])
    return [
        f"{label} 只有 {count} 条例子（不到 {TRAINABLE} 条），不训练；写进 techniques.yaml 的例句后按相似度给"
        for label, count in sorted(counts.items())
        if label not in chosen and label != "none"
    ]


def _current(models: Path, say: Callable[[str], None]) -> TechniqueModel | None:
    try:
        return load_model(in_use(models))
    except ModelError as error:
        say(f"没有可比的旧模型：{error.message}")
        return None


def data_entries(sources: Sequence[Path], learned: Sequence[Row], split: Split) -> dict[str, object]:
    """What the card says of the data."""
    digest = sha256("\n".join(sorted(row.model_dump_json() for row in learned)).encode()).hexdigest()
    return {
        "data": {
            "corpus": [source.name for source in sources],
            "sha256": digest,
            "trained_rows": len(learned),
            "test_rows": len(split.test),
            "removed_near_duplicates": len(split.removed),
            "trained_products": sorted({row.product for row in learned if row.product}),
            "test_products": sorted({row.product for row in split.test if row.product}),
            "trained_counts": summary(learned),
            "test_counts": summary(split.test),
        }
    }


def recipe_entries(recipe: Recipe) -> dict[str, object]:
    """What the card says of how it was trained."""
    return {
        **recipe._asdict(),
        "noisy_copies": list(recipe.noisy_copies),
        "hidden": recipe.hidden and recipe.hidden._asdict(),
    }


def score_entries(report: Report) -> dict[str, object]:
    """What the card says of one measurement."""
    return {
        kind: {
            "macro_f1": round(scores.macro_f1, 4),
            "interval": [round(scores.low, 3), round(scores.high, 3)],
            "keyword_macro_f1": round(scores.keyword_macro_f1, 4),
            "most_frequent_macro_f1": round(scores.frequent_macro_f1, 4),
            "calibration_error": round(scores.calibration_error, 4),
            "calibration_error_of_given": round(scores.given_calibration_error, 4),
            "f1": {
                one.label: [round(one.f1, 3), round(one.low, 3), round(one.high, 3), one.support]
                for one in scores.labels
            },
            "confusions": [[one.truth, one.given, one.count] for one in scores.confusions],
        }
        for kind, scores in _kinds(report)
    }


def _kinds(report: Report) -> list[tuple[str, Scores]]:
    pairs = (("techniques", report.techniques), ("reactions", report.reactions))
    return [(kind, scores) for kind, scores in pairs if scores is not None]
