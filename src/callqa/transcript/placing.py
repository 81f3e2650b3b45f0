"""Words timed inside a window → words on the channels they were said on."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from callqa.domain import Span, Word
from callqa.transcript.packing import Piece, Window, milliseconds
from callqa.transcript.speech import RATE

_SHORTEST_MS = 20
"""One step of Whisper's time axis; shorter words get this much where the stretch has room."""
_LONGEST_MS = 600
"""Per character: attention holds the last character of a phrase through the pause after it."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A word as the recogniser gives it: seconds from the window's start."""

    text: str
    start: float
    end: float
    probability: float


def assign(window: Window, words: Sequence[Timed]) -> list[list[Timed]]:
    """The window's words per piece: each goes to the piece that holds its middle, or lies nearest.

    The order of words is the order of pieces: a word never goes to an earlier piece than the word before it.
    """
    held: list[list[Timed]] = [[] for _ in window.pieces]
    latest = 0
    for word in words:
        latest = max(latest, window.nearest(round((word.start + word.end) / 2 * RATE)))
        held[latest].append(word)
    return held


def on_channel(piece: Piece, words: Sequence[Timed]) -> list[Word]:
    """One piece's words in milliseconds of the recording.

    Inside the stretch, in order, not overlapping, each at least 1 ms long (20 ms where the stretch has room).
    Words that find no room at all (more words than milliseconds) are a loop that no guard caught; they are cut off.
    """
    first, last = _limits(piece)
    words = words[: last - first]
    if not words:
        return []
    step = max(1, min(_SHORTEST_MS, (last - first) // len(words)))
    shift = first - milliseconds(piece.offset)
    starts: list[int] = []
    for number, word in enumerate(words):
        earliest = first if not starts else starts[-1] + step
        latest = last - (len(words) - number) * step
        starts.append(min(max(round(word.start * 1000) + shift, earliest), latest))
    placed = []
    for number, word in enumerate(words):
        start = starts[number]
        limit = starts[number + 1] if number + 1 < len(words) else last
        wanted = min(round(word.end * 1000) + shift, start + _LONGEST_MS * len(word.text))
        end = min(max(wanted, start + step), limit)
        placed.append(
            Word(text=word.text, span=Span(start=start, end=end), confidence=_share(word.probability))
        )
    return placed


def stretch_span(piece: Piece) -> Span:
    """The piece's stretch in whole milliseconds of the recording."""
    first, last = _limits(piece)
    return Span(start=first, end=last)


def _limits(piece: Piece) -> tuple[int, int]:
    first = milliseconds(piece.stretch.start)
    return first, max(first + 1, milliseconds(piece.stretch.end))


def _share(probability: float) -> float:
    return round(min(1.0, max(0.0, probability)), 4) if math.isfinite(probability) else 0.0
