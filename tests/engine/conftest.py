"""Real policy, real technique model, real audio, real database; only the recogniser is scripted."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from callqa.bootstrap import Centre
from callqa.domain import IncomingCall
from callqa.engine.local import InlineExecutor
from callqa.engine.ports import Executor
from callqa.intake import read_calls
from callqa.policy.techniques import Techniques
from callqa.settings import Settings
from callqa.techniques import TechniqueModel, load_model
from callqa.transcript import ModelCard
from tests import fakes


class ScriptedCentre(Centre):
    """A centre whose recogniser follows a script."""

    recogniser = fakes.ScriptedRecogniser()
    processes = False

    def executor(self, *, workers: int, threads: int) -> Executor:
        return super().executor(workers=workers, threads=threads) if self.processes else InlineExecutor()

    @property
    def recogniser_card(self) -> ModelCard:  # type: ignore[override]
        return ModelCard(ref=self.recogniser.model, prompting=False)

    def _recogniser_choice(self, threads: int) -> fakes.ScriptedRecogniser:
        return self.recogniser


@pytest.fixture(autouse=True)
def _one_technique_model(monkeypatch: pytest.MonkeyPatch) -> None:
    # opening it takes longer than scoring a call; every test of this room may share one
    monkeypatch.setattr("callqa.engine.tools.load_model", _opened_once)


@cache
def _opened_once(folder: Path, *, techniques: Techniques | None = None) -> TechniqueModel:
    return load_model(folder, techniques=techniques)


@pytest.fixture
def centre(tmp_path: Path) -> ScriptedCentre:
    return ScriptedCentre(Settings(data=tmp_path / "data", workers=2, batch_calls=4))


@pytest.fixture
def recordings(tmp_path: Path) -> Callable[[int], tuple[IncomingCall, ...]]:
    def make(count: int) -> tuple[IncomingCall, ...]:
        folder = tmp_path / "recordings"
        for number in range(count):
            fakes.write_recording(folder / f"C{number:04}.wav", seed=number)
        return read_calls(folder).calls

    return make
