"""Appeals over HTTP: levels, rights, deadlines on an injected clock, agents who left, carrying a ruling over."""

import json
from pathlib import Path
from typing import Any

import pytest

from callqa.api.deadlines import run_deadlines
from tests.api.office import Office, opened, scored

ASKED = {"item": "absolute", "reason": "我没有说绝对没有副作用，是客户说的"}
NO = {"upheld": False, "reason": "录音里说了"}


def file(office: Office, call: str = "C1", agent: str = "a1") -> str:
    answer = office.as_(agent).post(f"/calls/{call}/appeals", ASKED)
    assert answer.status_code == 201, answer.text
    return f"/calls/{call}/appeals/{answer.json()['id']}"


def kinds(office: Office, person: str) -> list[str]:
    return [one["kind"] for one in office.as_(person).get("/notifications").json()["items"]]


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("a1", 201),
        *((one, 404) for one in ("a2", "a3", "a9")),
        *((one, 403) for one in ("gm", "dir1", "cap1", "lead1", "insp1", "train1", "admin")),
    ],
)
def test_only_the_agent_files(small: Office, person: str, status: int) -> None:
    assert small.as_(person).post("/calls/C1/appeals", ASKED).status_code == status


RULERS = {
    "leader": {"gm", "dir1", "cap1", "lead1"},
    "director": {"gm", "dir1"},
    "final": {"gm"},
}


@pytest.mark.parametrize("level", list(RULERS))
@pytest.mark.parametrize(
    "person",
    ["gm", "dir1", "cap1", "lead1", "lead2", "insp1", "train1", "a1", "a2", "admin", "dir2", "lead3"],
)
def test_who_decides_at_which_level(small: Office, level: str, person: str) -> None:
    path = file(small)
    for lower in RULERS:
        if lower == level:
            break
        assert small.as_("gm").post(f"{path}/rulings", NO).status_code == 201
        assert small.as_("a1").post(f"{path}/further", {"reason": "不服"}).status_code == 200
    listed = small.as_(person).get("/appeals", params={"mine": True})
    may = listed.status_code == 200 and bool(listed.json()["items"])
    status = small.as_(person).post(f"{path}/rulings", NO).status_code
    if person in RULERS[level]:
        assert (status, may) == (201, True)
    else:
        assert status in (403, 404)
        assert not may


@pytest.mark.parametrize(
    ("person", "seen"),
    [
        ("gm", 1),
        ("dir1", 1),
        ("lead1", 1),
        ("insp1", 1),
        ("train1", 1),
        ("a1", 1),
        ("a2", 0),
        ("lead2", 0),
        ("dir2", 0),
    ],
)
def test_who_sees_appeals(small: Office, person: str, seen: int) -> None:
    file(small)
    assert len(small.as_(person).get("/appeals").json()["items"]) == seen
    assert small.as_(person).get("/calls/C1/appeals").status_code == (200 if seen else 404)
    assert small.as_("admin").get("/appeals").status_code == 403


def test_an_upheld_appeal_changes_the_card_and_closes(office: Office) -> None:
    path = file(office)
    listed = office.as_("gm").get("/calls", params={"review_state": "appealed"}).json()["items"]
    assert [(one["id"], one["open_appeals"]) for one in listed] == [("C1", 1)]
    done = office.as_("lead1").post(f"{path}/rulings", {"upheld": True, "reason": "确实是客户说的"})
    assert done.status_code == 201, done.text
    assert (done.json()["stage"], done.json()["closed"], done.json()["points"]) == ("upheld", True, 20)
    assert office.as_("a1").get("/calls/C1/review").json()["effective"]["total"] == 75
    assert (
        office.as_("gm").get("/calls", params={"review_state": "ruled"}).json()["items"][0]["open_appeals"]
        == 0
    )
    assert kinds(office, "a1")[0] == "appeal.ruled"
    assert office.as_("lead1").post(f"{path}/rulings", NO).json()["code"] == "appeal.closed"
    assert office.as_("a1").post(f"{path}/further", {"reason": "还不够"}).json()["code"] == "appeal.closed"
    assert office.as_("gm").get("/appeals", params={"state": "decided"}).json()["items"][0]["id"] in path


