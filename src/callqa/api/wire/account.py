"""Signing in, and who one is."""

from datetime import datetime
from typing import Annotated

from pydantic import StringConstraints

from callqa.api.wire.wire import Wire


class SignIn(Wire):
    """Name and password."""

    login: Annotated[str, StringConstraints(min_length=1, max_length=128)]
    """Name to sign in with."""
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    """Password."""


class NewPassword(Wire):
    """A change of one's own password."""

    old: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    """The one in force."""
    new: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    """At least 10 characters."""


class Csrf(Wire):
    """The mark of a page."""

    token: str
    """Send it as ``X-CSRF-Token`` with every change; empty with a bearer token, which needs none."""


class PostHeld(Wire):
    """What somebody is, and where."""

    role: str
    """Role."""
    unit: str
    """Unit id."""
    unit_title: str
    """As people write it."""
    path: str
    """Unit ids from the top, e.g. ``/hq/d1/t1/``."""


class Me(Wire):
    """Who is signed in."""

    id: str
    """Person id."""
    name: str
    """As shown."""
    login: str | None
    """Name to sign in with."""
    raw: bool
    """May see raw personal data."""
    posts: tuple[PostHeld, ...]
    """Today's."""
    rights: dict[str, str]
    """Right → reach (own, unit, all); rights one has not are left out. With a token, only its scopes."""
    must_change_password: bool
    """True: nothing else works before the password is changed."""
    csrf: str
    """As at ``/auth/csrf``."""
    now: datetime
    """The server's clock."""
