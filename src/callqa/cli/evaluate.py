"""``callqa evaluate``: accuracy against labelled calls."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from typer.core import TyperGroup

from callqa.bootstrap import Centre
from callqa.cli import evaluate_compliance, evaluate_techniques
from callqa.cli.context import PolicyOption, centre
from callqa.cli.screen import demo_banner, number, out
from callqa.domain import CallQAError
from callqa.engine.process import read_transcript
from callqa.evaluation import (
    Hits,
    Judged,
    Report,
    Truth,
    ideal_findings,
    ideal_reading,
    ideal_transcript,
    read_truth,
    report,
)
from callqa.score import score_call
from callqa.settings import shipped

EXAMPLES = """
例：

callqa score samples/recordings --manifest samples/calls.csv && callqa evaluate

callqa evaluate 标注文件夹            自己标注的通话

callqa evaluate --json report.json    全部数字写进文件
"""
_WORD_LIMIT_MS = 300


def evaluate(
    truth: Annotated[
        Path | None,
        typer.Argument(help="标注文件夹；不写就用样例的。", metavar="[标注文件夹]", show_default=False),
    ] = None,
    policy: PolicyOption = None,
    as_json: Annotated[
        Path | None, typer.Option("--json", help="把全部数字写进这个文件。", show_default=False)
    ] = None,
) -> None:
    """拿存下的结果和标注比：字错率、字时间、流程、违规、技巧、得分误差。"""
    house = centre(policy=policy)
    truths = read_truth(truth or shipped("samples") / "truth")
    figures = report(judged(house, truths))
    console = out()
    _show(console, figures)
    if as_json is not None:
        as_json.write_text(figures.model_dump_json(indent=1), encoding="utf-8")
    if house.recogniser_card.ref.demo:
        demo_banner(console)


def judged(house: Centre, truths: Mapping[str, Truth]) -> list[Judged]:
    """What was made of every labelled call: from the sound, from the true text, and as the labels demand.

    Raises:
        CallQAError: ``evaluate.missing`` where calls were not scored yet.
    """
    at = datetime.now(UTC)
    stored = {call_id: house.result(call_id) for call_id in truths}
    missing = [call_id for call_id, result in stored.items() if result is None]
    if missing:
        raise CallQAError(
            f"这些标注过的通话还没有打分：{'、'.join(missing)}。",
            code="evaluate.missing",
            hint="请先执行 callqa score；样例是 callqa score samples/recordings --manifest samples/calls.csv。",
        )
    tools = house.tools(listening=False)
    incoming = {one.facts.id: one for one in house.ledger.incoming(ids=list(truths))}
    found: list[Judged] = []
    for call_id, result in stored.items():
        if result is None:
            continue
        heard, truth = house.raw(result), truths[call_id]
        text = ideal_transcript(call_id, truth, at=at)
        duration = heard.call.recording.duration
        read = read_transcript(
            incoming[call_id], text, tools, duration=duration, at=at, sound=house.sound(result)
        )
        policy = tools.policy(read.call)
        ideal = score_call(
            read.call,
            ideal_findings(read.findings, truth),
            ideal_reading(text, truth, at=at),
            read.measures,
            policy,
            at=at,
        )
        found.append(Judged(heard=heard, read=read, ideal_total=ideal.total, truth=truth))
    return found


class _CallsFirst(TyperGroup):
    """``callqa evaluate [标注文件夹]`` stays what it was; further verbs stand beside it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take anything that names no verb as meant for ``calls``."""
        if not args or args[0] not in (*self.commands, "--help"):
            args = ["calls", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=_CallsFirst, help="拿标注好的通话量准不准。", rich_markup_mode="rich")
app.command("calls", epilog=EXAMPLES)(evaluate)
app.command("compliance", epilog=evaluate_compliance.EXAMPLES)(evaluate_compliance.compliance)
app.command("techniques", epilog=evaluate_techniques.EXAMPLES)(evaluate_techniques.techniques)

_KINDS = {"steps": "流程", "rules": "违规", "techniques": "技巧", "reactions": "客户反应"}


def _show(console: Console, figures: Report) -> None:
    speech = figures.speech
    errors = speech.errors
    table = Table(title=f"识别（{len(figures.calls)} 通）", title_justify="left", header_style="bold")
    table.add_column("指标")
    table.add_column("值", justify="right")
    table.add_column("说明")
    wrong = f"{errors.reference} 字中错 {errors.substituted}、漏 {errors.deleted}、多 {errors.inserted}"
    table.add_row("字错率 CER", _percent(errors.rate), wrong)
    table.add_row(
        f"起点误差 ≤ {_WORD_LIMIT_MS} 毫秒的字",
        _percent(speech.within(_WORD_LIMIT_MS)),
        f"中位误差 {number(speech.median_start_error)} 毫秒",
    )
    console.print(table)
    table = Table(title="判断：听录音得到的，和读标注原文得到的", title_justify="left", header_style="bold")
    table.add_column("种类")
    for side in ("听", "读"):
        for name in ("查准", "查全", "F1", "宏平均F1"):
            table.add_column(f"{side} {name}", justify="right", no_wrap=True)
    for kind, title in _KINDS.items():
        cells = []
        for judgements in (figures.heard, figures.read):
            total = sum(getattr(judgements, kind).values(), Hits())
            rates = (total.precision, total.recall, total.f1, judgements.macro()[kind])
            cells += [_percent(rate) for rate in rates]
        table.add_row(title, *cells)
    console.print(table)
    wrong_calls = _wrong_ids(figures)
    if wrong_calls:
        console.print(wrong_calls)
    table = Table(title="得分", title_justify="left", header_style="bold")
    table.add_column("通话")
    for name in ("CER", "机器", "应得", "误差"):
        table.add_column(name, justify="right")
    for call in figures.calls:
        row = (number(call.total), number(call.ideal_total), number(call.score_error))
        table.add_row(escape(call.call_id), _percent(call.speech.errors.rate), *row)
    console.print(table)
    console.print(
        f"得分平均误差 {number(figures.mean_score_error, 2)} 分；"
        f"转人工的判断占 {_percent(figures.heard.unsure_share())}（读原文时 {_percent(figures.read.unsure_share())}）。"
    )


def _wrong_ids(figures: Report) -> Table | None:
    """Steps, rules and labels with wrong or open decisions on what was heard."""
    table = Table(title="有误判的条目（听录音）", title_justify="left", header_style="bold")
    table.add_column("种类")
    table.add_column("条目")
    for name in ("判对", "误报", "漏报", "转人工"):
        table.add_column(name, justify="right")
    for kind, title in _KINDS.items():
        hits: dict[str, Hits] = getattr(figures.heard, kind)
        for name, one in sorted(hits.items()):
            if one.false_positive or one.false_negative or one.unsure:
                right = one.true_positive + one.true_negative
                counts = (right, one.false_positive, one.false_negative, one.unsure)
                table.add_row(title, escape(name), *map(str, counts))
    return table if table.row_count else None


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{value:.1%}"
