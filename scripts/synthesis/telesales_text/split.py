"""Which text may be trained on: one rule for the training script, the test set and the test suite."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

PUNCTUATION = frozenset("，。？！、；：… ")
"""Characters that are written but not spoken; they never count in a character error rate."""

RESERVED_MIN_CHARACTERS = 6
"""Shorter turns (好的。谢谢，再见。) belong to everybody: reserving them would only forbid learning the language."""

_BUCKETS = 16
_MARK = re.compile(r"<[^>]*>")
_NUMBER = re.compile(r"[0-9.]+")


class Split(StrEnum):
    """What a text may be used for."""

    TRAIN = "train"
    DEV = "dev"
    TEST = "test"


def normalise(text: str) -> str:
    """The spoken characters of a text: punctuation and blanks removed."""
    return "".join(character for character in text if character not in PUNCTUATION)


def split_of(text: str) -> Split:
    """The split a text belongs to: crc32 of its normalised form modulo 16 (0 dev, 1 test, else train)."""
    bucket = zlib.crc32(normalise(text).encode()) % _BUCKETS
    return {0: Split.DEV, 1: Split.TEST}.get(bucket, Split.TRAIN)


def read_reserved(paths: Iterable[Path]) -> frozenset[str]:
    """Normalised sentences that must never be trained on, from files with one sentence or turn a line.

    A line may begin with a party and its label (``坐席 [rapport]: 您好``). Texts shorter than ``RESERVED_MIN_CHARACTERS`` are
    left out.
    """
    reserved: set[str] = set()
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            text = spoken_part(line)
            if len(text) >= RESERVED_MIN_CHARACTERS:
                reserved.add(text)
    return frozenset(reserved)


def stage_text(line: str) -> str:
    """What is said in one line of a dialogue or sentence file, punctuation kept.

    Nothing for a line of ``#`` and for a stage direction (``停顿: 1.5``); marks in ``<...>`` are dropped.
    """
    if line.lstrip().startswith("#"):
        return ""
    head, mark, tail = line.partition(": ")
    said = _MARK.sub("", tail if mark else head).strip()
    return "" if mark and _NUMBER.fullmatch(said) else said


def spoken_part(line: str) -> str:
    """The spoken characters of one line, see ``stage_text``: without punctuation and blanks."""
    return normalise(stage_text(line))
