"""Model folders: what is written is read, what is broken is refused, nothing that could run code is opened."""

import json
import pickle
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from sklearn.pipeline import FunctionTransformer
from skops.io import dump

from callqa.domain import ModelError, Party
from callqa.techniques import TechniqueModel, in_use, load_model, read_card, use_model
from callqa.techniques.features import Block, Instance
from callqa.techniques.persist import CARD, CURRENT, FILE, save_model, write_card
from callqa.techniques.plain import read_plain


@pytest.fixture
def folder(small_model: TechniqueModel, tmp_path: Path) -> Path:
    save_model(small_model, tmp_path / "models" / "one", card={"version": "1", "title": "试"})
    return tmp_path / "models" / "one"


def rewrite_hash(folder: Path) -> None:
    card = read_card(folder)
    write_card(folder, {**card, "sha256": sha256((folder / FILE).read_bytes()).hexdigest()})


def test_what_is_written_is_read(small_model: TechniqueModel, folder: Path) -> None:
    again = load_model(folder)
    turns = [Instance("七天之内不满意都可以退", Party.agent), Instance("太贵了", Party.customer)]
    before, after = small_model.predict(turns), again.predict(turns)
    np.testing.assert_allclose(before.techniques, after.techniques, atol=0.02)
    np.testing.assert_allclose(before.reactions, after.reactions, atol=0.02)
    assert again.labels == small_model.labels
    assert again.ref.name == "one"
    assert again.ref.sha256 == sha256((folder / FILE).read_bytes()).hexdigest()
    assert read_card(folder)["title"] == "试"


def test_an_old_model_is_never_overwritten(small_model: TechniqueModel, folder: Path) -> None:
    with pytest.raises(ModelError) as caught:
        save_model(small_model, folder, card={})
    assert caught.value.code == "model.exists"


def test_a_damaged_file_is_refused(folder: Path) -> None:
    whole = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelError, match="校验和"):
        load_model(folder)
    rewrite_hash(folder)
    with pytest.raises(ModelError) as caught:
        load_model(folder)
    assert caught.value.code == "model.damaged"


def test_a_pickle_is_never_loaded(folder: Path, tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return (Path.touch, (tmp_path / "sprung",))

    (folder / FILE).write_bytes(pickle.dumps(Trap()))
    rewrite_hash(folder)
    with pytest.raises(ModelError, match="pickle") as caught:
        load_model(folder)
    assert caught.value.code == "model.damaged"
    assert not (tmp_path / "sprung").exists()


def test_untrusted_types_are_refused(folder: Path) -> None:
    dump({"agent": FunctionTransformer(func=shutil.rmtree)}, folder / FILE)
    rewrite_hash(folder)
    with pytest.raises(ModelError, match="rmtree") as caught:
        load_model(folder)
    assert caught.value.code == "model.untrusted"


def test_a_model_of_another_kind_is_refused(folder: Path) -> None:
    dump({"agent": {"labels": ["a"]}}, folder / FILE)
    rewrite_hash(folder)
    with pytest.raises(ModelError) as caught:
        load_model(folder)
    assert caught.value.code == "model.damaged"


def test_a_newer_model_is_refused(folder: Path) -> None:
    write_card(folder, {**read_card(folder), "format": 99})
    with pytest.raises(ModelError, match="99") as caught:
        load_model(folder)
    assert caught.value.code == "model.newer"


def test_an_older_model_is_refused_because_its_columns_mean_other_things(folder: Path) -> None:
    write_card(folder, {**read_card(folder), "format": 1})
    with pytest.raises(ModelError, match="重新训练") as caught:
        load_model(folder)
    assert caught.value.code == "model.older"


@pytest.mark.parametrize("missing", [CARD, FILE])
def test_a_missing_part_is_named(folder: Path, missing: str) -> None:
    (folder / missing).unlink()
    with pytest.raises(ModelError, match=missing) as caught:
        load_model(folder)
    assert caught.value.code == "model.missing"


def test_the_model_in_use_is_a_line_in_a_file(folder: Path) -> None:
    models = folder.parent
    with pytest.raises(ModelError, match="没有指向"):
        in_use(models)
    assert use_model(models, "one").ref.name == "one"
    assert (models / CURRENT).read_text("utf-8") == "one\n"
    assert load_model(models).ref.name == "one"
    with pytest.raises(ModelError):
        use_model(models, "two")
    assert in_use(models) == folder, "a model that cannot be opened is not chosen"


def test_opening_a_model_reads_no_policy(folder: Path) -> None:
    opened = (
        "import sys; from pathlib import Path; from callqa.techniques import load_model; "
        "load_model(Path(sys.argv[1])); print([name for name in sys.modules if name.startswith('callqa.policy')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", opened, str(folder)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]", "the policy room takes as long to import as a model to open"


def test_a_model_of_the_format_before_reads_as_it_did(folder: Path) -> None:
    """Format 4 knew neither senses nor hidden units: what is not there must change nothing."""
    wanted = load_model(folder)
    state = read_plain(folder / FILE)
    assert isinstance(state, dict)
    del state["senses"]
    for part, vectoriser, first, second in (
        ("agent", wanted.agent_vectoriser, "first_agent", "agent"),
        ("customer", wanted.customer_vectoriser, "first", "customer"),
    ):
        senses = sorted(vectoriser.columns[Block.senses].values())
        assert senses, "the small model learns some senses"
        for name in (first, second):
            state[name]["weights"] = np.delete(state[name]["weights"], senses, axis=1)
            state[name].pop("hidden", None)
        columns = json.loads(state[part]["columns"])
        del columns[Block.senses], state[part]["block_weights"][Block.senses]
        state[part] |= {"columns": json.dumps(columns), "idf": np.delete(state[part]["idf"], senses)}
        for name in (f"first_{part}_head", f"{part}_head"):
            head = getattr(wanted, name)
            head.weights[:, senses] = 0.0
            setattr(wanted, name, head._replace(hidden=None))
    dump(state, folder / FILE)
    write_card(folder, {**read_card(folder), "format": 4})
    rewrite_hash(folder)
    turns = [
        Instance("太贵了", Party.customer),
        Instance("七天之内不满意都可以退", Party.agent, before=((Party.customer, "太贵了"),)),
    ]
    before, after = wanted.predict(turns), load_model(folder).predict(turns)
    np.testing.assert_allclose(after.techniques, before.techniques, rtol=1e-5)
    np.testing.assert_allclose(after.reactions, before.reactions, rtol=1e-5)


def test_hidden_units_of_another_size_are_refused(folder: Path) -> None:
    state = read_plain(folder / FILE)
    assert isinstance(state, dict)
    state["agent"]["hidden"]["weights"] = state["agent"]["hidden"]["weights"][:-1]
    dump(state, folder / FILE)
    rewrite_hash(folder)
    with pytest.raises(ModelError) as caught:
        load_model(folder)
    assert caught.value.code == "model.damaged"
