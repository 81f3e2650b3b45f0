"""Training windows: utterances said anew all the time, put together as the product's packer puts them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal, TextIO

import numpy as np
import numpy.typing as npt

from asr_demo.features import upsample
from asr_demo.pinyin import sound_ids, sounds
from synthesis import PITCHES, SAMPLE_RATE, SPEEDS, VOICES, SynthesisError, synthesise, telephone
from synthesis.telesales_text import Split, TextSource, normalise
from synthesis.telesales_text.draw import (
    LAST_LONG_KINDS,
    LAST_SHORT_KINDS,
    LATE_LONG_KINDS,
    LATE_SHORT_KINDS,
    LONG_KINDS,
    LONG_LIMIT,
    SHORT_KINDS,
    SHORT_LIMIT,
)

Samples = npt.NDArray[np.float32]
Stage = Literal["early", "late", "written"]

SHORT_SECONDS, SINGLE_SECONDS, FULL_SECONDS = 4.2, 10.0, 29.9
LAST_SECONDS = 15.0
"""Length of full windows at the end of the training: what the shipped model's ``chunk_length`` will be."""
_RING = 4000
_RING_START = 200


@dataclass(frozen=True, slots=True)
class Spoken:
    """One utterance as training keeps it: 16-bit samples, a (start, end) row per character, ids of its sounds."""

    text: str
    samples: npt.NDArray[np.int16]
    times: npt.NDArray[np.float32]
    sounds: tuple[int, ...]

    @property
    def seconds(self) -> float:
        return len(self.samples) / SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Placed:
    """An utterance inside a window; ``start`` and ``end`` in seconds of the window."""

    start: float
    end: float
    spoken: Spoken


@dataclass(frozen=True, slots=True)
class Window:
    """One recogniser window: 16 kHz samples, what is said in it, and where an utterance is cut by its end, if one is."""

    samples: Samples
    placed: tuple[Placed, ...]
    cut: float | None = None

    @property
    def text(self) -> str:
        return "".join(item.spoken.text for item in self.placed)


class UtteranceStream:
    """Gives utterances: a share newly written and spoken, the rest drawn from those of late.

    Args:
        seed: Decides texts, voices, speeds, pitches.
        new_share: Share of utterances that are new; one process speaks at some 150 × real time, training is faster.
        log: Every new text is written here, so that disjointness from any test set can be checked afterwards.
    """

    def __init__(
        self,
        *,
        seed: int,
        characters: frozenset[str],
        reserved: frozenset[str] = frozenset(),
        corpus: Sequence[Sequence[str]] = (),
        split: Split = Split.TRAIN,
        new_share: float = 1.0,
        log: TextIO | None = None,
    ) -> None:
        self._random = Random(seed)
        self._texts = TextSource(random=self._random, characters=characters, reserved=reserved, corpus=corpus)
        self._split, self._new_share, self._log = split, new_share, log
        self.stage: Stage = "early"
        """What the texts are about; set by the curriculum."""
        self._rings: dict[bool, list[Spoken]] = {True: [], False: []}

    def next(self, *, short: bool) -> Spoken:
        ring = self._rings[short]
        if len(ring) >= _RING_START and self._random.random() >= self._new_share:
            return self._random.choice(ring)
        spoken = self.speak(short=short)
        if len(ring) < _RING:
            ring.append(spoken)
        else:
            ring[self._random.randrange(_RING)] = spoken
        return spoken

    def speak(self, *, short: bool) -> Spoken:
        """A newly written and spoken utterance."""
        random = self._random
        while True:
            brief, full = _KINDS[self.stage]
            kinds, limit = (brief, SHORT_LIMIT) if short else (full, LONG_LIMIT)
            text = self._texts.draw(kinds, split=self._split, limit=limit)
            voice, speed, pitch = random.choice(VOICES), random.randint(*SPEEDS), random.randint(*PITCHES)
            try:
                said = synthesise(text, voice=voice, speed=speed, pitch=pitch)
            except SynthesisError:
                continue
            known = sound_ids()
            if self._log is not None:
                self._log.write(normalise(text) + "\n")
            return Spoken(
                text=text,
                samples=np.asarray(said.samples * 32767, np.int16),
                times=np.asarray(said.times, np.float32),
                sounds=tuple(known[sound] for sound in sounds(text) if sound in known),
            )


