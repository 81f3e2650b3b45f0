"""Conditions, steps, checks and facts in business words: for handbooks and comparisons. One sentence each, Chinese."""

from collections.abc import Iterable, Mapping

from callqa.domain import Party
from callqa.policy.check import (
    AssentCheck,
    Check,
    FieldCheck,
    MeasureCheck,
    ReactionCheck,
    RuleCheck,
    StepCheck,
    TechniqueCheck,
)
from callqa.policy.glossary import REACTIONS, RULE_VERDICTS, STATES
from callqa.policy.measures import MEASURES
from callqa.policy.rules import AllOf, AnyOf, Condition, Not, Scope, Sum
from callqa.policy.rules import operators as op
from callqa.policy.script import SlotRule, Window
from callqa.policy.wording import Count, Extent, Strictness, Wording

PARTIES = {Party.agent: "坐席", Party.customer: "客户", Party.unknown: "任一方"}
STRICTNESS = {
    Strictness.exact: "一字不差",
    Strictness.strict: "从严",
    Strictness.normal: "一般",
    Strictness.loose: "从宽",
}
ENTITIES = {
    "number": "数字",
    "money": "金额",
    "count": "数量",
    "duration": "时长",
    "date": "日期",
    "phone": "电话",
    "staff_number": "工号",
    "percent": "百分比",
    "name": "姓名",
    "address": "地址",
    "words": "字词",
}
COMPARISONS = {
    "=": "等于",
    "!=": "不等于",
    "<": "小于",
    "<=": "不大于",
    ">": "大于",
    ">=": "不小于",
    "in": "是以下之一：",
    "contains": "含有",
    "empty": "为空",
    "not_empty": "不为空",
}
_FIELDS = {
    "ordered": "成单",
    "amount": "金额",
    "agent": "坐席",
    "direction": "方向",
    "product": "产品",
    "campaign": "广告",
    "region": "地区",
    "queue": "队列",
    "cross_sold": "搭销",
    "signed_for": "签收",
}


def plain(number: float) -> str:
    """A number without needless zeros."""
    return f"{number:g}"


def seconds(milliseconds: float) -> str:
    """``8 秒``, ``2 分钟``, ``300 毫秒``."""
    if milliseconds and milliseconds % 60_000 == 0:
        return f"{plain(milliseconds / 60_000)} 分钟"
    return f"{plain(milliseconds / 1000)} 秒" if milliseconds >= 1000 else f"{plain(milliseconds)} 毫秒"


def tell_extent(extent: Extent) -> str:
    """``15 秒``, ``5 轮``, ``20%``."""
    if extent.unit == "ms":
        return seconds(extent.amount)
    return f"{plain(extent.amount)}{'%' if extent.unit == 'percent' else ' 轮'}"


def tell_wording(wording: Wording) -> str:
    """The phrase in quotes, with its strictness where that is not the usual one."""
    dial = "" if wording.dial is Strictness.normal else f"（{STRICTNESS[wording.dial]}）"
    return f"“{wording.text}”{dial}"


def listed(words: Iterable[object], *, most: int = 0) -> str:
    """Words in quotes; with ``most``, the first of them and how many there are."""
    told = [tell_wording(word) if isinstance(word, Wording) else f"“{word}”" for word in words]
    if most and len(told) > most:
        return f"{'、'.join(told[:most])} 等 {len(told)} 种"
    return "、".join(told)


def tell_count(count: Count) -> str:
    """``至少 2 次``; empty for the ordinary at least one."""
    if count.exactly is not None:
        return f"正好 {count.exactly} 次"
    low = f"至少 {count.at_least} 次" if count.at_least not in (None, 1) else ""
    high = f"至多 {count.at_most} 次" if count.at_most is not None else ""
    return "、".join(part for part in (low, high) if part)


def tell_scope(scope: Scope) -> str:
    """Where a condition looks; empty for the whole call."""
    parts = []
    if scope.first is not None:
        parts.append(f"最前 {tell_extent(scope.first)}内")
    if scope.last is not None:
        parts.append(f"最后 {tell_extent(scope.last)}内")
    if scope.from_ is not None:
        parts.append(f"从第 {tell_extent(scope.from_)}起")
    if scope.to is not None:
        parts.append(f"到第 {tell_extent(scope.to)}止")
    if scope.anchor is not None:
        anchor = scope.anchor
        which = {"each": "每一次", "any": "任一次", "last": "最后一次"}.get(
            str(anchor.hit), f"第 {anchor.hit} 次"
        )
        where = {"before": "之前", "after": "之后", "around": "前后", "same": "同一轮"}[anchor.where]
        reach = f" {tell_extent(anchor.within)}内" if anchor.within is not None else ""
        parts.append(f"“{anchor.of}”{which}出现的{where}{reach}")
    return "、".join(parts)


