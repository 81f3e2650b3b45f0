import time

import pytest

from callqa.metrics import measure
from callqa.policy import MEASURES
from tests.metrics.calls import MS, A, C, U, measured, transcript

TALK = [
    (A, 1000, "您好很高兴为您服务"),  # 1000..2800
    (C, 4000, "多少钱"),  # 4000..4600, 1200 after the agent
    (A, 5000, "活动价一千二百八"),  # 5000..6600, 400 after the customer
    (C, 6000, "那个太贵了吧"),  # 6000..7200, breaks in for 600
    (A, 12_200, "一天才几毛钱呢"),  # 12200..13600, 5000 after
]


def value(name: str, said: list[tuple[object, int, str]], duration: int = 20_000) -> float | None:
    return measured(said, duration=duration)[name].value  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("duration", 20_000),
        ("turns", 5),
        ("agent_talk_time", 1800 + 1600 + 1400),
        ("customer_talk_time", 600 + 1200),
        ("agent_talk_share", round(4800 / 6600, 4)),
        ("silence_share", round(1 - (1800 + 3200 + 1400) / 20_000, 4)),
        ("silence_longest", 5000),
        ("silence_count", 1),
        ("talk_over_count", 1),
        ("talk_over_time", 600),
        ("talk_over_by_agent", 0),
        ("talk_over_by_customer", 1),
        ("agent_pace", 24 * 60_000 / 4800),
        ("customer_pace", None),
        ("agent_delay_median", (400 + 5000) / 2),
        ("agent_delay_p90", None),
        ("customer_delay_median", 600),
        ("patience", 2700),
        ("agent_monologue", 1800),
        ("switches", round(4 * 60_000 / 12_600, 4)),
        ("agent_questions", 0),
        ("question_rate", 0),
    ],
)
def test_every_measure_by_hand(name: str, expected: float | None) -> None:
    assert value(name, TALK) == expected  # type: ignore[arg-type]


def test_places_are_given() -> None:
    found = measured(TALK, duration=20_000)
    (silence,) = found["silence_count"].spans
    assert (silence.start, silence.end) == (7200, 12_200)
    (over,) = found["talk_over_by_customer"].spans
    assert (over.start, over.end) == (6000, 6600)


def test_breaths_belong_to_speech_and_pauses_do_not() -> None:
    breath = measured([(A, 0, "一二三  四五六七八九")])["agent_talk_time"].value
    pause = measured([(A, 0, "一二三    四五六七八九")])["agent_talk_time"].value
    assert breath == 11 * MS
    assert pause == 9 * MS


@pytest.mark.parametrize(("overlap", "count"), [(499, 0), (500, 1), (900, 1)])
def test_short_overlap_is_turn_taking(overlap: int, count: int) -> None:
    said = [(A, 0, "我们这个产品非常好用"), (C, 2000 - overlap, "我先问你一句话")]
    assert measured(said)["talk_over_count"].value == count


def test_who_breaks_in() -> None:
    said = [(C, 0, "我想问一下这个能不能退货呀"), (A, 1000, "能退能退能退")]
    found = measured(said)
    assert (found["talk_over_by_agent"].value, found["talk_over_by_customer"].value) == (1, 0)
    both = measured([(A, 0, "您说您说您说"), (C, 0, "我问一下你们")])
    assert (both["talk_over_count"].value, both["talk_over_by_agent"].value) == (1, 0)


def test_answering_into_the_other_counts_as_no_wait() -> None:
    said = [(C, 0, "我想问一下这个能不能退货呀"), (A, 1000, "能退"), (C, 3000, "好"), (A, 4200, "嗯")]
    assert measured(said)["patience"].value == (0 + 1000) / 2


def test_acknowledgements_do_not_end_a_monologue() -> None:
    speech = "它边热边按脚后跟都照顾得到"
    through = [(A, 0, speech), (C, 2700, "嗯嗯"), (A, 3200, speech)]
    assert measured(through)["agent_monologue"].value == 3200 + len(speech) * MS
    asked = [(A, 0, speech), (C, 2700, "多少钱"), (A, 3400, speech)]
    assert measured(asked)["agent_monologue"].value == len(speech) * MS
    waited = [(A, 0, speech), (A, 2600 + 3000, speech)]
    assert measured(waited)["agent_monologue"].value == len(speech) * MS


def test_ninetieth_percentile_needs_five_answers() -> None:
    said = []
    for i in range(6):
        said += [(C, 10_000 * i, "问一句"), (A, 10_000 * i + 600 + 100 * i, "答一句")]
    found = measured(said, duration=70_000)
    assert found["agent_delay_median"].value == 250
    assert found["agent_delay_p90"].value == 450
    short = measured(said[:8], duration=70_000)["agent_delay_p90"]
    assert short.value is None
    assert "不足 5 次" in short.note


def test_mono_measures_what_needs_no_party() -> None:
    found = measured([(U, 1000, "您好很高兴为您服务"), (U, 6000, "多少钱")], duration=10_000)
    assert found["silence_longest"].value == 3200
    assert found["silence_count"].value == 1
    for name in (
        "agent_talk_share",
        "talk_over_count",
        "agent_pace",
        "patience",
        "switches",
        "question_rate",
    ):
        assert found[name].value is None
        assert "单声道" in found[name].note


def test_a_silent_call_measures_nothing_but_itself() -> None:
    found = measured([], duration=10_000)
    assert found["turns"].value == 0
    assert found["duration"].value == 10_000
    rest = [one for name, one in found.items() if name not in ("turns", "duration")]
    assert all(one.value is None and one.note for one in rest)


def test_one_party_only() -> None:
    found = measured([(A, 0, "您好很高兴为您服务请问有什么可以帮您")])
    assert found["agent_talk_share"].value == 1
    assert found["customer_talk_time"].value == 0
    assert found["customer_pace"].value is None
    assert found["patience"].value is None


def test_names_and_units_are_those_of_the_catalogue() -> None:
    for one in measure(transcript(*TALK), duration=20_000):
        assert MEASURES[one.name].unit == one.unit


def test_a_call_of_3000_turns_is_measured_at_once() -> None:
    said = [((A, C)[i % 2], 4000 * i, "我们这个是边热边按的您看行不行") for i in range(3000)]
    call = transcript(*said)
    before = time.perf_counter()
    measure(call, duration=12_000_000)
    # a tenth of a second; this long only where somebody made it quadratic
    assert time.perf_counter() - before < 20.0
