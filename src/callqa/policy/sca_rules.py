"""Rule JSON in the style of Alibaba SCA → our rules and rubric items.

Its model: a rule is an expression over conditions; a condition is an expression over operators plus a check range
(role, anchor, range). A rule whose meaning would change is not imported; everything that is not, or not exactly, in the
result is listed with its path in the file.
"""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from callqa.domain import Party, PolicyError
from callqa.policy.imported import Gap, Imported, identifier, told
from callqa.policy.rubric import Item, Mode, Veto
from callqa.policy.rules import Condition, Not, Rule, Scope, Severity
from callqa.policy.rules import operators as op
from callqa.policy.rules.condition import parts
from callqa.policy.rules.scope import Anchor
from callqa.policy.sca_lambda import LambdaError, read_lambda
from callqa.policy.sca_operators import Named, Place, Unmappable, map_operator
from callqa.policy.sca_source import Source
from callqa.policy.wording import Extent

_SEVERITIES = {0: Severity.severe, 1: Severity.moderate, 2: Severity.minor}
_ROLES = {"客服": Party.agent, "坐席": Party.agent, "客户": Party.customer}
_WHERE = {"BEFORE": "before", "AFTER": "after", "AROUND": "around", "CURRENT": "same"}
_WORDED = (op.Phrase, op.Pattern, op.RegularExpression, op.Similar)
_HOUSEKEEPING = (
    "appKey", "baseMeAgentId", "createTime", "lastUpdateTime", "createEmpid", "createEmpName", "lastUpdateEmpid",
    "lastUpdateEmpName", "status", "isDelete", "isSelect", "userGroup", "userGroupList", "id",
)  # fmt: skip
"""Keys about the other platform's own records; they decide nothing."""


def read_sca(text: str) -> Imported:
    """Rules out of a JSON file.

    Args:
        text: ``{"rules": [...], "conditions": [...]}``, conditions also inside the rules; keys in any spelling.

    Raises:
        PolicyError: ``import.json`` where it is no JSON, ``import.shape`` where no rules are in it.
    """
    try:
        data = json.loads(text)
    except ValueError as error:
        raise PolicyError(
            f"读不懂这个 JSON：{error}。", code="import.json", hint="请重新导出规则，不要手改文件。"
        ) from error
    while isinstance(data, Mapping) and not _has_rules(data):
        inner = [value for value in map(_opened, data.values()) if isinstance(value, Mapping | list)]
        if len(inner) != 1:
            raise PolicyError(
                "JSON 里没有 rules。", code="import.shape", hint="应当有 rules（规则）和 conditions（条件）。"
            )
        data = inner[0]
    gaps: list[Gap] = []
    whole = Source(data if isinstance(data, Mapping) else {"rules": data}, "", gaps)
    common = {str(one.get("cid", "id")): one for one in whole.children("conditions")}
    reader = _Rules(gaps, common)
    for one in whole.children("rules"):
        reader.add(one)
    gaps += [
        Gap(path=one.path, kind="left_out", what="没有规则用到这个条件")
        for one in common.values()
        if one.path not in reader.used
    ]
    whole.get(*_HOUSEKEEPING)
    whole.rest()
    return Imported(rules=tuple(reader.rules), items=tuple(reader.items), gaps=tuple(dict.fromkeys(gaps)))


def _opened(value: object) -> object:
    """JSON inside JSON (``jsonStr``) as data."""
    if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _has_rules(data: Mapping[str, Any]) -> bool:
    return any(key.lower() == "rules" for key in data)


