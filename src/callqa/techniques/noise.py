"""Recogniser-like errors at a given rate, for training and for measuring what errors cost.

Of a hundred errors 55 are another character of the same sound, 20 one of a near sound, 12 a dropped and 13 an
inserted character: the mix of Chinese recognisers on telephone speech. The mix is a model, not a measurement of
one recogniser; what a real recogniser does to a centre's calls is measured with its own transcripts.
"""

import random
from collections.abc import Mapping
from functools import lru_cache

import jieba

from callqa.techniques.corpus import Row
from callqa.techniques.sound import common_syllables, fold

SAME_SOUND, NEAR_SOUND, DROPPED, INSERTED = 0.55, 0.20, 0.12, 0.13
"""Shares of the four kinds of error."""

_HEARD_AS = {"；": "，", ";": "，", "：": "，", ":": "，"}
"""Marks of people who write: no recogniser sets them, and a model must not need them."""


class Noise:
    """Garbles text; the same seed and text give the same errors."""

    def __init__(self, *, rate: float, seed: int, keep_marks: bool = True) -> None:
        """Prepare the look-up of homophones.

        Args:
            rate: Errors per Han character, 0..1 (0.2 = character error rate of 20 %).
            seed: Of the random numbers.
            keep_marks: Leave punctuation; False takes it out, as recognisers without punctuation do.
        """
        self.rate = rate
        self._seed = seed
        self._keep_marks = keep_marks

    def garble(self, text: str) -> str:
        """The text with errors; never empty for a text with words."""
        chance = random.Random(f"{self._seed}:{text}")
        same, near, common = _homophones()
        out: list[str] = []
        for character in text:
            if not "\u4e00" <= character <= "\u9fff":
                if self._keep_marks or character.isalnum():
                    out.append(_HEARD_AS.get(character, character))
                continue
            if chance.random() >= self.rate:
                out.append(character)
                continue
            kind = chance.random()
            if kind < SAME_SOUND:
                out.append(_pick(chance, same.get(character, ()), character))
            elif kind < SAME_SOUND + NEAR_SOUND:
                out.append(_pick(chance, near.get(character, ()), character))
            elif kind < SAME_SOUND + NEAR_SOUND + DROPPED:
                continue
            else:
                out.extend((character, common[int(len(common) * chance.random() ** 2)]))
        return "".join(out) or text

    def garbled(self, row: Row) -> Row:
        """The row, and what was said around it, as a recogniser with errors would write it."""
        return row.replace(
            text=self.garble(row.text),
            before=tuple(said.replace(text=self.garble(said.text)) for said in row.before),
            after=tuple(said.replace(text=self.garble(said.text)) for said in row.after),
        )


def _pick(chance: random.Random, choices: tuple[str, ...], otherwise: str) -> str:
    others = [choice for choice in choices if choice != otherwise]
    # squaring prefers the front of the list: recognisers err towards common characters
    return others[int(len(others) * chance.random() ** 2)] if others else otherwise


@lru_cache(maxsize=1)
def _homophones() -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]], tuple[str, ...]]:
    """Same-sound and near-sound characters, commonest first, and the 500 commonest characters."""
    counts: dict[str, int] = {}
    with jieba.get_dict_file() as lines:
        for line in lines:
            word, count, *_ = line.decode("utf-8").split(" ")
            for character in word:
                counts[character] = counts.get(character, 0) + int(count)
    syllables = common_syllables()
    ranked = sorted(syllables, key=lambda character: -counts.get(character, 0))[:3800]
    by_sound: dict[str, list[str]] = {}
    by_fold: dict[str, list[str]] = {}
    for character in ranked:
        by_sound.setdefault(syllables[character], []).append(character)
        by_fold.setdefault(fold(syllables[character]), []).append(character)
    same = {character: tuple(by_sound.get(sound, ())) for character, sound in syllables.items()}
    near = {}
    for character, sound in syllables.items():
        others = tuple(one for one in by_fold.get(fold(sound), ()) if syllables[one] != sound)
        near[character] = others or _one_step(sound, by_sound)
    return same, near, tuple(ranked[:500])


def _one_step(sound: str, by_sound: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Characters whose syllable shares the final and differs in the initial, where folding knows none."""
    final = sound.lstrip("bpmfdtnlgkhjqxzcsryw")
    return tuple(
        character
        for other, characters in sorted(by_sound.items())
        if other != sound and final and other.endswith(final) and len(other) - len(final) <= 1
        for character in characters[:3]
    )
