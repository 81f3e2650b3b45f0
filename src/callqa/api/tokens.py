"""Keys for programs: scoped, expiring, revocable; only their hashes are kept."""

import secrets
from datetime import timedelta
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Path, Response

from callqa.api.actor import Actor, Need, may, token_digest
from callqa.api.house import TheHouse
from callqa.api.paging import whole
from callqa.api.problems import Refusal, answers
from callqa.api.rights import Right
from callqa.api.wire import Page
from callqa.api.wire.organisation import NewToken, TokenMade, TokenShown
from callqa.api.work import Read, Route, Write
from callqa.store.accounts import Token

router = APIRouter(prefix="/tokens", tags=["tokens"], route_class=Route)

TheOwner = Annotated[Actor, Depends(Need(Right.account))]


@router.get("", responses=answers())
def tokens(actor: TheOwner, work: Read) -> Page[TokenShown]:
    """One's own tokens; an administrator sees everybody's."""
    everybody = actor.has(Right.tokens_all)
    return whole(_shown(one) for one in work.accounts.tokens(None if everybody else actor.id))


@router.post("", status_code=201, responses=answers())
def make_token(house: TheHouse, actor: TheOwner, work: Write, asked: NewToken) -> TokenMade:
    """A new token for oneself; a token cannot make another one with more than it has."""
    beyond = [right.value for right in asked.scopes if not may(actor.caller, right)]
    if beyond:
        raise Refusal("auth.forbidden", f"您没有这些权限：{'、'.join(beyond)}。")
    now = house.now()
    days = min(asked.days, house.settings.token_days)
    secret = f"cq_{secrets.token_urlsafe(32)}"
    token = Token(
        id=uuid4().hex,
        secret=token_digest(secret),
        person=actor.id,
        title=asked.title,
        scopes=tuple(dict.fromkeys(right.value for right in asked.scopes)),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    work.accounts.add_token(token)
    house.trace.did(work, actor.id, "token.make", f"token:{token.id}", {"scopes": list(token.scopes)})
    return TokenMade(token=_shown(token), secret=secret)


@router.delete("/{token}", status_code=204, responses=answers(404))
def revoke_token(
    house: TheHouse, actor: TheOwner, work: Write, token: Annotated[str, Path(max_length=128)]
) -> Response:
    """Take a token back; it stops working at once."""
    whose = None if actor.has(Right.tokens_all) else actor.id
    known = {one.id: one for one in work.accounts.tokens(whose)}
    if token not in known:
        raise Refusal("missing")
    work.accounts.revoke_token(token, now=house.now())
    house.trace.did(work, actor.id, "token.revoke", f"token:{token}", {"person": known[token].person})
    house.callers.clear()
    return Response(status_code=204)


def _shown(token: Token) -> TokenShown:
    return TokenShown(
        id=token.id,
        title=token.title,
        person=token.person,
        scopes=token.scopes,
        created_at=token.created_at,
        expires_at=token.expires_at,
        revoked_at=token.revoked_at,
        used_at=token.used_at,
    )
