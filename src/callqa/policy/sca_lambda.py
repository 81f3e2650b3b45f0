"""Logical expressions of foreign rule formats: ``1&&(2||!3)`` → our joins."""

import re
from collections.abc import Callable

from callqa.policy.rules import AllOf, AnyOf, Condition, Not

_TOKEN = re.compile(
    r"\s*(?:(&&|\|\||[&|!()（）]|且|与|或|非|\b(?:and|or|not)\b)|([^\s&|!()（）且与或非]+))", re.IGNORECASE
)
_AND, _OR, _NOT = {"&&", "&", "且", "与", "and"}, {"||", "|", "或", "or"}, {"!", "非", "not"}


class LambdaError(ValueError):
    """An expression that cannot be read, or that rests on something that could not be mapped."""


Lookup = Callable[[str], Condition | None]
"""Name → condition; None where it could not be mapped."""


def read_lambda(text: str, lookup: Lookup, *, lost: Callable[[str], None] = lambda _name: None) -> Condition:
    """An expression over names as a condition.

    A name that could not be mapped may be left out of an alternative (``||``), which is told through ``lost``; anywhere
    else it would change what the rule means, and the whole expression is refused.

    Args:
        text: ``1&&(2||!3)``; also single ``&``, ``|``, the words and/or/not and 且、或、非.
        lookup: Gives the condition of a name, None where it could not be mapped; raises `LambdaError` for an
            unknown one.
        lost: Called with each name left out.

    Raises:
        LambdaError: See above.
    """
    tokens = _tokens(text)
    reader = _Reader(tokens, lookup, lost, text)
    condition = reader.either()
    if reader.place != len(tokens):
        raise LambdaError(f"逻辑式“{text}”写得不对")
    if condition is None:
        raise LambdaError("用到了不能导入的算子或条件")
    return condition


def _tokens(text: str) -> list[str]:
    tokens, place = [], 0
    while text[place:].strip():
        found = _TOKEN.match(text, place)
        if found is None:
            raise LambdaError(f"逻辑式“{text}”写得不对")
        tokens.append((found[1] or found[2]).lower() if found[1] else found[2])
        place = found.end()
    if not tokens:
        raise LambdaError("逻辑式是空的")
    return ["(" if token == "（" else ")" if token == "）" else token for token in tokens]


class _Reader:
    """Recursive descent: or < and < not < bracket, name."""

    def __init__(self, tokens: list[str], lookup: Lookup, lost: Callable[[str], None], text: str) -> None:
        self.place = 0
        self._tokens = tokens
        self._lookup = lookup
        self._lost = lost
        self._text = text

    def either(self) -> Condition | None:
        start = self.place
        parts: list[tuple[Condition | None, str]] = []
        while True:
            part = self._all()
            parts.append((part, "".join(self._tokens[start : self.place])))
            if not self._next(_OR):
                break
            start = self.place
        kept = [part for part, _ in parts if part is not None]
        if not kept:
            return None
        for part, name in parts:
            if part is None:
                self._lost(name)
        return kept[0] if len(kept) == 1 else AnyOf(any=tuple(kept))

    def _all(self) -> Condition | None:
        parts = [self._one()]
        while self._next(_AND):
            parts.append(self._one())
        if any(part is None for part in parts):
            return None
        kept = tuple(part for part in parts if part is not None)
        return kept[0] if len(kept) == 1 else AllOf(all=kept)

    def _one(self) -> Condition | None:
        if self._next(_NOT):
            part = self._one()
            return None if part is None else Not.model_validate({"not": part})
        if self._next({"("}):
            inner = self.either()
            if not self._next({")"}):
                raise LambdaError(f"逻辑式“{self._text}”的括号没有成对")
            return inner
        if self.place >= len(self._tokens) or self._tokens[self.place] in _AND | _OR | {")"}:
            raise LambdaError(f"逻辑式“{self._text}”写得不对")
        name = self._tokens[self.place]
        self.place += 1
        return self._lookup(name)

    def _next(self, wanted: set[str]) -> bool:
        if self.place < len(self._tokens) and self._tokens[self.place] in wanted:
            self.place += 1
            return True
        return False
