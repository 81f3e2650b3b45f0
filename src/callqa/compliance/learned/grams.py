"""What a sentence is made of, for learning: n-grams of characters and of sounds, and classes of words.

Characters: 1–3 in a row, and pairs with one or two between (治…好). Sounds: 2–3 tone-free syllables in a row, so that a
homophone costs only the character part. Classes: words of the policy's ``word_classes``, found by their sound (single
characters, and one of two, by themselves), alone and in ordered pairs, once more for pairs at most four syllables apart: what was
learned from 保准…除根 then holds for 管保…断根. A sentence-embedding model, where there is one, adds its vector.

Each of the groups has about length 1 (classes 0.4, chosen on the labelled dialogues), so that a long sentence weighs
no more than a short one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from callqa.compliance.sound import Heard, hear

Floats = NDArray[np.float32]
CLASS_WEIGHT = 0.4
EMBEDDED = "@"
"""Begins the names of an embedding's dimensions."""
_NEAR = 4
_DAMP = (20.0, 3.0)
"""Added to the number of a stretch's n-grams and classes: a stretch of three words is no strong evidence of anything."""
_PAIR = 2
"""Of a word of two syllables one character must be itself: 员是 sounds like 院士."""
_LONGEST_CLAUSE = 24
_STEP = 12
_JOINED = 3
_LONGEST = 40
_SHORTEST = 3
_CLAUSE = re.compile("[，,。！!？?；;：:…—\n]")


class Embedder(Protocol):
    """A sentence-embedding model."""

    def embed(self, texts: Sequence[str]) -> Floats:
        """One vector of length 1 per text, shape (texts, dimensions)."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Tokens ``[start, end)`` of a line."""

    start: int
    end: int


def stretches_of(text: str, heard: Heard) -> tuple[Stretch, ...]:
    """Stretches of a turn that may say something by themselves: clauses, and up to three of them in a row.

    Clauses end at punctuation; where the recogniser wrote none, a turn is cut every twelve tokens into pieces of 24.
    """
    marks = [found.start() for found in _CLAUSE.finditer(text)]
    ends: list[int] = []
    place = 0
    for token, start in enumerate(heard.starts):
        while place < len(marks) and marks[place] < start:
            place += 1
            if token and (not ends or ends[-1] != token):
                ends.append(token)
    clauses: list[Stretch] = []
    begin = 0
    for end in (*ends, len(heard)):
        if end - begin > _LONGEST_CLAUSE:
            last = max(begin + 1, end - _STEP)
            clauses += [Stretch(s, min(end, s + _LONGEST_CLAUSE)) for s in range(begin, last, _STEP)]
        elif end > begin:
            clauses.append(Stretch(begin, end))
        begin = end
    found: dict[Stretch, None] = {}
    for first, clause in enumerate(clauses):
        for last_clause in clauses[first : first + _JOINED]:
            joined = Stretch(clause.start, last_clause.end)
            if joined.end - joined.start > _LONGEST and last_clause is not clause:
                break
            if joined.end - joined.start >= _SHORTEST:
                found[joined] = None
    return tuple(found)


class WordClasses:
    """Classes of words, found in what was heard by sound."""

    def __init__(self, classes: Mapping[str, Sequence[str]]) -> None:
        self._words: dict[tuple[int, ...], list[tuple[str, str]]] = {}
        self._characters: dict[str, set[str]] = {}
        for name, words in classes.items():
            for word in words:
                heard = hear(word)
                if len(heard) == 1:
                    self._characters.setdefault(heard.characters, set()).add(name)
                elif len(heard):
                    self._words.setdefault(tuple(heard.syllables.tolist()), []).append(
                        (heard.characters, name)
                    )
        self._lengths = sorted({len(word) for word in self._words})

    def find(self, heard: Heard) -> list[tuple[int, int, str]]:
        """Start, end and class of every word, by start."""
        syllables = tuple(heard.syllables.tolist())
        found: list[tuple[int, int, str]] = []
        for start, character in enumerate(heard.characters):
            found += [(start, start + 1, name) for name in self._characters.get(character, ())]
            for length in self._lengths:
                for word, name in self._words.get(syllables[start : start + length], ()):
                    said = heard.characters[start : start + length]
                    if length > _PAIR or any(a == b for a, b in zip(said, word, strict=True)):
                        found.append((start, start + length, name))
        return found


def grams(heard: Heard, stretch: Stretch, classes: Sequence[tuple[int, int, str]]) -> dict[str, float]:
    """Weighted features of a stretch.

    Args:
        heard: The line.
        stretch: Part of it.
        classes: Words of the line by class (``WordClasses.find``).
    """
    characters = heard.characters[stretch.start : stretch.end]
    syllables = [str(number) for number in heard.syllables[stretch.start : stretch.end].tolist()]
    size = len(characters)
    shapes = {f"c{characters[i : i + n]}" for n in (1, 2, 3) for i in range(size - n + 1)}
    shapes.update(
        f"g{characters[i]}{gap}{characters[i + gap + 1]}" for gap in (1, 2) for i in range(size - gap - 1)
    )
    shapes.update("s" + "-".join(syllables[i : i + n]) for n in (2, 3) for i in range(size - n + 1))
    inside = [one for one in classes if one[0] >= stretch.start and one[1] <= stretch.end]
    kinds = {f"k{name}" for _, _, name in inside}
    for _, end, name in inside:
        for start, _, other in inside:
            if start >= end and other != name:
                kinds.add(f"p{name}>{other}")
                if start - end <= _NEAR:
                    kinds.add(f"q{name}>{other}")
    weight, class_weight = _unit(len(shapes), _DAMP[0]), CLASS_WEIGHT * _unit(len(kinds), _DAMP[1])
    return dict.fromkeys(shapes, weight) | dict.fromkeys(kinds, class_weight)


def _unit(count: int, damp: float) -> float:
    return 1.0 / sqrt(count + damp) if count else 0.0


def words_of(feature: str) -> str | None:
    """The words a feature stands for, for people to read; None where it has none (sounds, embeddings)."""
    kind, rest = feature[0], feature[1:]
    if kind == "c":
        return rest if len(rest) > 1 else None
    if kind == "g":
        return f"{rest[0]}…{rest[-1]}"
    if kind == "k":
        return f"〔{rest}〕"
    return "〔" + "〕…〔".join(rest.split(">")) + "〕" if kind in "pq" else None
