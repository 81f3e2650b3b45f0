"""The port every speech recogniser fits: many channels in, words with times out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from callqa.domain import ModelRef, Span, Waveform, Word


@dataclass(frozen=True, slots=True)
class Dropped:
    """Speech without text that can be believed.

    Attributes:
        span: When.
        text: What had been written and was taken out; empty for ``no_text``.
        reason: ``no_speech``, ``compression``, ``repetition``, ``silence_phrase``, ``low_probability``, ``too_fast``, or
            ``no_text`` where somebody speaks and nothing was written.
    """

    span: Span
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard on one channel.

    Attributes:
        words: In time order, not overlapping, inside the waveform; raw, as the recogniser writes them.
        speech: Stretches that were taken for speech, ordered, disjoint.
        dropped: Speech without believable text, in time order.
    """

    words: tuple[Word, ...] = ()
    speech: tuple[Span, ...] = ()
    dropped: tuple[Dropped, ...] = ()


class Recogniser(Protocol):
    """Hears any number of channels of any calls at once."""

    @property
    def model(self) -> ModelRef:
        """Which model; part of every transcript's provenance."""
        ...

    @property
    def language(self) -> str:
        """Language code of everything heard, e.g. ``zh``."""
        ...

    def transcribe(self, waveforms: Sequence[Waveform], *, calls: Sequence[int] | None = None) -> list[Heard]:
        """Recognises channels.

        Args:
            waveforms: 16 kHz channels.
            calls: A number per waveform, the same for channels of one call; None = every waveform is a call of its own.

        Returns:
            One result per waveform, in order.

        Raises:
            RecogniserError: The recogniser itself failed (not: nothing was heard).
        """
        ...
