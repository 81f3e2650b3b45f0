"""A call as a dialogue: who said what when, what the machine saw in it, and the words that made it see it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from callqa.cli.screen import clock, moment, number
from callqa.cli.technique_tables import moments_table, stages_line, uses_table
from callqa.domain import (
    Absence,
    Evidence,
    Finding,
    LineStatus,
    Measure,
    Party,
    Processed,
    Quote,
    Reaction,
    Reading,
    ScoreLine,
    StepState,
    Subject,
    TextSpan,
    Turn,
    Verdict,
)
from callqa.insights.technique_sheets import STAGE_TITLES
from callqa.policy import MEASURES
from callqa.policy.glossary import REACTIONS, STATES, STEP_VERDICTS
from callqa.techniques import LABELS

PARTIES = {Party.agent: "坐席", Party.customer: "客户", Party.unknown: "未知"}
_UNITS = {"share": "%", "ms": "秒", "count": "次", "characters/min": "字/分", "1/min": "次/分", "yuan": "元"}
_PARTY_STYLE = {Party.agent: "bold cyan", Party.customer: "bold magenta", Party.unknown: "bold"}


@dataclass(frozen=True)
class Mark:
    """Characters of a turn to be set off, and the remark behind the turn."""

    characters: TextSpan | None
    style: str
    remark: str
    remark_style: str


def show_call(
    console: Console,
    result: Processed,
    *,
    titles: Mapping[str, str],
    raw: bool,
    trained: Collection[str] = LABELS,
) -> None:
    """Everything about a call.

    Args:
        console: Where to.
        result: Masked, or raw where the user asked for it.
        titles: Technique label → title.
        raw: Said in the heading.
        trained: Labels given by a trained model; others are marked as given by likeness to their examples.
    """
    console.print(_heading(result, raw=raw))
    for warning in result.warnings:
        console.print(Text(f"！{warning}", style="yellow"))
    console.print(Text("\n对话", style="bold"))
    console.print(dialogue(result, titles=titles, trained=trained))
    console.print(stages_line(result))
    for table in (uses_table(result, titles), moments_table(result, titles)):
        if table is not None:
            console.print(table)
    console.print(_findings("标准流程", [f for f in result.findings if f.subject is Subject.step]))
    rules = [f for f in result.findings if f.subject is Subject.rule]
    hit = [f for f in rules if f.verdict in {Verdict.broken, Verdict.unsure}]
    console.print(
        _findings(f"违规（查了 {len(rules)} 条规则）", hit)
        if hit
        else f"违规：查了 {len(rules)} 条规则，没有发现。"
    )
    console.print(_measures(result.measures))
    console.print(_card(result))


def _heading(result: Processed, *, raw: bool) -> Group:
    call, card = result.call, result.scorecard
    when = call.started_at.strftime("%Y-%m-%d %H:%M:%S") if call.started_at else "时间不明"
    order = {True: "成单", False: "未成单", None: ""}[call.ordered]
    amount = f"{number(call.amount, 2)} 元" if call.amount is not None else ""
    facts = [
        call.agent,
        "/".join(call.group),
        when,
        clock(call.recording.duration),
        call.product,
        call.campaign,
    ]
    grade = (
        f"{number(card.total)} 分 {card.grade_title}"
        if card.total is not None
        else card.grade_title or "未评分"
    )
    lines = [
        Text(f"通话 {call.id}　{grade}　{card.action}", style="bold red" if card.fatal else "bold green"),
        Text(" · ".join(part for part in (*facts, order, amount) if part)),
    ]
    model = result.transcript.provenance.model
    policy = card.policy
    lines.append(
        Text(
            f"识别模型 {model.name if model else '—'} · 质检方案 {policy.id} {policy.version}（{policy.sha256[:8]}）"
            f" · 个人信息 {len(result.personal_data)} 处{'（原文）' if raw else '（已遮盖）'}",
            style="dim",
        )
    )
    return Group(*lines)


def dialogue(
    result: Processed, *, titles: Mapping[str, str], trained: Collection[str] = LABELS
) -> RenderableType:
    """One row per turn: time, party, words with marks, remarks."""
    marks = _marks(result, titles, trained)
    stage_at = {run.first: run.stage for run in result.techniques.stages}
    table = Table(show_header=False, box=None, padding=(0, 1))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for turn in result.transcript.turns:
        if turn.index in stage_at:
            table.add_row("", "", Text(f"── {STAGE_TITLES[stage_at[turn.index]]} ──", style="dim"))
        party = Text(PARTIES[turn.party], style=_PARTY_STYLE[turn.party])
        table.add_row(moment(turn.span.start), party, _said(turn, marks.get(turn.index, [])))
    if not result.transcript.turns:
        return Padding(Text("（没有听到说话）", style="dim"), (0, 2))
    return table


def _said(turn: Turn, marks: Sequence[Mark]) -> Text:
    text = Text(turn.text)
    for mark in marks:
        if mark.characters is not None:
            text.stylize(mark.style, mark.characters.start, mark.characters.end)
    for remark, style in dict.fromkeys((mark.remark, mark.remark_style) for mark in marks if mark.remark):
        text.append(f"  〔{remark}〕", style=style)
    return text


def _marks(result: Processed, titles: Mapping[str, str], trained: Collection[str]) -> dict[int, list[Mark]]:
    marks: dict[int, list[Mark]] = defaultdict(list)
    for tag in result.techniques.tags:
        like = "" if tag.label in trained else "（与例句相似）"
        remark = f"技巧 {titles.get(tag.label, tag.label)} {tag.probability:.0%}{like}"
        for carrier in tag.carriers or (None,):
            marks[tag.turn].append(Mark(carrier, "underline", remark, "blue"))
    for reaction in result.techniques.reactions:
        if reaction.reaction is not Reaction.neutral:
            remark = f"反应 {REACTIONS[reaction.reaction]}"
            marks[reaction.turn].append(Mark(None, "", remark, "magenta"))
    for finding in result.findings:
        step = finding.subject is Subject.step
        if step:
            good = finding.verdict is Verdict.met
            style, remark_style = ("green", "green") if good else ("yellow", "yellow")
        elif finding.verdict is Verdict.broken:
            style, remark_style = "bold red", "bold red"
        else:
            continue
        told = finding.state and finding.state is not StepState.said
        state = f" {STATES[finding.state]}" if finding.state and told else ""
        remark = f"{'流程' if step else '违规'} {finding.title}{state}"
        for piece in finding.evidence:
            if isinstance(piece, Quote) and (not step or finding.verdict is not Verdict.not_applicable):
                marks[piece.turn].append(Mark(piece.characters, style, remark, remark_style))
    return marks


def _findings(title: str, findings: Sequence[Finding]) -> Table:
    table = Table(title=f"\n{title}", title_justify="left", header_style="bold", title_style="bold")
    for name in ("条目", "结果", "依据", "说明"):
        table.add_column(name, overflow="fold")
    styles = {Verdict.met: "green", Verdict.broken: "red", Verdict.unsure: "yellow"}
    for finding in findings:
        rule = finding.subject is Subject.rule
        verdict = "违规" if rule and finding.verdict is Verdict.broken else STEP_VERDICTS[finding.verdict]
        state = (
            f"（{STATES[finding.state]}）" if finding.state and finding.state is not StepState.said else ""
        )
        table.add_row(
            Text(finding.title),
            Text(f"{verdict}{state}", style=styles.get(finding.verdict, "dim")),
            Text("\n".join(evidence_text(piece) for piece in finding.evidence[:4])),
            Text(finding.explanation.detail),
        )
    return table


def evidence_text(piece: Evidence) -> str:
    """One piece of evidence in one line, with its time."""
    if isinstance(piece, Quote):
        return f"{moment(piece.span.start)} {PARTIES[piece.party]}：{piece.text}"
    if isinstance(piece, Absence):
        searched = f"{moment(piece.searched.start)}–{moment(piece.searched.end)} 没有听到“{piece.expected}”"
        if piece.nearest is not None:
            return f"{searched}；最接近：{moment(piece.nearest.span.start)} {piece.nearest.text}"
        return searched
    return _reading_text(piece)


def _reading_text(piece: Reading) -> str:
    name = MEASURES[piece.name].title if piece.name in MEASURES else piece.name
    where = f"{moment(piece.span.start)} " if piece.span else ""
    if isinstance(piece.value, bool):
        return f"{where}{name} = {'是' if piece.value else '否'}"
    value = measured(piece.value, piece.unit) if isinstance(piece.value, float | int) else piece.value
    return f"{where}{name} = {'—' if value is None else value}"


def measured(value: float | None, unit: str) -> str:
    """A value with a unit that people read: per cent, seconds."""
    if value is None:
        return "—"
    if unit == "share":
        return f"{value:.1%}"
    if unit == "ms":
        return f"{number(value / 1000)} 秒"
    return f"{number(value)} {_UNITS.get(unit, unit)}".strip()


def _measures(measures: Sequence[Measure]) -> Table:
    table = Table(title="\n指标", title_justify="left", header_style="bold", title_style="bold")
    for _ in range(3):
        table.add_column("指标")
        table.add_column("值", justify="right")
    cells = [
        (MEASURES[one.name].title if one.name in MEASURES else one.name, measured(one.value, one.unit))
        for one in measures
    ]
    for start in range(0, len(cells), 3):
        table.add_row(*(Text(part) for cell in cells[start : start + 3] for part in cell))
    return table


def _card(result: Processed) -> Table:
    card = result.scorecard
    total = f"{number(card.total)} 分" if card.total is not None else "没有总分"
    table = Table(
        title=f"\n评分：{total} {card.grade_title} {card.action}",
        title_justify="left",
        header_style="bold",
        title_style="bold",
    )
    table.add_column("条目", overflow="fold")
    table.add_column("得分", justify="right", no_wrap=True)
    table.add_column("原因", overflow="fold")
    table.add_column("依据", overflow="fold")
    for line in card.lines:
        evidence = "\n".join(line_evidence(line, result)[:3])
        table.add_row(Text(line.title), _points(line), Text(line.reason), Text(evidence))
    return table


def _points(line: ScoreLine) -> Text:
    if line.status is LineStatus.not_applicable:
        return Text("不适用", style="dim")
    if line.status is LineStatus.needs_human:
        return Text("待人工", style="yellow")
    if line.fatal:
        return Text("一票否决", style="bold red")
    if line.bonus:
        return Text(f"+{number(line.points)}", style="green" if line.points else "dim")
    style = "green" if line.points >= line.max_points else "red" if line.points == 0 else "yellow"
    return Text(f"{number(line.points)}/{number(line.max_points)}", style=style)


def line_evidence(line: ScoreLine, result: Processed) -> list[str]:
    """The evidence behind a score line, through what it refers to."""
    found: list[str] = []
    for ref in line.refs:
        if ref.kind in {"step", "rule"}:
            found.extend(
                evidence_text(piece)
                for finding in result.findings
                if finding.id == ref.id and finding.subject == ref.kind
                for piece in finding.evidence
                if not isinstance(piece, Absence) or finding.verdict is not Verdict.met
            )
        elif ref.kind == "technique":
            found.extend(evidence_text(tag.quote) for tag in result.techniques.tags if tag.label == ref.id)
        elif ref.kind == "measure":
            found.extend(
                f"{MEASURES[one.name].title if one.name in MEASURES else one.name} = {measured(one.value, one.unit)}"
                for one in result.measures
                if one.name == ref.id
            )
    return list(dict.fromkeys(found))
