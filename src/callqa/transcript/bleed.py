"""Channel bleed: one party's voice heard, quieter, on the other party's channel."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np
from rapidfuzz.distance import Levenshtein

from callqa.domain import Party, Removed, Span, Waveform, Word

Channel = tuple[Party, Waveform, Sequence[Word]]

_PHRASE_GAP_MS = 300
_SAME_TIME_MS = 400
"""Two channels of one recording differ by no more than the recogniser's own uncertainty."""
_SAME_TEXT = 0.6
"""Likeness (1 − edit distance / longer length) from which two phrases count as the same words."""
_QUIETER_DB = 6.0
_QUIETER_SHORT_DB = 12.0
"""One or two characters (好, 对对) are easily said by both at once: there the level must differ more."""
_SHORT = 2
_SAME_SOUND = 0.5
"""Cross-correlation from which the quieter sound is the louder one's leak, whatever words were made of it: two voices
stay under 0.2, a leak 5 dB above the noise of its line reaches 0.85."""
_LISTENED_MS = 5000
_SILENT = 1e-10


def without_bleed(channels: Sequence[Channel]) -> tuple[list[list[Word]], list[Removed]]:
    """Takes out phrases that another channel holds louder at the same time: the same words, or the same sound.

    Args:
        channels: Party, waveform and words of each channel of one call; words in time order, not overlapping.

    Returns:
        The words that stay, per channel, and what was taken out (reason ``bleed``).
    """
    kept: list[list[Word]] = []
    removed: list[Removed] = []
    for number, (party, waveform, words) in enumerate(channels):
        own: list[Word] = []
        others = [channel for index, channel in enumerate(channels) if index != number]
        for phrase in _phrases(words):
            if any(_leaks(phrase, waveform, other) for other in others):
                text = "".join(word.text for word in phrase)
                removed.append(Removed(party=party, span=_span(phrase), text=text, reason="bleed"))
            else:
                own += phrase
        kept.append(own)
    return kept, removed


def _leaks(phrase: Sequence[Word], waveform: Waveform, louder: Channel) -> bool:
    span = _span(phrase)
    words = louder[2]
    first = bisect_right(words, span.start - _SAME_TIME_MS, key=lambda word: word.span.end)
    last = bisect_left(words, span.end + _SAME_TIME_MS, key=lambda word: word.span.start)
    there = words[first:last]
    if not there:
        return False
    text = "".join(word.text for word in phrase)
    needed = _QUIETER_SHORT_DB if len(text) <= _SHORT else _QUIETER_DB
    if level(louder[1], span) - level(waveform, span) < needed:
        return False
    alike = _likeness(text, "".join(word.text for word in there)) >= _SAME_TEXT
    return alike or _copied(waveform, louder[1], span) >= _SAME_SOUND


def _likeness(text: str, there: str) -> float:
    """How much of the phrase is found, in order, within what the other channel says at the time (0 to 1).

    The other channel may say more than leaked through: its surplus at both ends costs nothing.
    """
    if len(there) <= len(text):
        return Levenshtein.normalized_similarity(text, there)
    windows = (there[start : start + len(text)] for start in range(len(there) - len(text) + 1))
    return max(Levenshtein.normalized_similarity(text, window) for window in windows)


def _copied(waveform: Waveform, louder: Waveform, span: Span) -> float:
    """How far the sound is a delayed copy of the other channel's: largest normalised cross-correlation, 0 to 1.

    Delays up to 400 ms either way (an echo comes back through the network); of long phrases the first five seconds count.
    """
    first = span.start * waveform.rate // 1000
    length = min(span.duration, _LISTENED_MS) * waveform.rate // 1000
    reach = _SAME_TIME_MS * waveform.rate // 1000
    quiet = np.asarray(waveform.samples[first : first + length], np.float32)
    begin = max(0, first - reach)
    loud = np.asarray(louder.samples[begin : first + length + reach], np.float32)
    if len(loud) < len(quiet) or not quiet.any() or not loud.any():
        return 0.0
    size = 1 << (len(loud) + len(quiet)).bit_length()
    product = np.fft.irfft(np.fft.rfft(loud, size) * np.conj(np.fft.rfft(quiet, size)), size)
    places = len(loud) - len(quiet) + 1
    energy = np.concatenate(([0.0], np.cumsum(np.square(loud, dtype=np.float64))))
    scale = np.sqrt(
        np.maximum(energy[len(quiet) :] - energy[:places], _SILENT)
        * np.sum(np.square(quiet, dtype=np.float64))
    )
    return float(np.max(np.abs(product[:places]) / np.maximum(scale, _SILENT)))


def level(waveform: Waveform, span: Span) -> float:
    """Mean level within the span in dBFS."""
    part = waveform.samples[span.start * waveform.rate // 1000 : span.end * waveform.rate // 1000]
    power = float(np.mean(np.square(part, dtype=np.float64))) if len(part) else 0.0
    return 10 * float(np.log10(max(power, _SILENT)))


def _phrases(words: Sequence[Word]) -> list[list[Word]]:
    phrases: list[list[Word]] = []
    for word in words:
        if phrases and word.span.start - phrases[-1][-1].span.end <= _PHRASE_GAP_MS:
            phrases[-1].append(word)
        else:
            phrases.append([word])
    return phrases


def _span(phrase: Sequence[Word]) -> Span:
    return Span(start=phrase[0].span.start, end=phrase[-1].span.end)
