"""Words of like meaning as one class, found by characters and by sound."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from callqa.domain import ModelError
from callqa.techniques.sound import SoundTable

_LONGEST = 8


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
    return parse_concepts((files("callqa.techniques") / "concepts.txt").read_text("utf-8"))


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
        """Build the two look-up tables.

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
                    self._heard.setdefault(sounds.of(word), []).append(f"{name}~")
                elif len(word) > 2:
                    self._heard.setdefault(sounds.of(word[:_LONGEST]), []).append(name)
        self._reach = _reach(self._written)
        self._heard_reach = _reach(self._heard)

    def find(self, text: str, sound: str) -> list[Hit]:
        """All concepts of a normalised text, each at its places, in order of start.

        Args:
            text: Normalised text.
            sound: Its sounds, same length.
        """
        written, heard, length = self._written, self._heard, len(text)
        found: list[Hit] = []
        for start in range(length):
            reach = self._reach.get(text[start], 0)
            heard_reach = self._heard_reach.get(sound[start], 0)
            names: set[str] = set()
            for size in range(min(length - start, max(reach, heard_reach)), 0, -1):
                end = start + size
                if size <= reach:
                    for name in written.get(text[start:end], ()):
                        if name not in names:
                            names.add(name)
                            found.append(Hit(name, start, end))
                if 1 < size <= heard_reach:
                    for name in heard.get(sound[start:end], ()):
                        if name not in names and name.rstrip("~") not in names:
                            names.add(name)
                            found.append(Hit(name, start, end))
        return found


def _reach(words: Mapping[str, list[str]]) -> dict[str, int]:
    """First character → length of the longest word that begins with it."""
    reach: dict[str, int] = {}
    for word in words:
        reach[word[0]] = max(len(word), reach.get(word[0], 0))
    return reach
