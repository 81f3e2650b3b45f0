"""Numbers read out in pieces over several turns, with the other party repeating each piece.

    客户: 幺三八        坐席: 幺三八        客户: 零零幺二      坐席: 零零幺二
    客户: 三四五六      坐席: 三四五六对吧

No turn holds a number; joined per party, and with repeats left out, the pieces do.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from callqa.domain import Party
from callqa.privacy.checksums import AREA_CODE, HOTLINE, LANDLINE, MOBILE, card_shape, identity_checksum, luhn
from callqa.privacy.cues import CARD, IDENTITY, PHONE, against, cue_for
from callqa.privacy.digits import Run
from callqa.privacy.lines import Found, Line
from callqa.privacy.numbers import CHECK_X

PIECES = 12
"""A number is read out in at most this many pieces."""
LINES_APART = 6
"""Turns that may lie between two pieces of one party."""
PAUSE = 25_000
"""Milliseconds that may lie between two pieces of one party."""
ECHO_AHEAD = 8
"""Turns after a number in which pieces of it still belong to its dictation."""
PARTIAL = 7
"""Digits that make an unfinished telephone number clearly part of one."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number put together from pieces.

    Attributes:
        kind: ``mobile``, ``landline``, ``id_number`` or ``bank_card``.
        digits: The joined digits.
        pieces: The runs that hold it.
        pattern: How it was put together.
        context: Cue words.
        checksum: As in ``PersonalData``.
        score: 0..1.
    """

    kind: str
    digits: str
    pieces: tuple[Run, ...]
    pattern: str
    context: str
    checksum: bool | None
    score: float


def dictated(lines: Sequence[Line], pieces: Sequence[Run], *, company: Sequence[str]) -> list[Found]:
    """Find numbers read out in pieces, and every repeat of their pieces nearby.

    Args:
        lines: The call.
        pieces: Runs of the whole call in order that no single-turn number has claimed.
        company: Numbers of the company, in digits.

    Returns:
        One candidate per piece.
    """
    found: list[Found] = []
    texts = [line.text for line in lines]
    used: set[int] = set()
    usable = [run for run in pieces if not _other_matter(lines, run)]
    for search in (_whole, _unfinished):
        for party in (Party.customer, Party.unknown, Party.agent):
            mine = [run for run in usable if lines[run.line].party is party and id(run) not in used]
            for position in range(len(mine)):
                if id(mine[position]) in used:
                    continue
                number = search(lines, mine[position:], company)
                if number is None or any(id(run) in used for run in number.pieces):
                    continue
                found += [_found(number, run, texts[run.line]) for run in number.pieces]
                used.update(id(run) for run in number.pieces)
                for run, echo in _echoes(number, usable, used, texts):
                    found.append(echo)
                    used.add(id(run))
    return found


def _other_matter(lines: Sequence[Line], run: Run) -> bool:
    """Years, dates, amounts, order numbers: no piece of anybody's number."""
    text = lines[run.line].text
    return bool(against(lines, run.line, run.start)) or text.startswith(_COUNTED, run.end)


_COUNTED = (
    "年",
    "月",
    "日",
    "块",
    "元",
    "个",
    "斤",
    "岁",
    "点钟",
    "的号",
    "开头",
    "打头",
    "型号",
    "升",
    "毫",
    "克",
    "度",
)


def repeats(number: str, run: Run) -> Iterator[tuple[int, int]]:
    """Places in a run where at least five digits of a known number, or all of a shorter run, stand again."""
    digits = run.digits
    if len(digits) >= 2 and digits in number:
        yield 0, len(digits)
        return
    at = digits.find(number)
    if at >= 0:
        yield at, at + len(number)
        return
    for length in range(min(len(digits), len(number)), 4, -1):
        for first in range(len(digits) - length + 1):
            if digits[first : first + length] in number:
                yield first, first + length
                return


def _whole(lines: Sequence[Line], mine: Sequence[Run], company: Sequence[str]) -> Number | None:
    """The number that begins with the first of these pieces, if any."""
    first = mine[0]
    if len(first.digits) > 18:
        return None
    chain = _chain(lines, mine)
    cues = {kind: cue_for(lines, first.line, first.start, first.end, cue) for kind, cue in _CUES.items()}
    for kind, complete in _COMPLETE.items():
        needs_cue = kind != "mobile"
        if (needs_cue and not cues[kind]) or not _STARTS[kind](first.digits):
            continue
        members = _join(chain, complete)
        if members is None:
            continue
        digits = _digits(members)
        if len({run.line for run in members}) < 2 or _excluded(digits, company):
            continue
        checked = {"id_number": identity_checksum, "bank_card": luhn}.get(kind)
        checksum = checked(digits) if checked else None
        score = 0.7 + (0.25 if cues[kind] else 0.0)
        return Number(kind, digits, tuple(members), f"{kind}_in_pieces", cues[kind], checksum, score)
    return None


