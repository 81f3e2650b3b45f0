"""``similar``: a turn that says much the same as one of the sentences, or as what the examples taught.

Parameters: ``sentences`` with ``threshold`` (cosine 0..1), or ``examples`` with ``sure_from``, ``unsure_from`` and
``doubt_below`` (learned probability 0..1); ``claims``, ``count``, ``every``, party and scope.

By sentences: vectors are TF-IDF-weighted n-grams of characters (1–2) and of syllables (2–3), so that a homophone costs
only the character part; the weights come from the policy's own sentences: a gram that many of them share says little,
and so does one that none of them holds. Unsure: cosine within 0.05 below the threshold, or mean word probability below 0.3.

By examples: see ``callqa.compliance.learned``; the likeliest stretch of the turn is the hit, the explanation names the
nearest example and the words that carried it. Inside ``any`` it gives a second opinion: what phrases and patterns found in
a turn of less than ``doubt_below`` goes to a person, and so does what it found around words that another part found
denied. Unsure: probability from ``unsure_from`` to ``sure_from``; where the party was poorly heard both bounds that accuse
are higher (``POORLY_HEARD``); mean word probability below 0.3.

Measured by examples as the only operator of the starting policies' rules (``scripts/bench_operators.py``), each half of
the six development products with nothing of its calls in the examples: precision 97 %, recall 97 % of 114, 10 % left
open. These calls had been read when examples were added, so that is no blind figure. Blind ones: with the first 600
examples, on three products not read, rules of phrases, patterns and examples together had precision 80 % and recall
81 % (71 % with what was left open counted as missed), phrases and patterns alone 82 % and 59 %; of 172 single sentences
written afresh to be unlike the examples, 34 % were called, 36 % left to a person and 30 % missed. With more examples, on
three further products seen for the first time (42 calls), rules had precision 79 % and recall 95 %, 12 % open (half of
the false ones were wrong facts); the causes mended, 95 %, 95 % and 12 %, which is no blind figure any more. It finds more
than broader patterns and accuses more rightly with them than either alone, so the starting policies use both.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from math import log, sqrt

from callqa.compliance.answer import Answer, Hit
from callqa.compliance.operators.context import Context, Found, without
from callqa.compliance.sound import Heard, hear
from callqa.policy.rules.exemplars import Exemplars
from callqa.policy.rules.operators import Similar

GREY = 0.05
CERTAIN = 0.95
"""From this learned probability on, words denied inside a stretch do not speak against it."""
POORLY_HEARD = 0.1
"""By how much more a poorly heard turn must be like the examples before anybody is called to account."""
_WORDED = frozenset({"phrase", "pattern", "regex"})
_COMMON = 0.3
"""Share of the sentence's syllables a turn must hold to be compared at all."""
_MIN_TOKENS = 4
"""Shorter turns resemble too much."""