class _Rules:
    """Rules read one after the other; ids stay unique, prerequisites find each other by the source's ids."""

    def __init__(self, gaps: list[Gap], common: Mapping[str, Source]) -> None:
        self.gaps = gaps
        self.rules: list[Rule] = []
        self.items: list[Item] = []
        self.used: set[str] = set()
        self._common = common
        self._taken: set[str] = set()
        self._ids: dict[str, str] = {}

    def add(self, source: Source) -> None:
        """Read one rule; one that cannot be mapped becomes a gap."""
        rid = str(source.get("rid", default="") or "")
        title = str(source.get("name", "ruleName", default="") or f"规则 {rid}")
        source.get(*_HOUSEKEEPING)
        try:
            rule = self._rule(source, rid, title)
        except (LambdaError, Unmappable) as error:
            source.miss("", f"规则“{title}”没有导入：{error}")
            return
        except ValidationError as error:
            source.miss("", f"规则“{title}”没有导入：{told(error)}")
            return
        self._ids[rid] = rule.id
        self.rules.append(rule)
        item = self._item(source, rule)
        if item is not None:
            self.items.append(item)
        source.rest()

    def _rule(self, source: Source, rid: str, title: str) -> Rule:
        own = {str(one.get("cid", "id")): one for one in source.children("conditions")}
        conditions = {**self._common, **own}
        text = _expression(source, conditions if own else {})
        named: Named = {}
        failed: dict[str, str] = {}
        mapped = _Conditions(conditions, named, failed, self.used)

        def lost(name: str) -> None:
            source.miss("lambda", f"“{title}”少了一种情况（条件 {name}）：{failed.get(name, '不能导入')}")

        try:
            hit = read_lambda(text, mapped.get, lost=lost)
        except LambdaError as error:
            reasons = "；".join(dict.fromkeys(failed.values()))
            raise LambdaError(f"{error}{'：' + reasons if reasons else ''}") from error
        added = _is_added(source)
        kind = "required" if added else "forbidden" if _only_words(hit, named) else "norm"
        severity = source.number("severity", "level")
        return Rule.model_validate(
            {
                "id": identifier(rid or title, taken=self._taken, fallback="sca"),
                "title": title,
                "kind": kind,
                "severity": _SEVERITIES.get(int(severity if severity is not None else 1), Severity.moderate),
                "source": str(source.get("comments", "description", default="") or ""),
                "conditions": {name: one for name, one in named.items() if _needed(name, hit, named)},
                "when": self._prerequisite(source),
                ("met" if added else "broken"): hit,
                "examples": _examples(source, added=added),
            }
        )

    def _prerequisite(self, source: Source) -> Condition | None:
        """The rule only counts where another one hit."""
        other = source.get("preRuleId", "prerequisiteRule", "preRid", "preRule")
        if other in (None, "", 0, "0"):
            return None
        before = self._ids.get(str(other))
        if before is None:
            raise Unmappable(f"前置规则 {other} 没有导入（或写在它后面）")
        hit = "met" if next(rule for rule in self.rules if rule.id == before).met is not None else "broken"
        return op.RuleIs.model_validate({"op": "rule", "rule": before, "verdicts": [hit]})

    def _item(self, source: Source, rule: Rule) -> Item | None:
        """The rubric's line; None where the rule is not scored."""
        points = source.number("score", "ruleScore", "scoreNum", "points")
        scored = source.flag("scoreOn", "scoreSwitch", "scoreStatus")
        added, single = _is_added(source), source.number("ruleScoreSingleType", "scoreSingleType")
        fatal = source.flag("fatal", "isFatal", "vetoed")
        if fatal:
            return Item.model_validate(
                {"id": rule.id, "title": rule.title, "mode": Mode.deduct, "fatal": Veto.card, "points": 0,
                 "check": {"rule": [rule.id]}}
            )  # fmt: skip
        if scored is False or not points:
            if scored is not False:
                source.miss("score", f"“{rule.title}”没有写分值，没有进评分表")
            return None
        if single == 0 and not added:
            source.miss(
                "ruleScoreSingleType",
                f"“{rule.title}”每命中一次扣 {points:g} 分；封顶没有写，按 {points * 3:g} 分",
                approximate=True,
            )
            return Item.model_validate(
                {"id": rule.id, "title": rule.title, "mode": Mode.deduct, "points": abs(points) * 3,
                 "per_hit": abs(points), "check": {"rule": [rule.id]}}
            )  # fmt: skip
        mode = Mode.bonus if added else Mode.deduct
        return Item.model_validate(
            {
                "id": rule.id,
                "title": rule.title,
                "mode": mode,
                "points": abs(points),
                "check": {"rule": [rule.id]},
            }
        )


