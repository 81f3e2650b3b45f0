"""What all verbs say the same way: consoles, errors, times, the demo recogniser's banner."""

import os
import sys

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel

from callqa.domain import CallQAError, StoreError
from callqa.engine.warn import DEMO

OK = 0
SOME_FAILED = 1
USAGE = 2
REFUSED = 3
ABANDONED = 130

_WIDTH_IN_FILES = 150


def _console(*, stderr: bool = False) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    # a table in a file or a pipe should not be squeezed into the 80 columns of a terminal that is not there
    width = None if stream.isatty() or "COLUMNS" in os.environ else _WIDTH_IN_FILES
    return Console(stderr=stderr, width=width, highlight=False)


def out() -> Console:
    """Where results go."""
    return _console()


def err() -> Console:
    """Where progress, warnings and errors go."""
    return _console(stderr=True)


def complain(message: str, hint: str) -> None:
    """One sentence what, one sentence what to do."""
    console = err()
    console.print(f"[bold red]错误：[/]{escape(message)}", soft_wrap=True)
    if hint:
        console.print(f"[bold]怎么办：[/]{escape(hint)}", soft_wrap=True)


def exit_code_of(error: CallQAError) -> int:
    """Exit code of an error that ended a verb."""
    return REFUSED if isinstance(error, StoreError) else USAGE


def demo_banner(console: Console) -> None:
    """Said on every output that the demo recogniser had a hand in."""
    console.print(Panel.fit(f"[bold yellow]样例识别模型：{DEMO}[/]", border_style="yellow"))


def clock(milliseconds: int) -> str:
    """``1:02`` or ``1:02:03``."""
    seconds = milliseconds // 1000
    hours, minutes, seconds = seconds // 3600, seconds % 3600 // 60, seconds % 60
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def moment(milliseconds: int) -> str:
    """``01:02.3``: where in a recording."""
    return f"{milliseconds // 60_000:02}:{milliseconds % 60_000 // 1000:02}.{milliseconds % 1000 // 100}"


def number(value: float | None, digits: int = 1) -> str:
    """Without needless zeros; a dash where there is none."""
    if value is None:
        return "—"
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
