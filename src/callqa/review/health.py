"""Health cards of rules and steps: how often people found their verdicts right, by product and audio quality."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from callqa.domain import (
    Appeal,
    Confirm,
    Correct,
    Edit,
    Finding,
    LineStatus,
    Measure,
    Noun,
    ReviewEvent,
    Ruling,
    Scorecard,
    ScoreLine,
    Verdict,
)
from callqa.review.intervals import Rate, rate_of
from callqa.review.replay import standing

FLOOR = 0.8
"""Below this precision a rule costs more trust than it brings."""
LEAST = 20
"""Verdicts that people must have looked at before a rule is judged."""
_GOOD, _POOR = 0.85, 0.7
"""Mean confidence of the recogniser: audio is good from the first on, poor below the second."""
Key = tuple[str, str]
"""``("step", id)`` or ``("rule", id)``."""


class Judged(Noun):
    """One ``broken`` verdict that a person looked at."""

    subject: Literal["step", "rule"]
    """What gave the verdict."""
    id: str
    """Step or rule."""
    call_id: str
    """On which call."""
    right: bool
    """The person agreed."""
    product: str
    """Product of the call; empty where unknown."""
    quality: str
    """``good``, ``fair``, ``poor``, ``mono``, ``unknown``."""


class Slice(Noun):
    """Precision in one part of the calls."""

    name: str
    """Product or quality."""
    precision: Rate
    """Right verdicts among those looked at."""


class RuleHealth(Noun):
    """A rule's or step's card."""

    subject: Literal["step", "rule"]
    """Which of them."""
    id: str
    """Its id."""
    precision: Rate
    """Right verdicts among those looked at."""
    by_product: tuple[Slice, ...]
    """The same by product."""
    by_quality: tuple[Slice, ...]
    """The same by audio quality."""
    hint_only: bool
    """Proposed: show it, but let it cost no points until it is better."""


def says_broken(event: ReviewEvent, line: ScoreLine, appeals: Mapping[str, str]) -> bool | None:
    """What an event says about the breach behind a line: True there was one, False there was none, None nothing.

    A confirmed line was right, an edited one is as the edit says, a granted appeal in full says that there was none.

    Args:
        event: A standing event.
        line: The machine's line.
        appeals: Appeal id → item.
    """
    if line.status is LineStatus.not_applicable or line.bonus:
        return None
    full = not line.fatal and line.points >= line.max_points
    match event:
        case Confirm(item=item) if item in (None, line.item) and line.status is LineStatus.scored:
            return not full
        case Edit(item=line.item) if event.status is LineStatus.scored:
            fatal = line.fatal if event.fatal is None else event.fatal
            return fatal or event.points < line.max_points
        case Ruling() if appeals.get(event.appeal) == line.item:
            if not event.upheld:
                return not full
            return event.points is not None and event.points < line.max_points
        case _:
            return None


def verdicts(events: Iterable[ReviewEvent], cards: Mapping[str, Scorecard]) -> dict[Key, bool]:
    """What people say about steps and rules on one call: True where there was a breach.

    A correction of the step or rule says it straight; otherwise only lines that rest on one step or rule alone say
    anything. A later event replaces an earlier one; what was taken back says nothing.

    Args:
        events: Of one call, in order.
        cards: The scorecards they speak about, by hash.
    """
    live = standing(events)
    appeals = {event.id: event.item for event in live if isinstance(event, Appeal)}
    found: dict[Key, bool] = {}
    for event in live:
        card = cards.get(event.scorecard)
        if isinstance(event, Correct):
            if event.subject in ("step", "rule") and event.verdict in (Verdict.met, Verdict.broken):
                found[str(event.subject), event.target] = event.verdict is Verdict.broken
            continue
        for line in card.lines if card else ():
            said = says_broken(event, line, appeals)
            if said is not None and len(line.refs) == 1 and line.refs[0].kind in ("step", "rule"):
                found[line.refs[0].kind, line.refs[0].id] = said
    return found


def quality_of(measures: Sequence[Measure], *, channels: int) -> str:
    """How good the audio of a call is to the recogniser: ``mono``, or by its mean confidence."""
    if channels == 1:
        return "mono"
    value = next((one.value for one in measures if one.name == "transcript_confidence"), None)
    if value is None:
        return "unknown"
    return "good" if value >= _GOOD else "fair" if value >= _POOR else "poor"


def judged(
    said: Mapping[Key, bool], findings: Iterable[Finding], *, call_id: str, product: str, quality: str
) -> list[Judged]:
    """The machine's ``broken`` verdicts on a call that people spoke about.

    Args:
        said: From `verdicts`.
        findings: The machine's.
        call_id: The call.
        product: Its product.
        quality: From `quality_of`.
    """
    return [
        Judged(
            subject=one.subject.value,
            id=one.id,
            call_id=call_id,
            right=said[one.subject.value, one.id],
            product=product,
            quality=quality,
        )
        for one in findings
        if one.verdict is Verdict.broken and (one.subject.value, one.id) in said
    ]


def rule_health(cases: Iterable[Judged], *, floor: float = FLOOR, least: int = LEAST) -> list[RuleHealth]:
    """Cards of all rules and steps that people looked at, the least precise first.

    Reviewed calls are not a fair sample (red lines and doubtful calls come first), so this is the precision among
    what was looked at, not among all calls.

    Args:
        cases: Verdicts that people looked at.
        floor: Below this precision a rule is proposed for ``hint only`` …
        least: … once this many verdicts were looked at.
    """
    grouped: dict[Key, list[Judged]] = defaultdict(list)
    for case in cases:
        grouped[case.subject, case.id].append(case)
    found = []
    for (subject, name), some in grouped.items():
        precision = _precision(some)
        low = precision.rate is not None and precision.rate < floor
        found.append(
            RuleHealth(
                subject="step" if subject == "step" else "rule",
                id=name,
                precision=precision,
                by_product=_slices(some, "product"),
                by_quality=_slices(some, "quality"),
                hint_only=low and len(some) >= least,
            )
        )
    return sorted(found, key=lambda one: (one.precision.rate or 0.0, one.subject, one.id))


def _precision(cases: Sequence[Judged]) -> Rate:
    return rate_of(sum(case.right for case in cases), len(cases))


def _slices(cases: Sequence[Judged], field: Literal["product", "quality"]) -> tuple[Slice, ...]:
    parts: dict[str, list[Judged]] = defaultdict(list)
    for case in cases:
        parts[getattr(case, field)].append(case)
    return tuple(Slice(name=name, precision=_precision(parts[name])) for name in sorted(parts))
