"""How often steps are kept, rules broken, techniques used; as the machine found it, put right by what people said.

- *Step kept*: calls in which the step was met ÷ calls in which it was met or broken. Calls in which it did not apply
  are in neither; calls in which it could not be heard are counted apart, never as broken.
- *Rule broken*: calls in which the rule was broken ÷ calls in which it was broken or kept; the unheard apart again.
- *Technique used*: calls with at least one turn of it ÷ all calls. A family counts a call once.

What a reviewer confirmed, edited or corrected, and what a ruling decided, replaces the machine's word on that call.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from callqa.domain import Correct, ReviewEvent, Scorecard
from callqa.review import Rate, rate_of, standing, verdicts

Place = tuple[str | None, str]
"""Agent and unit path."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Something that occurs in calls of one agent in one unit.

    Attributes:
        agent: Person, None where nobody is known.
        unit_path: Path of the unit.
        id: Step, rule, label or family.
        verdict: ``met``, ``broken``, ``unsure``; empty for techniques.
        calls: Calls in which it occurs.
        times: Times altogether.
    """

    agent: str | None
    unit_path: str
    id: str
    verdict: str
    calls: int
    times: int = 0


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A call that people spoke about.

    Attributes:
        agent: Person, None where nobody is known.
        unit_path: Path of the unit.
        verdicts: Step, rule or label → the machine's verdict; empty for techniques.
        tags: Label and turn of every technique that the machine found; empty for steps and rules.
        scorecard: Id of the card in force.
        card: The card; None for techniques.
        events: What people said, in order.
    """

    agent: str | None
    unit_path: str
    verdicts: Mapping[str, str]
    tags: tuple[tuple[str, int], ...]
    scorecard: str
    card: Scorecard | None
    events: tuple[ReviewEvent, ...]


def put_right(found: Iterable[Occurrence], calls: Iterable[Reviewed], kind: str) -> list[Occurrence]:
    """Verdicts on steps or rules, with those of reviewed calls replaced by what people say.

    Args:
        found: As the machine found them.
        calls: Reviewed calls of the same filter.
        kind: ``step`` or ``rule``.
    """
    more = []
    for call in calls:
        said = verdicts(call.events, {call.scorecard: call.card} if call.card else {})
        for (subject, name), broken in said.items():
            before = call.verdicts.get(name)
            after = "broken" if broken else "met"
            if subject != kind or before is None or before == after:
                continue
            more.append(Occurrence(call.agent, call.unit_path, name, before, -1))
            more.append(Occurrence(call.agent, call.unit_path, name, after, 1))
    return _added(found, more)


def techniques_put_right(
    found: Iterable[Occurrence],
    calls: Iterable[Reviewed],
    *,
    families: Mapping[str, Sequence[str]] | None = None,
) -> list[Occurrence]:
    """Techniques, with those of reviewed calls replaced by what people say.

    Args:
        found: As the machine found them, by label, or by family where families are given.
        calls: Reviewed calls of the same filter.
        families: Family → labels.
    """
    more = []
    for call in calls:
        before, after = set(call.tags), set(call.tags)
        for event in standing(call.events):
            if (
                not isinstance(event, Correct)
                or event.subject != "technique"
                or event.scorecard != call.scorecard
            ):
                continue
            if event.turn is not None and event.present is not None:
                (after.add if event.present else after.discard)((event.target, event.turn))
        for sign, tags in ((-1, before), (1, after)):
            for name, times in _named(tags, families).items():
                more.append(Occurrence(call.agent, call.unit_path, name, "", sign, sign * times))
    return _added(found, more)


def _named(tags: Iterable[tuple[str, int]], families: Mapping[str, Sequence[str]] | None) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for label, _ in tags:
        names = [label] if families is None else [name for name, some in families.items() if label in some]
        for name in names:
            found[name] += 1
    return found


def _added(found: Iterable[Occurrence], more: Iterable[Occurrence]) -> list[Occurrence]:
    sums: dict[tuple[str | None, str, str, str], list[int]] = {}
    for group in (found, more):
        for one in group:
            kept = sums.setdefault((one.agent, one.unit_path, one.id, one.verdict), [0, 0])
            kept[0] += one.calls
            kept[1] += one.times
    return [Occurrence(*place, calls, times) for place, (calls, times) in sums.items() if calls > 0]


@dataclass
class Checked:
    """Verdicts on one step or rule over many calls."""

    met: int = 0
    broken: int = 0
    unsure: int = 0

    def add(self, one: Occurrence) -> None:
        """Count some calls."""
        setattr(self, one.verdict, getattr(self, one.verdict) + one.calls)

    def rate(self, kind: str) -> Rate:
        """Share kept of a step, share broken of a rule, with Wilson's 95 % interval."""
        return rate_of(self.met if kind == "step" else self.broken, self.met + self.broken)


def differs(own: Rate, others: Rate) -> bool:
    """True where the two intervals do not overlap; below that nothing is said of a difference."""
    if own.low is None or own.high is None or others.low is None or others.high is None:
        return False
    return own.low > others.high or own.high < others.low
