"""The plan of a day: what is in it, why, and who gets it."""

from collections import Counter
from datetime import date
from itertools import product

import pytest
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st

from callqa.domain import Assignment, AssignmentState, Plan, PlanReason
from callqa.review import (
    Candidate,
    DrawnDay,
    Place,
    Reviewer,
    Shares,
    plan_day,
    pooled_rate,
    quota_today,
    rebalance,
    sealed_draw,
    violation_rate,
)
from callqa.review.risk import candidate_of, grey
from tests.fakes import processed
from tests.review.cards import MONDAY

DAY = date(2026, 11, 16)
UNIT = ("co", "d1", "t1", "g1")


def call(number: int, **more: object) -> Candidate:
    values = {"call_id": f"C{number:04}", "agent": f"A{number % 5}", "unit": UNIT, "minutes": 4.0, **more}
    return Candidate.model_validate(values)


def person(name: str, minutes: float = 60, **more: object) -> Reviewer:
    values = {"id": name, "reach": (("co", "d1"),), "languages": ("zh",), "minutes": minutes, **more}
    return Reviewer.model_validate(values)


def make(
    calls: list[Candidate],
    people: list[Reviewer],
    *,
    quotas: dict[str, int] | None = None,
    shares: Shares | None = None,
    seed: int = 1,
) -> tuple[Plan, list[Assignment]]:
    return plan_day(
        calls,
        day=DAY,
        unit="d1",
        reviewers=people,
        quotas=quotas or {},
        shares=shares or Shares(sealed=0.1, double=0.1),
        seed=seed,
        author="张主管",
        now=MONDAY,
    )


CALLS = st.lists(
    st.builds(
        lambda number, red, risk, minutes, unit, language: call(
            number,
            red_lines=("承诺治愈",) if red else (),
            risk=risk,
            minutes=minutes,
            unit=unit,
            language=language,
        ),
        number=st.integers(0, 60),
        red=st.booleans(),
        risk=st.floats(0, 3),
        minutes=st.floats(1, 20),
        unit=st.sampled_from([UNIT, ("co", "d2", "t9")]),
        language=st.sampled_from(["zh", "yue"]),
    ),
    max_size=30,
    unique_by=lambda one: one.call_id,
)
PEOPLE = st.lists(
    st.builds(
        person,
        name=st.sampled_from(["李", "王", "赵", "A1"]),
        minutes=st.floats(0, 90),
        reach=st.sampled_from([(("co", "d1"),), (("co",),), ()]),
        languages=st.sampled_from([("zh",), ("zh", "yue")]),
    ),
    max_size=4,
    unique_by=lambda one: one.id,
)


@settings(max_examples=150)
@over(CALLS, PEOPLE, st.integers(0, 2**31), st.floats(0, 1), st.floats(0, 1))
def test_laws(
    calls: list[Candidate], people: list[Reviewer], seed: int, sealed: float, double: float
) -> None:
    known = {one.call_id: one for one in calls}
    shares = Shares(sealed=sealed, double=double)
    plan, made = make(calls, people, seed=seed, shares=shares)
    assert (plan, made) == make(calls[::-1], people[::-1], seed=seed, shares=shares)
    planned = {one.call_id for one in made}
    assert {one.call_id for one in known.values() if one.red_lines} <= planned
    assert set(plan.sealed) <= planned
    assert len(plan.sealed) == len(set(plan.sealed))
    room = {one.id: one.minutes for one in people}
    used: Counter[str] = Counter()
    for one in made:
        if one.reviewer is None:
            continue
        used[one.reviewer] += known[one.call_id].minutes  # type: ignore[assignment]
        taker = next(each for each in people if each.id == one.reviewer)
        wanted = known[one.call_id]
        assert wanted.agent != taker.id
        assert wanted.language in taker.languages
        assert any(wanted.unit[: len(path)] == path for path in taker.reach)
    assert all(used[name] <= room[name] + 1e-6 for name in used)
    for name, count in Counter(one.call_id for one in made).items():
        both = [one for one in made if one.call_id == name]
        assert count <= 2
        if count == 2:
            assert all(one.blind for one in both)
            assert len({one.reviewer for one in both}) == 2
            assert [one.reason for one in both].count(PlanReason.double) == 1
        else:
            assert not both[0].blind
    assert len({one.id for one in made}) == len(made)
    assert [one.priority for one in made] == sorted((one.priority for one in made), reverse=True)


