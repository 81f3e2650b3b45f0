"""``callqa export``: results of some days into a file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from callqa.cli.context import PolicyOption, centre, day_of
from callqa.cli.screen import demo_banner, out
from callqa.cli.show import technique_families, technique_titles, trained_labels
from callqa.insights import Period
from callqa.insights import export as write

EXAMPLES = """
例：

callqa export --from 2026-11-20 --to 2026-11-20 day.xlsx   一天的结果，Excel

callqa export --from 2026-11-01 month.json                 本月以来，JSON

callqa export all.parquet                                  全部，供程序读

只含遮盖过的内容；同一通话只取最新的评分。
"""


def export(
    target: Annotated[
        Path,
        typer.Argument(help="要写的文件：.xlsx、.json 或 .parquet。", metavar="文件", show_default=False),
    ],
    first: Annotated[
        str | None, typer.Option("--from", help="从哪天起（YYYY-MM-DD，含）。", show_default=False)
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", help="到哪天止（YYYY-MM-DD，含）。", show_default=False)
    ] = None,
    policy: PolicyOption = None,
) -> None:
    """把结果导出成 Excel、JSON 或 Parquet。"""
    house = centre(policy=policy)
    period = Period(first=day_of(first, "--from"), last=day_of(last, "--to"))
    files, rows, demo = write(
        house.database,
        target,
        period=period,
        titles=technique_titles(house),
        at=datetime.now(UTC).astimezone(),
        families=technique_families(house),
        trained=trained_labels(house),
    )
    console = out()
    if not rows["通话"]:
        console.print("[yellow]这段日期里没有通话。[/]")
    counts = "，".join(f"{name} {count} 行" for name, count in rows.items())
    console.print(f"已写 {'、'.join(escape(str(file)) for file in files)}（{counts}）。", soft_wrap=True)
    if demo:
        demo_banner(console)
