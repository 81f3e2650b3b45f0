"""What a new policy would change: verdicts, scores and work over the same calls, judged by the old one and by the new.

Pure functions. Denominator of every figure "per 1,000 calls": the calls that both policies judged.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import Literal

from callqa.domain import Noun, Processed, Quote, ReviewEvent, Scorecard, StepState, Verdict
from callqa.evaluation.rates import Hits, decided, wilson
from callqa.review import verdicts

Key = tuple[str, str]
"""``("step", id)`` or ``("rule", id)``."""


class Sighting(Noun):
    """One step or rule on one call."""

    title: str
    """As the policy names it."""
    verdict: Verdict
    """What came out."""
    missing: bool
    """A step that was not said at all."""
    hits: int
    """Times it was broken (rules) or said (steps)."""
    quote: str
    """First words of evidence, masked; empty where there are none."""


class Sketch(Noun):
    """What a comparison needs of a judged call; small, so that a year of calls fits into memory."""

    call_id: str
    """The call."""
    agent: str
    """Who made it, or empty."""
    sightings: dict[Key, Sighting]
    """Every step and rule."""
    total: float | None
    """0..100."""
    grade: str
    """Title of the grade."""
    fatal: bool
    """A red line was hit."""
    needs_human: int
    """Lines that wait for a person."""


class Label(Noun):
    """What a person says about a step or rule on a call."""

    broken: bool
    """True: the rule was broken, the step was left out."""
    sense: Literal["missing", "broken"] = "broken"
    """What the label speaks about: a step that was left out, or any breach."""


Labels = Mapping[str, Mapping[Key, Label]]
"""Call id → labels."""


class Share(Noun):
    """How often, with its Wilson interval at 95 %."""

    hits: int
    """Cases."""
    of: int
    """Out of."""

    @property
    def value(self) -> float | None:
        """The share, None out of nothing."""
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Lower and upper bound."""
        return wilson(self.hits, self.of)


class Figures(Noun):
    """One step or rule over all calls under one policy."""

    judged: int = 0
    """Calls on which it was judged at all (not ``not_applicable``)."""
    broken: int = 0
    """Calls on which it was broken."""
    hits: int = 0
    """Times it was broken."""
    unsure: int = 0
    """Calls that were left to a person."""
    accuracy: Hits = Hits()
    """Against labels; the positive answer is ``broken``."""

    @property
    def precision(self) -> Share:
        """Of those called broken, how many were."""
        right = self.accuracy.true_positive
        return Share(hits=right, of=right + self.accuracy.false_positive)

    @property
    def recall(self) -> Share:
        """Of those broken, how many were found."""
        right = self.accuracy.true_positive
        return Share(hits=right, of=right + self.accuracy.false_negative)


class Row(Noun):
    """A step or rule, old against new."""

    subject: str
    """``step`` or ``rule``."""
    id: str
    """Its id."""
    title: str
    """In the new policy where it is there."""
    old: Figures | None
    """None where the old policy does not have it."""
    new: Figures | None
    """None where the new policy does not have it."""
    now_broken: int
    """Calls that flip to broken."""
    now_cleared: int
    """Calls that flip away from broken."""

    @property
    def moved(self) -> int:
        """Calls whose verdict flips either way."""
        return self.now_broken + self.now_cleared


class Flip(Noun):
    """A call that comes out differently."""

    call_id: str
    """The call."""
    agent: str
    """Who made it."""
    old_total: float | None
    """Before."""
    new_total: float | None
    """After."""
    old_grade: str
    """Before."""
    new_grade: str
    """After."""
    changes: tuple[str, ...]
    """Chinese: which step or rule goes from what to what, with the words."""

    @property
    def delta(self) -> float | None:
        """Points gained; None where either side has no total."""
        if self.old_total is None or self.new_total is None:
            return None
        return round(self.new_total - self.old_total, 1)


