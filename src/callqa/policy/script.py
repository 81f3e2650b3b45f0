"""``script.yaml``: the standard script (标准话术), dated, per product and campaign."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from callqa.domain import CallFacts, Noun, Party
from callqa.policy.rules.condition import Condition
from callqa.policy.rules.exemplars import Exemplars
from callqa.policy.rules.operators import parse_pattern
from callqa.policy.rules.rule import Id
from callqa.policy.wording import Extent, Wording

SlotKind = Literal[
    "staff_number", "name", "address", "phone", "money", "count", "duration", "date", "number", "words"
]


class SlotRule(Noun):
    """A value that has to be heard inside the step."""

    name: Annotated[str, Field(min_length=1)]
    """工号, 姓名, 地址, 电话, 金额, 数量 …"""
    kind: SlotKind
    """How it is read."""
    required: bool = False
    """True: without it the step is not met."""
    suffices: bool = False
    """True: a turn of the party in which it is heard is the step, whatever the wording (a number read back)."""
    field: str | None = None
    """Call field the value must agree with, where the call has it."""
    fact: str | None = None
    """Fact id the value must agree with."""
    unit: str = ""
    """For counts: the measure word (盒, 台 …)."""
    cues: tuple[Wording, ...] = ()
    """Words the value follows (姓名, 地址 …); the built-in cues of the kind are used besides."""


class Assent(Noun):
    """The customer's own clear yes, on the customer's channel (核单)."""

    within: Annotated[int, Field(ge=1)] = 2
    """Number of customer turns after the item in which the assent must come."""
    yes: tuple[Wording, ...] = ()
    """Further words of assent beside the built-in ones."""
    no: tuple[Wording, ...] = ()
    """Further words of refusal beside the built-in ones."""


class Window(Noun):
    """Where in the call the step belongs."""

    first: Extent | None = None
    """Within the first 15s / 3轮 / 10%."""
    last: Extent | None = None
    """Within the last …"""
    after: tuple[Id, ...] = ()
    """Steps that must have been said before it, where they were said at all."""
    before: tuple[Id, ...] = ()
    """Steps that may only come after it."""


class Step(Noun):
    """One step of the script."""

    id: Id
    """Stable id."""
    title: Annotated[str, Field(min_length=1)]
    """As supervisors call it."""
    party: Party = Party.agent
    """Who must say it."""
    need: Literal["required", "optional"] = "required"
    """An optional step that is not said is ``not_applicable``."""
    line: str = ""
    """The standard line; a turn close to it counts as said, less close as paraphrased."""
    wordings: tuple[Wording, ...] = ()
    """Accepted wordings; any of them means the step was said."""
    parts: tuple[tuple[Wording, ...], ...] = ()
    """Instead of ``wordings``: several things that must all be said, each in any of its wordings, in up to
    ``spread`` turns of the party."""
    patterns: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """Accepted wordings with gaps and lists, e.g. ``[在|从]哪{4}看到``; see ``rules.operators.Pattern``."""
    by_fact: bool = False
    """True: a value said about one of ``facts``, right or wrong, is the step (a price named in any words)."""
    spread: Annotated[int, Field(ge=1)] = 4
    """Number of the party's consecutive turns over which ``parts`` and slots may be split."""
    order: Literal["free", "soft", "strict"] = "soft"
    """``free``: takes no part in the order; ``soft``: reported where out of order; ``strict``: broken there."""
    window: Window | None = None
    """Where it belongs."""
    when: Condition | None = None
    """Applies only where this is true."""
    slots: tuple[SlotRule, ...] = ()
    """Values to be heard."""
    facts: tuple[Id, ...] = ()
    """Fact ids; a wrong statement of one of them inside the step makes it ``wrong_fact``."""
    assent: Assent | None = None
    """Set for 核单 items."""
    examples: Exemplars | None = None
    """Sentences of both kinds the step is learned from; likely ones count as said in other words, likelier than not
    ones go to a person instead of being called missing."""
    unless: tuple[Wording, ...] = ()
    """A turn that holds one of these does not count as the step."""

    @model_validator(mode="after")
    def _something_to_hear(self) -> Self:
        otherwise = any(slot.suffices for slot in self.slots) or (self.by_fact and bool(self.facts))
        if not (self.line or self.wordings or self.parts or self.patterns or otherwise):
            raise ValueError("步骤要写 line、wordings 或 parts，否则无从听起")
        for pattern in self.patterns:
            parse_pattern(pattern)
        if self.parts and any(not group for group in self.parts):
            raise ValueError("parts 里有一组是空的")
        return self


class Script(Noun):
    """One dated version of the script."""

    id: Id = "standard"
    """Stable id."""
    title: str = ""
    """As supervisors call it."""
    valid_from: date | None = None
    """First day it is in force; None = always was."""
    valid_to: date | None = None
    """Last day it is in force (inclusive)."""
    products: tuple[str, ...] = ()
    """Products it is for; empty = all."""
    campaigns: tuple[str, ...] = ()
    """Campaigns it is for; empty = all."""
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    """In the order they belong."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        seen: set[str] = set()
        for step in self.steps:
            if step.id in seen:
                raise ValueError(f"步骤 id“{step.id}”出现了两次")
            seen.add(step.id)
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError("valid_from 比 valid_to 还晚")
        return self

    def covers(self, facts: CallFacts) -> bool:
        """True where day, product and campaign of the call fall under this version.

        A call without a day, product or campaign is covered by any.
        """
        day = facts.started_at.date() if facts.started_at else None
        if day is not None and (
            (self.valid_from is not None and day < self.valid_from)
            or (self.valid_to is not None and day > self.valid_to)
        ):
            return False
        if self.products and facts.product is not None and facts.product not in self.products:
            return False
        return not (self.campaigns and facts.campaign is not None and facts.campaign not in self.campaigns)


class ScriptBook(Noun):
    """All of ``script.yaml``."""

    scripts: tuple[Script, ...] = ()
    """Versions; the first that covers a call is used, more special ones therefore stand first."""
    harmless: Exemplars = Exemplars()
    """Talk that is no step (``unlike``), which steps with ``examples`` are trained against."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """Steps of all versions, one per id (the first written)."""
        return tuple({step.id: step for script in reversed(self.scripts) for step in script.steps}.values())

    def valid_for(self, facts: CallFacts) -> Script | None:
        """The script in force for this call, or None."""
        return next((script for script in self.scripts if script.covers(facts)), None)
