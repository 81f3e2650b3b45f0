"""Words of like meaning as one class, found by characters and by sound."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from callqa.domain import ModelError
from callqa.techniques.sound import SoundTable

_LONGEST = 8
BY_SOUND = "~"
"""Behind the name of a concept of which a word of two characters was heard but not written."""


Hit = tuple[str, int, int]
"""One concept found in a text: its name, its first character, the first character after it. Thirty to a turn: too
many for objects of a class."""


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
        self._sizes = _sizes(self._written)
        self._heard_sizes = _sizes(self._heard)

    def find(self, text: str, sound: str) -> list[Hit]:
        """All concepts of a normalised text, each at its places, in order of start, the longest first.

        Args:
            text: Normalised text.
            sound: Its sounds, same length.
        """
        written, heard, sizes_of, heard_sizes_of = self._written, self._heard, self._sizes, self._heard_sizes
        found: list[Hit] = []
        length = len(text)
        for start in range(length):
            sizes = sizes_of.get(text[start : start + 2], ())
            heard_sizes = heard_sizes_of.get(sound[start : start + 2], ())
            single = written.get(text[start], ())
            if not (sizes or heard_sizes):
                found.extend([(name, start, start + 1) for name in single])
                continue
            if sizes and heard_sizes and sizes != heard_sizes:
                sizes = tuple(sorted({*sizes, *heard_sizes}, reverse=True))
            names: set[str] = set()
            for size in sizes or heard_sizes:
                end = start + size
                if end > length:
                    continue
                for name in written.get(text[start:end], ()):
                    if name not in names:
                        names.add(name)
                        found.append((name, start, end))
                for name in heard.get(sound[start:end], ()):
                    if name not in names and name.rstrip(BY_SOUND) not in names:
                        names.add(name)
                        found.append((name, start, end))
            found.extend([(name, start, start + 1) for name in single if name not in names])
        return found


def _sizes(words: Mapping[str, list[str]]) -> dict[str, tuple[int, ...]]:
    """First two characters → lengths of the words that begin with them, the longest first."""
    sizes: dict[str, set[int]] = {}
    for word in words:
        if len(word) > 1:
            sizes.setdefault(word[:2], set()).add(len(word))
    return {first: tuple(sorted(some, reverse=True)) for first, some in sizes.items()}
