"""The form of a text that the model sees: no punctuation, numbers folded, every character traceable."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple, Protocol

_NUMERAL = "0-9０-９零〇一二两三四五六七八九十百千万亿幺"
_TOKEN = re.compile(
    rf"(?P<keep>万一|千万|百分百|十分|一一|三三两两|一五一十|七七八八|乱七八糟)"
    rf"|(?P<number>[{_NUMERAL}*](?:[{_NUMERAL}*.．,，]|点(?=[{_NUMERAL}]))*[{_NUMERAL}*%％])"
    rf"|(?P<digit>[0-9０-９*])"
    rf"|(?P<latin>[a-zA-Zａ-ｚＡ-Ｚ]+)"
    rf"|(?P<run>(?:(?![{_NUMERAL}乱])[\u3400-\u9fff])+)"
    rf"|(?P<han>[\u3400-\u9fff])"
)
_DIGIT = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
NUMBER = "#"
"""Stands for any number of two or more numerals, spoken or written."""
LONGEST = 400
"""Characters of a turn that are read; what follows in a longer turn is left out."""


class Normal(NamedTuple):
    """A normalised text and where each of its characters stood."""

    text: str
    """Han characters, ``#`` for numbers, Latin letters in lower case."""
    starts: tuple[int, ...]
    """For each character, the first character of the original it stands for."""
    ends: tuple[int, ...]
    """For each character, the first character of the original after it."""


def normalise(text: str) -> Normal:
    """Fold a turn to what the model reads.

    Punctuation goes because recognisers set it as they please; a run of numerals becomes ``#`` because a price
    says nothing of the technique; traditional characters become simplified ones. Masked characters (``*``) count
    as numerals.

    Args:
        text: A turn, raw or masked, of any length.

    Returns:
        The folded text with the place of every character; empty for a text without words.
    """
    written = _simplified(text)
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for token in _TOKEN.finditer(written):
        if len(characters) >= LONGEST:
            break
        kind, start, end = token.lastgroup, token.start(), token.end()
        if kind == "number":
            characters.append(NUMBER)
            starts.append(start)
            ends.append(end)
            continue
        found = token.group()
        if kind == "digit":
            found = NUMBER if found == "*" else _DIGIT[unicodedata.normalize("NFKC", found)]
        elif kind == "latin":
            found = unicodedata.normalize("NFKC", found).lower()
        characters.extend(found)
        starts.extend(range(start, end))
        ends.extend(range(start + 1, end + 1))
    return Normal("".join(characters)[:LONGEST], tuple(starts[:LONGEST]), tuple(ends[:LONGEST]))


def _simplified(text: str) -> str:
    """Characters outside GB 2312 may be traditional: only then is the converter loaded."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        pass
    else:
        return text
    converted = "".join(_simple_character(character) for character in text)
    return converted if len(converted) == len(text) else text


@lru_cache(maxsize=8192)
def _simple_character(character: str) -> str:
    if not "\u3400" <= character <= "\u9fff":
        return character
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        converted: str = _converter().convert(character)
        return converted if len(converted) == 1 else character
    return character


class _Converter(Protocol):
    """The part of OpenCC that is used."""

    def convert(self, text: str) -> str: ...


@lru_cache(maxsize=1)
def _converter() -> _Converter:
    from opencc import OpenCC

    made: _Converter = OpenCC("t2s")
    return made
