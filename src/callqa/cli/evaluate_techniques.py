"""``callqa evaluate techniques``: tags and reactions against labelled turns, clean and garbled, beside baselines."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from callqa.bootstrap import Centre
from callqa.cli.context import PolicyOption, centre
from callqa.cli.screen import out
from callqa.domain import CallQAError, ModelError
from callqa.settings import shipped
from callqa.techniques import (
    LABELS,
    Report,
    Row,
    Scores,
    TechniqueModel,
    evaluate,
    find_split_file,
    load_model,
    read_card,
    read_corpus,
    split_rows,
)

EXAMPLES = """
例：

callqa evaluate techniques                          随程序的测试集，原文和每百字错 20 个字

callqa evaluate techniques 标好.jsonl 我们的/ --cer 0,10,20,30

callqa evaluate techniques 句子.tsv --json          机器可读，写到标准输出

文件：带标注的对话，或一行一轮的“内容<TAB>标签,标签”，没有标签写 none；文件夹里有 split.yaml 就按它分。
自己加的、例句不够训练的标签也评（用 --policy 指明方案），表里注明“与例句相似”。
"""
_KINDS = {"techniques": "技巧", "reactions": "客户反应"}


class Part(StrEnum):
    """Which rows of a corpus with a split file."""

    train = "train"
    dev = "dev"
    test = "test"
    all = "all"


def techniques(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="标好的文件或文件夹；不写就用随程序的语料。", metavar="[文件…]", show_default=False
        ),
    ] = None,
    policy: PolicyOption = None,
    *,
    cer: Annotated[str, typer.Option(help="每百字错几个字，逗号隔开。")] = "0,20",
    split: Annotated[
        Part | None,
        typer.Option(help="哪一部分；不写时随程序的语料用测试集，自己的文件全用。", show_default=False),
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", help="模型名称；不写就用在用的。", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> None:
    """技巧与客户反应准不准：每个标签和宏平均，带 95% 区间，和关键词、最常见标签比。"""
    rates = error_rates(cer)
    house = centre(policy=policy)
    opened = _model(house, model, with_policy=policy is not None)
    rows = chosen_rows(files or [], split, labels=(*LABELS, *opened.labels))
    reports = {rate: evaluate(rows, opened, noise=rate) for rate in rates}
    if as_json:
        typer.echo(TypeAdapter(list[Report]).dump_json(list(reports.values()), indent=1).decode())
        return
    console = out()
    where = "、".join(map(str, files)) if files else "随程序的语料"
    part = (split or (Part.all if files else Part.test)).value
    console.print(escape(f"{where}（{part}）：{len(rows)} 轮；模型 {opened.ref.name}。"), soft_wrap=True)
    seen = _trained_on(house.settings.models / opened.ref.name, rows)
    if seen:
        console.print(
            f"[yellow]其中 {seen} 轮的产品这个模型训练时见过，分数会偏高；没见过的产品才算数。[/]",
            soft_wrap=True,
        )
    show_reports(console, reports, similar=opened.similar.labels)


def _trained_on(folder: Path, rows: Sequence[Row]) -> int:
    """How many rows are of products that the model was trained on, by its card; 0 where the card does not tell."""
    try:
        data = read_card(folder).get("data")
    except ModelError:
        return 0
    products = data.get("trained_products", ()) if isinstance(data, dict) else ()
    return sum(bool(row.product) and row.product in products for row in rows)


def error_rates(text: str) -> list[float]:
    """``0,20`` → 0.0 and 0.2.

    Raises:
        CallQAError: ``usage.cer`` for anything else.
    """
    try:
        rates = [float(part) / 100 for part in text.split(",") if part.strip()]
    except ValueError:
        rates = []
    if not rates or not all(0 <= rate <= 1 for rate in rates):
        raise CallQAError(
            f"--cer 的“{text}”看不懂。", code="usage.cer", hint="写成 0,20 的样子，每个数在 0 到 100 之间。"
        )
    return list(dict.fromkeys(rates))


def chosen_rows(files: Sequence[Path], split: Part | None, *, labels: Sequence[str]) -> tuple[Row, ...]:
    """The labelled rows to measure on.

    Raises:
        CallQAError: Nothing there, faults in the files, a part that has no rows.
    """
    paths = list(files) or [shipped("samples") / "corpus"]
    rows = read_corpus(paths, labels=labels).rows
    part = split or (Part.all if files else Part.test)
    if part is Part.all:
        return rows
    file = find_split_file(paths)
    if file is None:
        raise CallQAError(
            "这些文件没有划分文件 split.yaml。",
            code="evaluate.split",
            hint="请去掉 --split，或在文件夹里写一份。",
        )
    chosen = split_rows(rows, file).of(part)
    if not chosen:
        raise CallQAError(
            f"按 {file} 分，{part.value} 里一轮也没有。",
            code="evaluate.empty",
            hint="请检查划分文件，或换一部分。",
        )
    return chosen


def _model(house: Centre, name: str | None, *, with_policy: bool) -> TechniqueModel:
    folder = house.settings.models / name if name else house.techniques_folder
    return load_model(folder, techniques=house.policies[-1].techniques if with_policy else None)


def show_reports(console: Console, reports: Mapping[float, Report], *, similar: Sequence[str] = ()) -> None:
    """Tables of all kinds and error rates, then what is still confused."""
    for kind, title in _KINDS.items():
        for rate, report in reports.items():
            scores: Scores | None = getattr(report, kind)
            if scores is not None:
                console.print(_table(f"\n{title}，{_noise(rate)}（{scores.rows} 轮）", scores, similar))
                console.print(_summary(scores), soft_wrap=True)
        clean = getattr(reports[min(reports)], kind)
        if clean is not None and clean.confusions:
            console.print(_confused(f"\n{title}最常弄错的（{_noise(min(reports))}）", clean))


def _noise(rate: float) -> str:
    return f"每百字错 {rate * 100:g} 个" if rate else "原文"


def _table(title: str, scores: Scores, similar: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold", title_style="bold")
    table.add_column("标签")
    for name in ("例数", "查准", "查全", "F1", "95% 区间", "关键词 F1"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in scores.labels:
        like = "（与例句相似）" if one.label in similar else ""
        cells = [f"{value:.3f}" for value in (one.precision, one.recall, one.f1)]
        if not one.support:
            cells = ["—", "—", "—"]
        interval = f"{one.low:.3f}–{one.high:.3f}" if one.support else "—"
        keyword = f"{one.keyword_f1:.3f}" if one.support else "—"
        table.add_row(f"{one.title}{like}", str(one.support), *cells, interval, keyword)
    return table


def _summary(scores: Scores) -> str:
    return (
        f"宏平均 F1 {scores.macro_f1:.3f}（{scores.low:.3f}–{scores.high:.3f}）；"
        f"关键词 {scores.keyword_macro_f1:.3f}，最常见标签 {scores.frequent_macro_f1:.3f}；"
        f"校准误差 {scores.calibration_error:.3f}（给出的标签上 {scores.given_calibration_error:.3f}）。"
    )


def _confused(title: str, scores: Scores) -> Table:
    titles = {one.label: one.title for one in scores.labels} | {"none": "没有标签"}
    table = Table(title=title, title_justify="left", header_style="bold", title_style="bold")
    for name in ("人标的", "模型给的"):
        table.add_column(name)
    table.add_column("次数", justify="right")
    table.add_column("例", overflow="fold")
    for one in scores.confusions:
        names = (titles.get(one.truth, one.truth), titles.get(one.given, one.given))
        table.add_row(*names, str(one.count), escape(one.example))
    return table
