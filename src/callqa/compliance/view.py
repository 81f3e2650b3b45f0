"""A call made ready for looking things up: turns as heard, who overlaps whom, what can be trusted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from callqa.compliance.answer import Hit
from callqa.compliance.sound import Heard, Match, PhraseBook, hear
from callqa.domain import (
    Call,
    Measure,
    Party,
    Quote,
    Span,
    TechniqueReading,
    TextSpan,
    Transcript,
    Turn,
    covered,
    merge,
)
from callqa.policy.wording import Wording

LOW_WORD = 0.35
"""A word below this probability was hardly heard. Whisper's correct words on telephone speech rarely fall below."""
BADLY_HEARD_SHARE = 0.35
"""A stretch is badly heard where more than this share of its speech is hardly heard or under talk-over."""
LOW_HIT = 0.30
"""A match whose words average below this is unsure."""
DOUBTFUL_MEAN = 0.865
"""A party whose words average below this was heard too poorly to say that something was *not* said.

Chosen on the labelled dialogues: with the evaluation's errors, words average 0.90 at CER 10 % and 0.84 at 20 %, where a
tenth of the steps that were said are not found. The demo recogniser averages 0.87 to 0.91 on most sample calls (CER 7 %).
Recognisers differ: one that is always sure of itself needs a higher bound.
"""
_ENOUGH_WORDS = 30
"""Fewer words say little about how well a party was heard."""
_VOICED_AT_LEAST = 4_000
_HARDLY_WORDS = 0.25
"""A party that was speaking for over four seconds, words covering less than this share of it, was not recognised."""
JOIN_TAIL = 16
"""Tokens of a turn's end and of the next turn's beginning that are searched together."""
JOIN_GAP = 6_000
"""Milliseconds between two turns of a party that may still belong to one sentence."""
JOIN_INTERJECTION = 6
"""Tokens the other party may put in between."""


_SENTENCE_ENDS = tuple("。！？!?")
"""A turn the recogniser ended like this is not carried on in the next."""


@dataclass(frozen=True, slots=True)
class Join:
    """End of one turn and beginning of the party's next, searched as one line."""

    first: int
    second: int
    heard: Heard
    cut: int
    """Tokens that belong to the first turn."""
    skipped: int
    """Tokens of the first turn before the line begins."""


