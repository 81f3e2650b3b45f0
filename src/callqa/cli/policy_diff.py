"""``callqa policy diff``: what a new version changes, in business words."""

import json
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from callqa.cli.screen import out
from callqa.policy import Policy, load_policies, policy_named
from callqa.policy.difference import Change, differences

EXAMPLES = """
例：

callqa policy diff policy-11 policy-12          新版改了什么：说法、门槛、分值、规则……

callqa policy diff policy-11 policy-12 --json   机器可读

文件夹里有几个版本时，用“文件夹@版本号”指定，例如 policies@2026-12。
"""
_STYLES = {"added": "green", "removed": "red", "changed": ""}
_SIGNS = {"added": "＋", "removed": "－", "changed": "～"}


def one_policy(named: Path) -> Policy:
    """The policy of a folder, or of ``folder@version`` where the folder holds several.

    Raises:
        PolicyError: Missing, faulty, or several to choose from.
    """
    folder, _, version = str(named).rpartition("@")
    if folder and not named.exists():
        return policy_named(load_policies(Path(folder)), version=version, folder=folder)
    return policy_named(load_policies(named), version=None, folder=str(named))


def diff(
    old: Annotated[Path, typer.Argument(help="旧版方案文件夹。", metavar="旧版", show_default=False)],
    new: Annotated[Path, typer.Argument(help="新版方案文件夹。", metavar="新版", show_default=False)],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> None:
    """两版方案差在哪里，用业务的话说：新增了哪句说法，哪项分值从几分改成几分，哪条门槛变了。"""
    before, after = one_policy(old), one_policy(new)
    changes = differences(before, after)
    if as_json:
        body = {
            "old": before.ref.model_dump(),
            "new": after.ref.model_dump(),
            "changes": [change.model_dump() for change in changes],
        }
        typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
        return
    console = out()
    console.print(
        Text(f"{before.title} {before.version} → {after.title} {after.version}：{len(changes)} 处不同")
    )
    if not changes:
        console.print("[green]两版判法完全一样（注释和排版不算）。[/]")
    for part, some in groupby(changes, key=lambda change: change.part):
        console.print(Text(f"\n{part}", style="bold"))
        for change in some:
            console.print(_line(change), soft_wrap=True)


def _line(change: Change) -> Text:
    return Text(f"  {_SIGNS[change.kind]} {change.what}", style=_STYLES[change.kind])
