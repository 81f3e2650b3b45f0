"""A call's score: arithmetic over findings, tags and measures."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from callqa.domain.noun import Noun
from callqa.domain.provenance import PolicyRef, Provenance


class LineStatus(StrEnum):
    """``not_applicable`` leaves the denominator; ``needs_human`` costs nothing and waits for a person."""

    scored = "scored"
    not_applicable = "not_applicable"
    needs_human = "needs_human"


class Ref(Noun):
    """What a score line rests on."""

    kind: Literal["step", "rule", "technique", "reaction", "measure", "field"]
    """Which room produced it."""
    id: str
    """Step/rule id, technique label, reaction, measure name or call field."""


class ScoreLine(Noun):
    """One item of the rubric."""

    section: str
    """Section id."""
    item: str
    """Item id; stable, never reused."""
    title: str
    """As the rubric names it."""
    points: float
    """Points given, 0 ≤ points ≤ max_points. For bonus items the points added."""
    max_points: Annotated[float, Field(ge=0.0)]
    """Full marks of the item."""
    bonus: bool = False
    """True: added on top, not part of the denominator."""
    fatal: bool = False
    """True: a 一票否决 item that was hit."""
    status: LineStatus
    """Scored, not applicable, or waiting for a person."""
    refs: tuple[Ref, ...] = ()
    """Findings, tags, measures behind the points."""
    reason: str = ""
    """Chinese sentence: why these points."""


class Scorecard(Noun):
    """Immutable; scoring again makes a new one."""

    call_id: str
    """The call."""
    lines: tuple[ScoreLine, ...]
    """In rubric order."""
    total: Annotated[float, Field(ge=0.0, le=100.0)] | None
    """0..100, one decimal; None where nothing could be scored."""
    grade: str | None
    """Id of the grade band; None with no total."""
    grade_title: str = ""
    """As the rubric names it."""
    action: str = ""
    """What the band leads to: 表扬/树立榜样, 合格, 辅导, 再培训, 处分建议."""
    fatal: tuple[str, ...] = ()
    """Fatal items hit."""
    needs_human: int = 0
    """Lines that wait for a person."""
    policy: PolicyRef
    """The policy scored under."""
    provenance: Provenance
    """Step version and time."""