class _Conditions:
    """Conditions of one rule, each mapped when first asked for, so that anchors find theirs."""

    def __init__(
        self, sources: Mapping[str, Source], named: Named, failed: dict[str, str], used: set[str]
    ) -> None:
        self._sources = sources
        self._named = named
        self._failed = failed
        self._used = used
        self._open: set[str] = set()
        self._names: dict[str, str] = {}
        self._taken: set[str] = set()

    def get(self, cid: str) -> Condition | None:
        """The name of a mapped condition, None for one that cannot be mapped."""
        source = self._sources.get(cid)
        if source is None:
            raise LambdaError(f"条件 {cid} 不存在")
        if cid not in self._names:
            self._names[cid] = identifier(cid, taken=self._taken, fallback="c")
        name = self._names[cid]
        if name in self._named:
            return name
        if cid in self._failed or cid in self._open:
            if cid in self._open:
                self._failed[cid] = f"条件 {cid} 的前置条件绕成了圈"
            return None
        self._open.add(cid)
        self._used.add(source.path)
        try:
            self._named[name] = self._map(source, name)
        except (LambdaError, Unmappable) as error:
            self._failed[cid] = str(error)
            source.miss("", f"条件 {cid} 不能导入：{error}")
            return None
        finally:
            self._open.discard(cid)
        return name

    def _map(self, source: Source, name: str) -> Condition:
        place = self._place(source, name)
        operators = {str(one.get("oid", "id")): one for one in source.children("operators")}
        for key in ("cid", "id", "rid", "name", "userGroup"):
            source.get(key)
        failed: dict[str, str] = {}

        def find(oid: str) -> Condition | None:
            if oid not in operators:
                raise LambdaError(f"算子 {oid} 不存在")
            try:
                return map_operator(operators[oid], place, self._named)
            except Unmappable as error:
                failed[oid] = str(error)
                operators[oid].miss("type", str(error))
                return None

        def lost(oid: str) -> None:
            source.miss("lambda", f"少了一种情况（算子 {oid}）：{failed.get(oid, '不能导入')}")

        try:
            found = read_lambda(_expression(source, operators), find, lost=lost)
        except LambdaError as error:
            raise LambdaError("；".join(failed.values()) or str(error)) from error
        source.rest()
        return found

    def _place(self, source: Source, name: str) -> Place:
        check = source.child("check_range")
        role = str(check.get("role", default="") or "")
        if role and role not in _ROLES:
            check.miss("role", f"不认识角色“{role}”，按双方导入", approximate=True)
        check.get("role_id", "absolute")
        check.get("absolute")
        anchor = self._anchor(check)
        scope: dict[str, Any] = {"anchor": anchor} if anchor is not None else {}
        scope |= _range(check, anchored=anchor is not None)
        if anchor is not None and "within" in scope:
            scope["anchor"] = anchor.replace(within=scope.pop("within"))
        every = bool(check.flag("all_sentences_satisfy"))
        exclude = tuple(text for text in source.texts("exclusion") if any(c.isalnum() for c in text))
        check.rest()
        return Place(
            party=_ROLES.get(role),
            scope=Scope.model_validate(scope),
            every=every,
            exclude=exclude,
            own=name,
        )

    def _anchor(self, check: Source) -> Anchor | None:
        anchor = check.child("anchor")
        cid, where = (
            anchor.get("cid", "anchorCid"),
            str(anchor.get("location", default="") or "").upper(),
        )
        time = anchor.number("hit_time")
        if cid in (None, "", "0", 0, "-1") or not where:
            return None
        if where not in _WHERE:
            raise Unmappable(f"前置条件的位置“{where}”没有对应")
        name = self.get(str(cid))
        if not isinstance(name, str):
            raise Unmappable(f"前置条件 {cid} 不能导入")
        hit: Any = {0: "each", -1: "any"}.get(int(time if time is not None else -1), int(time or 1))
        if hit == "any" and time == -1:
            anchor.miss("hit_time", "-1 按“任一次命中”导入（旧版文档说是最后一次，请核对）", approximate=True)
        anchor.rest()
        return Anchor.model_validate({"of": name, "where": _WHERE[where], "hit": hit})


