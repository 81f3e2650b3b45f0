"""Counts that add up, and the rates and intervals made from them."""

from math import sqrt

from callqa.domain import Noun


def wilson(hits: int, total: int, *, z: float = 1.96) -> tuple[float, float] | None:
    """Wilson score interval of a share (Wilson 1927), 95 % by default; None where nothing was counted."""
    if total == 0:
        return None
    share = hits / total
    centre = share + z * z / (2 * total)
    reach = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return max(0.0, (centre - reach) / scale), min(1.0, (centre + reach) / scale)


class Errors(Noun):
    """Edit operations between what was said and what was written."""

    reference: int = 0
    """Characters said."""
    substituted: int = 0
    """Written otherwise."""
    deleted: int = 0
    """Not written."""
    inserted: int = 0
    """Written but not said."""

    def __add__(self, other: "Errors") -> "Errors":
        return Errors(
            reference=self.reference + other.reference,
            substituted=self.substituted + other.substituted,
            deleted=self.deleted + other.deleted,
            inserted=self.inserted + other.inserted,
        )

    @property
    def rate(self) -> float | None:
        """Character error rate; None where nothing was said."""
        wrong = self.substituted + self.deleted + self.inserted
        return wrong / self.reference if self.reference else None


class Hits(Noun):
    """Right and wrong decisions of one yes/no question."""

    true_positive: int = 0
    """Found and there."""
    false_positive: int = 0
    """Found, not there."""
    false_negative: int = 0
    """There, not found."""
    true_negative: int = 0
    """Neither."""
    unsure: int = 0
    """Left to a person; counted nowhere else."""

    def __add__(self, other: "Hits") -> "Hits":
        return Hits(**{name: getattr(self, name) + getattr(other, name) for name in Hits.model_fields})

    @property
    def precision(self) -> float | None:
        """Share of the found that are there; None where nothing was found."""
        found = self.true_positive + self.false_positive
        return self.true_positive / found if found else None

    @property
    def recall(self) -> float | None:
        """Share of the there that are found; None where nothing was there."""
        there = self.true_positive + self.false_negative
        return self.true_positive / there if there else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall; None where neither found nor there."""
        decided = 2 * self.true_positive + self.false_positive + self.false_negative
        return 2 * self.true_positive / decided if decided else None


def decided(*, found: bool, there: bool) -> Hits:
    """One decision."""
    if found:
        return Hits(true_positive=1) if there else Hits(false_positive=1)
    return Hits(false_negative=1) if there else Hits(true_negative=1)


def mean(values: list[float]) -> float | None:
    """Arithmetic mean; None of nothing."""
    return sum(values) / len(values) if values else None


def macro(hits: dict[str, Hits]) -> float | None:
    """Mean F1 over the questions that have one."""
    return mean([one.f1 for one in hits.values() if one.f1 is not None])
