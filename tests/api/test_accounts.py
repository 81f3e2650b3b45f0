"""Signing in: passwords, sessions, forgery marks, guessing, tokens, the first start."""

import statistics
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from fastapi.testclient import TestClient

from callqa.api import create_app
from callqa.api.first import make_administrator
from callqa.api.passwords import hashed, matches, one_time_password, outdated
from callqa.bootstrap import Centre
from callqa.settings import Settings
from tests.api.office import PASSWORD, Clock, Office, opened


@pytest.fixture
def known(office: Office) -> Office:
    """lead1 has a password."""
    with office.write() as work:
        work.accounts.set_password("lead1", hashed(PASSWORD), one_time=False, now=office.clock())
    return office


def sign_in(office: Office, login: str = "lead1", password: str = PASSWORD):  # type: ignore[no-untyped-def]
    return office.http.post("/api/v1/auth/sign-in", json={"login": login, "password": password})


def test_a_key_on_signing_in_is_no_hindrance(known: Office) -> None:
    body = {"login": "lead1", "password": PASSWORD}
    for _ in range(2):
        answer = known.http.post("/api/v1/auth/sign-in", json=body, headers={"Idempotency-Key": "one"})
        assert answer.status_code == 200


def test_a_session_by_cookie_with_its_mark(known: Office) -> None:
    answer = sign_in(known)
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    mark = answer.json()["csrf"]
    assert known.http.get("/api/v1/auth/me").json()["id"] == "lead1"
    assert known.http.get("/api/v1/auth/csrf").json()["token"] == mark
    for headers in ({}, {"X-CSRF-Token": "made up"}, {"X-CSRF-Token": mark[:-1] + "x"}):
        refused = known.http.post("/api/v1/notifications/read", json={}, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "auth.csrf")
    assert (
        known.http.post("/api/v1/notifications/read", json={}, headers={"X-CSRF-Token": mark}).status_code
        == 200
    )
    assert known.http.post("/api/v1/auth/sign-out", headers={"X-CSRF-Token": mark}).status_code == 204
    assert known.http.get("/api/v1/auth/me").status_code == 401


def test_a_cookie_of_an_ended_session_is_worth_nothing(known: Office) -> None:
    sign_in(known)
    old = {"Cookie": f"callqa_session={known.http.cookies['callqa_session']}"}
    mark = known.http.get("/api/v1/auth/csrf").json()["token"]
    known.http.post("/api/v1/auth/sign-out", headers={"X-CSRF-Token": mark})
    assert known.http.get("/api/v1/auth/me", headers=old).status_code == 401


def test_sessions_end_by_the_clock(known: Office) -> None:
    sign_in(known)
    known.clock.on(hours=11.9)
    assert known.http.get("/api/v1/auth/me").status_code == 200
    known.clock.on(hours=0.2)
    assert known.http.get("/api/v1/auth/me").status_code == 401


def test_secure_cookie_where_people_come_by_https(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 's.sqlite3'}"
    with opened(url, tmp_path, public_url="https://qa.example.com") as office:
        with office.write() as work:
            work.accounts.set_password("lead1", hashed(PASSWORD), one_time=False, now=office.clock())
        assert "secure" in sign_in(office).headers["set-cookie"].lower()


def test_guessing_is_slowed_then_locked_and_an_administrator_lifts_it(known: Office) -> None:
    waits = []
    for _ in range(8):
        answer = sign_in(known, password="wrong")
        while answer.status_code == 429:
            waits.append(int(answer.headers["retry-after"]))
            known.clock.on(seconds=waits[-1])
            answer = sign_in(known, password="wrong")
        assert answer.json()["code"] == "auth.wrong"
    assert waits == [1, 2, 4, 8]
    locked = sign_in(known)
    assert (locked.status_code, locked.json()["code"]) == (429, "auth.locked")
    assert int(locked.headers["retry-after"]) == 900
    fresh = known.as_("admin").post("/people/lead1/password").json()["password"]
    assert sign_in(known, password=fresh).status_code == 200
    rows = known.as_("admin").get("/audit", params={"action": "auth.locked"}).json()["items"]
    assert [one["subject"] for one in rows] == ["person:lead1"]


