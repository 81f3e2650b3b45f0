"""Numbers read out within one turn: mobile, landline, identity card, bank card."""

import re
from collections.abc import Iterator, Sequence

from callqa.privacy.checksums import (
    AREA_CODE,
    HOTLINE,
    LANDLINE,
    MOBILE,
    card_shape,
    identity_checksum,
    identity_shape,
    luhn,
)
from callqa.privacy.cues import BEFORE, CARD, IDENTITY, PHONE, against, cue_for
from callqa.privacy.digits import Run
from callqa.privacy.lines import Found, Line

CHECK_X = re.compile(r"[\s，,、-]*(?:嗯|呃)?(?:[XxＸｘ]|叉|艾克斯|埃克斯|爱克斯)")
"""The check character X of an identity number, as said or written."""


def numbers_in(lines: Sequence[Line], run: Run, *, company: Sequence[str]) -> list[Found]:
    """Personal numbers in one run of digits.

    Args:
        lines: The call, for context.
        run: Digits read out one after the other.
        company: Numbers of the company, in digits.

    Returns:
        Candidates that do not overlap, the best readings of the digits.
    """
    if len(run.digits) < 6:
        return []
    candidates: list[tuple[float, int, int, Found]] = []
    for kind, first, last, pattern, checked, base, end in _readings(lines, run):
        if _of_company(run.digits[first:last], company):
            continue
        start, natural = run.place(first, last)
        stop = end or natural
        cue = cue_for(lines, run.line, start, stop, _CUES[kind])
        against_it = against(lines, run.line, start)
        score = _score(base, cue=bool(cue), against_it=bool(against_it), checked=checked)
        context = f"-{against_it}" if against_it else cue
        found = Found(kind, run.line, start, stop, pattern, context, checked, score)
        candidates.append((score, first, last, found))
    kept: list[Found] = []
    taken = [False] * len(run.digits)
    for _, first, last, found in sorted(candidates, key=lambda one: -one[0]):
        if not any(taken[first:last]):
            kept.append(found)
            taken[first:last] = [True] * (last - first)
    return kept


_CUES = {"mobile": PHONE, "landline": PHONE, "id_number": IDENTITY, "bank_card": CARD}


def _score(base: float, *, cue: bool, against_it: bool, checked: bool | None) -> float:
    score = base + (0.25 if cue else 0.0) - (0.5 if against_it else 0.0)
    if checked is not None:
        score += 0.2 if checked else -0.2
    return round(min(1.0, max(0.0, score)), 2)


Candidate = tuple[str, int, int, str, bool | None, float, int | None]
"""kind, first digit, last digit (exclusive), pattern, checksum, base score, last character where not a digit."""


def _readings(lines: Sequence[Line], run: Run) -> Iterator[Candidate]:
    """Ways to read the digits, most telling first."""
    digits, text = run.digits, lines[run.line].text
    yield from _identities(digits, run, text)
    yield from _cards(digits)
    for match in re.finditer(rf"(?=({MOBILE.pattern}))", digits):
        first, last = match.start(1), match.end(1)
        country = next((code for code in ("0086", "86") if digits[:first] == code), "")
        if country or _bounded(run, first, last):
            yield "mobile", first - len(country), last, "mobile_11", None, 0.7, None
    for match in LANDLINE.finditer(digits):
        if _bounded(run, match.start(), match.end()):
            yield "landline", match.start(), match.end(), "landline_area", None, 0.6, None
    yield from _parts(lines, run)
    yield from _phones(lines, run)


def _phones(lines: Sequence[Line], run: Run) -> Iterator[Candidate]:
    """Telephone numbers that only a cue makes likely: without area code, or with a digit dropped or doubled."""
    digits = run.digits
    cue = cue_for(lines, run.line, run.start, run.end, PHONE)
    if not cue or HOTLINE.fullmatch(digits):
        return
    if digits[0] in "23456789" and len(digits) in (7, 8):
        yield "landline", 0, len(digits), "landline_local", None, 0.35, None
    elif 8 <= len(digits) <= 13 and re.match(r"1[3-9]", digits):
        # a recogniser drops or doubles a digit now and then; what is left is still somebody's number
        yield "mobile", 0, len(digits), "mobile_garbled", None, 0.35, None
    elif 9 <= len(digits) <= 13 and AREA_CODE.match(digits):
        yield "landline", 0, len(digits), "landline_garbled", None, 0.35, None


def _parts(lines: Sequence[Line], run: Run) -> Iterator[Candidate]:
    """Identity and card numbers that only a cue makes likely: misheard ones, and the beginning of one."""
    digits = run.digits
    before = lines[run.line].text[max(0, run.start - BEFORE) : run.start]
    for kind, asked in (("id_number", IDENTITY), ("bank_card", CARD)):
        if 14 <= len(digits) <= 21 and cue_for(lines, run.line, run.start, run.end, asked):
            yield kind, 0, len(digits), f"{kind}_garbled", False, 0.5, None
        elif 6 <= len(digits) < 14 and asked.search(before):
            yield kind, 0, len(digits), f"{kind}_part", None, 0.35, None


def _identities(digits: str, run: Run, text: str) -> Iterator[Candidate]:
    for first in range(len(digits) - 16):
        end: int | None = None
        number = digits[first : first + 18]
        if len(number) == 17:
            mark = CHECK_X.match(text, run.end)
            if not mark:
                continue
            number, end = number + "X", mark.end()
        if not identity_shape(number):
            continue
        last = min(first + 18, len(digits))
        yield "id_number", first, last, "id_18", identity_checksum(number), 0.6, end
    if len(digits) == 15 and re.fullmatch(
        r"[1-8]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}", digits
    ):
        yield "id_number", 0, 15, "id_15", None, 0.35, None


def _cards(digits: str) -> Iterator[Candidate]:
    if card_shape(digits):
        yield "bank_card", 0, len(digits), f"card_{len(digits)}", luhn(digits), 0.45, None


def _bounded(run: Run, first: int, last: int) -> bool:
    """True where the number begins and ends with the run, at a pause, or beside another telephone number."""
    begins = first == 0 or first in run.breaks or MOBILE.fullmatch(run.digits[max(0, first - 11) : first])
    ends = last == len(run.digits) or last in run.breaks or MOBILE.match(run.digits[last:])
    return bool(begins and ends)


def _of_company(digits: str, company: Sequence[str]) -> bool:
    return bool(HOTLINE.fullmatch(digits)) or any(digits in number or number in digits for number in company)
