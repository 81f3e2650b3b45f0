"""Plans, the queue, blind second reviews and the rates of sealed draws over HTTP."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from callqa.domain import Assignment, Entry, PlanReason
from callqa.store import Plan, UnitOfWork
from tests.api.conftest import with_calls
from tests.api.office import DAY, NOW, Office, opened, scored, staffed, stored
from tests.databases import copied, sqlite_copy

PLAN = {"day": DAY.isoformat(), "unit": "d1", "seed": 5, "sealed": 0.25, "double": 0.2, "month_quota": 1}
ANSWERS = [
    {"item": item, "points": points} for item, points in (("greeting", 10), ("absolute", 0), ("pace", None))
]


def of_the_day(number: int) -> Iterator[Entry]:
    for n in range(number):
        yield scored(f"D{n:03}", agent=("a1", "a2", "a3")[n % 3], total=60 + n)


def with_a_day(url: str) -> None:
    staffed(url)
    stored(url, *of_the_day(24), run="run-day")


def with_calls_and_a_day(url: str) -> None:
    with_calls(url)
    stored(url, *of_the_day(21), run="run-day")


@pytest.fixture(params=["sqlite", "postgresql"])
def busy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """24 calls in d1, C1 to C3 among them."""
    with (
        copied(request, request.param, tmp_path, with_calls_and_a_day) as url,
        opened(url, tmp_path) as made,
    ):
        yield made


@pytest.fixture
def calm(tmp_path: Path) -> Iterator[Office]:
    with opened(sqlite_copy(tmp_path / "calm.sqlite3", with_a_day), tmp_path) as made:
        yield made


def plan(office: Office, person: str = "dir1", **more: Any) -> Any:
    answer = office.as_(person).post("/plans", {**PLAN, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def queue(office: Office, person: str) -> list[dict[str, Any]]:
    return office.as_(person).get("/queue").json()["items"]  # type: ignore[no-any-return]


def test_a_plan_is_repeatable_explained_and_keeps_its_seal(busy: Office) -> None:
    made = plan(busy)
    again = plan(busy, replace=True)
    assert made["assignments"] == again["assignments"]
    other = plan(busy, replace=True, seed=6)
    assert other["assignments"] != made["assignments"]
    assert made["plan"]["frame"] == 24
    assert all(one["explanation"] for one in made["assignments"])
    assert "sealed" not in str(made["assignments"])
    assert "double" not in str(made["assignments"])
    with busy.read() as work:
        assert len(work.plans.sealed(made["plan"]["id"])) == 6
    twice = busy.as_("dir1").post("/plans", PLAN)
    assert (twice.status_code, twice.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("person", "unit", "status"),
    [
        ("gm", "d2", 201),
        ("dir1", "d1", 201),
        ("dir1", "t1", 201),
        ("cap1", "t1", 201),
        ("cap1", "d1", 404),
        ("dir1", "d2", 404),
        ("dir1", "nowhere", 404),
        ("lead1", "g1", 403),
        ("insp1", "d1", 403),
    ],
)
def test_who_plans_what(calm: Office, person: str, unit: str, status: int) -> None:
    assert calm.as_(person).post("/plans", {**PLAN, "unit": unit}).status_code == status


@pytest.mark.parametrize(
    "wrong",
    [{"sealed": 1.5}, {"double": -1}, {"seed": -1}, {"seed": 2**40}, {"day": "yesterday"}, {"unit": "a/b"}],
)
def test_what_is_no_plan(calm: Office, wrong: dict[str, Any]) -> None:
    assert calm.as_("dir1").post("/plans", {**PLAN, **wrong}).status_code == 422


def test_a_plan_somebody_works_on_is_not_made_anew(calm: Office) -> None:
    plan(calm)
    mine = queue(calm, "insp1")[0]
    assert calm.as_("insp1").post(f"/queue/{mine['id']}/claim").status_code == 200
    refused = calm.as_("dir1").post("/plans", {**PLAN, "replace": True})
    assert (refused.status_code, refused.json()["code"]) == (409, "plan.begun")


def test_a_claim_holds_for_a_while_and_then_lapses(busy: Office) -> None:
    plan(busy, double=0)
    one = queue(busy, "insp1")[0]
    path = f"/queue/{one['id']}"
    assert busy.as_("lead1").get(path).status_code == 404
    claimed = busy.as_("insp1").post(f"{path}/claim").json()
    assert (claimed["state"], claimed["reviewer"]) == ("claimed", "insp1")
    assert busy.as_("dir1").post(f"{path}/claim").status_code == 404
    busy.clock.on(minutes=61)
    taken = busy.as_("dir1").post(f"{path}/claim")
    assert (taken.status_code, taken.json()["reviewer"]) == (200, "dir1")
    late = busy.as_("insp1").post(f"{path}/finish", headers={"If-Match": '"v0"'})
    assert late.status_code == 404
    assert busy.as_("dir1").post(f"{path}/release").json()["state"] == "open"
    assert busy.as_("dir1").post(f"{path}/release").status_code == 409


def test_skipped_with_a_reason_and_done_only_once(calm: Office) -> None:
    plan(calm, double=0)
    first, second = queue(calm, "insp1")[:2]
    caller = calm.as_("insp1")
    assert caller.post(f"/queue/{first['id']}/skip", {"reason": ""}).status_code == 422
    skipped = caller.post(f"/queue/{first['id']}/skip", {"reason": "录音打不开，客户电话 13812345678"}).json()
    assert (skipped["state"], "138" in skipped["skip_reason"]) == ("skipped", False)
    assert caller.post(f"/queue/{first['id']}/claim").status_code == 409
    done = caller.post(f"/queue/{second['id']}/finish", headers={"If-Match": '"v0"'})
    assert done.status_code == 200, done.text
    assert caller.post(f"/queue/{second['id']}/finish", headers={"If-Match": '"v1"'}).status_code == 409
    assert {one["state"] for one in caller.get("/queue", params={"done": True}).json()["items"]} >= {
        "skipped",
        "finished",
    }


def test_finishing_a_call_in_the_ledger_closes_its_assignment(calm: Office) -> None:
    plan(calm, double=0)
    one = queue(calm, "insp1")[0]
    shown = calm.as_("insp1").get(f"/calls/{one['call']}/review")
    body = {"scorecard": shown.json()["machine"]["scorecard"], "events": [{"kind": "finish"}]}
    calm.as_("insp1").post(
        f"/calls/{one['call']}/review/events", body, headers={"If-Match": shown.headers["ETag"]}
    )
    assert one["id"] not in {each["id"] for each in queue(calm, "insp1")}


class TestBlind:
    def both(self, office: Office) -> dict[str, dict[str, str]]:
        """Call → person → assignment, of the blind pairs."""
        plan(office)
        found: dict[str, dict[str, str]] = {}
        for person in ("insp1", "dir1", "cap1", "lead1", "lead2", "gm"):
            for one in queue(office, person):
                if one["blind"]:
                    found.setdefault(one["call"], {})[person] = one["id"]
        assert found
        assert all(len(one) == 2 for one in found.values())
        return found

    def test_nothing_is_shown_before_the_answers_are_in(self, busy: Office) -> None:
        call, people = next(iter(self.both(busy).items()))
        (one, first), (other, second) = people.items()
        caller = busy.as_(one)
        for path in ("review", "scorecard", "findings", "techniques"):
            assert caller.get(f"/calls/{call}/{path}").status_code == 403, path
        assert caller.get(f"/calls/{call}").json()["code"] == "review.blind"
        assert caller.get(f"/calls/{call}/transcript").status_code == 200
        listed = next(each for each in caller.get("/calls").json()["items"] if each["id"] == call)
        assert (listed["total"], listed["machine_total"], listed["grade"]) == (None, None, None)
        for telling in ("fatal=true", "fatal=false", "score_min=0", "needs_human=false", "sort=lowest"):
            listed_ids = {each["id"] for each in caller.get(f"/calls?{telling}").json()["items"]}
            assert call not in listed_ids, telling
        form = caller.get(f"/queue/{first}").json()["lines"]
        assert [line["item"] for line in form] == ["greeting", "absolute", "pace"]
        assert all("points" not in line for line in form)
        assert (
            caller.post(f"/queue/{first}/finish", headers={"If-Match": '"v0"'}).json()["code"]
            == "queue.blind"
        )
        sent = caller.post(f"/queue/{first}/answers", {"answers": ANSWERS})
        assert sent.status_code == 200, sent.text
        assert caller.get(f"/calls/{call}/review").status_code == 200
        assert busy.as_(other).get(f"/calls/{call}/review").status_code == 403
        assert busy.as_(other).post(f"/queue/{second}/answers", {"answers": ANSWERS}).status_code == 200

    @pytest.mark.parametrize(
        ("answers", "code"),
        [
            (ANSWERS[:-1], "queue.answers"),
            ([*ANSWERS, {"item": "nothing", "points": 1}], "queue.answers"),
            ([*ANSWERS, ANSWERS[0]], "queue.answers"),
            ([{**ANSWERS[0], "points": 11}, *ANSWERS[1:]], "review.points"),
            ([{**ANSWERS[0], "fatal": True}, *ANSWERS[1:]], "queue.answers"),
            ([], "request.invalid"),
        ],
    )
    def test_forms_that_are_refused(self, calm: Office, answers: list[dict[str, Any]], code: str) -> None:
        people = next(iter(self.both(calm).values()))
        person, name = next(iter(people.items()))
        refused = calm.as_(person).post(f"/queue/{name}/answers", {"answers": answers})
        assert (refused.status_code, refused.json()["code"]) == (422, code)

    def test_one_of_the_two_goes_into_the_ledger_and_both_into_the_figures(self, busy: Office) -> None:
        pairs = self.both(busy)
        for people in pairs.values():
            for number, (person, name) in enumerate(people.items()):
                answers = [
                    {**one, "points": 5} if one["item"] == "greeting" and number else one for one in ANSWERS
                ]
                assert (
                    busy.as_(person).post(f"/queue/{name}/answers", {"answers": answers}).status_code == 200
                )
        for call in pairs:
            shown = busy.as_("gm").get(f"/calls/{call}/review").json()
            assert shown["state"] == "reviewed"
            assert len({one["event"]["author"] for one in shown["events"]}) == 1
        figures = (
            busy.as_("dir1")
            .get("/agreement", params={"first_day": "2026-11-23", "last_day": "2026-11-23"})
            .json()
        )
        assert figures["calls"] == len(pairs)
        items = {one["item"]: one for one in figures["items"]}
        assert items["greeting"]["cases"] == len(pairs)
        raters = {rater for pair in items["greeting"]["pairs"] for rater in pair["raters"]}
        assert "machine" in raters
        assert items["absolute"]["alpha"] is None or items["absolute"]["alpha"] == 1.0
        empty = busy.as_("dir2").get(
            "/agreement", params={"first_day": "2026-11-23", "last_day": "2026-11-23"}
        )
        assert empty.json()["items"] == []
        assert busy.as_("train1").get("/calibrations").json()["items"] == []


def review_all(office: Office, *, broken: frozenset[str]) -> None:
    """Everybody works off the queue; a violation is found on these calls."""
    for person in ("insp1", "dir1", "cap1", "lead1", "lead2", "gm"):
        caller = office.as_(person)
        for one in queue(office, person):
            shown = caller.get(f"/calls/{one['call']}/review")
            points = 0 if one["call"] in broken else 20
            edit = {"kind": "edit", "item": "absolute", "points": points, "reason": "听过录音"}
            if one["call"] in broken:
                edit |= {"fatal": True}
            body = {"scorecard": shown.json()["machine"]["scorecard"], "events": [edit, {"kind": "finish"}]}
            sent = caller.post(
                f"/calls/{one['call']}/review/events", body, headers={"If-Match": shown.headers["ETag"]}
            )
            assert sent.status_code == 201, sent.text


def test_the_rate_is_of_the_sealed_draw_alone(busy: Office) -> None:
    made = plan(busy, double=0, sealed=0.5)
    with UnitOfWork(busy.centre.database) as work:
        sealed = sorted(work.plans.sealed(made["plan"]["id"]))
    assert len(sealed) == 12
    before = (
        busy.as_("dir1")
        .get("/rates", params={"first_day": DAY.isoformat(), "last_day": DAY.isoformat()})
        .json()
    )
    assert before["days"][0]["rate"]["rate"] is None
    review_all(busy, broken=frozenset(sealed[:3]))
    for person in ("dir1", "gm", "insp1"):
        found = (
            busy.as_(person)
            .get("/rates", params={"first_day": DAY.isoformat(), "last_day": DAY.isoformat()})
            .json()
        )
        day = found["days"][0]
        assert (day["calls"], day["drawn"], day["rate"]["n"], day["rate"]["hits"]) == (24, 12, 12, 3)
        assert day["rate"]["low"] == pytest.approx(0.0889, abs=1e-3)
        assert day["rate"]["high"] == pytest.approx(0.5323, abs=1e-3)
        assert found["together"]["rate"] == pytest.approx(0.25)
    assert (
        busy.as_("dir2")
        .get("/rates", params={"first_day": DAY.isoformat(), "last_day": DAY.isoformat()})
        .json()["days"]
        == []
    )
    report = busy.as_("dir1").get("/reports/day", params={"day": DAY.isoformat()}).json()
    assert report["sealed"]["rate"]["rate"] == pytest.approx(0.25)


def test_a_review_taken_back_closes_the_seal_again(busy: Office) -> None:
    made = plan(busy, double=0, sealed=0.5)
    days = {"first_day": DAY.isoformat(), "last_day": DAY.isoformat()}
    review_all(busy, broken=frozenset())
    with UnitOfWork(busy.centre.database) as work:
        call = next(iter(work.plans.sealed(made["plan"]["id"])))
    boss = busy.as_("gm")
    shown = boss.get(f"/calls/{call}/review")
    finish = next(one["event"]["id"] for one in shown.json()["events"] if one["event"]["kind"] == "finish")
    body = {
        "scorecard": shown.json()["machine"]["scorecard"],
        "events": [{"kind": "undo", "event": finish}],
    }
    sent = boss.post(f"/calls/{call}/review/events", body, headers={"If-Match": shown.headers["ETag"]})
    assert sent.status_code == 201, sent.text
    rate = boss.get("/rates", params=days).json()["days"][0]
    assert (rate["drawn"], rate["rate"]["n"]) == (12, 11)


def test_days_that_are_none(calm: Office) -> None:
    for days in (("2026-11-20", "2026-11-19"), ("2020-01-01", "2026-11-19"), ("soon", "2026-11-19")):
        query = {"first_day": days[0], "last_day": days[1]}
        for path in ("/rates", "/plans", "/agreement", "/rules/health", "/labels/rules"):
            assert calm.as_("gm").get(path, params=query).status_code == 422, path


def test_calls_go_to_people_who_understand_them(busy: Office) -> None:
    """Six calls in Cantonese: they go to the one reviewer who has it; by hand nobody else gets one either."""
    calls = []
    for number in range(6):
        entry = scored(f"Y{number}", agent="a1", total=30.0)
        talk = entry.masked.transcript.replace(language="yue")
        calls.append(entry.replace(masked=entry.masked.replace(transcript=talk)))
    busy.score(*calls, run="run-yue")
    with busy.write() as work:
        person = work.organisation.person("lead1")
        assert person is not None
        work.organisation.put_person(person.replace(languages=("zh", "yue")))
    made = plan(busy, sealed=1.0, double=0)
    takers = {one["call"]: one["reviewer"] for one in made["assignments"]}
    assert {takers[f"Y{number}"] for number in range(6)} <= {"lead1", None}
    assert "lead1" in {takers[f"Y{number}"] for number in range(6)}
    assert len(set(takers.values()) - {None}) > 1, "the others have the other calls"


def test_put_in_by_hand_and_rebalanced_when_somebody_leaves(busy: Office) -> None:
    made = plan(busy, double=0, sealed=0.1, month_quota=0)
    name = made["plan"]["id"]
    left = "LATE"
    busy.score(scored(left, agent="a2"), run="run-late")
    path = f"/plans/{name}/assignments"
    given = {"call": left, "reason": "客户投诉", "reviewer": "insp1"}
    assert busy.as_("dir1").post(path, {**given, "reviewer": "insp2"}).status_code == 409
    assert busy.as_("dir1").post(path, {**given, "call": "C9"}).status_code == 404
    busy.score(scored("OTHER", agent="a2", started_at=busy.clock()), run="run-other")
    assert busy.as_("dir1").post(path, {**given, "call": "OTHER"}).json()["code"] == "conflict"
    put = busy.as_("dir1").post(path, given)
    assert put.status_code == 201, put.text
    assert left in {one["call"] for one in queue(busy, "insp1")}
    assert busy.as_("dir1").post(path, given).status_code == 409
    mine = {one["id"] for one in queue(busy, "insp1")}
    busy.as_("admin").patch("/people/insp1", {"active": False})
    moved = busy.as_("dir1").post(f"/plans/{name}/rebalance").json()["items"]
    assert {one["assignment"] for one in moved} == mine
    assert {one["giver"] for one in moved} == {"insp1"}
    assert busy.as_("dir1").post(f"/plans/{name}/rebalance").json()["items"] == []


def test_why_a_blind_review_was_chosen_is_told_once_the_answers_are_in(calm: Office) -> None:
    stored = Plan(id=f"{DAY}:d1", day=DAY, unit="d1", seed=1, made_by="dir1", made_at=NOW, terms={})
    one = Assignment(
        id="as1",
        plan=stored.id,
        day=DAY,
        unit="d1",
        call_id="D001",
        reason=PlanReason.red_line,
        explanation="触碰红线：绝对化用语。",
        priority=9.0,
        minutes=3.0,
        reviewer="insp1",
        blind=True,
    )
    with calm.write() as work:
        assert work.plans.put(stored, [one], sealed=())
    (waiting,) = calm.as_("insp1").get("/queue").json()["items"]
    assert (waiting["reason"], waiting["priority"]) == ("quota", 0)
    assert "红线" not in waiting["explanation"]
    claimed = calm.as_("insp1").post("/queue/as1/claim").json()
    assert (claimed["reason"], "红线" in claimed["explanation"]) == ("quota", False)
    form = calm.as_("insp1").get("/queue/as1").json()["lines"]
    answers = [{"item": line["item"], "points": line["max_points"]} for line in form]
    assert calm.as_("insp1").post("/queue/as1/answers", {"answers": answers}).status_code == 200
    (done,) = calm.as_("insp1").get("/queue", params={"done": True}).json()["items"]
    assert (done["reason"], done["explanation"]) == ("red_line", one.explanation)
