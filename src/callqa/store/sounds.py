"""Text → how it sounds, with near sounds folded, so that search finds what the recogniser spelt otherwise.

Every character that has a sound becomes one code character (initial and final of its tone-free syllable); the code
of a syllable is written down here and never changes, because databases hold it. Two texts sound alike where their
codes are equal, so a wording is found by plain substring search, and neighbouring pairs of codes ("grams") are what
the databases index.

Folded, because recognisers and speakers mix them: zh/z, ch/c, sh/s, n/l, an/ang, en/eng, in/ing (and ian/iang,
uan/uang), as in ``callqa.compliance.sound``.
"""

import unicodedata
import zlib
from functools import lru_cache
from operator import add

from pypinyin.constants import PINYIN_DICT
from pypinyin.contrib.tone_convert import to_normal

_INITIALS = (
    "",
    "b",
    "p",
    "m",
    "f",
    "d",
    "t",
    "l",
    "g",
    "k",
    "h",
    "j",
    "q",
    "x",
    "r",
    "z",
    "c",
    "s",
    "y",
    "w",
)
_FINALS = (
    *(
        "a",
        "o",
        "e",
        "ai",
        "ei",
        "ao",
        "ou",
        "an",
        "en",
        "er",
        "i",
        "ia",
        "ie",
        "iao",
        "iu",
        "ian",
        "in",
        "io",
    ),
    *(
        "u",
        "ua",
        "uo",
        "uai",
        "ui",
        "uan",
        "un",
        "v",
        "ve",
        "van",
        "vn",
        "ong",
        "iong",
        "ue",
        "m",
        "n",
        "ng",
        "eh",
    ),
)
_FOLDED_INITIALS = {"zh": "z", "ch": "c", "sh": "s", "n": "l"}
_FOLDED_FINALS = {"ang": "an", "eng": "en", "ing": "in", "iang": "ian", "uang": "uan", "veng": "vn"}
_FIRST = 0xE000
"""Codes lie in Unicode's private area, where no text of a call can be mistaken for them."""
_PLACES = 64 * len(_INITIALS)
_DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
BREAK = "\n"
"""Between turns: no wording reaches from one turn into the next."""


@lru_cache(maxsize=4096)
def _code(syllable: str) -> str:
    """Code of a tone-free syllable; empty where it is none."""
    plain = syllable.replace("ü", "v")
    initial = next((i for i in ("zh", "ch", "sh") if plain.startswith(i)), plain[:1])
    if initial not in _FOLDED_INITIALS and initial not in _INITIALS:
        initial = ""
    final = plain[len(initial) :]
    if not final:
        initial, final = "", plain
    initial = _FOLDED_INITIALS.get(initial, initial)
    final = _FOLDED_FINALS.get(final, final)
    if initial not in _INITIALS or final not in _FINALS:
        return ""
    return chr(_FIRST + 64 * _INITIALS.index(initial) + _FINALS.index(final))


class _Codes(dict[int, str]):
    """Character → what it becomes, worked out when first met; for `str.translate`."""

    def __missing__(self, number: int) -> str:
        character = chr(number)
        plain = character if "一" <= character <= "鿿" else unicodedata.normalize("NFKC", character).lower()
        self[number] = "".join(_of_plain(one) for one in plain if one.isalnum())
        return self[number]


def _of_plain(character: str) -> str:
    readings = PINYIN_DICT.get(ord(_DIGITS.get(character, character)), "")
    return _code(to_normal(readings.split(",")[0])) or character


_codes = _Codes()


def hear(text: str) -> str:
    """Codes of a text.

    Every character has its commonest reading, whatever stands beside it: so a text is always found by a part of
    itself (银行 by 行), which reading in context would not give.

    Args:
        text: Raw or masked; ``*``, blanks and punctuation have no sound. Figures are read digit by digit.
    """
    return text.translate(_codes)


def sounded(text: str) -> list[int]:
    """Which character of a text each of its codes stands for."""
    return [place for place, character in enumerate(text) for _ in _codes[ord(character)]]


def phrases(text: str) -> list[str]:
    """What is searched for, as codes: wordings separated by blanks; those without any sound are left out."""
    return list(dict.fromkeys(codes for part in text.split() if (codes := hear(part))))


@lru_cache(maxsize=1 << 16)
def _gram(codes: str) -> int:
    number = 0
    for code in codes:
        place = ord(code) - _FIRST
        if not 0 <= place < _PLACES:
            return 1 << 30 | zlib.crc32(codes.encode()) & 0x3FFFFFFF
        number = number * 2 * _PLACES + place + 1
    return number


def grams(sounds: str) -> set[int]:
    """Numbers of all single codes and all neighbouring pairs within a turn.

    Codes of syllables give numbers of their own; letters and unread characters share theirs, so that what an index
    finds by them is checked against the sounds themselves.
    """
    pairs: set[str] = set()
    for turn in sounds.split(BREAK):
        pairs.update(turn)
        pairs.update(map(add, turn, turn[1:]))
    return set(map(_gram, pairs))


def wanted(phrase: str) -> list[int]:
    """Grams that every text with this wording has: its pairs, or its single code."""
    return sorted({_gram(phrase[i : i + 2]) for i in range(len(phrase) - 1)} or {_gram(phrase)})


def told_by_grams(phrase: str) -> bool:
    """True where a text with the grams of a wording is sure to have the wording."""
    return len(phrase) <= 2 and _gram(phrase) < 1 << 30


def find(sounds: str, phrase: str) -> list[tuple[int, int, int]]:
    """Every place of a wording: (turn, first code, code after the last)."""
    found: list[tuple[int, int, int]] = []
    for turn, codes in enumerate(sounds.split(BREAK)):
        start = codes.find(phrase)
        while start >= 0:
            found.append((turn, start, start + len(phrase)))
            start = codes.find(phrase, start + 1)
    return found
