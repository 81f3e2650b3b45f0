"""Numbers as they are spoken → values with units.

cn2an reads the numerals themselves (一千二百八 → 1280, 一万五 → 15000); what sales talk adds is here: digits one by
one (一二八零), 两/俩/幺/双, 半年, 一年半, 三五天, 七八百, 一千多, 三送一, 百分之十, and numerals that the recogniser wrote as
another character of the same sound (一前二百八) where they stand between numerals.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cn2an

from callqa.compliance.sound.syllables import inventory
from callqa.compliance.sound.tokens import Heard, hear

_DIGIT = "零〇一二两俩三四五六七八九幺"
_UNIT = "十百千万亿"
_NUMERAL = _DIGIT + _UNIT
_BY_SOUND = {
    "ling": "零", "yi": "一", "er": "二", "liang": "两", "san": "三", "si": "四", "wu": "五", "liu": "六",
    "qi": "七", "ba": "八", "jiu": "九", "yao": "幺", "shi": "十", "bai": "百", "qian": "千", "wan": "万",
}  # fmt: skip
_SYLLABLE_NUMERAL = {inventory()[s]: c for s, c in _BY_SOUND.items() if s in inventory()}
_SWALLOWED_PARTICLES = "吧啊而是就要无"
"""Sound like 八 二 四/十 九 幺 五 but are mostly themselves: repaired only between two numerals."""
_RUN = re.compile(f"(?:百分之)?[{_NUMERAL}]+(?:点[{_DIGIT}]+)?")
_DAYS = {
    "天": 1.0, "日": 1.0, "周": 7.0, "星期": 7.0, "礼拜": 7.0, "个星期": 7.0, "个礼拜": 7.0, "月": 30.0, "个月": 30.0,
    "年": 365.0, "周年": 365.0, "小时": 1 / 24, "个小时": 1 / 24, "个钟头": 1 / 24,
}  # fmt: skip
_MONEY = ("块钱", "元钱", "块", "元", "圆", "人民币")
_OTHER_UNITS = (
    "个工作日",
    "个疗程",
    "疗程",
    "分钟",
    "秒",
    "号线",
    "号",
    "点",
    "岁",
    "档",
    "度",
    "次",
    "种",
    "位",
    "人",
    "家",
    "楼",
    "单元",
    "层",
    "室",
    "栋",
    "幢",
    "路",
    "斤",
    "公斤",
    "克",
    "毫升",
    "厘米",
    "米",
    "倍",
    "折",
    "成",
    "瓦",
    "伏",
    "期",
    "句",
    "遍",
    "道",
    "条",
)
COUNTED = tuple("台盒个套瓶支件袋包份双箱罐只张本贴片颗粒枚组提")
_AFTER = sorted({*_DAYS, *_MONEY, *_OTHER_UNITS, *COUNTED}, key=len, reverse=True)
_APPROXIMATE = re.compile("^(?:多|来|几|左右|上下|以上|以下|以内|不到)")
_APPROXIMATE_BEFORE = re.compile("(?:大概|大约|差不多|将近|接近|不到|超过|至少|最多|上|成)$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A number said.

    Attributes:
        start: First token.
        end: First token after it, its unit included.
        values: Possible readings, likeliest first; days for durations, yuan for money.
        kind: ``money``, ``duration``, ``count``, ``percent``, ``date``, ``offer``, ``digits`` (read one by one) or
            ``number``.
        unit: The unit as said, "" without one.
        text: Numerals as read, repaired ones included.
        exact: False for 一千多, 七八百, 大概三天.
        firm: False where a numeral was repaired by its sound.
        numerals_end: First token after the numerals, before the unit; 0 where they are not apart.
        offer: For ``offer``: bought and given, e.g. (3, 1).
    """

    start: int
    end: int
    values: tuple[float, ...]
    kind: str
    unit: str
    text: str
    exact: bool = True
    firm: bool = True
    offer: tuple[int, int] | None = None
    numerals_end: int = 0


@lru_cache(maxsize=8192)
def _mentions(text: str, stops: tuple[int, ...]) -> tuple[Mention, ...]:
    return tuple(_find(hear(text), stops))


