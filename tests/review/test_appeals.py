"""Appeals: levels, deadlines in working days, escalation, history."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from callqa.domain import AppealLevel, ReviewError, ReviewEvent
from callqa.review import (
    SYSTEM,
    AppealStage,
    AppealState,
    Terms,
    WorkCalendar,
    appeal_state,
    check_event,
    due_escalations,
    window_end,
)
from tests.review.cards import (
    CALENDAR,
    MONDAY,
    TERMS,
    appeal,
    card,
    edit,
    escalate,
    finish,
    given,
    line,
    ruling,
    withdraw,
)

CHINA = ZoneInfo("Asia/Shanghai")
LEADER, DIRECTOR, FINAL = AppealLevel.leader, AppealLevel.director, AppealLevel.final


def days(number: float) -> datetime:
    return MONDAY + timedelta(days=number)


def state(*events: ReviewEvent, now: datetime = MONDAY, calendar: WorkCalendar = CALENDAR) -> AppealState:
    return appeal_state(events, "p", now=now, calendar=calendar, terms=TERMS)


class TestCalendar:
    def test_the_day_itself_does_not_count_and_weekends_do_not(self) -> None:
        friday = datetime(2026, 11, 20, 23, 0, tzinfo=CHINA)
        assert CALENDAR.deadline(friday, days=1) == datetime(2026, 11, 24, 0, 0, tzinfo=CHINA)
        assert CALENDAR.deadline(friday, days=5) == datetime(2026, 11, 28, 0, 0, tzinfo=CHINA)

    def test_a_day_is_a_day_in_china(self) -> None:
        # 17:00 UTC is already Tuesday in Shanghai
        late = datetime(2026, 11, 16, 17, 0, tzinfo=ZoneInfo("UTC"))
        assert CALENDAR.deadline(late, days=1) == datetime(2026, 11, 19, 0, 0, tzinfo=CHINA)

    def test_holidays_and_make_up_days(self) -> None:
        golden = WorkCalendar(
            holidays=frozenset(date(2026, 10, day) for day in range(1, 8)),
            make_up=frozenset({date(2026, 10, 10)}),
        )
        last = datetime(2026, 9, 30, 10, 0, tzinfo=CHINA)
        # 1–7 October free, 8 and 9 worked, Saturday the 10th made up
        assert golden.deadline(last, days=1).date() == date(2026, 10, 9)
        assert golden.deadline(last, days=3).date() == date(2026, 10, 11)
        assert golden.works_on(date(2026, 10, 10))
        assert golden.left_in_month(date(2026, 10, 29)) == 2

    def test_a_calendar_without_working_days_is_refused(self) -> None:
        never = WorkCalendar(holidays=frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(900)))
        with pytest.raises(ReviewError) as refused:
            never.deadline(MONDAY, days=1)
        assert refused.value.code == "calendar.empty"


def test_from_filing_to_the_last_word() -> None:
    filed = appeal("p", "price", at=days(0))
    assert state(filed).level is LEADER
    assert state(filed).due == datetime(2026, 11, 19, 0, 0, tzinfo=CHINA)
    no = ruling("r1", "p", upheld=False, at=days(1))
    assert state(filed, no).stage is AppealStage.rejected
    assert not state(filed, no).closed
    assert state(filed, no).due == datetime(2026, 11, 25, 0, 0, tzinfo=CHINA)
    assert state(filed, no, now=days(9)).closed
    further = escalate("x", "p", DIRECTOR, at=days(2))
    assert (state(filed, no, further).level, state(filed, no, further).open) == (DIRECTOR, True)
    partly = ruling("r2", "p", upheld=True, partial=True, points=20, level=DIRECTOR, at=days(3))
    assert state(filed, no, further, partly).stage is AppealStage.partly
    last = escalate("y", "p", FINAL, at=days(4))
    final = ruling("r3", "p", upheld=False, level=FINAL, at=days(5))
    end = state(filed, no, further, partly, last, final)
    assert (end.stage, end.closed, end.due) == (AppealStage.rejected, True, None)
    assert [event.id for event in end.history] == ["p", "r1", "x", "r2", "y", "r3"]


def test_overdue_appeals_rise_and_the_last_word_stays_overdue() -> None:
    filed = appeal("p", "price", at=days(0))
    assert due_escalations([filed], now=days(2), calendar=CALENDAR, terms=TERMS) == []
    (up,) = due_escalations([filed], now=days(3), calendar=CALENDAR, terms=TERMS)
    assert (up.author, up.level, up.appeal) == (SYSTEM, DIRECTOR, "p")
    (same,) = due_escalations([filed], now=days(4), calendar=CALENDAR, terms=TERMS)
    assert same.id == up.id
    assert due_escalations([filed, up], now=days(3), calendar=CALENDAR, terms=TERMS) == []
    # a program that slept for weeks takes one level at a time, so that the director gets the whole time
    (late,) = due_escalations([filed, up], now=days(30), calendar=CALENDAR, terms=TERMS)
    assert late.level is FINAL
    stuck = state(filed, up, late, now=days(60))
    assert stuck.overdue
    assert stuck.level is FINAL
    assert due_escalations([filed, up, late], now=days(60), calendar=CALENDAR, terms=TERMS) == []


def test_escalations_pass_the_ledgers_own_check() -> None:
    made = card(line("price", 12))
    filed = appeal("p", "price", at=days(0))
    (up,) = due_escalations([filed], now=days(3), calendar=CALENDAR, terms=TERMS)
    check_event(up, given(made, filed, now=days(3)))
    with pytest.raises(ReviewError) as early:
        check_event(up, given(made, filed, now=days(1)))
    assert early.value.code == "appeal.early"


def test_the_window_counts_from_the_last_change() -> None:
    made = card(line("price", 12), at=days(0))
    alone = window_end(made, [], item="price", calendar=CALENDAR, terms=TERMS)
    assert alone == datetime(2026, 11, 24, 0, 0, tzinfo=CHINA)
    changed = [edit("a", "price", 5, at=days(3))]
    assert window_end(made, changed, item="price", calendar=CALENDAR, terms=TERMS).date() == date(
        2026, 11, 27
    )
    assert window_end(made, changed, item="greet", calendar=CALENDAR, terms=TERMS) == alone
    done = [finish("f", at=days(4))]
    assert window_end(made, done, item="greet", calendar=CALENDAR, terms=TERMS).date() == date(2026, 11, 28)


REFUSED = [
    ("late", (), appeal("p", "price", at=days(8)), 8, "appeal.late"),
    ("other agent", (), appeal("p", "price", author="赵敏"), 0, "review.own"),
    ("no reason", (), appeal("p", "price", reason=" "), 0, "appeal.reason"),
    ("full marks", (), appeal("p", "greet"), 0, "appeal.full"),
    ("no such line", (), appeal("p", "nothing"), 0, "review.item"),
    ("twice", (appeal("p", "price"),), appeal("q", "price"), 0, "appeal.twice"),
    ("not own level", (appeal("p", "price"),), ruling("r", "p", upheld=True, level=FINAL), 0, "appeal.level"),
    ("own appeal", (appeal("p", "price"),), ruling("r", "p", upheld=True, author="王小燕"), 0, "appeal.self"),
    (
        "rejected with points",
        (appeal("p", "price"),),
        ruling("r", "p", upheld=False, points=9),
        0,
        "appeal.points",
    ),
    (
        "partly without points",
        (appeal("p", "price"),),
        ruling("r", "p", upheld=True, partial=True),
        0,
        "appeal.points",
    ),
    (
        "too many points",
        (appeal("p", "price"),),
        ruling("r", "p", upheld=True, points=31),
        0,
        "review.points",
    ),
    ("fewer points", (appeal("p", "price"),), ruling("r", "p", upheld=True, points=3), 0, "appeal.points"),
    (
        "half a red line",
        (appeal("p", "cure"),),
        ruling("r", "p", upheld=True, partial=True, points=0),
        0,
        "appeal.partial",
    ),
    (
        "ruled twice",
        (appeal("p", "price"), ruling("r", "p", upheld=False)),
        ruling("s", "p", upheld=True),
        0,
        "appeal.closed",
    ),
    ("unknown appeal", (), ruling("r", "p", upheld=True), 0, "appeal.unknown"),
    (
        "withdrawn after ruling",
        (appeal("p", "price"), ruling("r", "p", upheld=False)),
        withdraw("w", "p"),
        0,
        "appeal.closed",
    ),
    ("withdrawn by another", (appeal("p", "price"),), withdraw("w", "p", author="赵敏"), 0, "review.own"),
    ("further before ruling", (appeal("p", "price"),), escalate("x", "p", DIRECTOR), 0, "appeal.closed"),
    (
        "further when granted",
        (appeal("p", "price"), ruling("r", "p", upheld=True)),
        escalate("x", "p", DIRECTOR),
        0,
        "appeal.closed",
    ),
    (
        "further too late",
        (appeal("p", "price"), ruling("r", "p", upheld=False)),
        escalate("x", "p", DIRECTOR),
        20,
        "appeal.closed",
    ),
    (
        "a level skipped",
        (appeal("p", "price"), ruling("r", "p", upheld=False)),
        escalate("x", "p", FINAL),
        0,
        "appeal.level",
    ),
]


@pytest.mark.parametrize(
    ("before", "event", "day", "code"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED]
)
def test_refused(before: tuple[ReviewEvent, ...], event: ReviewEvent, day: int, code: str) -> None:
    made = card(line("price", 12), line("cure", 0, fatal=True))
    with pytest.raises(ReviewError) as refused:
        check_event(event, given(made, *before, now=days(day) + timedelta(hours=1)))
    assert refused.value.code == code
    assert refused.value.hint


def test_a_withdrawn_appeal_may_be_filed_again() -> None:
    made = card(line("price", 12))
    before = (appeal("p", "price"), withdraw("w", "p"))
    check_event(appeal("q", "price"), given(made, *before))


def test_terms_of_none_end_the_same_day() -> None:
    terms = Terms(leader=0)
    found = appeal_state([appeal("p", "price")], "p", now=MONDAY, calendar=CALENDAR, terms=terms)
    assert found.due == datetime(2026, 11, 17, 0, 0, tzinfo=CHINA)
