from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callqa.domain import Direction, Party
from callqa.intake.values import (
    customer_key,
    read_amount,
    read_direction,
    read_flag,
    read_parties,
    read_time,
    without_numbers,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
QUARTER_PAST_TEN = datetime(2026, 11, 20, 10, 15, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-20 10:15:30",
        "2026-11-20T10:15:30",
        "2026-11-20T10:15:30+08:00",
        "2026-11-20T02:15:30Z",
        "2026-11-20 02:15:30 UTC",
        "2026-11-20T10:15:30.000+0800",
        "2026/11/20 10:15:30",
        "2026.11.20 10:15:30",
        "20261120101530",
        "20261120 101530",
        "20261120-101530",
        "20261120_10:15:30",
        "2026年11月20日10时15分30秒",
        "2026年11月20日 上午10:15:30",
        "2026-11-20 10:15:30 AM",
        "11/20/2026 10:15:30",
        "1795140930",
        "1795140930000",
        "46346.4274305556",
    ],
)
def test_one_moment_in_many_spellings(written: str) -> None:
    assert read_time(written, zone=SHANGHAI) == QUARTER_PAST_TEN


@pytest.mark.parametrize(
    ("written", "hour", "minute"),
    [
        ("2026-11-20 下午3:05", 15, 5),
        ("2026-11-20 3:05 pm", 15, 5),
        ("2026年11月20日晚上8点", 20, 0),
        ("2026-11-20 12:05 AM", 0, 5),
        ("2026-11-20 9:05", 9, 5),
    ],
)
def test_halves_of_the_day(written: str, hour: int, minute: int) -> None:
    found = read_time(written, zone=SHANGHAI)
    assert found is not None
    assert (found.hour, found.minute) == (hour, minute)


@pytest.mark.parametrize(
    "written",
    ["", "明天", "2026-11-20", "2026-13-20 10:15", "2026-11-31 10:15", "2026-11-20 25:15", "05/06/2026 10:15",
     "10:15:30", "1026-11-20 10:15:30", "13800000000", "2026-11-20 10:15:30 abc", "85"],
)  # fmt: skip
def test_what_is_no_time_is_never_guessed(written: str) -> None:
    assert read_time(written, zone=SHANGHAI) is None


def test_date_and_clock_in_two_columns() -> None:
    assert read_time("10:15:30", zone=SHANGHAI, day="2026/11/20") == QUARTER_PAST_TEN
    assert read_time("101530", zone=SHANGHAI, day="20261120") == QUARTER_PAST_TEN
    assert read_time("10:15:30", zone=SHANGHAI, day="2026-11-20T00:00:00") == QUARTER_PAST_TEN


@settings(deadline=None)
@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 12, 30)), st.integers(-12, 14))  # noqa: DTZ001
def test_iso_times_come_back_whatever_their_zone(moment: datetime, offset: int) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(hours=offset)))
    assert read_time(aware.isoformat(), zone=SHANGHAI) == aware


@settings(deadline=None)
@given(st.text(max_size=40))
def test_no_text_breaks_the_time_reader(text: str) -> None:
    found = read_time(text, zone=UTC)
    assert found is None or found.tzinfo is not None


@pytest.mark.parametrize("written", ["是", "1", "Y", "true", "已签收", "成交", "１", "√"])
def test_yes(written: str) -> None:
    assert read_flag(written) is True


@pytest.mark.parametrize("written", ["否", "0", "n", "False", "拒收", "未成交", "×"])
def test_no(written: str) -> None:
    assert read_flag(written) is False


def test_neither_yes_nor_no() -> None:
    assert read_flag(" ") is None
    with pytest.raises(ValueError):
        read_flag("也许")


@pytest.mark.parametrize(
    ("written", "yuan"),
    [("1280", 1280), ("1,280.00", 1280), ("￥1280", 1280), ("1280元", 1280), ("1.28万", 12800), ("１２８０", 1280),
     ("398.5", 398.5), ("0", 0)],
)  # fmt: skip
def test_amounts(written: str, yuan: float) -> None:
    assert read_amount(written) == yuan


@pytest.mark.parametrize("written", ["一千二百八", "-5", "1,28", "12a", "1280+398"])
def test_not_amounts(written: str) -> None:
    with pytest.raises(ValueError):
        read_amount(written)


def test_directions() -> None:
    assert read_direction("呼入") is Direction.inbound
    assert read_direction("OUT") is Direction.outbound
    assert read_direction("") is Direction.unknown
    with pytest.raises(ValueError):
        read_direction("内部")


@pytest.mark.parametrize(
    "written",
    [
        "坐席,客户",
        "agent/customer",
        "坐席、客户",
        "左坐席右客户",
        "左声道=坐席,右声道=客户",
        "右声道客户",
        "左声道：坐席",
        "A|C",
    ],
)
def test_channel_layouts(written: str) -> None:
    assert read_parties(written) == (Party.agent, Party.customer)


def test_swapped_and_strange_layouts() -> None:
    assert read_parties("customer,agent") == (Party.customer, Party.agent)
    assert read_parties("左客户") == (Party.customer, Party.agent)
    assert read_parties("") == ()
    with pytest.raises(ValueError):
        read_parties("坐席,老板")


@pytest.mark.parametrize(
    "written",
    [
        "13800000001",
        "138 0000 0001",
        "+86 138-0000-0001",
        "013800000001",
        "008613800000001",
        "１３８０００００００１",
    ],
)
def test_one_customer_has_one_key_however_the_number_is_written(written: str) -> None:
    assert customer_key(written, b"k") == customer_key("13800000001", b"k")


def test_keys_differ_by_number_and_by_secret_and_hold_no_digits_of_it() -> None:
    key = customer_key("13800000001", b"k")
    assert key is not None
    assert len(key) == 64
    assert "13800000001" not in key
    assert key != customer_key("13800000002", b"k")
    assert key != customer_key("13800000001", b"other")
    assert customer_key("12", b"k") is None


@settings(deadline=None)
@given(st.text(max_size=8), st.integers(13_000_000_000, 19_999_999_999), st.text(max_size=8))
def test_mobile_numbers_are_starred_out_with_the_length_kept(before: str, number: int, after: str) -> None:
    text = f"{before}，{number}，{after}"
    starred = without_numbers(text)
    assert len(starred) == len(text)
    assert str(number) not in starred
