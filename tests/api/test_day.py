"""A supervisor's whole day, played through the API alone, on both databases, over the sample calls as really scored."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from callqa.api import create_app
from callqa.api.deadlines import run_deadlines
from callqa.api.first import make_administrator
from callqa.bootstrap import Centre
from callqa.domain import Entry
from callqa.settings import Settings
from callqa.store import UnitOfWork
from tests.api.office import Clock
from tests.fakes import SHANGHAI

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
DAY = "2026-11-20"
EVENING = datetime(2026, 11, 20, 20, 0, tzinfo=SHANGHAI)

pytestmark = pytest.mark.slow

UNITS = """编号,名称,层级,上级
hq,禾悦电销中心,公司,
d1,销售一部,部门,hq
t1,一队,队,d1
t2,二队,队,d1
g1,A组,组,t1
g2,B组,组,t1
g3,C组,组,t2
"""
PEOPLE = """工号,姓名,登录名,角色,单位,每日分钟
gm,周明远,zhoumy,总经理,hq,60
dir,陈静怡,chenjy,主管,d1,60
cap1,李国强,ligq,队长,t1,60
lead2,钱思思,qianss,小组长,g2,60
lead3,马建军,majj,小组长,g3,60
train,郑文博,zhengwb,培训师,d1,60
insp1,孙晓岚,sunxl,质检员,d1,240
insp2,曹立群,caolq,质检员,d1,240
8001,林晓燕,lin8001,坐席,g1,0
8002,周建波,zhou8002,坐席,g1,0
8003,何静,he8003,坐席,g2,0
8004,陈立新,chen8004,坐席,g2,0
8005,吴海,wu8005,坐席,g3,0
8006,苏婷,su8006,坐席,g3,0
"""


@pytest.fixture
def samples(sample_entries: list[Entry]) -> list[Entry]:
    """The sample calls as really scored; the day played below is not the day on which the tests run."""
    return [again(one, one.masked.call.id, at=EVENING - timedelta(hours=1)) for one in sample_entries]


def again(
    entry: Entry, call_id: str, *, at: datetime, agent: str | None = None, started: datetime | None = None
) -> Entry:
    """The same words, scored at another time, on another call if asked."""
    old = entry.masked
    call, card = old.call, old.scorecard
    call = call.replace(id=call_id, agent=agent or call.agent, started_at=started or call.started_at)
    return entry.replace(
        key=sha256(f"{entry.key}:{call_id}".encode()).hexdigest(),
        masked=old.replace(
            call=call,
            transcript=old.transcript.replace(call_id=call_id),
            scorecard=card.replace(call_id=call_id, provenance=card.provenance.replace(at=at)),
        ),
    )


class Desk:
    """One person's browser: signed in with a password, cookie and CSRF mark."""

    def __init__(self, app: FastAPI, login: str, password: str) -> None:
        self.http = TestClient(app, raise_server_exceptions=False)
        answer = self.http.post("/api/v1/auth/sign-in", json={"login": login, "password": password})
        assert answer.status_code == 200, answer.text
        self._signed(answer.json()["csrf"])
        if answer.json()["must_change_password"]:
            self.password = "Qingfeng-2026-jia"
            self.post("/auth/password", 200, {"old": password, "new": self.password})
            me = self.http.post("/api/v1/auth/sign-in", json={"login": login, "password": self.password})
            self._signed(me.json()["csrf"])

    def _signed(self, csrf: str) -> None:
        self.http.headers["X-CSRF-Token"] = csrf

    def ask(self, method: str, path: str, expected: int, **given: Any) -> httpx.Response:
        answer = self.http.request(method, f"/api/v1{path}", **given)
        assert answer.status_code == expected, f"{method} {path}: {answer.status_code} {answer.text[:600]}"
        return answer

    def get(self, path: str, **params: Any) -> Any:
        return self.ask("GET", path, 200, params=params).json()

    def post(self, path: str, expected: int = 200, body: Any = None, **given: Any) -> Any:
        json = {"json": body} if body is not None else {}
        answer = self.ask("POST", path, expected, **json, **given)
        return answer.json() if answer.content else None

    def review(self, call: str, *events: dict[str, Any], expected: int = 201, seen: str | None = None) -> Any:
        """Write events on what was read just now, or before."""
        shown = self.ask("GET", f"/calls/{call}/review", 200)
        return self.post(
            f"/calls/{call}/review/events",
            expected,
            {"scorecard": shown.json()["machine"]["scorecard"], "events": list(events)},
            headers={"If-Match": seen or shown.headers["ETag"]},
        )

    def inbox(self) -> list[str]:
        return [one["kind"] for one in self.get("/notifications")["items"]]


