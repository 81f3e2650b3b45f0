"""Synthetic telephone speech for the samples and for the demo recogniser: texts, voices, channel."""

from pathlib import Path

from synthesis.channel import telephone
from synthesis.voices import PITCHES, SAMPLE_RATE, SPEEDS, VOICES, SynthesisError, Utterance, synthesise

DOMAIN_CHARACTERS = frozenset(
    (Path(__file__).parent / "telesales_text" / "characters.txt")
    .read_text(encoding="utf-8")
    .replace("\n", "")
)
"""The characters the demo recogniser can write; text for the samples uses these and no others."""

__all__ = [
    "DOMAIN_CHARACTERS",
    "PITCHES",
    "SAMPLE_RATE",
    "SPEEDS",
    "VOICES",
    "SynthesisError",
    "Utterance",
    "synthesise",
    "telephone",
]
