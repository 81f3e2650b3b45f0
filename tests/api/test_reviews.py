"""The ledger over HTTP: who may write, optimistic locking, nothing twice, and what follows from an event."""

import threading
from typing import Any

import pytest

from callqa.api.ledger import policy_of
from callqa.domain import PolicyRef
from callqa.review import ReviewState
from callqa.store import Hook
from tests.api.office import Caller, Office, scored

EDIT = {"kind": "edit", "item": "absolute", "points": 20, "reason": "客户在复述，不是坐席说的"}


def read(caller: Caller, call: str = "C1") -> tuple[dict[str, Any], str]:
    answer = caller.get(f"/calls/{call}/review")
    assert answer.status_code == 200, answer.text
    return answer.json(), answer.headers["ETag"]


def write(
    caller: Caller, *events: dict[str, Any], call: str = "C1", tag: str | None = None, card: str = ""
) -> Any:
    """Write on what the general manager reads just now, so that rights of the writer alone decide."""
    shown, now = read(caller.office.as_("gm"), call)
    return caller.post(
        f"/calls/{call}/review/events",
        {"scorecard": card or shown["machine"]["scorecard"], "events": list(events)},
        headers={"If-Match": tag or now},
    )


@pytest.mark.parametrize(
    ("person", "status"),
    [
        *((one, 201) for one in ("gm", "dir1", "cap1", "lead1", "insp1")),
        *((one, 404) for one in ("lead2", "dir2", "insp2", "cap2", "lead3")),
        *((one, 403) for one in ("a1", "a2", "train1", "admin")),
    ],
)
def test_who_may_write(small: Office, person: str, status: int) -> None:
    assert write(small.as_(person), EDIT).status_code == status


@pytest.mark.parametrize(
    ("person", "status"),
    [
        *((one, 200) for one in ("gm", "dir1", "lead1", "insp1", "train1", "a1")),
        ("a2", 404),
        ("lead2", 404),
        ("admin", 403),
    ],
)
def test_who_may_read(small: Office, person: str, status: int) -> None:
    assert small.as_(person).get("/calls/C1/review").status_code == status


def test_scores_side_by_side_and_in_the_list(office: Office) -> None:
    reviewer = office.as_("insp1")
    before, _ = read(reviewer)
    written = write(reviewer, EDIT, {"kind": "confirm", "item": "greeting"}, {"kind": "finish"})
    assert written.status_code == 201, written.text
    assert written.headers["ETag"] == '"v3"'
    after, tag = read(reviewer)
    assert tag == '"v3"'
    assert after["machine"] == before["machine"] == after["original"]
    assert after["machine"]["total"] == 82.5
    # greeting 10 of 10, absolute 20 of 20, pace 0 of 10 as it stands on the card
    assert after["effective"]["total"] == 75
    line = next(one for one in after["effective"]["lines"] if one["line"]["item"] == "absolute")
    assert (line["machine"]["points"], line["line"]["points"]) == (0, 20)
    assert after["state"] == ReviewState.reviewed
    listed = reviewer.get("/calls", params={"review_state": "reviewed"}).json()["items"]
    assert [(one["id"], one["total"], one["machine_total"], one["version"]) for one in listed] == [
        ("C1", 75, 82.5, 3)
    ]
    assert listed[0]["reviewed_at"] is not None


def test_a_second_writer_is_told_what_the_first_wrote(office: Office) -> None:
    _, tag = read(office.as_("insp1"))
    assert write(office.as_("insp1"), EDIT, tag=tag).status_code == 201
    refused = write(office.as_("lead1"), {**EDIT, "points": 5}, tag=tag)
    assert refused.status_code == 409
    problem = refused.json()
    assert problem["code"] == "review.conflict"
    assert problem["current"]["version"] == 1
    (event,) = problem["current"]["events"]
    assert (event["author"], event["points"]) == ("insp1", 20)
    shown, _ = read(office.as_("lead1"))
    assert len(shown["events"]) == 1


