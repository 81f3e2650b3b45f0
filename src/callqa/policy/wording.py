"""Units and wordings as a policy writes them: ``15s``, ``5轮``, ``20%``, a phrase with its strictness."""

import re
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from callqa.domain import Noun

_TIME = re.compile(r"\s*(?P<amount>\d+(?:\.\d+)?)\s*(?P<unit>ms|毫秒|s|秒|min|分钟|分)\s*")
_MILLIS = {"ms": 1, "毫秒": 1, "s": 1000, "秒": 1000, "min": 60_000, "分钟": 60_000, "分": 60_000}
_EXTENT = re.compile(r"\s*(?P<amount>\d+(?:\.\d+)?)\s*(?P<unit>%|turns?|轮|句)\s*")


def read_duration(value: object) -> object:
    """``15s``, ``800ms``, ``2min``, ``3秒`` → milliseconds; whole numbers pass as milliseconds."""
    if not isinstance(value, str):
        return value
    found = _TIME.fullmatch(value)
    if found is None:
        raise ValueError(f"时长要写成 15s、800ms、2min、3秒 这样，写的是“{value}”")
    return round(float(found["amount"]) * _MILLIS[found["unit"]])


Duration = Annotated[int, BeforeValidator(read_duration), Field(ge=0)]
"""Milliseconds; in YAML ``15s``, ``800ms``, ``2min``."""


class Extent(Noun):
    """A length of conversation: milliseconds, turns or per cent of the turns (``15s``, ``5轮``, ``20%``)."""

    amount: Annotated[float, Field(ge=0)]
    """How many units."""
    unit: Literal["ms", "turns", "percent"]
    """Milliseconds, turns of the party looked at, or per cent of the call's duration."""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        found = _EXTENT.fullmatch(value)
        if found is not None:
            unit = "percent" if found["unit"] == "%" else "turns"
            return {"amount": float(found["amount"]), "unit": unit}
        if _TIME.fullmatch(value) is None:
            raise ValueError(f"范围要写成 15s、5轮、20% 这样，写的是“{value}”")
        return {"amount": read_duration(value), "unit": "ms"}

    @model_validator(mode="after")
    def _within_a_hundred(self) -> Self:
        if self.unit == "percent" and self.amount > 100:
            raise ValueError("百分比不能超过 100%")
        return self


class Strictness(StrEnum):
    """How much a recogniser may have garbled a phrase. See ``compliance/sound`` for the thresholds."""

    exact = "exact"
    """The very characters (after full-width and case folding)."""
    strict = "strict"
    """Same sounds; at most one near sound."""
    normal = "normal"
    """The default: near sounds, a dropped or foreign syllable in longer phrases."""
    loose = "loose"
    """Long standard lines: about a third of the syllables may differ."""


class Wording(Noun):
    """A phrase to listen for; a bare string in YAML is a phrase of normal strictness."""

    text: Annotated[str, Field(min_length=1)]
    """The words, in simplified characters."""
    strictness: Strictness = Strictness.normal
    """How closely it must have been heard."""
    exact: bool = False
    """Shorthand for ``strictness: exact``."""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        return {"text": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _has_sound(self) -> Self:
        if not any(character.isalnum() for character in self.text):
            raise ValueError(f"“{self.text}”里没有可听的字")
        return self

    @property
    def dial(self) -> Strictness:
        """The strictness in force."""
        return Strictness.exact if self.exact else self.strictness


class Count(Noun):
    """How many; without any bound it means at least one."""

    at_least: Annotated[int, Field(ge=0)] | None = None
    """Lower bound, inclusive."""
    at_most: Annotated[int, Field(ge=0)] | None = None
    """Upper bound, inclusive."""
    exactly: Annotated[int, Field(ge=0)] | None = None
    """Exactly this many; excludes the two others."""

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.exactly is not None and (self.at_least is not None or self.at_most is not None):
            raise ValueError("exactly 不能和 at_least、at_most 同时写")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("at_least 比 at_most 还大")
        return self

    @property
    def bounds(self) -> tuple[int, int | None]:
        """Lower and upper bound, both inclusive; None = open."""
        if self.exactly is not None:
            return self.exactly, self.exactly
        if self.at_least is None and self.at_most is None:
            return 1, None
        return self.at_least or 0, self.at_most

    def holds(self, number: int) -> bool:
        """True where ``number`` lies inside the bounds."""
        low, high = self.bounds
        return number >= low and (high is None or number <= high)
