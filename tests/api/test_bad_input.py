"""What programs and people send by mistake or on purpose: a clear 4xx, nothing lost, nothing told."""

import json
import logging
import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from callqa.api.logs import JsonLines
from callqa.domain import StoreError
from tests.api.office import Office, scored

INJECTIONS = (
    "'; DROP TABLE calls; --",
    "' OR '1'='1",
    '" OR ""="',
    "C1' UNION SELECT password_hash FROM accounts --",
    "%' AND 1=0 UNION ALL SELECT 1 --",
    "\\'; SELECT pg_sleep(5); --",
)


@pytest.mark.parametrize("words", INJECTIONS)
def test_sql_in_every_text_field_is_only_text(office: Office, words: str) -> None:
    boss = office.as_("gm")
    for name in ("agent", "product", "campaign", "region", "grade", "text"):
        answer = boss.get("/calls", params={name: words})
        assert (answer.status_code, answer.json()["items"]) == (200, []), (name, answer.text)
    assert boss.get("/calls", params={"unit": words}).status_code == 404
    assert boss.get("/calls", params={"hit": f"rule:{words.replace(':', '')}"}).json()["items"] == []
    assert boss.get(f"/calls/{words.replace('/', '')}").status_code == 404
    for name in ("actor", "action", "subject"):
        assert boss.get("/audit", params={name: words}).json()["items"] == []
    answer = office.http.post("/api/v1/auth/sign-in", json={"login": words, "password": words})
    assert answer.json()["code"] == "auth.wrong"
    made = boss.post("/tokens", {"title": words, "scopes": ["account"]})
    assert made.json()["token"]["title"] == words
    assert len(boss.get("/calls").json()["items"]) == 4


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b'{"login": 1}',
        b"\xff\xfe",
        b'{"login": "a", "password": "b", "x": 1}',
    ],
)
def test_bodies_that_are_not_what_is_asked(small: Office, body: bytes) -> None:
    answer = small.http.post(
        "/api/v1/auth/sign-in", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["next_step"]["zh"]
    assert said["next_step"]["en"]
    assert said["instance"] == answer.headers["x-request-id"]


def test_a_password_sent_wrongly_is_not_said_back(small: Office) -> None:
    answer = small.http.post("/api/v1/auth/sign-in", json={"login": "a", "password": ["geheim-123"]})
    assert answer.status_code == 422
    assert "geheim" not in answer.text


def test_wrong_content_types_unknown_paths_and_methods(small: Office) -> None:
    boss = small.as_("gm")
    answer = boss.post(
        "/tokens", content=b'{"title":"t","scopes":["account"]}', headers={"Content-Type": "text/plain"}
    )
    assert answer.status_code == 422
    assert boss.get("/nowhere").json()["code"] == "route.missing"
    refused = boss.delete("/calls")
    assert (refused.status_code, refused.json()["code"]) == (405, "route.method")
    assert refused.headers["allow"]


def test_names_of_five_hundred_characters(office: Office) -> None:
    long = "长" * 500
    boss = office.as_("gm")
    assert boss.get(f"/calls/{long}").status_code == 422
    assert boss.get("/calls", params={"agent": long}).status_code == 422
    assert boss.get("/jobs/" + "j" * 500).status_code == 422
    assert boss.post("/tokens", {"title": long, "scopes": ["account"]}).status_code == 422
    assert office.http.post("/api/v1/auth/sign-in", json={"login": long, "password": "x"}).status_code == 422


def test_zero_bytes_are_refused_on_both_databases(office: Office) -> None:
    boss = office.as_("gm")
    assert boss.get("/calls", params={"product": "a\x00b"}).status_code == 422
    assert boss.get("/calls/a%00b").status_code in (404, 422)
    assert boss.get("/audit", params={"actor": "a\x00b"}).status_code == 422
    assert boss.post("/tokens", {"title": "a\x00b", "scopes": ["account"]}).status_code == 422
    assert office.http.post(
        "/api/v1/auth/sign-in", json={"login": "a\x00b", "password": "x"}
    ).status_code in (401, 422)


def test_clocks_that_jump(office: Office) -> None:
    boss = office.as_("gm")
    assert boss.get("/calls").status_code == 200
    for jump in (timedelta(days=40), timedelta(days=-80), timedelta(days=40)):
        office.clock.at += jump
        assert boss.get("/calls").status_code == 200
        boss.post("/notifications/read", {})
        boss.post("/tokens", {"title": "t", "scopes": ["account"]})
    assert boss.get("/audit/verify").json()["whole"]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "-1"])
def test_days_at_the_ends_of_the_calendar(office: Office, day: str) -> None:
    """The day before the first and the day after the last are none: a clear 422, whatever looks at them."""
    head = office.as_("dir1")
    days = {"first_day": day, "last_day": day}
    goal = {"kind": "total", "direction": "up"}
    for answer in (
        head.get("/calls", params=days),
        head.get("/reports/day", params={"day": day}),
        head.get("/agreement", params=days),
        head.get("/rules/health", params=days),
        head.get("/plans", params=days),
        head.post("/plans", {"day": day, "unit": "d1"}),
        head.post("/handovers", {"taker": "insp1", **days}),
        head.post("/coaching", {"agent": "a1", "title": "t", "goal": goal, "due": day}),
    ):
        assert answer.status_code == 422, (answer.request.url, answer.text)
        assert answer.json()["errors"], answer.text
    audits = office.as_("gm").get("/audit", params={"first": f"{day}T00:00:00+14:00"})
    assert audits.status_code in (200, 422), audits.text


