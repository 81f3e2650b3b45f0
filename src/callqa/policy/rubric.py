"""Scorecard (评分表): sections, items with points, red lines, grade bands and what each band leads to."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from callqa.domain import Noun
from callqa.policy.check import Check

Points = Annotated[float, Field(ge=0.0, le=1000.0)]
Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9_]*$")]


class Mode(StrEnum):
    """How an item moves the total."""

    earn = "earn"
    """Starts at nothing; points are earned when the check holds."""
    deduct = "deduct"
    """Starts at full points; points are lost when the check fails."""
    bonus = "bonus"
    """On top of the total, never part of what can be reached."""


class Veto(StrEnum):
    """Reach of a 一票否决 item."""

    card = "card"
    """The whole scorecard becomes 0."""
    section = "section"
    """All points of the item's section are lost."""


class Item(Noun):
    """One line of the scorecard."""

    id: Id
    """Stable, never reused."""
    title: Annotated[str, Field(min_length=1)]
    """As supervisors and agents read it."""
    check: Check
    """What decides."""
    points: Points = 0.0
    """Full marks; the cap of a per-hit item. Only a red line may have none."""
    mode: Mode = Mode.earn
    """Earn, deduct, or bonus."""
    per_hit: Annotated[float, Field(gt=0.0)] | None = None
    """Points for each hit up to ``points``; by default all points at once."""
    when: tuple[Check, ...] = ()
    """The item applies only where all of these hold; otherwise it leaves the denominator."""
    fatal: Veto | None = None
    """一票否决: what a broken check takes with it."""
    note: str = ""
    """For people: what is meant, how to review it."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.points == 0 and self.fatal is None:
            raise ValueError("分值 points 要大于 0（只有一票否决项可以不写）")
        if self.fatal is not None and self.mode is Mode.bonus:
            raise ValueError("加分项不能一票否决")
        if self.per_hit is not None and self.per_hit > self.points:
            raise ValueError(f"每次 {self.per_hit:g} 分超过了封顶分值 {self.points:g}")
        return self


class Section(Noun):
    """Items that belong together, e.g. 流程规范."""

    id: Id
    """Stable, never reused."""
    title: Annotated[str, Field(min_length=1)]
    """As people read it."""
    when: tuple[Check, ...] = ()
    """The whole section applies only where all of these hold."""
    items: Annotated[tuple[Item, ...], Field(min_length=1)]
    """In the order they are shown."""


class Grade(Noun):
    """A band of totals."""

    id: Id
    """Stable, never reused."""
    title: Annotated[str, Field(min_length=1)]
    """As people read it, e.g. 优秀."""
    at_least: Annotated[float, Field(ge=0.0, le=100.0)] | None = None
    """Lowest total of the band; None only for the band of vetoed cards."""
    fatal: bool = False
    """True: the band of cards that hit a red line for the whole card."""
    action: Annotated[str, Field(min_length=1)]
    """What the band leads to: 表扬/树立榜样, 合格, 辅导, 再培训, 处分建议."""

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if self.fatal == (self.at_least is not None):
            raise ValueError("等级要么写最低分 at_least，要么写 fatal: true（一票否决时用），二选一")
        return self


class Rubric(Noun):
    """The whole scorecard."""

    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    """In the order they are shown."""
    grades: Annotated[tuple[Grade, ...], Field(min_length=1)]
    """Bands; one of them must begin at 0."""
    review_above: Annotated[float, Field(ge=0.0, le=1.0)] = 0.4
    """No grade is given before a person looked where more than this share of the points waits for one."""
    review_grade: str = "待复核"
    """Shown instead of a grade in that case."""
    review_action: str = "人工复核后定级"
    """What it leads to."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        starts = [grade.at_least for grade in self.grades if grade.at_least is not None]
        if 0.0 not in starts:
            raise ValueError("等级 grades 里要有一档从 0 分开始（at_least: 0），否则低分没有等级")
        if len(set(starts)) != len(starts):
            raise ValueError("等级 grades 里有两档的最低分相同")
        if sum(grade.fatal for grade in self.grades) > 1:
            raise ValueError("一票否决的等级只能有一档")
        return self

    @property
    def items(self) -> tuple[Item, ...]:
        """All items in order."""
        return tuple(item for section in self.sections for item in section.items)

    def band(self, total: float, *, vetoed: bool) -> Grade:
        """The grade band of a total (0..100)."""
        if vetoed:
            for grade in self.grades:
                if grade.fatal:
                    return grade
        bands = [grade for grade in self.grades if grade.at_least is not None and total >= grade.at_least]
        return max(bands, key=lambda grade: grade.at_least or 0.0)
