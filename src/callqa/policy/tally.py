"""Lines → total and grade. Pure arithmetic, so that a review that changes a line gets its total the same way."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from math import fsum

from callqa.domain import LineStatus, Noun, ScoreLine
from callqa.policy.rubric import Grade, Rubric, Veto


class Tally(Noun):
    """What the lines add up to."""

    earned: float
    """Points of all lines in the denominator, vetoed sections counting nothing."""
    possible: float
    """Full marks of all lines in the denominator."""
    bonus: float
    """Points on top."""
    waiting: float
    """Full marks of the lines that wait for a person; they are counted as earned until one looked."""
    total: float | None
    """0..100, one decimal; None where less than half of the points could be judged: that is no score."""
    grade: Grade | None
    """Band of the total; None without total, or where too many points wait for a person."""
    vetoed: tuple[str, ...]
    """Items whose red line was hit."""

    @property
    def provisional(self) -> bool:
        """True where there is a total but no grade yet, because too much waits for a person."""
        return self.total is not None and self.grade is None


def tally(lines: Iterable[ScoreLine], rubric: Rubric) -> Tally:
    """Add up a scorecard.

    ``total = min(100, 100 × earned ÷ possible + bonus)``. Lines that are not applicable are in neither sum. Lines
    that wait for a person stand with full marks in both, so they cost nothing; where they are more than half of the
    points there is no total (a silent call is not the best of the day). A red line for the whole card makes the
    total 0; one for a section takes the points of that section but leaves its full marks.

    Args:
        lines: In any order; items that the rubric no longer has count by what the line says.
        rubric: Says how far each red line reaches, and the grade bands.

    Returns:
        Sums, total, grade.
    """
    kept = tuple(lines)
    vetoed = tuple(line.item for line in kept if line.fatal)
    reach = {item.id: (section.id, item.fatal) for section in rubric.sections for item in section.items}
    lost = {reach[item][0] for item in vetoed if item in reach and reach[item][1] is Veto.section}
    card = any(item not in reach or reach[item][1] is not Veto.section for item in vetoed)
    counted = [line for line in kept if not line.bonus and line.status is not LineStatus.not_applicable]
    earned = fsum(line.points for line in counted if line.section not in lost)
    possible = fsum(line.max_points for line in counted)
    waiting = fsum(line.max_points for line in counted if line.status is LineStatus.needs_human)
    bonus = fsum(line.points for line in kept if line.bonus and line.status is LineStatus.scored)
    if card:
        total: float | None = 0.0
    elif possible <= 0 or waiting > possible / 2:
        total = None
    else:
        total = one_decimal(min(100.0, 100.0 * earned / possible + bonus))
    held = not card and possible > 0 and waiting / possible > rubric.review_above
    grade = None if total is None or held else rubric.band(total, vetoed=card)
    return Tally(
        earned=earned,
        possible=possible,
        bonus=bonus,
        waiting=waiting,
        total=total,
        grade=grade,
        vetoed=vetoed,
    )


def one_decimal(number: float) -> float:
    """Round half up as people do (84.25 → 84.3), free of binary surprises beyond the ninth decimal."""
    return float(Decimal(f"{number:.9f}").quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))
