"""Reads the templates and the words of their slots, and fills one with the other."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from random import Random

from synthesis.telesales_text import numbers

_HERE = Path(__file__).parent
_SLOT = re.compile(r"\{(\w+)\}")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")


class TextDataError(ValueError):
    """A template or a word list cannot be used; the message names the file and what to change."""


def read_templates(name: str) -> tuple[str, ...]:
    """The templates of ``agent`` or ``customer``, in file order."""
    lines = (_HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _read_words(path: Path) -> dict[str, tuple[str, ...]]:
    lists: dict[str, list[str]] = {}
    current: list[str] | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if text.startswith("[") and text.endswith("]"):
            current = lists.setdefault(text[1:-1], [])
        elif current is None:
            raise TextDataError(
                f"{path.name}:{number}: words before any [slot]; put a [slot] line above them."
            )
        else:
            current.extend(text.split())
    return {name: tuple(words) for name, words in lists.items()}


class Lexicon:
    """The words of the slots, with one source of randomness given by the caller."""

    def __init__(self) -> None:
        self.words = _read_words(_HERE / "lexicon.txt")
        self._made: dict[str, Callable[[Random], str]] = {
            "title": self.title,
            "name": self.name,
            "address": self.address,
            "phone": numbers.phone,
            "amount": numbers.amount,
            "date": numbers.date,
            "clock": numbers.clock,
            "agent": lambda random: numbers.digits(random.choice([2, 3, 4, 4, 5]), random),
            "tail": lambda random: numbers.digits(4, random),
            "order": lambda random: numbers.digits(random.choice([6, 8]), random),
            "digit": lambda random: random.choice("一二三四五六七八九"),
            "room": lambda random: (
                numbers.digits(random.choice([3, 4]), random).lstrip("零") + random.choice(["", "室"])
            ),
            "q": lambda random: numbers.quantity(random.randint(2, 12)),
            "number": lambda random: numbers.spoken_integer(random.randint(1, 40)),
            "age": lambda random: numbers.spoken_integer(random.randint(20, 85)),
        }

    def characters(self) -> set[str]:
        """Every character of the word lists."""
        return {character for words in self.words.values() for word in words for character in word}

    def title(self, random: Random) -> str:
        return random.choice(self.words["surname"]) + random.choice(self.words["title_word"])

    def name(self, random: Random) -> str:
        given = "".join(random.choice(self.words["given"]) for _ in range(random.choice([1, 2, 2])))
        return random.choice(self.words["surname"]) + given

    def address(self, random: Random) -> str:
        parts = [random.choice(self.words["city"]), random.choice(self.words["district"])]
        parts.append(
            random.choice(self.words["road"]) + numbers.spoken_integer(random.randint(1, 300)) + "号"
        )
        if random.random() < 0.6:
            parts.append(random.choice(self.words["estate"]))
        if random.random() < 0.55:
            parts.append(numbers.spoken_integer(random.randint(1, 30)) + random.choice(["号楼", "栋", "幢"]))
            if random.random() < 0.6:
                parts.append(random.choice("一二三四五六") + "单元")
            if random.random() < 0.6:
                parts.append(
                    numbers.digits(random.choice([3, 4]), random).lstrip("零") + random.choice(["室", ""])
                )
        return "".join(parts)

    def slot(self, name: str, random: Random) -> str:
        made = self._made.get(name)
        if made is not None:
            return made(random)
        words = self.words.get(name)
        if words is None:
            raise TextDataError(
                f"no slot named {{{name}}}; add a [{name}] list to lexicon.txt or correct the template."
            )
        return random.choice(words)

    def fill(self, template: str, random: Random) -> str:
        """One sentence of a template: a part of each ``[a|b]`` chosen, every ``{slot}`` filled."""
        chosen = _CHOICE.sub(lambda match: random.choice(match.group(1).split("|")), template)
        return _SLOT.sub(lambda match: self.slot(match.group(1), random), chosen)
