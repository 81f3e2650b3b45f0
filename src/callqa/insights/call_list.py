"""The list of calls as a table for people who live in Excel: what a list shows, masked, effective scores."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from callqa.domain import CollectionItem, Party
from callqa.insights.tables import Sheet
from callqa.store import CallSummary

MOST = 20_000
"""Rows of one file: more are for ``callqa export``."""
_STATES = {
    "unreviewed": "未复核",
    "in_review": "复核中",
    "reviewed": "已复核",
    "appealed": "申诉中",
    "ruled": "已裁定",
}


_PARTIES = {Party.agent: "坐席", Party.customer: "客户"}


@dataclass(frozen=True, slots=True)
class Clip:
    """What lies in a collection, with what is said there.

    Attributes:
        item: The call, the stretch, the note.
        agent: Person id of the call's agent.
        words: Party and masked words of the turns.
    """

    item: CollectionItem
    agent: str | None
    words: tuple[tuple[Party, str], ...]


def clip_sheet(clips: Iterable[Clip], *, names: Mapping[str, str]) -> Sheet:
    """One row per item of a collection.

    Args:
        clips: In the collection's order.
        names: Person id → name.
    """
    sheet = Sheet(
        "合集",
        "collection",
        {
            "序号": "integer",
            **dict.fromkeys(("通话", "工号", "坐席"), "text"),
            **dict.fromkeys(("起(秒)", "止(秒)"), "seconds"),
            **dict.fromkeys(("说明", "原话", "加入人"), "text"),
            "加入时间": "time",
        },
    )
    for number, one in enumerate(clips, 1):
        span, agent = one.item.span, one.agent
        sheet.rows.append(
            (
                *(number, one.item.call_id, agent, names.get(agent or "", agent)),
                *((span.start / 1000, span.end / 1000) if span else (None, None)),
                one.item.note,
                "\n".join(f"{_PARTIES.get(party, party.value)}：{text}" for party, text in one.words),
                names.get(one.item.added_by, one.item.added_by),
                one.item.added_at,
            )
        )
    return sheet


def call_sheet(calls: Iterable[CallSummary], *, names: Mapping[str, str], units: Mapping[str, str]) -> Sheet:
    """One row per call.

    Args:
        calls: In the order wanted.
        names: Person id → name.
        units: Unit id → title.
    """
    sheet = Sheet(
        "通话",
        "calls",
        {
            **dict.fromkeys(("通话", "工号", "坐席", "组"), "text"),
            "开始": "time",
            **dict.fromkeys(("产品", "广告", "地区"), "text"),
            "时长(秒)": "seconds",
            "成单": "flag",
            "金额(元)": "money",
            **dict.fromkeys(("得分", "机器得分"), "number"),
            **dict.fromkeys(("等级", "处理"), "text"),
            "一票否决": "flag",
            "待人工": "integer",
            "复核": "text",
            "未决申诉": "integer",
            "演示识别": "flag",
            "搜索命中": "text",
        },
    )
    for one in calls:
        sheet.rows.append(
            (
                *(one.id, one.agent, names.get(one.agent or "", one.agent)),
                units.get(one.unit or "", one.unit),
                *(one.started_at, one.product, one.campaign, one.region, one.duration / 1000),
                *(one.ordered, one.amount, one.total, one.machine_total, one.grade_title, one.action),
                *(one.fatal, one.needs_human, _STATES[one.review_state], one.open_appeals, one.demo),
                "；".join(match.text for match in one.matches),
            )
        )
    return sheet
