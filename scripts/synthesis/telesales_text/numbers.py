"""Numbers as they are spoken: amounts, counts, digit strings, telephone numbers, dates, times."""

from __future__ import annotations

from random import Random

_DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_LIST_PRICES = (99, 199, 299, 398, 399, 499, 599, 699, 899, 999, 1280, 1299, 1599, 1999, 2399, 2999, 3999)


def spoken_integer(value: int) -> str:
    """The Chinese reading of 0 ≤ value < 100,000,000 (一千二百八十, 三万零五)."""
    if value == 0:
        return "零"
    if value >= 10_000:
        rest = value % 10_000
        head = spoken_integer(value // 10_000) + "万"
        if rest == 0:
            return head
        return head + ("零" if rest < 1_000 else "") + _below_ten_thousand(rest, leading=False)
    return _below_ten_thousand(value, leading=True)


def _below_ten_thousand(value: int, *, leading: bool) -> str:
    digits = str(value)
    reading = ""
    gap = False
    for index, digit in enumerate(digits):
        if digit == "0":
            gap = True
            continue
        if gap and reading:
            reading += "零"
        gap = False
        reading += _DIGITS[int(digit)] + _PLACES[len(digits) - 1 - index]
    return reading[1:] if leading and reading.startswith("一十") else reading


def quantity(value: int) -> str:
    """A number before a measure word: 两 instead of 二."""
    return "两" if value == 2 else spoken_integer(value)


def digits(count: int, random: Random) -> str:
    return "".join(random.choice(_DIGITS) for _ in range(count))


def phone(random: Random) -> str:
    """An invented mobile number, 一 or 幺 for the digit 1."""
    number = "一" + random.choice("三五七八九") + digits(9, random)
    return number.replace("一", "幺") if random.random() < 0.35 else number


def digit_run(random: Random) -> str:
    run = digits(random.randint(3, 14), random)
    return run if random.random() < 0.6 else run.replace("一", "幺")


def amount(random: Random) -> str:
    """A sum of money as spoken, 一千二百八 for 1,280 included."""
    kind = random.random()
    if kind < 0.35:
        return spoken_integer(random.choice(_LIST_PRICES)) + random.choice(["元", "块", "块钱"])
    if kind < 0.45:
        return spoken_integer(
            random.randint(1, 9) * 1_000 + random.randint(1, 9) * 100 + random.randint(1, 9) * 10
        )[:-1]
    if kind < 0.7:
        return spoken_integer(random.randint(1, 99) * 10) + random.choice(["元", "块", "块钱"])
    if kind < 0.9:
        return spoken_integer(random.randint(10, 9_999)) + random.choice(["元", "块钱"])
    return quantity(random.randint(1, 50)) + random.choice(["千元", "千块钱", "万块钱", "百块"])


def date(random: Random) -> str:
    return (
        spoken_integer(random.randint(1, 12))
        + "月"
        + spoken_integer(random.randint(1, 31))
        + random.choice("号日")
    )


def clock(random: Random) -> str:
    part = random.choice(["上午", "下午", "晚上", "早上", "中午", ""])
    return part + quantity(random.randint(1, 12)) + random.choice(["点", "点半", "点钟", "点左右", "点多"])
