"""Signing in at the centre's own directory: OpenID Connect, code flow with PKCE, keys from the provider."""

import secrets
from typing import Annotated, Any

import httpx
from authlib.common.security import generate_token  # type: ignore[import-untyped]
from authlib.integrations.httpx_client import OAuth2Client  # type: ignore[import-untyped]
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from itsdangerous import BadSignature, URLSafeTimedSerializer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from callqa.api.accounts import open_session
from callqa.api.house import House, TheHouse
from callqa.api.problems import Refusal, public_answers
from callqa.api.work import Route
from callqa.domain import Person
from callqa.store import UnitOfWork

router = APIRouter(prefix="/auth/oidc", tags=["auth"], route_class=Route)

_COOKIE = "callqa_oidc"
_MINUTES = 10
_SECONDS = 10.0
_ALGORITHMS = ["RS256", "ES256", "PS256"]


def _callback(house: House, request: Request) -> str:
    base = house.settings.public_url or str(request.base_url)
    return f"{base.rstrip('/')}/api/v1/auth/oidc/callback"


def _provider(house: House) -> dict[str, Any]:
    """The provider's own description; kept for ten minutes."""
    issuer = house.settings.oidc_issuer
    if issuer is None:
        raise Refusal("auth.oidc_off")
    known = house.looks.get(f"oidc:{issuer}")
    if isinstance(known, dict):
        return known
    try:
        found = httpx.get(
            f"{issuer.rstrip('/')}/.well-known/openid-configuration", timeout=_SECONDS, follow_redirects=False
        )
        found.raise_for_status()
        description: dict[str, Any] = found.json()
        if description["issuer"].rstrip("/") != issuer.rstrip("/"):
            raise Refusal("auth.oidc", "单位目录报的地址和设置的不同。")
        keys = httpx.get(description["jwks_uri"], timeout=_SECONDS, follow_redirects=False)
        keys.raise_for_status()
        description["keys"] = keys.json()
    except (httpx.HTTPError, ValueError, KeyError, AttributeError) as error:
        raise Refusal("auth.oidc", "连不上单位目录。") from error
    house.looks.put(f"oidc:{issuer}", description)
    return description


def _sealer(house: House) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(house.secret, salt="oidc")


@router.get(
    "/start",
    status_code=303,
    response_class=RedirectResponse,
    responses={**public_answers(401, 404, 422), 303: {"description": "To the provider."}},
)
def oidc_start(house: TheHouse, request: Request) -> RedirectResponse:
    """Go to the centre's directory to sign in."""
    provider = _provider(house)
    state = {"state": generate_token(32), "nonce": generate_token(32), "verifier": generate_token(64)}
    client = OAuth2Client(
        house.settings.oidc_client, redirect_uri=_callback(house, request), scope="openid profile"
    )
    url, _ = client.create_authorization_url(
        provider["authorization_endpoint"],
        state=state["state"],
        nonce=state["nonce"],
        code_challenge=create_s256_code_challenge(state["verifier"]),
        code_challenge_method="S256",
    )
    response = RedirectResponse(url, status_code=303)
    response.set_cookie(
        _COOKIE,
        _sealer(house).dumps(state),
        max_age=_MINUTES * 60,
        path="/api/v1/auth/oidc",
        httponly=True,
        samesite="lax",
        secure=(house.settings.public_url or "").startswith("https:"),
    )
    return response


@router.get(
    "/callback",
    status_code=303,
    response_class=RedirectResponse,
    responses={**public_answers(401, 403, 404, 422), 303: {"description": "Signed in; to the page."}},
)
def oidc_callback(
    house: TheHouse,
    request: Request,
    *,
    code: Annotated[str, Query(max_length=4000)] = "",
    state: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Back from the centre's directory."""
    provider = _provider(house)
    sealed = request.cookies.get(_COOKIE, "")
    try:
        known = _sealer(house).loads(sealed, max_age=_MINUTES * 60)
    except BadSignature as wrong:
        raise Refusal("auth.oidc", "登录等得太久，或不是从这里开始的。") from wrong
    if not code or not secrets.compare_digest(state.encode(), known["state"].encode()):
        raise Refusal("auth.oidc")
    claims = _claims(house, request, provider, code, known)
    subject = f"{claims['iss']} {claims['sub']}"
    response = RedirectResponse("/", status_code=303)
    with house.write() as work:
        person = _person(house, work, subject, claims)
        open_session(house, work, person, response)
        house.trace.did(work, person.id, "auth.sign_in", f"person:{person.id}", {"by": "oidc"})
    response.delete_cookie(_COOKIE, path="/api/v1/auth/oidc")
    return response


def _claims(
    house: House, request: Request, provider: dict[str, Any], code: str, known: dict[str, str]
) -> dict[str, Any]:
    """Change the code for an ID token and believe it only with the provider's signature."""
    settings = house.settings
    client = OAuth2Client(
        settings.oidc_client,
        settings.oidc_secret or None,
        redirect_uri=_callback(house, request),
        token_endpoint_auth_method="client_secret_basic" if settings.oidc_secret else "none",
        timeout=_SECONDS,
    )
    try:
        given = client.fetch_token(
            provider["token_endpoint"],
            code=code,
            code_verifier=known["verifier"],
            grant_type="authorization_code",
        )
        token = jwt.decode(given["id_token"], KeySet.import_key_set(provider["keys"]), algorithms=_ALGORITHMS)
        now = int(house.now().timestamp())
        jwt.JWTClaimsRegistry(
            now=now,
            leeway=60,
            iss={"essential": True, "value": provider["issuer"]},
            aud={"essential": True, "value": settings.oidc_client},
            nonce={"essential": True, "value": known["nonce"]},
            exp={"essential": True},
            sub={"essential": True},
        ).validate(token.claims)
    except (JoseError, httpx.HTTPError, ValueError, KeyError) as error:
        raise Refusal("auth.oidc") from error
    except Exception as error:  # authlib raises its own errors for what the provider refuses
        if type(error).__module__.startswith("authlib"):
            raise Refusal("auth.oidc") from error
        raise
    finally:
        client.close()
    return dict(token.claims)


def _person(house: House, work: UnitOfWork, subject: str, claims: dict[str, Any]) -> Person:
    """Whoever was tied to this subject before, else who has the login name of the claim; tied from now on."""
    account = work.accounts.by_subject(subject)
    if account is not None:
        person = work.organisation.person(account.person)
    else:
        login = claims.get(house.settings.oidc_claim)
        person = work.organisation.by_login(login) if isinstance(login, str) and login else None
        tied = work.accounts.get(person.id) if person else None
        if tied is not None and tied.subject is not None:
            person = None  # the name belongs to somebody else of the directory
        if person is not None:
            work.accounts.set_subject(person.id, subject)
    if person is None or not person.active:
        raise Refusal("auth.forbidden", "这里没有您的账号，或已停用。")
    return person
