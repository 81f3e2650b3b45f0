"""What was said about the facts of the product sheet, right, wrong or unclear; silence about a fact is no statement.

A number is about a fact where one of the fact's cues is the nearest cue to it in the same turn (or the customer asked
with a cue just before), and no ``not_cues`` word is nearer. It is wrong where none of its readings is an allowed value.
Grey zone, answered ``unclear``: approximate numbers (一千多), repaired numerals, words heard below probability 0.3, and
numerals that recogniser errors could have made out of an allowed value (see ``values``).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from callqa.compliance.numbers import Mention, days_of, mentions, read
from callqa.compliance.sound import Match, hear
from callqa.compliance.values import compare
from callqa.compliance.view import CallView
from callqa.domain import Call, Quote
from callqa.policy.check import field_of
from callqa.policy.facts import Fact, FactSheet
from callqa.policy.rules.arithmetic import number
from callqa.policy.wording import Wording

REACH = 14
"""Tokens between a cue and its value."""
_NEAR = 6.0
"""Within this distance of its cue a wrong number accuses; further away only a right one counts."""
CLAUSE = 6
"""Further distance per comma between cue and value."""
_MONEY_AT_LEAST = 10.0
"""Bare numbers below this are no prices."""
_OTHERS = re.compile(
    "(?:不是|可不是|不卖|没卖|并非)$"
    "|(?:有的?卖|人家卖|人家报|别处卖?|别家卖?|别人卖?|他们卖?|那家卖?|外[头面]卖?|网上卖?)[^，,。！？!?；;]{0,4}$"
)
"""Before a number that is not the agent's statement: denied, or somebody else's price."""
_PRICE_ASKED = ("多少钱", "什么价", "怎么卖", "价格")


@dataclass(frozen=True, slots=True)
class Statement:
    """One value said about a fact."""

    fact: Fact
    quote: Quote
    """The value's words."""
    said: str
    """Value as read, canonical (``1280元``), or the words."""
    value: float | None
    expected: str
    """Allowed values for people to read."""
    outcome: Literal["right", "wrong", "unclear"]
    note: str = ""
    """Why unclear (Chinese)."""


def statements(sheet: FactSheet, view: CallView) -> tuple[Statement, ...]:
    """Everything said about every fact that concerns the call's product, in time order."""
    found: list[Statement] = []
    for fact in sheet.facts:
        if fact.products and view.call.product is not None and view.call.product not in fact.products:
            continue
        if view.unheard(fact.party) is not None:
            continue
        found.extend(_words(fact, view) if fact.kind == "words" else _values(fact, view))
    return tuple(sorted(found, key=lambda s: (s.quote.span.start, s.quote.characters.start, s.fact.id)))


def allowed(fact: Fact, call: Call) -> tuple[float, ...]:
    """Values that state the fact rightly on this call, the call's own field included."""
    values = [value for raw in fact.values for value in _canonical(fact, raw)]
    own = number(field_of(call, fact.field)) if fact.field is not None else None
    return (*values, *([own] if own is not None else []))


def expected_text(fact: Fact, call: Call) -> str:
    """Allowed values for people to read."""
    if fact.kind == "words":
        return "、".join(word.text for word in fact.right_words)
    if fact.kind == "offer":
        return "、".join(str(value) for value in fact.values)
    return "、".join(f"{value:g}{fact.unit}" for value in dict.fromkeys(allowed(fact, call)))


def _canonical(fact: Fact, raw: float | str) -> tuple[float, ...]:
    if isinstance(raw, int | float):
        return (float(raw),)
    if fact.kind == "duration":
        days = days_of(raw)
        return (days,) if days is not None else ()
    if fact.kind == "offer":
        bought, _, given = raw.partition("+")
        return (float(bought) * 1000 + float(given),) if bought.isdigit() and given.isdigit() else ()
    found = [m for m in mentions_of(raw) if m.kind == fact.kind]
    return found[0].values[:1] if found else read(raw)


def mentions_of(text: str) -> tuple[Mention, ...]:
    """Numbers of a policy's own text."""
    return mentions(hear(text))


def _values(fact: Fact, view: CallView) -> list[Statement]:
    found: list[Statement] = []
    for turn in view.turns_of(fact.party):
        heard = view.heard[turn]
        for mention in mentions(heard):
            if not _fits(mention, fact):
                continue
            distance = _about(fact, mention, turn, view)
            if distance is None:
                continue
            quote = view.quote(turn, mention.start, mention.end)
            if _OTHERS.search(view.turns[turn].text[: quote.characters.start]):
                continue
            statement = _judged(fact, mention, quote, distance <= _NEAR, view)
            if statement is not None:
                found.append(statement)
    return found


