"""Mandarin speech by espeak-ng 1.52 (the library of the ``espeakng-loader`` package), with the time of every character.

The library keeps one global state in this process, the place in its pitch jitter among it: call from one thread only. The same
sequence of calls in a new process gives the same samples, bit by bit; the same text said again later in a process differs
a little (less than 1 % in length), as a person's would.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import soxr

from synthesis.telesales_text.split import PUNCTUATION

SAMPLE_RATE = 8000
"""Rate of every sample array of this package, in Hz."""

VOICES = ("f2", "f4", "m1", "m3")
"""espeak-ng voice variants of the samples: two female, two male. The demo recogniser knows these and no others."""

SPEEDS = (150, 195)
PITCHES = (38, 62)
"""Speed (espeak words per minute) and pitch ranges, ends included, that the demo recogniser was trained on."""

_LIBRARY_RATE = 22050
_SYNCHRONOUS = 2
_PHONEME_EVENTS = 1
_UTF8 = 1
_RATE_PARAMETER, _PITCH_PARAMETER = 1, 3
_EVENT_END, _EVENT_WORD, _EVENT_SENTENCE_END, _EVENT_PHONEME = 0, 1, 5, 7
_PAUSES = frozenset((b"_|", b"_:", b"_"))
_LEAD_SAMPLES, _TAIL_SAMPLES = 160, 400
_AUDIBLE = 0.01
_PEAK = 0.61

Samples = npt.NDArray[np.float32]


class SynthesisError(RuntimeError):
    """The text cannot be spoken; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One synthesised text.

    Attributes:
        text: The text as given, punctuation included.
        samples: Shape (n,), float32 in −1…1, 8 kHz; silence around the speech is cut to 20–50 ms.
        times: Per character of ``text`` (start, end) in seconds from the first sample; (−1, −1) for punctuation.
    """

    text: str
    samples: Samples
    times: tuple[tuple[float, float], ...]

    @property
    def seconds(self) -> float:
        return len(self.samples) / SAMPLE_RATE


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


@dataclass(frozen=True, slots=True)
class _Mark:
    kind: int
    position: int
    length: int
    sample: int
    phoneme: bytes


class _Engine:
    def __init__(self) -> None:
        import espeakng_loader

        self._library: Any = ctypes.CDLL(espeakng_loader.get_library_path())
        rate = self._library.espeak_Initialize(
            _SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), _PHONEME_EVENTS
        )
        if rate != _LIBRARY_RATE:
            raise SynthesisError(
                f"espeak-ng answered {rate} instead of {_LIBRARY_RATE} Hz; install espeakng-loader 0.2.4."
            )
        self._blocks: list[npt.NDArray[np.int16]] = []
        self._marks: list[_Mark] = []
        # espeak-ng seeds its breath noise with the clock; a fixed seed makes a fresh process repeatable.
        self._library.espeak_ng_SetRandSeed(ctypes.c_long(1))
        prototype = ctypes.CFUNCTYPE(
            ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
        )
        self._callback = prototype(self._receive)
        self._library.espeak_SetSynthCallback(self._callback)

    def _receive(self, samples: Any, count: int, events: Any) -> int:
        if count > 0:
            self._blocks.append(np.ctypeslib.as_array(samples, (count,)).copy())
        index = 0
        while events[index].type != _EVENT_END:
            event = events[index]
            index += 1
            if event.type in (_EVENT_WORD, _EVENT_SENTENCE_END, _EVENT_PHONEME):
                phoneme = event.id if event.type == _EVENT_PHONEME else b""
                self._marks.append(
                    _Mark(event.type, event.text_position, event.length, event.sample, phoneme)
                )
        return 0

    def speak(
        self, text: str, voice: str, speed: int, pitch: int
    ) -> tuple[npt.NDArray[np.int16], list[_Mark]]:
        self._blocks, self._marks = [], []
        if self._library.espeak_SetVoiceByName(f"cmn+{voice}".encode()) != 0:
            raise SynthesisError(f"espeak-ng does not load voice {voice!r}; install espeakng-loader 0.2.4.")
        self._library.espeak_SetParameter(_RATE_PARAMETER, speed, 0)
        self._library.espeak_SetParameter(_PITCH_PARAMETER, pitch, 0)
        encoded = text.encode()
        self._library.espeak_Synth(encoded, ctypes.c_size_t(len(encoded) + 1), 0, 1, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        if not self._blocks:
            raise SynthesisError(
                f"espeak-ng said nothing for {text!r}; give it a text of Chinese characters."
            )
        return np.concatenate(self._blocks), self._marks


@lru_cache(maxsize=1)
def _engine() -> _Engine:
    return _Engine()


def synthesise(text: str, *, voice: str, speed: int = 172, pitch: int = 50) -> Utterance:
    """Speaks a text.

    Args:
        text: Chinese characters with Chinese punctuation; numbers written out (一千二百八).
        voice: One of ``VOICES``.
        speed: espeak-ng's words per minute; see ``SPEEDS``.
        pitch: 0…100; see ``PITCHES``.

    Raises:
        SynthesisError: Nothing audible, an unknown voice, or a character without a time (it is not spoken as one syllable).
    """
    if voice not in VOICES:
        raise SynthesisError(f"there is no voice {voice!r}; use one of {', '.join(VOICES)}.")
    raw, marks = _engine().speak(text, voice, speed, pitch)
    samples = np.asarray(
        soxr.resample(raw.astype(np.float32), _LIBRARY_RATE, SAMPLE_RATE, quality="MQ"), np.float32
    )
    peak = float(np.abs(samples).max(initial=0.0))
    if peak < 100.0:
        raise SynthesisError(f"espeak-ng gave silence for {text!r}; give it a text of Chinese characters.")
    audible = np.flatnonzero(np.abs(samples) > _AUDIBLE * peak)
    first = max(0, int(audible[0]) - _LEAD_SAMPLES)
    samples = samples[first : int(audible[-1]) + _TAIL_SAMPLES]
    times = _character_times(text, marks, offset=first / SAMPLE_RATE, seconds=len(samples) / SAMPLE_RATE)
    return Utterance(text=text, samples=np.asarray(samples * (_PEAK / peak), np.float32), times=times)


def _character_times(
    text: str, marks: list[_Mark], *, offset: float, seconds: float
) -> tuple[tuple[float, float], ...]:
    """Times from word events; a word of several characters is divided evenly, a word ends at the next word or pause."""
    times = [(-1.0, -1.0)] * len(text)
    begun = {mark.position - 1 for mark in marks if mark.kind == _EVENT_WORD}
    for index, mark in enumerate(marks):
        if mark.kind != _EVENT_WORD:
            continue
        start, end = mark.sample / _LIBRARY_RATE - offset, seconds
        for later in marks[index + 1 :]:
            if later.kind != _EVENT_PHONEME or later.phoneme in _PAUSES:
                end = later.sample / _LIBRARY_RATE - offset
                break
        first = mark.position - 1
        length = max(1, mark.length)
        # A phrase of espeak's dictionary (您好, 服务) is announced once, with the length of its first character.
        while (
            first + length < len(text)
            and first + length not in begun
            and text[first + length] not in PUNCTUATION
        ):
            length += 1
        step = (end - start) / length
        for part in range(length):
            place = first + part
            if 0 <= place < len(text) and text[place] not in PUNCTUATION:
                times[place] = (max(0.0, start + step * part), min(seconds, start + step * (part + 1)))
    untimed = [
        character
        for character, time in zip(text, times, strict=True)
        if time[0] < 0 and character not in PUNCTUATION
    ]
    if untimed:
        raise SynthesisError(
            f"espeak-ng gives no time for {''.join(untimed)!r} of {text!r}; reword the text."
        )
    return tuple(times)