def test_foreign_and_damaged_tokens(small: Office) -> None:
    for value in (
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Basic YTpi",
        "bearer " + "x" * 5000,
        "Bearer \t",
        "Token x",
    ):
        answer = small.http.get("/api/v1/calls", headers={"Authorization": value})
        assert answer.status_code == 401, value
        assert answer.headers["www-authenticate"] == "Bearer"


def test_the_same_key_is_carried_out_once(office: Office) -> None:
    administrator = office.as_("admin")
    hold = {"kind": "call", "subject": "C1", "reason": "诉讼"}
    key = {"Idempotency-Key": "hold-1"}
    first = administrator.post("/holds", hold, headers=key)
    second = administrator.post("/holds", hold, headers=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert len(administrator.get("/holds").json()["items"]) == 1
    other = administrator.post("/holds", {**hold, "reason": "另一件"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency.reused")
    assert office.as_("gm").post("/holds", hold, headers=key).json()["id"] != first.json()["id"]
    for bad in ("", "x" * 129, "a b", "键"):
        answer = administrator.post("/holds", hold, headers={"Idempotency-Key": bad.encode()})
        assert answer.status_code == 422, bad


def test_a_failed_request_does_not_use_its_key_up(office: Office) -> None:
    administrator = office.as_("admin")
    key = {"Idempotency-Key": "again"}
    assert administrator.post("/holds", {"kind": "call"}, headers=key).status_code == 422
    hold = {"kind": "call", "subject": "C1", "reason": "诉讼"}
    assert administrator.post("/holds", hold, headers=key).status_code == 201


def test_one_key_from_many_at_once_is_carried_out_once(office: Office) -> None:
    administrator = office.as_("admin")
    hold = {"kind": "call", "subject": "C1", "reason": "诉讼"}
    answers: list[Any] = []

    def ask() -> None:
        answers.append(administrator.post("/holds", hold, headers={"Idempotency-Key": "rush"}))

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert Counter(one.status_code for one in answers) == {201: 12}
    assert len({one.json()["id"] for one in answers}) == 1
    assert len(administrator.get("/holds").json()["items"]) == 1


def test_a_database_that_refuses_is_told_with_a_time_to_try_again(
    small: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_given: object) -> object:
        raise StoreError("数据库正被另一个程序占用。", code="store.locked", hint="请稍后再试。")

    caller = small.as_("gm")
    monkeypatch.setattr(type(small.house), "read", locked)
    answer = caller.get("/calls")
    assert (answer.status_code, answer.json()["code"]) == (503, "store.locked")
    assert answer.headers["retry-after"] == "2"


def test_a_fault_of_ours_says_nothing_of_what_was_inside(
    small: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object, **_named: object) -> None:
        raise RuntimeError("13812345678 in a message")

    monkeypatch.setattr("callqa.store.calls.Calls.page", broken)
    answer = small.as_("gm").get("/calls")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "1381234" not in answer.text


def test_the_log_is_json_without_personal_data(office: Office) -> None:
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(JsonLines().format(record))

    handler = Kept()
    logger = logging.getLogger("callqa.api")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        office.as_("lead1").get("/calls", params={"text": "我的电话是", "agent": "王小燕"})
        office.as_("lead1").get("/calls/C1/transcript", headers={"X-Request-Id": "known-id-1"})
        office.http.post("/api/v1/auth/sign-in", json={"login": "王小燕", "password": "geheim"})
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    told = [json.loads(line) for line in lines if '"request"' in line]
    assert [(one["route"], one["status"], one["person"]) for one in told] == [
        ("/calls", 200, "lead1"),
        ("/calls/{call}/transcript", 200, "lead1"),
        ("/auth/sign-in", 401, None),
    ]
    assert told[1]["request_id"] == "known-id-1"
    for word in ("王小燕", "电话", "geheim", "C1", "testclient", "Bearer"):
        assert word not in "".join(lines)


def test_a_traceback_is_logged_by_place_not_by_words() -> None:
    try:
        raise ValueError("13812345678")
    except ValueError:
        import sys

        record = logging.LogRecord("callqa", logging.ERROR, __file__, 1, "failed", (), sys.exc_info())
    line = JsonLines().format(record)
    assert json.loads(line)["error"] == "ValueError"
    assert "test_bad_input.py:" in line
    assert "1381" not in line


def test_health_readiness_and_figures(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    get = office.http.get
    assert get("/healthz").json()["status"] == "ok"
    ready = get("/readyz")
    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    office.as_("lead1").get("/calls/C1")
    figures = get("/metrics").text
    assert 'route="/calls/{call}",status="200"' in figures
    assert 'callqa_jobs{state="pending"} 0.0' in figures
    assert "C1" not in figures
    office.house.stopping.set()
    stopping = get("/readyz")
    assert (stopping.status_code, stopping.json()["ready"]) == (503, False)


def test_many_readers_and_writers_at_once(office: Office) -> None:
    """More writers than threads of the server: all are answered, none is lost."""
    administrator = office.as_("admin")
    statuses: list[int] = []

    def write(number: int) -> None:
        answer = administrator.post("/holds", {"kind": "call", "subject": f"X{number}", "reason": "r"})
        statuses.append(answer.status_code)
        statuses.append(administrator.get("/holds").status_code)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert Counter(statuses) == {201: 60, 200: 60}
    assert len(administrator.get("/holds").json()["items"]) == 60
    assert administrator.get("/audit/verify").json()["whole"]


def test_a_deleted_agents_calls_stay_where_they_were(office: Office) -> None:
    office.as_("admin").patch("/people/a1", {"active": False})
    office.score(scored("C5", agent="a1"), run="run-9")
    assert {"C1", "C5"} <= {one["id"] for one in office.as_("lead1").get("/calls").json()["items"]}