def mentions(heard: Heard) -> tuple[Mention, ...]:
    """All numbers of a line in order. Offers (三送一) come as one mention.

    What was written apart (三千二百六十，三者两百万) is read apart, but not figures told one by one (一三八，零零一二).
    """
    return _mentions(heard.characters, _stops(heard))


def _stops(heard: Heard) -> tuple[int, ...]:
    """Tokens that punctuation or space parts from the one before, both being numerals, the former of a whole number."""
    found: list[int] = []
    for place in range(1, len(heard)):
        one, two = heard.characters[place - 1], heard.characters[place]
        if heard.starts[place] > heard.ends[place - 1] and one in _NUMERAL and two in _NUMERAL:
            start = place - 1
            while start > 0 and heard.characters[start - 1] in _NUMERAL:
                start -= 1
            if any(c in _UNIT for c in heard.characters[start:place]):
                found.append(place)
    return tuple(found)


def read(text: str) -> tuple[float, ...]:
    """Possible values of numerals such as ``一千二百八``, ``一二八零``, ``1280``; empty where they are none."""
    numerals = hear(text).characters
    return _values(numerals) if re.fullmatch(f"[{_NUMERAL}]+(?:点[{_DIGIT}]+)?", numerals) else ()


def days_of(text: str) -> float | None:
    """``半年``, ``2年``, ``七天`` → days, or None."""
    found = [m for m in mentions(hear(text)) if m.kind == "duration"]
    return found[0].values[0] if found else None


def _find(heard: Heard, stops: Sequence[int]) -> list[Mention]:
    text, firm = _repair(heard)
    found: list[Mention] = []
    position = 0
    while position < len(text):
        special = _special(text, position)
        if special is not None:
            found.append(special)
            position = special.end
            continue
        run = _RUN.match(text, position, next((stop for stop in stops if stop > position), len(text)))
        if run is None:
            position += 1
            continue
        mention = _mention(text, run, firm)
        position = mention.end
        if mention.kind != "number" or len(mention.text) > 1:
            found.append(mention)  # a lone numeral without a unit is mostly part of a word: 一共, 一定, 万一
    return found


def _repair(heard: Heard) -> tuple[str, list[bool]]:
    """Numerals written as homophones between numerals, put right; which tokens are as heard."""
    characters = list(heard.characters)
    firm = [True] * len(characters)
    syllables = heard.syllables.tolist()
    for place, character in enumerate(heard.characters):
        meant = _SYLLABLE_NUMERAL.get(syllables[place])
        if meant is None or character in _NUMERAL:
            continue
        before = place > 0 and heard.characters[place - 1] in _NUMERAL
        after = place + 1 < len(characters) and heard.characters[place + 1] in _NUMERAL
        money = heard.characters[place + 1 : place + 2] in ("块", "元", "百", "千", "万")
        if before and (after or (money and character not in _SWALLOWED_PARTICLES)):
            characters[place], firm[place] = meant, False
    return "".join(characters), firm


_OFFER = re.compile(f"买?([{_DIGIT}十])[台盒瓶套个件]?[送赠]([{_DIGIT}十])(?![{_NUMERAL}])")
_HALF = re.compile("半(个月|年|天|个小时|小时)")
_AND_HALF = re.compile(f"([{_NUMERAL}]+)(年|个月|天|个小时)半")
_DATE = re.compile(f"(?:([{_DIGIT}十]{{1,3}})月)?([{_DIGIT}十]{{1,3}})(?:号|日)(?![线楼院码])")


def _special(text: str, position: int) -> Mention | None:
    offer = _OFFER.match(text, position)
    if offer is not None:
        one, two = (int(_values(part)[0]) for part in offer.groups())
        return Mention(
            offer.start(), offer.end(), (float(one),), "offer", "送", offer.group(), offer=(one, two)
        )
    half = _HALF.match(text, position)
    if half is not None:
        days = _DAYS[half[1]] / 2
        return Mention(half.start(), half.end(), (days,), "duration", half[1], half.group())
    more = _AND_HALF.match(text, position)
    if more is not None and _values(more[1]):
        days = (_values(more[1])[0] + 0.5) * _DAYS[more[2]]
        return Mention(more.start(), more.end(), (days,), "duration", more[2], more.group())
    date = _DATE.match(text, position)
    if date is not None and date[1] is not None and _values(date[1]) and _values(date[2]):
        value = _values(date[1])[0] * 100 + _values(date[2])[0]
        return Mention(date.start(), date.end(), (value,), "date", "日", date.group())
    return None


