"""The form of every wire model, and of a page of them."""

from datetime import date
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[^/\s\x00-\x1f\x7f]+$")]
"""Name of a thing: no blanks, no slash, no control characters."""


def _in_the_calendar(day: str) -> str:
    date.fromisoformat(day)
    return day


Day = Annotated[str, StringConstraints(pattern=r"^[12]\d{3}-\d{2}-\d{2}$"), AfterValidator(_in_the_calendar)]
"""``YYYY-MM-DD``, a day that there is."""


def _of_our_times(day: date) -> date:
    if not 1900 <= day.year <= 2999:
        raise ValueError("must be a day of the years 1900 to 2999")
    return day


NearDay = Annotated[date, AfterValidator(_of_our_times)]
"""A day with days before and after it, whatever zone it is looked at from."""
Words = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]
"""What a person typed."""


class Wire(BaseModel):
    """Frozen; unknown fields are refused; docstrings beneath fields become descriptions."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        ser_json_inf_nan="null",
        allow_inf_nan=False,
    )


Shown = TypeVar("Shown")


class Page(Wire, Generic[Shown]):
    """Part of a list."""

    items: tuple[Shown, ...]
    """In the order asked for."""
    next: str | None = Field(default=None)
    """Give it as ``after`` to get what follows; null at the end."""
    total: int | None = Field(default=None)
    """How many there are in all, where it was counted."""
