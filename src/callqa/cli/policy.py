"""``callqa policy``: the workbench. Is it written right, what does it find, what would a new version change?"""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from callqa.cli import policy_backtest, policy_diff, policy_export, policy_import, policy_try
from callqa.cli.context import centre
from callqa.cli.screen import OK, USAGE, complain, out
from callqa.compliance import ExampleFault, examples
from callqa.policy import Policy, PolicyFaults
from callqa.policy.places import RuleLines

EXAMPLES = """
例：

callqa policy check                 设置里的方案

callqa policy check my-centre/policy

callqa policy check policies --json 文件夹里的每一版，机器可读

查出的错误一次全部列出：文件、行号、路径、是不是想写什么。方案写对了，再跑每条规则的例句。
退出码：0 没有问题；2 有错误或有例句不符。
"""

app = typer.Typer(
    help="质检方案工作台：检查、试一段对话、用存下的通话试算新方案、比较两版、导入、导出。",
    no_args_is_help=True,
    rich_markup_mode="rich",
)


@app.command(epilog=EXAMPLES)
def check(
    folder: Annotated[
        Path | None,
        typer.Argument(help="方案文件夹；不写就用设置里的。", metavar="[文件夹]", show_default=False),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> int:
    """查出方案里的全部错误（文件、行号、改法），并跑每条规则的例句。"""
    house = centre(policy=folder)
    placed: tuple[tuple[Policy, Path], ...] = ()
    try:
        placed = house.placed
    except PolicyFaults as error:
        if not as_json:
            complain(error.message, error.hint)
        faults: list[dict[str, object]] = [fault.model_dump() for fault in error.faults]
    else:
        faults = []
    console = out()
    failed: list[dict[str, object]] = []
    for one, place in placed:
        lines = RuleLines(place)
        wrong = examples(one)
        failed += [_told(fault, lines) for fault in wrong]
        if as_json:
            continue
        _summary(one)
        for fault in wrong:
            where = escape(str(_told(fault, lines)["where"]))
            console.print(f"[red]例句不符[/] {where} {escape(fault.message)}", soft_wrap=True)
            console.print(f"         {escape(fault.text.strip())}", style="dim", soft_wrap=True)
    if as_json:
        body = {
            "policies": [one.ref.model_dump() for one, _ in placed],
            "faults": faults,
            "examples": failed,
        }
        typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
    elif failed:
        console.print(f"[red]{len(failed)} 句例句没有得到应有的结果；请改规则，或改例句。[/]")
    elif not faults:
        console.print("[green]没有错误，例句全部符合。[/]")
    return USAGE if faults or failed else OK


def _told(fault: ExampleFault, lines: RuleLines) -> dict[str, object]:
    where = lines.example(fault.rule, fault.kind, fault.number)
    return {"where": where, **fault.model_dump(), "message": fault.message}


def _summary(one: Policy) -> None:
    console = out()
    rules = one.rules.rules
    written = sum(len(rule.examples.broken) + len(rule.examples.fine) for rule in rules)
    console.print(
        f"{escape(one.title)}（{one.id} {one.version}）：规则 {len(rules)} 条、例句 {written} 句，"
        f"评分 {len(one.rubric.items)} 项，技巧 {len(one.techniques.labels)} 种",
        soft_wrap=True,
    )
    for kind, without in (
        ("违规", [rule.title for rule in rules if not rule.examples.broken]),
        ("不违规", [rule.title for rule in rules if not rule.examples.fine]),
    ):
        if without:
            console.print(f"[yellow]没有{kind}例句的规则：{escape('、'.join(without))}[/]", soft_wrap=True)


app.command("test", epilog=policy_try.EXAMPLES)(policy_try.try_policy)
app.command("backtest", epilog=policy_backtest.EXAMPLES)(policy_backtest.backtest)
app.command("diff", epilog=policy_diff.EXAMPLES)(policy_diff.diff)
app.command("import", epilog=policy_import.EXAMPLES)(policy_import.import_)
app.command("export", epilog=policy_export.EXAMPLES)(policy_export.export)
