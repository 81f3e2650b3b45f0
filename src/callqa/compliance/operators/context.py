"""What an operator may ask for besides the turns: compiled patterns, facts, steps, other rules."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from callqa.compliance.answer import Dropped, Hit
from callqa.compliance.claims import denied_between, disclaimed
from callqa.compliance.view import CallView
from callqa.domain import Finding, Party, Quote

if TYPE_CHECKING:
    from callqa.compliance.facts import Statement
    from callqa.compliance.learned import Discriminants
    from callqa.compliance.operators.expression import Expressions
    from callqa.compliance.operators.similar import Sentences


class Found(NamedTuple):
    """All hits of an operator in the call, in time order, and those that do not count."""

    hits: tuple[Hit, ...]
    dropped: tuple[Dropped, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """One call under one policy."""

    view: CallView
    """The call."""
    expressions: "Expressions"
    """Compiled regular expressions."""
    sentences: "Sentences"
    """Sentences of ``similar`` as vectors."""
    learned: "Discriminants"
    """What ``similar`` learned from examples."""
    statements: Callable[[], Sequence["Statement"]]
    """What was said about the facts; worked out on first use."""
    step: Callable[[str], Finding | None]
    """Finding of a step; None where the script in force has no such step."""
    rule: Callable[[str], Finding | None]
    """Finding of another rule."""


def claimed(hits: Sequence[Hit], view: CallView) -> Found:
    """Keep the hits that are claims of the speaker; the others with the reason (see ``claims``)."""
    kept: list[Hit] = []
    dropped: list[Dropped] = []
    for hit in hits:
        why = "只是听起来有些像" if hit.accuses is False else _disclaimed(hit, view)
        if why is None:
            kept.append(hit if hit.accuses else replace(hit, sure=False))
        else:
            dropped.append(Dropped(hit, why))
    return Found(tuple(kept), tuple(dropped))


def _disclaimed(hit: Hit, view: CallView) -> str | None:
    quotes = [e for e in hit.evidence if isinstance(e, Quote)]
    if not quotes:
        return None
    first, last = quotes[0], quotes[-1]
    text = view.turns[first.turn].text
    start, end = first.characters.start, first.characters.end
    if last is not first:
        # the sentence runs on in a later turn: read both as one text
        end = len(text) + last.characters.end
        text += view.turns[last.turn].text
    for before, after in pairwise(hit.words):
        denied = denied_between(text, before.end, after.start)
        if denied is not None:
            return denied
    return disclaimed(text, start, end, echoes=_customer_said(hit, first.turn, view))


def _customer_said(hit: Hit, turn: int, view: CallView) -> bool:
    before = turn - 1
    if before < 0 or view.turns[before].party is not Party.customer:
        return False
    words = "".join(e.text for e in hit.evidence if isinstance(e, Quote))
    return bool(words) and words in view.turns[before].text


def without(hits: Sequence[Hit], excluded: Sequence[Hit], *, why: str = "落在排除的说法里") -> Found:
    """Leave out hits whose words overlap an excluded wording.

    An excluding wording must be heard as well as an accusing one: 私人微信 is not 公司微信.
    """
    spans: Mapping[int, list[tuple[int, int]]] = _places([hit for hit in excluded if hit.accuses])
    kept: list[Hit] = []
    dropped: list[Dropped] = []
    for hit in hits:
        if _overlaps(hit, spans):
            dropped.append(Dropped(hit, why))
        else:
            kept.append(hit)
    return Found(tuple(kept), tuple(dropped))


def _overlaps(hit: Hit, spans: Mapping[int, list[tuple[int, int]]]) -> bool:
    return any(
        start < quote.characters.end and quote.characters.start < end
        for quote in hit.evidence
        if isinstance(quote, Quote)
        for start, end in spans.get(quote.turn, ())
    )


def _places(hits: Sequence[Hit]) -> dict[int, list[tuple[int, int]]]:
    places: dict[int, list[tuple[int, int]]] = {}
    for hit in hits:
        for quote in hit.evidence:
            if isinstance(quote, Quote):
                places.setdefault(quote.turn, []).append((quote.characters.start, quote.characters.end))
    return places


def in_order(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """By time, then turn."""
    return tuple(sorted(hits, key=lambda hit: (hit.span.start, hit.turn or 0, hit.span.end)))


def distinct(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """One hit per place: of several wordings that overlap in the same turn the likest is kept."""
    return apart(hits, key=lambda hit: (not hit.sure, -(hit.score or 0.0), hit.span.start))


def apart(hits: Sequence[Hit], *, key: Callable[[Hit], tuple[bool | float, ...]]) -> tuple[Hit, ...]:
    """Hits that overlap none before them in the given order, in time order."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=key):
        if not _overlaps(hit, _places(kept)):
            kept.append(hit)
    return in_order(kept)
