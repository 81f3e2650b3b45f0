"""What techniques made of a call or of an agent, as ``callqa show`` prints it."""

from collections.abc import Mapping, Sequence

from rich.table import Table
from rich.text import Text

from callqa.cli.screen import moment, number
from callqa.domain import Processed
from callqa.insights.technique_sheets import STAGE_TITLES
from callqa.techniques import REACTION_TITLES, Comparison, Rate, uses_of


def stages_line(result: Processed) -> Text:
    """The stages of a call in order, each with when it began and how many turns it took."""
    turns = result.transcript.turns
    parts = [
        f"{STAGE_TITLES[run.stage]} {moment(turns[run.first].span.start)}（{run.last - run.first + 1} 轮）"
        for run in result.techniques.stages
    ]
    return Text(f"\n阶段：{' → '.join(parts) or '没有对话，分不出阶段'}")


def uses_table(result: Processed, titles: Mapping[str, str]) -> Table | None:
    """Which techniques were used, how often, when first, how densely; None where there were none."""
    uses = uses_of(result.techniques, result.transcript)
    if not uses:
        return None
    table = _table("\n技巧使用", ("技巧",), ("次数", "首次", "占坐席轮次"))
    for use in uses:
        name = titles.get(use.label, use.label)
        table.add_row(name, str(use.times), moment(use.first), f"{use.density:.0%}")
    return table


def moments_table(result: Processed, titles: Mapping[str, str]) -> Table | None:
    """Objections with their answers and what came of them; None where no objection was answered."""
    if not result.techniques.moments:
        return None
    table = _table("\n异议 → 应对 → 反应", ("时间", "客户异议", "坐席应对", "技巧", "客户后来说", "结果"), ())
    for one in result.techniques.moments:
        table.add_row(
            moment(one.objection.span.start),
            Text(one.objection.text),
            Text("\n".join(f"{moment(quote.span.start)} {quote.text}" for quote in one.handling)),
            Text("、".join(titles.get(label, label) for label in one.labels) or "—"),
            Text(f"{moment(one.reaction.span.start)} {one.reaction.text}" if one.reaction else "—"),
            REACTION_TITLES[one.outcome] if one.outcome else "—",
        )
    return table


def profile_table(title: str, compared: Sequence[Comparison], titles: Mapping[str, str]) -> Table:
    """An agent's families and techniques beside the group's: share of calls, interval, calls behind it."""
    table = _table(title, ("类别",), ("用到的通话", "95% 区间", "每通次数", "同组其他人", "95% 区间"))
    table.add_column("看得出差别")
    for one in compared:
        own, group = one.agent, one.group
        differs = ""
        if one.differs and own.share is not None and group.share is not None:
            differs = "高于同组" if own.share > group.share else "低于同组"
        table.add_row(
            titles.get(own.name, own.name),
            _share(own),
            _interval(own),
            number(own.per_call, 2),
            _share(group),
            _interval(group),
            differs,
        )
    return table


def _table(title: str, words: Sequence[str], numbers: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold", title_style="bold")
    for name in words:
        table.add_column(name, overflow="fold")
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _share(rate: Rate) -> str:
    return "—" if rate.share is None else f"{rate.share:.0%}（{rate.calls}/{rate.of}）"


def _interval(rate: Rate) -> str:
    return "—" if rate.low is None or rate.high is None else f"{rate.low:.0%}–{rate.high:.0%}"
