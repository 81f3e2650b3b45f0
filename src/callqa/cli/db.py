"""``callqa db``: the database itself."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from callqa.cli.context import centre
from callqa.cli.db_keep import erase, retain
from callqa.cli.db_verify import reindex, verify
from callqa.cli.screen import OK, REFUSED, out
from callqa.store import back_up, check, open_database, upgrade

app = typer.Typer(
    help="数据库：升级、备份、检查、核对、按期限删除、按申请删除。",
    no_args_is_help=True,
    rich_markup_mode="rich",
)

app.command()(verify)
app.command()(reindex)
app.command()(retain)
app.command()(erase)


@app.command("upgrade")
def upgrade_() -> None:
    """把数据库升级到这个程序的版本（先备份）。"""
    house = centre()
    before, after = upgrade(open_database(house.settings.database))
    out().print(
        f"数据库版本 {before or '（空）'} → {after}。" if before != after else f"已经是 {after}，不用升级。"
    )


@app.command()
def backup(
    target: Annotated[
        Path | None,
        typer.Argument(
            help="备份文件；不写就放在数据文件夹的 backups 里。", metavar="[文件]", show_default=False
        ),
    ] = None,
) -> None:
    """备份数据库（可以边跑边备）；含原文，请妥善保管。"""
    house = centre()
    stamp = datetime.now().astimezone()
    file = target or house.settings.data / "backups" / f"callqa-{stamp:%Y%m%d-%H%M%S}.sqlite3"
    written = back_up(open_database(house.settings.database), file)
    out().print(
        f"已备份到 {escape(str(written))}（{written.stat().st_size / 1e6:.1f} MB，已核对）。", soft_wrap=True
    )


@app.command("check")
def check_() -> int:
    """检查数据库：版本、数据页、引用、暂存的结果。"""
    house = centre()
    health = check(open_database(house.settings.database))
    console = out()
    names = {"runs": "批次", "calls": "通话", "results": "结果", "failures": "失败", "artefacts": "中间结果"}
    console.print(
        f"版本 {health.version or '（空库）'}；"
        + "，".join(f"{names[n]} {c}" for n, c in health.counts.items())
    )
    waiting = house.spilled()
    if waiting:
        console.print(
            f"[yellow]有 {waiting} 通的结果暂存在 {escape(str(house.spill_folder))}，下次 callqa score 时补存。[/]"
        )
    for fault in health.faults:
        console.print(f"[red]{escape(fault)}[/]")
    if health.faults:
        return REFUSED
    console.print("[green]没有问题。[/]")
    return OK
