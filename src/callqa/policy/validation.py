"""Plain data → a policy model, or every fault with line, key path and a Chinese sentence."""

from collections.abc import Iterable, Iterator, Sequence
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler
from typing_extensions import TypeAliasType

from callqa.policy.faults import Fault
from callqa.policy.source import Document, Place

Part = TypeVar("Part", bound=BaseModel)

_KINDS = {
    "string_type": "这里要写文字；数字请加引号",
    "int_type": "这里要写整数",
    "int_parsing": "这里要写整数",
    "int_from_float": "这里要写整数，不能有小数",
    "float_type": "这里要写数字",
    "float_parsing": "这里要写数字",
    "bool_type": "这里要写 true 或 false",
    "bool_parsing": "这里要写 true 或 false",
    "tuple_type": "这里要写列表（每项一行，用“- ”开头，或写在方括号里）",
    "list_type": "这里要写列表（每项一行，用“- ”开头，或写在方括号里）",
    "dict_type": "这里要写“键: 值”",
    "model_type": "这里要写“键: 值”",
    "model_attributes_type": "这里要写“键: 值”",
    "string_too_short": "这里不能空着",
    "too_short": "这里至少要有一项",
    "date_type": "这里要写日期，如 2026-11-01",
    "date_parsing": "日期写得不对，要写成 2026-11-01 这样",
    "date_from_datetime_parsing": "日期写得不对，要写成 2026-11-01 这样",
    "date_from_datetime_inexact": "这里只写日期，不写时间",
    "datetime_type": "这里要写时间，如 2026-11-01T09:00:00+08:00",
    "string_pattern_mismatch": "编号只能用小写英文字母、数字和下划线，以字母开头",
    "finite_number": "这里要写有限的数字",
}
_BOUNDS = {
    "greater_than_equal": ("ge", "不能小于"),
    "greater_than": ("gt", "要大于"),
    "less_than_equal": ("le", "不能大于"),
    "less_than": ("lt", "要小于"),
    "string_too_long": ("max_length", "字数不能超过"),
}


def validate(document: Document, model: type[Part]) -> tuple[Part | None, list[Fault]]:
    """Check one file against its model.

    Args:
        document: The parsed file.
        model: Model of the whole file.

    Returns:
        The model and no faults, or None and at least one fault.
    """
    if document.faults and document.data is None:
        return None, list(document.faults)
    data = {} if document.data is None else document.data
    if not isinstance(data, dict):
        return None, [*document.faults, document.fault((), "整个文件应当是“键: 值”，不是列表或一句话")]
    try:
        part = model.model_validate(data)
    except ValidationError as error:
        found = [_fault(document, model, detail) for detail in error.errors(include_url=False)]
        return None, [*document.faults, *dict.fromkeys(found)]
    return (None, list(document.faults)) if document.faults else (part, [])


def nearest(word: str, known: Iterable[str]) -> str:
    """``；是不是想写“…”`` for the nearest known name, or nothing where none is near."""
    best = process.extractOne(word, list(known), scorer=JaroWinkler.similarity, score_cutoff=0.72)
    return f"；是不是想写“{best[0]}”" if best else ""


def _fault(document: Document, model: type[BaseModel], detail: ErrorDetails) -> Fault:
    place = _place(document, detail["loc"], missing=detail["type"] == "missing")
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        known = _keys(model, place[:-1], document.keys(place[:-1]))
        word = str(detail["loc"][-1])
        hint = nearest(word, known) or (f"；可以写的有 {'、'.join(known)}" if known else "")
        return document.fault(place, f"不认识“{word}”{hint}", key=True)
    if kind == "missing":
        return document.fault(place, f"缺少“{detail['loc'][-1]}”")
    return document.fault(place, _sentence(kind, context, detail))


def _sentence(kind: str, context: dict[str, Any], detail: ErrorDetails) -> str:
    given = detail["input"]
    shown = f"，写的是“{given}”" if isinstance(given, str | int | float) else ""
    if given is None:
        return "这里不能空着"
    if kind in ("value_error", "assertion_error"):
        return str(context.get("error", detail["msg"]))
    if kind in ("enum", "literal_error"):
        expected = str(context.get("expected", "")).replace(" or ", ", ").replace("'", "")
        known = [word.strip() for word in expected.split(",")]
        return f"只能写 {'、'.join(known)}{shown}" + nearest(str(given), known)
    if kind in _BOUNDS:
        key, words = _BOUNDS[kind]
        return f"{words} {context.get(key)}{shown}"
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _tag_sentence(context, given)
    return _KINDS.get(kind, detail["msg"]) + shown


def _tag_sentence(context: dict[str, Any], given: object) -> str:
    expected = str(context.get("expected_tags", "")).replace("'", "")
    known = [word.strip() for word in expected.split(",") if word.strip()]
    tag = str(context.get("tag", ""))
    if tag:
        return f"不认识“{tag}”" + (nearest(tag, known) or f"；可以写的有 {'、'.join(known)}")
    what = f"“{given}”" if isinstance(given, str | int | float) else "这里"
    return f"{what}看不出是哪一种" + (f"；可以写的有 {'、'.join(known)}" if known else "")


def _place(document: Document, loc: Sequence[str | int], *, missing: bool) -> Place:
    """The error's location without the union tags that pydantic puts between keys.

    A tag may be spelt like a key (``check.step`` holds the tag ``step``), so all ways to leave steps out are
    tried and the longest one that exists in the file wins; for a missing key its parent must be a mapping.
    """
    places: list[Place] = [()]
    steps = loc[:-1] if missing else loc
    for step in steps:
        places += [(*place, step) for place in places if document.has((*place, step))]
    if missing:
        parents = [place for place in places if document.is_mapping(place)]
        return (*max(parents, key=len, default=()), loc[-1])
    ending = [place for place in places if place and place[-1] == loc[-1]]
    return max(ending or places, key=len)


def _keys(model: type[BaseModel], place: Place, present: set[str]) -> list[str]:
    """Keys that are allowed at a place; of several models those that fit the present keys best."""
    types: list[Any] = [model]
    for step in place:
        types = [kind for here in types for kind in _below(here, step)]
    models = [_names(kind) for here in types for kind in _models(here)]
    best = max((len(present.intersection(names)) for names in models), default=0)
    fitting = [names for names in models if len(present.intersection(names)) == best]
    return list(dict.fromkeys(name for names in fitting for name in names))


def _names(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _models(kind: Any) -> Iterator[type[BaseModel]]:
    """Models a type may stand for, looking through Annotated, unions and optional."""
    if isinstance(kind, TypeAliasType):
        yield from _models(kind.__value__)
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    elif get_origin(kind) in (Annotated, Union, UnionType):
        arguments = get_args(kind)
        for argument in arguments[:1] if get_origin(kind) is Annotated else arguments:
            yield from _models(argument)


def _below(kind: Any, step: str | int) -> Iterator[Any]:
    """Types that a key or index of a value of this type may have."""
    if isinstance(kind, TypeAliasType):
        yield from _below(kind.__value__, step)
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            if step in (name, field.alias):
                yield field.annotation
    elif get_origin(kind) in (Annotated, Union, UnionType):
        arguments = get_args(kind)
        for argument in arguments[:1] if get_origin(kind) is Annotated else arguments:
            yield from _below(argument, step)
    elif get_origin(kind) in (tuple, list):
        if isinstance(step, int):
            yield get_args(kind)[0]
    elif get_origin(kind) is dict:
        yield get_args(kind)[1]
