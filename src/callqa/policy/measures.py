"""Catalogue of the measures a policy may speak of: name, title, unit.

The rooms that measure (``metrics``, ``audio``, ``compliance``) use these names; a name that is not here is
a fault in a policy and a failing test in those rooms.
"""

from typing import NamedTuple


class Measurable(NamedTuple):
    """One measure as people know it."""

    title: str
    """Chinese name."""
    unit: str
    """Unit of its value."""


MEASURES: dict[str, Measurable] = {
    # metrics
    "agent_talk_share": Measurable("坐席说话占比", "share"),
    "agent_talk_time": Measurable("坐席说话时长", "ms"),
    "customer_talk_time": Measurable("客户说话时长", "ms"),
    "silence_share": Measurable("静音占比", "share"),
    "silence_longest": Measurable("最长静音", "ms"),
    "silence_count": Measurable("超时静音次数", "count"),
    "talk_over_count": Measurable("抢话次数", "count"),
    "talk_over_time": Measurable("抢话时长", "ms"),
    "talk_over_by_agent": Measurable("坐席抢话次数", "count"),
    "talk_over_by_customer": Measurable("客户抢话次数", "count"),
    "agent_pace": Measurable("坐席语速", "characters/min"),
    "customer_pace": Measurable("客户语速", "characters/min"),
    "agent_delay_median": Measurable("坐席应答间隔中位数", "ms"),
    "agent_delay_p90": Measurable("坐席应答间隔九成位", "ms"),
    "customer_delay_median": Measurable("客户应答间隔中位数", "ms"),
    "customer_delay_p90": Measurable("客户应答间隔九成位", "ms"),
    "agent_monologue": Measurable("坐席最长独白", "ms"),
    "customer_monologue": Measurable("客户最长独白", "ms"),
    "switches": Measurable("每分钟话轮转换", "1/min"),
    "agent_questions": Measurable("坐席提问次数", "count"),
    "question_rate": Measurable("坐席提问率", "share"),
    "patience": Measurable("坐席耐心", "ms"),
    "turns": Measurable("话轮数", "count"),
    "duration": Measurable("通话时长", "ms"),
    # transcript: how far it can be trusted
    "heard_words": Measurable("听到的字数", "count"),
    "transcript_confidence": Measurable("识别把握", "share"),
    "uncertain_words": Measurable("没把握的字占比", "share"),
    "foreign_text": Measurable("非中文占比", "share"),
    "removed_text": Measurable("没有可信结果的说话占比", "share"),
    # audio: of the recording itself
    **{
        f"{party}_{name}": Measurable(f"{who}{title}", unit)
        for party, who in (("agent", "坐席"), ("customer", "客户"), ("unknown", "混音"))
        for name, title, unit in (
            ("level", "音量", "dBFS"),
            ("peak", "峰值", "dBFS"),
            ("clipping", "削波占比", "share"),
            ("active", "有声占比", "share"),
        )
    },
    "dead_channels": Measurable("无声声道数", "count"),
    "identical_channels": Measurable("相同声道数", "count"),
    "truncated": Measurable("录音不完整", "count"),
    "longest_dead_air": Measurable("最长无声", "ms"),
    # compliance
    "swapped_channels": Measurable("疑似声道接反", "share"),
}