def test_a_lock_ends_by_itself(known: Office) -> None:
    for _ in range(8):
        known.clock.on(seconds=31)
        sign_in(known, password="wrong")
    assert sign_in(known).status_code == 429
    known.clock.on(minutes=15.1)
    assert sign_in(known).status_code == 200


def test_unknown_names_are_refused_and_locked_alike_and_take_as_long(
    hard_passwords: None, known: Office
) -> None:
    spent: dict[str, list[float]] = {"lead1": [], "nobody": []}
    for _ in range(3):
        for login, times in spent.items():
            started = time.perf_counter()
            answer = sign_in(known, login=login, password="wrong")
            times.append(time.perf_counter() - started)
            assert answer.json()["code"] == "auth.wrong"
    assert statistics.median(spent["nobody"]) > 0.4 * statistics.median(spent["lead1"])
    for _ in range(8):
        known.clock.on(seconds=31)
        sign_in(known, login="nobody", password="wrong")
    assert sign_in(known, login="nobody").json()["code"] == "auth.locked"


def test_passwords_are_kept_as_hashes_that_are_slow_to_guess(hard_passwords: None) -> None:
    kept = extract_parameters(hashed(PASSWORD))
    assert kept.type is Type.ID
    assert kept.memory_cost >= 65_536
    assert kept.time_cost >= 3
    assert matches(PASSWORD, hashed(PASSWORD))
    assert not outdated(hashed(PASSWORD))
    assert outdated(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD))


def test_a_hash_of_weaker_days_is_made_anew_on_signing_in(hard_passwords: None, small: Office) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    with small.write() as work:
        work.accounts.set_password("lead1", weak, one_time=False, now=small.clock())
    assert sign_in(small).status_code == 200
    with small.read() as work:
        account = work.accounts.get("lead1")
    assert account is not None
    assert account.password_hash is not None
    assert not outdated(account.password_hash)
    assert sign_in(small).status_code == 200


def test_one_password_tried_on_many_names_locks_the_address(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 's.sqlite3'}", tmp_path, lock_after=3) as office:
        codes = [sign_in(office, login=f"n{one}", password="Sommer-2026").json()["code"] for one in range(32)]
        assert codes == ["auth.wrong"] * 30 + ["auth.locked"] * 2
        office.clock.on(minutes=16)
        assert sign_in(office, login="n90", password="x").json()["code"] == "auth.wrong"


def test_a_one_time_password_opens_nothing_but_its_change(known: Office) -> None:
    first = known.as_("admin").post("/people/cap1/password").json()["password"]
    me = sign_in(known, login="cap1", password=first).json()
    assert me["must_change_password"]
    refused = known.http.get("/api/v1/calls")
    assert (refused.status_code, refused.json()["code"]) == (403, "auth.change_password")
    mark = {"X-CSRF-Token": me["csrf"]}
    for weak in ("short", "aaaaaaaaaaaa", "1234567890", "cap1-cap1-cap1", first):
        answer = known.http.post("/api/v1/auth/password", json={"old": first, "new": weak}, headers=mark)
        assert (answer.status_code, answer.json()["code"]) == (422, "auth.weak"), weak
    done = known.http.post("/api/v1/auth/password", json={"old": first, "new": PASSWORD}, headers=mark)
    assert not done.json()["must_change_password"]
    assert known.http.get("/api/v1/calls").status_code == 200
    assert sign_in(known, login="cap1", password=first).status_code == 401


def test_a_changed_password_ends_the_other_sessions(known: Office) -> None:
    sign_in(known)
    elsewhere = {"Cookie": f"callqa_session={known.http.cookies['callqa_session']}"}
    known.http.cookies.clear()
    mark = sign_in(known).json()["csrf"]
    given = {"old": PASSWORD, "new": "Luohua-liushui-9"}
    assert (
        known.http.post("/api/v1/auth/password", json=given, headers={"X-CSRF-Token": mark}).status_code
        == 200
    )
    assert known.http.get("/api/v1/auth/me").status_code == 200
    known.http.cookies.clear()
    assert known.http.get("/api/v1/auth/me", headers=elsewhere).status_code == 401


