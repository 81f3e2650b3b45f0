"""What all routes of one app share: the centre, the clock, keys, the lock that orders SQLite's writers."""

import hashlib
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from itsdangerous import URLSafeSerializer

from callqa.api.trace import Trace
from callqa.bootstrap import Centre
from callqa.domain import StoreError
from callqa.settings import Settings
from callqa.store import Database, UnitOfWork
from callqa.store.blobs import Blobs

Clock = Callable[[], datetime]
_WAIT = 15.0
"""Seconds a write waits for the writes before it, as long as SQLite waits for other processes."""
_MOST_KEPT = 5000


def wall_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


class House:
    """Built once per app.

    Args:
        centre: Settings, policies, database.
        now: The clock; tests give their own.
    """

    def __init__(self, centre: Centre, *, now: Clock = wall_clock) -> None:
        self.centre = centre
        self.now = now
        self.sqlite = self.database.dialect.name == "sqlite"
        # SQLite has one writer at a time: those of this process queue here in order, not in its busy handler
        self.writer = threading.Lock() if self.sqlite else None
        self.callers = Kept(seconds=2.0)
        self.looks = Kept(seconds=600.0)
        self.trace = Trace(self.write, now=now)
        self.stopping = threading.Event()

    @property
    def settings(self) -> Settings:
        """What the machine decides."""
        return self.centre.settings

    @property
    def database(self) -> Database:
        """The open database."""
        return self.centre.database

    def read(self) -> UnitOfWork:
        """A unit of work that only reads."""
        return UnitOfWork(self.database)

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """A unit of work that commits at its end; never inside another one.

        Raises:
            StoreError: ``store.locked`` where its turn does not come.
        """
        if self.writer is not None and not self.writer.acquire(timeout=_WAIT):
            raise StoreError("数据库正忙。", code="store.locked", hint="请稍后再试。")
        try:
            with UnitOfWork(self.database, writes=True) as work:
                yield work
        finally:
            if self.writer is not None:
                self.writer.release()

    def today(self) -> date:
        """The local day."""
        return self.now().astimezone(ZoneInfo(self.settings.zone)).date()

    @cached_property
    def secret(self) -> str:
        """Key for page tokens and sign-in state: from the settings, else made once in the data folder."""
        if self.settings.secret_key:
            return self.settings.secret_key
        return kept_secret(self.settings.data / "secret.key")

    @staticmethod
    def guess_name(login: str) -> str:
        """Under which name wrong passwords for a login are counted; names nobody has are counted alike."""
        return "login:" + hashlib.sha256(login.casefold().encode()).hexdigest()

    @cached_property
    def blobs(self) -> Blobs:
        """Uploaded recordings."""
        return Blobs(
            self.settings.data / "recordings",
            limit=self.settings.upload_limit,
            reserve=self.settings.disk_reserve,
        )

    @cached_property
    def customer_key(self) -> bytes:
        """Key of the customers' numbers; of its own, so that a changed secret key loses nobody."""
        return kept_secret(self.settings.data / "customer.key").encode()

    @staticmethod
    def job_id(call: str, sha256: str) -> str:
        """The same recording under the same call id is the same job."""
        return hashlib.sha256(f"{call}\x1f{sha256}".encode()).hexdigest()[:32]

    def signer(self, purpose: str) -> URLSafeSerializer:
        """Signs small values that go out and come back, for one purpose only."""
        return URLSafeSerializer(self.secret, salt=purpose, signer_kwargs={"digest_method": hashlib.sha256})


def kept_secret(file: Path) -> str:
    """The secret of this file, made where there is none; two processes at once agree on one.

    Raises:
        StoreError: The folder cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        made = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        if not file.exists():
            descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as handle:
                handle.write(secrets.token_urlsafe(48))
            try:
                os.link(made, file)  # fails where another process was first
            except FileExistsError:
                pass
            finally:
                made.unlink()
        return file.read_text(encoding="ascii").strip()
    except OSError as refused:
        raise StoreError(
            f"写不了 {file}：{refused.strerror}。", code="store.open", hint="请检查数据文件夹的写权限。"
        ) from refused


class Kept:
    """Small things remembered for a moment; safe between threads.

    Args:
        seconds: How long.
    """

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds
        self._things: dict[str, tuple[float, object]] = {}

    def get(self, key: str) -> object:
        """The thing, or None."""
        found = self._things.get(key)
        return found[1] if found and found[0] > monotonic() else None

    def put(self, key: str, thing: object) -> None:
        """Remember a thing."""
        if len(self._things) > _MOST_KEPT:
            self.clear()
        self._things[key] = (monotonic() + self._seconds, thing)

    def clear(self) -> None:
        """Forget all: something they rest on was changed."""
        self._things = {}


async def house_of_request(request: Request) -> House:
    """The house, as a dependency that needs no thread."""
    return house_of(request)


def house_of(request: Request) -> House:
    """The house of the app that got this request."""
    house = request.app.state.house
    if not isinstance(house, House):
        raise TypeError("app without house")
    return house


TheHouse = Annotated[House, Depends(house_of_request)]
"""Parameter of a route: what all routes share."""
