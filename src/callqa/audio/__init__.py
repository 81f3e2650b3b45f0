"""Sound files → waveforms and numbers about the recording."""

from callqa.audio.decoding import LONGEST_HOURS, RATE, Decoded, content_hash, decode
from callqa.audio.extract import write_extract
from callqa.audio.measures import dead_channels, examine, open_call, same_channels, voices
from callqa.audio.peaks import waveform_peaks
from callqa.audio.probe import Declared, declared

VERSION = "1"
"""Part of every cache key; goes up whenever the same file would give other samples or measures."""

__all__ = [
    "LONGEST_HOURS",
    "RATE",
    "VERSION",
    "Declared",
    "Decoded",
    "content_hash",
    "dead_channels",
    "declared",
    "decode",
    "examine",
    "open_call",
    "same_channels",
    "voices",
    "waveform_peaks",
    "write_extract",
]
