"""Operators of Alibaba SCA rules → ours. One function per kind; what has no counterpart is noted, never guessed.

Parameters and defaults as its public API documents them (UploadRule, GetRuleDetail).
"""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from callqa.domain import Party
from callqa.policy.imported import told
from callqa.policy.rules import AllOf, Condition, Scope
from callqa.policy.rules import operators as op
from callqa.policy.rules.scope import Anchor
from callqa.policy.sca_source import Source
from callqa.policy.wording import Wording

_PARTIES = {"客服": Party.agent, "坐席": Party.agent, "客户": Party.customer}
_ENTITIES = {
    "数字": "number",
    "金额": "money",
    "价格": "money",
    "数量": "count",
    "时长": "duration",
    "日期": "date",
    "时间": "date",
    "电话": "phone",
    "手机号": "phone",
    "工号": "staff_number",
    "百分比": "percent",
    "number": "number",
    "money": "money",
    "date": "date",
    "time": "date",
    "phone": "phone",
}
_SYMBOLS = {
    "=": "=",
    "==": "=",
    "eq": "=",
    "!=": "!=",
    "<>": "!=",
    "ne": "!=",
    "neq": "!=",
    ">": ">",
    "gt": ">",
    ">=": ">=",
    "ge": ">=",
    "gte": ">=",
    "<": "<",
    "lt": "<",
    "<=": "<=",
    "le": "<=",
    "lte": "<=",
    "contain": "contains",
    "contains": "contains",
    "like": "contains",
    "包含": "contains",
    "等于": "=",
    "不等于": "!=",
    "大于": ">",
    "小于": "<",
    "in": "in",
    "empty": "empty",
    "isnull": "empty",
    "为空": "empty",
    "notempty": "not_empty",
    "不为空": "not_empty",
}


class Unmappable(ValueError):
    """An operator that has no counterpart; says why."""


class Place:
    """Where an operator looks, from its condition's check range.

    Args:
        party: Whose lines; None = both.
        scope: Which stretch.
        every: Every line in range must satisfy.
        exclude: Hits to leave out.
        own: Name of the condition, to anchor several operators to one line.
    """

    def __init__(
        self, *, party: Party | None, scope: Scope, every: bool, exclude: tuple[str, ...], own: str
    ) -> None:
        self.party = party
        self.scope = scope
        self.every = every
        self.exclude = exclude
        self.own = own

    def looking(self) -> dict[str, Any]:
        """The fields every operator takes."""
        return {"party": self.party, "scope": self.scope}

    def worded(self, param: Source) -> dict[str, Any]:
        """Fields of operators that look for words."""
        _ = param
        return {**self.looking(), "every": self.every}


Named = dict[str, Condition]
Maker = Callable[[Source, Place, Named], Condition]


def map_operator(operator: Source, place: Place, named: Named) -> Condition:
    """One operator with its parameters.

    Args:
        operator: ``{oid, type, param}``.
        place: From its condition.
        named: Conditions of the rule; helpers an operator needs are added.

    Raises:
        Unmappable: No counterpart, or parameters that make no sense.
    """
    kind = str(operator.get("type", "name", default="")).strip()
    label = str(operator.get("name", default=""))
    operator.get("oid", "id")
    operator.get("userGroup", "qualityCheckType")
    maker = _MAKERS.get(kind.upper()) or _MAKERS.get(label.upper()) or _MAKERS.get(label)
    if maker is None:
        operator.get("param")
        reason = next((why for word, why in _FOREIGN.items() if word in kind.upper()), "没有对应的算子")
        raise Unmappable(f"算子“{kind or label or '（没写类型）'}”{reason}")
    param = operator.child("param")
    try:
        condition = maker(param, place, named)
    except ValidationError as error:
        raise Unmappable(f"算子“{kind}”的参数不合用：{told(error)}") from error
    if place.every and not hasattr(condition, "every"):
        param.miss("all_sentences_satisfy", "这种算子不能要求“每句都满足”，按至少一次导入", approximate=True)
    if place.exclude and not hasattr(condition, "exclude"):
        param.miss("exclusion", "这种算子不能写排除的命中，没有导入")
    param.rest()
    operator.rest()
    return condition


