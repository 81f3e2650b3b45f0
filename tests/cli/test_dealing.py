"""Connections are dealt out to the server's processes in turn, and none is lost when one of them goes."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import httpx
import pytest

SERVE = """
import uvicorn
from callqa.cli.dealing import Dealer
if __name__ == "__main__":
    config = uvicorn.Config("tests.cli.dealt_app:app", port=0, workers=3, lifespan="off", log_level="error",
                            loop="callqa.cli.dealing:Loop", timeout_graceful_shutdown=10)
    listening = config.bind_socket()
    listening.listen()
    print(listening.getsockname()[1], flush=True)
    Dealer(config, listening).run()
"""


class Served:
    """A server of three processes and where it listens."""

    def __init__(self, process: "subprocess.Popen[str]", address: str) -> None:
        self.process = process
        self.address = address

    def ask(self, path: str = "/") -> int:
        """The process that answers a connection of its own."""
        with httpx.Client(trust_env=False, timeout=20) as client:
            return int(client.get(f"{self.address}{path}").text)


@pytest.fixture
def served() -> Iterator[Served]:
    command = [sys.executable, "-c", SERVE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stdout is not None
        server = Served(process, f"http://127.0.0.1:{int(process.stdout.readline())}")
        deadline = time.monotonic() + 30
        seen: set[int] = set()
        while len(seen) < 3 and time.monotonic() < deadline:
            seen.add(server.ask())
        try:
            assert len(seen) == 3
            yield server
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def test_every_process_gets_as_many_connections_as_the_others(served: Served) -> None:
    with ExitStack() as held:
        clients = [held.enter_context(httpx.Client(trust_env=False, timeout=20)) for _ in range(21)]
        answers = Counter(client.get(f"{served.address}/").text for client in clients)
        assert sorted(answers.values()) == [7, 7, 7]
        again = Counter(client.get(f"{served.address}/").text for client in clients)
        assert again == answers


def test_a_killed_process_is_passed_over_and_its_successor_gets_its_share(served: Served) -> None:
    killed = served.ask()
    os.kill(killed, signal.SIGKILL)
    seen: set[int] = set()
    deadline = time.monotonic() + 30
    while len(seen - {killed}) < 3 and time.monotonic() < deadline:
        with suppress(httpx.TransportError):  # dealt to the process in the instant of its death
            seen.add(served.ask())
    assert len(seen - {killed}) == 3


def test_what_is_being_answered_is_answered_before_it_stops(served: Served) -> None:
    with ThreadPoolExecutor(6) as people:
        asked = [people.submit(served.ask, "/slow") for _ in range(6)]
        time.sleep(0.4)
        served.process.send_signal(signal.SIGTERM)
        assert len({one.result() for one in asked}) == 3
    assert served.process.wait(timeout=15) == 0


def test_processes_end_with_their_parent(served: Served) -> None:
    served.process.kill()
    served.process.wait(timeout=10)
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        try:
            os.killpg(served.process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("a process outlived its parent")
