"""Words of like meaning as one class, found by characters and by sound."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from callqa.domain import ModelError
from callqa.techniques.sound import SoundTable

_LONGEST = 8
BY_SOUND = "~"
"""Behind the name of a concept of which a word of two characters was heard but not written."""


class Hit(NamedTuple):
    """One concept found in a text."""

    name: str
    """The concept."""
    start: int
    """First character."""
    end: int
    """First character after."""


@lru_cache(maxsize=1)
def shipped_concepts() -> Mapping[str, tuple[str, ...]]:
    """Concept → words, from ``concepts.txt`` beside this file."""
    return _shipped("concepts.txt")


@lru_cache(maxsize=1)
def shipped_senses() -> Mapping[str, tuple[str, ...]]:
    """Sense → words, from ``senses.txt``: classes much finer than concepts."""
    return _shipped("senses.txt")


def _shipped(name: str) -> dict[str, tuple[str, ...]]:
    return parse_concepts((files("callqa.techniques") / name).read_text("utf-8"))


def parse_concepts(text: str) -> dict[str, tuple[str, ...]]:
    """Read ``NAME: word word`` lines; ``#`` starts a comment.

    Raises:
        ModelError: A line that is neither.
    """
    concepts: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, words = line.partition(":")
        if not colon or not words.strip():
            raise ModelError(
                f"概念词表第 {number} 行不是“NAME: 词 词”的样子：{line[:30]!r}。",
                code="model.concepts",
                hint="请按“名称: 词 词 词”改好这一行。",
            )
        concepts[name.strip()] = tuple(dict.fromkeys(words.split()))
    return concepts


class ConceptFinder:
    """Looks up every stretch of up to eight characters, by its characters and by its sounds.

    A word of one character counts only as written; a word of three or more by sound alone; a word of two
    found by sound alone counts under a name of its own, because two syllables agree by chance now and then.
    """

    def __init__(self, concepts: Mapping[str, tuple[str, ...]], sounds: SoundTable) -> None:
        """Build the look-up tables.

        Args:
            concepts: Concept → words, simplified.
            sounds: The model's sound table.
        """
        self._written: dict[str, list[str]] = {}
        self._heard: dict[str, list[str]] = {}
        for name, words in concepts.items():
            for word in words:
                self._written.setdefault(word[:_LONGEST], []).append(name)
                if len(word) == 2:
                    self._heard.setdefault(sounds.of(word), []).append(f"{name}{BY_SOUND}")
                elif len(word) > 2:
                    self._heard.setdefault(sounds.of(word[:_LONGEST]), []).append(name)
        self._reach = _reach(self._written)
        self._heard_reach = _reach(self._heard)

    def find(self, text: str, sound: str) -> list[Hit]:
        """All concepts of a normalised text, each at its places, in order of start, the longest first.

        Args:
            text: Normalised text.
            sound: Its sounds, same length.
        """
        written, heard, reach_of, heard_reach_of = self._written, self._heard, self._reach, self._heard_reach
        found: list[Hit] = []
        length = len(text)
        for start in range(length):
            reach = reach_of.get(text[start : start + 2], 1)
            heard_reach = heard_reach_of.get(sound[start : start + 2], 1)
            names: set[str] = set()
            for size in range(min(max(reach, heard_reach), length - start), 1, -1):
                end = start + size
                if size <= reach:
                    for name in written.get(text[start:end], ()):
                        if name not in names:
                            names.add(name)
                            found.append(Hit(name, start, end))
                if size <= heard_reach:
                    for name in heard.get(sound[start:end], ()):
                        if name not in names and name.rstrip(BY_SOUND) not in names:
                            names.add(name)
                            found.append(Hit(name, start, end))
            single = written.get(text[start], ())
            found.extend(Hit(name, start, start + 1) for name in single if name not in names)
        return found


def _reach(words: Mapping[str, list[str]]) -> dict[str, int]:
    """First two characters → length of the longest word that begins with them."""
    reach: dict[str, int] = {}
    for word in words:
        if len(word) > 1:
            reach[word[:2]] = max(len(word), reach.get(word[:2], 0))
    return reach
