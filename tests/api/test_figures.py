"""Agents and units in figures, and the list as a file, over the API."""

import io
from datetime import datetime, timedelta

import pytest
from openpyxl import load_workbook

from callqa.domain import Assignment, Job, PlanReason
from callqa.store import Plan
from tests import fakes
from tests.api.office import DAY, NOW, Office, scored

DAYS = {"first_day": "2026-11-01", "last_day": "2026-11-30"}


def _many(office: Office) -> None:
    """a1 scores high, a2 low, a3 is new; two weeks of calls."""
    entries = []
    for n in range(12):
        at = fakes.AT.replace(year=2026, month=11, day=9 + n % 10)
        entries.append(scored(f"H{n}", agent="a1", total=90.0 + n % 3, started_at=at))
        entries.append(scored(f"L{n}", agent="a2", total=60.0 + n % 3, started_at=at))
    office.score(*entries, run="run-many")


def test_agents_stand_beside_each_other_with_intervals(office: Office) -> None:
    _many(office)
    found = office.as_("dir1").get("/reports/agents", params=DAYS).json()
    rows = {row["id"]: row for row in found["rows"]}
    assert set(rows) == {"a1", "a2", "a3"}, "a9 belongs to another department"
    assert rows["a1"]["name"] == "王小燕"
    assert (rows["a1"]["unit"], rows["a1"]["unit_title"]) == ("g1", "A组")
    assert (rows["a1"]["figures"]["calls"], rows["a1"]["figures"]["total"]["n"]) == (13, 13)
    total = rows["a1"]["figures"]["total"]
    assert total["low"] < total["mean"] < total["high"]
    assert [rows[name]["placed"]["board"] for name in ("a1", "a2", "a3")] == ["good", "poor", "too_few"]
    assert rows["a3"]["placed"]["best"] is None
    assert (found["ranked"], found["all"]["calls"]) == (2, 27)
    assert found["rows"][-1]["id"] == "a3", "who cannot be ranked comes last"


def test_units_are_those_directly_below(office: Office) -> None:
    _many(office)
    by_unit = {**DAYS, "by": "unit"}
    whole = office.as_("gm").get("/reports/agents", params=by_unit).json()
    assert {row["id"]: row["figures"]["calls"] for row in whole["rows"]} == {"d1": 27, "d2": 1}
    team = office.as_("dir1").get("/reports/agents", params={**by_unit, "unit": "t1"}).json()
    assert {row["id"]: row["figures"]["calls"] for row in team["rows"]} == {"g1": 26, "g2": 1}
    group = office.as_("lead1").get("/reports/agents", params=by_unit).json()
    assert {row["id"] for row in group["rows"]} == {"g1"}


@pytest.mark.parametrize("report", ["agents", "trend", "techniques", "adherence"])
def test_other_units_and_wrong_days_are_refused(small: Office, report: str) -> None:
    ask = small.as_("dir1")
    assert ask.get(f"/reports/{report}", params={**DAYS, "unit": "d2"}).status_code == 404
    assert ask.get(f"/reports/{report}", params={**DAYS, "unit": "none"}).status_code == 404
    back = {"first_day": "2026-11-30", "last_day": "2026-11-01"}
    assert ask.get(f"/reports/{report}", params=back).status_code == 422
    long = {"first_day": "2024-11-30", "last_day": "2026-11-01"}
    assert ask.get(f"/reports/{report}", params=long).status_code == 422
    assert small.as_("a1").get(f"/reports/{report}", params=DAYS).status_code == 403


