"""Where somebody speaks: Silero voice activity detection, block by block, split into stretches a window can hold."""

import mmap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
HOP = 512
"""Samples per probability (32 ms): fixed by the detector."""
_CONTEXT = 64
_BLOCK_HOPS = 500
"""Hops per run of the detector (16 s): bounds memory on long recordings."""
_INAUDIBLE = 10**-6.5
_ABOVE_FLOOR = 10**0.4
_CLEAR = 10**1.5
_QUIET_HOPS = 16
_WARM_UP_HOPS = 8
"""Hops kept on both sides of a quiet run: the detector needs some sound to settle in."""


@dataclass(frozen=True, slots=True)
class SpeechOptions:
    """What counts as speech.

    Attributes:
        threshold: Speech begins at this probability …
        release: … and ends below this one.
        shortest_ms: Shorter stretches are taken for clicks.
        pause_ms: Pauses up to this stay inside a stretch.
        margin_ms: Added on both sides, as far as the neighbours allow.
        longest_ms: Longer stretches are cut where speech is least likely.
    """

    threshold: float = 0.5
    release: float = 0.35
    shortest_ms: int = 90
    pause_ms: int = 400
    margin_ms: int = 160
    longest_ms: int = 30_000


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """Speech on one channel, ``[start, end)`` in samples at 16 kHz."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """Samples."""
        return self.end - self.start


class SpeechDetector:
    """Silero VAD on one thread; keeps no state between channels.

    Args:
        path: The detector's ONNX file.
    """

    def __init__(self, path: Path) -> None:
        self._session = _session(str(path))

    def probabilities(self, samples: NDArray[np.float32], *, skip_quiet: bool = True) -> NDArray[np.float32]:
        """Probability of speech per 32 ms hop, shape (ceil(n / 512),).

        Args:
            samples: One channel at 16 kHz.
            skip_quiet: Do not ask the detector about stretches of at least a second that never rise above the
                channel's noise floor (half or more of a channel while the other party speaks): their probability is 0.
        """
        found = np.zeros(-(-len(samples) // HOP), np.float32)
        for first, last in sounding(samples) if skip_quiet else [(0, len(found))]:
            hidden = np.zeros((1, 1, 128), np.float32)
            cell = np.zeros((1, 1, 128), np.float32)
            place = first
            for block in _blocks(samples[first * HOP : last * HOP]):
                probability, hidden, cell = self._session.run(None, {"input": block, "h": hidden, "c": cell})
                found[place : place + len(block)] = np.asarray(probability, np.float32).reshape(-1)
                place += len(block)
                forget_pages(samples)
        return found

    def stretches(self, samples: NDArray[np.float32], options: SpeechOptions) -> list[Stretch]:
        """Speech of one channel, ordered and disjoint, none longer than ``options.longest_ms``."""
        return stretches_of(self.probabilities(samples), length=len(samples), options=options)


@lru_cache(maxsize=2)
def _session(path: str) -> Any:
    import onnxruntime  # type: ignore[import-untyped]

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = 1
    options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = True
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"], sess_options=options)


def sounding(samples: NDArray[np.float32]) -> list[tuple[int, int]]:
    """Ranges of hops ``[start, end)`` that may hold speech.

    Left out are runs of at least a second in which every hop stays within 4 dB of the channel's quietest tenth (or below
    −65 dBFS), but for a quarter of a second at each end; and only where the loudest hundredth stands 15 dB above that
    tenth, because speech no louder than the noise around it would be left out too.
    """
    power = _hop_power(samples)
    if not len(power):
        return []
    floor, loud = (float(value) for value in np.quantile(power, (0.1, 0.99)))
    quiet = power <= (max(_INAUDIBLE, floor * _ABOVE_FLOOR) if loud >= floor * _CLEAR else _INAUDIBLE)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], quiet.view(np.int8), [0]))))
    kept: list[tuple[int, int]] = []
    start = 0
    for begin, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        first = 0 if begin == 0 else begin + _WARM_UP_HOPS
        last = end if end == len(power) else end - _WARM_UP_HOPS
        if last - first >= _QUIET_HOPS:
            if first > start:
                kept.append((start, first))
            start = last
    if start < len(power):
        kept.append((start, len(power)))
    return kept


def _hop_power(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean power per hop; the last, shorter one over what it has."""
    step = _BLOCK_HOPS * HOP
    parts = []
    for at in range(0, len(samples), step):
        block = samples[at : at + step]
        whole = len(block) // HOP * HOP
        hops = block[:whole].reshape(-1, HOP)
        parts.append(np.einsum("hs,hs->h", hops, hops) / np.float32(HOP))
        if whole < len(block):
            parts.append(np.atleast_1d(np.mean(np.square(block[whole:]))))
        forget_pages(samples)
    return np.concatenate(parts).astype(np.float32) if parts else np.zeros(0, np.float32)