class Work(Noun):
    """What reviewers have to do."""

    old_lines: int
    """Lines that wait for a person under the old policy."""
    new_lines: int
    """… under the new one."""
    minutes_per_line: float
    """Assumed."""

    @property
    def old_minutes(self) -> float:
        """Minutes under the old policy."""
        return self.old_lines * self.minutes_per_line

    @property
    def new_minutes(self) -> float:
        """Minutes under the new policy."""
        return self.new_lines * self.minutes_per_line


class BackTest(Noun):
    """The whole comparison."""

    calls: int
    """Calls that both policies judged."""
    labelled: int
    """Those of them that have labels or reviews."""
    rows: tuple[Row, ...]
    """Steps, then rules; those that move most first."""
    flips: tuple[Flip, ...]
    """Calls that come out differently, the greatest loss first."""
    work: Work
    """Reviewers' minutes."""
    old_mean: float | None
    """Mean total before."""
    new_mean: float | None
    """Mean total after."""
    grades: tuple[tuple[str, int, int], ...]
    """Grade, calls before, calls after."""


def sketch(result: Processed) -> Sketch:
    """What is kept of a judged call."""
    card = result.scorecard
    sightings = {
        (finding.subject.value, finding.id): Sighting(
            title=finding.title,
            verdict=finding.verdict,
            missing=finding.verdict is Verdict.broken and finding.state is StepState.missing,
            hits=finding.hits,
            quote=next((piece.text for piece in finding.evidence if isinstance(piece, Quote)), ""),
        )
        for finding in result.findings
    }
    return Sketch(
        call_id=card.call_id,
        agent=result.call.agent or "",
        sightings=sightings,
        total=card.total,
        grade=card.grade_title,
        fatal=bool(card.fatal),
        needs_human=card.needs_human,
    )


def compare(
    old: Mapping[str, Sketch],
    new: Mapping[str, Sketch],
    *,
    minutes_per_line: float,
    labels: Labels | None = None,
) -> BackTest:
    """Old against new, on the calls that both have.

    Args:
        old: By call id.
        new: By call id.
        minutes_per_line: A reviewer's time for one line that waits for a person.
        labels: What people say, where they said anything.
    """
    both = sorted(old.keys() & new.keys())
    said = labels or {}
    grades_old = Counter(old[one].grade or "没有等级" for one in both)
    grades_new = Counter(new[one].grade or "没有等级" for one in both)
    flips = [flip for one in both if (flip := _flip(old[one], new[one])) is not None]
    return BackTest(
        calls=len(both),
        labelled=sum(bool(said.get(one)) for one in both),
        rows=_rows([old[one] for one in both], [new[one] for one in both], said),
        flips=tuple(sorted(flips, key=_worst)),
        work=Work(
            old_lines=sum(old[one].needs_human for one in both),
            new_lines=sum(new[one].needs_human for one in both),
            minutes_per_line=minutes_per_line,
        ),
        old_mean=_mean(old[one].total for one in both),
        new_mean=_mean(new[one].total for one in both),
        grades=tuple((name, grades_old[name], grades_new[name]) for name in {**grades_old, **grades_new}),
    )


def _worst(flip: Flip) -> tuple[float, str]:
    """The greatest loss first; calls without a difference in points after those that gain nothing."""
    return (flip.delta if flip.delta is not None else 0.05, flip.call_id)


def _mean(totals: Iterable[float | None]) -> float | None:
    known = [total for total in totals if total is not None]
    return fmean(known) if known else None


def _rows(old: Sequence[Sketch], new: Sequence[Sketch], labels: Labels) -> tuple[Row, ...]:
    titles = {key: one.title for sketch_ in (*old, *new) for key, one in sketch_.sightings.items()}
    before, after = _figures(old, labels), _figures(new, labels)
    flips: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
    for one, other in zip(old, new, strict=True):
        for key in one.sightings.keys() | other.sightings.keys():
            was, is_ = _broken(one, key), _broken(other, key)
            if was != is_:
                flips[key][0 if is_ else 1] += 1
    rows = [
        Row(
            subject=key[0],
            id=key[1],
            title=title,
            old=before.get(key),
            new=after.get(key),
            now_broken=flips[key][0],
            now_cleared=flips[key][1],
        )
        for key, title in titles.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.subject != "step", -row.moved)))


