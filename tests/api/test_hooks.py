"""Web-hooks: signed, delivered once, tried again, never to private addresses. And inboxes."""

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from fastapi.testclient import TestClient

from callqa.api import create_app
from callqa.api.addresses import allowed
from callqa.api.courier import Courier
from callqa.api.problems import Refusal
from callqa.engine.batch import Tally
from callqa.intake import read_calls
from callqa.store.outbox import Notification
from tests import fakes
from tests.api.office import Office, opened, scored
from tests.api.test_uploads import drain, recording, send, worker_of
from tests.cli.scripted_centre import ScriptedCentre


class Receiver:
    """A real HTTP server that notes what it is told and answers as it is asked to."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                status = outer.answers.pop(0) if outer.answers else 200
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "http://127.0.0.1:1/")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None: ...

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server.server_port}/told?x=1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def told(staffed_url: str, tmp_path: Path) -> Iterator[Office]:
    """An office that may tell hosts of this machine."""
    with opened(staffed_url, tmp_path, hook_hosts=("localhost",), hook_attempts=3) as office:
        yield office


def hook_of(office: Office, url: str, *events: str) -> dict[str, Any]:
    answer = office.as_("admin").post("/webhooks", {"url": url, "events": list(events) or ["call.scored"]})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def deliver(office: Office) -> int:
    courier = Courier(office.house, name="w")
    count = 0
    while courier.once():
        count += 1
    return count


def test_a_scored_call_is_told_with_a_signature_that_holds(told: Office, receiver: Receiver) -> None:
    made = hook_of(told, receiver.url, "call.scored", "call.fatal")
    send(told, recording(told.folder), id="UP-1", agent="a1", started_at="2026-11-20T09:00:00+08:00")
    drain(worker_of(told))
    assert deliver(told) >= 1
    headers, body = receiver.got[0]
    parts = dict(part.split("=", 1) for part in headers["x-callqa-signature"].split(","))
    good = hmac.new(made["secret"].encode(), f"{parts['t']}.".encode() + body, hashlib.sha256).hexdigest()
    assert parts["v1"] == good
    said = json.loads(body)
    assert (said["event"], said["call"]["id"], said["call"]["unit"]) == ("call.scored", "UP-1", "g1")
    assert said["id"] == headers["x-callqa-delivery"]
    assert headers["host"].startswith("localhost:")
    assert deliver(told) == 0
    assert made["secret"] not in told.as_("admin").get("/webhooks").text


def told_of(office: Office) -> list[tuple[str, str]]:
    """What was announced so far: event and call."""
    with office.read() as work:
        hook = work.hooks.all()[0].id
        return sorted((one.event, one.body["call"]["id"]) for one in work.hooks.deliveries(hook).items)


def batch(office: Office, *, seeds: range, again: bool = False) -> Tally:
    """``callqa score`` on some recordings, with a recogniser that needs no model."""
    centre = ScriptedCentre(office.centre.settings, resident=True)
    centre.__dict__["database"] = office.centre.database
    folder = office.folder / "night"
    for seed in seeds:
        fakes.write_recording(folder / f"N{seed}.wav", seconds=6.0, seed=seed)
    found = read_calls(folder, zone="Asia/Shanghai", customer_key=b"k" * 32)
    return centre.score(found.calls, run=centre.run("score", source="night"), workers=1, again=again)


def test_a_batch_at_night_is_told_call_by_call_and_once(told: Office, receiver: Receiver) -> None:
    hook_of(told, receiver.url, "call.scored", "call.fatal")
    assert batch(told, seeds=range(2)).finished == 2
    first = told_of(told)
    assert {("call.scored", "N0"), ("call.scored", "N1")} <= set(first)
    assert batch(told, seeds=range(3)).finished == 1, "the batch goes on where it stopped"
    assert batch(told, seeds=range(3), again=True).finished == 3, "all is computed anew and says the same"
    assert [one for one in told_of(told) if one[1] != "N2"] == first
    assert told_of(told).count(("call.scored", "N2")) == 1
    assert deliver(told) == len(told_of(told)) == len(receiver.got)
    bodies = [json.loads(body) for _, body in receiver.got]
    assert all(one["call"].keys() >= {"id", "day", "agent", "unit", "total", "grade"} for one in bodies)


def test_another_card_is_news_the_same_card_is_not(told: Office, receiver: Receiver) -> None:
    hook_of(told, receiver.url, "call.scored", "call.fatal")
    told.score(scored("C1", total=82.5))
    told.score(scored("C1", total=82.5, key="k2"), run="run-2")
    assert told_of(told) == [("call.scored", "C1")]
    red = scored("C1", total=0.0, key="k3")
    card = red.masked.scorecard.replace(fatal=("absolute",))
    red = red.replace(masked=red.masked.replace(scorecard=card))
    told.score(red, run="run-3")
    told.score(red, run="run-3")
    assert told_of(told) == [("call.fatal", "C1"), ("call.scored", "C1"), ("call.scored", "C1")]


def test_what_nobody_wants_to_know_is_not_queued(told: Office, receiver: Receiver) -> None:
    made = hook_of(told, receiver.url, "call.fatal")
    told.score(scored("C1"))
    told.as_("admin").patch(f"/webhooks/{made['hook']['id']}", {"active": False})
    card = scored("C2").masked.scorecard.replace(fatal=("absolute",))
    red = scored("C2")
    told.score(red.replace(masked=red.masked.replace(scorecard=card)))
    assert told_of(told) == []


def test_the_server_takes_messages_where_no_worker_runs(told: Office, receiver: Receiver) -> None:
    hook_of(told, receiver.url)
    told.score(scored("C1"))
    with TestClient(create_app(told.centre, now=told.clock, courier=True)):
        until = monotonic() + 20
        while not receiver.got and monotonic() < until:
            sleep(0.05)
    assert [json.loads(body)["call"]["id"] for _, body in receiver.got] == ["C1"]
    assert deliver(told) == 0, "and it was noted as delivered before the server ended"


def test_what_is_refused_is_tried_again_later_then_given_up(told: Office, receiver: Receiver) -> None:
    made = hook_of(told, receiver.url)
    with told.write() as work:
        work.hooks.announce("call.scored", {"call": {"id": "C1"}}, now=told.clock())
    receiver.answers = [500, 302, 503]
    waits = []
    for _ in range(3):
        assert deliver(told) == 1
        one = told.as_("admin").get(f"/webhooks/{made['hook']['id']}/deliveries").json()["items"][0]
        if one["not_before"] is not None and one["state"] == "pending":
            due = datetime.fromisoformat(one["not_before"])
            waits.append((due - told.clock()).total_seconds())
            assert deliver(told) == 0
            told.clock.at = due
    assert (one["state"], one["attempts"], one["status"]) == ("dead", 3, 503)
    assert len(receiver.got) == 3
    assert len({headers["x-callqa-delivery"] for headers, _ in receiver.got}) == 1
    assert waits == [5.0, 10.0]


def test_a_hook_that_is_switched_off_is_told_nothing(told: Office, receiver: Receiver) -> None:
    made = hook_of(told, receiver.url)
    with told.write() as work:
        work.hooks.announce("call.scored", {}, now=told.clock())
    told.as_("admin").patch(f"/webhooks/{made['hook']['id']}", {"active": False})
    deliver(told)
    assert receiver.got == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.0.0.8/x",
        "https://192.168.1.1/",
        "https://172.20.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fe80::1]/",
        "https://0.0.0.0/",
        "https://2130706433/",
        "https://user:pass@example.com/",
        "https://example.com:99999/",
        "https://nobody.invalid/",
    ],
)
def test_private_and_odd_addresses_are_refused(small: Office, url: str) -> None:
    answer = small.as_("admin").post("/webhooks", {"url": url, "events": ["call.scored"]})
    assert answer.status_code == 422, answer.text
    assert small.as_("admin").get("/webhooks").json()["items"] == []


def test_a_name_is_looked_up_once_and_every_address_must_be_public(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(*_given: object, **_named: object) -> list[Any]:
        return [(0, 0, 0, "", ("93.184.215.14", 443)), (0, 0, 0, "", ("10.0.0.1", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(Refusal):
        allowed("https://example.com/", hosts=())
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_given, **_named: both()[:1])
    assert allowed("https://example.com/", hosts=()) == ("example.com", 443, "93.184.215.14")


def test_inboxes_are_ones_own(office: Office) -> None:
    lines = [
        Notification(f"n{number}", "a1", "appeal.ruled", f"第{number}条", "call:C1", office.clock())
        for number in range(5)
    ]
    with office.write() as work:
        work.notifications.add(lines)
    agent = office.as_("a1")
    first = agent.get("/notifications", params={"limit": 3}).json()
    assert (len(first["items"]), first["total"]) == (3, 5)
    rest = agent.get("/notifications", params={"after": first["next"]}).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == [f"n{n}" for n in (4, 3, 2, 1, 0)]
    assert office.as_("a2").get("/notifications", params={"after": first["next"]}).status_code == 422
    assert agent.post("/notifications/read", {"ids": ["n0", "n1"]}).json() == {"unread": 3}
    assert office.as_("a2").post("/notifications/read", {}).json() == {"unread": 0}
    assert agent.get("/notifications", params={"unread": True}).json()["total"] == 3
