"""``rules.yaml``: forbidden talk, red lines, service norms, required talk, each with its own examples."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from callqa.domain import Noun
from callqa.policy.rules.condition import Condition
from callqa.policy.rules.exemplars import Exemplars

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""Lower-case letters, digits, underscore; stable, never reused."""


class Severity(StrEnum):
    """How bad a breach is."""

    fatal = "fatal"
    """Red line (致命项, 一票否决)."""
    severe = "severe"
    moderate = "moderate"
    minor = "minor"


class Examples(Noun):
    """The rule's own test: short dialogues, one turn per line, ``坐席：…`` / ``客户：…``; bare text is the agent's."""

    broken: tuple[str, ...] = ()
    """Dialogues in which the rule must come out broken."""
    fine: tuple[str, ...] = ()
    """Dialogues in which it must not: near misses, negations, quotes."""


class Rule(Noun):
    """One rule. Exactly one of ``broken`` and ``met`` is written."""

    model_config = ConfigDict(populate_by_name=True)

    id: Id
    """Stable id."""
    title: Annotated[str, Field(min_length=1)]
    """As supervisors call it."""
    kind: Literal["forbidden", "norm", "required"] = "forbidden"
    """Forbidden talk, service norm, or talk that must happen outside the script."""
    severity: Severity = Severity.moderate
    """How bad a breach is; points are the rubric's business."""
    source: str = ""
    """Law and article, or the house's own document."""
    conditions: dict[Id, Condition] = Field(default_factory=dict)
    """Named conditions, for anchors and for use by name."""
    when: Condition | None = None
    """The rule applies only where this is true; otherwise ``not_applicable``."""
    broken: Condition | None = None
    """The rule is broken where this is true."""
    met: Condition | None = None
    """The rule is met where this is true, broken where it is false."""
    except_: Annotated[Condition | None, Field(alias="except")] = None
    """Where this is true the rule is not broken after all."""
    examples: Examples = Examples()
    """Run by ``callqa policy check``."""

    @model_validator(mode="after")
    def _one_direction(self) -> Self:
        if (self.broken is None) == (self.met is None):
            raise ValueError("broken 和 met 要写且只写一个")
        return self


class RuleBook(Noun):
    """All of ``rules.yaml``."""

    rules: tuple[Rule, ...] = ()
    """In the order written; verdicts do not depend on it."""
    word_classes: dict[str, tuple[Annotated[str, Field(min_length=1)], ...]] = Field(default_factory=dict)
    """Words of much the same meaning by class, so that what is learned from 保准 holds for 管保 too."""
    harmless: Exemplars = Exemplars()
    """Talk that breaks no rule (``unlike``), which every learned rule is trained against."""

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        seen: set[str] = set()
        for rule in self.rules:
            if rule.id in seen:
                raise ValueError(f"规则 id“{rule.id}”出现了两次")
            seen.add(rule.id)
        return self

    def of(self, rule_id: str) -> Rule | None:
        """The rule of this id, or None."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)
