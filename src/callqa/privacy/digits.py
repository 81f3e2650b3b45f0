"""Digits as written and as spoken: 138 · 幺三八 · 双六 · 三个八 · 洞拐, with the characters that carry each."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

HARD = {
    **{character: str(value) for value, character in enumerate("零一二三四五六七八九")},
    **{character: str(value) for value, character in enumerate("0123456789")},
    **{character: str(value) for value, character in enumerate("０１２３４５６７８９")},
    "〇": "0",
    "○": "0",
    "幺": "1",
    "壹": "1",
    "贰": "2",
    "叁": "3",
    "肆": "4",
    "伍": "5",
    "陆": "6",
    "柒": "7",
    "捌": "8",
    "玖": "9",
}
"""Characters that are digits wherever they stand."""
SOFT = {
    "两": "2",
    "洞": "0",
    "拐": "7",
    "勾": "9",
    "腰": "1",
    "要": "1",
    "妖": "1",
    "吆": "1",
    "灵": "0",
    "玲": "0",
}
"""Characters that are digits only between digits: radio words, and what a recogniser writes for 幺 and 零."""
RADIO = frozenset("洞拐勾")
"""Words that are said for a digit and seldom for anything else, so that several may follow one another."""
COUNTS = {"两": 2, "二": 2, "俩": 2, "2": 2, "三": 3, "仨": 3, "3": 3, "四": 4, "4": 4, "五": 5, "六": 6}
"""How many times in ``三个八``."""

_NUMBER_WORD = re.compile(
    r"[0-9０-９零〇一二两三四五六七八九]*(?:[十百千万亿]+[零〇]?[一二两三四五六七八九]?)+"
    r"|[0-9０-９零一二两三四五六七八九]+[点.][0-9０-９零一二两三四五六七八九]+"
)
"""Numbers as quantities (一百二十八, 三点五): their digits are not read out one by one."""
_BETWEEN = re.compile(
    r"(?:[\s,，、。.．\-－—–…~·:：]|嗯|呃|啊|哦|那个|然后|再是|接着|完了|后头|后面|后边|最后|是|横杠|杠|空格)*"
)
_LONGEST_BETWEEN = 7


@dataclass(frozen=True, slots=True)
class Run:
    """Digits read out one after the other in one turn.

    Attributes:
        line: Index of the line.
        digits: The digits, e.g. ``13800001111``.
        places: First and last-plus-one character of each digit; spoken repeats share theirs.
        breaks: Positions in ``digits`` where a pause mark or filler stood before the digit.
    """

    line: int
    digits: str
    places: tuple[tuple[int, int], ...]
    breaks: frozenset[int]

    @property
    def start(self) -> int:
        """First character."""
        return self.places[0][0]

    @property
    def end(self) -> int:
        """First character after."""
        return self.places[-1][1]

    def place(self, first: int, last: int) -> tuple[int, int]:
        """Characters that carry digits ``first`` to ``last`` (exclusive)."""
        return self.places[first][0], self.places[last - 1][1]


Token = tuple[str, int, int]
"""Digits, first character, first character after."""


def runs(text: str, line: int = 0) -> list[Run]:
    """All runs of digits in a turn, in order; single digits included.

    Args:
        text: Raw text of the turn.
        line: Index given to the runs.
    """
    if not any(character in HARD for character in text):
        return []
    found: list[Run] = []
    current: list[Token] = []
    breaks: set[int] = set()
    for token in _tokens(text):
        if current:
            between = text[current[-1][2] : token[1]]
            if len(between) > _LONGEST_BETWEEN or not _BETWEEN.fullmatch(between):
                found.append(_run(current, breaks, line))
                current, breaks = [], set()
            elif between:
                breaks.add(sum(len(digits) for digits, _, _ in current))
        current.append(token)
    if current:
        found.append(_run(current, breaks, line))
    return found


def plain_digits(text: str) -> str:
    """All digits of a text, spoken ones included, joined."""
    return "".join(run.digits for run in runs(text))


def _run(tokens: Sequence[Token], breaks: set[int], line: int) -> Run:
    places = tuple((start, end) for digits, start, end in tokens for _ in digits)
    return Run(line, "".join(digits for digits, _, _ in tokens), places, frozenset(breaks))


def _tokens(text: str) -> Iterator[Token]:
    quantities = [False] * (len(text) + 1)
    for match in _NUMBER_WORD.finditer(text):
        if _is_quantity(match[0]):
            quantities[match.start() : match.end()] = [True] * len(match[0])
    position = 0
    while position < len(text):
        token = None if quantities[position] else _token(text, position)
        if token is None:
            position += 1
        else:
            yield token
            position = token[2]


def _is_quantity(word: str) -> bool:
    """A long string of digits that happens to end in 十 or 万 was still read out."""
    return len(re.split("[十百千万亿点.]", word)[0]) <= 4


def _token(text: str, at: int) -> Token | None:
    here, following, third = text[at], text[at + 1 : at + 2], text[at + 2 : at + 3]
    if here == "双" and following in HARD:
        return HARD[following] * 2, at, at + 2
    if here in COUNTS and following == "个" and third in HARD and not _counted(text, at + 3):
        return HARD[third] * COUNTS[here], at, at + 3
    if here in HARD:
        return HARD[here], at, at + 1
    if (
        here in SOFT
        and following
        and (following in HARD or following in RADIO)
        and _beside_digit(text, at, here)
    ):
        return SOFT[here], at, at + 1
    return None


def _counted(text: str, after: int) -> bool:
    """``两个一千``, ``三个八块``: the digit belongs to a quantity."""
    return text[after : after + 1] in "十百千万亿块元号天个" if text[after : after + 1] else False


def _beside_digit(text: str, at: int, here: str) -> bool:
    before = text[at - 1 : at]
    if before and (before in HARD or before in RADIO):
        return True
    starts_number = here in "腰要妖吆" and text[at + 1 : at + 2] in "三四五六七八九3456789"
    return starts_number and text[at + 2 : at + 3] in HARD and text[at + 2 : at + 3] != ""
