"""Number words as digits: a view for reading and searching, with the way back to the words that were said."""

import re
from dataclasses import dataclass
from functools import lru_cache

from callqa.domain import TextSpan

_DIGITS = "零〇一二三四五六七八九幺"
_UNITS = "十百千万亿"
_ALONE = re.compile(rf"[{_DIGITS}两]+")
_NUMBER = re.compile(
    rf"百分之(?P<share>[{_DIGITS}两{_UNITS}]+(?:点[{_DIGITS}]+)?)"
    rf"|(?P<number>[{_DIGITS}两{_UNITS}]+(?:点[{_DIGITS}]+(?![{_DIGITS}{_UNITS}半刻分]))?)"
)
_ONE_TO_NINE = str.maketrans("零〇一二三四五六七八九幺两", "0012345678912")
_FEWEST_DIGITS = 3


@dataclass(frozen=True, slots=True)
class NumberView:
    """A text with number words written as digits.

    Attributes:
        text: The view.
        starts: For every character of the view the first character of the original it stands for.
        ends: For every character of the view the first character of the original after it.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original(self, characters: TextSpan) -> TextSpan:
        """Where these characters of the view come from; a digit of a number leads to the whole number.

        Raises:
            ValueError: The span reaches beyond the view.
        """
        if characters.end > len(self.text):
            raise ValueError(f"the view has {len(self.text)} characters, not {characters.end}")
        return TextSpan(start=self.starts[characters.start], end=self.ends[characters.end - 1])


def number_view(text: str) -> NumberView:
    """Writes 一千二百八 as 1280, 百分之三十 as 30%, 幺三八零 as 1380, 三点五 as 3.5; values come from cn2an.

    A single character (一下, 两年), approximations (三四天, 七八百), and words that only look like numbers (万一, 千万)
    stay as they are, and so do clock times (十点二十): a reader can tell them, a search must not be misled.
    """
    view: list[tuple[str, int, int]] = []
    place = 0
    for match in _NUMBER.finditer(text):
        written = None if text[: match.start()].endswith("点") else _written(match)
        if written is None:
            continue
        view += _unchanged(text, place, match.start())
        view += [(character, match.start(), match.end()) for character in written]
        place = match.end()
    view += _unchanged(text, place, len(text))
    return NumberView(
        "".join(character for character, _, _ in view),
        tuple(start for _, start, _ in view),
        tuple(end for _, _, end in view),
    )


def _unchanged(text: str, start: int, end: int) -> list[tuple[str, int, int]]:
    return [(text[place], place, place + 1) for place in range(start, end)]


def _written(match: re.Match[str]) -> str | None:
    if match["share"]:
        value = _value(match["share"])
        return None if value is None else f"{value}%"
    number = match["number"]
    if len(number) < 2:
        return None
    if _ALONE.fullmatch(number):
        # two digits side by side are an approximation (三四天) more often than a number
        return number.translate(_ONE_TO_NINE) if len(number) >= _FEWEST_DIGITS or "幺" in number else None
    return None if _approximate(number) else _value(number)


def _approximate(number: str) -> bool:
    """三四十, 七八百, 十七八: two neighbouring digits before a unit, or after 十."""
    return bool(re.search(r"(?:一二|一两|两三|二三|三四|四五|五六|六七|七八|八九)(?:[十百千万]|$)", number))


@lru_cache(maxsize=4096)
def _value(number: str) -> str | None:
    import cn2an

    try:
        value = cn2an.cn2an(number.replace("两", "二").replace("幺", "一").replace("〇", "零"), "smart")
    except (ValueError, KeyError):  # KeyError: cn2an on 一亿一 and the like
        return None
    return str(int(value)) if float(value).is_integer() else f"{value:g}"
