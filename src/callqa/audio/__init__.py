"""Sound files → waveforms and numbers about the recording."""

from callqa.audio.decode import RATE, Decoded, content_hash, decode
from callqa.audio.examine import dead_channels, examine, open_call, same_channels, voices

__all__ = [
    "RATE",
    "Decoded",
    "content_hash",
    "dead_channels",
    "decode",
    "examine",
    "open_call",
    "same_channels",
    "voices",
]
