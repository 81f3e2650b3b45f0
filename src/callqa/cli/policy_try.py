"""``callqa policy test``: a pasted or filed dialogue → every step and rule, with what hit and why the rest did not."""

import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from callqa.cli.context import centre
from callqa.cli.dialogue import evidence_text
from callqa.cli.policy_labels import decoded, labelled, read_pasted, read_text, truth_of
from callqa.cli.screen import OK, USAGE, number, out
from callqa.compliance import prepare
from callqa.compliance.nearest import NearMiss, near_misses
from callqa.domain import (
    Absence,
    Finding,
    LabelledCall,
    Processed,
    Quote,
    StepState,
    Subject,
    Verdict,
)
from callqa.evaluation import score_rules, score_steps
from callqa.policy import Policy
from callqa.policy.glossary import RULE_VERDICTS, STATES, STEP_VERDICTS

EXAMPLES = """
例：

callqa policy test policy 对话.txt      文件里的对话，一行一句“坐席：……”“客户：……”

callqa policy test policy               粘贴对话，最后按 Ctrl-D（Windows 按 Ctrl-Z 回车）

pbpaste | callqa policy test policy -   从剪贴板

文件开头可以写通话资料，一行一项，例如“# ordered: 是”“# amount: 1280”“# product: 禾悦足疗仪”。
停顿和抢话写成单独一行：“停顿: 9”“抢话: 1.5”（秒）。没写的时间按平常语速估，所以语速、静默类规则只供参考。
带标注的对话（<met step=…>、<broken rule=…>）还会逐条对照标注；有一条不符，退出码就是 2。
"""


