"""Two versions of a policy, compared in business words: 步骤“报价”新增说法…, 分值 5 → 8. Never a text diff.

Everything with an id is matched by its id, so that moving a line in a file is no change unless order matters there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, Literal

from pydantic import BaseModel

from callqa.domain import Noun, Party, StepState
from callqa.policy.check import Check
from callqa.policy.glossary import STATES
from callqa.policy.policy import Header, Policy
from callqa.policy.rules import AllOf, AnyOf, Condition, Not, Rule, Scope, Sum
from callqa.policy.rules.operators import Looking
from callqa.policy.script import SlotRule, Window
from callqa.policy.telling import (
    PARTIES,
    STRICTNESS,
    listed,
    plain,
    seconds,
    tell_check,
    tell_condition,
    tell_count,
    tell_extent,
    tell_scope,
    tell_slot,
    tell_window,
)
from callqa.policy.titles import MODES, SEVERITIES, VALUES, VETOES, label_of, titles_of
from callqa.policy.wording import Count, Extent, Wording

Part = Literal["方案", "话术", "规则", "产品事实", "销售技巧", "评分表", "隐私"]
_MILLIS = {
    "longer_than",
    "shorter_than",
    "after_speaking",
    "finished_within",
    "NoResponse.within",
    "mute_margin",
}
_WHOLE = (Window, SlotRule, Count, Extent)
"""Told as a whole where they differ; their parts mean little alone."""


class Change(Noun):
    """One thing that is different."""

    part: Part
    """Which part of the policy."""
    kind: Literal["added", "removed", "changed"]
    """New, gone, or different."""
    id: str = ""
    """Id of the step, rule, fact, item …; empty for what has none."""
    title: str = ""
    """Its title, in the new version where it is there."""
    what: str
    """Chinese sentence."""


def differences(old: Policy, new: Policy) -> tuple[Change, ...]:
    """All that differs, part by part.

    Args:
        old: Before.
        new: After.

    Returns:
        Changes in the order of the files; empty where the two judge alike.
    """
    teller = _Teller(titles_of(old), titles_of(new))
    found = list(teller.header(old, new))
    scripts_old = {one.id: one for one in old.script.scripts}
    scripts_new = {one.id: one for one in new.script.scripts}
    found += teller.listed("话术", "话术版本", scripts_old, scripts_new, skip=("steps",))
    for name, script in scripts_new.items():
        before = scripts_old[name].steps if name in scripts_old else ()
        if name in scripts_old:
            found += teller.listed("话术", "步骤", _by_id(before), _by_id(script.steps), ordered=True)
    found += teller.listed("规则", "规则", _by_id(old.rules.rules), _by_id(new.rules.rules))
    found += teller.listed("产品事实", "事实", _by_id(old.facts.facts), _by_id(new.facts.facts))
    found += teller.listed("销售技巧", "技巧", _by_id(old.techniques.labels), _by_id(new.techniques.labels))
    found += teller.plain("销售技巧", "", old.techniques, new.techniques, skip=("labels",))
    found += teller.rubric(old, new)
    found += teller.plain("隐私", "", old.privacy, new.privacy)
    return tuple(found)


def _by_id(things: Iterable[Any]) -> dict[str, Any]:
    return {one.id: one for one in things}


class _Teller:
    """Compares models field by field and says the difference."""

    def __init__(self, old: Mapping[str, str], new: Mapping[str, str]) -> None:
        self._titles = {**old, **new}

    def header(self, old: Policy, new: Policy) -> Iterator[Change]:
        for name in Header.model_fields:
            for what in self._field(name, getattr(old, name), getattr(new, name), owner=Header):
                yield Change(part="方案", kind="changed", id=new.id, title=new.title, what=f"方案{what}")

    def rubric(self, old: Policy, new: Policy) -> list[Change]:
        before, after = old.rubric, new.rubric
        found = self.listed(
            "评分表", "大项", _by_id(before.sections), _by_id(after.sections), skip=("items",), ordered=True
        )
        home = {item.id: section for section in before.sections for item in section.items}
        for section in after.sections:
            for item in section.items:
                if item.id in home and home[item.id].id != section.id:
                    what = f"评分项“{item.title}”从大项“{home[item.id].title}”移到“{section.title}”"
                    found.append(
                        Change(part="评分表", kind="changed", id=item.id, title=item.title, what=what)
                    )
        found += self.listed("评分表", "评分项", _by_id(before.items), _by_id(after.items))
        full_old, full_new = _full_marks(old), _full_marks(new)
        if full_old != full_new:
            what = f"评分表满分合计 {plain(full_old)} → {plain(full_new)}（总分仍按百分折算）"
            found.append(Change(part="评分表", kind="changed", what=what))
        found += self.listed("评分表", "等级", _by_id(before.grades), _by_id(after.grades))
        found += self.plain("评分表", "评分表", before, after, skip=("sections", "grades"))
        return found

    def listed(
        self,
        part: Part,
        noun: str,
        old: Mapping[str, Any],
        new: Mapping[str, Any],
        *,
        skip: Sequence[str] = (),
        ordered: bool = False,
    ) -> list[Change]:
        """Things with ids: new ones, gone ones, changed ones, and their order where it matters."""
        found: list[Change] = []
        for name, one in new.items():
            title = one.title or name
            subject = f"{noun}“{title}”"
            if name not in old:
                what = f"新增{subject}{self._about(one)}"
                found.append(Change(part=part, kind="added", id=name, title=title, what=what))
            else:
                found += self.plain(part, subject, old[name], one, skip=skip, id=name, title=title)
        for name, one in old.items():
            if name not in new:
                title = one.title or name
                what = f"删除{noun}“{title}”{self._about(one)}"
                found.append(Change(part=part, kind="removed", id=name, title=title, what=what))
        kept_old, kept_new = [n for n in old if n in new], [n for n in new if n in old]
        if ordered and kept_old != kept_new:
            names = " → ".join(self._titles.get(name, new[name].title) for name in kept_new)
            found.append(Change(part=part, kind="changed", what=f"{noun}的次序改为：{names}"))
        return found

    def plain(
        self,
        part: Part,
        subject: str,
        old: BaseModel,
        new: BaseModel,
        *,
        skip: Sequence[str] = (),
        id: str = "",  # noqa: A002
        title: str = "",
    ) -> list[Change]:
        """Fields of two models of one type that differ."""
        sentences = [
            what
            for name in type(new).model_fields
            if name not in (*skip, "id")
            for what in self._field(name, getattr(old, name), getattr(new, name), owner=type(new))
        ]
        return [
            Change(part=part, kind="changed", id=id, title=title, what=f"{subject}{what}")
            for what in sentences
        ]

    def _field(self, name: str, old: Any, new: Any, *, owner: type | None = None) -> Iterator[str]:
        """Sentences about one field, without its subject."""
        if old == new:
            return
        label = label_of(owner, name)
        key = f"{owner.__name__}.{name}" if owner is not None and name == "within" else name
        if name == "conditions":
            yield from self._conditions(old, new)
        elif name in ("when", "broken", "met", "except_", "check") and not isinstance(new, tuple):
            yield from self._condition(label, old, new)
        elif name == "partial":
            yield f"{label}：{self._partial(old)} → {self._partial(new)}"
        elif isinstance(new, BaseModel) and isinstance(old, BaseModel) and not isinstance(new, _WHOLE):
            if isinstance(old, Scope) and isinstance(new, Scope):
                yield f"{label}：{tell_scope(old) or '整通'} → {tell_scope(new) or '整通'}"
            else:
                for inner in type(new).model_fields:
                    yield from self._field(
                        inner, getattr(old, inner, None), getattr(new, inner), owner=type(new)
                    )
        elif isinstance(new, tuple) and isinstance(old, tuple):
            yield from self._tuple(label, old, new)
        else:
            yield f"{label} {self._value(key, old)} → {self._value(key, new)}"

    def _tuple(self, label: str, old: tuple[Any, ...], new: tuple[Any, ...]) -> Iterator[str]:
        """What came in and what went; with the same entries in another order, that."""
        came = [one for one in new if one not in old]
        went = [one for one in old if one not in new]
        dials = {one.text: one for one in went if isinstance(one, Wording)}
        for one in list(came):
            if isinstance(one, Wording) and one.text in dials:
                before = dials[one.text]
                yield f"{label}“{one.text}”严格程度 {STRICTNESS[before.dial]} → {STRICTNESS[one.dial]}"
                came.remove(one)
                went.remove(before)
        if came:
            yield f"新增{label}{self._entries(came)}"
        if went:
            yield f"去掉{label}{self._entries(went)}"
        if not came and not went and not dials:
            yield f"{label}的次序改为 {self._entries(new)}"

    def _entries(self, entries: Sequence[Any]) -> str:
        if all(isinstance(one, Wording | str) for one in entries):
            return listed(self._titles.get(one, one) if isinstance(one, str) else one for one in entries)
        return "、".join(self._value("", one) for one in entries)

    def _conditions(self, old: Mapping[str, Condition], new: Mapping[str, Condition]) -> Iterator[str]:
        for name, one in new.items():
            if name not in old:
                yield f"新增条件“{name}”：{tell_condition(one, self._titles)}"
            else:
                yield from self._condition(f"条件“{name}”", old[name], one)
        for name in old:
            if name not in new:
                yield f"删除条件“{name}”"

    def _condition(self, label: str, old: Any, new: Any) -> Iterator[str]:
        if old == new:
            return
        if old is None:
            yield f"新增{label}：{self._value('', new)}"
        elif new is None:
            yield f"去掉{label}（原来：{self._value('', old)}）"
        elif _shape(old) == _shape(new):
            for before, after in zip(_operators(old), _operators(new), strict=True):
                for name in type(after).model_fields:
                    if name != "op":
                        yield from self._field(
                            name, getattr(before, name), getattr(after, name), owner=type(after)
                        )
            if isinstance(old, Sum) and isinstance(new, Sum) and old.count != new.count:
                yield f"次数 {tell_count(old.count) or '至少 1 次'} → {tell_count(new.count) or '至少 1 次'}"
        else:
            yield f"{label}改为：{self._value('', new)}（原来：{self._value('', old)}）"

    def _partial(self, shares: Mapping[StepState, float]) -> str:
        return "、".join(f"{STATES[state]}给 {share:.0%}" for state, share in shares.items()) or "不给分"

    def _about(self, one: Any) -> str:
        """What a new or gone thing is worth, in a bracket."""
        facts = []
        if isinstance(one, Rule):
            condition = one.broken if one.broken is not None else one.met
            facts = [SEVERITIES[one.severity], tell_condition(condition or "", self._titles)]
        elif hasattr(one, "points"):
            facts = [f"{plain(one.points)} 分", tell_check(one.check, self._titles)]
            facts += [f"一票否决：{VETOES[one.fatal]}"] if one.fatal is not None else []
        elif hasattr(one, "line") and one.line:
            facts = [f"标准话：“{one.line}”"]
        elif hasattr(one, "definition"):
            facts = [one.definition]
        return f"（{'；'.join(facts)}）" if facts else ""

    def _value(self, name: str, value: Any) -> str:  # noqa: PLR0911
        if name in _MILLIS and isinstance(value, int):
            return seconds(value)
        for kind, tell in _TELL.items():
            if isinstance(value, kind):
                return tell(value)
        if isinstance(value, Window):
            return tell_window(value, self._titles) or "不限"
        if isinstance(value, Wording):
            return f"“{value.text}”"
        if isinstance(value, AllOf | AnyOf | Not | Sum) or hasattr(value, "op"):
            return tell_condition(value, self._titles)
        if isinstance(value, BaseModel):
            return self._model(value)
        if value is None or value in ("", ()):
            return "（无）"
        if isinstance(value, Enum):
            told: Mapping[Any, str] = {**SEVERITIES, **MODES, **VETOES, **PARTIES, **STATES}
            return told.get(value, str(value.value))
        if isinstance(value, tuple):
            return self._entries(value)
        if isinstance(value, str):
            return VALUES.get(value) or f"“{self._titles.get(value, value)}”"
        return str(value)

    def _model(self, value: BaseModel) -> str:
        if any(name in type(value).model_fields for name in _CHECK_KEYS) and not isinstance(value, Looking):
            check: Check = value  # type: ignore[assignment]
            return tell_check(check, self._titles)
        shown = {name: getattr(value, name) for name in type(value).model_fields}
        return "，".join(
            f"{label_of(type(value), name)} {self._value(name, one)}"
            for name, one in shown.items()
            if one not in (None, (), "")
        )


_CHECK_KEYS = ("step", "assent", "rule", "technique", "reaction", "measure", "field")
_TELL: dict[Any, Callable[[Any], str]] = {
    bool: lambda value: "是" if value else "否",
    Party: PARTIES.__getitem__,
    float: plain,
    Extent: tell_extent,
    Count: lambda value: tell_count(value) or "至少 1 次",
    SlotRule: tell_slot,
}


def _full_marks(policy: Policy) -> float:
    return sum(item.points for item in policy.rubric.items if item.mode != "bonus")


def _shape(condition: Any) -> object:
    """Joins and operator names of a condition; conditions of one shape are compared operator by operator."""
    match condition:
        case str():
            return ("name", condition)
        case AllOf(all=parts) | AnyOf(any=parts) | Sum(sum=parts):
            return (type(condition).__name__, *(_shape(part) for part in parts))
        case Not(not_=part):
            return ("Not", _shape(part))
        case _:
            return (type(condition).__name__, getattr(condition, "op", ""))


def _operators(condition: Any) -> list[Any]:
    match condition:
        case str():
            return []
        case AllOf(all=parts) | AnyOf(any=parts) | Sum(sum=parts):
            return [one for part in parts for one in _operators(part)]
        case Not(not_=part):
            return _operators(part)
        case _:
            return [condition]
