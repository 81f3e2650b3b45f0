"""From calls to people."""

import pytest

from callqa.domain import Party, Provenance, TechniqueReading, TechniqueTag
from callqa.techniques import compare_profiles, label_counts, profile, uses_of
from callqa.techniques.people import rate

from .conftest import AT, spoken

PROVENANCE = Provenance(step="techniques", version="1", at=AT)
TALK = spoken(
    [(Party.agent, "一二三四五"), (Party.customer, "好"), (Party.agent, "六七八九"), (Party.agent, "十十")]
)


def reading(*tags: tuple[int, str]) -> TechniqueReading:
    return TechniqueReading(
        tags=tuple(
            TechniqueTag(label=label, turn=turn, probability=0.9, quote=TALK.turns[turn].quote())
            for turn, label in tags
        ),
        provenance=PROVENANCE,
    )


def test_uses_say_when_and_how_densely() -> None:
    uses = uses_of(reading((2, "closing"), (0, "rapport"), (3, "closing")), TALK)
    assert [(use.label, use.times) for use in uses] == [("rapport", 1), ("closing", 2)]
    assert uses[1].first == TALK.turns[2].span.start
    assert uses[1].density == pytest.approx(2 / 3)
    assert uses_of(reading(), TALK) == ()


def test_rates_carry_their_calls_and_wilsons_interval() -> None:
    none = rate("x", [])
    assert (none.share, none.low, none.of) == (None, None, 0)
    half = rate("x", [2, 0, 1, 0])
    assert (half.calls, half.of, half.share, half.per_call) == (2, 4, 0.5, 0.75)
    assert half.low == pytest.approx(0.150, abs=0.001)
    assert half.high == pytest.approx(0.850, abs=0.001)
    assert rate("x", [1] * 10).high == 1.0


def test_profiles_count_calls_by_family() -> None:
    calls = [reading((0, "rapport"), (2, "pain_point")), reading((0, "closing")), reading()]
    shares = {
        one.name: (one.calls, one.of, one.per_call) for one in profile([label_counts(call) for call in calls])
    }
    assert shares == {
        "产品": (0, 3, 0.0),
        "营销": (1, 3, pytest.approx(2 / 3)),
        "促单": (1, 3, pytest.approx(1 / 3)),
    }


def test_a_difference_is_claimed_only_where_intervals_part() -> None:
    closer, quiet = label_counts(reading((0, "closing"))), label_counts(reading())
    few = {one.agent.name: one.differs for one in compare_profiles([closer] * 2, [quiet] * 2)}
    assert not few["促单"], "two calls prove nothing"
    many = {one.agent.name: one.differs for one in compare_profiles([closer] * 30, [quiet] * 30)}
    assert many == {"产品": False, "营销": False, "促单": True}
