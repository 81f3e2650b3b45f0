"""Pinyin initials and toned finals: what the encoder is taught to hear (the CTC targets of training)."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, pinyin

from synthesis import DOMAIN_CHARACTERS
from synthesis.telesales_text import normalise


def sounds(text: str) -> list[str]:
    """The sounds of a text in order: per character its initial, if any, and its final with tone (``zh``, ``ong1``)."""
    plain = normalise(text)
    initials = pinyin(plain, style=Style.INITIALS, strict=False)
    finals = pinyin(plain, style=Style.FINALS_TONE3, strict=False, neutral_tone_with_five=True)
    return [sound for pair in zip(initials, finals, strict=True) for (sound, *_) in pair if sound]


@lru_cache(maxsize=1)
def sound_ids() -> dict[str, int]:
    """Ids of every sound that any reading of any character of the domain has; 0 is left to the CTC blank."""
    every: set[str] = set()
    for character in sorted(DOMAIN_CHARACTERS):
        for style in (Style.INITIALS, Style.FINALS_TONE3):
            readings = pinyin(
                character, style=style, strict=False, heteronym=True, neutral_tone_with_five=True
            )
            every.update(sound for sound in readings[0] if sound)
    return {sound: index for index, sound in enumerate(sorted(every), start=1)}
