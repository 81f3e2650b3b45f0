"""A database that another program holds in the middle of a run: results wait in files, and none is lost or doubled.

Locked from the start, a full disk, killed workers and drivers: ``tests/cli/test_survival.py``.
"""

import sqlite3
from collections import Counter
from pathlib import Path

from tests import fakes
from tests.cli.test_survival import finish, start, stored, wait_for

CALLS = 6


def test_locked_in_the_middle_of_a_run(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    for number in range(CALLS):
        fakes.write_recording(folder / f"C{number:04}.wav", seconds=6.0, seed=number)
    driver = start(tmp_path, "score", str(folder), "--workers", "1", seconds=0.3)
    wait_for(lambda: len(stored(tmp_path)) >= 1, driver)
    held = sqlite3.connect(tmp_path / "data" / "callqa.sqlite3", isolation_level=None, timeout=30)
    held.execute("BEGIN IMMEDIATE")
    try:
        before = stored(tmp_path)
        code, said = finish(driver)
    finally:
        held.execute("ROLLBACK")
        held.close()
    assert code == 3, said
    assert "暂存" in said
    assert stored(tmp_path) == before
    waiting = CALLS - len(before)
    assert len(list((tmp_path / "data" / "spill").glob("*.json"))) == waiting > 0
    code, said = finish(start(tmp_path, "score", str(folder), "--workers", "1"))
    assert code == 0, said
    assert f"补存上次暂存 {waiting}" in said
    assert f"跳过 {CALLS}" in said
    assert stored(tmp_path) == Counter({f"C{number:04}": 1 for number in range(CALLS)})
    assert not list((tmp_path / "data" / "spill").glob("*.json"))