def test_a_trend_counts_effective_scores_by_period(office: Office) -> None:
    _many(office)
    ask = office.as_("dir1")
    weeks = ask.get("/reports/trend", params={**DAYS, "step": "week", "agent": "a2"}).json()["points"]
    assert [one["first_day"] for one in weeks] == ["2026-11-09", "2026-11-16"]
    assert sum(one["figures"]["calls"] for one in weeks) == 13
    before = ask.get("/reports/trend", params={**DAYS, "agent": "a3"}).json()["points"]
    assert [(one["first_day"], one["figures"]["total"]["mean"]) for one in before] == [
        (DAY.isoformat(), 82.5)
    ]
    shown = ask.get("/calls/C3/review")
    line = next(
        one["line"]
        for one in shown.json()["effective"]["lines"]
        if one["machine"]["status"] == "scored" and one["machine"]["points"] > 0
    )
    edit = {"kind": "edit", "item": line["item"], "points": 0.0, "reason": "没有说"}
    body = {"scorecard": shown.json()["machine"]["scorecard"], "events": [edit]}
    done = ask.post("/calls/C3/review/events", body, headers={"If-Match": shown.headers["ETag"]})
    assert done.status_code == 201
    after = ask.get("/reports/trend", params={**DAYS, "agent": "a3"}).json()["points"]
    assert after[0]["figures"]["total"]["mean"] == done.json()["effective"]["total"]
    assert after[0]["figures"]["total"]["mean"] < 82.5


def test_a_profile_stands_beside_the_group(office: Office) -> None:
    _many(office)
    found = office.as_("lead1").get("/reports/techniques", params={**DAYS, "agent": "a1"}).json()
    assert (found["unit"], found["unit_title"]) == ("g1", "A组")
    assert (found["own_calls"], found["others_calls"]) == (13, 13)
    family = next(one for one in found["families"] if one["own"]["hits"])
    assert family["own"]["n"] == 13
    used = [one for one in family["labels"] if one["own"]["hits"]]
    assert used
    assert used[0]["own"]["low"] <= used[0]["own"]["rate"] <= used[0]["own"]["high"]
    assert used[0]["own_times"] > 0
    unit = office.as_("dir1").get("/reports/techniques", params={**DAYS, "unit": "g1"}).json()
    assert (unit["own_calls"], unit["others_calls"]) == (26, 1)


def test_adherence_is_what_people_say_where_they_spoke(office: Office) -> None:
    ask = office.as_("dir1")
    for what, verdict in (("step", "broken"), ("rule", "met")):
        asked = {**DAYS, "what": what}
        found = ask.get("/reports/adherence", params=asked).json()
        row = next(one for one in found["rows"] if one["id"] == "a3")
        cell = next(one for one in row["cells"] if one["n"])
        before = cell["hits"]
        assert cell["check"] in {one["id"] for one in found["checks"]}
        shown = ask.get("/calls/C3/review")
        flipped = verdict if before else ("met" if what == "step" else "broken")
        event = {
            "kind": "correct",
            "subject": what,
            "target": cell["check"],
            "verdict": flipped,
            "reason": "听过了",
        }
        body = {"scorecard": shown.json()["machine"]["scorecard"], "events": [event]}
        done = ask.post("/calls/C3/review/events", body, headers={"If-Match": shown.headers["ETag"]})
        assert done.status_code == 201, done.text
        again = ask.get("/reports/adherence", params=asked).json()
        row = next(one for one in again["rows"] if one["id"] == "a3")
        after = next(one for one in row["cells"] if one["check"] == cell["check"])
        assert (after["n"], after["hits"]) == (cell["n"], 1 - before)


def test_progress_tells_when_the_waiting_calls_will_be_done(office: Office) -> None:
    office.clock.on(minutes=-20)
    office.score(*(scored(f"P{n}") for n in range(10)), run="run-night")
    office.clock.on(minutes=20)
    idle = office.as_("dir1").get("/reports/progress").json()
    assert (idle["waiting"], idle["finish_at"]) == (0, None)
    assert {one["id"]: one["done"] for one in idle["runs"]}["run-night"] == 10
    with office.write() as work:
        work.jobs.add(Job(id="j1", kind="rescore", created_by="gm", created_at=NOW, calls=("C1", "C2", "C3")))
        work.jobs.add(Job(id="j2", kind="score", created_by="gm", created_at=NOW))
    found = office.as_("dir1").get("/reports/progress").json()
    assert found["waiting"] == 4
    # ten calls twenty minutes ago, four when the office opened: fourteen in twenty minutes
    assert found["per_minute"] == pytest.approx(14 / 20, abs=0.01)
    left = datetime.fromisoformat(found["finish_at"]) - datetime.fromisoformat(found["now"])
    assert left.total_seconds() == pytest.approx(4 / (14 / 20) * 60, rel=0.01)
    office.clock.on(hours=2)
    later = office.as_("dir1").get("/reports/progress").json()
    assert (later["per_minute"], later["finish_at"]) == (None, None), "an old pace says nothing of now"