def try_policy(
    folder: Annotated[Path, typer.Argument(help="方案文件夹。", metavar="文件夹", show_default=False)],
    dialogue: Annotated[
        Path | None,
        typer.Argument(
            help="对话文件；- 或不写就从标准输入读。",
            metavar="[对话.txt|-]",
            show_default=False,
            allow_dash=True,
        ),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> int:
    """拿一段对话试方案：每个步骤、每条规则判了什么，命中哪几个字，没命中是为什么（被否定、转述、差一点、没听清）。"""
    house = centre(policy=folder)
    _ = house.policies
    asked = _asked(dialogue)
    policy, result = house.try_out(asked, now=datetime.now(UTC).astimezone())
    agreement = _agreement(result.findings, asked)
    near = near_misses(result.transcript, prepare(policy))
    if as_json:
        typer.echo(json.dumps(_body(policy, result, near, agreement), ensure_ascii=False, indent=2))
    else:
        _show(policy, result, near, agreement)
    return USAGE if agreement and not all(agreement.values()) else OK


def _asked(dialogue: Path | None) -> LabelledCall:
    if dialogue is not None and str(dialogue) != "-":
        return read_pasted(read_text(dialogue), name=str(dialogue))
    if sys.stdin.isatty():
        typer.echo("粘贴对话，一行一句，最后按 Ctrl-D：", err=True)
    stream = getattr(sys.stdin, "buffer", None)
    text = decoded(stream.read(), name="标准输入") if stream is not None else sys.stdin.read()
    return read_pasted(text, name="标准输入")


def why(finding: Finding, near: NearMiss | None = None) -> str:
    """What decided, how near it came, what was left out of account and why.

    Args:
        finding: A step's or a rule's.
        near: For rules: the words that came nearest to one of its phrases.
    """
    parts = [finding.explanation.detail] if finding.explanation.detail else []
    score, threshold = finding.explanation.score, finding.explanation.threshold
    if finding.verdict is Verdict.unsure and score is not None and threshold is not None:
        parts.append(f"相似度 {number(score, 2)}，够 {number(threshold, 2)} 才算：在灰区里，转人工")
    if finding.subject is Subject.rule:
        silent = finding.verdict in (Verdict.met, Verdict.unsure) and not any(
            isinstance(piece, Quote) for piece in finding.evidence
        )
        if near is not None and silent and "不算" not in finding.explanation.detail:
            parts.append(
                f"最接近的是第 {near.quote.turn + 1} 轮“{near.quote.text}”，像“{near.wording}” "
                f"{number(near.similarity, 2)}，够 {number(near.threshold, 2)} 才算"
            )
        return "；".join(dict.fromkeys(parts))
    for piece in finding.evidence:
        if isinstance(piece, Absence):
            at = f"第 {piece.nearest.turn + 1} 轮" if piece.nearest is not None else ""
            text = f"最接近的是{at}“{piece.nearest.text}”" if piece.nearest is not None else ""
            like = f"相似度 {number(piece.similarity, 2)}" if piece.similarity is not None else ""
            told = "，".join(part for part in (text, like) if part)
            parts.append(f"要听的是{_quoted(piece.expected)}" + (f"；{told}" if told else ""))
            break
    return "；".join(dict.fromkeys(parts))


def hits_of(finding: Finding) -> list[str]:
    """The words that hit, with their turn from 1."""
    return [
        f"第 {piece.turn + 1} 轮 {piece.text}" if isinstance(piece, Quote) else evidence_text(piece)
        for piece in finding.evidence
        if not isinstance(piece, Absence)
    ]


def verdict_of(finding: Finding) -> str:
    """The verdict in words; a broken rule is a breach, a broken step one that was not done right."""
    told = (RULE_VERDICTS if finding.subject is Subject.rule else STEP_VERDICTS)[finding.verdict]
    finer = finding.state is not None and finding.state not in (StepState.said, StepState.not_applicable)
    return f"{told}（{STATES[finding.state]}）" if finding.state is not None and finer else told


def _quoted(words: str) -> str:
    return words if words.startswith("“") else f"“{words}”"


def _agreement(findings: Iterable[Finding], asked: LabelledCall) -> dict[tuple[str, str], bool]:
    """(subject, id) → does the verdict agree with the label? Empty for a dialogue without labels."""
    if not labelled(asked):
        return {}
    truth, judged = truth_of(asked, call_id=asked.id or "dialogue"), tuple(findings)
    agreed: dict[tuple[str, str], bool] = {}
    for subject, scored in (
        (Subject.step, score_steps(judged, truth)),
        (Subject.rule, score_rules(judged, truth)),
    ):
        for name, hits in scored.items():
            if not hits.unsure:
                agreed[subject.value, name] = not (hits.false_positive or hits.false_negative)
    return agreed


def _body(
    policy: Policy, result: Processed, near: dict[str, NearMiss], agreement: dict[tuple[str, str], bool]
) -> dict[str, object]:
    def row(finding: Finding) -> dict[str, object]:
        explained = finding.explanation
        absent = next((one for one in finding.evidence if isinstance(one, Absence)), None)
        rule = finding.subject is Subject.rule
        return {
            "subject": finding.subject.value,
            "id": finding.id,
            "title": finding.title,
            "verdict": finding.verdict.value,
            "state": finding.state.value if finding.state is not None else None,
            "hits": [one.model_dump(mode="json") for one in finding.evidence if isinstance(one, Quote)],
            "absent": absent.model_dump(mode="json") if absent is not None else None,
            "near_miss": near[finding.id].model_dump(mode="json") if rule and finding.id in near else None,
            "score": explained.score,
            "threshold": explained.threshold,
            "why": why(finding, near.get(finding.id) if rule else None),
            "as_labelled": agreement.get((finding.subject.value, finding.id)),
        }

    return {
        "policy": policy.ref.model_dump(),
        "findings": [row(finding) for finding in result.findings],
        "total": result.scorecard.total,
        "grade": result.scorecard.grade_title,
        "needs_human": result.scorecard.needs_human,
    }


def _show(
    policy: Policy, result: Processed, near: dict[str, NearMiss], agreement: dict[tuple[str, str], bool]
) -> None:
    console = out()
    console.print(Text(f"{policy.title}（{policy.id} {policy.version}）", style="bold"))
    for subject, name in ((Subject.step, "标准流程"), (Subject.rule, "规则")):
        table = Table(title=f"\n{name}", title_justify="left", header_style="bold", title_style="bold")
        for heading in ("条目", "判定", "命中", "为什么", *(["标注"] if agreement else [])):
            table.add_column(heading, overflow="fold")
        for finding in result.findings:
            if finding.subject is subject:
                table.add_row(*_row(finding, near, agreement))
        if table.rows:
            console.print(table)
    card = result.scorecard
    told = f"{number(card.total)} 分 {card.grade_title}" if card.total is not None else "没有总分"
    console.print(Text(f"\n评分：{told}，{card.needs_human} 项待人工。时间是按字数估的，没有写进数据库。"))
    if agreement:
        wrong = [name for (_, name), good in agreement.items() if not good]
        style, words = ("red", f"不符：{'、'.join(wrong)}") if wrong else ("green", "全部相符")
        console.print(Text(f"标注 {len(agreement)} 条，{words}。", style=style))


def _row(finding: Finding, near: dict[str, NearMiss], agreement: dict[tuple[str, str], bool]) -> list[Text]:
    rule = finding.subject is Subject.rule
    styles = {Verdict.met: "green" if not rule else "dim", Verdict.broken: "red", Verdict.unsure: "yellow"}
    row = [
        Text(finding.title),
        Text(verdict_of(finding), style=styles.get(finding.verdict, "dim")),
        Text("\n".join(hits_of(finding)[:5])),
        Text(why(finding, near.get(finding.id) if rule else None)),
    ]
    if agreement:
        good = agreement.get((finding.subject.value, finding.id))
        row.append(
            Text("") if good is None else Text("相符" if good else "不符", style="green" if good else "red")
        )
    return row
