"""The command line in this process, with its exit code, what it said, and no model to wait for."""

import shutil
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from callqa.cli import main
from callqa.engine.local import InlineExecutor
from callqa.engine.ports import Executor
from callqa.policy.techniques import Techniques
from callqa.techniques import TechniqueModel, load_model
from tests import fakes
from tests.cli.scripted_centre import ScriptedCentre


class Said(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        return self.out + self.err


Run = Callable[..., Said]


class InlineCentre(ScriptedCentre):
    def executor(self, *, workers: int, threads: int) -> Executor:
        return InlineExecutor()


@cache
def _opened_once(folder: Path, *, techniques: Techniques | None = None) -> TechniqueModel:
    return load_model(folder, techniques=techniques)


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Said]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CALLQA_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("callqa.cli.context.Centre", InlineCentre)
    monkeypatch.setattr("callqa.engine.tools.load_model", _opened_once)

    def run(*arguments: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["callqa", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        assert "Traceback" not in captured.out + captured.err
        return Said(int(ended.value.code or 0), captured.out, captured.err)

    return run


def make_recordings(where: Path) -> Path:
    """Three calls with a manifest beside them."""
    folder = where / "recordings"
    for number in range(1, 4):
        fakes.write_recording(folder / f"C000{number}.wav", seed=number)
    (where / "calls.csv").write_text(
        "call_id,file,agent,group,started_at,direction,product,ordered,amount\n"
        "C0001,C0001.wav,8001 林晓燕,一部/一队/A组,2026-11-20 09:00:00,inbound,禾悦足疗仪,是,1280\n"
        "C0002,C0002.wav,8002 周建波,一部/一队/B组,2026-11-20 10:00:00,inbound,禾悦足疗仪,否,\n"
        "C0003,C0003.wav,=8003+1,一部/一队/B组,2026-11-21 09:00:00,inbound,禾悦足疗仪,否,\n",
        encoding="utf-8",
    )
    return folder


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    return make_recordings(tmp_path)


@pytest.fixture(scope="session")
def _scored_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Recordings and the database after ``callqa score``; made once, copied for every test that starts there."""
    where = tmp_path_factory.mktemp("scored")
    folder = make_recordings(where)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CALLQA_DATA", str(where / "data"))
        patch.setattr("callqa.cli.context.Centre", InlineCentre)
        patch.setattr("callqa.engine.tools.load_model", _opened_once)
        patch.setattr(sys, "argv", ["callqa", "score", str(folder), "--manifest", str(where / "calls.csv")])
        with pytest.raises(SystemExit) as ended:
            main()
    assert ended.value.code == 0
    return where


@pytest.fixture
def scored(_scored_once: Path, tmp_path: Path) -> Path:
    shutil.copytree(_scored_once, tmp_path, dirs_exist_ok=True)
    return tmp_path / "recordings"