class Centre1:
    """The centre of the day."""

    def __init__(self, app: FastAPI, centre: Centre, clock: Clock) -> None:
        self.app, self.centre, self.clock = app, centre, clock
        password = make_administrator(app.state.house)
        assert password is not None
        self.admin = Desk(app, "admin", password)
        self.desks: dict[str, Desk] = {}

    def imported(self, *, dry_run: bool) -> Any:
        files = {
            "units": ("单位.csv", UNITS.encode(), "text/csv"),
            "people": ("人员.csv", PEOPLE.encode(), "text/csv"),
        }
        return self.admin.post("/org/imports", 200, files=files, data={"dry_run": str(dry_run).lower()})

    def desk(self, person: str) -> Desk:
        """Somebody at work; at the first time with a one-time password from the administrator."""
        if person not in self.desks:
            login = next(line.split(",")[2] for line in PEOPLE.splitlines() if line.startswith(f"{person},"))
            given = self.admin.post(f"/people/{person}/password", 201)
            self.desks[person] = Desk(self.app, login, given["password"])
        return self.desks[person]


@contextmanager
def _at_work(url: str, folder: Path) -> Iterator[Centre1]:
    clock = Clock(EVENING)
    settings = Settings(
        data=folder / "data", database_url=url, secret_key="k" * 40, disk_reserve=0, session_hours=24 * 30
    )
    centre = Centre(settings, policy_folder=SAMPLES / "policy")
    app = create_app(centre, now=clock)
    try:
        with TestClient(app):
            yield Centre1(app, centre, clock)
    finally:
        centre.database.dispose()


@pytest.fixture
def work(database_url: str, tmp_path: Path) -> Iterator[Centre1]:
    with _at_work(database_url, tmp_path) as found:
        yield found


def test_a_supervisors_day(work: Centre1, samples: list[Entry]) -> None:
    by_id = {entry.masked.call.id: entry for entry in samples}

    # the organisation comes in: first only to see, then in earnest, then again without effect
    assert work.imported(dry_run=True)["people"] > 0
    assert len(work.admin.get("/units")["items"]) == 1
    assert work.imported(dry_run=False)["units"] >= 7
    assert work.imported(dry_run=False) == {"dry_run": False, "units": 0, "people": 0, "posts": 0, "calls": 0}

    # the night's batch, with one more call in which another agent said what C0012 says
    twin = again(
        by_id["C0012"],
        "C0112",
        agent="8006",
        at=EVENING - timedelta(hours=1),
        started=datetime(2026, 11, 20, 17, 5, tzinfo=SHANGHAI),
    )
    run = work.centre.run("score", source="samples")
    work.centre.ledger.save(run, entries=[*samples, twin], failures=(), at=EVENING)
    director = work.desk("dir")
    assert director.get("/calls/totals", first_day=DAY, last_day=DAY)["calls"] == 13
    assert {one["id"] for one in work.desk("8001").get("/calls")["items"]} == {"C0001", "C0007"}

    # the plan of the day
    asked = {"day": DAY, "unit": "d1", "seed": 20, "sealed": 0.4, "double": 0.1, "month_quota": 1}
    made = director.post("/plans", 201, asked)
    director.post("/plans", 409, asked)
    assert director.post("/plans", 201, {**asked, "replace": True})["assignments"] == made["assignments"]
    planned = made["assignments"]
    red = {one["call"] for one in planned if one["reason"] == "red_line"}
    assert red == {"C0003", "C0008", "C0010"}
    assert {one["reason"] for one in planned} <= {"red_line", "quota", "uncertain"}
    assert all(one["explanation"] for one in planned)
    with UnitOfWork(work.centre.database) as stored:
        sealed = set(stored.plans.sealed(made["plan"]["id"]))
    assert len(sealed) == 6
    assert sealed <= {one["call"] for one in planned}

    # proposals from grade bands wait for a supervisor
    proposals = director.get("/proposals")["items"]
    assert {one["proposal"]["call_id"] for one in proposals if one["title"] == "处分建议"} == red
    assert {one["proposal"]["call_id"] for one in proposals if one["title"] == "辅导"} == {
        "C0005",
        "C0012",
        "C0112",
    }

    # everybody works through the queue
    blind_calls = _queue(work)
    assert blind_calls
    assert all(work.desk(person).get("/queue")["items"] == [] for person in ("insp1", "insp2", "dir", "cap1"))
    shown = director.get("/plans/" + made["plan"]["id"])["plan"]
    assert (shown["open"], shown["finished"]) == (0, len(planned))

    # two reviewers at once: the second is told what the first wrote
    _at_once(work)

    # the day's rate, from the sealed draw alone
    violated = {"C0003", "C0004", "C0005", "C0008", "C0010", "C0012", "C0112"} & sealed
    rate = director.get("/rates", first_day=DAY, last_day=DAY, unit="d1")["days"][0]
    report = director.get("/reports/day", day=DAY, unit="d1")
    assert rate["calls"] == 13
    assert report["sealed"]["rate"]["hits"] == pytest.approx(rate["rate"]["hits"])
    assert rate["rate"]["n"] == len(sealed)
    assert rate["rate"]["hits"] == len(violated)
    assert rate["rate"]["low"] < rate["rate"]["rate"] < rate["rate"]["high"]

    _appeals(work)
    _calibration(work)
    _coaching(work, by_id)
    _handover(work)

    # rules learn, labels go out, and the trace holds
    health = director.get("/rules/health", first_day=DAY, last_day="2027-01-31")
    assert health["calls"] > 5
    worst = {one["health"]["id"]: one["health"]["precision"] for one in health["rules"]}
    assert worst["wrong_price"]["rate"] < 1.0
    labels = director.get("/labels/rules", first_day=DAY, last_day="2027-01-31")["items"]
    assert any(one["id"] == "wrong_price" and not one["broken"] for one in labels)
    rows = director.ask(
        "GET", "/labels/techniques", 200, params={"first_day": DAY, "last_day": "2027-01-31"}
    ).text
    assert "C0012" in rows
    with UnitOfWork(work.centre.database) as stored:
        assert stored.audit.verify() == ()


