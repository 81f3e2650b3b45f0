"""What may be written in a policy's files: every key with its name and values, for editors that help while writing."""

from collections.abc import Iterator, Mapping
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel

from callqa.domain import Noun
from callqa.policy.key_notes import MEANINGS, NOTES
from callqa.policy.load import FILES, HEADER
from callqa.policy.policy import Header
from callqa.policy.titles import LABELS

Told = TypeVar("Told")


class Key(Noun):
    """A key that may be written in a file."""

    name: str
    """As it is written."""
    title: str
    """Chinese name; empty where it has none."""
    note: str
    """What it means, a Chinese sentence."""
    about: str
    """What it means, in English, from the model's own words."""
    values: tuple[str, ...]
    """What may stand there, where that is a choice."""
    meanings: dict[str, str]
    """Value → what people call it, in Chinese, where that is not plain."""
    within: str
    """Name of the model it belongs to; keys of one model stand side by side."""
    inner: tuple[str, ...]
    """Names of the models whose keys may stand beneath it, in a mapping or in the items of a list."""
    named: bool
    """True: names of one's own, or the values, stand beneath it as keys, and ``inner`` beneath those."""


def keys_of_files() -> dict[str, tuple[Key, ...]]:
    """File name → its keys, each model's once, in the order of the models; the first model is the file's own."""
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
        had = len(inner)
        inner += [one for one in parts if isinstance(one, type) and issubclass(one, BaseModel)]
        values = tuple(dict.fromkeys(_values(parts)))
        told = _of(MEANINGS, model, field.alias or name) or {}
        yield Key(
            name=field.alias or name,
            title=LABELS.get(f"{model.__name__}.{name}") or LABELS.get(name, ""),
            note=_of(NOTES, model, field.alias or name) or "",
            about=_plain(field.description or (model.__doc__ or "" if len(values) == 1 else "")),
            values=values,
            meanings={value: told[value] for value in values if value in told},
            within=model.__name__,
            inner=tuple(dict.fromkeys(one.__name__ for one in inner[had:])),
            named=_is_mapping(field.annotation),
        )
    for one in inner:
        yield from _keys(one, seen)


def _plain(words: str) -> str:
    """The first paragraph of a docstring as one line, without its marks."""
    return " ".join(words.partition("\n\n")[0].replace("``", "").split())


def _of(words: Mapping[str, Told], model: type[BaseModel], name: str) -> Told | None:
    """What is told of a key: of this model's, else of keys of this name."""
    own = next((words[key] for one in model.__mro__ if (key := f"{one.__name__}.{name}") in words), None)
    return own if own is not None else words.get(name)


def _is_mapping(annotation: Any) -> bool:
    if get_origin(annotation) is dict:
        return True
    if get_origin(annotation) is Literal:
        return False
    return any(_is_mapping(one) for one in get_args(annotation))


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
