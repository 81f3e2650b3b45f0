"""What techniques made of calls, as flat tables: tags, uses, stages, answered objections, profiles of agents."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from callqa.domain import Stage
from callqa.insights.tables import Cell, Sheet
from callqa.store import StoredResult
from callqa.techniques import (
    FAMILIES,
    LABELS,
    REACTION_TITLES,
    Comparison,
    LabelCounts,
    compare_profiles,
    label_counts,
    uses_of,
)

STAGE_TITLES: Mapping[Stage, str] = {
    Stage.opening: "开场",
    Stage.discovery: "探需",
    Stage.presentation: "讲解",
    Stage.pricing: "报价",
    Stage.objection: "异议",
    Stage.closing: "促单",
    Stage.verification: "核单",
    Stage.ending: "结束",
}
"""How people read the stages."""


class Profiles:
    """Label counts per call, by agent and group: what comparing agents needs, and small."""

    def __init__(self, *, families: Mapping[str, Sequence[str]] = FAMILIES) -> None:
        """Begin without calls.

        Args:
            families: Family → labels, a centre's own from its policy.
        """
        self.families = families
        self._calls: dict[tuple[str, tuple[str, ...]], list[LabelCounts]] = defaultdict(list)

    def add(self, result: StoredResult) -> None:
        """Count one call; a call without an agent belongs to nobody and is left out."""
        call = result.masked.call
        if call.agent:
            self._calls[call.agent, call.group].append(label_counts(result.masked.techniques))

    @property
    def agents(self) -> list[tuple[str, tuple[str, ...]]]:
        """Agents with the groups their calls belong to, by group and name."""
        return sorted(self._calls, key=lambda one: (one[1], one[0]))

    def compare(self, agent: str, group: tuple[str, ...]) -> tuple[Comparison, ...]:
        """An agent's calls in a group beside those of everybody else in it: families first, then labels."""
        own = self._calls.get((agent, group), [])
        others = [
            call
            for (name, unit), calls in self._calls.items()
            if unit == group and name != agent
            for call in calls
        ]
        labels = {label: (label,) for family in self.families.values() for label in family}
        return compare_profiles(own, others, families={**self.families, **labels})


def tag_sheet() -> Sheet:
    """One row per tag or reaction."""
    columns = {
        **dict.fromkeys(("通话", "坐席", "种类", "标签", "名称"), "text"),
        "位置(秒)": "seconds",
        "概率": "share",
        **dict.fromkeys(("原话", "关键字词", "依据"), "text"),
    }
    return Sheet("技巧", "techniques", columns)


def tag_rows(
    result: StoredResult, titles: Mapping[str, str], trained: Collection[str] = LABELS
) -> Iterable[Sequence[Cell]]:
    """Rows of ``tag_sheet``.

    Args:
        result: One call.
        titles: Technique label → title.
        trained: Labels that a model was trained on; others were given by likeness to their examples.
    """
    call = result.masked.call
    for tag in result.masked.techniques.tags:
        title = titles.get(tag.label, tag.label)
        carriers = "、".join(tag.quote.text[span.start : span.end] for span in tag.carriers)
        basis = "模型" if tag.label in trained else "与例句相似"
        place = tag.quote.span.start / 1000
        words = (tag.quote.text, carriers, basis)
        yield (call.id, call.agent, "坐席技巧", tag.label, title, place, tag.probability, *words)
    for one in result.masked.techniques.reactions:
        name, place = one.reaction.value, one.quote.span.start / 1000
        words = (one.quote.text, "", "模型")
        yield (call.id, call.agent, "客户反应", name, REACTION_TITLES[name], place, one.probability, *words)


def use_sheet() -> Sheet:
    """One row per technique of a call."""
    columns = {
        **dict.fromkeys(("通话", "坐席", "标签", "名称"), "text"),
        "次数": "integer",
        "首次(秒)": "seconds",
        "占坐席轮次": "share",
    }
    return Sheet("技巧使用", "technique_uses", columns)


def use_rows(result: StoredResult, titles: Mapping[str, str]) -> Iterable[Sequence[Cell]]:
    """Rows of ``use_sheet``, by first use."""
    call = result.masked.call
    for use in uses_of(result.masked.techniques, result.masked.transcript):
        title = titles.get(use.label, use.label)
        yield (call.id, call.agent, use.label, title, use.times, use.first / 1000, use.density)


def stage_sheet() -> Sheet:
    """One row per stretch of a call in one stage."""
    columns = {
        **dict.fromkeys(("通话", "坐席"), "text"),
        "第几段": "integer",
        "阶段": "text",
        "从(秒)": "seconds",
        "到(秒)": "seconds",
        "轮次": "integer",
    }
    return Sheet("阶段", "stages", columns)


def stage_rows(result: StoredResult) -> Iterable[Sequence[Cell]]:
    """Rows of ``stage_sheet``, in order."""
    call, turns = result.masked.call, result.masked.transcript.turns
    for number, run in enumerate(result.masked.techniques.stages, 1):
        start, end = turns[run.first].span.start / 1000, turns[run.last].span.end / 1000
        count = run.last - run.first + 1
        yield (call.id, call.agent, number, STAGE_TITLES[run.stage], start, end, count)


def moment_sheet() -> Sheet:
    """One row per objection that was answered."""
    columns = {
        **dict.fromkeys(("通话", "坐席"), "text"),
        "位置(秒)": "seconds",
        **dict.fromkeys(("客户异议", "坐席应对", "用到的技巧", "客户后来说", "结果"), "text"),
    }
    return Sheet("异议处理", "moments", columns)


def moment_rows(result: StoredResult, titles: Mapping[str, str]) -> Iterable[Sequence[Cell]]:
    """Rows of ``moment_sheet``, in time order; every quote with its second."""
    call = result.masked.call
    for moment in result.masked.techniques.moments:
        yield (
            call.id,
            call.agent,
            moment.objection.span.start / 1000,
            moment.objection.text,
            "\n".join(f"{quote.span.start / 1000:.1f}秒 {quote.text}" for quote in moment.handling),
            "、".join(titles.get(label, label) for label in moment.labels),
            f"{moment.reaction.span.start / 1000:.1f}秒 {moment.reaction.text}" if moment.reaction else "",
            REACTION_TITLES[moment.outcome.value] if moment.outcome else "",
        )


def profile_sheet() -> Sheet:
    """One row per agent, group and family or technique: share of calls with a Wilson interval, beside the group's."""
    columns = {
        **dict.fromkeys(("坐席", "组", "类别", "名称"), "text"),
        "通话数": "integer",
        "用到的通话": "integer",
        **dict.fromkeys(("占比", "占比下限", "占比上限"), "share"),
        "每通次数": "number",
        "同组其他人通话数": "integer",
        **dict.fromkeys(("同组占比", "同组下限", "同组上限"), "share"),
        "区间不重叠": "flag",
    }
    return Sheet("坐席技巧画像", "technique_profiles", columns)


def profile_rows(profiles: Profiles, titles: Mapping[str, str]) -> Iterable[Sequence[Cell]]:
    """Rows of ``profile_sheet``."""
    for agent, group in profiles.agents:
        for one in profiles.compare(agent, group):
            own, others = one.agent, one.group
            kind = "家族" if own.name in profiles.families else "技巧"
            yield (
                *(agent, "/".join(group), kind, titles.get(own.name, own.name)),
                *(own.of, own.calls, own.share, own.low, own.high, own.per_call),
                *(others.of, others.share, others.low, others.high),
                one.differs,
            )
