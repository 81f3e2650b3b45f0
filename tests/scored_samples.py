"""The sample calls from sound to score with the shipped models: made once for all workers of a test run."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from pydantic import TypeAdapter

from callqa.bootstrap import Centre
from callqa.domain import Entry
from callqa.engine.ports import Executor
from callqa.engine.tools import Openable
from callqa.intake import read_calls
from callqa.settings import Settings
from callqa.store import Database, Ledger

_SAMPLES = Path(__file__).resolve().parents[1] / "samples"
_ENTRIES = TypeAdapter(list[Entry])


class _Kept(Ledger):
    """Keeps what was saved beside saving it."""

    def __init__(self, engine: Database) -> None:
        super().__init__(engine)
        self.entries: list[Entry] = []

    def save(self, run: Any, *, entries: Any, failures: Any, at: datetime) -> None:
        self.entries.extend(entries)
        super().save(run, entries=entries, failures=failures, at=at)


class _OneCore(Centre):
    """Leaves the other cores to the other tests; with so small a model threads mostly wait for each other."""

    def executor(self, *, workers: int, threads: int) -> Executor:
        return super().executor(workers=workers, threads=1)

    def _recogniser_choice(self, threads: int) -> Openable:
        return super()._recogniser_choice(1)


def _score(data: Path) -> list[Entry]:
    centre = _OneCore(Settings(data=data, workers=1), policy_folder=_SAMPLES / "policy")
    kept = _Kept(centre.database)
    centre.__dict__["ledger"] = kept
    calls = read_calls(_SAMPLES / "recordings", manifest=_SAMPLES / "calls.csv").calls
    tally = centre.score(calls, run=centre.run("score", source="samples"), workers=1)
    centre.database.dispose()
    assert (tally.finished, tally.failed) == (12, 0)
    return kept.entries


@pytest.fixture(scope="session")
def scored_samples(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder: ``data`` as ``callqa score`` leaves it, ``entries.json`` with what was concluded. Copy it to change it."""
    own = tmp_path_factory.getbasetemp()
    shared = (own if worker_id == "master" else own.parent) / "scored samples"
    with FileLock(f"{shared}.lock"):
        if not (shared / "entries.json").exists():
            entries = _score(shared / "data")
            (shared / "entries.json").write_bytes(_ENTRIES.dump_json(entries))
    return shared


@pytest.fixture(scope="session")
def sample_entries(scored_samples: Path) -> list[Entry]:
    """What a run concluded about each sample call."""
    return _ENTRIES.validate_json((scored_samples / "entries.json").read_bytes())
