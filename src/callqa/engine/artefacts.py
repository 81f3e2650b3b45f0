"""Raw results of single steps as compressed bytes, and back."""

import zlib
from typing import Any

from pydantic import TypeAdapter

from callqa.domain import (
    Finding,
    Measure,
    Party,
    PersonalData,
    Recording,
    Scorecard,
    TechniqueReading,
    Transcript,
)

SHAPES: dict[str, TypeAdapter[Any]] = {
    "audio": TypeAdapter(tuple[Recording, tuple[Party, ...], tuple[Measure, ...]]),
    "transcript": TypeAdapter(Transcript),
    "privacy": TypeAdapter(tuple[PersonalData, ...]),
    "techniques": TypeAdapter(TechniqueReading),
    "metrics": TypeAdapter(tuple[Measure, ...]),
    "compliance": TypeAdapter(tuple[Measure, tuple[Finding, ...]]),
    "score": TypeAdapter(Scorecard),
}
"""What each step makes, in the order of a call's way."""


def encode(step: str, value: Any) -> bytes:
    """A step's result as zlib-compressed JSON."""
    return zlib.compress(SHAPES[step].dump_json(value), 6)


def decode(step: str, body: bytes) -> Any:
    """The result of `encode`, validated."""
    return SHAPES[step].validate_json(zlib.decompress(body))