class Sentences:
    """Sentences of the policy as weighted grams, made once."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self._texts = tuple(dict.fromkeys(sentences))
        grams = {text: _grams(hear(text)) for text in self._texts}
        spread = Counter(gram for found in grams.values() for gram in found)
        total = len(self._texts) or 1
        self._weight = {gram: 1.0 + log((1 + total) / (1 + count)) for gram, count in spread.items()}
        self._vectors = {text: self._vector(found) for text, found in grams.items()}
        self._sizes = {text: _stretch_size(len(hear(text))) for text in self._texts}
        self._stretches = lru_cache(maxsize=2048)(self._cut)
        self._sounds = {text: frozenset(hear(text).syllables.tolist()) for text in self._texts}

    def __reduce__(self) -> tuple[object, ...]:
        return (Sentences, (self._texts,))

    def similarity(self, sentence: str, heard: Heard) -> float:
        """Cosine of a sentence of the policy and a turn; a long turn is compared by its likest stretch."""
        own = self._vectors[sentence]
        sounds = self._sounds[sentence]
        if len(sounds.intersection(heard.syllables.tolist())) < _COMMON * len(sounds):
            return 0.0  # too few syllables in common for any cosine worth knowing
        return max(
            self._cosine(own, other) for other in self._stretches(heard.characters, self._sizes[sentence])
        )

    def _cut(self, characters: str, size: int) -> tuple[dict[str, float], ...]:
        """Vectors of a turn's stretches of this many tokens, each beginning a third of a stretch after the last."""
        heard = hear(characters)
        length = len(heard)
        starts = range(0, max(1, length - size + 1), max(1, size // 3)) if length > size else range(1)
        return tuple(self._vector(_grams(heard, start, start + size)) for start in starts)

    def _vector(self, grams: Counter[str]) -> dict[str, float]:
        raw = {gram: count * self._weight.get(gram, 1.0) for gram, count in grams.items()}
        norm = sqrt(sum(value * value for value in raw.values())) or 1.0
        return {gram: value / norm for gram, value in raw.items()}

    @staticmethod
    def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
        return sum(value * other[gram] for gram, value in one.items() if gram in other)


def _stretch_size(length: int) -> int:
    """One and a half sentences, in steps of eight so that sentences share their stretches."""
    return max(8, round(1.5 * length / 8) * 8)


def _grams(heard: Heard, start: int = 0, end: int | None = None) -> Counter[str]:
    characters = heard.characters[start:end]
    syllables = [str(number) for number in heard.syllables[start:end].tolist()]
    grams: Counter[str] = Counter(characters)
    grams.update(characters[i : i + 2] for i in range(len(characters) - 1))
    for size in (2, 3):
        grams.update("-".join(syllables[i : i + size]) for i in range(len(syllables) - size + 1))
    return grams


def find(op: Similar, context: Context) -> Found:
    """Turns that resemble one of the sentences, or what the examples taught."""
    return Found(tuple(_learned(op, op.examples, context) if op.examples is not None else _near(op, context)))


def _stricter(op: Similar, context: Context) -> float:
    """Added to ``sure_from`` and ``doubt_below`` where the party was poorly heard."""
    return POORLY_HEARD if context.view.poorly_heard(op.party) else 0.0


def _learned(op: Similar, examples: Exemplars, context: Context) -> list[Hit]:
    view, learned = context.view, context.learned
    hits: list[Hit] = []
    sure_from = min(1.0, op.sure_from + _stricter(op, context) / 2)
    for turn in view.turns_of(op.party):
        text = view.turns[turn].text
        judged = learned.judge(examples, text)
        if judged is None or judged.probability < op.unsure_from:
            continue
        quote = view.quote(turn, judged.stretch.start, judged.stretch.end)
        words, nearest = learned.because(examples, text, judged.stretch)
        sure = judged.probability >= sure_from
        hits.append(
            Hit(
                evidence=(quote,),
                span=quote.span,
                turn=turn,
                last_turn=turn,
                sure=sure and view.clear([quote]),
                score=round(judged.probability, 3),
                threshold=round(sure_from, 3),
                pattern=f"像“{nearest}”" + (f"，看的是{'、'.join(words)}" if words else ""),
                accuses=True if sure else None,
                key=nearest,
            )
        )
    return hits


def second_opinion(op: Similar, answer: Answer, context: Context) -> Answer:
    """What another part of the rule found, less sure where the learned probability of the turn is below ``doubt_below``."""
    if op.examples is None or not op.doubt_below or answer.matcher not in _WORDED:
        return answer
    bound = op.doubt_below + _stricter(op, context)
    hits = tuple(
        replace(hit, sure=False) if hit.sure and _probability(op.examples, hit, context) < bound else hit
        for hit in answer.hits
    )
    if hits == answer.hits:
        return answer
    left = answer.truth if answer.truth is not True or any(hit.sure for hit in hits) else None
    note = "词对上了，但整句话不像这条规则的例句"
    return replace(
        answer, truth=left, hits=hits, notes=(*answer.notes, note) if left is None else answer.notes
    )


def _probability(examples: Exemplars, hit: Hit, context: Context) -> float:
    turns = range(hit.turn or 0, (hit.last_turn if hit.last_turn is not None else hit.turn or 0) + 1)
    texts = [context.view.turns[turn].text for turn in turns]
    judged = [context.learned.judge(examples, text) for text in (*texts, "".join(texts))]
    return max((one.probability for one in judged if one is not None), default=0.0)


def denials_heeded(answer: Answer, others: Sequence[Answer]) -> Answer:
    """The learned part's answer, unsure where words inside its stretch were found denied, quoted or asked by another part."""
    denied = [drop.hit for other in others for drop in other.dropped if drop.hit.accuses is not False]
    hits = tuple(
        replace(hit, sure=False, accuses=None)
        if hit.sure and (hit.score or 0.0) < CERTAIN and without([hit], denied).dropped
        else hit
        for hit in answer.hits
    )
    if hits == answer.hits:
        return answer
    left = answer.truth if answer.truth is not True or any(hit.sure for hit in hits) else None
    return replace(answer, truth=left, hits=hits)


def _near(op: Similar, context: Context) -> list[Hit]:
    view = context.view
    hits: list[Hit] = []
    for turn in view.turns_of(op.party):
        heard = view.heard[turn]
        if len(heard) < _MIN_TOKENS:
            continue
        score, sentence = max((context.sentences.similarity(s, heard), s) for s in op.sentences)
        if score < op.threshold - GREY:
            continue
        quote = view.turns[turn].quote()
        hits.append(
            Hit(
                evidence=(quote,),
                span=quote.span,
                turn=turn,
                last_turn=turn,
                sure=score >= op.threshold and view.clear([quote]),
                score=round(score, 3),
                threshold=op.threshold,
                pattern=sentence,
                key=sentence,
            )
        )
    return hits
