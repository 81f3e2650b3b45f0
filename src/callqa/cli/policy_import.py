"""``callqa policy import``: rules of another platform, or a sheet of items, into a policy folder."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from callqa.cli.policy_labels import read_text
from callqa.cli.screen import OK, USAGE, out
from callqa.compliance import ExampleFault, examples
from callqa.domain import CallQAError
from callqa.policy import load_policy
from callqa.policy.imported import Imported, write_policy
from callqa.policy.item_sheet import read_items
from callqa.policy.sca_rules import read_sca
from callqa.settings import shipped

EXAMPLES = """
例：

callqa policy import rules.json --to imported      阿里云智能对话分析（SCA）风格的规则 JSON

callqa policy import 质检项.xlsx --to imported      Excel 或 CSV：编号、名称、话术、扣分、严重程度（中英文表头都认）

导入得到一个完整的方案文件夹，马上查一遍；不能照搬的每一处都列出来，写明在源文件的哪里。
退出码：0 导入成功（可能有没导入的，见清单）；2 什么也没导入，或导入的例句不符。
"""


def import_(
    source: Annotated[
        Path, typer.Argument(help="规则 JSON，或质检项 .xlsx、.csv。", metavar="文件", show_default=False)
    ],
    to: Annotated[Path, typer.Option("--to", help="要建立的方案文件夹。", show_default=False)],
    title: Annotated[str, typer.Option("--title", help="方案名称。")] = "导入的质检方案",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> int:
    """把别处的规则或质检项变成方案：能对应的写成规则和评分项，不能对应的逐条列出，绝不悄悄丢掉。"""
    kind = source.suffix.lower()
    if kind not in (".json", ".xlsx", ".csv"):
        raise CallQAError(
            f"不会读 {source.suffix or source.name} 格式。",
            code="import.form",
            hint="请用 .json（规则）或 .xlsx、.csv（质检项表）。",
        )
    imported = read_sca(read_text(source)) if kind == ".json" else read_items(source)
    console = out()
    if not as_json:
        _show_gaps(console, imported)
    techniques = shipped("samples") / "policy" / "techniques.yaml"
    write_policy(
        imported,
        to,
        title=title,
        day=datetime.now(UTC).astimezone().date(),
        techniques=techniques.read_text(encoding="utf-8"),
        source=source.name,
    )
    wrong = examples(load_policy(to))
    if as_json:
        body = {
            "to": str(to),
            "rules": [rule.id for rule in imported.rules],
            "items": [item.id for item in imported.items],
            "gaps": [gap.model_dump() for gap in imported.gaps],
            "examples": [fault.model_dump() for fault in wrong],
        }
        typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
    else:
        _show_result(console, imported, wrong, to)
    return USAGE if wrong else OK


def _show_gaps(console: Console, imported: Imported) -> None:
    for kind, heading, style in (
        ("left_out", "没有导入", "red"),
        ("approximate", "近似导入，请核对", "yellow"),
    ):
        some = [gap for gap in imported.gaps if gap.kind == kind]
        if some:
            console.print(Text(f"{heading}（{len(some)} 处）", style=f"bold {style}"))
        for gap in some:
            console.print(Text(f"  {gap.path}：{gap.what}" if gap.path else f"  {gap.what}"), soft_wrap=True)


def _show_result(console: Console, imported: Imported, wrong: tuple[ExampleFault, ...], to: Path) -> None:
    for fault in wrong:
        console.print(Text(f"例句不符 {fault.message}", style="red"), soft_wrap=True)
    without = sum(not rule.examples.broken for rule in imported.rules)
    console.print(
        Text(
            f"已建立 {to}：规则 {len(imported.rules)} 条，评分项 {len(imported.items)} 项；"
            f"{without} 条规则还没有例句。"
        ),
        soft_wrap=True,
    )
    console.print(
        f"下一步：补写 script.yaml 和例句，callqa policy check {to}，再 callqa policy backtest {to}。",
        soft_wrap=True,
        markup=False,
    )
