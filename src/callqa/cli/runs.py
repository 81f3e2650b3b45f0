"""``callqa runs``: what was run, and the tables of one run."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from callqa.cli.context import centre
from callqa.cli.screen import demo_banner, out
from callqa.cli.summary import Summary, line_of
from callqa.domain import CallQAError

EXAMPLES = """
例：

callqa runs                          最近的批次

callqa runs 20261120-213000-a1b2c3   这一批的通话表和各组表

callqa runs last                     最近一批的表
"""


def runs(
    run: Annotated[
        str | None,
        typer.Argument(
            help="批次号，或 last；不写就列出最近的批次。", metavar="[批次号]", show_default=False
        ),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="列几个。")] = 20,
) -> None:
    """列出跑过的批次，或再看一批的汇总表。"""
    house = centre()
    known = house.runs(limit=limit)
    console = out()
    if run is not None:
        wanted = known[0].run.id if run == "last" and known else run
        summary = Summary()
        results, summary.failed = house.run_results(wanted)
        summary.lines = [line_of(one.masked) for one in results]
        if not summary.lines and not summary.failed:
            raise CallQAError(
                f"没有批次 {run}，或它没有结果。", code="run.unknown", hint="请用 callqa runs 看批次号。"
            )
        summary.show(console)
        if summary.demo:
            demo_banner(console)
        return
    table = Table(title="批次", title_justify="left", header_style="bold")
    for name in ("批次号", "种类", "开始", "状态", "质检方案", "识别模型", "内容"):
        table.add_column(name, overflow="fold")
    for name in ("完成", "失败"):
        table.add_column(name, justify="right")
    for found in known:
        one, model = found.run, found.run.recogniser
        table.add_row(
            one.id,
            {"score": "打分", "rescore": "重新打分"}[one.kind],
            one.started_at.astimezone().strftime("%Y-%m-%d %H:%M"),
            "完成" if one.finished_at else "未完成" + (f"，还剩 {found.left} 通" if found.left else ""),
            escape(f"{one.policy.id} {one.policy.version}"),
            escape(f"{model.name}{'（样例）' if model.demo else ''}") if model else "—",
            escape(one.source),
            str(found.done),
            str(found.failed),
        )
    console.print(table if known else "还没有跑过。请执行 callqa score 录音文件夹。")
