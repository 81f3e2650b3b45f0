"""Where a condition looks: party, stretch of the call, place relative to another condition's hits."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from callqa.domain import Noun
from callqa.policy.wording import Extent


class Anchor(Noun):
    """Look before, after or around the hits of another condition of the same rule."""

    of: Annotated[str, Field(min_length=1)]
    """Name of the other condition (a key of the rule's ``conditions``)."""
    where: Literal["before", "after", "around", "same"]
    """``same``: the very turn of the hit. ``before``/``after`` exclude that turn."""
    hit: Literal["each", "any", "last"] | Annotated[int, Field(ge=1)] = "any"
    """Which hit: the n-th, the last, ``any`` (one suffices) or ``each`` (all of them must satisfy)."""
    within: Extent | None = None
    """How far away, ``3轮`` or ``10s``; None = to the end (or beginning) of the call."""

    @model_validator(mode="after")
    def _no_share(self) -> Self:
        if self.within is not None and self.within.unit == "percent":
            raise ValueError("锚点的 within 用轮数或时长，不用百分比")
        return self


class Scope(Noun):
    """Stretch of the call that is looked at; several fields narrow it together."""

    model_config = ConfigDict(populate_by_name=True)

    first: Extent | None = None
    """The first 15s / 5轮 (of the condition's party) / 20 %."""
    last: Extent | None = None
    """The last …"""
    from_: Annotated[Extent | None, Field(alias="from")] = None
    """From this point on, counted from the start of the call (inclusive)."""
    to: Extent | None = None
    """Up to this point, counted from the start of the call (inclusive for turns, exclusive for time)."""
    anchor: Anchor | None = None
    """Relative to another condition."""

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.first is not None and self.last is not None:
            raise ValueError("first 和 last 不能同时写")
        low, high = self.from_, self.to
        if low is not None and high is not None and low.unit == high.unit and low.amount > high.amount:
            raise ValueError("from 比 to 还靠后")
        return self
