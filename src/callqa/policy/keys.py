"""What may be written in a policy's files: every key with its name and values, for editors that help while writing."""

from collections.abc import Iterator
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from callqa.domain import Noun
from callqa.policy.load import FILES, HEADER
from callqa.policy.policy import Header
from callqa.policy.titles import LABELS


class Key(Noun):
    """A key that may be written in a file."""

    name: str
    """As it is written."""
    title: str
    """Chinese name; empty where it has none."""
    about: str
    """What it means, in English, from the model's own words."""
    values: tuple[str, ...]
    """What may stand there, where that is a choice."""
    within: str
    """Name of the model it belongs to; keys of one model stand side by side."""


def keys_of_files() -> dict[str, tuple[Key, ...]]:
    """File name → its keys, each model's once, in the order of the models."""
    models: dict[str, type[BaseModel]] = {
        HEADER: Header,
        **{f"{name}.yaml": one for name, one in FILES.items()},
    }
    return {file: tuple(_keys(model, set())) for file, model in models.items()}


def _keys(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[Key]:
    if model in seen:
        return
    seen.add(model)
    inner: list[type[BaseModel]] = []
    for name, field in model.model_fields.items():
        parts = list(_parts(field.annotation))
        inner += [one for one in parts if isinstance(one, type) and issubclass(one, BaseModel)]
        yield Key(
            name=field.alias or name,
            title=LABELS.get(f"{model.__name__}.{name}") or LABELS.get(name, ""),
            about=" ".join((field.description or "").split()),
            values=tuple(dict.fromkeys(_values(parts))),
            within=model.__name__,
        )
    for one in inner:
        yield from _keys(one, seen)


def _parts(annotation: Any) -> Iterator[Any]:
    """The types inside an annotation: of unions, containers, ``Annotated``; literals stay whole."""
    origin = get_origin(annotation)
    if origin is Literal:
        yield annotation
    elif origin is Annotated:
        yield from _parts(get_args(annotation)[0])
    elif origin in (Union, UnionType) or origin is not None:
        for one in get_args(annotation):
            yield from _parts(one)
    elif hasattr(annotation, "__value__"):  # a type alias
        yield from _parts(annotation.__value__)
    else:
        yield annotation


def _values(parts: list[Any]) -> Iterator[str]:
    for one in parts:
        if get_origin(one) is Literal:
            yield from (str(value) for value in get_args(one))
        elif isinstance(one, type) and issubclass(one, Enum):
            yield from (str(value.value) for value in one)
        elif one is bool:
            yield from ("true", "false")