@pytest.mark.parametrize(
    ("ruling", "status", "code"),
    [
        ({"upheld": True, "reason": " "}, 422, "request.invalid"),
        ({"upheld": True, "partial": True, "reason": "一半"}, 422, "appeal.points"),
        ({"upheld": False, "points": 3, "reason": "不成立"}, 422, "appeal.points"),
        ({"upheld": True, "points": 21, "reason": "成立"}, 422, "review.points"),
        ({"upheld": True, "points": 1e400, "reason": "成立"}, 422, "request.invalid"),
        ({"upheld": True, "reason": "成立", "level": "final"}, 422, "request.invalid"),
    ],
)
def test_rulings_that_are_refused(small: Office, ruling: dict[str, Any], status: int, code: str) -> None:
    path = file(small)
    headers = {**small.as_("lead1").headers, "Content-Type": "application/json"}
    answer = small.http.post(f"/api/v1{path}/rulings", content=json.dumps(ruling), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_deadlines_on_the_clock_by_the_worker_and_by_reading(office: Office) -> None:
    path = file(office)  # Monday: the leader has Tuesday and Wednesday
    office.clock.on(days=2, hours=13)
    assert run_deadlines(office.house) == 0
    office.clock.on(hours=2)
    assert run_deadlines(office.house) == 1
    assert run_deadlines(office.house) == 0
    assert "appeal.waiting" in kinds(office, "dir1")
    assert "appeal.escalated" in kinds(office, "a1")
    assert office.as_("lead1").post(f"{path}/rulings", NO).status_code == 403
    office.clock.on(days=7)
    (shown,) = office.as_("a1").get("/calls/C1/appeals").json()["items"]
    assert (shown["level"], shown["overdue"]) == ("final", False)
    assert [one["author"] for one in shown["history"]] == ["a1", "system", "system"]
    office.clock.on(days=30)
    assert run_deadlines(office.house) == 0
    (shown,) = office.as_("gm").get("/appeals").json()["items"]
    assert shown["overdue"]


def test_a_clock_that_jumps_back_undoes_nothing(office: Office) -> None:
    path = file(office)
    office.clock.on(days=4)
    assert run_deadlines(office.house) == 1
    office.clock.on(days=-30)
    assert run_deadlines(office.house) == 0
    (shown,) = office.as_("gm").get("/appeals").json()["items"]
    assert (shown["level"], shown["overdue"]) == ("director", False)
    assert office.as_("dir1").post(f"{path}/rulings", NO).status_code == 201


def test_too_late_and_twice(small: Office) -> None:
    path = file(small)
    assert small.as_("a1").post("/calls/C1/appeals", ASKED).json()["code"] == "appeal.twice"
    assert small.as_("a1").post(f"{path}/withdraw", {}).json()["stage"] == "withdrawn"
    assert small.as_("a1").post(f"{path}/withdraw", {}).json()["code"] == "appeal.closed"
    file(small)
    small.clock.on(days=20)
    late = small.as_("a2").post("/calls/C2/appeals", ASKED)
    assert (late.status_code, late.json()["code"]) == (409, "appeal.late")


def test_holidays_are_the_centres_data(tmp_path: Path) -> None:
    days = tmp_path / "calendar.json"
    free = [f"2026-11-{day}" for day in (24, 25, 26, 27, 30)]
    days.write_text(json.dumps({"holidays": free, "make_up": ["2026-11-28"]}), "utf-8")
    with opened(f"sqlite:///{tmp_path / 'x.sqlite3'}", tmp_path, calendar=days) as office:
        office.score(scored("C1", agent="a1"))
        filed = office.as_("a1").post("/calls/C1/appeals", ASKED).json()
        # two working days: Saturday the 28th is made up, then Tuesday the 1st
        assert filed["due"].startswith("2026-12-02T00:00:00+08:00")
    days.write_text('{"holidays": ["soon"]}', "utf-8")
    broken = tmp_path / "broken.json"
    broken.write_text('{"holidays": ["soon"]}', "utf-8")
    with opened(f"sqlite:///{tmp_path / 'y.sqlite3'}", tmp_path, calendar=broken) as office:
        office.score(scored("C1", agent="a1"))
        refused = office.as_("a1").post("/calls/C1/appeals", ASKED)
        assert (refused.status_code, refused.json()["code"]) == (422, "calendar.file")


def test_an_agent_who_left_loses_nothing(office: Office) -> None:
    """Open appeals of somebody who was deleted are still decided, and the person signs in no more."""
    path = file(office)
    with office.write() as work:
        people = [one for one in work.organisation.people() if one.id != "a1"]
        posts = [one for one in work.organisation.posts() if one.person != "a1"]
        work.organisation.replace(work.organisation.units(), people, posts)
    office.house.callers.clear()
    assert office.as_("a1").get("/appeals").status_code == 401
    (shown,) = office.as_("gm").get("/appeals").json()["items"]
    assert shown["call"] == "C1"
    done = office.as_("gm").post(f"{path}/rulings", {"upheld": True, "reason": "成立"})
    assert done.status_code == 201
    assert office.as_("gm").get("/calls/C1/review").json()["effective"]["total"] == 75


class TestSameError:
    def test_only_those_of_a_higher_place_and_only_what_was_upheld(self, small: Office) -> None:
        path = file(small)
        assert small.as_("dir1").get(f"{path}/same-error").json()["code"] == "appeal.not_upheld"
        small.as_("lead1").post(f"{path}/rulings", {"upheld": True, "reason": "成立"})
        for person, status in (("dir1", 200), ("gm", 200), ("lead1", 403), ("a1", 403), ("dir2", 404)):
            assert small.as_(person).get(f"{path}/same-error").status_code == status

    def test_preview_then_an_event_for_each(self, office: Office) -> None:
        path = file(office)
        office.as_("lead1").post(f"{path}/rulings", {"upheld": True, "reason": "成立"})
        preview = office.as_("dir1").get(f"{path}/same-error").json()
        # C9 has the same error but belongs to another department
        assert [one["call"] for one in preview["matches"]] == ["C2", "C3"]
        assert {one["likeness"] for one in preview["matches"]} == {"same_words"}
        assert office.as_("gm").get("/calls/C2/review").json()["events"] == []
        # C3 is under appeal itself: it is left to that appeal
        file(office, "C3", "a3")
        body = {"calls": ["C2", "C3", "C9"], "reason": "同类申诉成立"}
        done = office.as_("dir1").post(f"{path}/same-error", body).json()
        assert done["applied"] == ["C2"]
        assert set(done["refused"]) == {"C3", "C9"}
        carried = office.as_("a2").get("/calls/C2/review").json()
        assert carried["effective"]["total"] == preview["matches"][0]["total_after"]
        assert carried["events"][0]["event"]["kind"] == "edit"
        assert "review.carried" in kinds(office, "a2")
        again = office.as_("dir1").post(f"{path}/same-error", body).json()
        assert again["applied"] == []
        assert len(office.as_("a2").get("/calls/C2/review").json()["events"]) == 1
