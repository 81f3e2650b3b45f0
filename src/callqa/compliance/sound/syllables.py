"""Tone-free Mandarin syllables as numbers, and how far apart any two of them sound (0 same … 1 unrelated)."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from pypinyin.constants import PINYIN_DICT
from pypinyin.contrib.tone_convert import to_normal

NEAR = 0.30
"""Cost of one near initial or final: z/zh, c/ch, s/sh, n/l, f/h, r/l, an/ang, en/eng, in/ing."""
FAR = 0.65
"""Cost of one further confusable pair (b/p, d/t, ian/iang …), heard by recognisers on the telephone."""
OTHER = 0.80
"""Syllables that share the initial or the final only."""

_INITIALS = [
    "zh",
    "ch",
    "sh",
    "b",
    "p",
    "m",
    "f",
    "d",
    "t",
    "n",
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
]  # zh before z: the longest wins
_NEAR_INITIALS = ("z zh", "c ch", "s sh", "n l", "f h", "r l")
_FAR_INITIALS = (
    "b p",
    "d t",
    "g k",
    "j q",
    "q x",
    "j x",
    "zh ch",
    "z c",
    "j zh",
    "q ch",
    "x sh",
    "n m",
    "k h",
    "r y",
)
_NEAR_FINALS = ("an ang", "en eng", "in ing", "uan uang", "ian iang", "un ong", "ven iong")
_FAR_FINALS = (
    "ian in", "ie ian", "o uo", "e o", "ou o", "ai an", "ei en", "e er", "u ou", "i v", "ue ie", "ao ou",
    "eng ong", "a ang", "i ei", "ui ei", "uan an", "e en", "uo ou",
)  # fmt: skip


@cache
def inventory() -> dict[str, int]:
    """Every tone-free syllable pypinyin knows → its number, then letters ``@a`` … ``@z``; 0 = unknown sound."""
    # each reading once, not once per character that has it: this is needed before the first word of any command
    toned = {reading for readings in PINYIN_DICT.values() for reading in readings.split(",")}
    plain = {to_normal(reading).replace("ü", "v") for reading in toned}
    syllables = {one for one in plain if one.isascii() and one.isalpha()}
    names = ["", *sorted(syllables), *(f"@{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")]
    return {name: number for number, name in enumerate(names)}


def _split(syllable: str) -> tuple[str, str]:
    """Initial and final; y/w spellings are turned into the finals they stand for (yin → in, wen → un)."""
    initial = next((i for i in _INITIALS if syllable.startswith(i) and len(syllable) > len(i)), "")
    final = syllable[len(initial) :]
    if initial in {"j", "q", "x", "y"} and final.startswith("u"):
        final = "v" + final[1:]
    if initial == "y":
        final = final if final.startswith(("i", "v")) else "i" + final
    if initial == "w":
        final = final if final.startswith("u") else "u" + final
    return initial, {"uen": "un", "uei": "ui", "iou": "iu", "ien": "in", "ieng": "ing", "ueng": "ong"}.get(
        final, final
    )


def _pairs(groups: tuple[str, ...], cost: float) -> dict[tuple[str, str], float]:
    pairs: dict[tuple[str, str], float] = {}
    for group in groups:
        one, other = group.split()
        pairs[one, other] = pairs[other, one] = cost
    return pairs


@cache
def distances() -> NDArray[np.float32]:
    """Cost of hearing one syllable as another, shape (n, n), symmetric, 0 on the diagonal, 1 for unrelated ones."""
    initials = _pairs(_FAR_INITIALS, FAR) | _pairs(_NEAR_INITIALS, NEAR)
    finals = _pairs(_FAR_FINALS, FAR) | _pairs(_NEAR_FINALS, NEAR)
    names = list(inventory())
    split = [_split(name) for name in names]
    table = np.ones((len(names), len(names)), dtype=np.float32)
    for row, (initial, final) in enumerate(split):
        if not names[row] or names[row].startswith("@"):
            continue
        for column in range(row + 1, len(names)):
            if names[column].startswith("@"):
                break
            other_initial, other_final = split[column]
            by_initial = 0.0 if initial == other_initial else initials.get((initial, other_initial), 1.0)
            by_final = 0.0 if final == other_final else finals.get((final, other_final), 1.0)
            cost = by_initial + by_final
            if cost >= 1.0 and (by_initial == 0.0 or by_final == 0.0):
                cost = OTHER
            table[row, column] = table[column, row] = min(1.0, cost)
    np.fill_diagonal(table, 0.0)
    table[0, 0] = 1.0
    return table


@cache
def syllable_names() -> tuple[str, ...]:
    """Spelling by number; "" for the unknown sound."""
    names = [""] * (max(inventory().values()) + 1)
    for name, number in inventory().items():
        names[number] = name
    return tuple(names)
