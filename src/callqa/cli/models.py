"""``callqa models``: which models lie here, fetch one, check them, choose one."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from callqa.bootstrap import Centre
from callqa.cli.context import centre
from callqa.cli.screen import OK, USAGE, demo_banner, err, out
from callqa.domain import CallQAError
from callqa.engine.tools import RecogniserChoice
from callqa.policy.vocabulary import Vocabulary
from callqa.techniques import in_use, load_model, use_model
from callqa.techniques import read_card as read_technique_card
from callqa.transcript import HUB_NAMES, fetch_model, find_model
from callqa.transcript import read_card as read_recogniser_card

app = typer.Typer(help="模型：列出、下载、检查、选用。", no_args_is_help=True, rich_markup_mode="rich")


def _recognisers(models: Path) -> list[Path]:
    return sorted(one.parent for one in models.glob("*/model.bin"))


def _technique_models(models: Path) -> list[Path]:
    return sorted(one.parent for one in models.glob("*/model.skops"))


@app.command("list")
def list_() -> None:
    """列出这台机器上的模型和正在用的。"""
    house = centre()
    models = house.settings.models
    table = Table(title=f"模型（{models}）", title_justify="left", header_style="bold")
    for name in ("名称", "种类", "版本", "用途", "在用"):
        table.add_column(name, overflow="fold")
    used = _used_recogniser(house)
    for folder in _recognisers(models):
        card = read_recogniser_card(folder)
        purpose = "仅供样例演示" if card.ref.demo else "真实通话"
        in_force = "是" if used == folder.resolve() else ""
        table.add_row(escape(folder.name), "语音识别", escape(card.ref.version or "—"), purpose, in_force)
    current = _used_techniques(house)
    for folder in _technique_models(models):
        version = str(read_technique_card(folder).get("version", "—"))
        in_force = "是" if current == folder.resolve() else ""
        table.add_row(escape(folder.name), "技巧", escape(version), "技巧与客户反应", in_force)
    console = out()
    console.print(table)
    if used is None:
        console.print(f"[yellow]设置里的识别模型 {escape(house.settings.recogniser)} 不在这台机器上。[/]")
    elif used.parent != models.resolve():
        console.print(f"正在用的识别模型：{escape(str(used))}")
    console.print(f"可以下载的识别模型：{'、'.join(HUB_NAMES)}（callqa models fetch 名称）")


def _used_recogniser(house: Centre) -> Path | None:
    try:
        return find_model(house.settings.recogniser, models=house.settings.models).resolve()
    except CallQAError:
        return None


def _used_techniques(house: Centre) -> Path | None:
    try:
        return house.techniques_folder.resolve()
    except CallQAError:
        return None


@app.command()
def fetch(
    name: Annotated[
        str,
        typer.Argument(
            help=f"模型名：{'、'.join(HUB_NAMES)}，或“所有者/模型名”。", metavar="名称", show_default=False
        ),
    ],
) -> None:
    """下载一个语音识别模型（要联网；不能联网就在别处下载后拷进模型文件夹）。"""
    house = centre()
    err().print(f"正在下载 {escape(name)}…")
    folder = fetch_model(name, house.settings.models)
    out().print(
        f"已放在 {escape(str(folder))}。使用：callqa score … --recogniser {escape(folder.name)}，或写进 callqa.toml。",
        soft_wrap=True,
    )


@app.command()
def check() -> int:
    """把正在用的模型真正装载一遍，并让识别模型听一秒静音。"""
    house = centre()
    console = out()
    faults: list[CallQAError] = []
    for title, try_out in (("语音识别", _try_recogniser), ("技巧", _try_techniques)):
        try:
            console.print(f"[green]好[/] {title}：{escape(try_out(house))}")
        except CallQAError as error:
            faults.append(error)
            console.print(f"[red]坏[/] {title}：{escape(error.message)} {escape(error.hint)}", soft_wrap=True)
    if not faults and house.recogniser_card.ref.demo:
        demo_banner(console)
    return USAGE if faults else OK


def _try_recogniser(house: Centre) -> str:
    import numpy as np

    from callqa.domain import Waveform

    choice = RecogniserChoice(
        name=house.settings.recogniser,
        models=house.settings.models,
        vocabulary=Vocabulary(),
        device=house.settings.device,
        compute_type=house.settings.compute_type,
    )
    recogniser = choice.open()
    heard = recogniser.transcribe([Waveform(samples=np.zeros(16_000, np.float32), rate=16_000)])
    if heard[0].words:
        raise CallQAError("模型在静音里听出了话。", code="recogniser.invents", hint="请换一个模型。")
    return f"{recogniser.model.name} {recogniser.model.version}".strip()


def _try_techniques(house: Centre) -> str:
    model: Any = load_model(house.techniques_folder)
    return f"{model.ref.name} {model.ref.version}"


@app.command()
def use(
    name: Annotated[str, typer.Argument(help="技巧模型的名称。", metavar="名称", show_default=False)],
) -> None:
    """选用一个技巧模型（先打开试过，坏的不会被选上）。"""
    house = centre()
    model: Any = use_model(house.settings.models, name)
    console = out()
    console.print(
        f"正在用的技巧模型：{escape(model.ref.name)} {escape(model.ref.version)}（{in_use(house.settings.models)}）。"
        "存下的通话要换成它标的，执行 callqa rescore。",
        soft_wrap=True,
    )
    fixed = house.settings.techniques
    if fixed and fixed != name:
        console.print(
            f"[yellow]设置里写定了 techniques = {escape(fixed)}，仍然用它；删掉那一行才会换。[/]",
            soft_wrap=True,
        )
