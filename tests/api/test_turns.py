"""Reading routes take turns: few at once, quick ones a little before slow ones, and a turn is never lost."""

import threading
import time
from collections.abc import Callable
from functools import partial

import anyio
import pytest

from callqa.api.turns import Turns


class Door:
    """Work that runs until it is let go."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.seen: list[str] = []

    def wait(self) -> None:
        assert self.open.wait(10)

    def note(self, name: str, takes: float = 0.0) -> Callable[[], None]:
        def note() -> None:
            time.sleep(takes)
            self.seen.append(name)

        return note


@pytest.fixture
def door() -> Door:
    return Door()


def test_one_after_the_other_in_the_order_they_came(door: Door) -> None:
    most, running = 0, 0

    def counted() -> None:
        nonlocal most, running
        running += 1
        most = max(most, running)
        time.sleep(0.005)
        running -= 1

    async def all_at_once() -> None:
        turns = Turns(at_once=1, patience=30)
        async with anyio.create_task_group() as group:
            for number in range(8):
                group.start_soon(turns.run, "same", door.note(str(number)))
                await anyio.sleep(0)
            for _ in range(8):
                group.start_soon(turns.run, "same", counted)

    anyio.run(all_at_once)
    assert most == 1
    assert door.seen == [str(number) for number in range(8)]


def test_what_is_usually_quick_is_let_in_before_what_is_usually_slow(door: Door) -> None:
    async def in_line() -> None:
        turns = Turns(at_once=1, patience=30)
        await turns.run("list", lambda: time.sleep(0.3))
        await turns.run("detail", lambda: None)
        async with anyio.create_task_group() as group:
            group.start_soon(turns.run, "other", door.wait)
            await anyio.sleep(0.01)
            group.start_soon(turns.run, "list", door.note("list"))
            await anyio.sleep(0.01)
            group.start_soon(turns.run, "detail", door.note("detail"))
            await anyio.sleep(0.01)
            door.open.set()

    anyio.run(in_line)
    assert door.seen == ["detail", "list"]


def test_who_writes_stands_back_for_nobody(door: Door) -> None:
    async def in_line() -> None:
        turns = Turns(at_once=1, patience=30)
        await turns.run("save", lambda: time.sleep(0.3))
        await turns.run("detail", lambda: time.sleep(0.01))
        async with anyio.create_task_group() as group:
            group.start_soon(turns.run, "other", door.wait)
            await anyio.sleep(0.01)
            group.start_soon(partial(turns.run, "save", door.note("save"), writes=True))
            await anyio.sleep(0.01)
            group.start_soon(turns.run, "detail", door.note("detail"))
            await anyio.sleep(0.01)
            door.open.set()

    anyio.run(in_line)
    assert door.seen == ["save", "detail"]


def test_what_is_slow_is_not_overtaken_for_ever(door: Door) -> None:
    async def in_line() -> None:
        turns = Turns(at_once=1, patience=30)
        await turns.run("list", lambda: time.sleep(0.05))
        await turns.run("detail", lambda: None)
        async with anyio.create_task_group() as group:
            group.start_soon(turns.run, "other", door.wait)
            await anyio.sleep(0.01)
            group.start_soon(turns.run, "list", door.note("list"))
            await anyio.sleep(0.4)  # longer than a list stands back
            group.start_soon(turns.run, "detail", door.note("detail"))
            await anyio.sleep(0.01)
            door.open.set()

    anyio.run(in_line)
    assert door.seen == ["list", "detail"]


def test_who_has_waited_long_goes_on_beside_a_long_report(door: Door) -> None:
    async def in_line() -> None:
        turns = Turns(at_once=1, patience=0.05)
        async with anyio.create_task_group() as group:
            group.start_soon(turns.run, "report", door.wait)
            await anyio.sleep(0.01)
            await turns.run("detail", door.note("detail"))
            assert not door.open.is_set()
            door.open.set()
        await turns.run("detail", door.note("again"))

    anyio.run(in_line)
    assert door.seen == ["detail", "again"]


def test_errors_and_people_who_hang_up_pass_their_turn_on(door: Door) -> None:
    def fails() -> None:
        raise ValueError

    async def in_line() -> None:
        turns = Turns(at_once=1, patience=30)
        with pytest.raises(ValueError):
            await turns.run("fails", fails)
        async with anyio.create_task_group() as group:
            group.start_soon(turns.run, "report", door.wait)
            await anyio.sleep(0.01)
            with anyio.move_on_after(0.02) as hung_up:
                await turns.run("detail", door.note("never"))
            assert hung_up.cancelled_caught
            group.start_soon(turns.run, "detail", door.note("next"))
            await anyio.sleep(0.01)
            door.open.set()
        with anyio.fail_after(5):
            await turns.run("detail", door.note("last"))

    anyio.run(in_line)
    assert door.seen == ["next", "last"]
