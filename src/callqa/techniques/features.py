"""What of a turn the model looks at: characters, words, sounds, concepts, senses, its neighbours, its place, how it is built.

Longer n-grams than these (three characters, two words, three sounds) changed nothing when one author was held out
at a time: they name products, and products change. How a turn is built, whose words it takes up and what is answered
to it did: calls are read when they are over, so what follows a turn may speak for it as well as what came before.
"""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from callqa.domain import Party
from callqa.techniques.concepts import BY_SOUND, ConceptFinder, Hit
from callqa.techniques.corpus import Row
from callqa.techniques.normal import Normal, normalise
from callqa.techniques.shape import EMPTY, answer_of, marks_of, shape_of, size_of
from callqa.techniques.sound import SoundTable
from callqa.techniques.words import WordCutter

_PAIR_WINDOW = 12
_EDGE = "|"
_CHARACTER_SIZES = (1, 2)
_SOUND_SIZES = (2,)


class Instance(NamedTuple):
    """One turn as the model takes it. Equal instances give equal features."""

    text: str
    """The turn."""
    party: Party
    """Who said it."""
    before: tuple[tuple[Party, str], ...] = ()
    """Up to two turns before it, oldest first."""
    position: float | None = None
    """0 first turn … 1 last turn; None where unknown."""
    after: tuple[tuple[Party, str], ...] = ()
    """Up to two turns after it, in order."""

    def latest(self) -> tuple[str, str]:
        """The latest turn before it of the other and of the same party; empty where there is none."""
        other = own = ""
        party = self.party
        for who, said in self.before:
            if who is party:
                own = said
            else:
                other = said
        return other, own

    def answer(self) -> str:
        """The next turn of the other party; empty where there is none."""
        return next((said for who, said in self.after if who is not self.party), "")

    def shifted(self, step: int) -> "Instance":
        """A turn before (-1, -2) or after (1, 2) as an instance of its own, with what is known around it."""
        around = (*self.before, (self.party, self.text), *self.after)
        place = len(self.before) + step
        party, text = around[place]
        return Instance(
            text, party, around[max(0, place - 2) : place], self.position, around[place + 1 : place + 3]
        )


class Block(IntEnum):
    """Kinds of features; each block is scaled to unit length by itself."""

    characters = 0
    words = 1
    sounds = 2
    concepts = 3
    senses = 4
    other_before = 5
    own_before = 6
    place = 7
    shape = 8
    echo = 9
    answer = 10
    answer_shape = 11
    answer_echo = 12


class Analysis(NamedTuple):
    """What is read out of a text once, wherever the text stands."""

    normal: Normal
    """Folded text with places."""
    sound: str
    """Its sounds, same length."""
    words: tuple[str, ...]
    """Its words."""
    hits: tuple[Hit, ...]
    """Its concepts."""
    senses: tuple[Hit, ...]
    """Its senses: concepts much finer, which are not paired."""
    pairs: tuple[tuple[str, int, int], ...]
    """Its concepts two by two, and those at its ends: name, start, end."""
    telling: frozenset[str]
    """Its sound bigrams that hold a character of some meaning: what may be taken up by the next speaker."""


def instance_of_row(row: Row) -> Instance:
    """The instance of a labelled row."""
    return Instance(
        row.text,
        row.party,
        tuple((said.party, said.text) for said in row.before),
        row.position,
        tuple((said.party, said.text) for said in row.after),
    )