def _words(param: Source, texts: list[str]) -> tuple[Wording, ...]:
    kept = [text for text in texts if any(character.isalnum() for character in text)]
    for text in texts:
        if text not in kept:
            param.miss("keywords", f"“{text}”里没有可听的字，没有导入")
    if not kept:
        raise Unmappable("一个关键词也没有")
    return tuple(Wording(text=text) for text in dict.fromkeys(kept))


def _keywords(every_one: bool) -> Maker:
    def make(param: Source, place: Place, named: Named) -> Condition:
        texts = param.texts("keywords", "operKeyWords", "phrase")
        synonyms = param.get("synonyms", default={})
        extended = param.flag("keywordExtension")
        if isinstance(synonyms, Mapping) and synonyms and extended is not False:
            texts += [str(one) for values in synonyms.values() for one in (values or [])]
        words = _words(param, texts)
        size = param.number("keywordMatchSize")
        size = (-1 if every_one else 1) if size is None else size
        need: Any = {1: "any", -1: "all", 0: "none"}.get(int(size), int(size))
        if need == "all" and len(words) == 1:
            need = "any"
        inside = param.flag("in_sentence")
        if param.flag("case_sensitive"):
            param.miss("case_sensitive", "我们不分大小写", approximate=True)
        if param.flag("contextChatMatch"):
            param.miss("contextChatMatch", "同一方被打断后接着说的，本来就算连着", approximate=True)
        threshold = param.number("threshold")
        fields = {**place.worded(param), "exclude": place.exclude}
        if threshold is not None and threshold > 1:
            fields["count"] = {"at_least": int(threshold)}
        if need == "all" and inside is not False and not place.every:
            return _same_line(words, fields, place, named)
        if isinstance(need, int) and inside:
            param.miss("in_sentence", f"“{need} 个词在同一句里”按“在检查范围内合计”导入", approximate=True)
        return op.Phrase(op="phrase", words=words, need=need, **fields)

    return make


def _same_line(words: tuple[Wording, ...], fields: dict[str, Any], place: Place, named: Named) -> Condition:
    """All words in one line: each further word is looked for in the very turn of the first."""
    first = f"{place.own}_word"
    number = 2
    while first in named:
        first, number = f"{place.own}_word{number}", number + 1
    named[first] = op.Phrase(op="phrase", words=words[:1], **fields)
    anchored = {**fields, "scope": Scope(anchor=Anchor(of=first, where="same", hit="any"))}
    rest = [op.Phrase(op="phrase", words=(word,), **anchored) for word in words[1:]]
    return AllOf(all=(first, *rest))


def _similar(param: Source, place: Place, named: Named) -> Condition:
    _ = named
    sentences = param.texts("similarlySentences", "lgfSentences")
    score = param.number("score")
    param.get("in_sentence")
    fields = place.worded(param)
    if score is not None:
        fields["threshold"] = score / 100 if score > 1 else score
        param.miss("score", "相似度的算法不同，请用 callqa policy backtest 重新定门槛", approximate=True)
    return op.Similar(op="similar", sentences=tuple(sentences), **fields)


def _regex(param: Source, place: Place, named: Named) -> Condition:
    _ = named
    pattern, without = str(param.get("regex", default="")), param.get("notRegex")
    if param.flag("in_sentence") is False:
        param.miss("in_sentence", "正则只在一轮话里找，不跨轮", approximate=True)
    if without:
        param.miss("notRegex", "对方是“整句不含”，这里是“与命中重叠的不算”，请核对", approximate=True)
    return op.RegularExpression(
        op="regex", regex=pattern, exclude_regex=str(without) if without else None, **place.worded(param)
    )


