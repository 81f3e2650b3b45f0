"""Words per party → turns in time order; talk-over keeps both sides."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from callqa.domain import Party, Turn, Word
from callqa.transcript.guards import bare

PAUSE_MS = 1500
"""A pause this long ends a turn even where nobody else speaks."""
_BREATH_MS = 400
"""Words closer than this are one phrase."""
_BACKCHANNEL_MS = 1000
_BACKCHANNEL_CHARACTERS = frozenset("嗯恩哦噢喔啊呃额欸诶哎唉对好是行的呢呀嘛哈可以没错知道了明白")
_BACKCHANNEL_LENGTH = 4


@dataclass(slots=True)
class _Phrase:
    party: Party
    words: list[Word]

    @property
    def start(self) -> int:
        return self.words[0].span.start

    @property
    def end(self) -> int:
        return self.words[-1].span.end

    @property
    def listening(self) -> bool:
        """A short 嗯/对/好的 that shows attention and does not ask for the floor."""
        text = bare("".join(word.text for word in self.words))
        return (
            len(text) <= _BACKCHANNEL_LENGTH
            and self.end - self.start <= _BACKCHANNEL_MS
            and all(character in _BACKCHANNEL_CHARACTERS for character in text)
        )


def turns_of(words: Mapping[Party, Sequence[Word]], *, pause: int = PAUSE_MS) -> tuple[Turn, ...]:
    """Turns of a call.

    A party's words are first cut into phrases at pauses over 400 ms. Two neighbouring phrases of one party are one
    turn unless the pause between them is longer than ``pause``, or another party speaks into it with more than a
    backchannel (at most four characters such as 嗯, 对, 好的 within one second). What is said at the same time stays in
    both turns; a backchannel is a turn of its own beside the one it accompanies.

    Args:
        words: Per party, in time order.
        pause: Milliseconds.

    Returns:
        Turns ordered by start, then party; indices from 0.
    """
    phrases = {party: _phrases(party, said) for party, said in words.items()}
    joined: list[_Phrase] = []
    for party, own in phrases.items():
        taking = [
            p for other, theirs in phrases.items() if other is not party for p in theirs if not p.listening
        ]
        joined += _join(own, taking, pause)
    joined.sort(key=lambda phrase: (phrase.start, phrase.party, phrase.end))
    return tuple(
        Turn(
            index=index,
            party=phrase.party,
            text="".join(w.text for w in phrase.words),
            words=tuple(phrase.words),
        )
        for index, phrase in enumerate(joined)
    )


def _phrases(party: Party, words: Sequence[Word]) -> list[_Phrase]:
    phrases: list[_Phrase] = []
    for word in words:
        if phrases and word.span.start - phrases[-1].end <= _BREATH_MS:
            phrases[-1].words.append(word)
        else:
            phrases.append(_Phrase(party, [word]))
    return phrases


def _join(own: Sequence[_Phrase], taking: Iterable[_Phrase], pause: int) -> list[_Phrase]:
    taking = sorted(taking, key=lambda phrase: phrase.start)
    starts = [phrase.start for phrase in taking]
    latest_ends = list(accumulate((phrase.end for phrase in taking), max))
    joined: list[_Phrase] = []
    for phrase in own:
        if joined and phrase.start - joined[-1].end <= pause:
            before = bisect_left(starts, phrase.start)
            if not before or latest_ends[before - 1] <= joined[-1].end:
                joined[-1].words.extend(phrase.words)
                continue
        joined.append(_Phrase(phrase.party, list(phrase.words)))
    return joined
