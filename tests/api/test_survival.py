"""kill −9 of server and worker at random: no acknowledged write is lost, no call is scored twice.

A server and two workers run as processes and are killed again and again while recordings are uploaded and notes are
written; then everything is let run to its end, on SQLite and on PostgreSQL. ``CALLQA_TEST_KILLS=30`` gives the full
figure, which takes a minute on each.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from callqa.bootstrap import Centre
from callqa.settings import Settings
from callqa.store import check, verify
from tests import fakes
from tests.api.office import Clock as StoppedClock
from tests.api.office import Office

ROOT = Path(__file__).resolve().parents[2]
KILLS = {"sqlite": 10, "postgresql": 5}
"""How often in a normal run."""
CALLS = {"sqlite": 40, "postgresql": 15}
WORKER_UP = 3.5
"""Seconds in which a worker has loaded its policy and begun."""
LONGEST = 200.0


def free_port() -> int:
    """One that the system never gives to a client.

    Who asks a killed server again and again may be given the server's very port for his own end, talks to himself, and
    keeps the server from coming back.
    """
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as found:
            try:
                found.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port")


class Processes:
    """A server and workers, started again when killed."""

    def __init__(self, folder: Path, url: str, port: int) -> None:
        self.environment = {
            **os.environ,
            "CALLQA_DATA": str(folder / "data"),
            "CALLQA_DATABASE_URL": url,
            "CALLQA_PORT": str(port),
            "CALLQA_JOB_LEASE": "2",
            "CALLQA_JOB_ATTEMPTS": "20",
            "CALLQA_DISK_RESERVE": "0",
            "CALLQA_SECRET_KEY": "k" * 40,
            "CALLQA_TEST_SECONDS": "0.05",
            "OMP_NUM_THREADS": "1",
        }
        self.log = (folder / "processes.log").open("w")
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.since: dict[str, float] = {}

    def start(self, name: str) -> None:
        self.since[name] = time.monotonic()
        verb = "serve" if name == "server" else "worker"
        self.running[name] = subprocess.Popen(
            [sys.executable, "-m", "tests.cli.scripted", verb],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
        )

    def kill(self, name: str) -> None:
        process = self.running[name]
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=30)
        self.start(name)

    def last_said(self) -> str:
        return Path(self.log.name).read_text(errors="replace")[-4000:]

    def end(self) -> list[int]:
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        codes = [process.wait(timeout=60) for process in self.running.values()]
        self.log.close()
        return codes


def answered(client: httpx.Client, method: str, path: str, **given: object) -> httpx.Response | None:
    """The answer, or None where the server was killed under it."""
    try:
        return client.request(method, path, **given)  # type: ignore[arg-type]
    except httpx.HTTPError:
        return None


def test_nothing_acknowledged_is_lost_and_nothing_is_scored_twice(staffed_url: str, tmp_path: Path) -> None:
    kind = staffed_url.split(":", 1)[0].split("+", maxsplit=1)[0]
    url = f"{staffed_url}?timeout=15" if kind == "sqlite" else staffed_url
    wanted = int(os.environ.get("CALLQA_TEST_KILLS", str(KILLS[kind])))
    port = free_port()
    centre = Centre(Settings(data=tmp_path / "data", database_url=url))
    office = Office(centre, StoppedClock(), None, tmp_path)  # type: ignore[arg-type]
    sender, leader = office.as_("insp1").headers, office.as_("lead1").headers
    recordings = [
        fakes.write_recording(tmp_path / f"r{number}.wav", seconds=2.0, seed=number).read_bytes()
        for number in range(max(CALLS[kind], wanted))
    ]
    chance = random.Random(20261123)
    taken: dict[str, str] = {}
    tokens: dict[str, str] = {}
    processes = Processes(tmp_path, url, port)
    names = ("server", "worker-1", "worker-2")
    for name in names:
        processes.start(name)
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=10, trust_env=False)
    kills = sent = acknowledged = 0
    started = time.monotonic()
    try:
        while (kills < wanted or len(taken) < len(recordings)) and time.monotonic() - started < LONGEST:
            number = sent % len(recordings)
            answer = answered(
                client,
                "POST",
                "/calls",
                headers=sender,
                files={"file": ("a.wav", recordings[number], "audio/wav")},
                data={"id": f"K-{number}", "agent": "a1", "started_at": "2026-11-20T09:00:00+08:00"},
            )
            if answer is not None and answer.status_code == 202:
                taken[f"K-{number}"] = answer.json()["id"]
                acknowledged += 1
            title = f"note-{sent}"
            made = answered(
                client, "POST", "/tokens", headers=leader, json={"title": title, "scopes": ["account"]}
            )
            if made is not None and made.status_code == 201:
                tokens[made.json()["token"]["id"]] = title
                acknowledged += 1
            sent += 1
            time.sleep(chance.uniform(0.0, 0.2))
            # whoever is killed has come up and was at work: a server that answered, a worker that has had its time
            ready = [one for one in names[1:] if time.monotonic() - processes.since[one] > WORKER_UP]
            if acknowledged:
                ready.append("server")
            if kills < wanted and ready:
                victim = chance.choice(ready)
                processes.kill(victim)
                kills += 1
                acknowledged = 0 if victim == "server" else acknowledged
        assert kills >= wanted
        assert len(taken) == len(recordings), (
            f"only {sorted(taken)} after {sent} attempts:\n{processes.last_said()}"
        )
        deadline = time.monotonic() + LONGEST
        states: dict[str, str] = {}
        while time.monotonic() < deadline:
            got = answered(client, "GET", "/jobs?limit=200", headers=sender)
            if got is not None and got.status_code == 200:
                states = {one["call"]: one["state"] for one in got.json()["items"]}
                if set(states.values()) <= {"done"} and len(states) == len(recordings):
                    break
            time.sleep(0.3)
        assert set(states.values()) == {"done"}, states
        kept = answered(client, "GET", "/tokens", headers=leader)
        assert kept is not None
        assert set(tokens) <= {one["id"] for one in kept.json()["items"]}
    finally:
        codes = processes.end()
    # the server ends by the signal it was sent, after its last answer
    assert set(codes) <= {0, -signal.SIGTERM}, (tmp_path / "processes.log").read_text()[-3000:]
    with office.read() as work:
        scored = Counter(work.session.scalars(text("SELECT call_id FROM results")))
        indexed = Counter(work.session.scalars(text("SELECT call_id FROM call_index")))
        noted = list(work.session.scalars(text("SELECT seq FROM audit ORDER BY seq")))
    assert scored == indexed == Counter(dict.fromkeys(taken, 1))
    assert noted == list(range(1, len(noted) + 1))
    assert check(centre.database).faults == (), "SQLite's own check of every page is among these"
    assert verify(centre.database).faults == ()
    centre.database.dispose()
    print(f"{kind}: {kills} kills, {sent} rounds, {len(tokens)} tokens, {time.monotonic() - started:.0f} s")


@pytest.mark.parametrize("name", ["server", "worker-1"])
def test_a_polite_stop_is_graceful(tmp_path: Path, name: str) -> None:
    url = f"sqlite:///{tmp_path / 'data' / 'callqa.sqlite3'}"
    port = free_port()
    processes = Processes(tmp_path, url, port)
    processes.start(name)
    started = time.monotonic()
    log = tmp_path / "processes.log"
    while time.monotonic() - started < 60:
        if name == "server":
            with httpx.Client(trust_env=False) as client:
                try:
                    if client.get(f"http://127.0.0.1:{port}/readyz").status_code == 200:
                        break
                except httpx.HTTPError:
                    pass
        elif (tmp_path / "data" / "callqa.sqlite3").exists():
            time.sleep(3)
            break
        time.sleep(0.2)
    assert processes.end() in ([0], [-signal.SIGTERM]), log.read_text()[-3000:]
    said = log.read_text()
    assert "Traceback" not in said
    if name == "server":
        assert "一次性密码" in said
