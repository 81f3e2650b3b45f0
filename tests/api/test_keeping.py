"""The trace holds; what is too old goes, unless held; one customer is erased with proof."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import text

from callqa.engine.spill import Spilled, spill
from callqa.intake.values import customer_key
from tests import fakes
from tests.api.office import Office, scored
from tests.api.test_uploads import drain, recording, send, worker_of
from tests.store.test_texts import holding

NUMBER = "13900001111"


def uploaded(office: Office, call_id: str, *, seed: int = 0, customer: str = NUMBER) -> Path:
    answer = send(office, recording(office.folder, seed=seed), id=call_id, agent="a1", customer=customer)
    assert answer.status_code == 202, answer.text
    drain(worker_of(office))
    with office.read() as work:
        path = work.calls.path(call_id)
    assert path
    return Path(path)


def kept(office: Office, **rules: int) -> Any:
    given = [{"kind": kind, "days": days} for kind, days in rules.items()]
    return office.as_("admin").put("/retention", {"rules": given})


def test_the_trace_tells_who_did_what_and_a_changed_row_shows(office: Office) -> None:
    office.as_("lead1").get("/calls/C1")
    office.as_("admin").patch("/people/a2", {"minutes_a_day": 30})
    auditor = office.as_("gm")
    assert auditor.get("/audit/verify").json()["whole"]
    rows = auditor.get("/audit", params={"limit": 200}).json()["items"]
    assert {"call.viewed", "person.change"} <= {one["action"] for one in rows}
    assert [one["seq"] for one in rows] == sorted((one["seq"] for one in rows), reverse=True)
    with office.write() as work:
        work.session.execute(text("UPDATE audit SET actor = 'somebody' WHERE action = 'person.change'"))
    broken = auditor.get("/audit/verify").json()
    assert not broken["whole"]
    assert "被改过" in broken["faults"][0]


def test_the_trace_can_be_searched_and_paged(office: Office) -> None:
    for number in range(7):
        office.as_("admin").patch("/people/a2", {"minutes_a_day": number})
    auditor = office.as_("gm")
    got: list[int] = []
    after = None
    while True:
        asked = {"action": "person.change", "limit": 3, **({"after": after} if after else {})}
        page = auditor.get("/audit", params=asked).json()
        got += [one["detail"]["minutes_a_day"] for one in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert got == [6, 5, 4, 3, 2, 1, 0]
    assert auditor.get("/audit", params={"first": "2026-11-24T00:00:00+08:00"}).json()["items"] == []
    assert auditor.get("/audit", params={"first": "2026-11-24T00:00:00"}).status_code == 422
    for odd in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"):
        assert auditor.get("/audit", params={"first": odd, "last": odd}).status_code == 200


def test_old_sound_goes_by_rule_but_not_what_is_held(office: Office) -> None:
    old, held = uploaded(office, "K-1", seed=1), uploaded(office, "K-2", seed=2)
    office.as_("lead1").get("/calls/K-1/audio")
    assert kept(office, audio=30).status_code == 200
    administrator = office.as_("admin")
    assert administrator.get("/retention/due").json()["calls"]["audio"] == 0
    office.clock.on(days=60)
    made = administrator.post("/holds", {"kind": "call", "subject": "K-2", "reason": "诉讼"}).json()
    due = administrator.get("/retention/due").json()
    assert due["held"]["audio"] == 1
    assert administrator.post("/retention/apply", {}).json()["items"] == []
    assert old.exists()
    (proof,) = administrator.post("/retention/apply", {"dry_run": False}).json()["items"]
    assert (proof["kind"], proof["files_gone"]) == ("retention", True)
    assert not old.exists()
    assert held.exists()
    assert not list((office.folder / "data" / "listening").rglob("*.flac"))
    assert office.as_("lead1").get("/calls/K-1/audio").status_code == 410
    assert office.as_("lead1").get("/calls/K-1/transcript").status_code == 200
    assert office.as_("lead1").get("/calls/K-2/audio").status_code == 200
    assert administrator.post(f"/holds/{made['id']}/release").json()["released_by"] == "admin"
    assert administrator.post(f"/holds/{made['id']}/release").status_code == 404
    administrator.post("/retention/apply", {"dry_run": False})
    assert not held.exists()


def test_one_customer_is_erased_with_proof_and_the_number_stays_nowhere(office: Office) -> None:
    own, other = uploaded(office, "E-1", seed=1), uploaded(office, "E-2", seed=2, customer="13700002222")
    administrator = office.as_("admin")
    asked = {"customer": f"+86 {NUMBER[:3]} {NUMBER[3:7]} {NUMBER[7:]}", "reason": "本人要求 2026-12"}
    tried = administrator.post("/erasures", asked).json()
    assert (tried["id"], tried["calls"]) == (None, 1)
    assert own.exists()
    proof = administrator.post("/erasures", {**asked, "dry_run": False}).json()
    assert (proof["calls"], proof["files"], proof["files_gone"]) == (1, 1, True)
    assert not own.exists()
    assert other.exists()
    again = administrator.post("/erasures", {**asked, "dry_run": False})
    assert (again.status_code, again.json()["code"]) == (404, "erasure.none")
    proofs = administrator.get("/erasures", params={"customer": NUMBER}).json()["items"]
    assert [one["id"] for one in proofs] == [proof["id"]]
    assert administrator.get("/erasures", params={"customer": "13600003333"}).json()["items"] == []
    assert NUMBER not in administrator.get("/audit", params={"limit": 200}).text
    raw = office.as_("gm").get("/calls/E-1/transcript", params={"raw": True})
    assert raw.status_code in (404, 410)
    said = office.as_("gm").get("/calls/E-1/transcript")
    assert "足疗仪" not in said.text


def test_what_people_wrote_about_an_erased_call_is_gone_too(office: Office) -> None:
    """A comment, a coaching task with its notice, a round of calibration; and the answers kept of each request."""
    word = "琥珀色的鱼"
    uploaded(office, "E-4", seed=4)
    waiting = send(office, recording(office.folder, seed=5), id="E-5", agent="a1", customer=NUMBER).json()
    trainer, inspector = office.as_("train1"), office.as_("insp1")
    task = {
        "agent": "a1",
        "title": f"像{word}",
        "goal": {"kind": "total", "direction": "up"},
        "due": "2026-12-20",
        "call": "E-4",
    }
    key = {"headers": {"Idempotency-Key": "one"}}
    made = trainer.post("/coaching", task, **key)
    assert made.status_code == 201, made.text
    done = {"title": word, "unit": "g1", "calls": ["E-4", "C1"], "raters": ["insp1"], "expert": "train1"}
    assert trainer.post("/calibrations", done, **key).status_code == 201
    shown = inspector.get("/calls/E-4/review")
    event = {"kind": "comment", "reason": f"客户说{word}"}
    body = {"scorecard": shown.json()["machine"]["scorecard"], "events": [event]}
    said = inspector.post(
        "/calls/E-4/review/events",
        body,
        headers={"If-Match": shown.headers["ETag"], "Idempotency-Key": "two"},
    )
    assert said.status_code in (200, 201), said.text
    database = office.centre.database
    assert {"coaching_tasks.body", "idempotency.body", "notifications.text"} <= holding(database, word)
    asked = {"customer": NUMBER, "reason": "本人要求", "dry_run": False}
    proof = office.as_("admin").post("/erasures", asked).json()
    assert proof["calls"] == 2
    assert {"coaching_tasks", "calibrations", "idempotency", "notifications", "review_events"} <= proof[
        "counts"
    ].keys()
    assert holding(database, word) == set()
    again = trainer.post("/coaching", task, **key)
    assert (again.status_code, again.json()["code"]) == (422, "idempotency.erased"), "nothing is done twice"
    assert len(trainer.get("/coaching").json()["items"]) == 1
    assert office.as_("gm").get("/audit/verify").json()["whole"]
    left = inspector.get(f"/jobs/{waiting['id']}").json()
    assert (left["state"], left["code"]) == ("dead", "erased")
    drain(worker_of(office))
    assert office.as_("gm").get("/calls/E-5").status_code == 404


def test_results_that_wait_beside_the_database_are_erased_too(office: Office) -> None:
    uploaded(office, "E-6", seed=6)
    entry = scored("E-7", customer_key=customer_key(NUMBER, office.house.customer_key))
    spill(office.centre.spill_folder, Spilled(run=fakes.run("night"), result=entry, day=None))
    asked = {"customer": NUMBER, "reason": "本人要求", "dry_run": False}
    proof = office.as_("admin").post("/erasures", asked).json()
    assert proof["calls"] == 2
    assert office.centre.spilled() == 0
    assert office.as_("gm").get("/calls/E-7/transcript").json()["turns"] == []


def test_what_is_held_by_law_is_not_erased(office: Office) -> None:
    sound = uploaded(office, "E-3", seed=3)
    administrator = office.as_("admin")
    held = administrator.post("/holds", {"kind": "customer", "subject": NUMBER, "reason": "诉讼"}).json()
    assert NUMBER not in json.dumps(held)
    refused = administrator.post("/erasures", {"customer": NUMBER, "reason": "本人", "dry_run": False})
    assert (refused.status_code, refused.json()["code"]) == (409, "erasure.held")
    assert sound.exists()
    assert administrator.get("/holds").json()["items"][0]["id"] == held["id"]


def test_rules_must_make_sense(small: Office) -> None:
    assert kept(small, audio=0).status_code == 422
    twice = {"rules": [{"kind": "audio", "days": 5}, {"kind": "audio", "days": 6}]}
    assert small.as_("admin").put("/retention", twice).status_code == 422
    assert kept(small, audio=90, raw_text=365).json()["rules"][0]["outcome"] == "all"
    assert len(small.as_("gm").get("/retention").json()["rules"]) == 2