def _repeat(param: Source, place: Place, named: Named) -> Condition:
    _ = named
    other = param.get("target_role", "targetRole")
    if other and _PARTIES.get(str(other)) is not place.party:
        raise Unmappable(f"要比的是另一方（{other}）的话；我们只查同一方重复自己")
    param.get("role_id")
    hit, least, like = (
        param.number("hit_time"),
        param.number("threshold"),
        param.number("similarity_threshold"),
    )
    fields = place.looking()
    if like is not None:
        fields["similarity"] = like / 100 if like > 1 else like
    if least is not None and least >= 1:
        fields["min_characters"] = int(least)
    if hit is not None and hit > 1:
        fields["count"] = {"at_least": int(hit)}
    excluded = (*param.texts("excludes"), *place.exclude)
    back = int(param.number("from") or 0)
    return op.Repeat(op="repeat", look_back=back, exclude=excluded, **fields)


def _entity(param: Source, place: Place, named: Named) -> Condition:
    _ = named
    wanted = param.get("customerParam", "entity", "dataType")
    if isinstance(wanted, Mapping):
        wanted = next((wanted[key] for key in ("name", "code", "value") if wanted.get(key)), "")
    param.get("dataType")
    known = _ENTITIES.get(str(wanted).lower())
    if known is None:
        raise Unmappable(f"实体“{wanted}”没有对应的种类")
    return op.Entity.model_validate({"op": "entity", "entity": known, **place.looking()})


def _silence(param: Source, place: Place, named: Named) -> Condition:
    _ = named
    longer, upper = param.number("interval"), param.number("interval_end")
    compare = str(param.get("compareOperator", default="gt")).lower()
    if longer is None:
        raise Unmappable("没有写间隔毫秒数 interval")
    bounds: dict[str, Any] = {"longer_than": int(longer)}
    if compare == "lt":
        bounds = {"longer_than": 0, "shorter_than": int(longer)}
    elif upper:
        bounds["shorter_than"] = int(upper)
    different, target = param.flag("different_role"), param.number("target")
    param.get("near_dialogue")
    if target is not None and target > 1:
        raise Unmappable(f"要和前面第 {target:g} 句比；我们只量相邻两段话之间的静默")
    if target == 0:
        return _own_length(bounds, place)
    if param.flag("from_end"):
        param.miss("from_end", "从倒数的句子起算没有对应，按整段范围导入", approximate=True)
    if param.flag("check_first_sentence"):
        bounds["edges"] = True
    fields = {"scope": place.scope, "before": place.party, **bounds}
    if different and place.party is not None:
        fields["after"] = Party.customer if place.party is Party.agent else Party.agent
    return op.Silence(op="silence", **fields)


def _own_length(bounds: Mapping[str, Any], place: Place) -> Condition:
    """``target`` 0: the interval is the line itself."""
    longer = {"longer_than": bounds["longer_than"]} if bounds["longer_than"] else {}
    shorter = {"shorter_than": bounds["shorter_than"]} if "shorter_than" in bounds else {}
    return op.Length.model_validate({"op": "duration", "of": "turn", **longer, **shorter, **place.looking()})


def _pace(param: Source, place: Place, named: Named) -> Condition:
    _ = named
    speed, least = param.number("velocityInMint", "velocity"), param.number("minWordSize")
    slower = str(param.get("compareOperator", default="gt")).lower() == "lt"
    fields = {**place.looking(), "over": "call" if param.flag("average") else "turn"}
    if least is not None and least >= 1:
        fields["min_characters"] = int(least)
    fields["slower_than" if slower else "faster_than"] = speed
    return op.Pace(op="pace", **fields)


def _talk_over(param: Source, place: Place, named: Named) -> Condition:
    _ = named
    delay, threshold = param.number("delayTime"), param.number("threshold", "interval")
    fields: dict[str, Any] = {"scope": place.scope, "by": place.party}
    if delay:
        fields["after_speaking"] = int(delay)
    if threshold:
        fields["longer_than"] = int(threshold)
    return op.TalkOver(op="talk_over", **fields)