def forget_pages(samples: NDArray[np.float32]) -> None:
    """Lets go of a memory-mapped channel's pages: read once, they would stay counted as this process's memory."""
    mapped = getattr(samples, "_mmap", None)
    if mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)


def _blocks(samples: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    """Hops with the 64 samples before each, shape (hops, 576); the end is padded with silence."""
    step = _BLOCK_HOPS * HOP
    for start in range(0, len(samples), step):
        part = samples[max(0, start - _CONTEXT) : start + step]
        before = _CONTEXT if start == 0 else 0
        hops = -(-(len(part) + before - _CONTEXT) // HOP)
        padded = np.zeros(_CONTEXT + hops * HOP, np.float32)
        padded[before : before + len(part)] = part
        view = np.lib.stride_tricks.sliding_window_view(padded, HOP + _CONTEXT)[::HOP]
        yield np.ascontiguousarray(view)


def stretches_of(probability: NDArray[np.float32], *, length: int, options: SpeechOptions) -> list[Stretch]:
    """Probabilities → stretches: hysteresis, short pauses bridged, clicks dropped, margins added, long ones cut."""
    spoken = _bridge(_hysteresis(probability, options), pause=options.pause_ms * RATE // 1000 // HOP)
    shortest = options.shortest_ms * RATE // 1000
    kept = [(a * HOP, min(b * HOP, length)) for a, b in spoken if b * HOP - a * HOP >= shortest]
    widened = _widen(kept, margin=options.margin_ms * RATE // 1000, length=length)
    longest = options.longest_ms * RATE // 1000
    return [part for stretch in widened for part in _cut(stretch, probability, longest)]


def _hysteresis(probability: NDArray[np.float32], options: SpeechOptions) -> list[tuple[int, int]]:
    """Hop ranges ``[start, end)``: from the threshold until below the release."""
    state = np.zeros(len(probability), np.int8)
    state[probability >= options.threshold] = 1
    state[probability < options.release] = -1
    # carry the last decision over the undecided hops in between
    decided = np.where(state != 0, np.arange(len(state)), 0)
    carried = state[np.maximum.accumulate(decided)] if len(state) else state
    speaking = np.concatenate(([0], (carried == 1).astype(np.int8), [0]))
    edges = np.flatnonzero(np.diff(speaking))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _bridge(ranges: Sequence[tuple[int, int]], *, pause: int) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in ranges:
        if joined and start - joined[-1][1] <= pause:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _widen(ranges: Sequence[tuple[int, int]], *, margin: int, length: int) -> list[Stretch]:
    """Margins on both sides; where neighbours are near, each gets half of what lies between."""
    widened: list[Stretch] = []
    for position, (start, end) in enumerate(ranges):
        before = ranges[position - 1][1] if position else 0
        after = ranges[position + 1][0] if position + 1 < len(ranges) else length
        left = start - margin if position == 0 else max(start - margin, (start + before + 1) // 2)
        right = end + margin if position + 1 == len(ranges) else min(end + margin, (end + after) // 2)
        widened.append(Stretch(max(0, left), min(length, right)))
    return widened


def _cut(stretch: Stretch, probability: NDArray[np.float32], longest: int) -> list[Stretch]:
    """Cuts a stretch that no window can hold where speech is least likely in the later half of the window."""
    parts: list[Stretch] = []
    start = stretch.start
    while stretch.end - start > longest:
        first = (start + longest // 2) // HOP + 1
        last = (start + longest) // HOP
        around = _smooth(probability[first - 1 : last + 1])[1:-1]
        place = min((first + int(np.argmin(around))) * HOP + HOP // 2, start + longest)
        parts.append(Stretch(start, place))
        start = place
    parts.append(Stretch(start, stretch.end))
    return parts


def _smooth(probability: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.convolve(probability, np.full(3, 1 / 3, np.float32), mode="same"), np.float32)
