"""Checksums and number plans: identity cards, bank cards, Chinese telephone numbers."""

import re
from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"

MOBILE = re.compile(r"1[3-9]\d{9}")
"""Eleven digits; every second-digit 3 to 9 is in use."""
AREA_CODE = re.compile(r"0(?:10|2[0-57-9]|[3-9]\d{2})")
"""Area codes: 010, 02x (026 is not in use), and four digits elsewhere."""
LANDLINE = re.compile(rf"(?:{AREA_CODE.pattern})[2-9]\d{{6,7}}")
"""Area code and a local number of seven or eight digits."""
HOTLINE = re.compile(r"(?:400|800)\d{7}|95\d{3,6}|1(?:0[0-9]{3,4}|1[0249]|2[0-9]{1,3})|96\d{3,6}")
"""Numbers of companies and public services: 400/800, 95xxx, 96xxx, 10086, 110, 12315."""


def identity_checksum(number: str) -> bool:
    """Check digit of an 18-digit identity number (GB 11643-1999, ISO 7064 MOD 11-2)."""
    if not re.fullmatch(r"\d{17}[\dX]", number):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return _CHECKS[total % 11] == number[17]


def identity_shape(number: str) -> bool:
    """Province code and a birth date that exists, in an 18-digit identity number."""
    if not re.fullmatch(r"[1-8]\d{16}[\dX]", number):
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return 1900 <= born.year <= 2100


def luhn(number: str) -> bool:
    """Luhn check digit (ISO/IEC 7812-1 annex B), as bank cards carry it."""
    total = 0
    for position, digit in enumerate(reversed(number)):
        value = int(digit)
        if position % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


def card_shape(number: str) -> bool:
    """Length and issuer digit of a bank card: 62… (UnionPay), 4, 5, 3, 9; 16 to 19 digits."""
    return 16 <= len(number) <= 19 and number[0] in "34569" and len(set(number)) > 2
