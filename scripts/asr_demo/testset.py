"""The 200 untouched sentences of ``samples/asr-test`` and their speech."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt

from synthesis import (
    DOMAIN_CHARACTERS,
    PITCHES,
    SAMPLE_RATE,
    SPEEDS,
    VOICES,
    SynthesisError,
    synthesise,
    telephone,
)
from synthesis.telesales_text import Split, TextSource, normalise
from synthesis.telesales_text.split import RESERVED_MIN_CHARACTERS

SENTENCES = 200
_KINDS = {"sentence": 0.8, "joined": 0.2}
_MOST_SECONDS = 10.0
_TEXT_SEED, _SPEECH_SEED = 2002, 77


@dataclass(frozen=True, slots=True)
class Clip:
    """One spoken test sentence.

    Attributes:
        text: As written, punctuation included.
        samples: Shape (n,), float32, 8 kHz, telephone line.
        times: (start, end) in seconds of the clip per character of ``text``; (−1, −1) for punctuation.
    """

    text: str
    samples: npt.NDArray[np.float32]
    times: tuple[tuple[float, float], ...]


def write_sentences(path: Path) -> None:
    """Draws the test sentences: domain text of the test split, none twice, each speakable in ``_MOST_SECONDS``."""
    source = TextSource(random=Random(_TEXT_SEED), characters=DOMAIN_CHARACTERS)
    texts: dict[str, str] = {}
    while len(texts) < SENTENCES:
        text = source.draw(_KINDS, split=Split.TEST)
        spoken = normalise(text)
        if len(spoken) < RESERVED_MIN_CHARACTERS or spoken in texts:
            continue
        try:
            said = synthesise(text, voice=VOICES[0], speed=SPEEDS[0])
        except SynthesisError:
            continue
        if said.seconds <= _MOST_SECONDS:
            texts[spoken] = text
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(texts.values()) + "\n", encoding="utf-8")


def read_sentences(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def speak(sentences: list[str], *, seed: int = _SPEECH_SEED) -> list[Clip]:
    """Every sentence over a line of its own: the four voices in turn, speed, pitch, level and noise by chance."""
    random, rng = Random(seed), np.random.default_rng(seed)
    clips: list[Clip] = []
    for index, text in enumerate(sentences):
        voice = VOICES[index % len(VOICES)]
        said = synthesise(text, voice=voice, speed=random.randint(*SPEEDS), pitch=random.randint(*PITCHES))
        lead, tail = rng.uniform(0.1, 0.3, 2)
        quiet = [np.zeros(int(seconds * SAMPLE_RATE), np.float32) for seconds in (lead, tail)]
        offset = len(quiet[0]) / SAMPLE_RATE
        line = telephone(np.concatenate((quiet[0], said.samples, quiet[1])), rng=rng)
        times = tuple(
            (start + offset, end + offset) if start >= 0 else (start, end) for start, end in said.times
        )
        clips.append(Clip(text=text, samples=line, times=times))
    return clips
