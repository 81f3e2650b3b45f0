"""The database says no: locked by another process, or full. Nothing is half written."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from callqa.domain import StoreError
from callqa.store import Ledger, check, open_database, ready
from tests import fakes

HOLD = """
import sqlite3, sys, time
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
"""


def test_locked_by_another_process(tmp_path: Path) -> None:
    file = tmp_path / "callqa.sqlite3"
    engine = open_database(f"sqlite:///{file}", busy_timeout=0.2)
    ready(engine)
    ledger = Ledger(engine)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        assert other.stdin
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(StoreError) as refused:
            ledger.save(fakes.run(), entries=[fakes.entry()], failures=(), at=fakes.AT)
        assert refused.value.code == "store.locked"
        assert "再执行同一条命令" in refused.value.hint
        assert ledger.existing(["result-C0001"]) == set()  # reading goes on under another's write lock
        other.stdin.write(b"\n")
        other.stdin.close()
        other.wait(timeout=10)
    ledger.save(fakes.run(), entries=[fakes.entry()], failures=(), at=fakes.AT)
    assert ledger.existing(["result-C0001"]) == {"result-C0001"}


def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'callqa.sqlite3'}")
    ready(engine)
    ledger = Ledger(engine)
    ledger.save(fakes.run(), entries=[fakes.entry()], failures=(), at=fakes.AT)
    with engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count={pages + 2}"))  # the pool keeps this one connection
    batch = [fakes.entry(f"C{i:04}") for i in range(2, 60)]
    with pytest.raises(StoreError) as refused:
        ledger.save(fakes.run(), entries=batch, failures=(), at=fakes.AT)
    assert refused.value.code == "store.full"
    assert "腾出空间" in refused.value.hint
    assert ledger.existing([one.key for one in batch] + ["result-C0001"]) == {"result-C0001"}
    engine.dispose()
    assert check(engine).faults == ()
    ledger.save(fakes.run(), entries=batch, failures=(), at=fakes.AT)
    assert len(ledger.existing([one.key for one in batch])) == len(batch)


def test_only_reading_does_not_write(tmp_path: Path) -> None:
    file = tmp_path / "callqa.sqlite3"
    engine = open_database(f"sqlite:///{file}")
    ready(engine)
    engine.dispose()
    read_only = open_database(f"sqlite:///file:{file}?mode=ro&uri=true")
    with pytest.raises(StoreError) as refused:
        Ledger(read_only).begin(fakes.run())
    assert refused.value.code == "store.readonly"
