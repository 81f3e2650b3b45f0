"""A day with something wrong in it, through the real command line: what is told, what goes on, what is kept."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from callqa.bootstrap import Centre
from callqa.domain import Failed, Processed
from callqa.settings import Settings, shipped
from tests import fakes
from tests.cli.conftest import Run, Said, run

__all__ = ["run"]

ROOT = Path(__file__).resolve().parents[2]
GOOD = ("C0001", "C0002")
CALLQA = "from callqa.cli import main; main()"


@dataclass(frozen=True)
class Day:
    """Two good calls, and room for a bad one.

    Attributes:
        folder: The recordings.
        data: The data folder of every run.
        run: The command line in this process.
    """

    folder: Path
    data: Path
    run: Run

    def score(self, *options: object) -> Said:
        return self.run("score", self.folder, *options)

    def stored(self) -> dict[str, Processed]:
        """Call id → the result in force."""
        return results(self.data)

    def failures(self) -> list[Failed]:
        """What failed in the last run."""
        return last_failures(self.data)

    def costs_only_itself(self, bad: Path, *, code: str, words: str, stage: str = "audio") -> None:
        """The bad file is told with code, name and advice; the good calls are done; once mended, it alone is done."""
        said = self.score()
        assert said.code == 1, said.all
        assert code in said.out
        assert words in said.out
        assert "完成 2，失败 1" in said.out
        (failed,) = self.failures()
        assert (failed.call_id, failed.stage, failed.code) == (bad.stem, stage, code)
        assert bad.name in failed.message
        assert failed.hint
        assert set(self.stored()) == set(GOOD)
        if bad.is_file() or bad.is_symlink():
            bad.unlink()
        fakes.write_recording(bad, seed=99)
        healed = self.score()
        assert healed.code == 0, healed.all
        assert "完成 1，已有结果、跳过 2" in healed.out
        assert set(self.stored()) == {*GOOD, bad.stem}


@pytest.fixture
def day(tmp_path: Path, run: Run) -> Day:
    folder = tmp_path / "recordings"
    for number, name in enumerate(GOOD):
        fakes.write_recording(folder / f"{name}.wav", seed=number)
    return Day(folder=folder, data=tmp_path / "data", run=run)


def results(data: Path) -> dict[str, Processed]:
    centre = Centre(Settings(data=data))
    ids = [one.facts.id for one in centre.ledger.incoming()]
    return {name: stored.masked for name in ids if (stored := centre.result(name)) is not None}


def last_failures(data: Path) -> list[Failed]:
    centre = Centre(Settings(data=data))
    return centre.run_results(centre.runs(limit=1)[0].run.id)[1]


@pytest.fixture(scope="session")
def demo_models() -> Path:
    """The folder of models, with the demo recogniser in it."""
    return Settings().models


def callqa(
    data: Path,
    *arguments: object,
    settings: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    prepare: Callable[[], None] | None = None,
) -> Said:
    """The real command line in a process of its own; nothing in it is scripted."""
    environment = {**os.environ, "CALLQA_DATA": str(data), "CALLQA_WORKERS": "1", **(settings or {})}
    environment.setdefault("CALLQA_MODELS", str(shipped("models")))
    done = subprocess.run(
        [sys.executable, "-c", CALLQA, *map(str, arguments)],
        cwd=cwd or data.parent,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
        preexec_fn=prepare,  # only drops rights of the child
    )
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    return Said(done.returncode, done.stdout, done.stderr)
