"""From stretches of speech to words on channels: decode packed windows, mistrust, listen once more, keep or drop.

Knows no recogniser library: whatever decodes windows and single stretches will do (``Ear``).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from callqa.domain import Word
from callqa.transcript.guards import Patience, bare, stretch_fault, window_fault
from callqa.transcript.packing import Piece, Window
from callqa.transcript.placing import Timed, assign, on_channel, stretch_span
from callqa.transcript.recogniser import Dropped, Heard
from callqa.transcript.speech import RATE, Stretch

_WORDLESS_MS = 700
"""Speech at least this long for which nothing was written is heard again and, if still nothing, recorded."""
_SPARSE_MS = 2000
_SPARSE_PER_SECOND = 1.2
"""Characters per second under which a longer stretch is heard again; slow Mandarin with pauses has 2."""

Packer = Callable[[Sequence[Sequence[Stretch]]], list[Window]]


@dataclass(frozen=True, slots=True)
class Decoded:
    """A window's words with what the guards need.

    Attributes:
        words: Times in seconds from the window's start.
        log_probability: Mean over the window's tokens.
        no_speech: Probability of the no-speech token.
    """

    words: list[Timed]
    log_probability: float
    no_speech: float

    @property
    def text(self) -> str:
        """All words joined."""
        return _text(self.words)

    @property
    def fault(self) -> str | None:
        """Why this cannot be believed, or None."""
        return window_fault(text=self.text, log_probability=self.log_probability, no_speech=self.no_speech)


class Ear(Protocol):
    """Decodes."""

    def decode(self, windows: Sequence[Window]) -> Iterator[tuple[Window, Decoded]]:
        """Windows in batches, in order."""
        ...

    def decode_alone(self, piece: Piece) -> Decoded:
        """One stretch in a window of its own, with more tries than ``decode`` has."""
        ...


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What one stretch came to."""

    words: tuple[Word, ...] = ()
    dropped: Dropped | None = None

    @property
    def characters(self) -> int:
        return len(bare("".join(word.text for word in self.words)))


@dataclass(slots=True)
class _Channel:
    words: list[Word] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)

    def take(self, outcome: _Outcome) -> None:
        self.words += outcome.words
        if outcome.dropped:
            self.dropped.append(outcome.dropped)


def hear(channels: Sequence[Sequence[Stretch]], ear: Ear, *, packed: Packer) -> list[Heard]:
    """Words of all channels.

    A window that fails as a whole (low probability, repetition) is heard again stretch by stretch. A stretch that came
    out without text, with less than anybody says in the time, or with text nobody says, is heard once more among its like;
    the fuller of the two answers stays. What cannot be believed then is dropped with its reason.

    Args:
        channels: Stretches of speech per channel, ordered, disjoint.
        ear: Decodes.
        packed: Fills windows with stretches of several channels.

    Returns:
        One result per channel.
    """
    results = [_Channel() for _ in channels]
    patience = Patience()
    doubtful: list[list[Stretch]] = [[] for _ in channels]
    first: dict[tuple[int, Stretch], _Outcome] = {}
    for piece, outcome in _outcomes(ear, packed(channels), patience):
        if _is_doubtful(piece, outcome):
            doubtful[piece.channel].append(piece.stretch)
            first[piece.channel, piece.stretch] = outcome
        else:
            results[piece.channel].take(outcome)
    for piece, outcome in _outcomes(ear, packed([sorted(found) for found in doubtful]), patience):
        before = first[piece.channel, piece.stretch]
        results[piece.channel].take(outcome if outcome.characters > before.characters else before)
    return [
        Heard(
            words=tuple(sorted(result.words, key=lambda word: word.span.start)),
            speech=tuple(stretch_span(Piece(number, stretch, 0)) for stretch in found),
            dropped=tuple(sorted(result.dropped, key=lambda item: item.span.start)),
        )
        for number, (result, found) in enumerate(zip(results, channels, strict=True))
    ]


def _outcomes(ear: Ear, windows: Sequence[Window], patience: Patience) -> Iterator[tuple[Piece, _Outcome]]:
    for window, decoded in ear.decode(windows):
        assigned = zip(window.pieces, assign(window, decoded.words), strict=True)
        if decoded.fault:
            yield from _one_by_one(assigned, decoded.fault, ear, patience)
        else:
            for piece, words in assigned:
                yield piece, _outcome(piece, words)


def _one_by_one(
    assigned: Iterable[tuple[Piece, list[Timed]]], fault: str, ear: Ear, patience: Patience
) -> Iterator[tuple[Piece, _Outcome]]:
    for piece, words in assigned:
        if not patience.lasts(piece.channel):
            yield piece, _Outcome(dropped=Dropped(stretch_span(piece), _text(words), fault))
            continue
        decoded = ear.decode_alone(piece)
        still = decoded.fault
        patience.note(piece.channel, recovered=still is None)
        if still:
            yield piece, _Outcome(dropped=Dropped(stretch_span(piece), decoded.text, still))
        else:
            shift = piece.offset / RATE
            yield (
                piece,
                _outcome(
                    piece, [replace(w, start=w.start + shift, end=w.end + shift) for w in decoded.words]
                ),
            )


def _outcome(piece: Piece, words: Sequence[Timed]) -> _Outcome:
    text, span = _text(words), stretch_span(piece)
    fault = stretch_fault(text, milliseconds=span.duration)
    if fault:
        return _Outcome(dropped=Dropped(span, text, fault))
    if bare(text):
        return _Outcome(words=tuple(on_channel(piece, words)))
    return _Outcome(dropped=Dropped(span, "", "no_text") if span.duration >= _WORDLESS_MS else None)


def _is_doubtful(piece: Piece, outcome: _Outcome) -> bool:
    """Worth a second hearing: text missing or nobody's; a window's own fault has had its second hearing."""
    if outcome.dropped:
        return outcome.dropped.reason in {"no_text", "silence_phrase", "repetition", "too_fast"}
    duration = stretch_span(piece).duration
    return duration >= _SPARSE_MS and outcome.characters * 1000 < _SPARSE_PER_SECOND * duration


def _text(words: Iterable[Timed]) -> str:
    return "".join(word.text for word in words)
