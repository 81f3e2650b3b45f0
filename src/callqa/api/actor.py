"""Who is asking, with which right, and how far it reaches."""

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from callqa.api.house import House, house_of
from callqa.api.problems import Refusal
from callqa.api.rights import Reach, Right, reach_of
from callqa.api.standing_in import posts_in_force
from callqa.domain import Person, StoreError
from callqa.store.accounts import Token
from callqa.store.organisation import Reach as Held
from callqa.store.search import Scope

COOKIE = "callqa_session"
CSRF_HEADER = "X-CSRF-Token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

_cookie_scheme = APIKeyCookie(
    name=COOKIE, scheme_name="session", auto_error=False, description="Set by /auth/sign-in."
)
_bearer_scheme = HTTPBearer(scheme_name="token", auto_error=False, description="A token made at /tokens.")


@dataclass(frozen=True)
class Caller:
    """Somebody signed in.

    Attributes:
        person: Who.
        posts: What the person is today, and where, with the path of the unit.
        expires_at: When the session or token ends.
        scopes: With a token: the rights it carries; None = all that the posts give.
        one_time: Signed in with a one-time password that must be changed first.
        session: Hash of the session's cookie; None with a token.
        csrf: What a page must send back with every change.
        token: Id of the token; None with a session.
    """

    person: Person
    posts: tuple[Held, ...]
    expires_at: datetime
    scopes: frozenset[str] | None = None
    one_time: bool = False
    session: str | None = None
    csrf: str = ""
    token: str | None = None


@dataclass(frozen=True)
class Actor:
    """A caller who has the right that a route asks for.

    Attributes:
        person: Who.
        posts: What the person is today, and where.
        right: The right.
        scope: How far it reaches: unit paths, or one's own.
        caller: How the person signed in.
    """

    person: Person
    posts: tuple[Held, ...]
    right: Right
    scope: Scope
    caller: Caller

    @property
    def id(self) -> str:
        """The person's id."""
        return self.person.id

    def reaches(self, unit_path: str | None, *, agent: str | None = None) -> bool:
        """True where a thing of this unit path, or of this agent, lies within the right."""
        if agent is not None and agent == self.scope.agent:
            return True
        return any((unit_path or "/").startswith(path) for path in self.scope.paths)

    def require(self, unit_path: str | None, *, agent: str | None = None) -> None:
        """Raises `Refusal` ``missing`` where it does not: that a thing exists is not told to those outside."""
        if not self.reaches(unit_path, agent=agent):
            raise Refusal("missing")

    def other(self, right: Right) -> "Actor":
        """The same caller under another right; its scope may be empty."""
        return Actor(self.person, self.posts, right, scope_of(self.caller, right), self.caller)

    def has(self, right: Right) -> bool:
        """True where the caller has this right at all."""
        return may(self.caller, right)


def digest(secret: str) -> str:
    """How cookies and tokens are kept: SHA-256 suffices for 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def token_digest(secret: str) -> str:
    """How a token is kept."""
    return digest(f"token:{secret}")


def may(caller: Caller, right: Right) -> bool:
    """True where role and token give the right."""
    if caller.scopes is not None and right.value not in caller.scopes:
        return False
    return any(reach_of(right, post.role) is not Reach.none for post in caller.posts)


def scope_of(caller: Caller, right: Right) -> Scope:
    """How far a right reaches: the union over the caller's posts."""
    if not may(caller, right):
        return Scope()
    reaches = [(reach_of(right, post.role), post.path) for post in caller.posts]
    paths = {path for reach, path in reaches if reach is Reach.unit}
    if any(reach is Reach.all for reach, _ in reaches):
        paths = {"/"}
    own = any(reach is Reach.own for reach, _ in reaches)
    return Scope(paths=tuple(sorted(paths)), agent=caller.person.id if own else None)


def authenticate(house: House, *, bearer: str | None, cookie: str | None) -> Caller:
    """The caller of a request, by token or by cookie.

    Raises:
        Refusal: ``auth.required`` where neither is valid.
    """
    now, day = house.now(), house.today()
    with house.read() as work:
        token = work.accounts.token(token_digest(bearer), now=now) if bearer is not None else None
        session = work.accounts.session(digest(cookie), now=now) if cookie and bearer is None else None
        holder = token or session
        person = work.organisation.person(holder.person) if holder else None
        if person is None or not person.active:
            raise _required()
        posts = posts_in_force(work, person.id, day)
        account = work.accounts.get(person.id) if token is None else None
    if token is not None:
        _note_use(house, token, now)
        scopes = frozenset(token.scopes)
        return Caller(person, posts, expires_at=token.expires_at, scopes=scopes, token=token.id)
    return Caller(
        person,
        posts,
        expires_at=session.expires_at if session else now,
        one_time=bool(account and account.one_time),
        session=session.id if session else None,
        csrf=session.csrf if session else "",
    )


def _note_use(house: House, token: Token, now: datetime) -> None:
    """Note that a token is in use, once an hour; that it cannot be noted is no reason to refuse it."""
    if token.used_at is not None and now - token.used_at < timedelta(hours=1):
        return
    with suppress(StoreError), house.write() as work:
        work.accounts.use_token(token.id, now=now)


async def caller_of_request(request: Request) -> Caller:
    """Who is signed in; looked up once per request, and at most every two seconds per cookie or token.

    Raises:
        Refusal: ``auth.required``; ``auth.csrf`` where a page's change lacks its mark.
    """
    known = getattr(request.state, "caller", None)
    if isinstance(known, Caller):
        return known
    house = house_of(request)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else None
    cookie = request.cookies.get(COOKIE)
    if bearer is None and not cookie:
        raise _required()
    secret = digest(f"t:{bearer}" if bearer is not None else f"c:{cookie}")
    found = house.callers.get(secret)
    if isinstance(found, Caller):
        caller = found
    else:
        caller = await run_sync(partial(authenticate, house, bearer=bearer, cookie=cookie))
        house.callers.put(secret, caller)
    if caller.expires_at <= house.now():
        raise _required()
    if caller.session is not None and request.method not in _SAFE:
        sent = request.headers.get(CSRF_HEADER, "")
        if not secrets.compare_digest(sent.encode(), caller.csrf.encode()):
            raise Refusal("auth.csrf")
    request.state.caller = caller
    return caller


def _required() -> Refusal:
    return Refusal("auth.required", headers={"WWW-Authenticate": "Bearer"})


async def _caller_here(
    request: Request,
    _bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer_scheme)],
    _cookie: Annotated[str | None, Depends(_cookie_scheme)],
) -> Caller:
    return await caller_of_request(request)


TheCaller = Annotated[Caller, Depends(_caller_here)]
"""Parameter of a route for everybody who is signed in."""


class Need:
    """A route's right: ``actor: Annotated[Actor, Depends(Need(Right.review))]``.

    Args:
        right: What the route does.
        one_time: Also for those who must first change a one-time password.
    """

    def __init__(self, right: Right, *, one_time: bool = False) -> None:
        self.right = right
        self._one_time = one_time

    async def __call__(self, request: Request, caller: TheCaller) -> Actor:
        """The actor, or a refusal."""
        if caller.one_time and not self._one_time:
            raise Refusal("auth.change_password")
        if not may(caller, self.right):
            scoped = caller.scopes is not None and self.right.value not in caller.scopes
            raise Refusal("auth.scope" if scoped else "auth.forbidden")
        request.state.person = caller.person.id
        return Actor(caller.person, caller.posts, self.right, scope_of(caller, self.right), caller)
