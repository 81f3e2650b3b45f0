"""Draws texts: domain sentences, their clauses joined anew, random words, digits, names, addresses, amounts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from random import Random

from synthesis.telesales_text import numbers
from synthesis.telesales_text.lexicon import Lexicon, TextDataError, read_templates
from synthesis.telesales_text.split import Split, normalise, split_of

SHORT_KINDS: Mapping[str, float] = {
    "clause": 0.33,
    "words": 0.25,
    "digits": 0.17,
    "name": 0.06,
    "address": 0.06,
    "amount": 0.06,
    "mixed": 0.07,
}
LONG_KINDS: Mapping[str, float] = {
    "sentence": 0.36,
    "joined": 0.12,
    "talk": 0.06,
    "clause": 0.07,
    "words": 0.12,
    "digits": 0.10,
    "name": 0.03,
    "address": 0.05,
    "amount": 0.03,
    "mixed": 0.06,
}
LATE_SHORT_KINDS: Mapping[str, float] = {
    "clause": 0.58,
    "words": 0.10,
    "digits": 0.10,
    "name": 0.06,
    "address": 0.06,
    "amount": 0.06,
    "mixed": 0.04,
}
LATE_LONG_KINDS: Mapping[str, float] = {
    "sentence": 0.46,
    "joined": 0.17,
    "talk": 0.08,
    "clause": 0.06,
    "words": 0.04,
    "digits": 0.06,
    "name": 0.02,
    "address": 0.06,
    "amount": 0.03,
    "mixed": 0.02,
}
"""The mixture once the sounds are learnt: mostly what is said on sales calls, still some of everything."""
LAST_SHORT_KINDS: Mapping[str, float] = {
    "corpus": 0.55,
    **{kind: 0.45 * w for kind, w in LATE_SHORT_KINDS.items()},
}
LAST_LONG_KINDS: Mapping[str, float] = {
    "corpus": 0.55,
    **{kind: 0.45 * w for kind, w in LATE_LONG_KINDS.items()},
}
"""The mixture of the last part: half of it hand-written talk, which no template has foreseen."""
SHORT_LIMIT = 14
LONG_LIMIT = 46
TALK_LIMIT = 84
"""Longest text in characters: of short clips, of one sentence, of several sentences said in one breath."""

_CLAUSE = re.compile("(?<=[，。？！、])")
_AGENT_SHARE = 0.6


class TextSource:
    """A stream of texts; the same seed gives the same texts.

    Args:
        random: Source of every choice.
        characters: The characters a text may hold; anything else is drawn again.
        reserved: Normalised sentences never to give (a test set, the sample calls).
        corpus: Runs of clauses for the kind ``corpus``.
    """

    def __init__(
        self,
        *,
        random: Random,
        characters: Collection[str],
        reserved: Collection[str] = (),
        corpus: Sequence[Sequence[str]] = (),
    ) -> None:
        self._random = random
        self._characters = frozenset(characters)
        self._reserved = frozenset(reserved)
        self._corpus = corpus
        self._lexicon = Lexicon()
        self._agent = read_templates("agent")
        self._customer = read_templates("customer")
        self._words: list[str] = []
        self._weights: list[float] = []

    def draw(self, kinds: Mapping[str, float], *, split: Split = Split.TRAIN, limit: int = LONG_LIMIT) -> str:
        """One text of a split, at most ``limit`` characters long (``TALK_LIMIT`` for several sentences in one breath).

        Args:
            kinds: Weight per kind of text; the names are those of ``SHORT_KINDS`` and ``LONG_KINDS``.
        """
        names, weights = list(kinds), list(kinds.values())
        while True:
            kind = self._random.choices(names, weights)[0]
            text = _finished(self._draw(kind, limit))
            spoken = normalise(text)
            if not spoken or len(text) > (TALK_LIMIT if kind == "talk" else limit):
                continue
            if (
                split_of(text) is not split
                or spoken in self._reserved
                or not self._characters.issuperset(spoken)
            ):
                continue
            return text

    def _draw(self, kind: str, limit: int) -> str:
        random, lexicon = self._random, self._lexicon
        match kind:
            case "sentence":
                return self._sentence()
            case "joined":
                return "".join(self._clause() for _ in range(random.randint(2, 3)))
            case "talk":
                return "".join(_finished(self._sentence()) for _ in range(random.randint(2, 4)))
            case "clause":
                return self._clause()
            case "corpus":
                return self._written(limit)
            case "words":
                text = self._random_words(random.randint(1, 12))
                return (
                    text + "，" + self._random_words(random.randint(2, 8)) if random.random() < 0.25 else text
                )
            case "digits":
                return numbers.digit_run(random)
            case "name":
                return random.choice(["", "", "我叫", "我是", "收货人是", "姓名"]) + lexicon.name(random)
            case "address":
                return (
                    random.choice(["", "", "送到", "我住在"])
                    + lexicon.address(random)[random.choice([0, 0, 3]) :]
                )
            case "amount":
                return random.choice(["", "一共是", "总金额是", "原价是", "就"]) + numbers.amount(random)
            case "mixed":
                clause, at = normalise(self._clause()), random.random()
                cut = round(at * len(clause))
                return (
                    clause[max(0, cut - 8) : cut]
                    + self._random_words(random.randint(1, 5))
                    + clause[cut : cut + 8]
                )
        raise TextDataError(f"no kind of text named {kind!r}; use one of {', '.join(LONG_KINDS)}.")

    def _sentence(self) -> str:
        random = self._random
        templates = self._agent if random.random() < _AGENT_SHARE else self._customer
        text = self._lexicon.fill(random.choice(templates), random)
        if random.random() < 0.12:
            text = random.choice(self._lexicon.words["filler"]) + "，" + text
        return text

    def _written(self, limit: int) -> str:
        """Neighbouring clauses of one hand-written turn, as many as ``limit`` and chance allow."""
        if not self._corpus:
            raise TextDataError("there is no corpus to draw from; give TextSource one, or draw other kinds.")
        run = self._random.choice(self._corpus)
        first = self._random.randrange(len(run))
        text = run[first]
        for clause in run[first + 1 :]:
            if len(text) + len(clause) > limit or self._random.random() < 0.15:
                break
            text += clause
        return text

    def _clause(self) -> str:
        clauses = [part for part in _CLAUSE.split(self._sentence()) if normalise(part)]
        return self._random.choice(clauses)

    def _random_words(self, least: int) -> str:
        if not self._words:
            self._read_common_words()
        text = ""
        while len(text) < least:
            text += self._random.choices(self._words, cum_weights=self._weights)[0]
        return text[:SHORT_LIMIT]

    def _read_common_words(self) -> None:
        import jieba

        weights: list[float] = []
        for line in (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
            word, count, *_ = line.split()
            if int(count) >= 20 and len(word) <= 4 and self._characters.issuperset(word):
                self._words.append(word)
                weights.append(float(count) ** 0.4 * (1.0 if len(word) > 1 else 0.6))
        self._weights = list(itertools.accumulate(weights))


def _finished(text: str) -> str:
    bare = text.rstrip("，、")
    return bare if not bare or bare[-1] in "。？！" else bare + "。"
