"""Scopes → stretches: which turns and which milliseconds a condition looks at."""

from collections.abc import Sequence
from dataclasses import dataclass

from callqa.compliance.answer import Hit
from callqa.compliance.view import CallView
from callqa.domain import Party, Span
from callqa.policy.rules.scope import Anchor, Scope
from callqa.policy.wording import Extent


@dataclass(frozen=True, slots=True)
class Stretch:
    """Turns of the party looked at, and the time they are looked for in."""

    turns: tuple[int, ...]
    """Indices, ascending; those that begin inside ``span``."""
    span: Span
    """When."""

    def holds(self, hit: Hit) -> bool:
        """True where the hit begins inside; hits without a turn by their time."""
        if hit.turn is not None:
            return hit.turn in self.turns or (
                not self.turns and self.span.start <= hit.span.start < self.span.end
            )
        return self.span.start <= hit.span.start < self.span.end

    @property
    def bounds(self) -> tuple[int, int] | None:
        """First and last turn, or None without turns."""
        return (self.turns[0], self.turns[-1]) if self.turns else None


def stretches(
    scope: Scope, view: CallView, party: Party | None, anchor_hits: Sequence[Hit] = ()
) -> tuple[Stretch, ...]:
    """Where to look.

    Args:
        scope: The policy's scope.
        view: The call.
        party: Whose turns; ``first: 5轮`` counts only theirs.
        anchor_hits: Hits of the anchor condition, in time order, where the scope has an anchor.

    Returns:
        One stretch, or one per anchor hit; none where the anchor has no (n-th) hit.
    """
    plain = _absolute(scope, view, party)
    if scope.anchor is None:
        return (plain,)
    return tuple(
        stretch
        for hit in _chosen(scope.anchor, anchor_hits)
        if (stretch := _relative(scope.anchor, hit, plain, view)) is not None
    )


def _absolute(scope: Scope, view: CallView, party: Party | None) -> Stretch:
    turns = view.turns_of(party)
    start, end = 0, view.duration
    if scope.first is not None:
        turns, start, end = _head(scope.first, turns, start, end, view)
    if scope.last is not None:
        turns, start, end = _tail(scope.last, turns, start, end, view)
    if scope.from_ is not None:
        turns, start, end = _from(scope.from_, turns, start, end, view)
    if scope.to is not None:
        turns, start, end = _head(scope.to, turns, start, end, view, of_call=True)
    end = max(end, start + 1)
    return Stretch(tuple(t for t in turns if start <= view.spans[t].start < end), Span(start=start, end=end))


def _millis(extent: Extent, view: CallView) -> int:
    return round(extent.amount * view.duration / 100) if extent.unit == "percent" else round(extent.amount)


def _head(
    extent: Extent, turns: Sequence[int], start: int, end: int, view: CallView, *, of_call: bool = False
) -> tuple[tuple[int, ...], int, int]:
    if extent.unit == "turns":
        kept = tuple(turns)[: int(extent.amount)] if not of_call else _up_to(extent, turns, view)
        return kept, start, max((view.spans[t].end for t in kept), default=start + 1)
    return tuple(turns), start, min(end, max(start + 1, _millis(extent, view)))


def _up_to(extent: Extent, turns: Sequence[int], view: CallView) -> tuple[int, ...]:
    own = {turn: number for number, turn in enumerate(_own(turns, view), start=1)}
    return tuple(t for t in turns if own[t] <= extent.amount)


def _own(turns: Sequence[int], view: CallView) -> tuple[int, ...]:
    """All turns of the parties among ``turns``: what ``from``/``to`` count."""
    parties = {view.turns[t].party for t in turns}
    return tuple(t.index for t in view.turns if t.party in parties)


def _tail(
    extent: Extent, turns: Sequence[int], start: int, end: int, view: CallView
) -> tuple[tuple[int, ...], int, int]:
    if extent.unit == "turns":
        amount = int(extent.amount)
        kept = tuple(turns)[-amount:] if amount else ()
        return kept, min((view.spans[t].start for t in kept), default=end - 1), end
    # a turn that runs into the last seconds belongs to them: what it says last is what counts
    low = max(start, view.duration - _millis(extent, view))
    inside = [t for t in turns if view.spans[t].end > low]
    return tuple(inside), min([low, *(view.spans[t].start for t in inside)]), end


def _from(
    extent: Extent, turns: Sequence[int], start: int, end: int, view: CallView
) -> tuple[tuple[int, ...], int, int]:
    if extent.unit == "turns":
        own = {turn: number for number, turn in enumerate(_own(turns, view), start=1)}
        kept = tuple(t for t in turns if own[t] >= extent.amount)
        return kept, min((view.spans[t].start for t in kept), default=end - 1), end
    return tuple(turns), max(start, min(_millis(extent, view), end - 1)), end


def _chosen(anchor: Anchor, hits: Sequence[Hit]) -> Sequence[Hit]:
    if not hits:
        return ()
    if anchor.hit == "last":
        return hits[-1:]
    if isinstance(anchor.hit, int):
        return hits[anchor.hit - 1 : anchor.hit]
    return hits


def _relative(anchor: Anchor, hit: Hit, plain: Stretch, view: CallView) -> Stretch | None:
    first, last = hit.turn, hit.last_turn
    if first is None or last is None:
        first, last = _turns_at(hit.span, view)
    if anchor.where == "same":
        chosen = [t for t in plain.turns if first <= t <= last]
        low, high = view.spans[first].start if first <= last else hit.span.start, hit.span.end
        return _stretch(chosen, low, max(high, *(view.spans[t].end for t in chosen), low + 1), plain)
    before = [t for t in plain.turns if t < first] if anchor.where in ("before", "around") else []
    after = [t for t in plain.turns if t > last] if anchor.where in ("after", "around") else []
    middle = [t for t in plain.turns if first <= t <= last] if anchor.where == "around" else []
    low, high = hit.span.start, hit.span.end
    if anchor.within is None:
        low, high = (
            (0 if anchor.where != "after" else high),
            (low if anchor.where == "before" else view.duration),
        )
    elif anchor.within.unit == "turns":
        amount = int(anchor.within.amount)
        before, after = before[-amount:] if amount else [], after[:amount]
        chosen = [*before, *middle, *after]
        low = min((view.spans[t].start for t in chosen), default=low)
        high = max((view.spans[t].end for t in chosen), default=high)
    else:
        reach = round(anchor.within.amount)
        before = [t for t in before if view.spans[t].end > low - reach]
        after = [t for t in after if view.spans[t].start < high + reach]
        low, high = (
            (low - reach if anchor.where != "after" else high),
            (low if anchor.where == "before" else high + reach),
        )
    return _stretch([*before, *middle, *after], low, high, plain)


def _stretch(turns: Sequence[int], low: int, high: int, plain: Stretch) -> Stretch | None:
    start, end = max(low, plain.span.start, 0), min(high, plain.span.end)
    if start >= end and not turns:
        return None
    return Stretch(tuple(turns), Span(start=start, end=max(end, start + 1)))


def _turns_at(span: Span, view: CallView) -> tuple[int, int]:
    """Last turn that begins before a stretch ends, as a place in the order of turns."""
    before = [index for index, turn in enumerate(view.spans) if turn.start < span.end]
    inside = [index for index in before if view.spans[index].end > span.start]
    if inside:
        return inside[0], inside[-1]
    place = before[-1] if before else -1
    return place + 1, place
