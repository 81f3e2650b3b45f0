"""One way of writing: simplified characters, half-width letters and digits, no stray spaces."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from callqa.domain import Word

_WIDE = {
    code: code - 0xFEE0
    for start, end in ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))
    for code in range(start, end + 1)
}
"""Full-width letters and digits; full-width punctuation is Chinese punctuation and stays."""


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def simplified(text: str) -> str:
    """Traditional characters → simplified; everything else, and the length, unchanged.

    Source: OpenCC's ``t2s`` tables. Where a phrase rule would change the length, characters are converted one by one.
    """
    if all(ord(character) < 0x3400 for character in text):
        return text
    converted = str(_converter().convert(text))
    if len(converted) == len(text):
        return converted
    return "".join(one if len(one := str(_converter().convert(c))) == 1 else c for c in text)


def tidy(words: Sequence[Word]) -> list[Word]:
    """The words of one stretch or channel in simplified characters; times and confidence unchanged.

    Spaces stay only between two Latin words or numbers; a word of nothing but spaces disappears.
    """
    whole = simplified("".join(word.text for word in words).translate(_WIDE))
    tidied: list[Word] = []
    place = 0
    last = ""
    for word in words:
        text = whole[place : place + len(word.text)]
        place += len(word.text)
        bare = text.strip()
        if not bare:
            last = last if last.endswith(" ") else last + " "
            continue
        spaced = (text[0].isspace() or last.endswith(" ")) and _latin(last.rstrip()[-1:]) and _latin(bare[:1])
        tidied.append(
            word if bare == word.text and not spaced else word.replace(text=" " + bare if spaced else bare)
        )
        last = text
    return tidied


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