def _range(check: Source, *, anchored: bool) -> dict[str, Any]:
    """Line numbers and times of a check range as fields of a scope."""
    lines, times = check.child("range"), check.child("time_range")
    first, last = lines.number("from"), lines.number("to")
    found: dict[str, Any] = {}
    first, last = int(first or 1), int(last if last is not None else -1)
    if last == 0:
        last = -1
    if anchored:
        if first > 1:
            lines.miss("from", f"从前置条件之后第 {first} 句起没有对应，从第 1 句起导入", approximate=True)
        if last > 0:
            found["within"] = Extent(amount=last, unit="turns")
        elif last < -1:
            lines.miss("to", f"到倒数第 {-last} 句没有对应，到最后一句为止", approximate=True)
    elif first < 0 and last == -1:
        found["last"] = Extent(amount=-first, unit="turns")
    elif first < 0 or last < -1:
        lines.miss("", f"从第 {first} 句到第 {last} 句没有对应，按整通导入", approximate=True)
    else:
        if first > 1:
            found["from"] = Extent(amount=first, unit="turns")
        if last > 0:
            found["to" if first > 1 else "first"] = Extent(amount=last, unit="turns")
    start, end = times.number("from"), times.number("to")
    if start and "from" not in found:
        found["from"] = Extent(amount=start, unit="ms")
    if end and end > 0 and "to" not in found:
        found["to"] = Extent(amount=end, unit="ms")
    return found


def _expression(source: Source, names: Mapping[str, object]) -> str:
    """The lambda of a rule or condition; several triggers are alternatives; all names where nothing is written."""
    text = source.get("lambda", "ruleLambda", "triggers", default="")
    if isinstance(text, Mapping):
        text = next((one for one in text.values() if isinstance(one, list)), [])
    if isinstance(text, list):
        text = "||".join(f"({one})" for one in text)
    return str(text) or "&&".join(names)


def _is_added(source: Source) -> bool:
    """Score type 1 adds points for a hit, 3 takes them."""
    return source.number("ruleScoreType", "scoreType", "operationType") == 1


def _only_words(condition: Condition, named: Named) -> bool:
    """Is the hit nothing but words of the agent said? Then negated and quoted words are no breach."""
    if isinstance(condition, str):
        return _only_words(named[condition], named)
    inner = parts(condition)
    if inner:
        return not isinstance(condition, Not) and all(_only_words(one, named) for one in inner)
    return isinstance(condition, _WORDED) and condition.party is Party.agent and not _wants_none(condition)


def _wants_none(condition: Condition) -> bool:
    return isinstance(condition, op.Phrase) and condition.need == "none"


def _needed(name: str, hit: Condition, named: Named) -> bool:
    """Does the rule lean on this condition, by name or as an anchor?"""
    seen: set[str] = set()
    waiting: list[Any] = [hit]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if one not in seen:
                seen.add(one)
                waiting.append(named[one])
            continue
        waiting.extend(parts(one))
        scope = getattr(one, "scope", None)
        if scope is not None and scope.anchor is not None:
            waiting.append(scope.anchor.of)
    return name in seen


def _examples(source: Source, *, added: bool) -> dict[str, list[str]]:
    """Stored test dialogues: hit ones and others. A hit of a rule that adds points is no breach."""
    found: dict[str, list[str]] = {"broken": [], "fine": []}
    for one in source.children("dialogues", "testDialogues", "tests"):
        lines = [_line(line) for line in one.children("dialogue", "sentences", "lines")]
        text = "\n".join(line for line in lines if line) or str(one.get("text", default="") or "")
        hit = one.flag("hit", "expectHit", "isHit")
        if not text.strip() or hit is None:
            one.miss("", "测试对话里没有话，或没写应不应当命中，没有导入")
            continue
        found["broken" if hit is not added else "fine"].append(text)
        one.rest()
    return found


def _line(line: Source) -> str:
    role, words = str(line.get("role", default="客服")), str(line.get("words", "text", default="")).strip()
    party = "客户" if _ROLES.get(role) is Party.customer else "坐席"
    for name in ("begin", "end", "identity", "emotionValue", "speechRate", "id"):
        line.get(name)
    return f"{party}：{words}" if words else ""
