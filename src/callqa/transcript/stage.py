"""The stage: channels of a batch of calls → one transcript per call."""

from collections.abc import Sequence
from datetime import datetime

from callqa.domain import Call, Party, Provenance, Removed, Transcript, Waveform, Word
from callqa.transcript.bleed import without_bleed
from callqa.transcript.recogniser import Heard, Recogniser
from callqa.transcript.simplified import tidy
from callqa.transcript.turns import PAUSE_MS, turns_of

VERSION = "1"
"""Part of every cache key; goes up whenever the same sound would give another transcript."""

Voices = Sequence[tuple[Party, Waveform]]
"""The channels of a call that are worth hearing, with who speaks on them."""


def transcribe(
    calls: Sequence[tuple[Call, Voices]], recogniser: Recogniser, *, at: datetime, pause: int = PAUSE_MS
) -> list[Transcript]:
    """Transcribes a batch of calls together: the recogniser sees all their channels at once.

    Args:
        calls: Each call with its channels (``audio.voices`` leaves out dead and repeated ones).
        recogniser: Hears the channels.
        at: Time for the provenance.
        pause: Milliseconds of silence that end a turn.

    Returns:
        One transcript per call, in order; a call in which nobody speaks has no turns.

    Raises:
        RecogniserError: The recogniser failed.
    """
    numbers = [number for number, (_, voices) in enumerate(calls) for _ in voices]
    waveforms = [waveform for _, voices in calls for _, waveform in voices]
    heard = iter(recogniser.transcribe(waveforms, calls=numbers) if waveforms else ())
    provenance = Provenance(step="transcript", version=VERSION, model=recogniser.model, at=at)
    return [
        _transcript(
            call,
            voices,
            [next(heard) for _ in voices],
            language=recogniser.language,
            provenance=provenance,
            pause=pause,
        )
        for call, voices in calls
    ]


def _transcript(
    call: Call,
    voices: Voices,
    heard: Sequence[Heard],
    *,
    language: str,
    provenance: Provenance,
    pause: int,
) -> Transcript:
    removed = [
        Removed(party=party, span=item.span, text=item.text, reason=item.reason)
        for (party, _), channel in zip(voices, heard, strict=True)
        for item in channel.dropped
    ]
    tidied = [tidy(channel.words) for channel in heard]
    kept, leaked = without_bleed(
        [(party, waveform, words) for (party, waveform), words in zip(voices, tidied, strict=True)]
    )
    said: dict[Party, list[Word]] = {}
    for (party, _), words in zip(voices, kept, strict=True):
        said.setdefault(party, []).extend(words)
    for words in said.values():
        words.sort(key=lambda word: (word.span.start, word.span.end))
    return Transcript(
        call_id=call.id,
        language=language,
        turns=turns_of(said, pause=pause),
        removed=tuple(sorted([*removed, *leaked], key=lambda item: (item.span.start, item.party))),
        provenance=provenance,
    )