def _fits(mention: Mention, fact: Fact) -> bool:
    match fact.kind:
        case "money":
            bare = mention.kind in ("number", "digits") and bool(mention.values)
            return mention.kind == "money" or (
                bare and mention.values[0] >= _MONEY_AT_LEAST and len(mention.text) <= 9
            )
        case "count":
            return mention.kind == "count" and (not fact.unit or mention.unit == fact.unit)
        case _:
            return mention.kind == fact.kind


def _about(fact: Fact, mention: Mention, turn: int, view: CallView) -> float | None:
    """How far the cue is that makes the number one about the fact; None where it is about something else."""
    # 两年质保, but 活动价一千二百八: a length of time is named by what follows, a price by what comes before
    follows = fact.kind in ("duration", "count")
    near = _nearest(fact.cues, mention, turn, view, follows=follows)
    away = _nearest(fact.not_cues, mention, turn, view, follows=follows)
    if near is None and away is None:
        return 0.0 if _was_asked(fact, turn, view) else None
    return near if near is not None and (away is None or near < away) else None


def _nearest(
    cues: Sequence[Wording], mention: Mention, turn: int, view: CallView, *, follows: bool
) -> float | None:
    """Distance in tokens to the nearest cue; another clause is ``CLAUSE`` tokens further away."""
    best: float | None = None
    for cue in cues:
        for match in view.matches_in(cue, turn):
            if match.start >= mention.end:
                distance = (match.start - mention.end) * 1.5 + (0.0 if follows else 1.0)
            else:
                distance = max(0, mention.start - match.end) + (0.5 if follows else 0.0)
            if distance > REACH:
                continue
            distance += CLAUSE * abs(view.clause(turn, match.start) - view.clause(turn, mention.start))
            if best is None or distance < best:
                best = distance
    return best


def _was_asked(fact: Fact, turn: int, view: CallView) -> bool:
    before = turn - 1
    if before < 0 or view.turns[before].party is view.turns[turn].party:
        return False
    if any(view.matches_in(cue, before) for cue in fact.not_cues):
        return False
    if fact.kind == "money" and any(words in view.heard[before].characters for words in _PRICE_ASKED):
        return any(c.text in ("价格", "多少钱", "活动价") for c in fact.cues)
    return any(view.matches_in(cue, before) for cue in fact.cues)


def _judged(fact: Fact, mention: Mention, quote: Quote, near: bool, view: CallView) -> Statement | None:
    other = [value for raw in fact.also for value in _canonical(fact, raw)]
    if mention.offer is not None:
        mention = replace(mention, values=(mention.offer[0] * 1000.0 + mention.offer[1],))
    outcome, note = compare(
        mention, view.heard[quote.turn], allowed(fact, view.call), other, slack=fact.slack
    )
    if outcome == "noise":
        return None
    if outcome == "wrong" and not near:
        return None  # another number of the turn, too far from the cue to accuse anybody
    if outcome == "wrong" and not view.clear([quote]):
        outcome, note = "unclear", "数字没有听清"
    return Statement(
        fact,
        quote,
        _said(fact, mention),
        mention.values[0] if mention.values else None,
        expected_text(fact, view.call),
        outcome,
        note,
    )


def _said(fact: Fact, mention: Mention) -> str:
    if mention.offer is not None:
        return f"{mention.offer[0]}+{mention.offer[1]}"
    if fact.kind == "duration":
        return f"{mention.text}{mention.unit}"
    return f"{mention.values[0]:g}{fact.unit}" if mention.values else mention.text


def _words(fact: Fact, view: CallView) -> list[Statement]:
    found: list[Statement] = []
    for turn in view.turns_of(fact.party):
        cues = [m for cue in fact.cues for m in view.matches_in(cue, turn)]
        if not cues:
            continue
        away = [m for cue in fact.not_cues for m in view.matches_in(cue, turn)]
        for words, outcome in ((fact.wrong_words, "wrong"), (fact.right_words, "right")):
            for word in words:
                found.extend(
                    _named(fact, word, match, turn, view, right=outcome == "right")
                    for match in view.matches_in(word, turn)
                    if _beside(match, cues, away)
                )
    return found


def _beside(match: Match, cues: Sequence[Match], away: Sequence[Match]) -> bool:
    near = [abs(match.start - cue.end) for cue in cues if cue.start < match.start <= cue.end + REACH]
    blocked = [abs(match.start - cue.end) for cue in away if cue.start < match.start]
    return bool(near) and (not blocked or min(near) < min(blocked))


def _named(fact: Fact, word: Wording, match: Match, turn: int, view: CallView, *, right: bool) -> Statement:
    quote = view.quote(turn, match.start, match.end)
    sure = match.sure and view.clear([quote])
    outcome: Literal["right", "wrong", "unclear"] = "right" if right else ("wrong" if sure else "unclear")
    note = "" if sure or right else "名称没有听清"
    return Statement(fact, quote, word.text, None, expected_text(fact, view.call), outcome, note)
