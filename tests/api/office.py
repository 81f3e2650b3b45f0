"""A small centre with people of every role in two departments, scored calls, a clock that can be set, and a client.

hq 公司: 总经理 gm, 管理员 admin
├─ d1 一部: 主管 dir1, 培训师 train1, 质检员 insp1
│  └─ t1 一队: 队长 cap1
│     ├─ g1 A组: 小组长 lead1, 坐席 a1, a2
│     └─ g2 B组: 小组长 lead2, 坐席 a3
└─ d2 二部: 主管 dir2, 培训师 train2, 质检员 insp2
   └─ t2 二队: 队长 cap2
      └─ g3 C组: 小组长 lead3, 坐席 a9
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from fastapi.testclient import TestClient

from callqa.api import create_app
from callqa.api.actor import token_digest
from callqa.api.house import House
from callqa.api.rights import Right
from callqa.bootstrap import Centre
from callqa.domain import Entry, Person, Post, Role, Unit, UnitKind
from callqa.settings import Settings
from callqa.store import Ledger, UnitOfWork, open_database
from callqa.store.accounts import Token
from tests import fakes
from tests.databases import sqlite_copy, tables

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=fakes.SHANGHAI)
DAY = date(2026, 11, 20)
"""The day of the calls, a Friday; ``NOW`` is the Monday after."""
UNITS = (
    Unit(id="hq", title="总公司", kind=UnitKind.company),
    Unit(id="d1", title="一部", kind=UnitKind.department, parent="hq"),
    Unit(id="t1", title="一队", kind=UnitKind.team, parent="d1"),
    Unit(id="g1", title="A组", kind=UnitKind.group, parent="t1"),
    Unit(id="g2", title="B组", kind=UnitKind.group, parent="t1"),
    Unit(id="d2", title="二部", kind=UnitKind.department, parent="hq"),
    Unit(id="t2", title="二队", kind=UnitKind.team, parent="d2"),
    Unit(id="g3", title="C组", kind=UnitKind.group, parent="t2"),
)
STAFF: dict[str, tuple[str, str, Role]] = {
    "gm": ("周明", "hq", Role.general_manager),
    "admin": ("吴管", "hq", Role.administrator),
    "dir1": ("陈静", "d1", Role.director),
    "train1": ("郑讲", "d1", Role.trainer),
    "insp1": ("孙细", "d1", Role.inspector),
    "cap1": ("李队", "t1", Role.captain),
    "lead1": ("赵组", "g1", Role.leader),
    "lead2": ("钱组", "g2", Role.leader),
    "a1": ("王小燕", "g1", Role.agent),
    "a2": ("刘小雨", "g1", Role.agent),
    "a3": ("林小云", "g2", Role.agent),
    "dir2": ("何静", "d2", Role.director),
    "train2": ("韩讲", "d2", Role.trainer),
    "insp2": ("曹细", "d2", Role.inspector),
    "cap2": ("高队", "t2", Role.captain),
    "lead3": ("马组", "g3", Role.leader),
    "a9": ("朱小风", "g3", Role.agent),
}
RAW = frozenset({"gm", "dir1", "insp1"})
PASSWORD = "Qingfeng-2026-jia"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def on(self, **by: float) -> None:
        self.at += timedelta(**by)


class Caller:
    """Requests of one person, by a token with all rights the person has (or by a session)."""

    def __init__(self, office: "Office", headers: dict[str, str], person: str) -> None:
        self.office = office
        self.headers = headers
        self.person = person

    def request(self, method: str, path: str, **given: Any) -> httpx.Response:
        given["headers"] = {**self.headers, **(given.get("headers") or {})}
        full = path if path.startswith(("/api/", "/healthz", "/readyz", "/metrics")) else f"/api/v1{path}"
        return self.office.http.request(method, full, **given)

    def get(self, path: str, **given: Any) -> httpx.Response:
        return self.request("GET", path, **given)

    def post(self, path: str, json: Any = None, **given: Any) -> httpx.Response:
        return self.request("POST", path, **({"json": json} if json is not None else {}), **given)

    def put(self, path: str, json: Any = None, **given: Any) -> httpx.Response:
        return self.request("PUT", path, json=json, **given)

    def patch(self, path: str, json: Any = None, **given: Any) -> httpx.Response:
        return self.request("PATCH", path, json=json, **given)

    def delete(self, path: str, **given: Any) -> httpx.Response:
        return self.request("DELETE", path, **given)


class Office:
    """The centre under test."""

    def __init__(self, centre: Centre, clock: Clock, http: TestClient, folder: Path) -> None:
        self.centre = centre
        self.clock = clock
        self.http = http
        self.folder = folder

    @property
    def house(self) -> House:
        house = self.http.app.state.house  # type: ignore[attr-defined]
        assert isinstance(house, House)
        return house

    def write(self) -> UnitOfWork:
        return UnitOfWork(self.centre.database, writes=True)

    def read(self) -> UnitOfWork:
        return UnitOfWork(self.centre.database)

    def as_(self, person: str, *, scopes: tuple[str, ...] | None = None) -> Caller:
        """A program acting for this person; with all scopes unless some are named."""
        named = ",".join(scopes) if scopes is not None else "all"
        secret = f"cq_test-{person}-{named}"
        with self.write() as work:
            if work.accounts.token(token_digest(secret), now=self.clock()) is None:
                work.accounts.add_token(
                    Token(
                        id=f"test-{person}-{abs(hash(named)) % 10**8}-{self.clock().timestamp():.0f}",
                        secret=token_digest(secret),
                        person=person,
                        title="test",
                        scopes=scopes if scopes is not None else tuple(one.value for one in Right),
                        created_at=self.clock(),
                        expires_at=self.clock() + timedelta(days=3650),
                    )
                )
        return Caller(self, {"Authorization": f"Bearer {secret}"}, person)

    def score(self, *entries: Entry, run: str = "run-1") -> None:
        """Store scored calls as a run would."""
        self.centre.ledger.save(fakes.run(run), entries=entries, failures=(), at=self.clock())

    def recorded(self, call_id: str, *, agent: str = "a1", seconds: float = 12.0, seed: int = 1) -> Entry:
        """A scored call whose recording really exists."""
        path = fakes.write_recording(self.folder / "sound" / f"{call_id}.wav", seconds=seconds, seed=seed)
        entry = scored(call_id, agent=agent)
        entry = entry.replace(path=str(path))
        self.score(entry, run=f"run-{call_id}")
        return entry


def scored(call_id: str, *, agent: str = "a1", total: float = 82.5, key: str = "", **facts: Any) -> Entry:
    """A scored call of an agent on ``DAY``; the masked view is what is stored."""
    entry = fakes.entry(call_id, key=key or f"key-{call_id}", total=total)
    call = entry.masked.call.replace(agent=agent, group=(), **facts)
    return entry.replace(masked=entry.masked.replace(call=call))


def staffed(url: str) -> None:
    """The tables, and the organisation in them."""
    tables(url)
    people = [
        Person(id=person, name=name, login=person, raw=person in RAW)
        for person, (name, _, _) in STAFF.items()
    ]
    posts = [Post(person=person, unit=unit, role=role) for person, (_, unit, role) in STAFF.items()]
    database = open_database(url)
    with UnitOfWork(database, writes=True) as work:
        work.organisation.replace(UNITS, people, posts)
    database.dispose()


def stored(url: str, *entries: Entry, run: str = "run-1") -> None:
    """Put scored calls in as a run would."""
    database = open_database(url)
    Ledger(database).save(fakes.run(run), entries=entries, failures=(), at=NOW)
    database.dispose()


@contextmanager
def opened(url: str, folder: Path, *, clock: Clock | None = None, **settings: Any) -> Iterator[Office]:
    """An office on this database, which holds the organisation at least; a SQLite file that is not there is made so."""
    file = url.removeprefix("sqlite:///")
    if file != url and not Path(file).exists():
        sqlite_copy(Path(file), staffed)
    given = {
        "data": folder / "data",
        "database_url": url,
        "disk_reserve": 0,
        "secret_key": "k" * 40,
        **settings,
    }
    centre = Centre(Settings(**given))
    clock = clock or Clock()
    app = create_app(centre, now=clock)
    try:
        with TestClient(app, raise_server_exceptions=False) as http:
            yield Office(centre, clock, http, folder)
    finally:
        centre.database.dispose()