class WindowMaker:
    """Builds windows of one to many utterances with the speakers, levels, noise and silences of packed speech."""

    def __init__(self, *, stream: UtteranceStream, rng: np.random.Generator) -> None:
        self._stream, self._rng = stream, rng

    def draw(self, progress: float) -> Window:
        """A window as the curriculum has it at a share ``progress`` (0…1) of the training."""
        rng = self._rng
        self._stream.stage = "written" if progress >= _WRITTEN else "late" if progress >= _LATE else "early"
        if rng.random() < 0.012:
            return self.silent(rng.uniform(0.5, SHORT_SECONDS if progress < 0.16 else SINGLE_SECONDS))
        single, pair, full = _MIX_LATE
        for until, mix in _CURRICULUM:
            if progress < until:
                single, pair, full = mix
                break
        draw = rng.random()
        if draw < full:
            shortest, longest = (9.0, LAST_SECONDS) if progress >= _LAST else (17.0, FULL_SECONDS)
            return self.packed(rng.uniform(shortest, longest), cuttable=rng.random() < 0.12)
        if draw < full + pair:
            return self.packed(rng.uniform(7.0, 16.0), cuttable=rng.random() < 0.12)
        return self.alone(short=draw >= full + pair + single)

    def silent(self, seconds: float) -> Window:
        """Noise and nothing else; the recogniser must answer nothing."""
        noise = self._rng.standard_normal(int(seconds * SAMPLE_RATE), dtype=np.float32)
        noise *= np.float32(10 ** self._rng.uniform(-5, -2))
        return Window(samples=upsample(telephone(noise, rng=self._rng)), placed=())

    def alone(self, *, short: bool) -> Window:
        """One utterance, at most ``SHORT_SECONDS`` or ``SINGLE_SECONDS`` long with its surroundings."""
        limit = (SHORT_SECONDS if short else SINGLE_SECONDS) - 0.4
        spoken = self._stream.next(short=short)
        while spoken.seconds > limit:
            spoken = self._stream.next(short=short)
        lead, tail = self._rng.uniform(0, 0.4), self._rng.uniform(0, 0.5)
        samples = np.concatenate((_quiet(lead), _loud(spoken) * self._gain(), _quiet(tail)))
        placed = (Placed(start=lead, end=lead + spoken.seconds, spoken=spoken),)
        return Window(samples=upsample(telephone(samples, rng=self._rng)), placed=placed)

    def packed(self, limit: float, *, cuttable: bool = False) -> Window:
        """Stretches of one or more utterances up to ``limit`` seconds.

        In half of the windows each stretch comes over a line of its own (another call, another speaker) with digital silence
        between, as a packer joins them; in the others one line carries the whole window.
        """
        rng = self._rng
        joined = rng.random() < 0.5
        blocks: list[Samples] = []
        placed: list[Placed] = []
        at, cut = 0.0, None
        while cut is None:
            stretch, items = self._stretch(limit - at, first=not placed)
            if not items:
                if cuttable and placed and limit - at > 0.8:
                    spoken = self._stream.next(short=False)
                    blocks.append(_loud(spoken)[: int((limit - at) * SAMPLE_RATE)])
                    cut = at
                break
            blocks.append(telephone(stretch, rng=rng) if joined else stretch)
            placed.extend(
                Placed(start=at + item.start, end=at + item.end, spoken=item.spoken) for item in items
            )
            gap = rng.uniform(0.2, 1.0) if rng.random() < 0.85 else rng.uniform(0.0, 0.2)
            blocks.append(_quiet(gap))
            at = sum(map(len, blocks)) / SAMPLE_RATE
            if limit - at < 0.5:
                break
        samples = np.concatenate(blocks)[: int(limit * SAMPLE_RATE)]
        if not joined:
            samples = telephone(samples, rng=rng)
        return Window(samples=upsample(samples), placed=tuple(placed), cut=cut)

    def _stretch(self, room: float, *, first: bool) -> tuple[Samples, list[Placed]]:
        """One to three utterances close together with line noise around; empty if the next one does not fit."""
        rng = self._rng
        lead = rng.uniform(0.0, 0.4)
        blocks, items, at = [_quiet(lead)], list[Placed](), lead
        for _ in range(int(rng.choice([1, 1, 1, 2, 2, 3]))):
            spoken = self._stream.next(short=rng.random() < 0.3)
            while first and not items and at + spoken.seconds + 0.3 > room:
                spoken = self._stream.next(short=True)
            tail = rng.uniform(0.1, 0.6)
            if at + spoken.seconds + 0.05 > room:
                break
            items.append(Placed(start=at, end=at + spoken.seconds, spoken=spoken))
            blocks += [_loud(spoken) * self._gain(), _quiet(tail)]
            at += spoken.seconds + len(blocks[-1]) / SAMPLE_RATE
        return np.concatenate(blocks), items

    def _gain(self) -> np.float32:
        return np.float32(10 ** (self._rng.uniform(-4, 2) / 20))


_MIX_LATE = (0.12, 0.13, 0.67)
"""Shares of single utterances, windows of 7–16 s and windows of 17–30 s at the end; the rest are clips of up to 4 s."""

_KINDS: Mapping[Stage, tuple[Mapping[str, float], Mapping[str, float]]] = {
    "early": (SHORT_KINDS, LONG_KINDS),
    "late": (LATE_SHORT_KINDS, LATE_LONG_KINDS),
    "written": (LAST_SHORT_KINDS, LAST_LONG_KINDS),
}

_WRITTEN = 0.85
"""Progress from which half of the texts are hand-written dialogues."""

_LATE = 0.60
"""Progress from which texts come mostly from the domain."""

_LAST = 0.76
"""Progress from which full windows are 9-15 s long: a network this small loses its place in longer ones."""

_CURRICULUM = (
    (0.14, (0.0, 0.0, 0.0)),
    (0.30, (0.6, 0.1, 0.0)),
    (0.45, (0.3, 0.4, 0.15)),
    (0.60, (0.2, 0.25, 0.45)),
)
"""(until this progress, shares as above)."""


def _quiet(seconds: float) -> Samples:
    return np.zeros(int(seconds * SAMPLE_RATE), np.float32)


def _loud(spoken: Spoken) -> Samples:
    return spoken.samples.astype(np.float32) / np.float32(32768)
