"""Calibration: several raters judge the same calls, an expert says what is right."""

from typing import Literal

from pydantic import AwareDatetime

from callqa.domain.noun import Noun


class Answer(Noun):
    """One rater's answer on one item of one call."""

    call_id: str
    """The call."""
    item: str
    """Rubric item."""
    rater: str
    """Person, or ``machine``."""
    points: float | None
    """Points given; None = could not hear / not applicable."""
    at: AwareDatetime
    """When."""


class CalibrationRound(Noun):
    """Same calls for several raters."""

    id: str
    """Unique."""
    title: str
    """E.g. 十一月第三周校准."""
    unit: str
    """The unit it belongs to."""
    created_by: str
    """Who set it up."""
    created_at: AwareDatetime
    """When."""
    calls: tuple[str, ...]
    """The calls."""
    raters: tuple[str, ...]
    """Who answers; each sees only own answers until the round is closed."""
    expert: str
    """Whose answers count as right."""
    note: str = ""
    """What was agreed in the discussion."""
    state: Literal["open", "closed"] = "open"
    """Closed rounds show everything."""
