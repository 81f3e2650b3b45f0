"""``callqa policy``: is the policy written right, and does each rule do what its examples say?"""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from callqa.cli.context import centre
from callqa.cli.screen import OK, out

app = typer.Typer(help="质检方案：检查。", no_args_is_help=True, rich_markup_mode="rich")


@app.command()
def check(
    folder: Annotated[
        Path | None,
        typer.Argument(help="方案文件夹；不写就用设置里的。", metavar="[文件夹]", show_default=False),
    ] = None,
) -> int:
    """查出方案里的全部错误（文件、行号、改法），并跑每条规则的例句。"""
    house = centre(policy=folder)
    console = out()
    for one in house.policies:
        console.print(
            f"{escape(one.title)}（{one.id} {one.version}）：话术 {len(one.script.steps)} 步，"
            f"规则 {len(one.rules.rules)} 条，评分 {sum(len(s.items) for s in one.rubric.sections)} 项，"
            f"技巧 {len(one.techniques.labels)} 种",
            soft_wrap=True,
        )
    return OK