def _length(param: Source, place: Place, named: Named) -> Condition:
    _ = named
    begin = str(param.get("beginType", default="DIALOGUE")).upper()
    end = str(param.get("endType", default="DIALOGUE")).upper()
    length, upper = param.number("interval"), param.number("interval_end")
    if length is None or {begin, end} - {"DIALOGUE", "RECORD", "RECORDING", "START", "END"}:
        raise Unmappable(f"从 {begin} 到 {end} 的时长没有对应；我们量整通、一段或单轮的时长")
    if str(param.get("compareOperator", default="gt")).lower() == "lt":
        return op.Length(op="duration", of="call", shorter_than=int(length), scope=place.scope)
    bound = {"shorter_than": int(upper)} if upper else {}
    return op.Length.model_validate(
        {"op": "duration", "of": "call", "longer_than": int(length), "scope": place.scope, **bound}
    )


def _lines(param: Source, place: Place, named: Named) -> Condition:
    _ = named
    number = param.number("threshold", "target", "interval")
    if number is None:
        raise Unmappable("没有写句数")
    fewer = str(param.get("compareOperator", default="gt")).lower() == "lt"
    # greater and less exclude the number itself, our bounds include it
    count = {"at_most": max(0, int(number) - 1)} if fewer else {"at_least": int(number) + 1}
    return op.Turns.model_validate({"op": "turns", "count": count, **place.looking()})


def _role(param: Source, place: Place, named: Named) -> Condition:
    _ = named
    role = _PARTIES.get(str(param.get("role", "targetRole", default="")), place.party)
    if role is None:
        raise Unmappable("角色判断没有写是谁")
    fields = {**place.looking(), "party": role}
    return op.Turns.model_validate({"op": "turns", "count": {"at_least": 1}, **fields})


def _field(param: Source, place: Place, named: Named) -> Condition:
    _ = place, named
    left = str(param.get("field", "left", "name", default=""))
    symbol = str(param.get("symbol", "operator", "compareOperator", default="=")).strip().lower()
    compare = _SYMBOLS.get(symbol)
    param.get("source", "dataType")
    if compare is None or not left:
        raise Unmappable(f"随录数据的比较“{left} {symbol}”没有对应")
    right = param.get("value", "right")
    if compare in ("empty", "not_empty"):
        right = None
    elif compare == "in":
        right = tuple(right) if isinstance(right, list) else tuple(str(right).split(","))
    elif compare in ("<", "<=", ">", ">="):
        right = float(right)
    return op.FieldIs.model_validate({"op": "field", "left": left, "compare": compare, "right": right})


_MAKERS: dict[str, Maker] = {
    "HIT_ANY_KEYWORDS": _keywords(every_one=False),
    "INCLUDE_KEYWORDS": _keywords(every_one=True),
    "关键词检查": _keywords(every_one=False),
    "SIMILAR_MATCH": _similar,
    "相似句检测": _similar,
    "REGULAR_EXPRESSION": _regex,
    "正则表达式检查": _regex,
    "ADVANCED_REPEAT_DETECT": _repeat,
    "上下文重复": _repeat,
    "NER_MODEL": _entity,
    "信息实体检测": _entity,
    "INTERVAL_GREATER": _silence,
    "静音检查": _silence,
    "SPEECH_SPEED_CHECK": _pace,
    "语速检查": _pace,
    "INTERRUPTION_CHECK": _talk_over,
    "INTERRUPT": _talk_over,
    "抢话设置": _talk_over,
    "抢话检查": _talk_over,
    "RECORD_LENGTH": _length,
    "RECORDING_LENGTH": _length,
    "录音时长检测": _length,
    "DIALOGUE_COUNT": _lines,
    "SENTENCE_COUNT": _lines,
    "对话语句数检测": _lines,
    "ROLE_CHECK": _role,
    "角色判断": _role,
    "CUSTOM_DATA": _field,
    "PARAM_CHECK": _field,
    "随录参数检查": _field,
    "随录数据检查": _field,
}
"""By type name, and by console name where the type is not public."""

_FOREIGN = {
    "MODEL": "靠对方的模型判断，没有对应的算子",
    "KNOWLEDGE": "靠对方的知识库判断，没有对应的算子",
    "ENERGY": "用对方的能量等级，我们量的是分贝，请改用 level 重写",
    "EMOTION": "靠对方的情绪模型判断，没有对应的算子",
    "HANG": "看挂机的一方，请改用通话资料字段重写",
    "NODE": "看流程节点，请改用步骤（step）重写",
}
