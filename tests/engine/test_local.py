import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from callqa.domain import CallQAError, RecogniserError
from callqa.engine.local import InlineExecutor, LocalExecutor
from tests.engine.workloads import Squares, Unprepared


def batches(count: int, size: int) -> list[list[int]]:
    jobs = list(range(count))
    return [jobs[start : start + size] for start in range(0, count, size)]


def test_every_job_has_one_result() -> None:
    results = sorted(LocalExecutor(workers=2).map(Squares(), batches(23, 4)))
    assert results == [(n, n * n) for n in range(23)]
    assert results == sorted(InlineExecutor().map(Squares(), batches(23, 4)))


def test_no_batches_start_no_worker(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert list(LocalExecutor(workers=2).map(Squares(log=log), [])) == []
    assert list(LocalExecutor(workers=3).map(Squares(log=log), batches(2, 2))) == [(0, 0), (1, 1)]
    lines = log.read_text().split("\n")[:-1]
    assert len(lines) == 1
    assert lines[0].endswith(" 1")  # one thread of number libraries per worker


def test_a_killed_worker_costs_nobody_anything(tmp_path: Path) -> None:
    work = Squares(kills_once=tmp_path / "killed")
    results = sorted(LocalExecutor(workers=2).map(work, batches(12, 4)))
    assert (tmp_path / "killed").exists()
    assert results == [(n, n * n) for n in range(12)]


def test_a_job_that_kills_twice_is_given_up_alone() -> None:
    results = dict(LocalExecutor(workers=2).map(Squares(killers=frozenset({5})), batches(12, 4)))
    assert results.pop(5) == "处理它的进程意外终止"
    assert results == {n: n * n for n in range(12) if n != 5}


def test_a_fault_of_ours_in_one_job_is_given_up_alone() -> None:
    results = dict(LocalExecutor(workers=1).map(Squares(clumsy=frozenset({2})), batches(4, 4)))
    assert results == {0: 0, 1: 1, 2: "ValueError: job 2", 3: 9}


def test_a_worker_that_cannot_be_prepared_ends_the_run() -> None:
    with pytest.raises(RecogniserError) as error:
        list(LocalExecutor(workers=2).map(Unprepared(), batches(4, 1)))
    assert (error.value.code, error.value.hint) == ("recogniser.missing", "请下载。")


def test_workers_that_die_while_loading_end_the_run() -> None:
    with pytest.raises(CallQAError) as error:
        list(LocalExecutor(workers=1).map(Unprepared(dies=True), batches(4, 1)))
    assert error.value.code == "worker.start"


def test_batches_are_taken_only_when_a_worker_is_free() -> None:
    taken = 0

    def source() -> Iterator[list[int]]:
        nonlocal taken
        for n in range(50):
            taken += 1
            yield [n]

    results = LocalExecutor(workers=2).map(Squares(), source())
    next(results)
    assert taken <= 4
    assert len(list(results)) == 49


DRIVER = """
import sys
from callqa.engine.local import LocalExecutor
from tests.engine.workloads import Squares
from pathlib import Path
if __name__ == "__main__":
    work = Squares(seconds=30.0, log=Path(sys.argv[1]))
    list(LocalExecutor(workers=2).map(work, [[1], [2]]))
"""


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until(true: object, *, seconds: float = 20.0) -> None:
    ends = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < ends, "waited too long"
        time.sleep(0.05)


def test_workers_die_with_a_killed_driver(tmp_path: Path) -> None:
    script, log = tmp_path / "driver.py", tmp_path / "log"
    script.write_text(DRIVER)
    driver = subprocess.Popen(
        [sys.executable, str(script), str(log)], env={**os.environ, "PYTHONPATH": str(Path.cwd())}
    )
    wait_until(lambda: log.exists() and len(log.read_text().splitlines()) == 2)
    workers = [int(line.split()[0]) for line in log.read_text().splitlines()]
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    wait_until(lambda: not any(alive(pid) for pid in workers))
