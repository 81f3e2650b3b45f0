"""Connections dealt out to the server's processes in turn.

Processes that listen on one socket each take what they are quickest to take: of twenty people who open the page in
the same minute, the kernel wakes the same idle process again and again, and three others watch (measured: twenty
connections of twenty on one process of four). So only the parent listens, and hands every new connection to the next
process that is ready, over a line to it.
"""

import asyncio
import contextlib
import selectors
import signal
import socket
import threading
from collections import deque
from collections.abc import Callable

import uvloop
from uvicorn import Config
from uvicorn.supervisors import Multiprocess

_READY = b"r"
_DEALT = b"c"
_HAND = 16
"""Connections taken off a line at once."""


class Dealer(Multiprocess):
    """Keeps the processes alive as uvicorn does, and deals the connections out.

    Args:
        config: How to serve; ``loop`` must be ``callqa.cli.dealing:Loop``.
        listening: The socket people connect to.
    """

    def __init__(self, config: Config, listening: socket.socket) -> None:
        self._listening = listening
        self._new: deque[tuple[socket.socket, socket.socket]] = deque()
        super().__init__(config, sockets=[])

    @property
    def sockets(self) -> list[socket.socket]:
        """What a new process is given: the far end of a line of its own."""
        ours, theirs = socket.socketpair()
        self._new.append((ours, theirs))
        return [theirs]

    @sockets.setter
    def sockets(self, _: list[socket.socket]) -> None:
        """Nothing is shared."""

    def run(self) -> None:
        """Serve until told to stop."""
        dealing = threading.Thread(target=self._deal, name="dealing", daemon=True)
        dealing.start()
        try:
            super().run()
        finally:
            self.should_exit.set()
            dealing.join()
            self._listening.close()

    def _deal(self) -> None:
        ready: deque[socket.socket] = deque()
        with selectors.DefaultSelector() as waiting:
            while not self.should_exit.is_set():
                while self._new:
                    ours, theirs = self._new.popleft()
                    waiting.register(ours, selectors.EVENT_READ, theirs)
                _listen(waiting, self._listening, bool(ready))
                for key, _ in waiting.select(timeout=0.2):
                    line = key.fileobj
                    if not isinstance(line, socket.socket):
                        continue
                    if line is self._listening:
                        _hand_on(line, ready)
                    elif _heard(line):
                        ready.append(line)
                        key.data.close()  # the process has its own copy by now
                    else:
                        waiting.unregister(line)
                        line.close()
                        key.data.close()
                        with contextlib.suppress(ValueError):
                            ready.remove(line)
            for key in list(waiting.get_map().values()):
                if key.data is not None:
                    key.data.close()
                    key.fileobj.close()  # type: ignore[union-attr]


def _listen(waiting: selectors.BaseSelector, listening: socket.socket, anyone: bool) -> None:
    """Take connections only where there is a process for them; until then the kernel keeps them."""
    there = listening in waiting.get_map()
    if anyone and not there:
        waiting.register(listening, selectors.EVENT_READ)
    elif there and not anyone:
        waiting.unregister(listening)


def _heard(line: socket.socket) -> bool:
    """Whether a process says that it is ready; else it is gone."""
    try:
        return line.recv(1) == _READY
    except OSError:
        return False


def _hand_on(listening: socket.socket, ready: deque[socket.socket]) -> None:
    with contextlib.suppress(OSError):  # who has hung up meanwhile needs no process
        connection, _ = listening.accept()
        with connection:
            # most answers would wait 40 ms for the receiver's acknowledgement without it
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for _ in range(len(ready)):
                line = ready[0]
                ready.rotate(-1)
                with contextlib.suppress(OSError):  # a process that has just died: the next one
                    socket.send_fds(line, [_DEALT], [connection.fileno()])
                    return


class Loop(uvloop.Loop):
    """The event loop of a process whose connections come over a line instead of a listening socket."""

    async def create_server(  # type: ignore[override]
        self, protocol_factory: Callable[[], asyncio.BaseProtocol], *, sock: socket.socket, **_: object
    ) -> "Dealt":
        """Take connections from the line, as a server takes them from the network."""
        return Dealt(self, protocol_factory, sock)


class Dealt:
    """Serves the connections that come over a line; stands where uvicorn keeps an ``asyncio`` server."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        protocol_factory: Callable[[], asyncio.BaseProtocol],
        line: socket.socket,
    ) -> None:
        self._loop = loop
        self._protocol_factory = protocol_factory
        self._line = line
        self._opening: set[asyncio.Task[object]] = set()
        line.setblocking(False)
        loop.add_reader(line, self._take)
        line.send(_READY)

    def close(self) -> None:
        """Take no more, but what was dealt already."""
        self._take()
        self._loop.remove_reader(self._line)

    async def wait_closed(self) -> None:
        """Until all that was dealt is open."""
        await asyncio.gather(*self._opening)

    def _take(self) -> None:
        for _ in range(_HAND):
            try:
                said, files, *_ = socket.recv_fds(self._line, 1, 1)
            except BlockingIOError:
                return
            if not said:
                self._loop.remove_reader(self._line)
                signal.raise_signal(signal.SIGTERM)  # the parent is gone: nobody will connect any more
                return
            for file in files:
                opening = self._loop.create_task(self._open(socket.socket(fileno=file)))
                self._opening.add(opening)
                opening.add_done_callback(self._opening.discard)

    async def _open(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):  # hung up while it waited
            connection.setblocking(False)
            await self._loop.connect_accepted_socket(self._protocol_factory, connection)