def test_two_writers_at_the_same_moment(office: Office) -> None:
    """Each tries until it got through; every event is there once, and each saw all that came before its own."""
    rounds = 12
    failures: list[str] = []

    def worker(person: str) -> None:
        caller = office.as_(person)
        for number in range(rounds):
            for _ in range(60):
                shown, tag = read(caller)
                event = {**EDIT, "points": number, "id": f"{person}-{number}"}
                body = {"scorecard": shown["machine"]["scorecard"], "events": [event]}
                answer = caller.post("/calls/C1/review/events", body, headers={"If-Match": tag})
                if answer.status_code == 201:
                    break
                if answer.status_code != 409:
                    failures.append(answer.text)
                    return
            else:
                failures.append(f"{person} starved")

    people = ["insp1", "lead1", "cap1"]
    for person in people:
        office.as_(person)
    threads = [threading.Thread(target=worker, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    shown, tag = read(office.as_("gm"))
    ids = [one["event"]["id"] for one in shown["events"]]
    assert sorted(ids) == sorted(f"{person}-{number}" for person in people for number in range(rounds))
    assert tag == f'"v{len(ids)}"'
    for person in people:
        own = [int(one.rsplit("-", 1)[1]) for one in ids if one.startswith(f"{person}-")]
        assert own == sorted(own)


def test_the_same_event_twice_counts_once(office: Office) -> None:
    _, tag = read(office.as_("insp1"))
    once = write(office.as_("insp1"), {**EDIT, "id": "mine-1"}, tag=tag)
    again = write(office.as_("insp1"), {**EDIT, "id": "mine-1"}, tag=tag)
    assert (once.status_code, again.status_code) == (201, 201)
    assert again.json()["version"] == 1


def test_the_same_key_is_answered_again(small: Office) -> None:
    caller = small.as_("insp1")
    shown, tag = read(caller)
    body = {"scorecard": shown["machine"]["scorecard"], "events": [EDIT]}
    headers = {"If-Match": tag, "Idempotency-Key": "key-1"}
    first = caller.post("/calls/C1/review/events", body, headers=headers)
    second = caller.post("/calls/C1/review/events", body, headers=headers)
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert len(read(caller)[0]["events"]) == 1


@pytest.mark.parametrize(
    ("events", "status", "code"),
    [
        ([{**EDIT, "points": 21}], 422, "review.points"),
        ([{**EDIT, "points": -1}], 422, "request.invalid"),
        ([{**EDIT, "points": "NaN"}], 422, "request.invalid"),
        ([{**EDIT, "reason": "  "}], 422, "review.reason"),
        ([{**EDIT, "item": "' OR 1=1 --"}], 422, "review.item"),
        ([{**EDIT, "reason": "长" * 2001}], 422, "request.invalid"),
        ([{**EDIT, "reason": "\x00"}], 422, "request.invalid"),
        ([{**EDIT, "author": "gm"}], 422, "request.invalid"),
        ([{**EDIT, "id": "../../etc"}], 422, "request.invalid"),
        ([{"kind": "ruling", "appeal": "x", "upheld": True}], 422, "request.invalid"),
        ([{"kind": "appeal", "item": "absolute", "reason": "x"}], 422, "request.invalid"),
        ([{"kind": "undo", "event": "nothing"}], 404, "review.unknown"),
        ([{"kind": "correct", "subject": "rule", "target": "absolute_claim"}], 422, "review.correction"),
        (
            [{"kind": "correct", "subject": "technique", "target": "x", "present": True, "turn": 4}],
            422,
            "review.turn",
        ),
        ([EDIT, {**EDIT, "points": 99}], 422, "review.points"),
        ([], 422, "request.invalid"),
    ],
)
def test_what_is_refused_leaves_nothing(
    small: Office, events: list[dict[str, Any]], status: int, code: str
) -> None:
    answer = write(small.as_("insp1"), *events)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["next_step"]["zh"]
    assert read(small.as_("insp1"))[0]["events"] == []


def test_if_match_is_needed_and_must_be_ours(small: Office) -> None:
    shown, _ = read(small.as_("insp1"))
    body = {"scorecard": shown["machine"]["scorecard"], "events": [EDIT]}
    path = "/calls/C1/review/events"
    assert small.as_("insp1").post(path, body).status_code == 428
    for tag in ("*", "v0", '"v0', '"v1e3"', '"v-1"', "x" * 300):
        assert small.as_("insp1").post(path, body, headers={"If-Match": tag}).status_code == 422
    ahead = small.as_("insp1").post(path, body, headers={"If-Match": '"v7"'})
    assert ahead.status_code == 409
    missing = small.as_("insp1").post("/calls/nothing/review/events", body, headers={"If-Match": '"v0"'})
    assert missing.status_code == 404


def test_undo_is_an_event_of_the_author_or_a_superior(small: Office) -> None:
    event = write(small.as_("insp1"), EDIT).json()["events"][0]
    assert write(small.as_("lead1"), {"kind": "undo", "event": event}).json()["code"] == "review.author"
    assert write(small.as_("cap1"), {"kind": "undo", "event": event}).status_code == 201
    shown, _ = read(small.as_("insp1"))
    assert shown["effective"]["total"] == shown["machine"]["total"]
    assert [one["standing"] for one in shown["events"]] == [False, False]
    assert write(small.as_("insp1"), {"kind": "undo", "event": event}).json()["code"] == "review.undone"


def test_what_is_typed_is_masked_before_it_is_kept(office: Office) -> None:
    write(
        office.as_("insp1"),
        {**EDIT, "reason": "客户电话 13812345678 打过来说的", "quote": "我叫 13912345678"},
    )
    shown, _ = read(office.as_("gm"))
    kept = shown["events"][0]["event"]
    assert "138" not in kept["reason"]
    assert "139" not in kept["quote"]
    assert "客户电话" in kept["reason"]


def test_a_card_scored_anew_keeps_what_was_said_of_lines_that_came_out_the_same(office: Office) -> None:
    old, _ = read(office.as_("insp1"))
    write(office.as_("insp1"), EDIT, {"kind": "edit", "item": "greeting", "points": 4, "reason": "太短"})
    appeal = office.as_("a1").post("/calls/C1/appeals", {"item": "greeting", "reason": "问候了"})
    assert appeal.status_code == 201, appeal.text
    anew = scored("C1", agent="a1", total=70.0, key="anew")
    card = anew.masked.scorecard
    lines = tuple(line.replace(points=5) if line.item == "absolute" else line for line in card.lines)
    anew = anew.replace(masked=anew.masked.replace(scorecard=card.replace(lines=lines)))
    office.score(anew, run="run-2")
    # the appeal on the greeting is still there to be decided
    (waiting,) = office.as_("lead1").get("/appeals").json()["items"]
    assert (waiting["call"], waiting["item"], waiting["may_rule"]) == ("C1", "greeting", True)
    now, tag = read(office.as_("insp1"))
    assert now["original"]["total"] == 82.5
    assert now["machine"]["total"] == 70.0
    lines_now = {one["line"]["item"]: one["line"]["points"] for one in now["effective"]["lines"]}
    assert lines_now == {"greeting": 4, "absolute": 5, "pace": 0}
    assert now["events"][-1]["event"]["author"] == "system"
    assert len(now["effective"]["stale"]) == 3
    refused = write(office.as_("insp1"), EDIT, card=old["machine"]["scorecard"], tag=tag)
    assert (refused.status_code, refused.json()["code"]) == (409, "review.card")
    assert write(office.as_("insp1"), EDIT).status_code == 201
    assert "review.left" in {one["kind"] for one in office.as_("insp1").get("/notifications").json()["items"]}
    ruled = office.as_("lead1").post(
        f"/calls/C1/appeals/{waiting['id']}/rulings", {"upheld": True, "reason": "是"}
    )
    assert ruled.json()["points"] == 10
    with office.read() as work:
        assert work.reviews.left_behind() == []


def test_finishing_tells_the_agent_and_whoever_listens(office: Office) -> None:
    with office.write() as work:
        work.hooks.put(
            Hook(
                "h1",
                "https://example.test/x",
                "s" * 32,
                ("call.reviewed", "call.fatal"),
                "admin",
                office.clock(),
            )
        )
    write(office.as_("insp1"), EDIT, {"kind": "finish"})
    write(
        office.as_("insp1"),
        {"kind": "edit", "item": "greeting", "points": 0, "fatal": True, "reason": "骂人"},
    )
    with office.read() as work:
        sent = work.hooks.deliveries("h1").items
    assert {one.event for one in sent} == {"call.reviewed", "call.fatal"}
    assert all("reason" not in one.body for one in sent)
    assert office.as_("a1").get("/notifications").json()["items"][0]["kind"] == "review.finished"
    assert "review.fatal" in {
        one["kind"] for one in office.as_("lead1").get("/notifications").json()["items"]
    }


def test_the_agent_has_seen_the_card(office: Office) -> None:
    card = read(office.as_("a1"))[0]["machine"]["scorecard"]
    path = "/calls/C1/review/acknowledge"
    assert office.as_("a1").post(path, {"scorecard": card, "reason": "知道了"}).status_code == 201
    assert office.as_("a1").post(path, {"scorecard": card}).json()["version"] == 1
    assert office.as_("a2").post(path, {"scorecard": card}).status_code == 404
    assert office.as_("lead1").post(path, {"scorecard": card}).status_code == 403
    shown, _ = read(office.as_("gm"))
    assert shown["effective"]["acknowledged"]
    assert shown["state"] == "unreviewed"


def test_every_event_is_in_the_trace(office: Office) -> None:
    write(office.as_("insp1"), EDIT, {"kind": "finish"})
    with office.read() as work:
        rows = work.audit.page(subject="call:C1").items
        assert work.audit.verify() == ()
    done = [(one.actor, one.action) for one in rows if one.action.startswith("review.")]
    assert done == [("insp1", "review.finish"), ("insp1", "review.edit")]
    assert all("复述" not in str(one.detail) for one in rows)


def test_the_policy_behind_a_card(small: Office) -> None:
    policies = small.centre.policies
    known = policies[0].ref
    assert policy_of(policies, known) is policies[0]
    assert policy_of(policies, known.replace(sha256="0" * 64)).ref.id == known.id
    assert policy_of(policies, PolicyRef(id="gone", version="1", sha256="0" * 64)) is policies[-1]
