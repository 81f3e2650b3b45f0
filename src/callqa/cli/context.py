"""Options that several verbs share, and how they become a `Centre`."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from callqa.bootstrap import Centre
from callqa.domain import CallQAError
from callqa.settings import Settings

PolicyOption = Annotated[
    Path | None,
    typer.Option(
        "--policy", "-p", help="质检方案文件夹；不写就用设置里的，再没有就用样例方案。", show_default=False
    ),
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers",
        "-w",
        min=1,
        help="同时工作的进程数；不写就按设置（默认等于 CPU 核数）。",
        show_default=False,
    ),
]


def centre(*, policy: Path | None = None, **overrides: Any) -> Centre:
    """Settings from file and environment, with a verb's own options on top.

    Raises:
        CallQAError: ``settings`` with every setting that makes no sense.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Centre(Settings(**given), policy_folder=policy)
    except ValidationError as error:
        faults = "；".join(
            f"{'.'.join(str(part) for part in fault['loc'])}：{fault['msg']}" for fault in error.errors()
        )
        raise CallQAError(
            f"设置有误：{faults}。", code="settings", hint="请检查 callqa.toml 和 CALLQA_ 开头的环境变量。"
        ) from error
    except (OSError, ValueError) as error:
        raise CallQAError(
            f"callqa.toml 读不出来：{error}。", code="settings", hint="请检查它的写法。"
        ) from error


def day_of(text: str | None, option: str) -> str | None:
    """A date as the options take it; raises `CallQAError` where it is none."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise CallQAError(
            f"{option} 的日期“{text}”看不懂。", code="usage.date", hint="请写成 2026-11-20 的样子。"
        ) from error
