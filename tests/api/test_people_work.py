"""Calibration, coaching, proposals, handovers, rules' health: what the day's play does not show."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from callqa.api.deadlines import run_deadlines
from tests import fakes
from tests.api.cases_review import a_proposal, a_task
from tests.api.office import Office, scored

ROUND = {"title": "校准", "unit": "d1", "calls": ["C1", "C3"], "raters": ["insp1", "lead1"], "expert": "dir1"}
TASK: dict[str, Any] = {
    "agent": "a1",
    "title": "少说绝对化的话",
    "goal": {"kind": "rule", "id": "absolute_claim", "direction": "down"},
    "calls": 4,
    "due": "2026-12-01",
}
AWAY = {"taker": "lead2", "first_day": "2026-11-23", "last_day": "2026-11-30", "reason": "病假"}


def kinds(office: Office, person: str) -> list[str]:
    return [one["kind"] for one in office.as_(person).get("/notifications").json()["items"]]


class TestCalibration:
    @pytest.mark.parametrize(
        ("person", "wrong", "status"),
        [
            ("train1", {}, 201),
            ("dir1", {}, 201),
            ("gm", {}, 201),
            ("lead1", {}, 403),
            ("train2", {}, 404),
            ("dir1", {"unit": "d2"}, 404),
            ("dir1", {"unit": "nowhere"}, 404),
            ("dir1", {"calls": ["C9"]}, 404),
            ("dir1", {"calls": []}, 422),
            ("dir1", {"raters": ["nobody"]}, 404),
            ("dir1", {"expert": "nobody"}, 404),
            ("dir1", {"title": "\x00"}, 422),
        ],
    )
    def test_setting_up(self, small: Office, person: str, wrong: dict[str, Any], status: int) -> None:
        assert small.as_(person).post("/calibrations", {**ROUND, **wrong}).status_code == status

    def test_each_sees_own_answers_until_it_is_closed(self, office: Office) -> None:
        made = office.as_("train1").post("/calibrations", ROUND).json()
        path = f"/calibrations/{made['round']['id']}"
        assert set(made["waiting"]) == {"insp1", "lead1", "dir1"}
        for person, points in (("insp1", 10), ("lead1", 5), ("dir1", 10)):
            for call in ROUND["calls"]:
                body = {"call": call, "answers": [{"item": "greeting", "points": points}]}
                assert office.as_(person).post(f"{path}/answers", body).status_code == 200
        for person in ("insp1", "lead1"):
            shown = office.as_(person).get(path).json()
            assert {one["rater"] for one in shown["answers"]} == {person}
            assert shown["result"] is None
        assert office.as_("insp2").get(path).status_code == 404
        body = {"call": "C1", "answers": [{"item": "greeting", "points": 1}]}
        assert office.as_("cap1").post(f"{path}/answers", body).status_code == 404
        assert office.as_("lead1").post(f"{path}/note", {"note": "我说了算"}).status_code == 403
        assert office.as_("insp1").post(f"{path}/close").status_code == 403
        closed = office.as_("train1").post(f"{path}/close").json()
        rows = {one["rater"]: one for one in closed["result"]["accuracy"]}
        assert (rows["insp1"]["same"], rows["lead1"]["off"], rows["machine"]["same"]) == (1.0, -50.0, 1.0)
        assert len(office.as_("lead1").get(path).json()["answers"]) == 6
        assert office.as_("train1").post(f"{path}/close").status_code == 409
        late = office.as_("insp1").post(f"{path}/answers", body)
        assert (late.status_code, late.json()["code"]) == (409, "calibration.closed")
        assert "calibration.closed" in kinds(office, "insp1")

    @pytest.mark.parametrize(
        ("answer", "call", "code"),
        [
            ({"item": "nothing", "points": 1}, "C1", "review.item"),
            ({"item": "greeting", "points": 11}, "C1", "review.points"),
            ({"item": "greeting", "points": 1}, "C2", "calibration.call"),
        ],
    )
    def test_answers_that_are_refused(
        self, small: Office, answer: dict[str, Any], call: str, code: str
    ) -> None:
        made = small.as_("train1").post("/calibrations", ROUND).json()
        path = f"/calibrations/{made['round']['id']}/answers"
        refused = small.as_("insp1").post(path, {"call": call, "answers": [answer]})
        assert (refused.status_code, refused.json()["code"]) == (422, code)


class TestDrift:
    CALLS = tuple(f"W{number}" for number in range(12))
    HARSH = (4, 5, 6, 4, 5, 6)
    """What insp1 gives in the second week, where everybody else gives 10."""

    def rated(self, office: Office, calls: Sequence[str], insp1: Sequence[float]) -> None:
        """A round whose three raters answer; all but insp1 give full marks, as the machine does."""
        asked = {**ROUND, "calls": list(calls), "raters": ["insp1", "lead1", "cap1"]}
        made = office.as_("train1").post("/calibrations", asked)
        assert made.status_code == 201, made.text
        for call, points in zip(calls, insp1, strict=True):
            for person, given in (("insp1", points), ("lead1", 10), ("cap1", 10)):
                body = {"call": call, "answers": [{"item": "greeting", "points": given}]}
                path = f"/calibrations/{made.json()['round']['id']}/answers"
                answer = office.as_(person).post(path, body)
                assert answer.status_code == 200, answer.text

    def drifts(self, office: Office, *, last_day: str, person: str = "dir1") -> dict[str, Any]:
        days = {"first_day": "2026-11-16", "last_day": last_day}
        shown = office.as_(person).get("/agreement", params=days)
        assert shown.status_code == 200, shown.text
        return {one["rater"]: one for one in shown.json()["drifts"]}

    def test_who_agrees_in_one_week_and_drifts_in_the_next(self, office: Office) -> None:
        office.score(*(scored(call) for call in self.CALLS), run="run-weeks")
        self.rated(office, self.CALLS[:6], [10] * 6)
        first = self.drifts(office, last_day="2026-11-29")
        assert first.keys() == {"insp1", "lead1", "cap1", "machine"}
        week = {"monday": "2026-11-23", "calls": 6, "difference": 0.0}
        assert all(
            (one["weeks"], one["change"], one["drifts"]) == ([week], None, False) for one in first.values()
        )

        # a Monday before eight is still Sunday in UTC: the week begins when it begins in the centre
        office.clock.at = datetime(2026, 11, 30, 7, 0, tzinfo=fakes.SHANGHAI)
        self.rated(office, self.CALLS[6:], self.HARSH)
        found = self.drifts(office, last_day="2026-12-06")
        mondays = {name: [week["monday"] for week in one["weeks"]] for name, one in found.items()}
        assert mondays == {name: ["2026-11-23", "2026-11-30"] for name in found}
        # in per cent of full marks: insp1 against the two others; each of these against insp1 and one alike
        changes = {name: one["change"] for name, one in found.items()}
        assert changes == pytest.approx({"insp1": -50.0, "lead1": 25.0, "cap1": 25.0, "machine": 50.0 / 3})
        harsh = found["insp1"]
        assert harsh["drifts"]
        assert harsh["low"] < -50.0 < harsh["high"] < 0.0
        assert [week["calls"] for week in found["machine"]["weeks"]] == [6, 6]
        assert self.drifts(office, last_day="2026-11-29") == first
        assert self.drifts(office, last_day="2026-12-06", person="dir2") == {}

    def test_a_handful_of_calls_is_no_drift(self, small: Office) -> None:
        small.score(*(scored(call) for call in self.CALLS), run="run-weeks")
        self.rated(small, self.CALLS[:6], [10] * 6)
        small.clock.on(days=7)
        self.rated(small, self.CALLS[6:10], self.HARSH[:4])
        found = self.drifts(small, last_day="2026-12-06")
        assert found["insp1"]["change"] < -40.0
        assert not any(one["drifts"] for one in found.values())


class TestCoaching:
    @pytest.mark.parametrize(
        ("person", "wrong", "status"),
        [
            ("train1", {}, 201),
            ("lead1", {}, 201),
            ("lead2", {}, 404),
            ("dir2", {}, 404),
            ("insp1", {}, 403),
            ("a1", {}, 403),
            ("train1", {"agent": "a9"}, 404),
            ("train1", {"agent": "nobody"}, 404),
            ("train1", {"trainer": "nobody"}, 404),
            ("train1", {"trainer": "a1"}, 404),
            ("train1", {"call": "C2"}, 404),
            ("train1", {"calls": 2}, 422),
            ("train1", {"title": "  "}, 422),
            ("train1", {"goal": {"kind": "rule", "id": "nothing", "direction": "down"}}, 422),
            ("train1", {"goal": {"kind": "total", "id": "x", "direction": "down"}}, 422),
            (
                "train1",
                {"goal": {"kind": "measure", "id": "agent_pace", "direction": "down", "target": 1e300}},
                422,
            ),
        ],
    )
    def test_setting_a_task(self, small: Office, person: str, wrong: dict[str, Any], status: int) -> None:
        answer = small.as_(person).post("/coaching", {**TASK, **wrong})
        assert answer.status_code == status, answer.text

    def test_no_task_is_due_before_it_is_set(self, small: Office) -> None:
        """23:30 in UTC is the next day in the centre: its own calendar counts."""
        small.clock.at = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
        coach = small.as_("train1")
        refused = coach.post("/coaching", {**TASK, "due": "2026-11-23"})
        problem = refused.json()
        assert (refused.status_code, problem["code"]) == (422, "coaching.due")
        assert problem["errors"] == [{"where": "body.due", "message": "from 2026-11-24 on"}]
        assert "今天或以后" in problem["next_step"]["zh"]
        assert "today or a later day" in problem["next_step"]["en"]
        assert coach.get("/coaching").json()["items"] == []
        assert kinds(small, "a1") == []
        assert coach.post("/coaching", {**TASK, "due": "2026-11-24"}).status_code == 201

    def test_too_few_calls_leave_it_open_and_overdue_is_told_once(self, office: Office) -> None:
        task = office.as_("train1").post("/coaching", TASK).json()["task"]["id"]
        path = f"/coaching/{task}"
        refused = office.as_("train1").post(f"{path}/follow-up")
        assert (refused.status_code, refused.json()["code"]) == (409, "coaching.state")
        office.clock.on(days=20)
        assert run_deadlines(office.house) == 0
        assert run_deadlines(office.house) == 0
        assert kinds(office, "train1").count("coaching.overdue") == 1
        assert office.as_("a1").get(path).json()["overdue"]
        office.as_("a1").post(f"{path}/acknowledge", {})
        office.as_("train1").post(f"{path}/exercise", {"text": "对练", "trained": True})
        shown = office.as_("train1").post(f"{path}/follow-up").json()
        assert (shown["task"]["state"], shown["change"]["verdict"]) == ("follow_up", "too_few")
        assert (
            office.as_("train1").post(f"{path}/close", {"text": "换岗"}).json()["task"]["state"]
            == "cancelled"
        )
        assert office.as_("train1").post(f"{path}/reopen", {}).status_code == 409

    def test_no_change_is_said_to_be_noise(self, office: Office) -> None:
        def calls(first: int, day: timedelta) -> None:
            at = office.clock() + day
            office.score(
                *(
                    scored(f"K{first + n}", agent="a1", started_at=at + timedelta(minutes=n))
                    for n in range(5)
                ),
                run=f"run-{first}",
            )

        calls(0, timedelta(days=-2))
        task = office.as_("train1").post("/coaching", TASK).json()["task"]["id"]
        office.as_("a1").post(f"/coaching/{task}/acknowledge", {})
        office.as_("train1").post(f"/coaching/{task}/exercise", {"text": "对练", "trained": True})
        office.clock.on(days=1)
        calls(10, timedelta(hours=-2))
        assert run_deadlines(office.house) == 1
        shown = office.as_("a1").get(f"/coaching/{task}").json()
        assert (shown["task"]["state"], shown["change"]["verdict"]) == ("not_achieved", "within_noise")
        assert (shown["change"]["before"], shown["change"]["after"]) == (4, 4)
        assert "没有超出波动" in shown["notes"][-1]["text"]
        assert office.as_("train1").post(f"/coaching/{task}/reopen", {}).json()["task"]["state"] == "reopened"

    def test_lists(self, office: Office) -> None:
        mine, other = a_task("a1")(office, ""), a_task("a9")(office, "")
        assert [one["id"] for one in office.as_("a1").get("/coaching").json()["items"]] == [mine["task"]]
        assert [one["id"] for one in office.as_("lead3").get("/coaching").json()["items"]] == [other["task"]]
        assert len(office.as_("gm").get("/coaching").json()["items"]) == 2
        assert office.as_("gm").get("/coaching", params={"agent": "a1"}).json()["total"] == 1
        assert office.as_("gm").get("/coaching", params={"state": "achieved"}).json()["total"] == 0
        assert office.as_("train1").get("/coaching", params={"mine": True}).json()["total"] == 1


class TestProposals:
    def test_punishing_needs_a_reason_and_is_decided_once(self, office: Office) -> None:
        made = a_proposal("C1", "a1")(office, "")["proposal"]
        with office.write() as work:
            known = work.proposals.get(made)
            assert known is not None
            work.proposals.put(known.replace(kind="discipline"))
        path = f"/proposals/{made}"
        assert office.as_("lead1").post(f"{path}/confirm", {}).status_code == 403
        assert office.as_("dir2").post(f"{path}/confirm", {}).status_code == 404
        assert office.as_("cap1").post(f"{path}/confirm", {}).json()["code"] == "proposal.reason"
        done = office.as_("cap1").post(f"{path}/confirm", {"reason": "当月第二次"}).json()["proposal"]
        assert (done["state"], done["decided_by"]) == ("confirmed", "cap1")
        assert office.as_("dir1").post(f"{path}/dismiss", {"reason": "不"}).status_code == 409
        assert "proposal.confirmed" in kinds(office, "a1")
        assert office.as_("dir1").get("/proposals").json()["items"] == []
        assert len(office.as_("dir1").get("/proposals", params={"state": "confirmed"}).json()["items"]) == 1

    def test_pages(self, office: Office) -> None:
        names = {
            a_proposal(call, agent)(office, "")["proposal"]
            for call, agent in (("C1", "a1"), ("C2", "a2"))
            for _ in range(4)
        }
        seen: list[str] = []
        after: dict[str, str] = {}
        for _ in range(9):
            page = office.as_("dir1").get("/proposals", params={"limit": 3, **after}).json()
            seen += [one["proposal"]["id"] for one in page["items"]]
            if page["next"] is None:
                break
            after = {"after": page["next"]}
        assert len(seen) == len(set(seen)) == 8
        assert set(seen) == names
        forged = office.as_("dir1").get("/proposals", params={"after": "abc"})
        assert (forged.status_code, forged.json()["code"]) == (422, "page.token")

    def test_a_proposal_goes_when_the_score_behind_it_changes(self, office: Office) -> None:
        caller = office.as_("insp1")

        def write(*events: dict[str, Any]) -> None:
            shown = caller.get("/calls/C1/review")
            body = {"scorecard": shown.json()["machine"]["scorecard"], "events": list(events)}
            sent = caller.post("/calls/C1/review/events", body, headers={"If-Match": shown.headers["ETag"]})
            assert sent.status_code == 201, sent.text

        edit = {"kind": "edit", "item": "greeting", "points": 0, "fatal": True, "reason": "骂人"}
        write(edit)
        (one,) = office.as_("dir1").get("/proposals").json()["items"]
        assert one["title"] == "处分建议"
        write(
            {**edit, "points": 10, "fatal": False},
            {"kind": "edit", "item": "absolute", "points": 20, "reason": "误判"},
        )
        left = office.as_("dir1").get("/proposals").json()["items"]
        assert all(each["title"] != "处分建议" for each in left)
        (gone,) = office.as_("dir1").get("/proposals", params={"state": "dismissed"}).json()["items"]
        assert gone["proposal"]["decided_by"] == "system"


class TestHandover:
    @pytest.mark.parametrize(
        ("person", "wrong", "status"),
        [
            ("lead1", {}, 201),
            ("gm", {}, 201),
            ("a1", {}, 403),
            ("lead1", {"taker": "lead1"}, 422),
            ("lead1", {"taker": "a2"}, 422),
            ("lead1", {"taker": "admin"}, 422),
            ("lead1", {"taker": "nobody"}, 404),
            ("lead1", {"giver": "insp1"}, 404),
            ("cap1", {"giver": "lead1"}, 201),
            ("dir2", {"giver": "lead1"}, 404),
            ("lead1", {"last_day": "2026-11-22"}, 422),
            ("lead1", {"first_day": "2026-12-24", "last_day": "2026-12-01"}, 422),
        ],
    )
    def test_drawing_up(self, small: Office, person: str, wrong: dict[str, Any], status: int) -> None:
        answer = small.as_(person).post("/handovers", {**AWAY, **wrong})
        assert answer.status_code == status, answer.text

    def in_force(self, office: Office, giver: str, taker: str) -> str:
        made = office.as_(giver).post("/handovers", {**AWAY, "taker": taker}).json()["handover"]
        path = f"/handovers/{made['id']}"
        office.as_(giver).post(f"{path}/sign", {"act": "give"})
        office.as_(taker).post(f"{path}/sign", {"act": "take"})
        done = office.as_("gm").post(f"{path}/confirm")
        assert done.status_code == 200, done.text
        return path

    def test_who_stands_in_has_the_givers_reach_until_it_is_given_back(self, office: Office) -> None:
        assert office.as_("lead2").get("/calls/C1").status_code == 404
        path = self.in_force(office, "lead1", "lead2")
        office.house.callers.clear()
        assert office.as_("lead2").get("/calls/C1").status_code == 200
        assert office.as_("lead2").get("/calls/C3").status_code == 200
        assert office.as_("lead2").get("/calls/C9").status_code == 404
        office.as_("lead2").post(f"{path}/sign", {"act": "give_back"})
        office.as_("lead1").post(f"{path}/sign", {"act": "take_back"})
        assert office.as_("lead2").get("/calls/C1").status_code == 200
        office.as_("cap1").post(f"{path}/confirm")
        assert office.as_("lead2").get("/calls/C1").status_code == 404
        with office.read() as work:
            acts = [
                one.action
                for one in work.audit.page(subject=path.strip("/").replace("handovers/", "handover:")).items
            ]
        assert acts[::-1] == [
            "handover.draw_up",
            "handover.give",
            "handover.take",
            "handover.confirm",
            "handover.give_back",
            "handover.take_back",
            "handover.confirm_return",
        ]

    def test_names_of_everybody_in_it_are_told(self, small: Office) -> None:
        """A leader may list the own group only, and yet works with a director's and another group's people."""
        takers = {one["id"]: one for one in small.as_("lead1").get("/handovers/takers").json()["items"]}
        assert set(takers) == {"gm"} | {
            f"{role}{n}" for role in ("dir", "train", "insp", "cap", "lead") for n in (1, 2)
        } | {"lead3"}
        assert (takers["lead3"]["name"], takers["lead3"]["units"], takers["lead3"]["roles"]) == (
            "马组",
            ["C组"],
            ["leader"],
        )
        path = self.in_force(small, "lead1", "lead3")
        shown = small.as_("lead1").get(path).json()
        assert shown["names"] == {"lead1": "赵组", "lead3": "马组", "gm": "周明"}
        (listed,) = small.as_("lead3").get("/handovers").json()["items"]
        assert listed == shown
        task = small.as_("cap1").post("/coaching", {**TASK, "trainer": "lead2"}).json()["task"]["id"]
        self.in_force(small, "lead2", "cap1")
        texts = [one["text"] for one in small.as_("cap1").get(f"/coaching/{task}").json()["notes"]]
        assert "工作交接：钱组 → 李队" in texts

    def test_before_its_first_day_it_gives_nothing(self, office: Office) -> None:
        body = {**AWAY, "first_day": "2026-11-25"}
        made = office.as_("lead1").post("/handovers", body).json()["handover"]
        path = f"/handovers/{made['id']}"
        office.as_("lead1").post(f"{path}/sign", {"act": "give"})
        office.as_("lead2").post(f"{path}/sign", {"act": "take"})
        office.as_("cap1").post(f"{path}/confirm")
        office.house.callers.clear()
        assert office.as_("lead2").get("/calls/C1").status_code == 404
        office.clock.on(days=3)
        office.house.callers.clear()
        assert office.as_("lead2").get("/calls/C1").status_code == 200

    def test_coaching_goes_along_and_comes_back(self, office: Office) -> None:
        task = office.as_("lead1").post("/coaching", TASK).json()["task"]["id"]
        path = self.in_force(office, "lead1", "lead2")
        assert office.as_("lead2").get(f"/coaching/{task}").json()["task"]["trainer"] == "lead2"
        office.as_("lead2").post(f"{path}/sign", {"act": "give_back"})
        office.as_("lead1").post(f"{path}/sign", {"act": "take_back"})
        done = office.as_("cap1").post(f"{path}/confirm").json()
        assert (done["moved"], done["handover"]["state"]) == (1, "returned")
        assert office.as_("lead1").get(f"/coaching/{task}").json()["task"]["trainer"] == "lead1"

    def test_parties_do_not_confirm_and_nobody_signs_twice(self, small: Office) -> None:
        made = (
            small.as_("cap1")
            .post("/handovers", {**AWAY, "giver": "lead1", "taker": "cap1"})
            .json()["handover"]
        )
        path = f"/handovers/{made['id']}"
        assert small.as_("lead1").post(f"{path}/sign", {"act": "take"}).json()["code"] == "handover.person"
        assert small.as_("lead1").post(f"{path}/sign", {"act": "give"}).status_code == 200
        assert small.as_("lead1").post(f"{path}/sign", {"act": "give"}).json()["code"] == "handover.signed"
        assert small.as_("dir1").post(f"{path}/confirm").json()["code"] == "handover.state"
        assert small.as_("cap1").post(f"{path}/sign", {"act": "take"}).status_code == 200
        assert small.as_("cap1").post(f"{path}/confirm").json()["code"] == "handover.person"
        assert small.as_("dir1").post(f"{path}/confirm").status_code == 200
        assert small.as_("lead1").post(f"{path}/cancel").status_code == 409


TODAY = {"first_day": "2026-11-23", "last_day": "2026-11-23"}


class TestHealth:
    def test_a_rule_that_people_find_wrong_is_proposed_for_hints(self, office: Office) -> None:
        office.score(*(scored(f"H{n}", agent="a1") for n in range(22)), run="run-h")
        caller = office.as_("insp1")
        for number in range(22):
            shown = caller.get(f"/calls/H{number}/review")
            points = 20 if number % 2 else 0
            event = {"kind": "edit", "item": "absolute", "points": points, "reason": "听过录音"}
            body = {"scorecard": shown.json()["machine"]["scorecard"], "events": [event]}
            caller.post(f"/calls/H{number}/review/events", body, headers={"If-Match": shown.headers["ETag"]})
        health = office.as_("dir1").get("/rules/health", params=TODAY).json()
        (rule,) = health["rules"]
        assert rule["health"]["id"] == "absolute_claim"
        assert (rule["health"]["precision"]["n"], rule["health"]["precision"]["rate"]) == (22, 0.5)
        assert rule["health"]["hint_only"]
        assert [one["name"] for one in rule["health"]["by_product"]] == ["禾悦足疗仪"]
        assert office.as_("dir2").get("/rules/health", params=TODAY).json()["rules"] == []
        labels = office.as_("dir1").get("/labels/rules", params=TODAY).json()["items"]
        assert sorted({one["broken"] for one in labels}) == [False, True]
        assert len(labels) == 22
        office.house.trace.flush()
        with office.read() as work:
            assert work.audit.page(action="labels.exported").items[0].actor == "dir1"

    def test_corrected_tags_go_out_in_the_form_that_training_reads(
        self, office: Office, tmp_path: Any
    ) -> None:
        from callqa.techniques import read_corpus

        caller = office.as_("insp1")
        shown = caller.get("/calls/C1/review")
        event = {
            "kind": "correct",
            "subject": "technique",
            "target": "price_framing",
            "present": True,
            "turn": 2,
        }
        body = {"scorecard": shown.json()["machine"]["scorecard"], "events": [event]}
        caller.post("/calls/C1/review/events", body, headers={"If-Match": shown.headers["ETag"]})
        answer = office.as_("train1").get("/labels/techniques", params=TODAY)
        assert answer.headers["Content-Type"].startswith("application/x-ndjson")
        file = tmp_path / "reviews.jsonl"
        file.write_text(answer.text, "utf-8")
        (row,) = read_corpus([file]).rows
        assert set(row.labels) == {"product_explanation", "price_framing"}
        assert row.dialogue == "C1"