_NEXT_BEGINS = re.compile(
    f".*[十百千万][{_DIGIT}][{_DIGIT}]$|[{_DIGIT}]{{3,}}[一二两三]$|.+[百千][^{_UNIT}]?十?一$|.*[百千万]一$"
)


def _mention(text: str, run: re.Match[str], firm: list[bool]) -> Mention:
    start, end = run.span()
    if _NEXT_BEGINS.match(run.group()) and any(text.startswith(unit, end) for unit in COUNTED):
        end -= 1  # 一千二百八一台: a price, then how many
    words, bare = text[start:end], end
    percent = words.startswith("百分之")
    numerals = words.removeprefix("百分之")
    rest = text[end:]
    about = _APPROXIMATE.match(rest)
    if about is not None and not rest.startswith("几"):
        rest = rest[about.end() :]
    unit = next((u for u in _AFTER if rest.startswith(u)), "")
    values, exact = _ranged(numerals)
    exact = exact and about is None and _APPROXIMATE_BEFORE.search(text[:start]) is None
    kind = _kind(numerals, unit, percent=percent)
    if kind == "duration":
        values = tuple(value * _DAYS[unit] for value in values)
    if unit and kind != "digits":
        end = len(text) - len(rest) + len(unit)
        end += len(text) > end and unit == "块" and text[end] == "钱"
    tail = text[end : end + 1]
    alone = text[end + 1 : end + 2] not in tuple(_NUMERAL) and not any(
        text.startswith(u, end + 1) for u in _AFTER
    )
    if unit == "块" and tail in tuple("一二三四五六七八九") and alone and values:
        # three yuan and five jiao
        values = tuple(value + _values(tail)[0] / 10 for value in values)
        end += 1
    return Mention(start, end, values, kind, unit, numerals, exact, all(firm[start:end]), numerals_end=bare)


def _kind(numerals: str, unit: str, *, percent: bool) -> str:  # noqa: PLR0911 – one per kind
    if percent:
        return "percent"
    if len(numerals) >= 7 and not any(c in _UNIT for c in numerals):
        return "digits"
    if unit in _MONEY:
        return "money"
    if unit in _DAYS:
        return "duration"
    if unit in COUNTED:
        return "count"
    if len(numerals) >= 3 and not any(c in _UNIT for c in numerals):
        return "digits"
    return "other" if unit else "number"


_PAIR = re.compile("(一二|两三|二三|三四|三五|四五|五六|六七|七八|八九)([十百千万]?)")


def _ranged(numerals: str) -> tuple[tuple[float, ...], bool]:
    """Readings, and whether they are exact; 三五 and 七八百 mean a range."""
    pair = _PAIR.fullmatch(numerals)
    if pair is not None:
        low, high = (f"{digit}{pair[2]}" for digit in pair[1])
        return (_values(low)[0], _values(high)[0]), False
    return _values(numerals), True


@lru_cache(maxsize=4096)
def _values(numerals: str) -> tuple[float, ...]:
    plain = numerals.translate(str.maketrans("两俩幺〇", "二二一零"))
    if not plain:
        return ()
    digits_only = not any(c in _UNIT for c in plain) and "点" not in plain
    if digits_only and len(plain) > 1:
        return (float("".join(str("零一二三四五六七八九".index(c)) for c in plain)),)
    if plain[0] in "百千万亿":
        plain = "一" + plain
    try:
        return (float(cn2an.cn2an(plain, "smart")),)
    except (ValueError, TypeError, LookupError):  # cn2an looks some malformed numerals up without asking
        return _mixed(plain)


def _mixed(plain: str) -> tuple[float, ...]:
    """What cn2an refuses: 一千二八 (1280 with the 百 lost), 十百; nothing sure can be said of them."""
    parts = re.split("(?<=[十百千万])", plain)
    if all(parts[:-1]) and len(parts) > 1 and len(parts[-1]) == 2 and parts[0].endswith("千"):
        return (_values(parts[0])[0] + _values(parts[-1])[0] * 10,)
    return ()
