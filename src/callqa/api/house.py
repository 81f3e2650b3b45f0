"""What all routes of one app share: the centre, the clock, keys, the lock that orders SQLite's writers."""

import hashlib
import os
import secrets
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from itsdangerous import URLSafeSerializer

from callqa.api.trace import Trace
from callqa.bootstrap import Centre
from callqa.domain import StoreError
from callqa.settings import Settings
from callqa.store import Database, UnitOfWork

Clock = Callable[[], datetime]


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
        self.trace = Trace(self.database, now=now)
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

    def write(self) -> UnitOfWork:
        """A unit of work that commits at its end; for work outside a request."""
        return UnitOfWork(self.database, writes=True)

    def today(self) -> date:
        """The local day."""
        return self.now().astimezone(ZoneInfo(self.settings.zone)).date()

    @cached_property
    def secret(self) -> str:
        """Key for page tokens and sign-in state: from the settings, else made once in the data folder."""
        if self.settings.secret_key:
            return self.settings.secret_key
        return kept_secret(self.settings.data / "secret.key")

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


def house_of(request: Request) -> House:
    """The house of the app that got this request."""
    house = request.app.state.house
    if not isinstance(house, House):
        raise TypeError("app without house")
    return house


TheHouse = Annotated[House, Depends(house_of)]
"""Parameter of a route: what all routes share."""
