"""Names that one place of a policy uses and another must define: steps, rules, facts, labels, anchors …

Works on the files as written, so that dangling names are found even in files that have other faults.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from callqa.policy.faults import Fault
from callqa.policy.measures import MEASURES
from callqa.policy.source import Document, Place
from callqa.policy.validation import nearest

Known = dict[str, set[str]]

_TITLES = {
    "step": "script.yaml 里没有步骤",
    "assent": "script.yaml 里没有要客户同意（assent）的步骤",
    "rule": "rules.yaml 里没有规则",
    "fact": "facts.yaml 里没有事实",
    "label": "techniques.yaml 里没有技巧",
    "measure": "没有指标",
    "condition": "本条规则的 conditions 里没有条件",
}
_CHECKS = {"step": "step", "assent": "assent", "rule": "rule", "technique": "label", "measure": "measure"}
_OPERATORS = {
    "step": ("step", "step"),
    "fact": ("facts", "fact"),
    "technique": ("labels", "label"),
    "rule": ("rule", "rule"),
    "measure": ("measure", "measure"),
    "level": ("measure", "measure"),
}
_JOINS = ("all", "any", "sum")
_ROOTS = ("when", "broken", "met", "except", "not")


def dangling(documents: Mapping[str, Document]) -> list[Fault]:
    """Every name that is used and not defined, and every circle of names.

    Args:
        documents: Parsed files by part name (``script``, ``rules``, …); missing ones are skipped.
    """
    documents = {name: document for name, document in documents.items() if document.data is not None}
    known = _defined(documents)
    faults: list[Fault] = []
    for name, document in documents.items():
        for place, mapping in _mappings(document.data, ()):
            for key, kind in _uses(name, place, mapping):
                faults += _unknown(document, (*place, key), mapping.get(key), kind, known.get(kind))
    if "rules" in documents:
        faults += _within_rules(documents["rules"])
        faults += _circles(documents["rules"])
    return faults


def repeated(documents: Mapping[str, Document]) -> list[Fault]:
    """Every id that is given twice: inside one list, and over all sections for rubric items."""
    faults: list[Fault] = []
    for name, document in documents.items():
        seen: dict[tuple[Place, str], int] = {}
        for place, mapping in _mappings(document.data, ()):
            given = mapping.get("id")
            if not isinstance(given, str) or not place or not isinstance(place[-1], int):
                continue
            where: Place = ("items",) if name == "rubric" and place[-2] == "items" else place[:-1]
            line = document.line((*place, "id"))
            first = seen.setdefault((where, given), line)
            if first != line:
                faults.append(document.fault((*place, "id"), f"编号“{given}”重复（第 {first} 行已用过）"))
    return faults


def _defined(documents: Mapping[str, Document]) -> Known:
    known: Known = {"measure": set(MEASURES)}
    if "script" in documents:
        steps = [
            step
            for script in _list(documents["script"].data, "scripts")
            for step in _list(script, "steps")
            if isinstance(step, dict)
        ]
        known["step"] = {str(step.get("id")) for step in steps}
        known["assent"] = {str(step.get("id")) for step in steps if "assent" in step}
    for part, key, kind in (
        ("rules", "rules", "rule"),
        ("facts", "facts", "fact"),
        ("techniques", "labels", "label"),
    ):
        if part in documents:
            known[kind] = {
                str(one.get("id")) for one in _list(documents[part].data, key) if isinstance(one, dict)
            }
    return known


def _uses(name: str, place: Place, mapping: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Keys of this mapping that hold names, with the kind of name."""
    if name == "rubric":
        if place[-1:] == ("check",) or (len(place) > 1 and place[-2] == "when"):
            yield from ((key, kind) for key, kind in _CHECKS.items() if key in mapping)
        return
    operator = mapping.get("op")
    if isinstance(operator, str) and operator in _OPERATORS:
        yield _OPERATORS[operator]
    if name == "script":
        if place[-1:] == ("window",):
            yield from (("after", "step"), ("before", "step"))
        elif len(place) > 1 and place[-2] == "slots":
            yield ("fact", "fact")
        elif len(place) > 1 and place[-2] == "steps":
            yield ("facts", "fact")


