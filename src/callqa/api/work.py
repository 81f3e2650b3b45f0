"""One transaction per request, committed before the answer goes out, together with its idempotency key."""

import hashlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, TypeVar

import anyio
from anyio.to_thread import run_sync
from fastapi import Depends, Header, Request, Response
from fastapi.routing import APIRoute

from callqa.api.actor import COOKIE, Caller, TheCaller, caller_here
from callqa.api.house import House, TheHouse, house_of
from callqa.api.problems import Refusal
from callqa.domain import StoreError
from callqa.store import UnitOfWork

_LONGEST_KEY = 128
_WAIT = 15.0
"""Seconds a write waits for the writes before it, as long as SQLite waits for other processes."""

Given = TypeVar("Given")


async def in_thread(function: Callable[[], Given]) -> Given:
    """Run what blocks beside the event loop; not in the pool of the routes, so that a waiting write starves none."""
    return await run_sync(function, limiter=anyio.CapacityLimiter(1))


@dataclass
class Transaction:
    """The write of one request.

    Attributes:
        work: Its unit of work.
        house: Where it was opened.
    """

    work: UnitOfWork
    house: House

    @classmethod
    def begin(cls, house: House) -> "Transaction":
        """Open; waits for its turn on SQLite.

        Raises:
            StoreError: ``store.locked`` where the turn does not come.
        """
        if house.writer is not None and not house.writer.acquire(timeout=_WAIT):
            raise StoreError("数据库正忙。", code="store.locked", hint="请稍后再试。")
        work = house.write()
        try:
            work.__enter__()
        except BaseException:
            if house.writer is not None:
                house.writer.release()
            raise
        return cls(work, house)

    def end(self, error: BaseException | None = None) -> None:
        """Commit, or roll back where there is an error."""
        try:
            self.work.__exit__(type(error) if error else None, error, None)
        finally:
            if self.house.writer is not None:
                self.house.writer.release()


async def _writing(request: Request, house: TheHouse, _caller: TheCaller) -> UnitOfWork:
    transaction = getattr(request.state, "transaction", None)
    if not isinstance(transaction, Transaction):
        transaction = await in_thread(partial(Transaction.begin, house))
        request.state.transaction = transaction
    return transaction.work


def _reading(request: Request, house: TheHouse, _caller: TheCaller) -> UnitOfWork:
    work = getattr(request.state, "reading", None)
    if not isinstance(work, UnitOfWork):
        work = house.read()
        work.__enter__()
        request.state.reading = work
    return work


def _key_documented(
    _key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=_LONGEST_KEY,
            pattern=r"^[!-~]+$",
            description="The same key with the same request is carried out once; the answer is given again.",
        ),
    ] = None,
) -> None:
    """Only for the OpenAPI: `Route` reads the header itself."""


Write = Annotated[UnitOfWork, Depends(_writing)]
"""Parameter of a route that changes something; committed after the route returns, rolled back where it raises."""
Read = Annotated[UnitOfWork, Depends(_reading)]
"""Parameter of a route that only reads."""
IDEMPOTENT = Depends(_key_documented)
"""``dependencies=[IDEMPOTENT]`` of every POST with `Write`."""

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Route(APIRoute):
    """``APIRouter(route_class=Route)``: ends the request's transactions and answers repeated keys."""

    def get_route_handler(self) -> Handler:
        """The framework's handler with the transaction around it."""
        inner = super().get_route_handler()
        name = f"{'/'.join(sorted(self.methods or ()))} {self.path_format}"[:_LONGEST_KEY]

        async def handle(request: Request) -> Response:
            house = house_of(request)
            asked = await _asked(request, name) if request.method == "POST" else None
            if asked is not None and (known := await in_thread(partial(asked.known, house))):
                return known
            try:
                response = await inner(request)
            except BaseException as error:
                await _close(request, error)
                raise
            try:
                await _finish(request, response, asked)
            except StoreError as refused:
                # two requests with one key at the same moment: the other was first
                again = asked and refused.code == "idempotency.taken"
                if again and asked and (known := await in_thread(partial(asked.known, house))):
                    return known
                raise
            return response

        return handle


async def _finish(request: Request, response: Response, asked: "_Asked | None") -> None:
    transaction = getattr(request.state, "transaction", None)
    if isinstance(transaction, Transaction):
        request.state.transaction = None

        def commit() -> None:
            try:
                if asked is not None:
                    asked.keep(transaction, response)
            except BaseException as error:
                transaction.end(error)
                raise
            transaction.end()

        await in_thread(commit)
    await _close(request, None)


async def _close(request: Request, error: BaseException | None) -> None:
    transaction = getattr(request.state, "transaction", None)
    reading = getattr(request.state, "reading", None)
    request.state.transaction = request.state.reading = None
    with anyio.CancelScope(shield=True):  # a client that hangs up must not leave the lock behind
        if isinstance(transaction, Transaction):
            stop = error or RuntimeError("not finished")
            await in_thread(partial(_quietly, transaction, stop))
        if isinstance(reading, UnitOfWork):
            await in_thread(partial(reading.__exit__, None, None, None))


def _quietly(transaction: Transaction, error: BaseException) -> None:
    try:
        transaction.end(error)
    except StoreError:
        return  # the refusal that led here is told; the rollback's is not news


@dataclass
class _Asked:
    key: str
    route: str
    caller: Caller
    request: str

    def known(self, house: House) -> Response | None:
        """The answer given before under this key."""
        with house.read() as work:
            found = work.idempotency.get(key=self.key, route=self.route, person=self.caller.person.id)
        if found is None:
            return None
        if found.request != self.request:
            raise Refusal("idempotency.reused")
        headers = {**found.headers, "Idempotency-Replayed": "true"}
        return Response(found.body, status_code=found.status or 200, headers=headers)

    def keep(self, transaction: Transaction, response: Response) -> None:
        """Remember the answer, in the transaction of what it answers."""
        kept = {name: value for name, value in response.headers.items() if name in _KEPT}
        transaction.work.idempotency.put(
            key=self.key,
            route=self.route,
            person=self.caller.person.id,
            request=self.request,
            status=response.status_code,
            headers=kept,
            body=bytes(response.body),
            at=transaction.house.now(),
        )


_KEPT = frozenset({"content-type", "etag", "location"})


async def _asked(request: Request, name: str) -> _Asked | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 0 < len(key) <= _LONGEST_KEY or not all("!" <= char <= "~" for char in key):
        raise Refusal("idempotency.key")
    if request.headers.get("Content-Type", "").startswith(("multipart/", "audio/", "application/octet")):
        return None  # uploads are known by their content
    caller = await in_thread(partial(_caller, request))
    content = hashlib.sha256(str(request.url.path).encode() + b"?" + str(request.url.query).encode() + b"\n")
    content.update(await request.body())
    return _Asked(key, name, caller, content.hexdigest())


def _caller(request: Request) -> Caller:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    bearer = _Bearer(token) if scheme.lower() == "bearer" and token else None
    return caller_here(request, house_of(request), bearer, request.cookies.get(COOKIE))  # type: ignore[arg-type]


@dataclass
class _Bearer:
    credentials: str
