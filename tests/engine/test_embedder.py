"""The setting ``embedder`` reaches the rules and the keys of what was judged with it."""

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from callqa.domain import IncomingCall, ModelError
from callqa.engine.keys import reading_keys
from callqa.settings import Settings, shipped
from tests.compliance.test_onnx import TOKENS, model
from tests.engine.conftest import ScriptedCentre

POLICY = shipped("samples") / "policies" / "revisit"
TURN = "您的药停了吧您好"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "sentences"
    place.mkdir()
    (place / "model.onnx").write_bytes(model())
    (place / "vocab.txt").write_text("\n".join(TOKENS), "utf-8")
    return place


def centre(data: Path, embedder: Path | None) -> ScriptedCentre:
    return ScriptedCentre(Settings(data=data, embedder=embedder), policy_folder=POLICY)


def probabilities(one: ScriptedCentre) -> list[float]:
    """Of a turn, per learned step, as a worker in another process would reckon them."""
    tools = pickle.loads(pickle.dumps(one.tools(listening=False)))
    policy = one.policies[-1]
    learned = tools.checker(policy).learned_steps
    steps = [step.examples for step in policy.script.scripts[0].steps if step.examples is not None]
    judged = [learned.judge(examples, TURN) for examples in steps]
    return [found.probability for found in judged if found is not None]


def test_rules_and_steps_learn_with_it(tmp_path: Path, folder: Path) -> None:
    without, with_it = (probabilities(centre(tmp_path / "data", one)) for one in (None, folder))
    assert len(without) == len(with_it) > 0
    assert without != with_it


def test_what_was_judged_with_it_has_other_keys(
    tmp_path: Path, folder: Path, recordings: Callable[[int], tuple[IncomingCall, ...]]
) -> None:
    (call,) = recordings(1)
    heard = {"audio": "a", "transcript": "t"}

    def keys(embedder: Path | None) -> dict[str, str]:
        one = centre(tmp_path / "data", embedder)
        return reading_keys(
            call,
            heard,
            policy=one.policies[-1],
            techniques_model=one.techniques_model,
            embedder=one.embedder_hash,
        )

    without, with_it = keys(None), keys(folder)
    changed = {name for name in without if without[name] != with_it[name]}
    assert changed == {"compliance", "score", "result"}
    assert keys(folder) == with_it


def test_a_missing_model_is_told_before_the_first_call(tmp_path: Path) -> None:
    house = centre(tmp_path / "data", tmp_path / "nowhere")
    with pytest.raises(ModelError, match="nowhere"):
        house.tools(listening=False).load()