def tell_window(window: Window, titles: Mapping[str, str]) -> str:
    """Where a step belongs."""
    parts = []
    if window.first is not None:
        parts.append(f"开头 {tell_extent(window.first)}内")
    if window.last is not None:
        parts.append(f"结尾 {tell_extent(window.last)}内")
    if window.after:
        parts.append(f"在{listed(titles.get(one, one) for one in window.after)}之后")
    if window.before:
        parts.append(f"在{listed(titles.get(one, one) for one in window.before)}之前")
    return "，".join(parts)


def tell_slot(slot: SlotRule) -> str:
    """A value to be heard."""
    marks = [ENTITIES[slot.kind]]
    marks += ["必须说到"] if slot.required else []
    marks += ["说到即算这一步"] if slot.suffices else []
    marks += [f"与通话资料“{_FIELDS.get(slot.field, slot.field)}”核对"] if slot.field else []
    marks += ["与产品事实核对"] if slot.fact else []
    return f"{slot.name}（{'，'.join(marks)}）"


def tell_condition(condition: Condition, titles: Mapping[str, str] | None = None) -> str:  # noqa: PLR0911
    """A condition as a clause: ``坐席说“根治”、“断根”之一（最前 15 秒内）``.

    Args:
        condition: Any condition.
        titles: Id → title of steps, rules, facts and technique labels; ids stand for themselves without.
    """
    names = titles or {}
    match condition:
        case str():
            return f"满足“{condition}”"
        case AllOf():
            return "，并且".join(_nested(part, names) for part in condition.all)
        case AnyOf():
            return "，或者".join(_nested(part, names) for part in condition.any)
        case Not():
            return f"并非（{tell_condition(condition.not_, names)}）"
        case Sum():
            parts = "；".join(tell_condition(part, names) for part in condition.sum)
            return f"以下合计{tell_count(condition.count) or '至少 1 次'}：{parts}"
        case op.FieldIs():
            return _field(condition)
        case op.StepIs():
            states = "或".join(STATES[state] for state in condition.states)
            return f"步骤“{names.get(condition.step, condition.step)}”{states}"
        case op.RuleIs():
            verdicts = "或".join(RULE_VERDICTS[verdict] for verdict in condition.verdicts)
            return f"规则“{names.get(condition.rule, condition.rule)}”{verdicts}"
        case op.MeasureIs():
            return _measure(condition.measure, condition.above, condition.below)
        case _:
            where = [tell_scope(condition.scope), tell_count(getattr(condition, "count", Count()))]
            where += ["范围内每一轮都要"] if getattr(condition, "every", False) else []
            where += ["否定、转述也算"] if getattr(condition, "claims", None) is False else []
            told = "，".join(part for part in where if part)
            return _operator(condition, names) + (f"（{told}）" if told else "")


def _nested(condition: Condition, names: Mapping[str, str]) -> str:
    told = tell_condition(condition, names)
    return f"（{told}）" if isinstance(condition, AllOf | AnyOf | Sum) else told


def _operator(one: op.Looking, names: Mapping[str, str]) -> str:  # noqa: PLR0911, PLR0912
    who = PARTIES[one.party] if one.party is not None else "任一方"
    match one:
        case op.Phrase():
            need = {"any": "之一", "all": "（全部）", "none": "一个都没有"}.get(
                str(one.need), f"中的 {one.need} 种"
            )
            if one.need == "none":
                return f"{who}没有说{listed(one.words)}" + _except(one.exclude)
            return f"{who}说{listed(one.words)}{need if len(one.words) > 1 else ''}" + _except(one.exclude)
        case op.Pattern():
            return f"{who}说出句式{listed(one.patterns)}" + _except(one.exclude)
        case op.RegularExpression():
            rest = f"（不含 {one.exclude_regex}）" if one.exclude_regex else ""
            return f"{who}的话符合正则 {one.regex}{rest}"
        case op.Similar() if one.examples is not None:
            grey = f"，{plain(one.unsure_from)} 起转人工" if one.unsure_from < one.sure_from else ""
            return f"{who}说的话像{listed(one.examples.like)}（学来的把握 {plain(one.sure_from)} 起{grey}）"
        case op.Similar():
            return f"{who}说出与{listed(one.sentences)}相近的话（相似度 {plain(one.threshold)} 起）"
        case op.Entity():
            bounds = _bounds(one.at_least, one.at_most)
            return f"{who}说到{ENTITIES[one.entity]}{bounds}"
        case op.Leak():
            return f"{who}说出第三人的姓名、住处、号码或私事"
        case op.Repeat():
            return f"{who}重复自己说过的话（相似度 {plain(one.similarity)} 起）" + _except(one.exclude)
        case op.Silence():
            upper = f"、短于 {seconds(one.shorter_than)}" if one.shorter_than is not None else ""
            ends = f"，之后{PARTIES[one.before]}开口" if one.before is not None else ""
            begins = f"，在{PARTIES[one.after]}说完之后" if one.after is not None else ""
            return f"静默超过 {seconds(one.longer_than)}{upper}{begins}{ends}"
        case op.TalkOver():
            by = PARTIES[one.by] if one.by is not None else "任一方"
            return f"{by}抢话超过 {seconds(one.longer_than)}"
        case op.Pace():
            fast = f"快于每分钟 {plain(one.faster_than)} 字" if one.faster_than is not None else ""
            slow = f"慢于每分钟 {plain(one.slower_than)} 字" if one.slower_than is not None else ""
            return f"{who}语速{fast or slow}{'（整段）' if one.over == 'call' else '（单轮）'}"
        case op.ResponseDelay():
            return f"{who}应答慢于 {seconds(one.longer_than)}"
        case op.NoResponse():
            to = f"（对方说{listed(one.to)}之后）" if one.to else ""
            return f"{who}在 {seconds(one.within)}内没有回应对方{to}"
        case op.Level():
            return _measure(one.measure, one.above, one.below)
        case op.Length():
            what = {"call": "通话", "scope": "这一段", "turn": "单轮"}[one.of]
            longer = f"长于 {seconds(one.longer_than)}" if one.longer_than is not None else ""
            shorter = f"短于 {seconds(one.shorter_than)}" if one.shorter_than is not None else ""
            return f"{what}{'且'.join(part for part in (longer, shorter) if part)}"
        case op.Turns():
            return f"{who}说话的轮数"
        case op.Technique():
            return f"{who}用了技巧{listed(names.get(label, label) for label in one.labels)}"
        case op.Reacts():
            return f"客户{'或'.join(REACTIONS[reaction] for reaction in one.reactions)}"
        case op.FactIs():
            said = "说错" if one.said == "wrong" else "说对"
            return f"{who}{said}{listed(names.get(fact, fact) for fact in one.facts)}"
        case _:
            raise TypeError(type(one).__name__)