def test_who_left_is_out_at_once(known: Office) -> None:
    token = known.as_("lead1")
    sign_in(known)
    assert known.as_("admin").patch("/people/lead1", {"active": False}).status_code == 200
    assert known.http.get("/api/v1/auth/me").status_code == 401
    assert token.get("/auth/me").status_code == 401
    assert sign_in(known).json()["code"] == "auth.wrong"


def test_tokens_are_scoped_expire_and_are_taken_back(office: Office) -> None:
    leader = office.as_("lead1")
    made = leader.post("/tokens", {"title": "表格", "scopes": ["calls.read", "account"], "days": 400}).json()
    bearer = {"Authorization": f"Bearer {made['secret']}"}
    assert made["token"]["expires_at"][:10] == str((office.clock() + timedelta(days=90)).date())
    get = office.http.get
    assert get("/api/v1/calls", headers=bearer).status_code == 200
    used = [one["used_at"] for one in leader.get("/tokens").json()["items"] if one["title"] == "表格"]
    assert datetime.fromisoformat(used[0]) == office.clock()
    refused = get("/api/v1/policy", headers=bearer)
    assert (refused.status_code, refused.json()["code"]) == (403, "auth.scope")
    assert made["secret"] not in leader.get("/tokens").text
    with office.read() as work:
        assert all(made["secret"] not in one.secret for one in work.accounts.tokens())
    beyond = leader.post("/tokens", {"title": "x", "scopes": ["org.write"]})
    assert (beyond.status_code, beyond.json()["code"]) == (403, "auth.forbidden")
    narrow = office.http.post(
        "/api/v1/tokens", json={"title": "x", "scopes": ["policy.read"]}, headers=bearer
    )
    assert narrow.status_code == 403
    foreign = office.as_("lead3").delete(f"/tokens/{made['token']['id']}")
    assert foreign.status_code == 404
    assert leader.delete(f"/tokens/{made['token']['id']}").status_code == 204
    assert get("/api/v1/calls", headers=bearer).status_code == 401


def test_an_expired_token_is_refused_also_from_the_cache(office: Office) -> None:
    made = office.as_("lead1").post("/tokens", {"title": "t", "scopes": ["calls.read"], "days": 1}).json()
    bearer = {"Authorization": f"Bearer {made['secret']}"}
    assert office.http.get("/api/v1/calls", headers=bearer).status_code == 200
    office.clock.on(days=1, seconds=1)
    assert office.http.get("/api/v1/calls", headers=bearer).status_code == 401
    office.clock.on(days=-400)
    assert office.http.get("/api/v1/calls", headers=bearer).status_code in (200, 401)


def test_secrets_are_not_kept_for_repeated_keys(office: Office) -> None:
    leader = office.as_("lead1")
    key = {"Idempotency-Key": "once"}
    one = leader.post("/tokens", {"title": "t", "scopes": ["account"]}, headers=key).json()
    two = leader.post("/tokens", {"title": "t", "scopes": ["account"]}, headers=key).json()
    assert one["secret"] != two["secret"]


def test_the_first_start_makes_an_administrator_once(database_url: str, tmp_path: Path) -> None:
    centre = Centre(Settings(data=tmp_path / "data", database_url=database_url))
    app = create_app(centre, now=Clock())
    password = make_administrator(app.state.house)
    assert password is not None
    assert make_administrator(app.state.house) is None
    with TestClient(app) as http:
        me = http.post("/api/v1/auth/sign-in", json={"login": "admin", "password": password}).json()
        assert me["must_change_password"]
        assert me["posts"][0]["role"] == "administrator"
        for guess in ("admin", "password", "123456", ""):
            answer = http.post("/api/v1/auth/sign-in", json={"login": "admin", "password": guess})
            assert answer.status_code in (401, 422)
    centre.database.dispose()


def test_one_time_passwords_are_long_and_differ() -> None:
    made = {one_time_password() for _ in range(100)}
    assert len(made) == 100
    assert all(len(one) == 23 and not set(one) & set("0Oo1lI") for one in made)