def _broken(one: Sketch, key: Key) -> bool:
    return key in one.sightings and one.sightings[key].verdict is Verdict.broken


def _figures(sketches: Iterable[Sketch], labels: Labels) -> dict[Key, Figures]:
    sums: dict[Key, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    accuracy: dict[Key, Hits] = defaultdict(Hits)
    for one in sketches:
        said = labels.get(one.call_id, {})
        for key, seen in one.sightings.items():
            total = sums[key]
            total[0] += seen.verdict is not Verdict.not_applicable
            total[1] += seen.verdict is Verdict.broken
            if seen.verdict is Verdict.broken:
                total[2] += seen.hits if key[0] == "rule" else 1
            total[3] += seen.verdict is Verdict.unsure
            if key in said:
                accuracy[key] += _judged(seen, said[key])
    return {
        key: Figures(judged=judged, broken=broken, hits=hits, unsure=unsure, accuracy=accuracy[key])
        for key, (judged, broken, hits, unsure) in sums.items()
    }


def _judged(seen: Sighting, label: Label) -> Hits:
    if seen.verdict is Verdict.unsure:
        return Hits(unsure=1)
    found = seen.missing if label.sense == "missing" else seen.verdict is Verdict.broken
    return decided(found=found, there=label.broken)


_WORDS = {
    "rule": {
        Verdict.met: "没有违反",
        Verdict.broken: "违反",
        Verdict.not_applicable: "不适用",
        Verdict.unsure: "听不清",
    },
    "step": {
        Verdict.met: "做到",
        Verdict.broken: "未做到",
        Verdict.not_applicable: "不适用",
        Verdict.unsure: "听不清",
    },
}


def _flip(old: Sketch, new: Sketch) -> Flip | None:
    changes = []
    for key in dict.fromkeys((*new.sightings, *old.sightings)):
        before, after = old.sightings.get(key), new.sightings.get(key)
        was = _WORDS[key[0]][before.verdict] if before is not None else "没有这一条"
        now = _WORDS[key[0]][after.verdict] if after is not None else "没有这一条"
        # a new rule that nobody breaks, and an old one that nobody broke, move no call
        silent = {before.verdict if before else Verdict.met, after.verdict if after else Verdict.met} <= {
            Verdict.met,
            Verdict.not_applicable,
        }
        if was != now and not silent:
            seen = after or before
            quote = f"（“{seen.quote}”）" if seen is not None and seen.quote else ""
            changes.append(f"{seen.title if seen is not None else key[1]}：{was} → {now}{quote}")
    if not changes and old.total == new.total and old.grade == new.grade:
        return None
    return Flip(
        call_id=new.call_id,
        agent=new.agent,
        old_total=old.total,
        new_total=new.total,
        old_grade=old.grade,
        new_grade=new.grade,
        changes=tuple(changes),
    )


def labels_of_truth(
    steps: Mapping[str, bool], broken: Iterable[str], rules: Iterable[str]
) -> dict[Key, Label]:
    """Labels out of ground truth.

    Args:
        steps: Step id → was it said (only steps that were labelled).
        broken: Rules that were broken.
        rules: Every rule that was looked for; what is not in ``broken`` was kept.
    """
    violated = set(broken)
    return {
        **{("step", name): Label(broken=not said, sense="missing") for name, said in steps.items()},
        **{("rule", name): Label(broken=name in violated) for name in {*rules, *violated}},
    }


def labels_of_reviews(events: Sequence[ReviewEvent], cards: Mapping[str, Scorecard]) -> dict[Key, Label]:
    """Labels out of review events: a confirmed line was right, an edited one or a granted appeal was wrong.

    Corrections of a step or rule say it straight; of lines, only those that rest on one step or rule alone say
    anything about it. A later event replaces an earlier, and what was taken back says nothing.

    Args:
        events: Of one call, in order.
        cards: The scorecards they speak about, by id.
    """
    return {key: Label(broken=broken) for key, broken in verdicts(events, cards).items()}
