"""Ctrl-C once: finish what is in hand. Twice: stop now."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from rich.console import Console


@contextmanager
def stoppable(console: Console) -> Iterator[Callable[[], bool]]:
    """Gives a function that says whether Ctrl-C (or a polite kill) was asked for.

    Raises:
        KeyboardInterrupt: At the second time.
    """
    asked = False

    def answer(_signal: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True
        console.print("[yellow]收到中断：正在做完手头的通话。再按一次 Ctrl-C 立即停下。[/]")

    before = {which: signal.signal(which, answer) for which in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for which, handler in before.items():
            signal.signal(which, handler)
