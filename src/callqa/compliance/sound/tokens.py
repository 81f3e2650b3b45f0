"""A turn's text → what is heard: one token per spoken character, each knowing the characters it comes from."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import cn2an
import numpy as np
from numpy.typing import NDArray
from pypinyin import Style, lazy_pinyin

from callqa.compliance.sound.dial import FILLER, FILLER_WORDS, FILLERS, INSERTED
from callqa.compliance.sound.syllables import inventory

_FILLERS = re.compile("|".join((*FILLER_WORDS, f"[{''.join(sorted(FILLERS))}]")))
_FIGURES = re.compile(r"\d+(?:\.\d+)?%?")
_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
_MAX_READ_AS_NUMBER = 5
"""Longer figures (phone, id) are read digit by digit."""


class Heard:
    """Tokens of one stretch of text.

    Attributes:
        characters: The spoken characters, folded (half-width, lower case, figures as Chinese numerals).
        syllables: int32, shape (n,): number of each syllable in ``syllables.inventory``, 0 where it has none.
        starts: First character of the original text each token stands for.
        ends: First character after, per token.
        insertions: float32, shape (n,): cost of the token as an insertion into a phrase; fillers are cheap.
    """

    __slots__ = ("characters", "ends", "insertions", "starts", "syllables")

    def __init__(
        self, characters: str, syllables: NDArray[np.int32], starts: Sequence[int], ends: Sequence[int]
    ) -> None:
        self.characters = characters
        self.syllables = syllables
        self.starts = starts
        self.ends = ends
        self.insertions = _insertions(characters)

    def __len__(self) -> int:
        return len(self.characters)


@lru_cache(maxsize=8192)
def hear(text: str) -> Heard:
    """``hear_afresh``, remembered."""
    return hear_afresh(text)


def hear_afresh(text: str) -> Heard:
    """Fold, read figures aloud, drop what has no sound (punctuation, space, emoji), and give each character its
    syllable in context (银行 hang, 行不行 xing).

    Args:
        text: Any text, raw or masked; ``*`` of masked text has no sound but keeps its place (see ``starts``).
    """
    spoken: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    folded, origin = _fold(text)
    position = 0
    while position < len(folded):
        figures = _FIGURES.match(folded, position)
        if figures is not None:
            words, end = _read_aloud(figures.group()), figures.end()
        else:
            character, end = folded[position], position + 1
            words = character if character.isalnum() else ""
        for word in words:
            spoken.append(word)
            starts.append(origin[position])
            ends.append(origin[end - 1] + 1)
        position = end
    characters = "".join(spoken)
    return Heard(characters, _syllables(characters), starts, ends)


def _fold(text: str) -> tuple[str, list[int]]:
    """Full-width → half-width and lower case, character by character, with each result's place in the original."""
    if text.isascii():
        return text.lower(), list(range(len(text)))
    folded: list[str] = []
    origin: list[int] = []
    for place, character in enumerate(text):
        plain = character if "一" <= character <= "鿿" else unicodedata.normalize("NFKC", character).lower()
        folded.append(plain)
        origin.extend([place] * len(plain))
    return "".join(folded), origin


def _read_aloud(figures: str) -> str:
    percent = figures.endswith("%")
    number = figures.rstrip("%")
    whole = number.split(".")[0]
    if number.isascii() and len(whole) <= _MAX_READ_AS_NUMBER and (whole == "0" or not whole.startswith("0")):
        words = "百" if percent and number == "100" else str(cn2an.an2cn(number, "low"))
    else:
        digits = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in number)
        words = digits.translate(_DIGITS).replace(".", "点")
    return f"百分之{words}" if percent else words


def _syllables(characters: str) -> NDArray[np.int32]:
    numbers = inventory()
    # pypinyin takes a function giving a list here, its stubs know only one giving a string
    readings = lazy_pinyin(characters, style=Style.NORMAL, errors=_spell) if characters else []  # type: ignore[arg-type]
    return np.asarray([numbers.get(reading.replace("ü", "v"), 0) for reading in readings], dtype=np.int32)


def _insertions(characters: str) -> NDArray[np.float32]:
    costs = np.full(len(characters), INSERTED, dtype=np.float32)
    for found in _FILLERS.finditer(characters):
        costs[found.start() : found.end()] = FILLER
    return costs


def _spell(unread: str) -> list[str]:
    return [f"@{character}" for character in unread]
