"""Is a number that was heard the right one? Right, wrong, unclear, or too broken to be taken for a statement.

A recogniser drops, inserts or mishears single syllables; it does not turn 二 into 五. So the spoken forms of the right
value are aligned with what stands around the number: another numeral in a place costs much, a syllable lost or of the
same sound little. Only a number that is whole, stands alone and is far from every right value is wrong.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Literal

import cn2an

from callqa.compliance.numbers import Mention, mentions
from callqa.compliance.sound import Heard, hear
from callqa.compliance.sound.dial import DROPPED, HOMOPHONE, INSERTED
from callqa.compliance.sound.syllables import distances

Outcome = Literal["right", "wrong", "unclear", "noise"]
"""``noise``: fragments of a number nobody can be held to."""
_NUMERALS = frozenset("零〇一二两俩三四五六七八九十百千万亿幺")
_OTHER_NUMERAL = 3.0
_EXTRA_NUMERAL = 1.2
_CONFUSABLE = 0.75
_RIGHT = 0.65
"""Up to this cost, and nothing lost, the right value was heard."""
_AROUND = 4
"""Tokens on either side that may belong to a number broken by an error."""
_LEAST_BARE = 100.0
"""A number without 元 or 块 below this is no price somebody could be accused of."""


def compare(  # noqa: PLR0911 – the order of the tests is the point
    mention: Mention, line: Heard, right: Sequence[float], also: Sequence[float] = (), *, slack: float = 0.0
) -> tuple[Outcome, str]:
    """Judge one number.

    Args:
        mention: The number.
        line: The turn it stands in.
        right: Values that are right (yuan, days, pieces).
        also: Values that are no fault.
        slack: Difference still right.

    Returns:
        The outcome and, where it is unclear, why (Chinese).
    """
    allowed = (*right, *also)
    if any(abs(one - two) <= slack for one in mention.values for two in allowed):
        return "right", ""
    if not right:
        return "unclear", "没有可比的标准值"
    if not mention.exact:
        return "unclear", "说的是约数"
    cost, lost, length = min((_distance(mention, line, value) for value in allowed), default=(99.0, 0, 1))
    if cost <= _RIGHT and not lost:
        return "right", ""
    if cost <= 0.3 + 0.25 * length:
        return "unclear", "与标准值只差一两个可能听错的字"
    if not mention.values or not _whole(mention, line):
        return "noise", "数字没有听全"
    return ("wrong", "") if mention.firm else ("unclear", "数字没有听清")


def _whole(mention: Mention, line: Heard) -> bool:
    """A well-formed number with no other numerals right beside it that may belong to it."""
    if mention.text[0] in "百千万亿" or not _well_formed(mention.text):
        return False
    if mention.kind in ("number", "digits") and mention.values[0] < _LEAST_BARE:
        return False
    for other in mentions(line):
        if other == mention or (other.unit and other.end <= mention.start):
            continue
        apart = max(other.start - mention.end, mention.start - other.end)
        if (
            apart <= 2
            and not (mention.unit and other.start >= mention.end)
            and other.kind in ("number", "money", "digits")
        ):
            return False
    counts = {t for m in mentions(line) if m != mention and m.unit for t in range(m.start, m.end)}
    after = range(mention.end, min(mention.end + 2, len(line)))
    cut = not mention.unit and any(line.characters[t] in _NUMERALS and t not in counts for t in after)
    before = line.characters[: mention.start][-2:]
    return not (cut or before[-1:] in _NUMERALS or before[:1] in tuple("百千万"))


def _well_formed(numerals: str) -> bool:
    """Units fall from left to right, and no two stand side by side (一千百七十九八 is none)."""
    order = "十百千万亿"
    units = [order.index(c) for c in numerals if c in order]
    if any(a in order and b in order for a, b in pairwise(numerals)):
        return numerals[0] in "十" or all(
            pair in ("十万", "百万", "千万", "十亿", "百亿", "万亿") for pair in _pairs(numerals)
        )
    return units == sorted(units, reverse=True) or "万" in numerals


def _pairs(numerals: str) -> Iterable[str]:
    return (a + b for a, b in pairwise(numerals) if a in "十百千万亿" and b in "十百千万亿")


def _distance(mention: Mention, line: Heard, value: float) -> tuple[float, int, int]:
    """Cheapest alignment of a spoken form of the value with the tokens around the number: cost, numerals lost, length."""
    end = mention.numerals_end or mention.end
    low, high = max(0, mention.start - _AROUND), min(len(line), end + _AROUND)
    best = (99.0, 0, 1)
    for form in spoken_forms(value):
        cost, lost = _align(form, line, (low, high), (mention.start, end))
        if cost / len(form) < best[0] / best[2]:
            best = (cost, lost, len(form))
    return best


@lru_cache(maxsize=512)
def spoken_forms(value: float) -> tuple[str, ...]:
    """How a value is said: 一千二百八十, 一千二百八, 一千两百八, 一二八零; empty for fractions and zero."""
    if value != int(value) or value <= 0 or value >= 1e8:
        return ()
    full = str(cn2an.an2cn(int(value), "low"))
    forms = [full, full.removesuffix("十") if value >= 100 else full]
    if int(value) % 100 == 0 and value > 1000:
        forms.append(full.removesuffix("百"))
    forms += [form.replace("二百", "两百").replace("二千", "两千") for form in tuple(forms)]
    if value >= 100:
        forms.append("".join("零一二三四五六七八九"[int(c)] for c in str(int(value))))
    return tuple(dict.fromkeys(form for form in forms if len(form) > 1))


def _align(form: str, line: Heard, around: tuple[int, int], own: tuple[int, int]) -> tuple[float, int]:
    """Align a spoken form with any stretch of ``around``; numerals of the number itself (``own``) may not be skipped."""
    low, high = around
    wanted = hear(form)
    table = distances()
    tokens = line.characters[low:high]
    sounds = line.syllables[low:high].tolist()
    skipped = [_EXTRA_NUMERAL * max(0, min(low + j, own[1]) - own[0]) for j in range(len(tokens) + 1)]
    before = [(cost, 0) for cost in skipped]
    for place, numeral in enumerate(form):
        near = table[int(wanted.syllables[place])]
        row = [(before[0][0] + DROPPED, before[0][1] + 1)]
        for j, token in enumerate(tokens):
            cost = _replaced(numeral, token, float(near[sounds[j]]))
            inserted = _EXTRA_NUMERAL if token in _NUMERALS else INSERTED
            row.append(
                min(
                    (before[j][0] + cost, before[j][1]),
                    (before[j + 1][0] + DROPPED, before[j + 1][1] + 1),
                    (row[j][0] + inserted, row[j][1]),
                )
            )
        before = row
    return min((cost + skipped[-1] - skipped[j], lost) for j, (cost, lost) in enumerate(before))


def _replaced(numeral: str, token: str, distance: float) -> float:
    if token == numeral:
        return 0.0
    if distance < _CONFUSABLE:
        return distance + HOMOPHONE
    return _OTHER_NUMERAL if token in _NUMERALS else DROPPED + INSERTED


def digits_like(line: Heard) -> tuple[int, int, str | None] | None:
    """The longest run of digits read one by one, errors included: first token, end, and the digits where all are sure.

    At least seven digits, at most one foreign token between two of them, at least 60 % written as digits.
    """
    figures = {"零": "0", "〇": "0", "幺": "1", "两": "2"} | {
        c: str(i) for i, c in enumerate("零一二三四五六七八九")
    }
    sounds = {
        int(s): c
        for c, s in zip("零一二三四五六七八九幺", hear("零一二三四五六七八九幺").syllables, strict=True)
    }
    best: tuple[int, int, str | None] | None = None
    run: list[int] = []

    def close() -> None:
        nonlocal best
        written = [i for i in run if line.characters[i] in figures]
        inside = [
            i for i in run if written and written[0] <= i <= written[-1]
        ]  # 对吧 after a number is no 八
        if len(inside) >= 7 and len(written) >= 0.6 * len(inside):
            whole = len(written) == len(inside) == inside[-1] + 1 - inside[0]
            if best is None or len(inside) > best[1] - best[0]:
                figured = "".join(figures[line.characters[i]] for i in inside) if whole else None
                best = (inside[0], inside[-1] + 1, figured)

    for index, (character, sound) in enumerate(zip(line.characters, line.syllables.tolist(), strict=True)):
        if character not in figures and sound not in sounds:
            continue
        if run and index - run[-1] > 2:
            close()
            run = []
        run.append(index)
    close()
    return best
