"""``callqa policy``: is the policy written right, and does each rule do what its examples say?"""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from callqa.cli.context import centre
from callqa.cli.screen import OK, USAGE, out
from callqa.compliance import examples

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
    wrong = 0
    for one in house.policies:
        rules = one.rules.rules
        written = sum(len(rule.examples.broken) + len(rule.examples.fine) for rule in rules)
        console.print(
            f"{escape(one.title)}（{one.id} {one.version}）：规则 {len(rules)} 条、例句 {written} 句，"
            f"评分 {sum(len(section.items) for section in one.rubric.sections)} 项，"
            f"技巧 {len(one.techniques.labels)} 种",
            soft_wrap=True,
        )
        without = [rule.title for rule in rules if not rule.examples.broken]
        if without:
            console.print(f"[yellow]没有违规例句的规则：{escape('、'.join(without))}[/]", soft_wrap=True)
        faults = examples(one)
        wrong += len(faults)
        for fault in faults:
            console.print(f"[red]例句不符[/] {escape(fault.message)}", soft_wrap=True)
            console.print(f"         {escape(fault.text.strip())}", style="dim", soft_wrap=True)
    if wrong:
        console.print(f"[red]{wrong} 句例句没有得到应有的结果；请改规则，或改例句。[/]")
        return USAGE
    console.print("[green]没有错误，例句全部符合。[/]")
    return OK