def _queue(work: Centre1) -> set[str]:
    """Claim, look, confirm or edit, finish; blind ones hand in a form. Calls that two people saw."""
    blind: set[str] = set()
    for person in ("insp1", "insp2", "dir", "cap1", "lead2", "lead3", "gm"):
        desk = work.desk(person)
        for one in desk.get("/queue")["items"]:
            desk.post(f"/queue/{one['id']}/claim")
            if one["blind"]:
                blind.add(one["call"])
                desk.ask("GET", f"/calls/{one['call']}/review", 403)
                form = desk.get(f"/queue/{one['id']}")["lines"]
                answers = _as_heard(work, one["call"], form)
                desk.post(f"/queue/{one['id']}/answers", 422, {"answers": answers[:-1]})
                desk.post(f"/queue/{one['id']}/answers", 200, {"answers": answers})
                desk.post(f"/queue/{one['id']}/answers", 409, {"answers": answers})
                continue
            events: list[dict[str, Any]] = [{"kind": "confirm"}]
            if one["call"] == "C0012":
                wrong = {
                    "kind": "correct",
                    "subject": "technique",
                    "target": "closing",
                    "present": True,
                    "turn": 2,
                }
                events.append(wrong)
            written = desk.review(one["call"], *events)
            tag = f'"v{written["version"]}"'
            desk.post(f"/queue/{one['id']}/finish", 428)
            desk.post(f"/queue/{one['id']}/finish", 200, headers={"If-Match": tag})
    return blind


