"""Numbers about a call that need no judgement."""

from callqa.domain.noun import Noun
from callqa.domain.timeline import Span


class Measure(Noun):
    """One number."""

    name: str
    """Stable id, e.g. ``agent_pace``."""
    value: float | None
    """None where it could not be measured; never 0 or NaN instead."""
    unit: str
    """``share``, ``ms``, ``count``, ``characters/min``, ``dBFS``, ``1/min``."""
    note: str = ""
    """Why there is no value, or what to know about it (Chinese)."""
    spans: tuple[Span, ...] = ()
    """Where in the recording, for measures that have places (silences, talk-over)."""
