"""Who said what and when. Character offset → milliseconds is a lookup in the words."""

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import Annotated, Self

from pydantic import Field, model_validator

from callqa.domain.call import Party
from callqa.domain.evidence import Quote, TextSpan
from callqa.domain.noun import Noun
from callqa.domain.provenance import Provenance
from callqa.domain.timeline import Span

Share = Annotated[float, Field(ge=0.0, le=1.0)]


class Word(Noun):
    """The smallest piece the recogniser gives: for Chinese usually one character."""

    text: Annotated[str, Field(min_length=1)]
    """As recognised, simplified characters, raw (not masked)."""
    span: Span
    """When it was said."""
    confidence: Share
    """The recogniser's probability."""


class Turn(Noun):
    """What one party says until the other takes over or a long pause comes."""

    index: Annotated[int, Field(ge=0)]
    """Position in the transcript, from 0."""
    party: Party
    """Who speaks."""
    text: Annotated[str, Field(min_length=1)]
    """The words joined; raw or masked as the transcript says."""
    words: Annotated[tuple[Word, ...], Field(min_length=1)]
    """In time order."""

    @model_validator(mode="after")
    def _text_is_words(self) -> Self:
        if sum(len(word.text) for word in self.words) != len(self.text):
            raise ValueError("turn text must be its words joined")
        return self

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(len(word.text) for word in self.words))

    @property
    def span(self) -> Span:
        """From the first word to the last."""
        return Span(start=self.words[0].span.start, end=max(word.span.end for word in self.words))

    @property
    def confidence(self) -> float:
        """Mean word probability."""
        return sum(word.confidence for word in self.words) / len(self.words)

    def words_of(self, characters: TextSpan) -> tuple[Word, ...]:
        """The words that carry these characters of the text."""
        first = bisect_right(self._ends, characters.start)
        last = bisect_right(self._ends, characters.end - 1)
        return self.words[first : last + 1]

    def span_of(self, characters: TextSpan) -> Span:
        """When these characters were said."""
        words = self.words_of(characters)
        return Span(start=words[0].span.start, end=max(word.span.end for word in words))

    def quote(self, characters: TextSpan | None = None) -> Quote:
        """Evidence for these characters (the whole turn by default)."""
        where = characters or TextSpan(start=0, end=len(self.text))
        return Quote(
            turn=self.index,
            party=self.party,
            characters=where,
            span=self.span_of(where),
            text=self.text[where.start : where.end],
        )


class Removed(Noun):
    """Recognised text that was not kept, so that nothing disappears silently."""

    party: Party
    """On whose channel."""
    span: Span
    """When."""
    text: str
    """What the recogniser had written."""
    reason: str
    """``no_speech``, ``compression``, ``repetition``, ``silence_phrase``, ``low_probability``, ``bleed``."""


class Transcript(Noun):
    """All turns of a call in time order; talk-over keeps both turns."""

    call_id: str
    """The call."""
    language: str
    """Language code given to the recogniser, e.g. ``zh``."""
    turns: tuple[Turn, ...]
    """Ordered by start, then party; index equals position."""
    removed: tuple[Removed, ...] = ()
    """Invented text and channel bleed that was taken out."""
    masked: bool = False
    """True where personal data is replaced by ``*`` of the same length."""
    provenance: Provenance
    """Recogniser, version, time."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        for position, turn in enumerate(self.turns):
            if turn.index != position:
                raise ValueError(f"turn {turn.index} stands at position {position}")
        starts = [turn.span.start for turn in self.turns]
        if starts != sorted(starts):
            raise ValueError("turns must be in time order")
        return self

    def of(self, party: Party) -> tuple[Turn, ...]:
        """The turns of one party."""
        return tuple(turn for turn in self.turns if turn.party is party)

    @property
    def confidence(self) -> float | None:
        """Mean word probability over the call, None without words."""
        words = [word.confidence for turn in self.turns for word in turn.words]
        return sum(words) / len(words) if words else None
