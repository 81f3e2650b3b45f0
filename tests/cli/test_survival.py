"""Real processes, real signals, a real full disk: no finished call is lost, none is there twice."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from callqa.domain import StoreError
from callqa.store import UnitOfWork, open_database
from callqa.store.tables import ResultRow
from tests import fakes

CALLS = 8
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    folder = tmp_path / "recordings"
    for number in range(CALLS):
        fakes.write_recording(folder / f"C{number:04}.wav", seconds=6.0, seed=number)
    return folder


def start(
    tmp_path: Path, *arguments: str, seconds: float = 0.0, database: str = "", **options: object
) -> "subprocess.Popen[str]":
    environment = {
        **os.environ,
        "CALLQA_DATA": str(tmp_path / "data"),
        "CALLQA_DATABASE_URL": database or f"sqlite:///{tmp_path / 'data' / 'callqa.sqlite3'}?timeout=1",
        "CALLQA_BATCH_CALLS": "2",
        "CALLQA_TEST_SECONDS": str(seconds),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tests.cli.scripted", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,  # type: ignore[call-overload]
    )


def finish(process: "subprocess.Popen[str]") -> tuple[int, str]:
    out, err = process.communicate(timeout=300)
    assert "Traceback" not in out + err, err
    return process.returncode, out + err


def stored(tmp_path: Path) -> Counter[str]:
    file = tmp_path / "data" / "callqa.sqlite3"
    if not file.exists():
        return Counter()
    database = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)
    try:
        return Counter(call for (call,) in database.execute("SELECT call_id FROM results"))
    except sqlite3.OperationalError:
        return Counter()
    finally:
        database.close()


def stored_in(url: str) -> Counter[str]:
    engine = open_database(url)
    try:
        with UnitOfWork(engine) as work:
            return Counter(work.session.scalars(select(ResultRow.call_id)))
    except StoreError:
        return Counter()
    finally:
        engine.dispose()


def wait_for(true: Callable[[], bool], process: "subprocess.Popen[str]", *, seconds: float = 180.0) -> None:
    ends = time.monotonic() + seconds
    while not true():
        if process.poll() is not None or time.monotonic() > ends:
            process.kill()
            pytest.fail(f"it ended too early, or never got there: {process.communicate()}")
        time.sleep(0.05)


def workers_of(driver: int) -> list[int]:
    """Worker processes of a driver; the resource tracker that Python starts beside them is none."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            command = (entry / "cmdline").read_text()
        except OSError:
            continue
        if parent == driver and "spawn_main" in command:
            found.append(int(entry.name))
    return found


def test_kill_9_of_the_driver_loses_nothing_and_doubles_nothing(
    tmp_path: Path, recordings: Path, database_url: str
) -> None:
    driver = start(tmp_path, "score", str(recordings), "--workers", "2", seconds=0.6, database=database_url)
    wait_for(lambda: len(stored_in(database_url)) >= 1, driver)
    driver.send_signal(signal.SIGKILL)
    driver.communicate(timeout=30)
    before = stored_in(database_url)
    assert 1 <= len(before) < CALLS
    code, said = finish(start(tmp_path, "score", str(recordings), "--workers", "2", database=database_url))
    assert code == 0, said
    assert f"跳过 {len(before)}" in said
    assert f"完成 {CALLS - len(before)}" in said
    assert stored_in(database_url) == Counter({f"C{number:04}": 1 for number in range(CALLS)})


def test_kill_9_of_a_worker_is_not_even_noticed(tmp_path: Path, recordings: Path) -> None:
    driver = start(tmp_path, "score", str(recordings), "--workers", "2", seconds=0.6)
    wait_for(lambda: len(stored(tmp_path)) >= 1, driver)
    victim = workers_of(driver.pid)[0]
    os.kill(victim, signal.SIGKILL)
    code, said = finish(driver)
    assert code == 0, said
    assert f"完成 {CALLS}" in said
    assert stored(tmp_path) == Counter({f"C{number:04}": 1 for number in range(CALLS)})


def test_ctrl_c_finishes_what_is_in_hand_and_says_how_to_go_on(tmp_path: Path, recordings: Path) -> None:
    # a process group of its own, as a terminal gives it: the workers get the signal, too
    driver = start(tmp_path, "score", str(recordings), "--workers", "1", seconds=0.8, start_new_session=True)
    wait_for(lambda: len(stored(tmp_path)) >= 1, driver)
    os.killpg(driver.pid, signal.SIGINT)
    code, said = finish(driver)
    assert code == 130, said
    assert "正在做完手头的通话" in said
    assert "再执行同一条命令就接着做" in said
    done = stored(tmp_path)
    assert 1 <= len(done) < CALLS
    assert set(done.values()) == {1}
    code, said = finish(start(tmp_path, "score", str(recordings), "--workers", "1"))
    assert (code, f"跳过 {len(done)}" in said) == (0, True)


def test_a_full_disk_stops_the_run_and_keeps_what_was_stored(tmp_path: Path, recordings: Path) -> None:
    assert finish(start(tmp_path, "db", "upgrade"))[0] == 0
    room = (tmp_path / "data" / "callqa.sqlite3").stat().st_size + 120_000

    def small_files_only() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    code, said = finish(
        start(tmp_path, "score", str(recordings), "--workers", "1", preexec_fn=small_files_only)
    )
    assert code == 3, said
    assert "暂存" in said
    kept = stored(tmp_path)
    assert len(kept) < CALLS
    code, said = finish(start(tmp_path, "score", str(recordings), "--workers", "1"))
    assert code == 0, said
    assert f"补存上次暂存 {CALLS - len(kept)}" in said
    assert stored(tmp_path) == Counter({f"C{number:04}": 1 for number in range(CALLS)})


def test_a_database_locked_by_another_process_says_so(tmp_path: Path, recordings: Path) -> None:
    assert finish(start(tmp_path, "db", "upgrade"))[0] == 0
    held = sqlite3.connect(tmp_path / "data" / "callqa.sqlite3", isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    try:
        code, said = finish(start(tmp_path, "score", str(recordings), "--workers", "1"))
    finally:
        held.execute("ROLLBACK")
        held.close()
    assert code == 3
    assert "数据库正被另一个程序占用" in said
    assert "再执行同一条命令" in said
