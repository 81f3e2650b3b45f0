"""``callqa db verify`` and ``reindex`` see a call as the API wrote it: one replay, whatever happened to the call."""

from typing import Any

from sqlalchemy import select, text

from callqa.api.deadlines import run_deadlines
from callqa.cli.db_verify import standing_of
from callqa.store import as_by_machine, rebuild, verify
from callqa.store.tables_index import CallIndexRow
from tests.api.office import Office, scored

EDIT = {"kind": "edit", "item": "absolute", "points": 20, "reason": "客户在复述，不是坐席说的"}
FINISH = {"kind": "finish", "reason": ""}
HEARD = {"kind": "edit", "item": "pace", "status": "not_applicable", "points": 0, "reason": "没有可比的"}
ASKED = {"item": "absolute", "reason": "我没有说绝对没有副作用，是客户说的"}


def review(office: Office, call: str, *events: dict[str, Any], person: str = "gm") -> list[str]:
    """Write events; their ids."""
    shown = office.as_("gm").get(f"/calls/{call}/review")
    answer = office.as_(person).post(
        f"/calls/{call}/review/events",
        {"scorecard": shown.json()["machine"]["scorecard"], "events": list(events)},
        headers={"If-Match": shown.headers["ETag"]},
    )
    assert answer.status_code == 201, answer.text
    return list(answer.json()["events"])


def appeal(office: Office, call: str, agent: str) -> str:
    answer = office.as_(agent).post(f"/calls/{call}/appeals", ASKED)
    assert answer.status_code == 201, answer.text
    return f"/calls/{call}/appeals/{answer.json()['id']}"


def done(office: Office, person: str, path: str, body: dict[str, Any]) -> None:
    answer = office.as_(person).post(path, body)
    assert answer.status_code in (200, 201), answer.text


def a_busy_week(office: Office) -> None:
    """Every kind of event, on calls S1 … S9."""
    office.score(*(scored(f"S{n}", agent="a1", total=60.0 + n) for n in range(1, 11)), run="run-week")
    review(office, "S1", EDIT, FINISH)
    ids = review(office, "S2", EDIT, HEARD)
    review(office, "S2", {"kind": "undo", "event": ids[0], "reason": "看错了"})
    review(office, "S3", {"kind": "confirm", "item": "absolute", "reason": ""}, FINISH)
    upheld, rejected, pulled, waiting, late = (
        appeal(office, call, "a1") for call in ("S4", "S5", "S6", "S7", "S8")
    )
    done(office, "lead1", f"{upheld}/rulings", {"upheld": True, "reason": "确实是客户说的"})
    done(office, "lead1", f"{rejected}/rulings", {"upheld": False, "reason": "录音里说了"})
    done(office, "a1", f"{rejected}/further", {"reason": "不服"})
    done(office, "a1", f"{pulled}/withdraw", {"reason": "想好了"})
    done(office, "lead1", f"{late}/rulings", {"upheld": True, "partial": True, "points": 5, "reason": "一半"})
    assert waiting
    review(office, "S9", EDIT, FINISH)
    office.clock.on(days=4)
    assert run_deadlines(office.house) >= 1  # what waits rises a level
    # scored again by the same policy, other lines than before: what was said of them is carried over or left behind
    office.score(scored("S9", agent="a1", total=40.0, key="again"), run="run-again")
    run_deadlines(office.house)


def index(office: Office) -> list[tuple[Any, ...]]:
    columns = [one for one in CallIndexRow.__table__.columns if one.name != "seq"]
    with office.read() as work:
        return [tuple(row) for row in work.session.execute(select(*columns).order_by(CallIndexRow.call_id))]


def test_what_the_api_wrote_is_what_the_replay_of_db_verify_says(office: Office) -> None:
    a_busy_week(office)
    standing = standing_of(office.centre)
    assert verify(office.centre.database, standing_of=standing).faults == ()
    before = index(office)
    states = {
        row[[c.name for c in CallIndexRow.__table__.columns].index("review_state") - 1] for row in before
    }
    assert states >= {"unreviewed", "in_review", "reviewed", "appealed", "ruled"}
    assert rebuild(office.centre.database, standing_of=standing) == len(before)
    assert index(office) == before


def test_the_machines_own_standing_is_no_replay(office: Office) -> None:
    """It knows no edits and no rulings, so it names reviewed calls; only their words and hits are compared without one."""
    a_busy_week(office)
    faults = verify(office.centre.database, standing_of=as_by_machine).faults
    assert len(faults) == 1
    assert all(call in faults[0] for call in ("S1", "S2", "S4"))
    assert verify(office.centre.database).faults == ()


def test_a_score_that_was_tampered_with_is_found(office: Office) -> None:
    a_busy_week(office)
    with office.write() as work:
        work.session.execute(text("UPDATE call_index SET total = total + 1 WHERE call_id = 'S1'"))
    faults = verify(office.centre.database, standing_of=standing_of(office.centre)).faults
    assert faults == ("索引里的通话和来源不一致：S1。",)
