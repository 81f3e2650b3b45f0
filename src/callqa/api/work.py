"""One transaction per request, committed before the answer goes out; with its idempotency key where it has one."""

import functools
import hashlib
import inspect
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, cast

import anyio
from anyio.to_thread import run_sync
from fastapi import Depends, Header, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.routing import APIRoute
from pydantic import BaseModel

from callqa.api.actor import Caller, caller_of_request
from callqa.api.house import House, TheHouse
from callqa.api.problems import Refusal
from callqa.api.turns import turns
from callqa.domain import StoreError
from callqa.store import UnitOfWork
from callqa.store.audit import Entry
from callqa.store.idempotency import Answered

_LONGEST_KEY = 128

Given = TypeVar("Given")


async def in_thread(function: Callable[[], Given]) -> Given:
    """Run what blocks beside the event loop; not in the pool of the routes, so that a waiting write starves none."""
    return await run_sync(function, limiter=anyio.CapacityLimiter(1))


class Work:
    """A unit of work that is opened when it is first used, in the thread of the route; looks like `UnitOfWork`.

    Args:
        house: Where it is opened.
        writes: Whether it may change anything.
        asked: With a key: the commit waits until the answer is written, so that both are kept together.
    """

    def __init__(self, house: House, *, writes: bool, asked: "Asked | None" = None) -> None:
        self._house = house
        self.writes = writes
        self.asked = asked
        self.noted: list[Entry] = []
        self._opened: Any = None
        self._work: UnitOfWork | None = None

    @property
    def takes_turns(self) -> bool:
        """Whether it waits for others: not where a server lets many write at once."""
        return self._house.sqlite or not self.writes

    def __getattr__(self, name: str) -> Any:
        """A repository; the first one opens the transaction."""
        if self._work is None:
            self._opened = self._house.write() if self.writes else self._house.read()
            self._work = self._opened.__enter__()
            if self.asked is not None:
                self.asked.begin(self._work, self._house)
        return getattr(self._work, name)

    def replay(self) -> None:
        """Raises `Replay` where this was answered before, without waiting for a turn to write."""
        if self.asked is not None:
            self.asked.known(self._house)

    def keep(self, answer: Response) -> None:
        """Remember the answer under its key."""
        if self.asked is not None:
            self.asked.keep(self, answer)

    def end(self, error: BaseException | None = None) -> None:
        """Commit, or roll back where there is an error; nothing where it was never used."""
        noted, self.noted = self.noted, []
        if noted and error is None:
            try:
                self.audit.append_all(noted, at=self._house.now())
            except BaseException as refused:
                self.end(refused)
                raise
        opened, self._opened, self._work = self._opened, None, None
        if opened is not None:
            opened.__exit__(type(error) if error else None, error, None)


async def _writing(request: Request, house: TheHouse) -> UnitOfWork:
    return cast(UnitOfWork, Work(house, writes=True, asked=getattr(request.state, "asked", None)))


async def _reading(house: TheHouse) -> UnitOfWork:
    return cast(UnitOfWork, Work(house, writes=False))


