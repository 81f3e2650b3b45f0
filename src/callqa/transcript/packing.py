"""Stretches of speech → full windows: the recogniser pays for a window, however little of it is speech."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from callqa.transcript.speech import RATE, Stretch

_NEARLY_FULL = 0.85
"""A channel's row that fills this share of a window is a window of its own."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One stretch inside a window.

    Attributes:
        channel: Which waveform.
        stretch: Where in the waveform, samples.
        offset: Where it begins in the window, samples.
    """

    channel: int
    stretch: Stretch
    offset: int

    @property
    def end(self) -> int:
        """First sample of the window after the piece."""
        return self.offset + self.stretch.length


@dataclass(frozen=True, slots=True)
class Window:
    """Pieces in window order, with silence between them."""

    pieces: tuple[Piece, ...]

    @property
    def length(self) -> int:
        """Samples from the window's start to the end of its last piece."""
        return self.pieces[-1].end

    def samples(self, waveforms: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """The window's sound, shape (length,)."""
        sound = np.zeros(self.length, np.float32)
        for piece in self.pieces:
            sound[piece.offset : piece.end] = waveforms[piece.channel][
                piece.stretch.start : piece.stretch.end
            ]
        return sound

    def nearest(self, sample: int) -> int:
        """Index of the piece that holds this sample of the window, or lies nearest to it."""
        index = max(0, bisect_right([piece.offset for piece in self.pieces], sample) - 1)
        if index + 1 < len(self.pieces) and sample >= self.pieces[index].end:
            before, after = sample - self.pieces[index].end, self.pieces[index + 1].offset - sample
            return index if before <= after else index + 1
        return index


@dataclass(slots=True)
class _Row:
    """Consecutive stretches of one channel that share a window."""

    call: int
    channel: int
    stretches: list[Stretch]
    length: int


def pack(
    channels: Sequence[Sequence[Stretch]],
    *,
    calls: Sequence[int],
    longest: int,
    gap: int,
    border: int | None = None,
    share_windows: bool = True,
) -> list[Window]:
    """Fills windows.

    Speech of one channel stays together and in order (the words before help the recogniser). Where a channel does not fill
    a window nearly by itself, its speech is cut into rows of at most half a window, and rows of all channels share
    windows: largest first, each into the fullest window that holds it.

    Args:
        channels: Stretches per channel, none longer than ``longest``.
        calls: Number of the call each channel belongs to.
        longest: Samples a window can hold.
        gap: Samples of silence between two pieces of one channel.
        border: Samples of silence between pieces of different channels, at least ``gap``; None = ``gap``.
        share_windows: False = a window never holds speech of two calls.
    """
    rows = [
        row
        for number, found in enumerate(channels)
        for row in _rows(calls[number], number, found, longest, gap)
    ]
    groups = (
        [rows]
        if share_windows
        else [[row for row in rows if row.call == call] for call in dict.fromkeys(calls)]
    )
    between = max(gap, border or 0)
    return [window for group in groups for window in _fill(group, longest, gap, between)]


def _rows(call: int, channel: int, stretches: Sequence[Stretch], longest: int, gap: int) -> list[_Row]:
    """Rows that nearly fill a window, and rows of at most half a window from what does not."""
    rows: list[_Row] = []
    for row in _next_fit(call, channel, stretches, longest, gap):
        full = row.length >= _NEARLY_FULL * longest
        rows += [row] if full else _next_fit(call, channel, row.stretches, longest // 2, gap)
    return rows


def _next_fit(call: int, channel: int, stretches: Iterable[Stretch], limit: int, gap: int) -> list[_Row]:
    """Consecutive stretches up to the limit; a longer one stands alone."""
    rows: list[_Row] = []
    for stretch in stretches:
        if rows and rows[-1].length + gap + stretch.length <= limit:
            rows[-1].stretches.append(stretch)
            rows[-1].length += gap + stretch.length
        else:
            rows.append(_Row(call, channel, [stretch], stretch.length))
    return rows


def _fill(rows: Iterable[_Row], longest: int, gap: int, border: int) -> list[Window]:
    bins: list[list[_Row]] = []
    room: list[int] = []
    for row in sorted(rows, key=lambda r: -r.length):
        fitting = [index for index, left in enumerate(room) if left >= border + row.length]
        if fitting:
            best = min(fitting, key=lambda index: room[index])
            bins[best].append(row)
            room[best] -= border + row.length
        else:
            bins.append([row])
            room.append(longest - row.length)
    for held in bins:
        held.sort(key=lambda r: (r.call, r.channel, r.stretches[0].start))
    bins.sort(key=lambda held: (held[0].call, held[0].channel, held[0].stretches[0].start))
    return [_laid_out(held, gap, border) for held in bins]


def _laid_out(rows: Iterable[_Row], gap: int, border: int) -> Window:
    pieces: list[Piece] = []
    for row in rows:
        for stretch in row.stretches:
            same = bool(pieces) and pieces[-1].channel == row.channel
            place = pieces[-1].end + (gap if same else border) if pieces else 0
            pieces.append(Piece(row.channel, stretch, place))
    return Window(tuple(pieces))


def fill(windows: Sequence[Window], *, longest: int) -> float | None:
    """Share of the windows' length that is speech; None without windows."""
    if not windows:
        return None
    return sum(piece.stretch.length for window in windows for piece in window.pieces) / (
        longest * len(windows)
    )


def milliseconds(samples: int) -> int:
    """Samples at 16 kHz → whole milliseconds, rounded down."""
    return samples * 1000 // RATE
