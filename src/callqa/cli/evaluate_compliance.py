"""``callqa evaluate compliance``: steps, rules, assents, facts and privacy on the labelled dialogues, clean and garbled."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from ruamel.yaml import YAML

from callqa.cli.screen import out
from callqa.compliance import Checker, as_heard, check_compliance, prepare
from callqa.domain import CallQAError, LabelledCall, parse_dialogue
from callqa.evaluation import (
    Disturbed,
    Figures,
    Heard,
    Hits,
    Rival,
    Tally,
    count,
    disturb,
    macro_f1,
    rules_broken,
    steps_said,
    total,
    undisturbed,
    wilson,
)
from callqa.metrics import measure
from callqa.policy import Policy, load_policy
from callqa.policy.rules.operators import FactIs
from callqa.privacy import find_personal_data
from callqa.settings import shipped
from callqa.techniques.noise import Noise

EXAMPLES = """
例：

callqa evaluate compliance                        全部标注通话，不加错和每百字错 10、20、30 个字

callqa evaluate compliance --split test --cer 0,20

callqa evaluate compliance --json figures.json    全部数字写进文件
"""
_SEED = 20261


class Part(StrEnum):
    """Which labelled dialogues."""

    dev = "dev"
    test = "test"
    all = "all"


def compliance(
    labelled: Annotated[
        Path | None,
        typer.Argument(help="标注对话的文件夹；不写就用样例的。", metavar="[文件夹]", show_default=False),
    ] = None,
    *,
    policies: Annotated[
        Path | None,
        typer.Option(help="方案的上级文件夹，每个方案一个子文件夹；不写就用样例的。", show_default=False),
    ] = None,
    split: Annotated[Part, typer.Option(help="开发、测试，还是全部。")] = Part.all,
    cer: Annotated[str, typer.Option(help="每百字错几个字，逗号隔开。")] = "0,10,20,30",
    seed: Annotated[int, typer.Option(help="加错的随机种子；同一个种子得到同样的数。")] = _SEED,
    as_json: Annotated[
        Path | None, typer.Option("--json", help="把全部数字写进这个文件。", show_default=False)
    ] = None,
) -> None:
    """流程、违规、客户同意、说错的事实、个人信息：和标注比，和关键词比。"""
    rates = _rates(cer)
    calls = read_labelled(labelled or shipped("samples") / "labelled", split)
    folder = policies or shipped("samples") / "policies"
    checkers = {
        name: (policy, prepare(policy))
        for name in sorted({call.header.get("policy", "") for call in calls})
        for policy in [load_policy(folder / name)]
    }
    figures = {rate: measured(calls, checkers, rate=rate, seed=seed) for rate in rates}
    console = out()
    console.print(f"{len(calls)} 通标注对话（{split.value}），种子 {seed}。", soft_wrap=True)
    _summary(console, figures)
    for rate, one in figures.items():
        _details(console, f"流程步骤，每百字错 {rate:.0%}", one.steps)
        _details(console, f"规则，每百字错 {rate:.0%}", one.rules)
    if as_json is not None:
        written = {f"{rate:g}": one.model_dump(mode="json") for rate, one in figures.items()}
        as_json.write_text(json.dumps(written, ensure_ascii=False, indent=1), encoding="utf-8")


def read_labelled(folder: Path, part: Part) -> list[LabelledCall]:
    """Labelled dialogues of a folder, those of the wanted part by its ``split.yaml``.

    Raises:
        CallQAError: No dialogue, or no readable split where one is asked for.
    """
    calls = [parse_dialogue(path.read_text("utf-8"), name=path.name) for path in sorted(folder.glob("*.txt"))]
    if part is not Part.all:
        try:
            products = YAML(typ="safe").load((folder / "split.yaml").read_text("utf-8"))[part.value][
                "products"
            ]
        except (OSError, LookupError, TypeError) as error:
            raise CallQAError(
                f"{folder} 里没有划分文件 split.yaml，或里面没有 {part.value}。",
                code="labelled.split",
                hint="请照 samples/labelled/split.yaml 的样子写，或用 --split all。",
            ) from error
        calls = [call for call in calls if call.header.get("product") in products]
    if not calls:
        raise CallQAError(
            f"{folder} 里没有标注对话（*.txt）。", code="labelled.missing", hint="请指明标注对话的文件夹。"
        )
    return calls


def measured(
    calls: Iterable[LabelledCall], checkers: Mapping[str, tuple[Policy, Checker]], *, rate: float, seed: int
) -> Figures:
    """Figures of all dialogues at one character error rate (0..1)."""
    figures = Figures()
    for truth in calls:
        policy, checker = checkers[truth.header["policy"]]
        heard = listen(truth, policy, checker, rate=rate, seed=seed)
        script = policy.script.scripts[0]
        facts = [rule.id for rule in policy.rules.rules if isinstance(rule.broken, FactIs)]
        figures += count(heard, policy=policy.id, script=script, fact_rules=facts)
    return figures


def listen(truth: LabelledCall, policy: Policy, checker: Checker, *, rate: float, seed: int) -> Heard:
    """One dialogue as it would have been recognised, judged by the engine and by keywords."""
    at = datetime.now(UTC)
    call, said = as_heard(truth, at=at)
    recognised: Disturbed = (
        disturb(said, Noise(rate=rate, seed=seed), seed=seed) if rate else undisturbed(said)
    )
    measures = measure(recognised.transcript, duration=call.recording.duration)
    findings = check_compliance(call, recognised.transcript, None, measures, checker, at=at)
    return Heard(
        truth=truth,
        disturbed=recognised,
        findings=findings,
        personal=find_personal_data(recognised.transcript, policy.privacy),
        keywords=Rival(
            steps=steps_said(policy.script.scripts[0], recognised.transcript),
            rules=rules_broken(policy, recognised.transcript),
        ),
        expressions=Rival(
            steps=steps_said(policy.script.scripts[0], recognised.transcript, patterns=True),
            rules=rules_broken(policy, recognised.transcript, patterns=True),
        ),
    )


def _rates(text: str) -> list[float]:
    try:
        rates = [float(part) / 100 for part in text.split(",")]
    except ValueError:
        rates = []
    if not rates or not all(0 <= rate < 1 for rate in rates):
        raise typer.BadParameter("--cer 写成 0,10,20,30 这样")
    return rates


def _summary(console: Console, figures: Mapping[float, Figures]) -> None:
    table = Table(title="总的", title_justify="left", header_style="bold")
    table.add_column("")
    for rate in figures:
        table.add_column(f"错字 {rate:.0%}", justify="right", no_wrap=True)

    def row(title: str, cells: Sequence[str]) -> None:
        table.add_row(title, *cells)

    for name in ("steps", "rules"):
        title = {"steps": "步骤", "rules": "规则"}[name]
        kinds: list[Mapping[str, Tally]] = [getattr(one, name) for one in figures.values()]
        sums = [total(kind) for kind in kinds]
        row(f"{title} 宏平均F1", [_percent(macro_f1(kind)) for kind in kinds])
        row(f"{title} 宏平均F1，关键词", [_percent(macro_f1(kind, of="keywords")) for kind in kinds])
        row(f"{title} 宏平均F1，正则", [_percent(macro_f1(kind, of="expressions")) for kind in kinds])
        row(f"{title} 查准", [_precision(one.hits) for one in sums])
        row(f"{title} 查准，关键词", [_precision(one.keywords) for one in sums])
        row(f"{title} 查准，正则", [_precision(one.expressions) for one in sums])
        row(f"{title} 查全", [_recall(one.hits) for one in sums])
        row(f"{title} 查全（转人工算漏）", [_percent(one.strict_recall) for one in sums])
        row(f"{title} 查全，关键词", [_recall(one.keywords) for one in sums])
        row(f"{title} 查全，正则", [_recall(one.expressions) for one in sums])
        row(
            f"{title} 转人工",
            [f"{one.open}（{_percent(one.open / one.calls if one.calls else None)}）" for one in sums],
        )
    row("判步骤不合格的查准", [_precision(one.broken_steps) for one in figures.values()])
    row("判违规的查准", [_precision(one.broken_rules) for one in figures.values()])
    row(
        "判不合格（步骤和违规）的查准",
        [_precision(one.broken_steps + one.broken_rules) for one in figures.values()],
    )
    row("判违规对的，证据在标注那一轮", [_recall_of(one.located) for one in figures.values()])
    for title, hits in (
        ("客户同意", [one.assents for one in figures.values()]),
        ("说错的事实", [one.wrong_facts for one in figures.values()]),
        ("个人信息", [sum(one.personal.values(), Hits()) for one in figures.values()]),
    ):
        row(f"{title} 查准", [_precision(one) for one in hits])
        row(f"{title} 查全", [_recall(one) for one in hits])
    console.print(table)


def _details(console: Console, title: str, tallies: Mapping[str, Tally]) -> None:
    table = Table(title=title, title_justify="left", header_style="bold")
    for name in ("条目", "有", "查准", "查全", "F1", "转人工", "关键词 F1", "正则 F1"):
        table.add_column(name, justify="left" if name == "条目" else "right", no_wrap=True)
    for name, one in sorted(
        tallies.items(), key=lambda pair: pair[1].hits.f1 if pair[1].hits.f1 is not None else 2
    ):
        hits = one.hits
        there = hits.true_positive + hits.false_negative + one.open_there
        cells = (_precision(hits), _recall(hits), _percent(hits.f1), str(one.open))
        rivals = (_percent(one.keywords.f1), _percent(one.expressions.f1))
        table.add_row(name, str(there), *cells, *rivals)
    console.print(table)


def _precision(hits: Hits) -> str:
    return _with_interval(hits.true_positive, hits.true_positive + hits.false_positive)


def _recall(hits: Hits) -> str:
    return _with_interval(hits.true_positive, hits.true_positive + hits.false_negative)


def _recall_of(hits: Hits) -> str:
    return _precision(hits)


def _with_interval(right: int, of: int) -> str:
    interval = wilson(right, of)
    if interval is None:
        return "—"
    return f"{right / of:.1%} [{interval[0]:.0%}–{interval[1]:.0%}] {right}/{of}"


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{value:.1%}"
