"""Reading single cells: times, yes and no, amounts, directions, channel layouts, telephone numbers."""

import hashlib
import hmac
import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, tzinfo

from callqa.domain import Direction, Party


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_YES = _words("是 1 y yes true t √ ✓ 有 已 对 成 成交 成单 已成交 已成单 已下单 已签收 签收 已搭销")
_NO = _words("否 0 n no false f × ✗ x 无 未 没有 不 不是 未成交 未成单 未下单 未签收 拒收 退回 未搭销")
_INBOUND = _words("呼入 进线 来电 打入 入 inbound in incoming i")
_OUTBOUND = _words("呼出 外呼 去电 打出 拨出 回访 出 outbound out outgoing o")
_PARTIES = {
    Party.agent: ("坐席", "座席", "客服", "员工", "话务员", "agent", "operator", "a"),
    Party.customer: ("客户", "顾客", "用户", "来电者", "customer", "client", "caller", "c"),
    Party.unknown: ("未知", "混合", "双方", "unknown", "mixed", "?"),
}
_DATE = r"(?P<year>\d{4})[-/.年]?(?P<month>\d{1,2})[-/.月]?(?P<day>\d{1,2})日?"
_CLOCK = (
    r"(?P<half>上午|下午|中午|晚上|凌晨|早上)?\s*(?P<hour>\d{1,2})[:：时点]?(?P<minute>\d{2})?(?:[:：分]?(?P<second>\d{2})秒?)?分?"
    r"(?:[.,](?P<fraction>\d{1,9}))?\s*(?P<meridian>[AaPp]\.?[Mm]\.?)?"
)
_ZONE = r"\s*(?P<zone>Z|z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?"
_WHEN = re.compile(rf"{_DATE}(?:[T\s_-]*{_CLOCK}{_ZONE})?")
_MONTH_FIRST = re.compile(rf"(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})/(?P<year>\d{{4}})(?:\s+{_CLOCK})?")
_CLOCK_ALONE = re.compile(rf"{_CLOCK}")
_AMOUNT = re.compile(
    r"[¥￥]?\s*(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*(万|千|百)?\s*(?:元|块|rmb|cny)?", re.IGNORECASE
)
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?|0086)?0?(1[3-9]\d{9})(?!\d)")
_YEARS = range(1990, 2101)
_EXCEL_START = date(1899, 12, 30)
_SERIALS = range(32_874, 73_415)
"""Excel day numbers of 1990-01-01 to 2100-12-31."""


def plain(text: str) -> str:
    """Full-width forms as half-width, no spaces at the ends, nothing that cannot be seen or stored."""
    return unicodedata.normalize("NFKC", storable(text)).strip()


def storable(text: str) -> str:
    """Without control characters, of which PostgreSQL has no place for zero, and without halves of characters."""
    return "".join(char for char in text if char in "\t\n" or unicodedata.category(char) not in ("Cc", "Cs"))


def read_time(text: str, *, zone: tzinfo, day: str = "") -> datetime | None:
    """An aware time, or None where the text is no time.

    Reads ISO 8601, ``2026-11-20 10:15[:30]``, ``2026/11/20``, ``2026.11.20``, ``20261120101530``, ``2026年11月20日10时15分``,
    上午/下午, AM/PM, ``11/20/2026`` (only where the day is above 12), seconds or milliseconds since 1970, and Excel's day
    numbers. What names no zone is local time of ``zone``. A date without a clock is no time: a call has one.

    Args:
        text: The cell.
        zone: Zone of times that name none.
        day: Content of a separate date column; then ``text`` may be the clock alone.
    """
    written = plain(text)
    clock = _CLOCK_ALONE.fullmatch(written)
    if day and clock and len(written) <= 12:
        written = f"{_date_of(plain(day))} {written}"
    if re.fullmatch(r"\d{10}|\d{13}", written):
        return _since_1970(int(written), milliseconds=len(written) == 13).astimezone(zone)
    if re.fullmatch(r"\d{5}\.\d+", written) and int(written[:5]) in _SERIALS:
        return _excel(float(written), zone)
    match = _WHEN.fullmatch(written)
    if match is None:
        match = _MONTH_FIRST.fullmatch(written)
        if match is None or int(match["day"]) <= 12:
            return None
    return _built(match, zone)


def _date_of(day: str) -> str:
    if re.fullmatch(r"\d{5}", day) and int(day) in _SERIALS:
        return (_EXCEL_START + timedelta(days=int(day))).isoformat()
    return day.partition("T")[0]


def _since_1970(number: int, *, milliseconds: bool) -> datetime:
    return datetime.fromtimestamp(number / 1000 if milliseconds else number, tz=UTC)


def _excel(serial: float, zone: tzinfo) -> datetime:
    day = datetime(_EXCEL_START.year, _EXCEL_START.month, _EXCEL_START.day, tzinfo=zone)
    return day + timedelta(days=int(serial), seconds=round(serial % 1 * 86_400))