def test_progress_of_a_batch_from_the_command_line(office: Office) -> None:
    """Forty calls planned, ten done within twenty minutes: thirty are left, for an hour."""
    run = fakes.run("night", at=office.clock() - timedelta(minutes=20)).replace(planned=40)
    office.centre.ledger.begin(run)
    office.clock.on(minutes=-20)
    office.score(*(scored(f"P{n}") for n in range(10)), run="night")
    office.clock.on(minutes=20)
    found = office.as_("dir1").get("/reports/progress").json()
    night = next(one for one in found["runs"] if one["id"] == "night")
    assert (night["planned"], night["done"], night["left"], night["going"]) == (40, 10, 30, True)
    now = datetime.fromisoformat(found["now"])
    assert (datetime.fromisoformat(night["finish_at"]) - now).total_seconds() == pytest.approx(3600, rel=0.01)
    assert found["waiting"] == 30
    assert found["finish_at"] is not None
    office.clock.on(minutes=55)
    found = office.as_("dir1").get("/reports/progress").json()
    cut = next(one for one in found["runs"] if one["id"] == "night")
    assert (cut["going"], cut["left"], cut["finish_at"]) == (False, None, None), "it was cut off"
    assert found["waiting"] == 0


def test_the_list_goes_out_as_a_workbook_and_is_recorded(office: Office) -> None:
    answer = office.as_("dir1").get("/calls/export", params={"agent": "a2", "sort": "lowest"})
    assert answer.status_code == 200
    assert "calls-2026-11-23.xlsx" in answer.headers["Content-Disposition"]
    book = load_workbook(io.BytesIO(answer.content))
    rows = list(book["通话"].iter_rows(values_only=True))
    head = rows[0]
    assert len(rows) == 2
    row = dict(zip(head, rows[1], strict=True))
    assert (row["通话"], row["坐席"], row["组"], row["得分"]) == ("C2", "刘小雨", "A组", 60.0)
    whole = office.as_("dir1").get("/calls/export")
    names = [one[0] for one in load_workbook(io.BytesIO(whole.content))["通话"].iter_rows(values_only=True)]
    assert set(names) == {"通话", "C1", "C2", "C3"}, "nothing of the other department"
    trace = office.as_("admin").get("/audit", params={"action": "calls.exported"}).json()["items"]
    assert [one["actor"] for one in trace] == ["dir1", "dir1"]


def test_an_exported_list_tells_nothing_of_calls_to_be_reviewed_blind(office: Office) -> None:
    plan = Plan(id=f"{DAY}:d1", day=DAY, unit="d1", seed=1, made_by="dir1", made_at=NOW, terms={})
    one = Assignment(
        id="as1",
        plan=plan.id,
        day=DAY,
        unit="d1",
        call_id="C2",
        reason=PlanReason.double,
        explanation="抽查。",
        priority=1.0,
        minutes=3.0,
        reviewer="insp1",
        blind=True,
    )
    with office.write() as work:
        assert work.plans.put(plan, [one], sealed=())
    for person, total in (("insp1", None), ("dir1", 60.0)):
        book = load_workbook(io.BytesIO(office.as_(person).get("/calls/export").content))
        head, *rows = book["通话"].iter_rows(values_only=True)
        row = next(dict(zip(head, row, strict=True)) for row in rows if row[0] == "C2")
        assert (row["得分"], row["机器得分"]) == (total, total)
        assert bool(row["等级"]) is (total is not None)


def test_filters_offer_what_occurs_within_reach(office: Office) -> None:
    office.score(
        scored("V1", agent="a1", product="净水器", campaign="短视频"),
        scored("V2", agent="a9", product="益生菌", campaign="广播"),
        run="run-values",
    )
    near = office.as_("lead1").get("/calls/values").json()
    assert "净水器" in near["product"]
    assert "短视频" in near["campaign"]
    assert "益生菌" not in near["product"], "of another department"
    assert {"净水器", "益生菌"} <= set(office.as_("gm").get("/calls/values").json()["product"])
