"""How far a run is: calls, calls/s, hours of sound, × real time, when it will be done."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from callqa.bootstrap import Report
from callqa.domain import Failed
from callqa.engine.batch import Tally
from callqa.engine.work import Done

_EVERY = 20.0
"""Seconds between lines where there is no terminal to draw on."""


def speed(tally: Tally, seconds: float) -> str:
    """``1.8 通/秒 · 已听 0.42 小时 · 132 倍实时``; empty before the first call is through."""
    through = tally.finished + tally.failed
    if not through or seconds <= 0:
        return ""
    parts = [f"{through / seconds:.2f} 通/秒"]
    if tally.audio_ms:
        parts.append(f"已听 {tally.audio_ms / 3_600_000:.2f} 小时")
        parts.append(f"{tally.audio_ms / 1000 / seconds:.0f} 倍实时")
    return " · ".join(parts)


def finish_time(tally: Tally, seconds: float, *, now: datetime) -> str:
    """``预计 21:35 完成``; empty before anything is through."""
    through = tally.finished + tally.failed
    if not through or not tally.left:
        return ""
    done_at = now + timedelta(seconds=seconds / through * tally.left)
    return (
        f"预计 {done_at:%H:%M} 完成" if done_at.date() == now.date() else f"预计 {done_at:%m-%d %H:%M} 完成"
    )


@contextmanager
def progress(console: Console) -> Iterator[Report]:
    """A bar on a terminal, a line now and then elsewhere; failures are told as they happen."""
    started = time.monotonic()
    last_line = started
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=28),
        TaskProgressColumn("{task.completed}/{task.total}"),
        TextColumn("{task.fields[speed]}"),
        TextColumn("{task.fields[finish]}"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    task = bar.add_task("处理中", total=None, speed="正在装载模型…", finish="")

    def report(tally: Tally, done: Done | None) -> None:
        nonlocal last_line
        now = time.monotonic()
        through = tally.total - tally.left
        if done is not None and isinstance(done.result, Failed):
            failed = done.result
            console.print(f"[red]失败[/] {escape(failed.call_id)}：{escape(failed.message)}", soft_wrap=True)
        words = speed(tally, now - started)
        finish = finish_time(tally, now - started, now=datetime.now().astimezone())
        bar.update(task, total=tally.total, completed=through, speed=words or "正在装载模型…", finish=finish)
        if not console.is_terminal and done is not None and (now - last_line >= _EVERY or not tally.left):
            last_line = now
            console.print(f"{through}/{tally.total} {words} {finish}".rstrip(), soft_wrap=True)

    with bar:
        yield report


@contextmanager
def far(console: Console, stages: Mapping[str, str]) -> Iterator[Callable[[str, int, int], None]]:
    """A bar per stage on a terminal, with the time left; a line now and then elsewhere.

    Args:
        console: Where to.
        stages: Name of a stage → as people read it.

    Yields:
        To be told the stage, what is done of it, and of how many.
    """
    last = time.monotonic()
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=28),
        TaskProgressColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
        TextColumn("剩余"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    tasks = {}

    def report(stage: str, done: int, total: int) -> None:
        nonlocal last
        if stage not in tasks:
            tasks[stage] = bar.add_task(stages[stage], total=total)
        bar.update(tasks[stage], completed=done, total=total)
        if not console.is_terminal and time.monotonic() - last >= _EVERY:
            last = time.monotonic()
            console.print(f"{stages[stage]} {done}/{total}")

    with bar:
        yield report