def test_order_of_needs() -> None:
    calls = [call(n, risk=0.5, doubts=("“报价”听不清（0.50）",)) for n in range(20)]
    calls[3] = call(3, red_lines=("承诺治愈",))
    _plan, made = make(calls, [person("李", 12)], shares=Shares(sealed=0.05, double=0))
    reasons = Counter(one.reason for one in made)
    # 12 minutes are three calls: the red line, the draw, and the riskiest per minute
    assert reasons == {PlanReason.red_line: 1, PlanReason.sealed: 1, PlanReason.uncertain: 1}
    assert "承诺治愈" in made[0].explanation
    assert "报价" in made[-1].explanation


def test_red_lines_that_nobody_has_room_for_are_still_there() -> None:
    plan, made = make(
        [call(n, red_lines=("辱骂客户",)) for n in range(5)],
        [person("李", 9)],
        shares=Shares(sealed=0, double=0),
    )
    assert Counter(one.reviewer for one in made) == {None: 3, "李": 2}
    assert any("3 项没有人" in note for note in plan.notes)


def test_quota_counts_what_is_there_already_and_looks_like_the_sealed_draw() -> None:
    calls = [call(n) for n in range(40)]
    quotas = {f"A{n}": 3 for n in range(5)}
    plan, made = make(calls, [person("李", 400)], quotas=quotas, shares=Shares(sealed=0.1, double=0))
    per_agent = Counter(f"A{int(one.call_id[1:]) % 5}" for one in made)
    assert all(count == 3 for count in per_agent.values())
    drawn = {one.call_id: one for one in made if one.reason is PlanReason.sealed}
    others = [one for one in made if one.reason is PlanReason.quota]
    assert set(drawn) == set(plan.sealed)
    assert {one.priority for one in drawn.values()} == {one.priority for one in others}
    assert {one.explanation for one in drawn.values()} <= {f"坐席 A{n} 的抽查。" for n in range(5)}


def test_quota_of_a_month() -> None:
    assert quota_today(target=20, done=8, days_left=6) == 2
    assert quota_today(target=20, done=8, days_left=5) == 3
    assert quota_today(target=20, done=25, days_left=5) == 0
    assert quota_today(target=3, done=0, days_left=0) == 3


class TestSealedDraw:
    def test_every_call_and_every_pair_is_as_likely(self) -> None:
        names = [f"C{n}" for n in range(12)]
        trials = 6000
        singles: Counter[str] = Counter()
        pairs: Counter[tuple[str, str]] = Counter()
        for seed in range(trials):
            drawn = sealed_draw(names, seed=seed, share=0.25)
            assert len(drawn) == 3
            singles.update(drawn)
            pairs.update((a, b) for a, b in product(drawn, drawn) if a < b)
        expected = trials * 3 / 12
        chi = sum((singles[name] - expected) ** 2 / expected for name in names)
        # 11 degrees of freedom (fewer, since the sum is fixed): 99.9 % point 31.3
        assert chi < 31.3
        wanted = trials * 3 / 66
        assert (
            sum((count - wanted) ** 2 / wanted for count in pairs.values()) < 112
        )  # 65 degrees: 99.9 % point
        assert len(pairs) == 66

    def test_does_not_depend_on_order_and_repeats(self) -> None:
        names = [f"C{n}" for n in range(30)]
        assert sealed_draw(names, seed=3, share=0.2) == sealed_draw([*names[::-1], "C1"], seed=3, share=0.2)
        assert sealed_draw(names, seed=3, share=0.2) != sealed_draw(names, seed=4, share=0.2)

    def test_share_is_rounded_up(self) -> None:
        assert len(sealed_draw(["a", "b", "c"], seed=1, share=0.05)) == 1
        assert len(sealed_draw([f"C{n}" for n in range(100)], seed=1, share=0.05)) == 5
        assert sealed_draw(["a"], seed=1, share=0) == ()
        assert sealed_draw([], seed=1, share=1) == ()

    def test_the_rate_is_right_on_average(self) -> None:
        names = [f"C{n}" for n in range(200)]
        broken = {name: n % 8 == 0 for n, name in enumerate(names)}
        rates = []
        within = 0
        for seed in range(800):
            found = violation_rate(sealed_draw(names, seed=seed, share=0.2), broken)
            assert found.low is not None
            assert found.high is not None
            rates.append(found.rate or 0.0)
            within += found.low <= 0.125 <= found.high
        assert sum(rates) / len(rates) == pytest.approx(0.125, abs=0.005)
        assert within / 800 >= 0.94


