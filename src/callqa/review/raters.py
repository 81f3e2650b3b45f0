"""Raters beside one another: agreement per item, who is lenient or harsh, who drifts; the machine is one of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import combinations
from statistics import fmean

from callqa.domain import Answer, LineStatus, Noun, Scorecard
from callqa.review.agreement import cohen_kappa, krippendorff_alpha
from callqa.review.intervals import difference_interval, mean_interval

MACHINE = "machine"
"""The machine as a rater."""
RED = -1.0
"""Stands for the points of a line whose red line was hit, since such a line may have no marks at all."""
ENOUGH = 5
"""On fewer calls nobody is called lenient or harsh."""
_Case = tuple[str, str]


class Pair(Noun):
    """Two raters on one item."""

    raters: tuple[str, str]
    """Who."""
    cases: int
    """Calls that both rated."""
    same: float
    """Share on which they gave the same points."""
    kappa: float | None
    """Cohen's κ; None where chance cannot be told."""


class ItemAgreement(Noun):
    """All raters on one item."""

    item: str
    """Rubric item."""
    cases: int
    """Calls with two or more ratings."""
    raters: int
    """Raters that took part in them."""
    alpha: float | None
    """Krippendorff's α, points taken as numbers."""
    pairs: tuple[Pair, ...]
    """Every two raters with a call in common."""


class Leaning(Noun):
    """How a rater differs from the others on the same cases."""

    rater: str
    """Who."""
    calls: int
    """Calls rated together with somebody else."""
    difference: float | None
    """Mean of own points minus the mean of the others', in per cent of full marks; above 0 = lenient."""
    low: float | None
    """Lower end of its 95 % interval, calls taken as the unit."""
    high: float | None
    """Upper end."""
    verdict: str
    """``lenient``, ``harsh``, ``even``, ``too_few``."""


class Week(Noun):
    """A rater's leaning in one week."""

    monday: date
    """First day of the week."""
    calls: int
    """Calls."""
    difference: float
    """As in `Leaning`."""


class Drift(Noun):
    """How a rater's leaning changes."""

    rater: str
    """Who."""
    weeks: tuple[Week, ...]
    """In order."""
    change: float | None
    """Last week against all before, in per cent of full marks."""
    low: float | None
    """Lower end of its 95 % interval (Welch)."""
    high: float | None
    """Upper end."""
    drifts: bool
    """The interval leaves out 0."""


def machine_answers(cards: Iterable[Scorecard]) -> list[Answer]:
    """The machine's ratings; a line that waits for a person has none."""
    return [
        Answer(
            call_id=card.call_id,
            item=line.item,
            rater=MACHINE,
            points=(RED if line.fatal else line.points) if line.status is LineStatus.scored else None,
            at=card.provenance.at,
        )
        for card in cards
        for line in card.lines
        if line.status is not LineStatus.not_applicable
    ]


def agreement(answers: Iterable[Answer]) -> list[ItemAgreement]:
    """Agreement on every item; the least first.

    A rater's later answer on the same call and item replaces an earlier one.
    """
    by_item: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for (call, item), given in _cases(answers).items():
        for rater, one in given.items():
            by_item[item][rater][call] = one[0]
    found = [_item(item, given) for item, given in sorted(by_item.items())]
    return sorted(found, key=lambda one: (one.alpha is None, one.alpha or 0.0, one.item))


def _item(item: str, given: Mapping[str, Mapping[str, float]]) -> ItemAgreement:
    raters = sorted(given)
    calls = sorted({call for rated in given.values() for call in rated})
    shared = [call for call in calls if sum(call in given[rater] for rater in raters) > 1]
    table = [[given[rater].get(call) for call in shared] for rater in raters]
    pairs = []
    for first, second in combinations(raters, 2):
        both = [call for call in shared if call in given[first] and call in given[second]]
        if both:
            one, other = [given[first][call] for call in both], [given[second][call] for call in both]
            same = sum(a == b for a, b in zip(one, other, strict=True)) / len(both)
            pairs.append(
                Pair(raters=(first, second), cases=len(both), same=same, kappa=cohen_kappa(one, other))
            )
    return ItemAgreement(
        item=item,
        cases=len(shared),
        raters=sum(any(call in given[rater] for call in shared) for rater in raters),
        alpha=krippendorff_alpha(table),
        pairs=tuple(pairs),
    )


