"""What all routes of one app share: the centre, the clock, keys."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from itsdangerous import URLSafeSerializer

from callqa.api.trace import Trace
from callqa.bootstrap import Centre
from callqa.settings import Settings
from callqa.store import Database, UnitOfWork
from callqa.store.blobs import Blobs
from callqa.store.database import reading
from callqa.store.kept import Kept
from callqa.store.secret import kept_secret
from callqa.store.turns import after_writer

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
        self.callers: Kept[object] = Kept(seconds=2.0)
        self.looks: Kept[object] = Kept(seconds=600.0)
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
        """A unit of work that only reads; to be used at once."""
        after_writer(self.database)
        return UnitOfWork(reading(self.database))

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """A unit of work that commits at its end; never inside another one.

        Raises:
            StoreError: ``store.locked`` where its turn does not come.
        """
        with UnitOfWork(self.database, writes=True) as work:
            yield work

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
        """Key of the customers' numbers."""
        return self.centre.customer_key

    @staticmethod
    def job_id(call: str, sha256: str) -> str:
        """The same recording under the same call id is the same job."""
        return hashlib.sha256(f"{call}\x1f{sha256}".encode()).hexdigest()[:32]

    def signer(self, purpose: str) -> URLSafeSerializer:
        """Signs small values that go out and come back, for one purpose only."""
        return URLSafeSerializer(self.secret, salt=purpose, signer_kwargs={"digest_method": hashlib.sha256})


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
