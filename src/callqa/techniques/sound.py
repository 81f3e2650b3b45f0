"""How a text sounds: one private character per syllable, so that sound n-grams are plain slices."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

_FIRST = 0xE000
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))


class SoundTable:
    """Character → syllable without tone, near sounds folded, as a table for ``str.translate``.

    The folded pairs are those that recognisers and accents confuse most: zh/z, ch/c, sh/s, n/l and -ng/-n.
    """

    def __init__(self, syllables: Mapping[str, str]) -> None:
        """Number the folded syllables.

        Args:
            syllables: Character → tone-free syllable, e.g. ``{"贵": "gui"}``.
        """
        self.syllables = dict(syllables)
        folded = {character: fold(syllable) for character, syllable in self.syllables.items()}
        order = {syllable: _FIRST + number for number, syllable in enumerate(sorted(set(folded.values())))}
        self._table = {ord(character): order[syllable] for character, syllable in folded.items()}

    def of(self, text: str) -> str:
        """The sounds of a text, same length; what is no known character stays as it is."""
        return text.translate(self._table)


def fold(syllable: str) -> str:
    """A syllable with near sounds made equal: ``zhang`` and ``zan`` both give ``zan``."""
    for long, short in _INITIALS:
        if syllable.startswith(long):
            syllable = short + syllable[len(long) :]
            break
    if syllable.endswith("ng") and not syllable.endswith("ong"):
        syllable = syllable[:-1]
    return syllable


@lru_cache(maxsize=1)
def common_syllables() -> Mapping[str, str]:
    """The commonest tone-free reading of every GB 2312 character, from pypinyin (loads its data: 0.2 s)."""
    from pypinyin import Style
    from pypinyin.constants import PINYIN_DICT
    from pypinyin.style import convert

    readings = {}
    for character in gb2312_characters():
        reading = PINYIN_DICT.get(ord(character))
        if reading:
            readings[character] = str(convert(reading.split(",")[0], Style.NORMAL, strict=False)).replace(
                "ü", "v"
            )
    return readings


def gb2312_characters() -> Iterable[str]:
    """The 6,763 characters of GB 2312 in code order."""
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                yield bytes((high, low)).decode("gb2312")
            except UnicodeDecodeError:
                continue
