"""``facts.yaml``: the product sheet, and how each fact is recognised when an agent speaks of it."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from callqa.domain import Noun, Party
from callqa.policy.rules.rule import Id
from callqa.policy.wording import Wording

FactKind = Literal["money", "count", "duration", "percent", "date", "offer", "words"]
"""``duration`` in days; ``offer`` = buy a get b (买二送一); ``words``: a thing named, e.g. a gift."""


class Fact(Noun):
    """One fact: when a turn speaks of it (``cues``), one of ``values`` must be the value said."""

    id: Id
    """Stable id, e.g. ``price``."""
    title: Annotated[str, Field(min_length=1)]
    """As supervisors call it, e.g. 足疗仪价格."""
    kind: FactKind
    """What kind of value."""
    unit: str = ""
    """``元`` for money, ``天`` for durations; for counts the measure word that must follow, e.g. ``台``."""
    products: tuple[str, ...] = ()
    """Call products this fact is about; empty = all."""
    values: tuple[float | str, ...] = ()
    """Values that may be said; durations in days or as ``半年``, ``2年``; offers as ``2+1``; dates as ``11月20日``."""
    also: tuple[float | str, ...] = ()
    """Further values that are no fault near the cues (old price, part payments) but do not state the fact."""
    field: str | None = None
    """Call field that holds the value agreed in this very call (e.g. ``amount``); right if said."""
    cues: Annotated[tuple[Wording, ...], Field(min_length=1)]
    """What the fact is spoken of with: 价格, 一共, 活动价 …, in the same clause or the turn before."""
    not_cues: tuple[Wording, ...] = ()
    """Where one of these is nearer to the value, it is another matter: 原价, 别家, 每天 …"""
    wrong_words: tuple[Wording, ...] = ()
    """For kind ``words``: things that must not be named beside a cue (a gift that does not exist)."""
    right_words: tuple[Wording, ...] = ()
    """For kind ``words``: what may be named."""
    party: Party = Party.agent
    """Whose words are checked."""
    slack: Annotated[float, Field(ge=0.0)] = 0.0
    """Difference that is still right, in the fact's unit."""

    @model_validator(mode="after")
    def _something_to_compare(self) -> Self:
        if self.kind == "words":
            if not self.right_words and not self.wrong_words:
                raise ValueError("kind: words 要写 right_words 或 wrong_words")
        elif not self.values and self.field is None:
            raise ValueError("要写 values 或 field，否则无从比较")
        return self


class FactSheet(Noun):
    """All of ``facts.yaml``."""

    facts: tuple[Fact, ...] = ()
    """In the order written."""

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        seen: set[str] = set()
        for fact in self.facts:
            if fact.id in seen:
                raise ValueError(f"事实 id“{fact.id}”出现了两次")
            seen.add(fact.id)
        return self

    def of(self, fact_id: str) -> Fact | None:
        """The fact of this id, or None."""
        return next((fact for fact in self.facts if fact.id == fact_id), None)