async def _key_documented(
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
"""Parameter of a ``def`` route that changes something; committed when the route returns, rolled back if it raises."""
Read = Annotated[UnitOfWork, Depends(_reading)]
"""Parameter of a ``def`` route that only reads."""
IDEMPOTENT = Depends(_key_documented)
"""``dependencies=[IDEMPOTENT]`` of every POST with `Write`."""

_SECRET = frozenset(
    {
        "POST /tokens",
        "POST /webhooks",
        "POST /people/{person}/password",
        "POST /auth/sign-in",
        "POST /auth/sign-out",
        "POST /auth/password",
    }
)
"""Answers that hold a secret, which is kept nowhere in clear, or whose caller is not known yet; a key is ignored there."""

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def _ending(endpoint: Callable[..., Any], route: "Route") -> Callable[..., Any]:
    """The route with its answer written and its transactions ended in its own thread.

    A key's answer is kept in the transaction of what it answers, and nobody waits for the lock while it travels from
    one thread to the next.
    """
    if inspect.iscoroutinefunction(endpoint):
        return endpoint

    def ended(given: dict[str, Any]) -> Any:
        works = [value for value in given.values() if isinstance(value, Work)]
        try:
            for work in works:
                work.replay()
            answer = route.written(endpoint(**given), given)
            for work in works:
                work.keep(answer)
                work.end()
        except BaseException as error:
            for work in works:
                _roll_back(work, error)
            raise
        return answer

    @functools.wraps(endpoint)
    async def lined(**given: Any) -> Any:
        function = functools.partial(ended, given)
        works = [value for value in given.values() if isinstance(value, Work)]
        if works and all(work.takes_turns for work in works):
            writes = any(work.writes for work in works)
            return await turns().run(f"{route.path_format} {writes}", function, writes=writes)
        return await run_sync(function)

    return lined


def _roll_back(work: Work, error: BaseException) -> None:
    try:
        work.end(error)
    except StoreError:
        if isinstance(error, StoreError):
            return  # the refusal that led here is told; the rollback's is not news
        raise


class Route(APIRoute):
    """``APIRouter(route_class=Route)``: ends the request's transactions and answers repeated keys."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        super().__init__(path, _ending(endpoint, self), **given)

    def written(self, result: Any, given: dict[str, Any]) -> Response:
        """What an endpoint returned, as its answer; models write themselves, they were checked when they were made.

        Args:
            result: What it returned.
            given: What it was given; headers and status may stand on the response among it.
        """
        if isinstance(result, Response):
            return result
        told = next((value for value in given.values() if type(value) is Response), None)
        status = (told.status_code if told is not None else None) or self.status_code or 200
        if status in _BODILESS:
            content = b""
        elif isinstance(result, BaseModel):
            content = result.model_dump_json(by_alias=True).encode()
        else:
            content = json.dumps(jsonable_encoder(result), ensure_ascii=False, separators=(",", ":")).encode()
        answer = Response(content, status_code=status, media_type="application/json")
        if told is not None:
            answer.raw_headers.extend(told.raw_headers)
        return answer

    def get_route_handler(self) -> Handler:
        """The framework's handler with idempotency around it."""
        inner = super().get_route_handler()
        name = f"{'/'.join(sorted(self.methods or ()))} {self.path_format}"[:_LONGEST_KEY]

        async def handle(request: Request) -> Response:
            kind = request.headers.get("Content-Type", "")
            if (
                "\x00" in request.url.path
                or "%00" in request.url.query
                or ("json" in kind and await _zero(request))
            ):
                raise Refusal("request.invalid", "请求里有零字符。")  # PostgreSQL has no place for it
            if kind.startswith("multipart/"):  # forms are read before rights: nobody unknown may send files
                await caller_of_request(request)
            asked = await _asked(request, name) if request.method == "POST" and name not in _SECRET else None
            if asked is None:
                return await inner(request)
            request.state.asked = asked
            try:
                return await inner(request)
            except Replay as known:
                return known.response

        return handle


async def _zero(request: Request) -> bool:
    """True where a JSON body holds the character U+0000."""
    return b"\\u0000" in await request.body()


class Replay(Exception):
    """Another request with the same key was first, at the same moment; carries its answer."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


_KEPT = frozenset({"content-type", "etag", "location"})
_BODILESS = frozenset({204, 205, 304})


@dataclass
class Asked:
    """A POST with a key.

    Attributes:
        key: The key.
        route: Method and pattern.
        caller: Who.
        request: Hash of path, query and body.
    """

    key: str
    route: str
    caller: Caller
    request: str

    def known(self, house: House) -> None:
        """Raises `Replay` with the answer given before under this key."""
        with house.read() as work:
            found = work.idempotency.get(self.key, self.route, self.caller.person.id)
        if found is not None:
            raise Replay(self._again(found))

    def begin(self, work: UnitOfWork, house: House) -> None:
        """Take the key; raises `Replay` where another request has it."""
        found = work.idempotency.begin(
            self.key, self.route, self.caller.person.id, request=self.request, now=house.now()
        )
        if found is not None:
            raise Replay(self._again(found))

    def _again(self, found: Answered) -> Response:
        if found.request != self.request:
            raise Refusal("idempotency.reused")
        if found.erased:
            raise Refusal("idempotency.erased")
        headers = {**found.headers, "Idempotency-Replayed": "true"}
        return Response(found.body, status_code=found.status or 200, headers=headers)

    def keep(self, work: Work, response: Response) -> None:
        """Remember the answer, in the transaction of what it answers."""
        kept = {name: value for name, value in response.headers.items() if name in _KEPT}
        work.idempotency.answer(
            self.key,
            self.route,
            self.caller.person.id,
            status=response.status_code,
            headers=kept,
            body=bytes(response.body),
        )


async def _asked(request: Request, name: str) -> Asked | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 0 < len(key) <= _LONGEST_KEY or not all("!" <= char <= "~" for char in key):
        raise Refusal("idempotency.key")
    if request.headers.get("Content-Type", "").startswith("multipart/"):
        return None  # uploads are known by their content
    caller = await caller_of_request(request)
    content = hashlib.sha256(f"{request.url.path}?{request.url.query}\n".encode())
    content.update(await request.body())
    return Asked(key, name, caller, content.hexdigest())
