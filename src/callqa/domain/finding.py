"""What the script and the rules say about a call."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from callqa.domain.evidence import Evidence
from callqa.domain.noun import Noun
from callqa.domain.provenance import Provenance


class Verdict(StrEnum):
    """``unsure`` (听不清): audio or recogniser cannot carry a verdict; costs nothing, goes to a person."""

    met = "met"
    broken = "broken"
    not_applicable = "not_applicable"
    unsure = "unsure"


class Subject(StrEnum):
    """What a finding is about."""

    step = "step"
    """A step of the standard script (流程/话术)."""
    rule = "rule"
    """A rule: forbidden talk, red line, service norm."""


class StepState(StrEnum):
    """How a script step turned out; finer than the verdict."""

    said = "said"
    paraphrased = "paraphrased"
    out_of_order = "out_of_order"
    missing = "missing"
    wrong_fact = "wrong_fact"
    not_assented = "not_assented"
    unheard = "unheard"
    not_applicable = "not_applicable"


class Explanation(Noun):
    """How the verdict was reached."""

    matcher: str
    """Operator or aligner, e.g. ``phrase``, ``script``, ``silence``."""
    pattern: str = ""
    """The wording or condition that decided."""
    score: float | None = None
    """Raw score of the matcher."""
    threshold: float | None = None
    """What the score was compared with."""
    detail: str = ""
    """Chinese sentence for a supervisor: why met, broken, unsure."""


class Slot(Noun):
    """A value heard inside a step, e.g. 工号 or 金额."""

    name: str
    """Slot name of the policy."""
    text: str
    """As said."""
    value: str | None = None
    """Read as a value in canonical form (``1280`` yuan, ``8001``); None where it could not be read."""
    expected: str | None = None
    """What the order or the fact sheet says, where it says anything."""
    evidence: Evidence | None = None
    """Where it was said."""


class Finding(Noun):
    """One step or rule of the policy, judged on one call."""

    subject: Subject
    """Step or rule."""
    id: Annotated[str, Field(min_length=1)]
    """Step or rule id of the policy; stable, never reused."""
    title: str
    """As the policy names it."""
    verdict: Verdict
    """met, broken, not_applicable, unsure. For a forbidden-talk rule ``broken`` means it was said."""
    state: StepState | None = None
    """Steps only."""
    evidence: Annotated[tuple[Evidence, ...], Field(min_length=1)]
    """At least one piece; a finding without evidence cannot be constructed."""
    hits: Annotated[int, Field(ge=0)] = 0
    """How many separate times the rule was broken (rules) or the step said (steps)."""
    slots: tuple[Slot, ...] = ()
    """Values heard in the step."""
    explanation: Explanation
    """Matcher, score, threshold, reason."""
    provenance: Provenance
    """Step version and policy hash."""