class Reader:
    """Turns instances into named features."""

    def __init__(
        self, *, cutter: WordCutter, sounds: SoundTable, finder: ConceptFinder, senses: frozenset[str]
    ) -> None:
        self._cutter = cutter
        self._sounds = sounds
        self._finder = finder
        self._fine = senses | {f"{name}{BY_SOUND}" for name in senses}
        self.analyse = lru_cache(maxsize=20_000)(self._analyse)
        self._context = lru_cache(maxsize=20_000)(self._context_names)
        self._shape = lru_cache(maxsize=20_000)(shape_of)
        self._answer = lru_cache(maxsize=20_000)(answer_of)

    def _analyse(self, said: str) -> Analysis:
        normal = normalise(said)
        sound = self._sounds.of(normal.text)
        words = tuple(self._cutter.cut(normal.text))
        hits: list[Hit] = []
        senses: list[Hit] = []
        for hit in self._finder.find(normal.text, sound):
            (senses if hit[0] in self._fine else hits).append(hit)
        text = normal.text
        telling = frozenset(
            sound[start : start + 2]
            for start in range(len(text) - 1)
            if text[start] not in EMPTY or text[start + 1] not in EMPTY
        )
        pairs = tuple(_pairs(hits, len(text)))
        return Analysis(normal, sound, words, tuple(hits), tuple(senses), pairs, telling)

    def names(self, instance: Instance) -> list[Sequence[str]]:
        """Feature names per block, without places: the fast path of prediction."""
        seen = self.analyse(instance.text)
        words = seen.words
        text = seen.normal.text
        other, own = instance.latest()
        answer = instance.answer()
        answered = self.analyse(answer)
        return [
            _grams(f"{_EDGE}{text}{_EDGE}", _CHARACTER_SIZES),
            list(words),
            _grams(f"{_EDGE}{seen.sound}{_EDGE}", _SOUND_SIZES),
            [name for name, _, _ in (*seen.hits, *seen.pairs)],
            [name for name, _, _ in seen.senses],
            self._context(other),
            self._context(own),
            _place(instance, len(text), other),
            self._shape(instance.text, text),
            echo_of(self.analyse(other), seen) if other else [],
            self._context(answer),
            [*self._answer(answer, answered.normal.text), _next_of(instance)],
            # an agent who takes up a doubt repeats it; what a customer takes up says nothing of the agent's turn
            echo_of(seen, answered) if answer and instance.party is Party.customer else [],
        ]

    def places(self, text: str, block: Block, name: str) -> list[tuple[int, int]]:
        """Where a feature of a turn's own text stands, for explanations.

        Args:
            text: The turn.
            block: Kind of the feature; context and place stand nowhere in the turn.
            name: The feature.

        Returns:
            ``[start, end)`` in characters of the normalised text, every occurrence.
        """
        seen = self.analyse(text)
        length = len(seen.normal.text)
        if block is Block.concepts:
            return [(start, end) for found, start, end in (*seen.hits, *seen.pairs) if found == name]
        if block is Block.words:
            return _occurrences(seen.normal.text, name, 0, length)
        if block is Block.senses:
            return [(start, end) for found, start, end in seen.senses if found == name]
        if block in {Block.characters, Block.sounds}:
            string = seen.normal.text if block is Block.characters else seen.sound
            return _occurrences(f"{_EDGE}{string}{_EDGE}", name, 1, length)
        return []

    def _context_names(self, said: str) -> list[str]:
        seen = self.analyse(said)
        if not seen.normal.text:
            return ["(nothing)"]
        heard = _grams(f"{_EDGE}{seen.sound}{_EDGE}", (2,))
        return [*seen.words, *heard, *(f"<{name}>" for name, _, _ in seen.hits)]


def _occurrences(text: str, name: str, shift: int, length: int) -> list[tuple[int, int]]:
    found = []
    start = text.find(name)
    while start >= 0:
        first, end = max(0, start - shift), min(length, start - shift + len(name))
        if first < end:
            found.append((first, end))
        start = text.find(name, start + 1)
    return found


def _grams(text: str, sizes: Iterable[int]) -> list[str]:
    if len(text) <= 2:  # only the two edges
        return []
    return [text[start : start + size] for size in sizes for start in range(len(text) - size + 1)]


def _pairs(hits: Sequence[Hit], length: int) -> list[tuple[str, int, int]]:
    """Two concepts in order within a window, and the concepts at both ends of the turn."""
    found: list[tuple[str, int, int]] = []
    for index, (name, start, end) in enumerate(hits):
        for other, other_start, other_end in hits[index + 1 :]:
            if other_start - end > _PAIR_WINDOW:
                break
            if other_start >= end and other != name:
                found.append((f"{name}>{other}", start, other_end))
        if start <= 2:
            found.append((f"^{name}", start, end))
        if end >= length - 1:
            found.append((f"{name}$", start, end))
    return found


def _place(instance: Instance, length: int, other: str) -> list[str]:
    names = [f"length:{size_of(length)}"]
    if instance.position is not None:
        names.append(f"position:{min(9, int(instance.position * 10))}")
        if instance.position < 0.04:
            names.append("position:first")
        if instance.position > 0.96:
            names.append("position:last")
    names.extend(marks_of(instance.text))
    if other.rstrip()[-1:] in {"？", "?"}:
        names.append("before:？")
    return names


def _next_of(instance: Instance) -> str:
    if not instance.after:
        return "next:none"
    return "next:same" if instance.after[0][0] is instance.party else "next:other"


def echo_of(before: Analysis, seen: Analysis) -> list[str]:
    """How far a turn takes up the other party's words, by sound: who answers a doubt often repeats it first."""
    heard, sound = before.sound, seen.sound
    if not heard or not sound:
        return []
    longest, where, shared = 0, 0, 0
    for start in range(len(sound) - 1):
        if sound[start : start + 2] not in before.telling:
            continue
        shared += 1
        end = start + 2
        while end < len(sound) and sound[start : end + 1] in heard:
            end += 1
        if end - start > longest:
            longest, where = end - start, start
    if not longest:
        text = before.normal.text
        same = sum(character in text and character not in EMPTY for character in seen.normal.text[:6])
        return [f"no echo:{min(same, 2)}"]
    place = "start" if where <= 2 else "early" if where <= 8 else "late"
    share = min(3, 4 * shared // max(1, len(before.telling)))
    names = [f"echo:{min(longest, 5)}", "echo", f"echo:{place}", f"echo share:{share}"]
    if where <= 8:
        names.append("echo soon")
    return names
