"""What a rubric item looks at: one step, rule, technique, measure, reaction, call field or assent."""

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from callqa.domain import CallFacts, Noun, Reaction, StepState
from callqa.policy.rules.arithmetic import number

FieldValue = bool | int | float | str


def _listed(value: object) -> object:
    """Let a single word stand where a list is meant."""
    return [value] if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1)]


class StepCheck(Noun):
    """A script step was said as it should be."""

    step: str
    """Id in ``script.yaml``."""
    partial: dict[StepState, Annotated[float, Field(ge=0.0, le=1.0)]] = Field(default_factory=dict)
    """Share of the points for a state between said and missing, e.g. ``out_of_order: 0.5``."""


class AssentCheck(Noun):
    """The customer assented to what the step asked (核单)."""

    assent: str
    """Id of a step in ``script.yaml`` that asks for assent."""


class RuleCheck(Noun):
    """A rule was kept; with several ids all of them, and their hits add up."""

    rule: Names
    """Ids in ``rules.yaml``."""


class TechniqueCheck(Noun):
    """The agent used a technique in enough turns."""

    technique: Names
    """Labels of ``techniques.yaml``; any of them counts."""
    at_least: Annotated[int, Field(ge=1)] = 1
    """Turns (or labels, see ``distinct``) needed."""
    distinct: bool = False
    """True: count different labels instead of turns."""


class ReactionCheck(Noun):
    """The customer reacted in one of these ways."""

    reaction: Annotated[tuple[Reaction, ...], BeforeValidator(_listed), Field(min_length=1)]
    """Any of them counts."""
    at_least: Annotated[int, Field(ge=1)] = 1
    """Customer turns needed."""


class MeasureCheck(Noun):
    """A measured number lies between bounds (both inclusive)."""

    measure: str
    """Name of a measure, e.g. ``agent_pace``."""
    at_least: float | None = None
    """Lower bound in the measure's unit."""
    at_most: float | None = None
    """Upper bound in the measure's unit."""

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise ValueError("指标要写下限 at_least 或上限 at_most，至少一个")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(f"下限 {self.at_least:g} 大于上限 {self.at_most:g}")
        return self


class FieldCheck(Noun):
    """A call field compares as asked; all comparisons given must hold."""

    field: str
    """``agent``, ``direction``, ``product``, ``campaign``, ``region``, ``queue``, ``ordered``, ``amount``,
    ``cross_sold``, ``signed_for``, or any further column of the manifest."""
    equals: FieldValue | None = None
    """The field is this value."""
    not_equals: FieldValue | None = None
    """The field is known and is not this value."""
    one_of: tuple[FieldValue, ...] | None = None
    """The field is one of these."""
    contains: str | None = None
    """The field's text holds this."""
    at_least: float | None = None
    """The field, read as a number, is at least this."""
    at_most: float | None = None
    """The field, read as a number, is at most this."""
    empty: bool | None = None
    """True: the field is empty or missing; False: it is filled."""

    @model_validator(mode="after")
    def _compares(self) -> Self:
        if all(getattr(self, name) is None for name in _COMPARISONS):
            raise ValueError("字段要写怎样比较：" + "、".join(_COMPARISONS) + " 之一")
        return self

    def holds(self, call: CallFacts) -> bool | None:
        """Compare; None where the field is not known and emptiness was not asked about."""
        value = field_of(call, self.field)
        if self.empty is not None and (value is None) is not self.empty:
            return False
        asked = [name for name in _COMPARISONS if name != "empty" and getattr(self, name) is not None]
        if not asked:
            return True
        if value is None:
            return None
        results = [self._compare(name, value) for name in asked]
        if False in results:
            return False
        return None if None in results else True

    def _compare(self, name: str, value: FieldValue) -> bool | None:
        if name in ("equals", "not_equals"):
            return _same(value, getattr(self, name)) is (name == "equals")
        if name == "one_of":
            return any(_same(value, other) for other in self.one_of or ())
        if name == "contains":
            return (self.contains or "") in str(value)
        read = number(value)
        if read is None:
            return None
        return read >= (self.at_least or 0.0) if name == "at_least" else read <= (self.at_most or 0.0)


_COMPARISONS = ("equals", "not_equals", "one_of", "contains", "at_least", "at_most", "empty")
KNOWN_FIELDS = (
    "agent",
    "direction",
    "product",
    "campaign",
    "region",
    "queue",
    "ordered",
    "amount",
    "cross_sold",
    "signed_for",
)
_YES = {"是", "有", "对", "true", "yes", "y", "1"}
_NO = {"否", "无", "没有", "false", "no", "n", "0"}


def field_of(call: CallFacts, name: str) -> FieldValue | None:
    """A call field by name, further manifest columns included; None where unknown or blank."""
    if name in KNOWN_FIELDS:
        value = getattr(call, name)
        if value is None or isinstance(value, bool | int | float):
            return value
        return str(value)
    return call.fields.get(name, "").strip() or None


def _same(value: FieldValue, other: FieldValue | None) -> bool:
    """Equal as written; yes/no words of the manifest equal true/false, number text equals numbers."""
    if isinstance(other, bool) and isinstance(value, str):
        return value.lower() in (_YES if other else _NO)
    if isinstance(value, bool) or isinstance(other, bool):
        return value is other
    if isinstance(other, int | float):
        return number(value) == other
    return str(value).strip() == str(other).strip()


_KINDS: dict[str, type[Noun]] = {
    "step": StepCheck,
    "assent": AssentCheck,
    "rule": RuleCheck,
    "technique": TechniqueCheck,
    "reaction": ReactionCheck,
    "measure": MeasureCheck,
    "field": FieldCheck,
}


def _kind(value: Any) -> str | None:
    names = value if isinstance(value, dict) else getattr(value, "__dict__", {})
    found = [name for name in _KINDS if name in names]
    return found[0] if len(found) == 1 else None


Check = Annotated[
    Annotated[StepCheck, Tag("step")]
    | Annotated[AssentCheck, Tag("assent")]
    | Annotated[RuleCheck, Tag("rule")]
    | Annotated[TechniqueCheck, Tag("technique")]
    | Annotated[ReactionCheck, Tag("reaction")]
    | Annotated[MeasureCheck, Tag("measure")]
    | Annotated[FieldCheck, Tag("field")],
    Discriminator(
        _kind,
        custom_error_type="check_kind",
        custom_error_message="要写清看什么，只写一个：" + "、".join(_KINDS),
    ),
]