def _except(words: Iterable[Wording]) -> str:
    told = listed(words)
    return f"（{told}除外）" if told else ""


def _bounds(low: float | None, high: float | None) -> str:
    parts = [f"不小于 {plain(low)}"] if low is not None else []
    parts += [f"不大于 {plain(high)}"] if high is not None else []
    return "、".join(parts)


def _measure(name: str, above: float | None, below: float | None) -> str:
    title, unit = MEASURES.get(name, (name, ""))
    parts = [f"高于 {_value(above, unit)}"] if above is not None else []
    parts += [f"低于 {_value(below, unit)}"] if below is not None else []
    return f"{title}{'且'.join(parts)}"


def _value(value: float, unit: str) -> str:
    if unit == "ms":
        return seconds(value)
    if unit == "share":
        return f"{plain(value * 100)}%"
    return plain(value) + {"characters/min": " 字/分", "count": " 次", "dBFS": " dBFS"}.get(unit, "")


def _field(one: op.FieldIs) -> str:
    right = one.right_formula if one.right_formula is not None else _said(one.right)
    left = _FIELDS.get(one.left, one.left)
    tail = "" if one.compare in ("empty", "not_empty") else right
    return f"通话资料“{left}”{COMPARISONS[one.compare]}{tail}"


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "、".join(_said(one) for one in value)
    return plain(value) if isinstance(value, float) else str(value)


def tell_check(check: Check, titles: Mapping[str, str] | None = None) -> str:  # noqa: PLR0911
    """What a rubric item looks at."""
    names = titles or {}
    match check:
        case StepCheck():
            partial = "；".join(f"{STATES[state]}给 {share:.0%}" for state, share in check.partial.items())
            return f"步骤“{names.get(check.step, check.step)}”" + (f"（{partial}）" if partial else "")
        case AssentCheck():
            return f"客户对“{names.get(check.assent, check.assent)}”的同意"
        case RuleCheck():
            return f"规则{listed(names.get(one, one) for one in check.rule)}"
        case TechniqueCheck():
            unit = "种" if check.distinct else "次"
            return f"技巧{listed(names.get(one, one) for one in check.technique)}至少 {check.at_least} {unit}"
        case ReactionCheck():
            return f"客户{'或'.join(REACTIONS[one] for one in check.reaction)}至少 {check.at_least} 次"
        case MeasureCheck():
            title, unit = MEASURES.get(check.measure, (check.measure, ""))
            low = f"不低于 {_value(check.at_least, unit)}" if check.at_least is not None else ""
            high = f"不高于 {_value(check.at_most, unit)}" if check.at_most is not None else ""
            return f"{title}{'、'.join(part for part in (low, high) if part)}"
        case FieldCheck():
            return f"通话资料“{_FIELDS.get(check.field, check.field)}”{_field_check(check)}"


def _field_check(check: FieldCheck) -> str:
    parts = []
    for name, words in (
        ("equals", "是"),
        ("not_equals", "不是"),
        ("one_of", "是以下之一："),
        ("contains", "含有"),
        ("at_least", "不小于 "),
        ("at_most", "不大于 "),
    ):
        value = getattr(check, name)
        if value is not None:
            parts.append(f"{words}{_said(value)}")
    if check.empty is not None:
        parts.append("为空" if check.empty else "不为空")
    return "、".join(parts)
