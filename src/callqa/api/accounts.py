"""Signing in and out, oneself, one's password."""

import secrets
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from callqa.api.actor import COOKIE, Actor, Caller, Need, digest
from callqa.api.house import House, TheHouse
from callqa.api.passwords import hashed, matches, outdated, require_strong
from callqa.api.problems import Refusal, answers, public_answers
from callqa.api.rights import Right, rights_of
from callqa.api.wire.account import Csrf, Me, NewPassword, PostHeld, SignIn
from callqa.api.work import Read, Route, Write
from callqa.domain import Person
from callqa.store import UnitOfWork
from callqa.store.accounts import SignIn as SignedIn

router = APIRouter(prefix="/auth", tags=["auth"], route_class=Route)

_FREE_TRIES = 3
_SLOWEST = 30.0
_SPRAY = 10
"""So many times the wrong passwords that lock a name lock an address: behind it may sit a whole office."""


@router.post("/sign-in", responses=public_answers(400, 401, 413, 422, 429, 503))
def sign_in(house: TheHouse, request: Request, response: Response, asked: SignIn) -> Me:
    """Sign in with name and password; sets the session cookie."""
    now = house.now()
    name = house.guess_name(asked.login)
    address = house.guess_name(f"address {request.client.host if request.client else ''}")
    with house.read() as work:
        _refuse_guessing(work, name, now)
        _refuse_guessing(work, address, now)
        person = work.organisation.by_login(asked.login)
        account = work.accounts.get(person.id) if person else None
    kept = account.password_hash if account and person and person.active else None
    if not matches(asked.password, kept) or person is None or account is None:
        _note_failure(house, name, person)
        _note_spray(house, address)
        raise Refusal("auth.wrong")
    with house.write() as work:
        work.accounts.clear_failures(name)
        if kept and outdated(kept):
            work.accounts.set_password(person.id, hashed(asked.password), one_time=account.one_time, now=now)
        caller = open_session(house, work, person, response)
        house.trace.did(work, person.id, "auth.sign_in", f"person:{person.id}")
        request.state.person = person.id
        return me_of(house, work, caller)


def _refuse_guessing(work: UnitOfWork, name: str, now: datetime) -> None:
    tried = work.accounts.attempts(name)
    if tried is not None and tried.locked_until is not None and tried.locked_until > now:
        wait = max(1, round((tried.locked_until - now).total_seconds()))
        raise Refusal("auth.locked", headers={"Retry-After": str(wait)})


def _note_failure(house: House, name: str, person: Person | None) -> None:
    """Count a wrong password; each after the third makes one wait twice as long, the last locks."""
    now, settings = house.now(), house.settings
    with house.write() as work:
        tried = work.accounts.attempts(name)
        failed = (tried.failed if tried else 0) + 1
        locked: datetime | None = None
        if failed >= settings.lock_after:
            locked = now + timedelta(minutes=settings.lock_minutes)
        elif failed > _FREE_TRIES:
            locked = now + timedelta(seconds=min(_SLOWEST, 2.0 ** (failed - _FREE_TRIES - 1)))
        work.accounts.note_failure(name, now=now, locked_until=locked)
        if failed >= settings.lock_after:
            subject = f"person:{person.id}" if person else "person:?"
            house.trace.did(work, "system", "auth.locked", subject, {"failed": failed})


def _note_spray(house: House, address: str) -> None:
    """Count wrong passwords of one address over all names; a quiet spell lets it begin anew."""
    now, settings = house.now(), house.settings
    spell = timedelta(minutes=settings.lock_minutes)
    with house.write() as work:
        tried = work.accounts.attempts(address)
        if tried is not None and now - tried.last_at > spell:
            work.accounts.clear_failures(address)
            tried = None
        most = _SPRAY * settings.lock_after
        locked = now + spell if tried is not None and tried.failed + 1 >= most else None
        work.accounts.note_failure(address, now=now, locked_until=locked)


def open_session(house: House, work: UnitOfWork, person: Person, response: Response) -> Caller:
    """A new session and its cookie."""
    now = house.now()
    cookie, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    hours = timedelta(hours=house.settings.session_hours)
    work.accounts.open_session(SignedIn(digest(cookie), person.id, csrf, now, now + hours))
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=round(hours.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=(house.settings.public_url or "").startswith("https:"),
    )
    account = work.accounts.get(person.id)
    posts = work.organisation.reaches(person.id, house.today())
    one_time = bool(account and account.one_time)
    return Caller(person, posts, expires_at=now + hours, one_time=one_time, session=digest(cookie), csrf=csrf)


def me_of(house: House, work: UnitOfWork, caller: Caller) -> Me:
    """A caller as shown to itself."""
    units = {unit.id: unit.title for unit in work.organisation.units()}
    rights = rights_of(post.role for post in caller.posts)
    return Me(
        id=caller.person.id,
        name=caller.person.name,
        login=caller.person.login,
        raw=caller.person.raw,
        posts=tuple(
            PostHeld(
                role=post.role, unit=post.unit, unit_title=units.get(post.unit, post.unit), path=post.path
            )
            for post in caller.posts
        ),
        rights={
            right.value: reach.value
            for right, reach in rights.items()
            if caller.scopes is None or right.value in caller.scopes
        },
        must_change_password=caller.one_time,
        csrf=caller.csrf,
        now=house.now(),
    )


TheAccount = Annotated[Actor, Depends(Need(Right.account, one_time=True))]


@router.get("/me", responses=answers())
def me(house: TheHouse, actor: TheAccount, work: Read) -> Me:
    """Who is signed in, with rights."""
    return me_of(house, work, actor.caller)


@router.get("/csrf", responses=answers())
def csrf(actor: TheAccount) -> Csrf:
    """The mark that a page sends with every change."""
    return Csrf(token=actor.caller.csrf)


@router.post("/sign-out", status_code=204, responses=answers())
def sign_out(house: TheHouse, actor: TheAccount, work: Write) -> Response:
    """End this session."""
    if actor.caller.session:
        work.accounts.close_session(actor.caller.session)
        house.callers.clear()
    house.trace.did(work, actor.id, "auth.sign_out", f"person:{actor.id}")
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, path="/")
    return response


@router.post("/password", responses=answers())
def change_password(house: TheHouse, actor: TheAccount, response: Response, asked: NewPassword) -> Me:
    """Change one's own password; ends all other sessions."""
    now = house.now()
    name = house.guess_name(actor.person.login or actor.id)
    with house.read() as work:
        _refuse_guessing(work, name, now)
        account = work.accounts.get(actor.id)
    if account is None or not matches(asked.old, account.password_hash):
        _note_failure(house, name, actor.person)
        raise Refusal("auth.forbidden", "旧密码不对。")
    require_strong(asked.new, login=actor.person.login or "", old=asked.old)
    kept = hashed(asked.new)
    with house.write() as work:
        work.accounts.set_password(actor.id, kept, one_time=False, now=now)
        work.accounts.clear_failures(name)
        work.accounts.close_sessions(actor.id)
        house.callers.clear()
        house.trace.did(work, actor.id, "auth.password", f"person:{actor.id}")
        caller = open_session(house, work, actor.person, response)
        return me_of(house, work, caller)
