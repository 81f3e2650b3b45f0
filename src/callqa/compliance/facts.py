"""What was said about the facts of the product sheet, right, wrong or unclear; silence about a fact is no statement.

A number is about a fact where one of the fact's cues is the nearest cue to it in the same turn (or the customer asked
with a cue just before), and no ``not_cues`` word and no cue of another fact of the same kind is nearer. It is wrong
where none of its readings is an allowed value, nor as many times one as pieces were spoken of (两台一千五百九十六).
Not about the fact at all: what was denied, what others charge, differences (再添三百), what was paid back (一千块往回收),
time that has passed (干了六年了), months of the calendar (到十月), numbers of people and places (二零九四号).
Grey zone, answered ``unclear``: approximate numbers (一千多), repaired numerals, words heard below probability 0.3, and
numerals that recogniser errors could have made out of an allowed value (see ``values``).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from callqa.compliance.numbers import COUNTED, Mention, days_of, mentions, read
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
    "|(?:工|编|单|批|尾|车牌)号[^，,。！!？?；;]{0,4}$|我[是叫]$"
    "|(?:有的?卖|人家卖|人家报|别处卖?|别家卖?|别人卖?|他们卖?|那家卖?|外[头面]卖?|网上卖?)[^，,。！？!?；;]{0,4}$"
)
"""Before a number that is not the agent's statement: denied, or somebody else's price."""
_DIFFERENCE = re.compile(
    "(?:添|补|贴|差|赚|挣|便宜|优惠|省|减|抵|找|退|返|吐)(?:了|您|你|个|回|给|出|上|点)*$"
)
"""Before a sum that comes on top of a price or off it."""
_PAID_BACK = re.compile(
    f"^(?:[一每][{''.join(COUNTED)}])?[，,]?(?:给您|给你)?(?:往|再)?(?:回收|收回|回购|回的?收|收走)"
)
"""After a sum that somebody would pay for the thing."""
_SINCE = re.compile("(?:[用干做买装戴住开吃跑当养病](?:过|了|这个|它)*|才|已经|都|过去|前)$")
_PASSED = re.compile("^(?:了(?!解)|(?:以|之)?前(?!提)|多了|来了)")
"""Around a length of time that has passed and is no term of the product."""
_ADDRESSES = frozenset({"号", "号线", "楼", "层", "室", "栋", "幢", "单元", "路", "岁", "点"})
"""Units of bare figures that are no price."""
_PRICE_ASKED = ("多少钱", "什么价", "怎么卖", "价格")
_TIME_ASKED = re.compile("多久|多长|几天|几年|几个?月|多少天|多少年|几个?(?:礼拜|星期)|呢[？?]?$")
_SHORT_WORD = 3
"""Characters a clause before the answer may have: 对，三年."""
_PIECES_BACK = 6
"""Turns before in which the number of pieces may have been spoken of."""
_MOST_PIECES = 20


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
        rivals = [other for other in sheet.facts if other is not fact and _contend(fact, other, view.call)]
        found.extend(_words(fact, view) if fact.kind == "words" else _values(fact, rivals, view))
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


def _contend(fact: Fact, other: Fact, call: Call) -> bool:
    """Could a number be about the other fact instead?"""
    concerns = not other.products or call.product is None or call.product in other.products
    return concerns and other.kind == fact.kind and other.unit == fact.unit


def _values(fact: Fact, rivals: Sequence[Fact], view: CallView) -> list[Statement]:
    found: list[Statement] = []
    for turn in view.turns_of(fact.party):
        for mention in mentions(view.heard[turn]):
            if not _fits(mention, fact):
                continue
            distance = _about(fact, rivals, mention, turn, view)
            if distance is None:
                continue
            quote = view.quote(turn, mention.start, mention.end)
            if _of_something_else(fact, mention, view.turns[turn].text, quote):
                continue
            statement = _judged(fact, mention, quote, distance <= _NEAR, view)
            if statement is not None:
                found.append(statement)
    return found


def _of_something_else(fact: Fact, mention: Mention, text: str, quote: Quote) -> bool:
    """Do the words right around a number say that it is not the agent's statement of the fact?"""
    before, after = text[: quote.characters.start], text[quote.characters.end :]
    if _OTHERS.search(before):
        return True
    if fact.kind == "money":
        return bool(_DIFFERENCE.search(before) or _PAID_BACK.search(after))
    if fact.kind == "duration":
        return mention.unit == "月" or bool(_SINCE.search(before) or _PASSED.search(after))
    return False


def _fits(mention: Mention, fact: Fact) -> bool:
    match fact.kind:
        case "money":
            bare = mention.kind in ("number", "digits") and mention.values and mention.unit not in _ADDRESSES
            return mention.kind == "money" or (
                bool(bare) and mention.values[0] >= _MONEY_AT_LEAST and len(mention.text) <= 9
            )
        case "count":
            return mention.kind == "count" and (not fact.unit or mention.unit == fact.unit)
        case _:
            return mention.kind == fact.kind


def _about(fact: Fact, rivals: Sequence[Fact], mention: Mention, turn: int, view: CallView) -> float | None:
    """How far the cue is that makes the number one about the fact; None where it is about something else."""
    # 两年质保, but 活动价一千二百八: a length of time is named by what follows, a price by what comes before
    follows = fact.kind in ("duration", "count")
    near = _nearest(fact.cues, mention, turn, view, follows=follows)
    away = _nearest(fact.not_cues, mention, turn, view, follows=follows)
    if near is None and away is None:
        return _answered(fact, mention, turn, view) if _was_asked(fact, turn, view) else None
    if near is None or (away is not None and away <= near):
        return None
    others = [_nearest(other.cues, mention, turn, view, follows=follows) for other in rivals]
    return None if any(other is not None and other < near for other in others) else near


def _answered(fact: Fact, mention: Mention, turn: int, view: CallView) -> float:
    """0 where the number is the answer to what the customer just asked, else too far to accuse anybody."""
    clauses = re.split("[，,。！!？?；;、：:]", view.turns[turn].text)[: view.clause(turn, mention.start)]
    at_once = all(len(clause) <= _SHORT_WORD for clause in clauses)
    asked = fact.kind != "duration" or _TIME_ASKED.search(view.turns[turn - 1].text.rstrip("。？?"))
    return 0.0 if asked and (at_once or fact.kind != "duration") else _NEAR + 1.0


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
    if outcome == "wrong" and _of_pieces(fact, mention, quote.turn, view):
        outcome = "right"
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


def _of_pieces(fact: Fact, mention: Mention, turn: int, view: CallView) -> bool:
    """Is the sum as many times a right value as pieces were spoken of?"""
    if fact.kind != "money":
        return False
    pieces = {
        number.values[0]
        for place in range(max(0, turn - _PIECES_BACK), turn + 1)
        for number in mentions(view.heard[place])
        if number.kind == "count" and number.values and 2 <= number.values[0] <= _MOST_PIECES
    }
    sums = {count * value for count in pieces for value in allowed(fact, view.call)}
    return any(abs(value - one) <= fact.slack for value in mention.values for one in sums)


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
