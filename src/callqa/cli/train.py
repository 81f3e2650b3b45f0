"""``callqa train``: models of one's own."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from callqa.bootstrap import Centre
from callqa.cli.context import PolicyOption, centre
from callqa.cli.screen import OK, USAGE, err, number, out
from callqa.domain import CallQAError
from callqa.insights import reviewed_results
from callqa.settings import shipped
from callqa.techniques import LABELS, Report, Row, corrected_rows, shipped_corpus, train

app = typer.Typer(help="训练自己的模型。", no_args_is_help=True, rich_markup_mode="rich")


@app.callback()
def _group() -> None:
    """训练自己的模型。"""


@app.command(
    epilog="""
例：

callqa train techniques --reviews                        随程序的语料，加上主管复核改过的

callqa train techniques --corpus 我们的/ --corpus 标好.jsonl --reviews --name 2026-12

callqa train techniques --corpus 我们的/ --no-shipped    只用自己的语料（文件夹里要有 split.yaml 才有测试集）

自己的语料：带标注的对话、“内容<TAB>标签,标签”、callqa label import 导回来的 .jsonl 都行。
复核改动：只认对技巧和反应标签的更正；改分数不算，分数里还有别的考虑。
"""
)
def techniques(
    more: Annotated[
        list[Path] | None, typer.Argument(help="同 --corpus。", metavar="[语料…]", show_default=False)
    ] = None,
    corpus: Annotated[
        list[Path] | None,
        typer.Option("--corpus", help="自己标好的轮次：文件或文件夹，可以写几个。", show_default=False),
    ] = None,
    corrections: Annotated[
        list[Path] | None,
        typer.Option("--corrections", help="改过的标注，与语料相抵触时以它为准。", show_default=False),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="新模型的名称；不写就用日期。", show_default=False)
    ] = None,
    policy: PolicyOption = None,
    *,
    reviews: Annotated[bool, typer.Option("--reviews", help="用上数据库里主管复核时改过的标签。")] = False,
    shipped_too: Annotated[bool, typer.Option("--shipped/--no-shipped", help="也用随程序的语料。")] = True,
    force: Annotated[
        bool, typer.Option("--force", help="比在用的模型差也照样用（记在模型卡片里）。")
    ] = False,
    use: Annotated[bool, typer.Option("--use/--no-use", help="训练好就用上。")] = True,
) -> int:
    """训练技巧与客户反应模型；与在用的模型在同一测试集上比过，变差就不替换。"""
    house = centre(policy=policy)
    at = datetime.now(UTC)
    log = err()
    own = [*(more or ()), *(corpus or ())]
    labels = {one.id: one for each in house.policies for one in each.techniques.labels}
    trained = train(
        sources(own, shipped_too=shipped_too),
        models=house.settings.models,
        name=name or f"techniques-{at:%Y%m%d-%H%M}",
        at=at,
        reviews=corrections or (),
        corrections=reviewed_rows(house) if reviews else (),
        labels=tuple(labels) or None,
        examples={label: one.examples for label, one in labels.items() if label not in LABELS},
        force=force,
        use=use,
        say=lambda text: log.print(escape(text)),
    )
    console = out()
    if trained.new:
        console.print(_comparison(trained.old, trained.new))
    for remark in trained.remarks:
        console.print(f"[yellow]{escape(remark)}[/]", soft_wrap=True)
    if reviews and not any("复核" in remark for remark in trained.remarks):
        console.print("[yellow]数据库里还没有改过技巧或反应标签的复核[/]")
    if trained.folder is None:
        console.print(f"[red]没有采用：{escape(trained.reason)}。[/]", soft_wrap=True)
        return USAGE
    state = "已在用" if trained.taken else "还没有用上，执行 callqa models use 选用"
    console.print(
        f"新模型 {escape(str(trained.folder))}：{escape(trained.reason)}；{state}。", soft_wrap=True
    )
    return OK


def sources(own: Sequence[Path], *, shipped_too: bool) -> list[Path]:
    """The files and folders to train on: the shipped corpus first, because its split file decides, then one's own.

    Raises:
        CallQAError: ``train.corpus`` where the installation brings no corpus, or nothing is left to train on.
    """
    if not shipped_too:
        if not own:
            raise CallQAError(
                "--no-shipped 又没有写自己的语料，没有可训练的。",
                code="train.corpus",
                hint="请用 --corpus 写上标好的文件或文件夹。",
            )
        return list(own)
    samples = shipped("samples")
    if not (samples / "corpus").is_dir():
        raise CallQAError(
            "这个安装里没有随程序的语料。",
            code="train.corpus",
            hint="请用源代码里的 samples/corpus 作 --corpus，并加 --no-shipped。",
        )
    ours = shipped_corpus(samples)
    inside = {path.resolve() for path in ours}
    # a folder of the shipped corpus named again must not be read twice
    return [*ours, *(one for one in own if not inside.intersection((one.resolve(), *one.resolve().parents)))]


def reviewed_rows(house: Centre) -> list[Row]:
    """What supervisors put right in the reviews of the store; later reviews win where calls were scored again."""
    return [
        row
        for stored, events in reviewed_results(house.database)
        for row in corrected_rows(stored.masked, events)
    ]


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
