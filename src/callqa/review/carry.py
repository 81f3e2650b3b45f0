"""A call that is scored again keeps what people said about lines that came out the same."""

from collections.abc import Sequence
from hashlib import sha256

from callqa.domain import (
    Acknowledge,
    Appeal,
    Comment,
    Confirm,
    Correct,
    Edit,
    Escalate,
    Finish,
    Noun,
    ReviewEvent,
    Ruling,
    Scorecard,
    ScoreLine,
    Withdraw,
)
from callqa.review.replay import standing


class Carried(Noun):
    """What of an earlier card's events holds on a new card."""

    events: tuple[ReviewEvent, ...]
    """Copies that speak about the new card: same author, time and words, ids of their own."""
    left: tuple[str, ...]
    """Standing events that do not hold any more, because their line came out otherwise or is gone."""


def carried(events: Sequence[ReviewEvent], *, old: Scorecard, new: Scorecard, was: str, now: str) -> Carried:
    """Events of the old card as events of the new one.

    A line has come out the same where points, full marks, status and red line agree. On such lines confirmations,
    edits and appeals with all that followed are kept. Corrections speak about steps, rules and tags, and comments
    about the call, so they are kept always. That a reviewer was done, and that the agent has seen the card, holds
    only where every line came out the same.

    Args:
        events: Of the call, in the ledger's order.
        old: The card they speak about.
        new: The card in force.
        was: Hash of the old card.
        now: Hash of the new one.
    """
    before = {line.item: _what(line) for line in old.lines}
    after = {line.item: _what(line) for line in new.lines}
    same = {item for item, what in after.items() if before.get(item) == what}
    alike = before == after
    kept: list[ReviewEvent] = []
    left: list[str] = []
    appeals: dict[str, str] = {}
    for event in standing(events):
        if event.scorecard != was:
            continue
        copy = event.replace(id=_copied(now, event.id), scorecard=now)
        match event:
            case Confirm(item=None) if not alike:
                some = [item for item in after if item in same]
                kept += [copy.replace(id=_copied(now, f"{event.id}\x00{item}"), item=item) for item in some]
                continue
            case Confirm(item=item) | Edit(item=item) | Appeal(item=item):
                holds = item is None or item in same
            case Withdraw(appeal=appeal) | Ruling(appeal=appeal) | Escalate(appeal=appeal):
                holds = appeal in appeals
                copy = copy.replace(appeal=appeals.get(appeal, appeal)) if holds else copy
            case Comment(item=item):
                holds = True
                copy = copy if item is None or item in after else copy.replace(item=None)
            case Correct():
                holds = True
            case Finish() | Acknowledge():
                holds = alike
            case _:
                holds = False
        if not holds:
            left.append(event.id)
            continue
        if isinstance(event, Appeal):
            appeals[event.id] = copy.id
        kept.append(copy)
    return Carried(events=tuple(kept), left=tuple(left))


def _what(line: ScoreLine) -> tuple[object, ...]:
    return (line.points, line.max_points, line.status, line.fatal, line.bonus)


def _copied(card: str, event: str) -> str:
    return sha256(f"{card}\x00{event}".encode()).hexdigest()