def leanings(answers: Iterable[Answer], *, full: Mapping[str, float]) -> list[Leaning]:
    """Who is lenient and who is harsh, the harshest first.

    Each case is compared with the mean of the other *people* on it (the machine counts only where nobody else rated);
    a call's cases are averaged first, because lines of one call are not independent.

    Args:
        answers: Of everybody.
        full: Item → full marks; items without marks are left out.
    """
    found = []
    for rater, by_call in _differences(answers, full).items():
        values = [value for value, _at in by_call.values()]
        interval = mean_interval(values)
        low, high = interval or (None, None)
        found.append(
            Leaning(
                rater=rater,
                calls=len(values),
                difference=fmean(values) if values else None,
                low=low,
                high=high,
                verdict=_leans(len(values), low, high),
            )
        )
    return sorted(found, key=lambda one: (one.difference if one.difference is not None else 0.0, one.rater))


def _leans(calls: int, low: float | None, high: float | None) -> str:
    if calls < ENOUGH or low is None or high is None:
        return "too_few"
    if low > 0:
        return "lenient"
    return "harsh" if high < 0 else "even"


def drifts(answers: Iterable[Answer], *, full: Mapping[str, float]) -> list[Drift]:
    """How each rater's leaning moves from week to week; weeks begin on Monday, in the answers' own zone."""
    found = []
    for rater, by_call in sorted(_differences(answers, full).items()):
        weeks: dict[date, list[float]] = defaultdict(list)
        for value, at in by_call.values():
            weeks[at.date() - timedelta(days=at.weekday())].append(value)
        order = sorted(weeks)
        last = weeks[order[-1]]
        before = [value for monday in order[:-1] for value in weeks[monday]]
        interval = difference_interval(before, last) if before else None
        low, high = interval or (None, None)
        enough = len(last) >= ENOUGH and len(before) >= ENOUGH
        found.append(
            Drift(
                rater=rater,
                weeks=tuple(
                    Week(monday=monday, calls=len(weeks[monday]), difference=fmean(weeks[monday]))
                    for monday in order
                ),
                change=fmean(last) - fmean(before) if before else None,
                low=low,
                high=high,
                drifts=bool(enough and low is not None and high is not None and (low > 0 or high < 0)),
            )
        )
    return found


def _cases(answers: Iterable[Answer]) -> dict[_Case, dict[str, tuple[float, datetime]]]:
    """Call and item → rater → points and time; the latest answer of each rater."""
    found: dict[_Case, dict[str, tuple[float, datetime]]] = defaultdict(dict)
    for one in sorted(answers, key=lambda one: one.at):
        if one.points is None:
            found[one.call_id, one.item].pop(one.rater, None)
        else:
            found[one.call_id, one.item][one.rater] = (one.points, one.at)
    return found


def _differences(
    answers: Iterable[Answer], full: Mapping[str, float]
) -> dict[str, dict[str, tuple[float, datetime]]]:
    """Rater → call → mean difference from the others in per cent of full marks, and when."""
    sums: dict[str, dict[str, list[tuple[float, datetime]]]] = defaultdict(lambda: defaultdict(list))
    for (call, item), given in _cases(answers).items():
        marks = full.get(item, 0.0)
        if marks <= 0 or len(given) < 2:
            continue
        for rater, (points, at) in given.items():
            others = _others(given, rater)
            sums[rater][call].append((100.0 * (points - fmean(others)) / marks, at))
    return {
        rater: {call: (fmean(value for value, _ in some), some[-1][1]) for call, some in by_call.items()}
        for rater, by_call in sums.items()
    }


def _others(given: Mapping[str, tuple[float, datetime]], rater: str) -> Sequence[float]:
    people = [points for name, (points, _at) in given.items() if name not in (rater, MACHINE)]
    return people or [points for name, (points, _at) in given.items() if name != rater]
