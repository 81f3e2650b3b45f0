"""Raters, calibration, coaching, handover, proposals, rule health, and carrying a ruling over."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from callqa.domain import (
    Answer,
    CalibrationRound,
    Change,
    CoachingState,
    CoachingTask,
    Correct,
    Explanation,
    Finding,
    Goal,
    Handover,
    HandoverItem,
    HandoverState,
    Measure,
    Proposal,
    ProposalKind,
    ReviewError,
    ReviewEvent,
    Subject,
    Verdict,
)
from callqa.review import (
    MACHINE,
    Case,
    Judged,
    Likeness,
    advance,
    agreement,
    cancel_handover,
    check_answer,
    decide,
    drifts,
    effective,
    fading,
    follow_up,
    goal_value,
    judged,
    leanings,
    machine_answers,
    moves,
    proposal_of,
    quality_of,
    round_result,
    rule_health,
    rule_labels,
    same_error,
    sign,
    verdicts,
)
from tests.fakes import processed, provenance, transcript
from tests.review.cards import CARD, MONDAY, RUBRIC, appeal, card, confirm, edit, line, ruling, undo


def answer(
    rater: str, call: int, points: float | None, *, item: str = "price", at: datetime = MONDAY
) -> Answer:
    return Answer(call_id=f"C{call:04}", item=item, rater=rater, points=points, at=at)


FULL = {"price": 10.0, "greet": 5.0}


class TestRaters:
    def test_lenient_harsh_even_and_too_few(self) -> None:
        rng = np.random.default_rng(5)
        given = []
        for number in range(40):
            truth = float(rng.choice([4, 5, 6]))
            given += [
                answer("李", number, truth),
                answer("王", number, truth + 2),
                answer("赵", number, truth - 2),
            ]
        given += [answer("钱", 1, 10.0)]
        found = {one.rater: one for one in leanings(given, full=FULL)}
        assert found["王"].verdict == "lenient"
        assert found["赵"].verdict == "harsh"
        assert found["李"].verdict == "even"
        assert found["钱"].verdict == "too_few"
        # against the mean of the two others: +2 against 0 and −2 is 3 of 10 points
        assert found["王"].difference == pytest.approx(30.0, abs=1.0)

    def test_the_machine_is_a_rater_but_no_measure_for_people(self) -> None:
        given = [answer("李", n, 5.0) for n in range(8)] + [answer("王", n, 5.0) for n in range(8)]
        given += [answer(MACHINE, n, 9.0) for n in range(8)]
        found = {one.rater: one for one in leanings(given, full=FULL)}
        assert found["李"].difference == 0.0
        assert found[MACHINE].verdict == "lenient"
        alone = leanings([answer("李", 1, 5.0), answer(MACHINE, 1, 9.0)], full=FULL)
        assert [one.difference for one in alone] == [-40.0, 40.0]

    def test_agreement_per_item_with_gaps_and_a_changed_answer(self) -> None:
        given = [answer("李", n, float(n % 3)) for n in range(12)]
        given += [answer("王", n, float(n % 3)) for n in range(6)]
        given += [answer("王", 0, 9.0, at=MONDAY - timedelta(days=1))]
        given += [answer("李", 1, 5.0, item="greet"), answer("王", 1, 0.0, item="greet")]
        given += [answer("王", 2, None)]
        found = agreement(given)
        assert [one.item for one in found] == ["greet", "price"]
        price = found[1]
        assert (price.cases, price.raters, price.alpha) == (5, 2, 1.0)
        assert (price.pairs[0].cases, price.pairs[0].same, price.pairs[0].kappa) == (5, 1.0, 1.0)
        assert found[0].pairs[0].same == 0.0

    def test_drift_by_week(self) -> None:
        given = []
        for number in range(60):
            week = number // 12
            at = MONDAY + timedelta(weeks=week, hours=number)
            harsh = -3.0 if week == 4 else 0.0
            given += [
                answer("李", number, 6.0 + number % 2, at=at),
                answer("王", number, 6.0 + number % 2 + harsh + 0.1 * (number % 3), at=at),
            ]
        found = {one.rater: one for one in drifts(given, full=FULL)}
        assert len(found["王"].weeks) == 5
        assert found["王"].weeks[0].monday == date(2026, 11, 16)
        assert found["王"].drifts
        assert found["王"].change == pytest.approx(-30.0, abs=1.0)
        steady = [one for one in given if one.at < MONDAY + timedelta(weeks=4)]
        assert not any(one.drifts for one in drifts(steady, full=FULL))

    def test_machine_answers_leave_out_what_waits_or_does_not_apply(self) -> None:
        made = card(line("price", 12), line("greet", 10, status="needs_human"))  # type: ignore[arg-type]
        found = {one.item: one.points for one in machine_answers([made])}
        assert found["price"] == 12
        assert found["greet"] is None


class TestCalibration:
    ROUND = CalibrationRound(
        id="r",
        title="十一月第三周校准",
        unit="d1",
        created_by="张",
        created_at=MONDAY,
        calls=("C0001", "C0002"),
        raters=("李", "王"),
        expert="周",
    )

    def test_against_the_expert(self) -> None:
        given = [
            answer("周", 1, 5.0),
            answer("周", 2, 8.0),
            answer("李", 1, 5.0),
            answer("李", 2, 10.0),
            answer("王", 1, 0.0),
            answer(MACHINE, 1, 5.0),
            answer("李", 9, 0.0),
        ]
        found = round_result(self.ROUND, given, full=FULL)
        rows = {one.rater: one for one in found.accuracy}
        assert (rows["李"].cases, rows["李"].same, rows["李"].off) == (2, 0.5, pytest.approx(10.0))
        assert (rows["王"].same, rows["王"].off, rows["王"].far) == (0.0, -50.0, 50.0)
        assert rows[MACHINE].same == 1.0
        assert [one.rater for one in found.accuracy] == [MACHINE, "李", "王"]
        assert found.waiting == ("王",)

    @pytest.mark.parametrize(
        ("rater", "call", "closed", "code"),
        [
            ("赵", "C0001", False, "calibration.rater"),
            ("李", "C0009", False, "calibration.call"),
            ("李", "C0001", True, "calibration.closed"),
        ],
    )
    def test_who_may_answer(self, rater: str, call: str, closed: bool, code: str) -> None:
        made = self.ROUND.replace(state="closed" if closed else "open")
        with pytest.raises(ReviewError) as refused:
            check_answer(made, rater=rater, call_id=call)
        assert refused.value.code == code
        check_answer(self.ROUND, rater="周", call_id="C0002")


def task(**more: object) -> CoachingTask:
    values = {
        "id": "t",
        "agent": "王小燕",
        "trainer": "孙",
        "created_by": "张",
        "created_at": MONDAY,
        "title": "少说绝对化的话",
        "goal": Goal(kind="rule", id="absolute", direction="down"),
        "calls": 10,
        "due": date(2026, 11, 20),
        **more,
    }
    return CoachingTask.model_validate(values)


class TestCoaching:
    def changed(self, verdict: str, *, after: int = 10, mean: float = 0.1) -> Change:
        return Change.model_validate(
            {
                "before": 10,
                "after": after,
                "mean_before": 0.8,
                "mean_after": mean,
                "difference": mean - 0.8,
                "low": None,
                "high": None,
                "p_value": 0.01,
                "verdict": verdict,
            }
        )

    def test_the_way_of_a_task(self) -> None:
        one = advance(task(), "acknowledge", at=MONDAY)
        one = advance(one, "exercise", at=MONDAY)
        assert (one.state, one.trained_at) == (CoachingState.follow_up, MONDAY)
        waiting = advance(one, "follow_up", at=MONDAY, change=self.changed("improved", after=4))
        assert waiting.state is CoachingState.follow_up
        done = advance(one, "follow_up", at=MONDAY, change=self.changed("improved"))
        assert done.state is CoachingState.achieved
        noise = advance(one, "follow_up", at=MONDAY, change=self.changed("within_noise"))
        assert noise.state is CoachingState.not_achieved
        again = advance(done, "reopen", at=MONDAY)
        assert (again.state, again.trained_at) == (CoachingState.reopened, None)
        assert advance(again, "acknowledge", at=MONDAY).state is CoachingState.acknowledged

    def test_a_target_must_be_reached(self) -> None:
        goal = Goal(kind="rule", id="absolute", direction="down", target=0.05)
        one = task(state="follow_up", trained_at=MONDAY, goal=goal)
        assert advance(one, "follow_up", at=MONDAY, change=self.changed("improved")).state == "not_achieved"
        close = self.changed("improved", mean=0.0)
        assert advance(one, "follow_up", at=MONDAY, change=close).state == "achieved"

    @pytest.mark.parametrize(
        ("state", "act"),
        [("open", "exercise"), ("open", "follow_up"), ("achieved", "acknowledge"), ("cancelled", "cancel")],
    )
    def test_what_does_not_fit(self, state: str, act: str) -> None:
        with pytest.raises(ReviewError) as refused:
            advance(task(state=state), act, at=MONDAY)  # type: ignore[arg-type]
        assert refused.value.code == "coaching.state"

    def test_follow_up_takes_the_last_before_and_the_first_after(self) -> None:
        found = follow_up(task(), [0.0] * 5 + [1.0] * 10, [0.0] * 10 + [1.0] * 30, seed=1)
        assert (found.before, found.after, found.verdict) == (10, 10, "improved")

    def test_fading(self) -> None:
        one = task(state="achieved", trained_at=MONDAY)
        bad, good = [1.0] * 10, [0.0] * 10
        assert fading(one, bad, good + good[:5], seed=1) is None
        assert fading(one, bad, good + good, seed=1) is None
        worse = fading(one, bad, good + bad, seed=1)
        assert worse is not None
        assert worse.verdict == "worse"
        aimed = one.replace(goal=one.goal.replace(target=0.2))
        slack = [1.0, 0.0, 0.0] * 3 + [0.0]
        assert fading(aimed, [1.0, 0.0] * 5, slack + slack, seed=1) is not None
        assert fading(aimed, bad, slack + slack, seed=1) is None

    def test_values_of_a_call(self) -> None:
        result = processed()
        made = card(line("price", 12))
        now = effective(made, [edit("e", "price", 20)], scorecard=CARD, rubric=RUBRIC)

        def value(kind: str, name: str = "") -> float | None:
            return goal_value(Goal.model_validate({"kind": kind, "id": name, "direction": "up"}), result, now)

        assert value("rule", "absolute_claim") == 1.0
        assert value("step", "greet") == 1.0
        assert value("step", "confirm_phone") == 0.0
        assert value("step", "nothing") is None
        assert value("technique", "product_explanation") == 1.0
        assert value("technique", "closing") == 0.0
        assert value("item", "price") == 20.0
        assert value("total") == now.total
        assert value("measure", "nothing") is None


class TestHandover:
    def drafted(self) -> Handover:
        return Handover(
            id="h",
            giver="李",
            taker="王",
            first_day=date(2026, 11, 20),
            last_day=date(2026, 11, 27),
            items=(
                HandoverItem(kind="assignment", id="a1", title="复核 C0001"),
                HandoverItem(kind="appeal", id="p1", title="申诉 C0002"),
            ),
        )

    def test_there_and_back(self) -> None:
        one = self.drafted()
        one = sign(one, "take", person="王", head=False, at=MONDAY)
        assert one.state is HandoverState.drafted
        one = sign(one, "give", person="李", head=False, at=MONDAY)
        assert (one.state, moves(one)) == (HandoverState.signed, [])
        one = sign(one, "confirm", person="张", head=True, at=MONDAY)
        assert [(move.id, move.giver, move.taker) for move in moves(one)] == [
            ("a1", "李", "王"),
            ("p1", "李", "王"),
        ]
        one = sign(one, "give_back", person="王", head=False, at=MONDAY)
        assert one.state is HandoverState.in_force
        one = sign(one, "take_back", person="李", head=False, at=MONDAY)
        assert one.state is HandoverState.returning
        one = sign(one, "confirm_return", person="张", head=True, at=MONDAY)
        assert [(move.giver, move.taker) for move in moves(one)] == [("王", "李")] * 2
        assert [each.act for each in one.signatures] == [
            "take",
            "give",
            "confirm",
            "give_back",
            "take_back",
            "confirm_return",
        ]

    @pytest.mark.parametrize(
        ("before", "act", "person", "head", "code"),
        [
            ([], "give", "王", False, "handover.person"),
            ([], "take", "李", False, "handover.person"),
            ([], "confirm", "张", True, "handover.state"),
            ([], "give_back", "王", False, "handover.state"),
            ([("give", "李")], "give", "李", False, "handover.signed"),
            ([("give", "李"), ("take", "王")], "confirm", "张", False, "handover.person"),
            ([("give", "李"), ("take", "王")], "confirm", "王", True, "handover.person"),
            ([("give", "李"), ("take", "王")], "give", "李", False, "handover.state"),
        ],
    )
    def test_refused(
        self, before: list[tuple[str, str]], act: str, person: str, head: bool, code: str
    ) -> None:
        one = self.drafted()
        for each, who in before:
            one = sign(one, each, person=who, head=False, at=MONDAY)  # type: ignore[arg-type]
        with pytest.raises(ReviewError) as refused:
            sign(one, act, person=person, head=head, at=MONDAY)  # type: ignore[arg-type]
        assert refused.value.code == code

    def test_cancel_before_work_moves(self) -> None:
        assert cancel_handover(self.drafted()).state is HandoverState.cancelled
        with pytest.raises(ReviewError):
            cancel_handover(self.drafted().replace(state="in_force"))


class TestProposals:
    @pytest.mark.parametrize(
        ("made", "kind"),
        [
            (card(), ProposalKind.praise),
            (card(line("price", 10)), None),
            (card(line("price", 0), line("absolute", 0)), ProposalKind.retrain),
            (card(line("cure", 0, fatal=True)), ProposalKind.discipline),
        ],
    )
    def test_bands(self, made: object, kind: ProposalKind | None) -> None:
        now = effective(made, [], scorecard=CARD, rubric=RUBRIC)  # type: ignore[arg-type]
        found = proposal_of(now, agent="王小燕", at=MONDAY)
        assert (found.kind if found else None) is kind
        assert proposal_of(now, agent=None, at=MONDAY) is None

    def proposal(self, kind: str) -> Proposal:
        return Proposal(
            id="x",
            kind=ProposalKind(kind),
            agent="王小燕",
            call_id="C0001",
            scorecard=CARD,
            text="建议",
            at=MONDAY,
        )

    def test_a_person_decides(self) -> None:
        done = decide(self.proposal("retrain"), confirmed=True, person="张", reason="", at=MONDAY)
        assert (done.state, done.decided_by, done.decided_at) == ("confirmed", "张", MONDAY)
        for kind, confirmed, person, reason, code in (
            ("retrain", False, "张", " ", "proposal.reason"),
            ("discipline", True, "张", "", "proposal.reason"),
            ("retrain", True, "王小燕", "好", "proposal.self"),
        ):
            with pytest.raises(ReviewError) as refused:
                decide(self.proposal(kind), confirmed=confirmed, person=person, reason=reason, at=MONDAY)
            assert refused.value.code == code
        with pytest.raises(ReviewError) as twice:
            decide(done, confirmed=True, person="张", reason="好", at=MONDAY)
        assert twice.value.code == "proposal.decided"


def finding(
    name: str = "absolute", *, pattern: str = "绝对没有", words: slice = slice(5, 12), hits: int = 1
) -> Finding:
    from callqa.domain import TextSpan

    talk = transcript()
    return Finding(
        subject=Subject.rule,
        id=name,
        title="绝对化用语",
        verdict=Verdict.broken,
        evidence=(talk.turns[2].quote(TextSpan(start=words.start, end=words.stop)),),
        hits=hits,
        explanation=Explanation(matcher="phrase", pattern=pattern, score=1.0, threshold=0.85),
        provenance=provenance("compliance"),
    )


CARDS = {CARD: card(line("absolute", 0), line("price", 12))}


class TestHealth:
    def said(self, *events: ReviewEvent) -> dict[tuple[str, str], bool]:
        return verdicts(events, CARDS)

    def test_what_people_say_about_rules(self) -> None:
        confirmed = self.said(confirm("c"))
        assert confirmed["rule", "absolute"] is True
        assert confirmed["step", "price"] is True
        assert confirmed["step", "greet"] is False
        assert self.said(confirm("c"), edit("e", "absolute", 20))["rule", "absolute"] is False
        assert self.said(confirm("c"), edit("e", "absolute", 20), undo("u", "e"))["rule", "absolute"] is True
        assert self.said(appeal("p", "absolute"), ruling("r", "p", upheld=True))["rule", "absolute"] is False
        assert self.said(appeal("p", "absolute"), ruling("r", "p", upheld=False))["rule", "absolute"] is True
        straight = Correct(
            id="k",
            call_id="C0001",
            scorecard=CARD,
            author="李",
            at=MONDAY,
            subject=Subject.rule,
            target="other",
            verdict=Verdict.met,
        )
        assert self.said(straight) == {("rule", "other"): False}

    def test_labels_and_judged_verdicts(self) -> None:
        said = self.said(edit("e", "absolute", 20))
        (case,) = judged(said, [finding()], call_id="C0001", product="足疗仪", quality="good")
        assert (case.id, case.right) == ("absolute", False)
        (label,) = rule_labels(said, {("rule", "absolute"): finding()}, call_id="C0001")
        assert (label.broken, label.machine, label.quotes) == (
            False,
            Verdict.broken,
            (transcript().turns[2].text[5:12],),
        )
        assert judged({}, [finding()], call_id="C0001", product="", quality="") == []

    def test_cards_of_rules(self) -> None:
        def some(name: str, right: int, wrong: int, product: str = "足疗仪") -> list[Judged]:
            return [
                Judged(
                    subject="rule", id=name, call_id=f"C{n}", right=n < right, product=product, quality="good"
                )
                for n in range(right + wrong)
            ]

        found = {
            one.id: one
            for one in rule_health(
                [
                    *some("bad", 10, 15),
                    *some("few", 1, 4),
                    *some("fine", 28, 2),
                    *some("fine", 0, 1, "艾灸仪"),
                ]
            )
        }
        assert found["bad"].hint_only
        assert not found["few"].hint_only
        assert not found["fine"].hint_only
        assert found["bad"].precision.rate == pytest.approx(0.4)
        assert [(one.name, one.precision.n) for one in found["fine"].by_product] == [
            ("艾灸仪", 1),
            ("足疗仪", 30),
        ]

    @pytest.mark.parametrize(
        ("value", "channels", "quality"),
        [(0.9, 2, "good"), (0.75, 2, "fair"), (0.5, 2, "poor"), (None, 2, "unknown"), (0.9, 1, "mono")],
    )
    def test_quality(self, value: float | None, channels: int, quality: str) -> None:
        measures = [Measure(name="transcript_confidence", value=value, unit="share")]
        assert quality_of(measures, channels=channels) == quality


class TestSameError:
    def case(self, call_id: str, *findings: Finding, points: float = 0) -> Case:
        made = card(line("absolute", points), call_id=call_id)
        return Case(card=made, line=made.lines[2], findings=findings)

    def test_finds_the_same_check_and_tells_how_sure(self) -> None:
        wronged = self.case("C0001", finding())
        others = [
            self.case("C0002", finding()),
            self.case("C0003", finding(words=slice(0, 4))),
            self.case("C0004", finding(pattern="保证有效")),
            self.case("C0005", finding(), points=20),
            self.case("C0006", finding("price")),
            self.case("C0001", finding()),
            self.case("C0007", finding(hits=3)),
        ]
        found = same_error(wronged, others, item="absolute", points=None)
        assert [(one.call_id, one.likeness, one.hits) for one in found] == [
            ("C0002", Likeness.same_words, 1),
            ("C0007", Likeness.same_words, 3),
            ("C0003", Likeness.same_check, 1),
        ]
        assert found[0].proposed == 20
        partly = same_error(wronged, others, item="absolute", points=15)
        assert partly[0].proposed == 15

    def test_a_line_without_findings_has_no_fellow(self) -> None:
        assert same_error(self.case("C0001"), [self.case("C0002")], item="absolute", points=None) == []
