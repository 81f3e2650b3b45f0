"""Training by users: side by side, refusal, corrections, reproducibility."""

from pathlib import Path

import pytest

from callqa.domain import ModelError, Party
from callqa.techniques import LABELS, Row, TechniqueModel, load_model, read_card, train, write_rows
from callqa.techniques.fit import fit, fold_of, trainable_labels
from callqa.techniques.persist import CURRENT
from callqa.techniques.train import _corrected

from .conftest import AT, QUICK


@pytest.fixture(scope="module")
def corpus(small_rows: list[Row], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    write_rows(small_rows, folder / "rows.jsonl")
    held = sorted({row.product for row in small_rows})[-1]
    (folder / "split.yaml").write_text(f"test:\n  products: [{held}]\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def first(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    models = tmp_path_factory.mktemp("models")
    trained = train([corpus], models=models, name="first", at=AT, recipe=QUICK)
    assert trained.taken
    assert trained.folder == models / "first"
    return models


def test_a_first_model_is_written_with_its_card(first: Path) -> None:
    card = read_card(first / "first")
    assert (
        card["scores"]["noise 0"]["techniques"]["macro_f1"]
        > card["scores"]["noise 0"]["techniques"]["keyword_macro_f1"]
    )
    assert set(card["scores"]) == {"noise 0", "noise 0.2"}
    assert card["data"]["trained_rows"] > 300
    assert card["versions"]["scikit-learn"]
    assert (first / CURRENT).read_text("utf-8") == "first\n"


def test_same_rows_and_seed_give_the_same_model(first: Path, corpus: Path, tmp_path: Path) -> None:
    again = train([corpus], models=tmp_path, name="again", at=AT, recipe=QUICK)
    assert again.folder is not None
    old, new = read_card(first / "first"), read_card(again.folder)
    assert (old["scores"], old["labels"], old["data"]) == (new["scores"], new["labels"], new["data"])


def spoilt(rows: list[Row]) -> list[Row]:
    """Every agent row says the next label in the list instead of its own."""
    turned = {label: LABELS[(number + 1) % len(LABELS)] for number, label in enumerate(LABELS)}
    return [row.replace(labels=tuple(turned[label] for label in row.labels)) for row in rows]


def test_a_worse_model_is_refused_and_forced_only_on_demand(
    first: Path, corpus: Path, small_rows: list[Row], tmp_path: Path
) -> None:
    held = sorted({row.product for row in small_rows})[-1]
    write_rows(spoilt([row for row in small_rows if row.product != held]), tmp_path / "wrong.jsonl")
    refused = train(
        [corpus], models=first, name="worse", at=AT, recipe=QUICK, reviews=[tmp_path / "wrong.jsonl"]
    )
    assert not refused.taken
    assert refused.folder is None
    assert "不如在用的" in refused.reason
    assert not (first / "worse").exists()
    assert load_model(first).ref.name == "first"
    assert set(refused.old) == set(refused.new) == {0.0, 0.2}
    forced = train(
        [corpus],
        models=first,
        name="forced",
        at=AT,
        recipe=QUICK,
        reviews=[tmp_path / "wrong.jsonl"],
        force=True,
    )
    assert forced.taken
    card = read_card(first / "forced")
    assert card["forced"] is True
    assert "--force" in card["reason"]
    (first / CURRENT).write_text("first\n", "utf-8")


def test_corrections_replace_what_they_correct() -> None:
    old = [Row(text="给您订一台吧", labels=()), Row(text="地址说一下", labels=())]
    right = [Row(text="给您订一台吧！", labels=("closing",)), Row(text="新的一句", labels=("rapport",))]
    assert _corrected(old, right) == [old[1], right[0], right[1]]


def test_nothing_is_replaced_where_the_corpus_is_wrong(first: Path, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.tsv").write_text("给您订一台吧\tclosng\n", "utf-8")
    with pytest.raises(ModelError, match=r"bad\.tsv:1.*closng"):
        train([corpus, tmp_path], models=first, name="new", at=AT, recipe=QUICK, labels=LABELS)
    (tmp_path / "bad.tsv").write_text("给您订两台吧\tclosing\n给您订两台吧\tnone\n", "utf-8")
    with pytest.raises(ModelError, match="两种标法"):
        train([corpus, tmp_path], models=first, name="new", at=AT, recipe=QUICK)
    with pytest.raises(ModelError) as exists:
        train([corpus], models=first, name="first", at=AT, recipe=QUICK)
    assert exists.value.code == "model.exists"
    (tmp_path / "bad.tsv").write_text("给您订两台吧\tclosing\n", "utf-8")
    with pytest.raises(ModelError) as little:
        train([tmp_path], models=tmp_path / "none", name="new", at=AT, recipe=QUICK)
    assert little.value.code == "train.too_little"
    assert not (first / "new").exists()


def test_without_a_label_worth_training_nothing_is_trained(small_rows: list[Row]) -> None:
    with pytest.raises(ModelError) as caught:
        fit(small_rows, labels=(), recipe=QUICK)
    assert caught.value.code == "train.too_little"


def test_a_dropped_label_is_not_learnt_and_a_policy_brings_its_own(corpus: Path, tmp_path: Path) -> None:
    wanted = [*LABELS[:-1], "festival_greeting"]
    examples = {
        "festival_greeting": [
            f"{opening}{festival}{wish}"
            for opening in ("祝您", "先祝您", "给您拜个")
            for festival in ("中秋节", "国庆", "新年", "端午", "元宵")
            for wish in ("快乐", "愉快全家团圆")
        ]
    }
    trained = train(
        [corpus],
        models=tmp_path / "models",
        name="own",
        at=AT,
        recipe=QUICK,
        labels=wanted,
        examples=examples,
        corrections=[Row(text="给您订一台吧", labels=("closing", LABELS[-1]), dialogue="C1")],
    )
    assert LABELS[-1] not in trained.model.labels
    assert "festival_greeting" in trained.model.labels
    assert any("1 条复核" in remark for remark in trained.remarks)
    few = train(
        [corpus],
        models=tmp_path / "models",
        name="few",
        at=AT,
        recipe=QUICK,
        labels=wanted,
        examples={"festival_greeting": examples["festival_greeting"][:10]},
        use=False,
    )
    assert "festival_greeting" not in few.model.labels
    assert any("festival_greeting 只有 10 条" in remark for remark in few.remarks)


def test_labels_with_few_examples_are_told(first: Path, corpus: Path, tmp_path: Path) -> None:
    rows = [
        Row(text=f"祝您节日快乐第{n}句", labels=("festival_greeting",), dialogue=f"d{n}")
        for n in "一二三四五"
    ]
    write_rows(rows, tmp_path / "own.jsonl")
    trained = train([corpus, tmp_path], models=tmp_path / "models", name="own", at=AT, recipe=QUICK)
    assert "festival_greeting" not in trained.model.labels
    assert any("festival_greeting 只有 5 条" in remark for remark in trained.remarks)


def test_an_own_label_with_enough_examples_is_trained(small_rows: list[Row]) -> None:
    greetings = [
        Row(text=f"{opening}{festival}{wish}", labels=("festival_greeting",), product=f"p{number % 3}")
        for number, (opening, festival, wish) in enumerate(
            (opening, festival, wish)
            for opening in ("祝您", "先祝您", "给您拜个")
            for festival in ("中秋节", "国庆", "新年", "端午", "元宵")
            for wish in ("快乐", "愉快全家团圆")
        )
    ]
    rows = [*small_rows, *greetings, Row(text="嗯", party=Party.customer, reaction="neutral", product="p1")]
    labels = trainable_labels(rows, order=LABELS)
    assert labels[-1] == "festival_greeting"
    model: TechniqueModel = fit(rows, labels=labels, recipe=QUICK)
    from callqa.techniques.features import Instance

    chance = model.predict(
        [Instance("祝您重阳节快乐", Party.agent), Instance("地址说一下", Party.agent)]
    ).techniques
    column = model.labels.index("festival_greeting")
    assert chance[0, column] > model.thresholds["festival_greeting"] > chance[1, column]


def test_folds_keep_groups_whole() -> None:
    groups = ["a"] * 5 + ["b"] * 3 + ["c"] * 3 + ["d"]
    folds = fold_of(groups, 2)
    assert len(set(folds)) == 2
    for group in "abcd":
        assert len({fold for fold, name in zip(folds, groups, strict=True) if name == group}) == 1
    assert sorted(np_count for np_count in (list(folds).count(0), list(folds).count(1))) == [6, 6]
