"""All phrases of a policy against all turns of a call at once.

Two passes. First a bound that can never reject a true match: the sum over the phrase's syllables of the best cost
anywhere in the turn, one matrix product for all phrase-turn pairs. Then, for the few pairs that are left, the full
alignment (phrase against any stretch of the turn; substitution, drop, insertion) as numpy rows over all pairs.
Insertions along a row are a running minimum: ``D[j] = C[j] + min_k≤j (B[k] − C[k])`` with ``C`` the summed
insertion costs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from callqa.compliance.sound.dial import (
    DROPPED,
    DROPPED_LIGHT,
    HOMOPHONE,
    LIGHT,
    NEGATORS,
    UNLIKE,
    UNRELATED,
    Allowance,
    accusation,
    allowance,
    similarity,
)
from callqa.compliance.sound.syllables import distances
from callqa.compliance.sound.tokens import Heard, hear
from callqa.policy.wording import Strictness, Wording

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
_BLOCK = 48
"""Lines taken together; bounds memory for calls of thousands of turns."""
_SHORT = 5
"""Up to this length one syllable may be missing, particles included."""
_SLACK = 10
"""Tokens by which a match may be longer than its phrase, fillers included."""
_FAR_AWAY = np.float32(99.0)


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase heard in a line.

    Attributes:
        phrase: Number of the phrase.
        line: Number of the line searched.
        start: First token of the line inside the match.
        end: First token after it.
        cost: Alignment cost.
        similarity: 0..1.
        sure: False in the grey zone.
        accuses: May somebody be accused on this match alone? None: a person should listen; False: no. See
            ``dial.accusation``.
    """

    phrase: int
    line: int
    start: int
    end: int
    cost: float
    similarity: float
    sure: bool
    accuses: bool | None = True


@dataclass(frozen=True, slots=True)
class _Phrase:
    text: str
    heard: Heard
    allowed: Allowance