class CallView:
    """All that the operators look at. Nothing is changed, everything is found once."""

    def __init__(
        self,
        call: Call,
        transcript: Transcript,
        reading: TechniqueReading | None,
        measures: Sequence[Measure],
        book: PhraseBook,
    ) -> None:
        self.call = call
        self.transcript = transcript
        self.turns: tuple[Turn, ...] = transcript.turns
        self.reading = reading
        self.measures: Mapping[str, Measure] = {measure.name: measure for measure in measures}
        self.book = book
        self.heard: tuple[Heard, ...] = tuple(hear(turn.text) for turn in self.turns)
        self.spans: tuple[Span, ...] = tuple(turn.span for turn in self.turns)

    @cached_property
    def duration(self) -> int:
        """Length of the call in ms, at least to the end of the last turn."""
        return max([self.call.recording.duration, *(span.end for span in self.spans), 1])

    @cached_property
    def whole(self) -> Span:
        """The whole recording."""
        return Span(start=0, end=self.duration)

    @cached_property
    def mono(self) -> bool:
        """True where some speech has no known party."""
        return any(turn.party is Party.unknown for turn in self.turns) or Party.unknown in self.call.parties

    def turns_of(self, party: Party | None) -> tuple[int, ...]:
        """Indices of a party's turns; of all turns for None. On mono calls the unknown party's turns belong to both."""
        if party is None:
            return tuple(range(len(self.turns)))
        return tuple(t.index for t in self.turns if t.party in (party, Party.unknown))

    @cached_property
    def overlap(self) -> tuple[tuple[Span, ...], ...]:
        """Per turn the stretches during which the other party speaks too."""
        shared: list[list[Span]] = [[] for _ in self.turns]
        active: list[int] = []
        for index, span in enumerate(self.spans):
            active = [other for other in active if self.spans[other].end > span.start]
            for other in active:
                if self.turns[other].party is not self.turns[index].party:
                    part = span.intersection(self.spans[other])
                    if part is not None:
                        shared[index].append(part)
                        shared[other].append(part)
            active.append(index)
        return tuple(tuple(merge(parts)) for parts in shared)

    def unheard(self, party: Party | None) -> str | None:
        """Why nothing a party says can be judged on this call (Chinese), or None."""
        if party is not None and self.mono:
            return "单声道录音分不清谁在说话"
        for one in (Party.agent, Party.customer):
            if party not in (None, one):
                continue
            own = any(turn.party is one for turn in self.turns)
            level, dead = self.measures.get(f"{one}_level"), self.measures.get("dead_channels")
            if not own and ((level is not None and level.value is None) or (dead is not None and dead.value)):
                return f"{_NAMES[one]}声道没有声音"
            if not own and party is one:
                return f"{_NAMES[one]}一句也没有听到，可能缺声道"
        return None

    def badly_heard(
        self, turns: Sequence[int], *, stretch: Span | None = None, party: Party | None = None
    ) -> str | None:
        """Why an absence here cannot be vouched for (Chinese), or None.

        Args:
            turns: The turns searched.
            stretch: The time searched; speech in it that the recogniser could not make out counts as badly heard.
            party: Whose unrecognised speech counts; None = anybody's.
        """
        speech = low = 0
        over = 0
        for index in turns:
            speech += self.spans[index].duration
            low += sum(w.span.duration for w in self.turns[index].words if w.confidence < LOW_WORD)
            over += covered(self.overlap[index])
        lost = self._lost(stretch, party) if stretch is not None else 0
        silent = self._unrecognised(party)
        if silent is not None:
            return silent
        if speech and low / speech > BADLY_HEARD_SHARE:
            return f"这一段有 {low / speech:.0%} 的话识别把握很低"
        if speech and over / speech > BADLY_HEARD_SHARE:
            return f"这一段有 {over / speech:.0%} 的时间两人同时说话"
        if lost and (lost + low) / (lost + speech) > BADLY_HEARD_SHARE:
            return f"这一段有 {(lost + low) / (lost + speech):.0%} 的话没有识别出来"
        return None

    def confidence(self, party: Party | None) -> float | None:
        """Mean probability of a party's words over the call; None where too few were heard to say."""
        words = [word.confidence for turn in self.turns_of(party) for word in self.turns[turn].words]
        return sum(words) / len(words) if len(words) >= _ENOUGH_WORDS else None

    def poorly_heard(self, party: Party | None) -> bool:
        """Are so many words of this party misheard that what seems to have been said may not have been?"""
        mean = self.confidence(party)
        return mean is not None and mean < DOUBTFUL_MEAN

    def doubtful(self, party: Party | None) -> str | None:
        """Why words of this party that were not found may have been said all the same (Chinese), or None."""
        if not self.poorly_heard(party):
            return None
        mean = self.confidence(party)
        return f"{_NAMES[party] if party is not None else '这一通'}的话识别把握平均只有 {mean:.0%}"

    def _unrecognised(self, party: Party | None) -> str | None:
        """A voice on the channel and hardly any words: what was said is not known."""
        for one in (Party.agent, Party.customer):
            active = self.measures.get(f"{one}_active")
            if party not in (None, one) or active is None or active.value is None:
                continue
            voiced = float(active.value) * self.duration
            worded = sum(self.spans[turn].duration for turn in self.turns_of(one))
            if voiced > _VOICED_AT_LEAST and worded < _HARDLY_WORDS * voiced:
                return f"{_NAMES[one]}声道有声音，但几乎没有识别出话来"
        return None

    def _lost(self, stretch: Span, party: Party | None) -> int:
        """Milliseconds of speech in a stretch whose text was taken out as unreliable."""
        parts = (
            part.span.intersection(stretch)
            for part in self.transcript.removed
            if part.reason != "bleed" and (party is None or part.party in (party, Party.unknown))
        )
        return covered(part for part in parts if part is not None)

    @cached_property
    def truncated(self) -> bool:
        """True where the file broke off, so that the end of the call is missing."""
        measure = self.measures.get("truncated")
        return measure is not None and bool(measure.value)

    @cached_property
    def joins(self) -> tuple[Join, ...]:
        """Pairs of turns a sentence may run over: same party, soon after, at most a word from the other between."""
        found: list[Join] = []
        last: dict[Party, int] = {}
        for index, turn in enumerate(self.turns):
            before = last.get(turn.party)
            last[turn.party] = index
            if before is None or self.spans[index].start - self.spans[before].end > JOIN_GAP:
                continue
            if sum(len(self.heard[between]) for between in range(before + 1, index)) > JOIN_INTERJECTION:
                continue
            if self.turns[before].text.rstrip().endswith(_SENTENCE_ENDS):
                continue
            one, two = self.heard[before], self.heard[index]
            tail = one.characters[-JOIN_TAIL:]
            if tail and len(two):
                line = hear(tail + two.characters[:JOIN_TAIL])
                if len(line) == len(tail) + min(JOIN_TAIL, len(two)):
                    found.append(Join(before, index, line, len(tail), len(one) - len(tail)))
        return tuple(found)

    @cached_property
    def _matches(self) -> dict[int, list[Match]]:
        lines = [*self.heard, *(join.heard for join in self.joins)]
        by_phrase: dict[int, list[Match]] = {}
        for match in self.book.search(lines):
            if match.line >= len(self.turns):
                join = self.joins[match.line - len(self.turns)]
                if not match.start < join.cut < match.end or not match.sure:
                    continue
            by_phrase.setdefault(match.phrase, []).append(match)
        return by_phrase

    @cached_property
    def _by_turn(self) -> dict[tuple[int, int], list[Match]]:
        found: dict[tuple[int, int], list[Match]] = {}
        for phrase, matches in self._matches.items():
            for match in matches:
                found.setdefault((phrase, match.line), []).append(match)
        return found

    def matches_in(self, wording: Wording, turn: int) -> list[Match]:
        """Matches of a wording inside one turn."""
        return self._by_turn.get((self.book.number(wording), turn), [])

    def hits(self, wording: Wording, party: Party | None = None, *, joined: bool = True) -> list[Hit]:
        """Every place where a wording of the policy was heard from this party, in time order."""
        number = self.book.number(wording)
        found: list[Hit] = []
        for match in self._matches.get(number, ()):
            crossing = match.line >= len(self.turns)
            if crossing and not joined:
                continue
            quotes = self._quotes(match)
            if party is not None and quotes[0].party not in (party, Party.unknown):
                continue
            found.append(self.hit_of(quotes, match, wording.text, self.book.threshold(number)))
        found.sort(key=lambda hit: (hit.span.start, hit.turn or 0))
        return found

    def clause(self, turn: int, token: int) -> int:
        """Number of the clause a token stands in: punctuation before it, as far as the recogniser wrote any."""
        heard = self.heard[turn]
        place = heard.starts[min(token, len(heard) - 1)]
        return sum(character in "，。！？；,.!?;、：:" for character in self.turns[turn].text[:place])

    def hit_of(self, quotes: tuple[Quote, ...], match: Match, pattern: str, threshold: float) -> Hit:
        """A hit whose words were heard well enough to be sure."""
        return Hit(
            evidence=quotes,
            span=Span(start=quotes[0].span.start, end=max(q.span.end for q in quotes)),
            turn=quotes[0].turn,
            last_turn=quotes[-1].turn,
            sure=match.sure and self.clear(quotes),
            score=round(match.similarity, 3),
            threshold=round(threshold, 3),
            pattern=pattern,
            accuses=match.accuses,
            key=pattern,
        )

    def clear(self, quotes: Sequence[Quote]) -> bool:
        """Were these words heard well enough?"""
        words = [word for q in quotes for word in self.turns[q.turn].words_of(q.characters)]
        return sum(word.confidence for word in words) >= LOW_HIT * len(words)

    def _quotes(self, match: Match) -> tuple[Quote, ...]:
        if match.line < len(self.turns):
            return (self.quote(match.line, match.start, match.end),)
        join = self.joins[match.line - len(self.turns)]
        return (
            self.quote(join.first, join.skipped + match.start, join.skipped + join.cut),
            self.quote(join.second, 0, match.end - join.cut),
        )

    def quote(self, turn: int, first: int, end: int) -> Quote:
        """Tokens ``[first, end)`` of a turn as evidence."""
        heard = self.heard[turn]
        where = TextSpan(start=heard.starts[first], end=max(heard.ends[first:end]))
        return self.turns[turn].quote(where)


_NAMES = {Party.agent: "坐席", Party.customer: "客户", Party.unknown: "未知方"}
