"""``callqa train``: models of one's own."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from callqa.cli.context import PolicyOption, centre
from callqa.cli.screen import OK, USAGE, err, number, out
from callqa.techniques import Report, train

app = typer.Typer(help="训练自己的模型。", no_args_is_help=True, rich_markup_mode="rich")


@app.callback()
def _group() -> None:
    """训练自己的模型。"""


@app.command(
    epilog="""
例：

callqa train techniques samples/corpus                         用标好的对话训练技巧模型

callqa train techniques 语料 --reviews 复核/ --name 2026-12    加上主管复核改过的标注
"""
)
def techniques(
    corpus: Annotated[
        list[Path], typer.Argument(help="标好的对话：文件或文件夹。", metavar="语料…", show_default=False)
    ],
    reviews: Annotated[
        list[Path] | None,
        typer.Option("--reviews", help="复核改过的标注，与语料相抵触时以它为准。", show_default=False),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="新模型的名称；不写就用日期。", show_default=False)
    ] = None,
    policy: PolicyOption = None,
    *,
    force: Annotated[
        bool, typer.Option("--force", help="比在用的模型差也照样用（记在模型卡片里）。")
    ] = False,
    use: Annotated[bool, typer.Option("--use/--no-use", help="训练好就用上。")] = True,
) -> int:
    """训练技巧与客户反应模型；与在用的模型在同一测试集上比过，变差就不替换。"""
    house = centre(policy=policy)
    at = datetime.now(UTC)
    log = err()
    labels = tuple(dict.fromkeys(one.id for each in house.policies for one in each.techniques.labels))
    trained = train(
        corpus,
        models=house.settings.models,
        name=name or f"techniques-{at:%Y%m%d-%H%M}",
        at=at,
        reviews=reviews or (),
        labels=labels or None,
        force=force,
        use=use,
        say=lambda text: log.print(escape(text)),
    )
    console = out()
    if trained.new:
        console.print(_comparison(trained.old, trained.new))
    for remark in trained.remarks:
        console.print(f"[yellow]{escape(remark)}[/]", soft_wrap=True)
    if trained.folder is None:
        console.print(f"[red]没有采用：{escape(trained.reason)}。[/]", soft_wrap=True)
        return USAGE
    state = "已在用" if trained.taken else "还没有用上，执行 callqa models use 选用"
    console.print(
        f"新模型 {escape(str(trained.folder))}：{escape(trained.reason)}；{state}。", soft_wrap=True
    )
    return OK


def _comparison(old: Mapping[float, Report], new: Mapping[float, Report]) -> Table:
    table = Table(title="测试集上的宏平均 F1", title_justify="left", header_style="bold")
    for heading in ("加错字", "种类"):
        table.add_column(heading)
    for heading in ("在用", "新", "95% 区间", "关键词基线"):
        table.add_column(heading, justify="right")
    for noise, report in new.items():
        for kind, title in (("techniques", "技巧"), ("reactions", "客户反应")):
            scores = getattr(report, kind)
            if scores is None:
                continue
            before = getattr(old[noise], kind, None) if noise in old else None
            table.add_row(
                f"{noise:.0%}",
                title,
                number(before.macro_f1, 3) if before else "—",
                number(scores.macro_f1, 3),
                f"{scores.low:.3f}–{scores.high:.3f}",
                number(scores.keyword_macro_f1, 3),
            )
    return table
