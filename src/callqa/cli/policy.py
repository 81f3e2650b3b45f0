"""``callqa policy``: is the policy written right, and does each rule do what its examples say?"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from callqa.cli.context import centre
from callqa.cli.dialogue import VERDICTS
from callqa.cli.screen import OK, USAGE, out
from callqa.compliance import Checker, check_compliance, prepare
from callqa.compliance.spoken import as_heard, read_spoken
from callqa.domain import CallQAError, Finding, Provenance, Subject, TechniqueReading, Verdict
from callqa.metrics import measure
from callqa.policy import Policy

app = typer.Typer(help="质检方案：检查。", no_args_is_help=True, rich_markup_mode="rich")


@app.command()
def check(
    folder: Annotated[
        Path | None,
        typer.Argument(help="方案文件夹；不写就用设置里的。", metavar="[文件夹]", show_default=False),
    ] = None,
) -> int:
    """查出方案里的全部错误（文件、行号、改法），并跑每条规则的例句。"""
    house = centre(policy=folder)
    console = out()
    wrong = 0
    for one in house.policies:
        rules = one.rules.rules
        examples = sum(len(rule.examples.broken) + len(rule.examples.fine) for rule in rules)
        console.print(
            f"{escape(one.title)}（{one.id} {one.version}）：规则 {len(rules)} 条、例句 {examples} 句，"
            f"评分 {sum(len(section.items) for section in one.rubric.sections)} 项，"
            f"技巧 {len(one.techniques.labels)} 种",
            soft_wrap=True,
        )
        without = [rule.title for rule in rules if not rule.examples.broken]
        if without:
            console.print(f"[yellow]没有违规例句的规则：{escape('、'.join(without))}[/]", soft_wrap=True)
        for fault in example_faults(one):
            wrong += 1
            console.print(f"[red]例句不符[/] {escape(fault)}", soft_wrap=True)
    if wrong:
        console.print(f"[red]{wrong} 句例句没有得到应有的结果；请改规则，或改例句。[/]")
        return USAGE
    console.print("[green]没有错误，例句全部符合。[/]")
    return OK


def example_faults(policy: Policy) -> Iterator[str]:
    """Examples whose verdict is not the one that was written, one sentence each."""
    checker = prepare(policy)
    for rule in policy.rules.rules:
        for wanted, examples in ((True, rule.examples.broken), (False, rule.examples.fine)):
            for text in examples:
                try:
                    found = _judged(policy, checker, rule.id, text)
                except CallQAError as error:
                    yield f"{rule.id} {rule.title}：例句“{_short(text)}”读不懂：{error}"
                    continue
                verdict = found.verdict if found else Verdict.not_applicable
                if (verdict is Verdict.broken) != wanted:
                    should = "应算违规" if wanted else "不应算违规"
                    detail = found.explanation.detail if found else ""
                    yield (
                        f"{rule.id} {rule.title}：“{_short(text)}”{should}，"
                        f"结果是{_VERDICTS[verdict]}。{detail}"
                    )


_VERDICTS = {**VERDICTS, Verdict.broken: "违规", Verdict.met: "没有违规"}


def _judged(policy: Policy, checker: Checker, rule: str, text: str) -> Finding | None:
    at = datetime.now(UTC)
    call, transcript = as_heard(read_spoken(text, name=rule), at=at)
    # techniques are left out: an example says what was said, not what a model makes of it
    reading = TechniqueReading(provenance=Provenance(step="example", version="1", policy=policy.ref, at=at))
    measures = measure(transcript, duration=call.recording.duration)
    findings = check_compliance(call, transcript, reading, measures, checker, at=at)
    return next((one for one in findings if one.subject is Subject.rule and one.id == rule), None)


def _short(text: str) -> str:
    line = " / ".join(part.strip() for part in text.strip().splitlines())
    return line if len(line) <= 60 else f"{line[:60]}…"