def test_rate_counts_only_what_was_reviewed() -> None:
    found = violation_rate(["a", "b", "c", "d"], {"a": True, "b": False, "c": None, "z": True})
    assert (found.n, found.hits, found.rate) == (2, 1, 0.5)
    assert violation_rate(["a"], {}).rate is None


def test_days_count_by_their_calls() -> None:
    small, great = DrawnDay(frame=100, n=10, hits=5), DrawnDay(frame=900, n=10, hits=1)
    both = pooled_rate([small, great])
    assert both.rate == pytest.approx((100 * 0.5 + 900 * 0.1) / 1000)
    assert both.n == pytest.approx(1000**2 / (10**2 * 10 + 90**2 * 10))
    alike = pooled_rate(
        [DrawnDay(frame=50, n=10, hits=2), DrawnDay(frame=50, n=10, hits=1), DrawnDay(frame=9, n=0, hits=0)]
    )
    assert (alike.n, alike.hits) == (pytest.approx(20), pytest.approx(3))
    assert pooled_rate([]).rate is None


class TestRebalance:
    def work(self, count: int, *, reviewer: str | None = "李", state: str = "open") -> list[Assignment]:
        _plan, made = make(
            [call(n, red_lines=("红",)) for n in range(count)],
            [person("李", 4.0 * count)],
            shares=Shares(sealed=0, double=0),
        )
        return [one.replace(reviewer=reviewer, state=AssignmentState(state)) for one in made]

    def places(self, work: list[Assignment]) -> dict[str, Place]:
        return {one.call_id: Place(agent="A1", unit=UNIT, language="zh") for one in work}

    def test_work_of_somebody_who_left_goes_to_the_others_once(self) -> None:
        work = self.work(6)
        people = [person("王", 12), person("赵", 12)]
        moved = rebalance(work, reviewers=people, places=self.places(work))
        assert Counter(move.taker for move in moved) == {"王": 3, "赵": 3}
        taken = {move.assignment: move.taker for move in moved}
        after = [one.replace(reviewer=taken[one.id]) for one in work]
        assert rebalance(after, reviewers=people, places=self.places(work)) == []

    def test_only_what_is_too_much_moves_and_claimed_work_stays(self) -> None:
        work = self.work(4)
        moved = rebalance(work, reviewers=[person("李", 8), person("王", 100)], places=self.places(work))
        assert len(moved) == 2
        assert {move.giver for move in moved} == {"李"}
        claimed = self.work(4, state="claimed")
        assert rebalance(claimed, reviewers=[person("王", 100)], places=self.places(claimed)) == []

    def test_nobody_gets_the_second_blind_review_of_a_call_they_have(self) -> None:
        (one,) = self.work(1)
        second = one.replace(id=f"{one.id}:double", reviewer=None, reason=PlanReason.double, blind=True)
        people = [person("李", 100), person("王", 5)]
        moved = rebalance([one, second], reviewers=people, places=self.places([one]))
        assert [move.taker for move in moved] == ["王"]
        assert rebalance([one, second], reviewers=[person("李", 100)], places=self.places([one])) == []


class TestRisk:
    def test_what_was_not_heard_and_what_is_near_a_threshold_counts(self) -> None:
        call = processed()
        found = candidate_of(
            call.scorecard,
            call.findings,
            call.techniques,
            duration=call.call.recording.duration,
            language="zh",
            agent="王小燕",
            unit=UNIT,
        )
        # pace waits for a person: 10 of 40 points; the claim's score 1.0 is far from its threshold 0.85
        assert found.risk == pytest.approx(0.25)
        assert "听不清" in found.doubts[0]
        assert found.minutes == pytest.approx(1.5 + 0.6 + 0.5)
        assert found.red_lines == ()

    @over(st.floats(0, 1), st.floats(0, 1))
    def test_grey_zone(self, score: float, threshold: float) -> None:
        assert 0.0 <= grey(score, threshold) <= 1.0
        assert grey(threshold, threshold) == 1.0
        if abs(score - threshold) > 0.12:
            assert grey(score, threshold) == 0.0