def _unknown(
    document: Document, place: Place, value: object, kind: str, known: set[str] | None
) -> list[Fault]:
    if known is None:
        return []
    if isinstance(value, list):
        return [
            fault
            for index, one in enumerate(value)
            for fault in _unknown(document, (*place, index), one, kind, known)
        ]
    if not isinstance(value, str) or value in known:
        return []
    return [document.fault(place, f"{_TITLES[kind]}“{value}”{nearest(value, sorted(known))}")]


def _within_rules(document: Document) -> list[Fault]:
    """Anchors and condition names that the rule itself does not define."""
    faults: list[Fault] = []
    for index, rule in enumerate(_list(document.data, "rules")):
        if not isinstance(rule, dict):
            continue
        conditions = rule.get("conditions")
        known = set(conditions) if isinstance(conditions, dict) else set()
        for place, name in _names(rule, ("rules", index)):
            faults += _unknown(document, place, name, "condition", known)
    return faults


def _names(data: object, place: Place) -> Iterator[tuple[Place, str]]:
    """Condition names used below a rule: anchors, and plain words where a condition may stand."""
    for here, mapping in _mappings(data, place):
        if here[-1] == "anchor" and isinstance(mapping.get("of"), str):
            yield (*here, "of"), mapping["of"]
        for key, value in mapping.items():
            if here[-1] == "conditions" or (key in _ROOTS and isinstance(value, str)):
                if isinstance(value, str):
                    yield (*here, key), value
            elif key in _JOINS and isinstance(value, list):
                yield from (((*here, key, i), one) for i, one in enumerate(value) if isinstance(one, str))


def _circles(document: Document) -> list[Fault]:
    """Conditions of a rule, and rules, that lead back to themselves."""
    faults: list[Fault] = []
    rules = [(i, rule) for i, rule in enumerate(_list(document.data, "rules")) if isinstance(rule, dict)]
    between: dict[str, set[str]] = {}
    places: dict[str, Place] = {}
    for index, rule in rules:
        given = str(rule.get("id"))
        places[given] = ("rules", index)
        between[given] = {
            str(mapping.get("rule")) for _, mapping in _mappings(rule, ()) if mapping.get("op") == "rule"
        }
        conditions = rule.get("conditions")
        if isinstance(conditions, dict):
            inner = {
                str(name): {used for _, used in _names({"conditions": {name: body}}, ("",))}
                for name, body in conditions.items()
            }
            for circle in _rings(inner):
                place = ("rules", index, "conditions", circle[0])
                faults.append(
                    document.fault(place, f"条件互相引用成了一圈：{' → '.join((*circle, circle[0]))}")
                )
    for circle in _rings(between):
        way = " → ".join((*circle, circle[0]))
        faults.append(document.fault(places[circle[0]], f"规则互相引用成了一圈：{way}"))
    return faults


def _rings(edges: Mapping[str, set[str]]) -> list[tuple[str, ...]]:
    """Circles in a small graph, each reported once, from its first name in writing order."""
    rings: list[tuple[str, ...]] = []
    done: set[str] = set()
    for start in edges:
        stack: list[tuple[str, tuple[str, ...]]] = [(start, (start,))]
        seen: set[str] = set()
        while stack and start not in done:
            name, way = stack.pop()
            for following in sorted(edges.get(name, ())):
                if following == start:
                    rings.append(way)
                    done.update(way)
                    stack.clear()
                    break
                if following not in seen:
                    seen.add(following)
                    stack.append((following, (*way, following)))
    return rings


def _mappings(data: object, place: Place) -> Iterator[tuple[Place, dict[str, Any]]]:
    if isinstance(data, dict):
        yield place, data
        for key, value in data.items():
            yield from _mappings(value, (*place, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _mappings(value, (*place, index))


def _list(data: object, key: str) -> list[Any]:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, list) else []