class PhraseBook:
    """Phrases made ready once per policy. Cheap to pickle: only texts travel."""

    def __init__(self, wordings: Iterable[Wording]) -> None:
        self.numbers: dict[tuple[str, Strictness], int] = {}
        for wording in wordings:
            self.numbers.setdefault((wording.text, wording.dial), len(self.numbers))
        self._phrases = [
            _Phrase(text, heard := hear(text), allowance(len(heard), dial)) for text, dial in self.numbers
        ]
        self._prepare()

    def __len__(self) -> int:
        return len(self._phrases)

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (tuple(self.numbers),))

    def number(self, wording: Wording) -> int:
        """Number of a wording this book was made with."""
        return self.numbers[wording.text, wording.dial]

    def text(self, number: int) -> str:
        """The phrase's words."""
        return self._phrases[number].text

    def threshold(self, number: int) -> float:
        """Similarity from which the phrase counts as heard."""
        phrase = self._phrases[number]
        return similarity(phrase.allowed.cost, len(phrase.heard))

    def _prepare(self) -> None:
        kinds: dict[tuple[str, int], int] = {}
        longest = max((len(p.heard) for p in self._phrases), default=1)
        self._lengths: Ints = np.array([len(p.heard) for p in self._phrases], dtype=np.int32)
        self._kind: Ints = np.zeros((len(self._phrases), max(1, longest)), dtype=np.int32)
        for row, phrase in enumerate(self._phrases):
            for column, (character, syllable) in enumerate(
                zip(phrase.heard.characters, phrase.heard.syllables.tolist(), strict=True)
            ):
                self._kind[row, column] = kinds.setdefault((character, syllable), len(kinds))
        self._kind_character: Ints = np.array([ord(c) for c, _ in kinds], dtype=np.int32)
        self._kind_syllable: Ints = np.array([s for _, s in kinds], dtype=np.int32)
        self._drop: Floats = np.array(
            [DROPPED_LIGHT if c in LIGHT else DROPPED for c, _ in kinds], dtype=np.float32
        )
        counts = np.zeros((len(self._phrases), max(1, len(kinds))), dtype=np.float32)
        for row, length in enumerate(self._lengths.tolist()):
            np.add.at(counts[row], self._kind[row, :length], 1.0)
        self._counts: Floats = counts
        self._limit: Floats = np.array([p.allowed.grey for p in self._phrases], dtype=np.float32) + 1e-4

    def search(self, lines: Sequence[Heard], *, only: NDArray[np.bool_] | None = None) -> list[Match]:
        """Find every phrase in every line.

        Args:
            lines: What is searched.
            only: Shape (phrases, lines); False pairs are not looked at.

        Returns:
            Matches by line, then place; matches of one phrase in one line do not overlap.
        """
        found: list[Match] = []
        if not len(self._phrases):
            return found
        for first in range(0, len(lines), _BLOCK):
            block = lines[first : first + _BLOCK]
            mask = None if only is None else only[:, first : first + _BLOCK]
            found.extend(self._search_block(block, first, mask))
        found.sort(key=lambda match: (match.line, match.start, match.phrase))
        return found

    def nearest(self, phrases: Sequence[int], lines: Sequence[Heard]) -> Match | None:
        """The cheapest alignment of any of the phrases with any of the lines, however bad; None without tokens."""
        best: Match | None = None
        filled = [number for number, line in enumerate(lines) if len(line)]
        if not filled or not phrases:
            return None
        for first in range(0, len(filled), _BLOCK):
            chosen = filled[first : first + _BLOCK]
            block = [lines[number] for number in chosen]
            costs, _ = self._costs(block)
            rows = [p for p in phrases for _ in block]
            columns = list(range(len(block))) * len(phrases)
            final = self._align(
                costs, block, np.array(rows, dtype=np.int32), np.array(columns, dtype=np.int32)
            )
            relative = final.min(axis=1) / self._lengths[rows]
            pick = int(relative.argmin())
            cost = float(final[pick].min())
            if best is None or cost / len(self._phrases[rows[pick]].heard) < 1 - best.similarity:
                line = block[columns[pick]]
                end = int(final[pick].argmin())
                start = self._trace(rows[pick], line, end).start
                best = Match(
                    rows[pick],
                    chosen[columns[pick]],
                    min(start, max(0, end - 1)),
                    max(end, start + 1),
                    cost,
                    similarity(cost, len(self._phrases[rows[pick]].heard)),
                    False,
                )
        return best

    def _costs(self, block: Sequence[Heard]) -> tuple[Floats, Ints]:
        """Substitution cost of each phrase token kind (rows) against each token of the block (columns)."""
        syllables = np.concatenate([line.syllables for line in block])
        characters = np.frombuffer(
            "".join(line.characters for line in block).encode("utf-32-le"), dtype=np.int32
        )
        table = distances()
        costs = table[self._kind_syllable][:, syllables] + np.float32(HOMOPHONE)
        costs[costs > UNLIKE] = UNRELATED
        costs[self._kind_character[:, None] == characters[None, :]] = 0.0
        return costs, characters

    def _search_block(
        self, block: Sequence[Heard], first: int, mask: NDArray[np.bool_] | None
    ) -> Iterable[Match]:
        filled = [number for number, line in enumerate(block) if len(line)]
        if not filled:
            return
        lines = [block[number] for number in filled]
        costs, _ = self._costs(lines)
        starts = np.cumsum([0, *(len(line) for line in lines[:-1])])
        best = np.minimum(np.minimum.reduceat(costs, starts, axis=1), self._drop[:, None])
        possible = self._counts @ best <= self._limit[:, None]
        if mask is not None:
            possible &= mask[:, filled]
        rows, columns = (part.astype(np.int32) for part in np.nonzero(possible))
        lengths = np.array([len(line) for line in lines], dtype=np.int32)
        for low, high in ((0, 24), (24, 48), (48, 96), (96, 1 << 30)):
            here = (lengths[columns] > low) & (lengths[columns] <= high)
            if here.any():
                for match in self._hits(costs, lines, (rows[here], columns[here])):
                    yield replace(match, line=first + filled[match.line])

    def _hits(self, costs: Floats, lines: Sequence[Heard], pairs: tuple[Ints, Ints]) -> Iterable[Match]:
        """Matches of these phrase-line pairs; ``line`` counts within ``lines``."""
        rows, columns = pairs
        final = self._align(costs, lines, rows, columns)
        for pair in np.nonzero(final.min(axis=1) <= self._limit[rows])[0].tolist():
            number, place = int(rows[pair]), int(columns[pair])
            yield from self._matches(number, lines[place], final[pair], place)

    def _align(self, costs: Floats, lines: Sequence[Heard], rows: Ints, columns: Ints) -> Floats:
        """Cost of each pair's phrase ending after token j, shape (pairs, longest + 1)."""
        lengths = np.array([len(line) for line in lines], dtype=np.int32)
        offsets = np.cumsum(np.concatenate([[0], lengths[:-1]])).astype(np.int32)
        width = int(lengths[columns].max())
        place = np.arange(width, dtype=np.int32)
        inside = place[None, :] < lengths[columns][:, None]
        token = np.where(inside, offsets[columns][:, None] + place[None, :], 0)
        insertion = np.concatenate([line.insertions for line in lines])
        summed = np.zeros((len(rows), width + 1), dtype=np.float32)
        np.cumsum(np.where(inside, insertion[token], 1.0), axis=1, out=summed[:, 1:])
        before = np.zeros((len(rows), width + 1), dtype=np.float32)
        final = np.full((len(rows), width + 1), _FAR_AWAY, dtype=np.float32)
        phrase_lengths = self._lengths[rows]
        for step in range(int(phrase_lengths.max())):
            kinds = self._kind[rows, min(step, self._kind.shape[1] - 1)]
            bare = before + self._drop[kinds][:, None]
            replaced = before[:, :-1] + costs[kinds[:, None], token]
            np.minimum(bare[:, 1:], replaced, out=bare[:, 1:])
            ended = phrase_lengths == step + 1
            final[ended] = bare[ended]
            before = summed + np.minimum.accumulate(bare - summed, axis=1)
        final[:, 1:][~inside] = _FAR_AWAY
        return final

    def _matches(self, number: int, line: Heard, final: Floats, place: int) -> Iterable[Match]:
        phrase = self._phrases[number]
        ends = final.copy()
        limit = float(self._limit[number])
        while True:
            end = int(ends.argmin())
            if ends[end] > limit:
                return
            traced = self._trace(number, line, end)
            start, drops = traced.start, traced.dropped
            cost = float(ends[end])
            ends[max(start, 0) + 1 : end + len(phrase.heard)] = _FAR_AWAY
            ends[end] = _FAR_AWAY
            if start >= end or not _enough(phrase, end - start, traced):
                continue
            size = len(phrase.heard)
            edges = _edges(drops, size)
            sure = cost <= phrase.allowed.cost + 1e-4 and not _doubtful(phrase, traced, cost, edges)
            strength = accusation(size, cost, edges=edges) if sure else False
            yield Match(number, place, start, end, cost, similarity(cost, size), sure, strength)

    def _trace(self, number: int, line: Heard, end: int) -> "_Traced":
        """The alignment that ends after token ``end``, read backwards."""
        phrase = self._phrases[number]
        size = len(phrase.heard)
        if line.characters[end - size : end] == phrase.heard.characters:
            return _Traced(end - size, (), "", size)
        low = max(0, end - size - size // 2 - _SLACK)
        characters = line.characters[low:end]
        costs = distances()[phrase.heard.syllables][:, line.syllables[low:end]] + np.float32(HOMOPHONE)
        costs[costs > UNLIKE] = UNRELATED
        subs: list[list[float]] = costs.tolist()
        insertion = line.insertions[low:end].tolist()
        rows = [[0.0] * (len(characters) + 1)]
        drop = [DROPPED_LIGHT if c in LIGHT else DROPPED for c in phrase.heard.characters]
        for i, character in enumerate(phrase.heard.characters):
            sub, lost = subs[i], drop[i]
            above, row = rows[-1], [rows[-1][0] + lost]
            for j, other in enumerate(characters):
                if other == character:
                    sub[j] = 0.0
                cost = above[j] + sub[j]
                cost = min(cost, above[j + 1] + lost)
                row.append(cost if i == size - 1 else min(cost, row[j] + insertion[j]))
            rows.append(row)
        i, j, exact = size, len(characters), 0
        dropped: list[int] = []
        inserted: list[str] = []
        while i > 0:
            here = rows[i][j]
            if j > 0 and abs(rows[i - 1][j - 1] + subs[i - 1][j - 1] - here) < 1e-6:
                exact += characters[j - 1] == phrase.heard.characters[i - 1]
                i, j = i - 1, j - 1
            elif abs(rows[i - 1][j] + drop[i - 1] - here) < 1e-6:
                dropped.append(i - 1)
                i -= 1
            else:
                inserted.append(characters[j - 1])
                j -= 1
        return _Traced(low + j, tuple(reversed(dropped)), "".join(reversed(inserted)), exact)


class _Traced(NamedTuple):
    """One alignment of a phrase with a line."""

    start: int
    """First token of the line."""
    dropped: tuple[int, ...]
    """Tokens of the phrase that were not heard."""
    inserted: str
    """Characters of the line that are not the phrase's."""
    exact: int
    """Characters that are the very same."""


def _enough(phrase: _Phrase, heard: int, traced: _Traced) -> bool:
    """More evidence for short phrases: see the module ``dial``. A negator lost or put in makes it the opposite."""
    size, drops, exact = len(phrase.heard), traced.dropped, traced.exact
    if any(phrase.heard.characters[d] in NEGATORS for d in drops) or NEGATORS.intersection(traced.inserted):
        return False
    heavy = [d for d in drops if phrase.heard.characters[d] not in LIGHT]
    if len(heavy) > phrase.allowed.drops or (size <= _SHORT and len(drops) > 1):
        return False
    if size <= 2:
        return not drops and exact >= 1 and heard <= 3
    if size == 3:
        if not drops:
            return exact >= 1
        # a lost middle syllable with both neighbours exact; a lost edge would make it another, shorter phrase
        return drops == (1,) and exact == 2 and heard == 2
    return True


def _doubtful(phrase: _Phrase, traced: _Traced, cost: float, edges: int) -> bool:
    """Cheap enough, and yet mostly another phrase: never sure, for a step no more than for a rule.

    Three syllables without the middle one (车损险, 车险), and four without an edge of which another is a homophone
    (给您记上, 给您寄).
    """
    size = len(phrase.heard)
    if size == 3:
        return bool(traced.dropped)
    lost = sum(DROPPED_LIGHT if phrase.heard.characters[d] in LIGHT else DROPPED for d in traced.dropped)
    return size == 4 and edges > 0 and cost > lost + 1e-4


def _edges(drops: tuple[int, ...], size: int) -> int:
    """How many syllables are missing at the beginning and end of the phrase."""
    lost = set(drops)
    first = next((i for i in range(size) if i not in lost), size)
    last = next((i for i in range(size) if size - 1 - i not in lost), size)
    return first + last


def _rebuild(wordings: tuple[tuple[str, Strictness], ...]) -> PhraseBook:
    return PhraseBook(Wording(text=text, strictness=dial) for text, dial in wordings)
