"""One case per route for the walk over rights: what to ask for within one's own place, and in a foreign one.

A route without a case fails the walk, so whoever adds a route says here what its own and its foreign thing are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from callqa.domain import Job
from callqa.store.outbox import Hook
from callqa.store.retention import Hold
from tests.api.office import NOW, Office

GOOD = frozenset({200, 201, 202, 204})
Given = Mapping[str, str] | Callable[[Office, str], Mapping[str, str]]
"""Path parameters, or a function of the office and the asker that makes the thing first."""


@dataclass(frozen=True)
class Case:
    """How to ask a route.

    Attributes:
        own: Path parameters of a thing of a1 (group g1, team t1, department d1).
        foreign: The same of a9 (department d2); None where the route's answer does not depend on a place.
        own_agent: True: ``own`` belongs to agent a1, so the agent may, too.
        query: Query parameters.
        json: Body; a function of the path parameters where it needs them.
        content: Other arguments of the request, e.g. ``files``.
        good: Statuses when allowed.
        hidden: Must not stand in the answer of somebody with reach below ``all``.
        mine: True: what is one's own depends on the asker; others' things are asked for as ``foreign``.
    """

    own: Given = field(default_factory=dict)
    foreign: Given | None = None
    query: Mapping[str, Any] = field(default_factory=dict)
    json: Any = None
    content: Callable[[Office, str], Mapping[str, Any]] | None = None
    good: frozenset[int] = GOOD
    hidden: tuple[str, ...] = ()


DAYS = {"first_day": "2026-11-01", "last_day": "2026-11-30"}
CALL = {"own": {"call": "C1"}, "foreign": {"call": "C9"}}
SOUND = {"own": {"call": "S1"}, "foreign": {"call": "S9"}}


def a_job(office: Office, person: str) -> Mapping[str, str]:
    job = Job(id=uuid4().hex, kind="rescore", created_by=person, created_at=NOW, calls=("C1",))
    with office.write() as work:
        work.jobs.add(job)
    return {"job": job.id}


def a_dead_job(office: Office, person: str) -> Mapping[str, str]:
    made = a_job(office, person)
    with office.write() as work:
        # the oldest is taken first: all that wait before it are given up with it
        while (taken := work.jobs.take("w", now=NOW, lease=NOW + timedelta(hours=1))) is not None:
            work.jobs.fail(taken.id, "w", code="x", message="x", retry_at=None)
    return made


def a_token(office: Office, person: str) -> Mapping[str, str]:
    return {
        "token": office.as_(person)
        .post("/tokens", {"title": "t", "scopes": ["account"]})
        .json()["token"]["id"]
    }


def a_hook(office: Office, _person: str) -> Mapping[str, str]:
    hook = Hook(uuid4().hex, "https://example.com/", "s", ("call.scored",), "admin", NOW)
    with office.write() as work:
        work.hooks.put(hook)
    return {"hook": hook.id}


def a_hold(office: Office, _person: str) -> Mapping[str, str]:
    hold = Hold(uuid4().hex, "call", "C3", "诉讼", "admin", NOW)
    with office.write() as work:
        work.retention.hold(hold)
    return {"hold": hold.id}


def a_recording(office: Office, person: str) -> Mapping[str, Any]:
    from tests import fakes

    path = fakes.write_recording(
        office.folder / f"up-{person}.wav", seconds=2.0, seed=abs(hash(person)) % 1000
    )
    return {"files": {"file": ("a.wav", path.read_bytes(), "audio/wav")}, "data": {"agent": "a1"}}


UNITS_CSV = "编号,名称,层级,上级\nhq,总公司,公司,\nd1,一部,部门,hq\n"
PEOPLE_CSV = "工号,姓名,登录名,角色,单位\ngm,周明,gm,总经理,hq\n"


def tables(_office: Office, _person: str) -> Mapping[str, Any]:
    return {
        "files": {"units": ("u.csv", UNITS_CSV.encode()), "people": ("p.csv", PEOPLE_CSV.encode())},
        "data": {"dry_run": "true"},
    }


def a_version(_path: Mapping[str, str]) -> Mapping[str, Any]:
    return {
        "base": "latest",
        "files": {"privacy.yaml": "kinds: [mobile]\n"},
        "version": f"t-{uuid4().hex[:12]}",
        "valid_from": NOW.date().isoformat(),
        "note": "测试",
    }


def a_backtest(office: Office, person: str) -> Mapping[str, str]:
    from callqa.api.backtests import _note
    from callqa.api.policies import policy_shown
    from callqa.api.wire.policy import BacktestShown

    shown = BacktestShown(
        id=uuid4().hex,
        by=person,
        at=NOW,
        state="done",
        done=0,
        total=0,
        message="",
        policy=policy_shown(office.centre.policies[-1]),
        against=policy_shown(office.centre.policies[-1]),
        left_out=(),
        result=None,
    )
    home = office.centre.settings.data / "backtests"
    home.mkdir(parents=True, exist_ok=True)
    _note(home, shown)
    return {"backtest": shown.id}


CASES: dict[str, Case] = {
    # oneself
    "me": Case(),
    "csrf": Case(),
    "sign_out": Case(),
    "change_password": Case(json={"old": "wrong", "new": "irrelevant"}, good=frozenset({403})),
    "tokens": Case(),
    "make_token": Case(json={"title": "t", "scopes": ["account"]}),
    "revoke_token": Case(own=a_token, foreign=lambda office, _: a_token(office, "lead3")),
    "notifications": Case(),
    "read": Case(json={}),
    # organisation
    "units": Case(hidden=("g3",)),
    "people": Case(hidden=("a9", "朱小风")),
    "rights": Case(),
    "change_person": Case(own={"person": "a2"}, json={"minutes_a_day": 60}),
    "reset_password": Case(own={"person": "a2"}),
    "import_organisation": Case(content=tables),
    # calls
    "calls": Case(hidden=("C9",)),
    "totals": Case(),
    "calls_export": Case(),
    "call_values": Case(),
    "one_call": Case(**CALL),
    "transcript": Case(**CALL),
    "findings": Case(**CALL),
    "techniques": Case(**CALL),
    "scorecard": Case(**CALL),
    "audio": Case(**SOUND),
    "clip": Case(**SOUND, query={"start": 0, "end": 900}),
    "peaks": Case(**SOUND),
    "upload": Case(content=a_recording),
    # jobs
    "jobs": Case(),
    "one_job": Case(own=a_job, foreign=lambda office, _: a_job(office, "insp2")),
    "retry_job": Case(own=a_dead_job, foreign=lambda office, _: a_dead_job(office, "insp2")),
    "rescore": Case(json=lambda path: {"calls": [path.get("_call", "C1")]}, own={}, foreign={"_call": "C9"}),
    # policy and figures
    "policies": Case(),
    "handbook": Case(own={"version": "latest"}),
    "names": Case(own={"version": "latest"}),
    "keys": Case(),
    "files": Case(own={"version": "latest"}),
    "difference": Case(json={"old": "latest"}),
    "publish": Case(json=a_version),
    "start_backtest": Case(json={"calls": 1}, good=frozenset({202, 404, 409})),
    "one_backtest": Case(own=a_backtest),
    "models": Case(),
    "check": Case(json={"files": {"privacy.yaml": "kinds: [nonsense]\n"}}),
    "try_out": Case(json={"text": "坐席：您好\n客户：你好\n"}),
    "day_report": Case(query={"day": "2026-11-20"}, hidden=("/hq/d2/",)),
    "progress_report": Case(),
    "agents_report": Case(query=DAYS, hidden=("a9",)),
    "trend_report": Case(query=DAYS),
    "technique_report": Case(query=DAYS),
    "adherence_report": Case(query=DAYS, hidden=("a9",)),
    # outside
    "hooks": Case(),
    "make_hook": Case(
        json={"url": "https://192.0.2.1/", "events": ["call.scored"]}, good=frozenset({201, 422})
    ),
    "change_hook": Case(own=a_hook, json={"active": False}),
    "deliveries": Case(own=a_hook),
    # the trace
    "audit": Case(),
    "verify": Case(),
    "rules_of_keeping": Case(),
    "put_rules_of_keeping": Case(json={"rules": [{"kind": "audio", "days": 30000}]}),
    "due_now": Case(),
    "apply_rules": Case(json={"dry_run": True}),
    "holds": Case(),
    "hold": Case(json={"kind": "call", "subject": "C3", "reason": "诉讼"}),
    "release_hold": Case(own=a_hold),
    "erasures": Case(),
    "erase": Case(json={"customer": "13800001111", "reason": "本人要求"}),
}
