"""Text → how it sounds, with near sounds folded, so that search finds what the recogniser spelt otherwise.

Every character that has a sound becomes one code character (initial and final of its tone-free syllable); the code
of a syllable is written down here and never changes, because databases hold it. Two texts sound alike where their
codes are equal, so a wording is found by plain substring search, and neighbouring pairs of codes ("grams") are what
the databases index.

Folded, because recognisers and speakers mix them: zh/z, ch/c, sh/s, n/l, an/ang, en/eng, in/ing (and ian/iang,
uan/uang), as in ``callqa.compliance.sound``.
"""

import itertools
import unicodedata
import zlib
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

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


def hear(text: str) -> tuple[str, list[int]]:
    """Codes of a text, and which character each stands for.

    Args:
        text: Raw or masked; ``*``, blanks and punctuation have no sound. Figures are read digit by digit.

    Returns:
        One code per sounded character; index of that character in the text, rising.
    """
    spoken: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if not character.isalnum():
            continue
        plain = character if "一" <= character <= "鿿" else unicodedata.normalize("NFKC", character).lower()
        for one in plain:
            spoken.append(_DIGITS.get(one, one))
            places.append(place)
    joined = "".join(spoken)
    if not joined:
        return "", []
    # pypinyin takes a function giving a list here, its stubs know only one giving a string
    readings = lazy_pinyin(joined, style=Style.NORMAL, errors=list)  # type: ignore[arg-type]
    return "".join(_code(reading) or own for reading, own in zip(readings, joined, strict=True)), places


def phrases(text: str) -> list[str]:
    """What is searched for, as codes: wordings separated by blanks; those without any sound are left out."""
    return list(dict.fromkeys(codes for part in text.split() if (codes := hear(part)[0])))


@lru_cache(maxsize=1 << 16)
def _gram(codes: str) -> int:
    return zlib.crc32(codes.encode()) & 0x7FFFFFFF


def grams(sounds: str) -> set[int]:
    """Numbers of all single codes and all neighbouring pairs within a turn.

    Two grams may share a number; what an index finds by them is checked against the sounds themselves.
    """
    found: set[int] = set()
    for turn in sounds.split(BREAK):
        found.update(map(_gram, turn))
        found.update(map(_gram, map("".join, itertools.pairwise(turn))))
    return found


def wanted(phrase: str) -> list[int]:
    """Grams that every text with this wording has: its pairs, or its single code."""
    return sorted({_gram(phrase[i : i + 2]) for i in range(len(phrase) - 1)} or {_gram(phrase)})


def find(sounds: str, phrase: str) -> list[tuple[int, int, int]]:
    """Every place of a wording: (turn, first code, code after the last)."""
    found: list[tuple[int, int, int]] = []
    for turn, codes in enumerate(sounds.split(BREAK)):
        start = codes.find(phrase)
        while start >= 0:
            found.append((turn, start, start + len(phrase)))
            start = codes.find(phrase, start + 1)
    return found


def sounded(text: str) -> list[int]:
    """Which character of a text each of its codes stands for; as `hear`, but quicker."""
    places: list[int] = []
    for place, character in enumerate(text):
        if character.isalnum():
            plain = (
                character if "一" <= character <= "鿿" else unicodedata.normalize("NFKC", character).lower()
            )
            places.extend([place] * len(plain))
    return places