def _unfinished(lines: Sequence[Line], mine: Sequence[Run], company: Sequence[str]) -> Number | None:
    """An unfinished or misheard number after somebody asked for one."""
    first = mine[0]
    for kind, cue in (("id_number", IDENTITY), ("bank_card", CARD)):
        found = cue_for(lines, first.line, first.start, first.end, cue)
        if found and not cue_for(lines, first.line, first.start, first.end, PHONE):
            members = _without_repeats(_chain(lines, mine), 21)
            digits = _digits(members)
            if len(digits) >= PARTIAL and len({run.line for run in members}) > 1:
                return Number(kind, digits, tuple(members), f"{kind}_unfinished", found, None, 0.6)
            return None
    return _unfinished_phone(lines, mine, company)


def _without_repeats(chain: Sequence[Run], most: int) -> list[Run]:
    members: list[Run] = []
    for run in chain:
        if len(_digits(members)) + len(run.digits) > most:
            break
        if not (members and _digits(members).endswith(run.digits)):
            members.append(run)
    return members


def _unfinished_phone(lines: Sequence[Line], mine: Sequence[Run], company: Sequence[str]) -> Number | None:
    chain = _chain(lines, mine)
    cue = cue_for(lines, mine[0].line, mine[0].start, mine[0].end, PHONE)
    if not cue or not (_starts_mobile(chain[0].digits) or AREA_CODE.match(chain[0].digits)):
        return None
    members = _without_repeats(chain, 13)
    digits = _digits(members)
    if len({run.line for run in members}) < 2 or len(digits) < PARTIAL or _excluded(digits, company):
        return None
    kind = "landline" if digits[0] == "0" else "mobile"
    return Number(kind, digits, tuple(members), f"{kind}_unfinished", cue, None, 0.6)


def _chain(lines: Sequence[Line], mine: Sequence[Run]) -> list[Run]:
    """Pieces close enough to one another to belong together."""
    chain = [mine[0]]
    for run in mine[1:PIECES]:
        last, here = lines[chain[-1].line], lines[run.line]
        if run.line - chain[-1].line > LINES_APART or here.start - last.end > PAUSE:
            break
        chain.append(run)
    return chain


def _join(chain: Sequence[Run], complete: Callable[[str], bool]) -> list[Run] | None:
    """Pieces that join to a whole number; repeats may be left out, and a number may be begun anew.

    Of several ways the one that reaches furthest is taken: in a mono call ``0006, 0006, 5824`` is a piece, its
    repeat, and the next piece, though the first two might complete a number as well.
    """
    stack: list[tuple[int, list[Run]]] = [(1, [chain[0]])]
    whole: list[list[Run]] = []
    tried = 0
    while stack and tried < 400:
        tried += 1
        position, members = stack.pop()
        digits = _digits(members)
        if complete(digits):
            whole.append(members)
            continue
        if position >= len(chain) or len(digits) >= 19:
            continue
        run = chain[position]
        repeated = digits.endswith(run.digits) or run.digits in digits
        if run.digits.startswith(digits):
            stack.append((position + 1, [*members[:-1], run] if len(members) == 1 else [run]))
        if repeated or len(run.digits) == 1:
            stack.append((position + 1, members))
        stack.append((position + 1, [*members, run]))
    return max(whole, key=lambda members: (members[-1].line, len(members)), default=None)


def _digits(members: Iterable[Run]) -> str:
    return "".join(run.digits for run in members)


def _starts_mobile(digits: str) -> bool:
    return digits[0] == "1" and (len(digits) == 1 or digits[1] in "3456789") and len(digits) <= 11


_STARTS: dict[str, Callable[[str], bool]] = {
    "mobile": _starts_mobile,
    "landline": lambda digits: digits[0] == "0",
    "id_number": lambda digits: digits[0] in "12345678",
    "bank_card": lambda digits: digits[0] in "34569",
}
_COMPLETE: dict[str, Callable[[str], bool]] = {
    "id_number": identity_checksum,
    "bank_card": lambda digits: card_shape(digits) and luhn(digits),
    "mobile": lambda digits: MOBILE.fullmatch(digits) is not None,
    "landline": lambda digits: LANDLINE.fullmatch(digits) is not None,
}
_CUES = {"mobile": PHONE, "landline": PHONE, "id_number": IDENTITY, "bank_card": CARD}


def _excluded(digits: str, company: Sequence[str]) -> bool:
    return bool(HOTLINE.fullmatch(digits)) or any(digits in number or number in digits for number in company)


def _found(number: Number, run: Run, text: str) -> Found:
    check = CHECK_X.match(text, run.end)
    return Found(
        number.kind,
        run.line,
        run.start,
        check.end() if check else run.end,
        number.pattern,
        number.context,
        number.checksum,
        round(number.score, 2),
    )


def _echoes(
    number: Number, pieces: Sequence[Run], used: set[int], texts: Sequence[str]
) -> Iterator[tuple[Run, Found]]:
    """The other party's repeats, and corrections, between the first piece and shortly after the last."""
    first, last = number.pieces[0].line - 1, number.pieces[-1].line + ECHO_AHEAD
    for run in pieces:
        if id(run) in used or not first <= run.line <= last:
            continue
        for begin, end in repeats(number.digits, run):
            start, stop = run.place(begin, end)
            check = CHECK_X.match(texts[run.line], stop)
            stop = check.end() if check else stop
            yield run, Found(number.kind, run.line, start, stop, "echo", number.context, number.checksum, 0.8)
