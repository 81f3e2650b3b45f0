"""Signing in at a directory of the centre's own: a conforming provider over real HTTP, with real signatures."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from tests.api.office import NOW, Office, opened


class Provider:
    """OpenID Connect: discovery, keys, authorisation with PKCE, token; single use codes.

    Attributes:
        claims: Laid over the claims of the next token, to forge it.
        key: What signs; the keys published stay the same.
    """

    def __init__(self) -> None:
        self.published = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})
        self.key = self.published
        self.subject = "u-1001"
        self.login = "lead1"
        self.claims: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                if parts.path == "/.well-known/openid-configuration":
                    self.say(outer.description())
                elif parts.path == "/keys":
                    self.say(KeySet([outer.published]).as_dict(private=False))
                elif parts.path == "/authorize":
                    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
                    self.send_response(302)
                    self.send_header("Location", outer.consent(asked))
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                else:
                    self.send_error(404)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                status, said = outer.token(form, self.headers.get("Authorization", ""))
                self.say(said, status)

            def say(self, said: Any, status: int = 200) -> None:
                body = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None: ...

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def description(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def consent(self, asked: dict[str, str]) -> str:
        assert asked["response_type"] == "code"
        assert "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        client = base64.b64encode(b"callqa:s3cret").decode()
        asked = self.codes.pop(form.get("code", ""), None)
        if authorization != f"Basic {client}":
            return 401, {"error": "invalid_client"}
        if asked is None or form.get("redirect_uri") != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = int(NOW.timestamp())
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": asked["client_id"],
            "exp": now + 300,
            "iat": now,
            "nonce": asked["nonce"],
            "preferred_username": self.login,
            **self.claims,
        }
        token = jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.key)
        return 200, {"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": token}


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def office_(staffed_url: str, tmp_path: Path, provider: Provider) -> Iterator[Office]:
    with opened(
        staffed_url, tmp_path, oidc_issuer=provider.issuer, oidc_client="callqa", oidc_secret="s3cret"
    ) as office:
        yield office


def walk(office: Office, **changes: str) -> Any:
    """As a browser goes: here, there, and back."""
    start = office.http.get("/api/v1/auth/oidc/start", follow_redirects=False)
    assert start.status_code == 303, start.text
    there = httpx.get(start.headers["location"], follow_redirects=False, trust_env=False)
    back = urlsplit(there.headers["location"])
    query = {name: values[0] for name, values in parse_qs(back.query).items()} | changes
    return office.http.get(back.path, params=query, follow_redirects=False)


def test_the_directory_signs_in_whoever_has_a_login_here(office_: Office, provider: Provider) -> None:
    answer = walk(office_)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    me = office_.http.get("/api/v1/auth/me").json()
    assert (me["id"], me["must_change_password"]) == ("lead1", False)
    rows = office_.as_("admin").get("/audit", params={"action": "auth.sign_in"}).json()["items"]
    assert [(one["actor"], one["detail"]) for one in rows] == [("lead1", {"by": "oidc"})]
    # tied by subject from now on: a changed name there is still the same person here
    provider.login = "somebody-else"
    assert walk(office_).status_code == 303
    assert office_.http.get("/api/v1/auth/me").json()["id"] == "lead1"


def test_nobody_takes_a_name_that_belongs_to_another_subject(office_: Office, provider: Provider) -> None:
    assert walk(office_).status_code == 303
    provider.subject = "u-2002"
    answer = walk(office_)
    assert (answer.status_code, answer.json()["code"]) == (403, "auth.forbidden")


def test_strangers_and_those_who_left_stay_out(office_: Office, provider: Provider) -> None:
    provider.login = "nobody-here"
    assert walk(office_).json()["code"] == "auth.forbidden"
    provider.login = "lead1"
    office_.as_("admin").patch("/people/lead1", {"active": False})
    assert walk(office_).json()["code"] == "auth.forbidden"


@pytest.mark.parametrize(
    "forged",
    [
        {"nonce": "another"},
        {"aud": "another-client"},
        {"iss": "https://evil.example.com"},
        {"exp": int(NOW.timestamp()) - 3600},
        {"sub": None},
    ],
    ids=lambda forged: next(iter(forged)),
)
def test_a_token_that_is_not_for_us_now_is_refused(
    office_: Office, provider: Provider, forged: dict[str, Any]
) -> None:
    provider.claims = forged
    answer = walk(office_)
    assert (answer.status_code, answer.json()["code"]) == (401, "auth.oidc")
    assert office_.http.get("/api/v1/auth/me").status_code == 401


def test_a_token_signed_by_somebody_else_is_refused(office_: Office, provider: Provider) -> None:
    provider.key = RSAKey.generate_key(2048, {"kid": "k1"})
    assert walk(office_).json()["code"] == "auth.oidc"


def test_an_unsigned_token_is_refused(
    office_: Office, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bare(_header: Any, claims: dict[str, Any], _key: Any) -> str:
        parts = [json.dumps({"alg": "none"}).encode(), json.dumps(claims).encode()]
        return ".".join(base64.urlsafe_b64encode(one).rstrip(b"=").decode() for one in parts) + "."

    monkeypatch.setattr(jwt, "encode", bare)
    assert walk(office_).json()["code"] == "auth.oidc"


def test_state_and_code_are_good_once_and_for_this_browser(office_: Office) -> None:
    assert walk(office_, state="made-up").json()["code"] == "auth.oidc"
    assert walk(office_, code="made-up").json()["code"] == "auth.oidc"
    start = office_.http.get("/api/v1/auth/oidc/start", follow_redirects=False)
    there = httpx.get(start.headers["location"], follow_redirects=False, trust_env=False)
    back = there.headers["location"].split("/", 3)[3]
    office_.http.cookies.clear()  # another browser
    assert office_.http.get(f"/{back}", follow_redirects=False).json()["code"] == "auth.oidc"


def test_without_a_directory_there_is_none(small: Office) -> None:
    answer = small.http.get("/api/v1/auth/oidc/start", follow_redirects=False)
    assert (answer.status_code, answer.json()["code"]) == (404, "auth.oidc_off")


def test_a_directory_that_is_down_is_told(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'd.sqlite3'}", tmp_path, oidc_issuer="http://127.0.0.1:1") as office:
        started = time.monotonic()
        answer = office.http.get("/api/v1/auth/oidc/start", follow_redirects=False)
        assert (answer.status_code, answer.json()["code"]) == (401, "auth.oidc")
        assert time.monotonic() - started < 5