def _built(match: re.Match[str], zone: tzinfo) -> datetime | None:
    parts = match.groupdict()
    if parts["hour"] is None or int(parts["year"]) not in _YEARS:
        return None
    hour = _hour(int(parts["hour"]), parts["half"], parts["meridian"])
    fraction = (parts["fraction"] or "")[:6].ljust(6, "0")
    try:
        return datetime(
            int(parts["year"]),
            int(parts["month"]),
            int(parts["day"]),
            hour,
            int(parts["minute"] or 0),
            int(parts["second"] or 0),
            int(fraction),
            tzinfo=_zone(parts.get("zone")) or zone,
        )
    except ValueError:
        return None


def _hour(hour: int, half: str | None, meridian: str | None) -> int:
    afternoon = (
        half in {"下午", "晚上"} or (meridian or "").lower().startswith("p") or (half == "中午" and hour < 11)
    )
    morning = half in {"上午", "凌晨", "早上"} or (meridian or "").lower().startswith("a")
    if afternoon and hour < 12:
        return hour + 12
    return 0 if morning and hour == 12 else hour


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text.upper() in {"Z", "UTC", "GMT"}:
        return UTC
    return datetime.strptime(f"{text.replace(':', '')}00"[:5], "%z").tzinfo


def read_flag(text: str) -> bool | None:
    """是/否, 1/0, yes/no and the like; None where it is neither.

    Raises:
        ValueError: The text is not empty and not a yes or no.
    """
    written = plain(text).casefold()
    if not written:
        return None
    if written in _YES:
        return True
    if written in _NO:
        return False
    raise ValueError(text)


def read_amount(text: str) -> float | None:
    """Yuan: ``1280``, ``1,280.00``, ``￥1280``, ``1280元``, ``1.2万``; None for an empty cell.

    Raises:
        ValueError: Not an amount.
    """
    written = plain(text)
    if not written or written == "-":
        return None
    match = _AMOUNT.fullmatch(written)
    if match is None:
        raise ValueError(text)
    return round(float(match[1].replace(",", "")) * {"万": 10_000, "千": 1000, "百": 100}.get(match[2], 1), 2)


def read_direction(text: str) -> Direction:
    """呼入/呼出 and the like; ``unknown`` for an empty cell.

    Raises:
        ValueError: Neither.
    """
    written = plain(text).casefold()
    if written in _INBOUND:
        return Direction.inbound
    if written in _OUTBOUND:
        return Direction.outbound
    if written in {"", "unknown", "未知"}:
        return Direction.unknown
    raise ValueError(text)


def read_parties(text: str) -> tuple[Party, ...]:
    """A channel layout: ``坐席,客户``, ``agent/customer``, ``左坐席右客户``, ``右声道坐席``; empty for an empty cell.

    Raises:
        ValueError: A word that names no party.
    """
    written = plain(text).casefold().replace("声道", "")
    if not written:
        return ()
    if "左" in written or "右" in written:
        return _by_side(written)
    return tuple(read_party(word) for word in re.split(r"[\s,、/|;+＋-]+", written) if word)


def _by_side(written: str) -> tuple[Party, ...]:
    sides = dict(re.findall(r"([左右])[是为:=,]*([^左右,、/|;\s]+)", written))
    named = {side: read_party(word) for side, word in sides.items()}
    if not named:
        raise ValueError(written)
    opposite = {Party.agent: Party.customer, Party.customer: Party.agent, Party.unknown: Party.unknown}
    left = named.get("左") or opposite[named["右"]]
    return left, named.get("右") or opposite[left]


def read_party(word: str) -> Party:
    """One party's name.

    Raises:
        ValueError: Not a party.
    """
    written = plain(word).casefold()
    for party, names in _PARTIES.items():
        if written in names:
            return party
    raise ValueError(word)


def customer_key(number: str, key: bytes) -> str | None:
    """HMAC-SHA256 of a telephone number, hex; None where the text holds no number of at least five digits.

    Spaces, dashes, the country code 86 and the long-distance 0 before a mobile number do not matter, so the same
    customer has the same key however the telephone system wrote the number.
    """
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", number))
    mobile = _MOBILE.fullmatch(digits) or re.fullmatch(r"(?:0?0?86)?0?(1[3-9]\d{9})", digits)
    digits = mobile[1] if mobile else re.sub(r"^0?0?86(?=0\d{9,11}$)", "", digits)
    return hmac.new(key, digits.encode(), hashlib.sha256).hexdigest() if len(digits) >= 5 else None


def without_numbers(text: str) -> str:
    """The text with every mobile number starred out, same length."""
    return _MOBILE.sub(lambda match: "*" * len(match[0]), text)


def has_number(text: str) -> bool:
    """True where the text holds a mobile number."""
    return _MOBILE.search(text) is not None
