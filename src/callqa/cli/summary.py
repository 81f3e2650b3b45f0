"""After a run: a table per call, one per group, what failed, what to do next."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from callqa.cli.screen import clock, number
from callqa.domain import Entry, Failed, Processed, Subject, Verdict
from callqa.engine.work import Done

_ROWS = 40
"""Calls listed one by one; of a longer run only the lowest scores are."""


@dataclass(frozen=True)
class Line:
    """What the tables need of one call; small, so that a long run stays small."""

    call_id: str
    agent: str
    group: tuple[str, ...]
    duration: int
    total: float | None
    grade: str
    action: str
    missed: int
    broken: int
    fatal: bool
    techniques: int
    needs_human: int
    demo: bool


def line_of(masked: Processed) -> Line:
    """The line of a finished call."""
    card = masked.scorecard
    broken = [one for one in masked.findings if one.verdict is Verdict.broken]
    model = masked.transcript.provenance.model
    return Line(
        call_id=masked.call.id,
        agent=masked.call.agent or "—",
        group=masked.call.group,
        duration=masked.call.recording.duration,
        total=card.total,
        grade=card.grade_title,
        action=card.action,
        missed=sum(one.subject is Subject.step for one in broken),
        broken=sum(one.subject is Subject.rule for one in broken),
        fatal=bool(card.fatal),
        techniques=len({tag.label for tag in masked.techniques.tags}),
        needs_human=card.needs_human,
        demo=bool(model and model.demo),
    )


class Summary:
    """Collects lines while a run goes on."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.failed: list[Failed] = []

    def add(self, done: Done) -> None:
        """Note what became of a call."""
        if isinstance(done.result, Entry):
            self.lines.append(line_of(done.result.masked))
        else:
            self.failed.append(done.result)

    @property
    def demo(self) -> bool:
        """True where the demo recogniser had a hand in it."""
        return any(line.demo for line in self.lines)

    def show(self, console: Console) -> None:
        """All tables that have something in them."""
        if self.lines:
            console.print(calls_table(self.lines))
            console.print(groups_table(self.lines))
        if self.failed:
            console.print(failures_table(self.failed))


def calls_table(lines: Sequence[Line]) -> Table:
    """One row per call, best first; of many, only the lowest."""
    ordered = sorted(lines, key=lambda line: (line.total is None, -(line.total or 0.0), line.call_id))
    many = len(ordered) > _ROWS
    shown = ordered[-_ROWS:] if many else ordered
    title = f"通话（{len(ordered)} 通，只列得分最低的 {_ROWS} 通）" if many else f"通话（{len(ordered)} 通）"
    table = Table(title=title, title_justify="left", header_style="bold")
    for name in ("通话", "坐席", "组", "等级", "处理"):
        table.add_column(name, no_wrap=name == "通话")
    for name in ("时长", "得分", "漏流程", "违规", "技巧", "待人工"):
        table.add_column(name, justify="right", no_wrap=True)
    for line in shown:
        style = "red" if line.fatal else ""
        table.add_row(
            *(escape(cell) for cell in (line.call_id, line.agent, "/".join(line.group) or "—")),
            escape(line.grade or "—") + ("（一票否决）" if line.fatal else ""),
            escape(line.action or "—"),
            clock(line.duration),
            number(line.total),
            *(str(count) for count in (line.missed, line.broken, line.techniques, line.needs_human)),
            style=style,
        )
    return table


def groups_table(lines: Iterable[Line]) -> Table:
    """One row per group, best first."""
    groups: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        groups["/".join(line.group) or "（未分组）"].append(line)

    def mean(some: list[Line]) -> float | None:
        totals = [line.total for line in some if line.total is not None]
        return fmean(totals) if totals else None

    table = Table(title="各组", title_justify="left", header_style="bold")
    table.add_column("组")
    for name in ("通话", "平均分", "最低", "最高", "漏流程", "违规", "一票否决", "待人工"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("等级")
    for name, some in sorted(groups.items(), key=lambda item: (-(mean(item[1]) or -1.0), item[0])):
        totals = [line.total for line in some if line.total is not None]
        grades = Counter(line.grade or "未评" for line in some)
        table.add_row(
            escape(name),
            str(len(some)),
            number(mean(some)),
            number(min(totals, default=None)),
            number(max(totals, default=None)),
            *(str(sum(values)) for values in ([x.missed for x in some], [x.broken for x in some])),
            str(sum(line.fatal for line in some)),
            str(sum(line.needs_human for line in some)),
            escape("、".join(f"{grade} {count}" for grade, count in grades.most_common())),
        )
    return table


def failures_table(failed: Sequence[Failed]) -> Table:
    """One row per failed call."""
    table = Table(title=f"失败（{len(failed)} 通）", title_justify="left", header_style="bold red")
    for name in ("通话", "环节", "代码", "原因", "怎么办"):
        table.add_column(name, overflow="fold")
    for one in sorted(failed, key=lambda one: one.call_id)[:200]:
        table.add_row(*(escape(cell) for cell in (one.call_id, one.stage, one.code, one.message, one.hint)))
    return table
