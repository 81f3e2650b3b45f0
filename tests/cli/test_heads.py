"""The server's reader of requests: heads have a limit, bodies have the app's."""

import socket
import threading
from collections.abc import Iterator
from time import monotonic, sleep
from typing import Any

import pytest
import uvicorn

from callqa.cli.heads import LONGEST_HEAD


async def _counting(scope: dict[str, Any], receive: Any, send: Any) -> None:
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": f"{size}".encode()})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Of a server that answers with the size of what it was sent."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(
            _counting, http="callqa.cli.heads:Bounded", loop="uvloop", lifespan="off", log_config=None
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until = monotonic() + 20
    while not server.started and monotonic() < until:
        sleep(0.01)
    yield int(listening.getsockname()[1])
    server.should_exit = True
    thread.join(timeout=20)


def _told(line: socket.socket) -> bytes:
    answer = b""
    while b"\r\n\r\n" not in answer or not answer.split(b"\r\n\r\n", 1)[1]:
        some = line.recv(65_536)
        if not some:
            break
        answer += some
    return answer


def test_headers_without_end_are_refused(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: ")
        sent = 0
        try:
            while sent < 50 * LONGEST_HEAD:
                line.sendall(b"a" * 8192)
                sent += 8192
        except OSError:  # hung up while we were still sending
            assert sent < 50 * LONGEST_HEAD
            return
        assert _told(line).startswith(b"HTTP/1.1 400")


def test_a_head_a_little_too_long_is_told(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + b"a" * LONGEST_HEAD)
        assert _told(line).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("head", [100, LONGEST_HEAD // 2])
def test_long_bodies_and_ordinary_heads_pass_one_after_another(port: int, head: int) -> None:
    body = b"b" * (5 * LONGEST_HEAD)
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        for _ in range(3):
            fields = f"Host: a\r\nX-Long: {'a' * head}\r\nContent-Length: {len(body)}\r\n\r\n"
            line.sendall(b"POST / HTTP/1.1\r\n" + fields.encode() + body)
            answer = _told(line)
            assert answer.startswith(b"HTTP/1.1 200")
            assert f"{len(body)}".encode() in answer