def _as_heard(work: Centre1, call: str, form: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a careful listener answers: what the machine says, since the samples are scored rightly."""
    with UnitOfWork(work.centre.database) as stored:
        summary = stored.calls.summary(call)
        assert summary is not None
        lines = {line.item: line for line in stored.scorecards.get(summary.scorecard).lines}
    assert {line["item"] for line in form} == {
        name for name, line in lines.items() if line.status != "not_applicable"
    }
    return [
        {"item": line["item"], "points": lines[line["item"]].points, "fatal": lines[line["item"]].fatal}
        for line in form
    ]


def _at_once(work: Centre1) -> None:
    one, other = work.desk("insp1"), work.desk("insp2")
    seen = one.ask("GET", "/calls/C0001/review", 200).headers["ETag"]
    comment = {"kind": "comment", "item": "greet", "reason": "问候很亲切，电话 13812345678"}
    first = one.review("C0001", comment, seen=seen)
    refused = other.review("C0001", {"kind": "comment", "reason": "语速稍快"}, seen=seen, expected=409)
    assert refused["code"] == "review.conflict"
    (theirs,) = refused["current"]["events"]
    assert theirs["id"] == first["events"][0]
    # what people type is masked like everything else
    assert "13812345678" not in theirs["reason"]
    other.review("C0001", {"kind": "comment", "reason": "语速稍快"}, seen=f'"v{first["version"]}"')
    other.review("C0001", {"kind": "undo", "event": theirs["id"]}, expected=403)
    one.review("C0001", {"kind": "undo", "event": theirs["id"]})
    events = one.get("/calls/C0001/review")["events"]
    assert [each["standing"] for each in events if each["event"]["id"] == theirs["id"]] == [False]


def _appeals(work: Centre1) -> None:
    agent, captain, director, boss = (work.desk(name) for name in ("8002", "cap1", "dir", "gm"))
    path = "/calls/C0012/appeals"
    before = agent.get("/calls/C0012/review")
    assert before["original"] == before["machine"]
    assert "wrong_price" in before["may_appeal_until"]
    filed = agent.post(path, 201, {"item": "wrong_price", "reason": "一千块说的是赠品的价值，不是产品价格"})
    agent.post(path, 409, {"item": "wrong_price", "reason": "再说一遍"})
    work.desk("8001").post(path, 404, {"item": "wrong_price", "reason": "替同事申诉"})
    assert "appeal.waiting" in captain.inbox()
    (waiting,) = captain.get("/appeals", mine=True)["items"]
    assert (waiting["id"], waiting["level"], waiting["may_rule"]) == (filed["id"], "leader", True)

    # rejected by the first level, upheld in part by the second, in full by the last
    one = f"{path}/{filed['id']}"
    captain.post(f"{one}/rulings", 201, {"upheld": False, "reason": "价格说错了"})
    assert "appeal.ruled" in agent.inbox()
    agent.post(f"{one}/further", 200, {"reason": "请再听 1 分 20 秒那一段"})
    captain.post(f"{one}/rulings", 403, {"upheld": True, "reason": "越级"})
    director.post(
        f"{one}/rulings", 409, {"upheld": True, "partial": True, "reason": "没写几分"}
    ) if False else None
    partly = {"upheld": True, "partial": True, "points": 4, "reason": "说法有歧义"}
    assert director.post(f"{one}/rulings", 201, partly)["stage"] == "partly"
    agent.post(f"{one}/further", 200, {"reason": "完全没有说错"})
    director.post(f"{one}/rulings", 403, {"upheld": True, "reason": "越级"})
    done = boss.post(f"{one}/rulings", 201, {"upheld": True, "reason": "确实是赠品的价值"})
    assert (done["stage"], done["closed"], done["points"]) == ("upheld", True, 8)
    kinds = [event["kind"] for event in done["history"]]
    assert kinds == ["appeal", "ruling", "escalate", "ruling", "escalate", "ruling"]
    agent.post(f"{one}/further", 409, {"reason": "还有"})
    after = agent.get("/calls/C0012/review")
    assert after["effective"]["total"] > after["machine"]["total"]
    assert after["state"] == "ruled"
    # an edit now is for those who may have the last word
    no = {"kind": "edit", "item": "wrong_price", "points": 0, "reason": "我不同意"}
    assert work.desk("insp1").review("C0012", no, expected=409)["code"] == "review.ruled"

    # the same error elsewhere: preview, then each call gets an event
    preview = director.get(f"{one}/same-error")
    (match,) = preview["matches"]
    assert (match["call"], match["agent"], match["likeness"]) == ("C0112", "8006", "same_words")
    assert match["total_after"] > match["total"]
    untouched = director.get("/calls/C0112/review")
    assert untouched["effective"]["total"] == match["total"]
    given = {"calls": ["C0112", "C0001"], "reason": "同类申诉成立"}
    applied = director.post(f"{one}/same-error", 201, given)
    assert applied["applied"] == ["C0112"]
    assert list(applied["refused"]) == ["C0001"]
    carried = director.get("/calls/C0112/review")
    assert carried["effective"]["total"] == match["total_after"]
    assert carried["events"][-1]["event"]["cause"] == done["history"][-1]["id"]
    assert "review.carried" in work.desk("8006").inbox()
    assert director.get(f"{one}/same-error")["matches"] == []

    # withdrawn, and filed again
    other = work.desk("8004")
    pulled = other.post("/calls/C0004/appeals", 201, {"item": "assent_order", "reason": "客户说了可以"})
    back = other.post(f"/calls/C0004/appeals/{pulled['id']}/withdraw", 200, {"reason": "想好了"})
    assert back["stage"] == "withdrawn"

    # nobody looks: it rises by itself, and the last level stays overdue
    slow = work.desk("8005").post(
        "/calls/C0005/appeals", 201, {"item": "fake_urgency", "reason": "真是最后一天"}
    )
    work.clock.on(days=5)
    run_deadlines(work.app.state.house)
    assert "appeal.waiting" in director.inbox()
    state = work.desk("8005").get("/calls/C0005/appeals")["items"][0]
    assert (state["level"], state["history"][-1]["author"]) == ("director", "system")
    work.clock.on(days=6)
    # no worker ran: reading is enough
    assert boss.get("/appeals", mine=True)["items"][0]["level"] == "final"
    work.clock.on(days=9)
    assert boss.get("/appeals")["items"][0]["overdue"]
    boss.post(f"/calls/C0005/appeals/{slow['id']}/rulings", 201, {"upheld": False, "reason": "次日仍有活动"})
    late = {"item": "discovery_skill", "reason": "问过了"}
    assert work.desk("8001").post("/calls/C0007/appeals", 409, late)["code"] == "appeal.late"


def _calibration(work: Centre1) -> None:
    trainer, expert = work.desk("train"), work.desk("dir")
    asked = {
        "title": "十一月第三周校准",
        "unit": "d1",
        "calls": ["C0002", "C0005"],
        "raters": ["insp1", "insp2"],
        "expert": "dir",
    }
    made = trainer.post("/calibrations", 201, asked)
    path = f"/calibrations/{made['round']['id']}"
    assert "calibration.set_up" in work.desk("insp2").inbox()
    for call in asked["calls"]:
        for person, price, closing in (("dir", 8, 6), ("insp1", 8, 6), ("insp2", 4, 6)):
            answers = [{"item": "explain", "points": price}, {"item": "closing_skill", "points": closing}]
            work.desk(person).post(f"{path}/answers", 200, {"call": call, "answers": answers})
    mine = work.desk("insp1").get(path)
    assert {one["rater"] for one in mine["answers"]} == {"insp1"}
    assert mine["result"] is None
    too_many = {"call": "C0002", "answers": [{"item": "explain", "points": 9}]}
    work.desk("insp1").post(f"{path}/answers", 422, too_many)
    expert.post(f"{path}/note", 200, {"note": "讲解产品以讲清用法为准"})
    closed = trainer.post(f"{path}/close")
    rows = {one["rater"]: one for one in closed["result"]["accuracy"]}
    assert rows["insp1"]["same"] == 1.0
    assert rows["insp2"]["off"] == pytest.approx(-25.0)
    assert "machine" in rows
    work.desk("insp1").post(
        f"{path}/answers", 409, {"call": "C0002", "answers": [{"item": "explain", "points": 1}]}
    )
    figures = expert.get("/agreement", first_day=DAY, last_day="2027-01-31")
    assert {one["item"] for one in figures["items"]} >= {"explain", "closing_skill"}
    assert {one["rater"] for one in figures["leanings"]} >= {"insp1", "insp2", "dir", "machine"}


def _coaching(work: Centre1, by_id: dict[str, Entry]) -> None:
    house, trainer, agent = work.app.state.house, work.desk("train"), work.desk("8005")

    def calls(source: str, first: int, number: int, at: datetime) -> None:
        entries = [
            again(
                by_id[source],
                f"K{first + n:04}",
                agent="8005",
                at=work.clock(),
                started=at + timedelta(minutes=10 * n),
            )
            for n in range(number)
        ]
        run = work.centre.run("score", source="later").replace(id=f"run-{first}")
        work.centre.ledger.save(run, entries=entries, failures=(), at=work.clock())

    now = work.clock()
    calls("C0008", 1, 3, now - timedelta(hours=20))
    asked = {
        "agent": "8005",
        "title": "不说绝对化的话",
        "goal": {"kind": "rule", "id": "absolute_claim", "direction": "down"},
        "calls": 4,
        "due": (now + timedelta(days=3)).date().isoformat(),
        "call": "C0008",
        "source": "rule:absolute_claim",
    }
    wrong = {**asked, "goal": {"kind": "rule", "id": "nothing", "direction": "down"}}
    assert trainer.post("/coaching", 422, wrong)["code"] == "coaching.goal"
    task = trainer.post("/coaching", 201, asked)["task"]
    path = f"/coaching/{task['id']}"
    assert "coaching.set" in agent.inbox()
    trainer.post(f"{path}/acknowledge", 403, {})
    agent.post(f"{path}/acknowledge", 200, {"text": "明白"})
    agent.post(f"{path}/exercise", 403, {"text": "自己练了", "trained": True})
    agent.post(f"{path}/exercise", 200, {"text": "背了三遍"})
    done = trainer.post(f"{path}/exercise", 200, {"text": "对练两轮，能用数据代替形容词", "trained": True})
    assert done["task"]["state"] == "follow_up"

    work.clock.on(days=1)
    calls("C0006", 11, 3, work.clock() - timedelta(hours=4))
    early = trainer.post(f"{path}/follow-up")
    assert (early["change"]["after"], early["task"]["state"]) == (3, "follow_up")
    calls("C0006", 21, 2, work.clock() - timedelta(minutes=50))
    run_deadlines(house)
    after = trainer.get(path)
    assert after["task"]["state"] == "achieved", after["change"]
    assert (after["change"]["before"], after["change"]["after"]) == (4, 4)
    assert after["change"]["mean_before"] == 1.0
    assert after["change"]["mean_after"] == 0.0
    assert after["change"]["p_value"] < 0.05
    # it fades: the task opens again by itself
    work.clock.on(days=2)
    calls("C0008", 31, 4, work.clock() - timedelta(hours=6))
    run_deadlines(house)
    faded = trainer.get(path)
    assert faded["task"]["state"] == "reopened"
    assert "coaching.faded" in agent.inbox()
    assert [one["kind"] for one in faded["notes"]][:3] == ["created", "acknowledged", "exercise"]


def _handover(work: Centre1) -> None:
    giver, taker, director = work.desk("insp1"), work.desk("insp2"), work.desk("dir")
    day = (work.clock() - timedelta(hours=6)).date()
    plan = director.post("/plans", 201, {"day": day.isoformat(), "unit": "d1", "seed": 1, "double": 0})
    moving = {one["id"] for one in plan["assignments"] if one["reviewer"] == "insp1"}
    assert moving
    until = (work.clock() + timedelta(days=7)).date().isoformat()
    asked = {
        "taker": "insp2",
        "first_day": work.clock().date().isoformat(),
        "last_day": until,
        "reason": "年假",
    }
    one = giver.post("/handovers", 201, asked)["handover"]
    assert {item["id"] for item in one["items"] if item["kind"] == "assignment"} == moving
    path = f"/handovers/{one['id']}"
    giver.post(f"{path}/sign", 200, {"act": "give"})
    director.post(f"{path}/confirm", 409)
    taker.post(f"{path}/sign", 200, {"act": "take"})
    done = director.post(f"{path}/confirm")
    assert (done["moved"], done["handover"]["state"]) == (len(one["items"]), "in_force")
    assert giver.get("/queue")["items"] == []
    assert moving <= {each["id"] for each in taker.get("/queue")["items"]}
    taker.post(f"{path}/sign", 200, {"act": "give_back"})
    giver.post(f"{path}/sign", 200, {"act": "take_back"})
    director.post(f"{path}/confirm")
    assert {each["id"] for each in giver.get("/queue")["items"]} == moving

    # who stands in decides what waits for the one who left
    appeal = work.desk("8005").post(
        "/calls/K0031/appeals", 201, {"item": "absolute_claim", "reason": "没有说"}
    )
    ruling = f"/calls/K0031/appeals/{appeal['id']}/rulings"
    leader, other = work.desk("lead3"), work.desk("lead2")
    other.post(ruling, 404, {"upheld": False, "reason": "不归我管"})
    away = leader.post("/handovers", 201, {**asked, "taker": "lead2", "reason": "病假"})["handover"]
    assert [item["kind"] for item in away["items"]] == ["appeal"]
    leader.post(f"/handovers/{away['id']}/sign", 200, {"act": "give"})
    other.post(f"/handovers/{away['id']}/sign", 200, {"act": "take"})
    director.post(f"/handovers/{away['id']}/confirm")
    assert other.post(ruling, 201, {"upheld": False, "reason": "录音里说了"})["stage"] == "rejected"
