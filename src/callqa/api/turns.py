"""Routes take turns in a process, quick ones a little before slow ones; who writes on a server goes on at once.

Python runs one thread at a time. Where many routes run, each goes on only for moments, all of them end late, and
whoever asks the database most often, he who writes, ends last: each question and answer waits behind the others'.
One after the other, the same work ends sooner, and a call that somebody opens does not wait behind three searches.
A server lets many write at once; SQLite lets one, so that there writing takes its turn too.

Measured with twenty clients on four cores, 95 of 100 reviews within: all at once 216 ms on PostgreSQL, three at once
148 ms on SQLite; one at a time 89 and 79 (medians of three rounds), and everything else sooner as well.
"""

import heapq
import itertools
import time
from collections.abc import Callable
from typing import TypeVar

import anyio
from anyio.lowlevel import RunVar
from anyio.to_thread import run_sync

AT_ONCE = 1
"""Routes of a process that run at once."""
PATIENCE = 0.25
"""Seconds a route waits for others; then it goes on beside them, so that a few long reports hold up nobody."""
_FAVOUR = 2.5
"""How many times its usual time a route stands back: a list that takes 20 ms lets in a call that takes 2 and comes
within the next 45. By time alone, lists waited 290 ms under load; by arrival alone, calls that were opened 88."""
_WEIGHT = 0.1
"""Of the latest time in the mean of a route's times."""

Given = TypeVar("Given")


class Turns:
    """Who may run next, in one event loop.

    Args:
        at_once: How many run at once.
        patience: Seconds after which one goes on without a turn.
    """

    def __init__(self, *, at_once: int = AT_ONCE, patience: float = PATIENCE) -> None:
        self._free = at_once
        self._patience = patience
        self._waiting: list[tuple[float, int, anyio.Event]] = []
        self._came = itertools.count()
        self._took: dict[str, float] = {}

    async def run(self, name: str, function: Callable[[], Given], *, writes: bool = False) -> Given:
        """Run what blocks, in a thread of the pool, when its turn has come.

        Args:
            name: Of the route, for its usual time.
            function: What to run.
            writes: It stands back for nobody.
        """
        called = await self._turn(name, 0.0 if writes else _FAVOUR)
        began = time.perf_counter()
        try:
            return await run_sync(function)
        finally:
            took = time.perf_counter() - began
            self._took[name] = took + (1 - _WEIGHT) * (self._took.get(name, took) - took)
            if called:
                self._pass_on()

    async def _turn(self, name: str, favour: float) -> bool:
        """Wait; whether a turn was given, and must be passed on."""
        if self._free:
            self._free -= 1
            return True
        due = time.monotonic() + favour * self._took.get(name, 0.0)
        place = due, next(self._came), anyio.Event()
        heapq.heappush(self._waiting, place)
        try:
            with anyio.move_on_after(self._patience):
                await place[2].wait()
        except BaseException:  # cancelled: who asked has hung up
            self._leave(place)
            raise
        if not place[2].is_set():
            self._leave(place)
            return False
        return True

    def _leave(self, place: tuple[float, int, anyio.Event]) -> None:
        if place[2].is_set():
            self._pass_on()
        else:
            self._waiting.remove(place)
            heapq.heapify(self._waiting)

    def _pass_on(self) -> None:
        if self._waiting:
            heapq.heappop(self._waiting)[2].set()
        else:
            self._free += 1


_turns: RunVar[Turns] = RunVar("callqa routes taking turns")


def turns() -> Turns:
    """Those of the running event loop."""
    try:
        return _turns.get()
    except LookupError:
        found = Turns()
        _turns.set(found)
        return found
