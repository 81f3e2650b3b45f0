"""Units, people, imports of the organisation, tokens."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from callqa.api.rights import Right
from callqa.api.wire.wire import Wire
from callqa.domain import UnitKind


class UnitShown(Wire):
    """A node of the organisation."""

    id: str
    """Unique."""
    title: str
    """E.g. 一部."""
    kind: UnitKind
    """Which level."""
    parent: str | None
    """The unit above."""
    path: str
    """Unit ids from the top."""
    valid_from: date
    """First day."""
    valid_to: date | None
    """Last day, inclusive."""


class PostShown(Wire):
    """Who is what, where, and when."""

    unit: str
    """The unit."""
    role: str
    """The role."""
    valid_from: date
    """First day."""
    valid_to: date | None
    """Last day, inclusive."""


class PersonShown(Wire):
    """Somebody of the centre."""

    id: str
    """Unique."""
    name: str
    """As shown."""
    login: str | None
    """Name to sign in with."""
    languages: tuple[str, ...]
    """Languages the person can review."""
    minutes_a_day: int
    """Reviewer minutes a day."""
    raw: bool
    """May see raw personal data."""
    active: bool
    """False: left."""
    posts: tuple[PostShown, ...]
    """All, oldest first."""


class PersonChange(Wire):
    """What an administrator may change of a person; what is left out stays."""

    raw: bool | None = None
    """May see raw personal data."""
    minutes_a_day: Annotated[int, Field(ge=0, le=720)] | None = None
    """Reviewer minutes a day."""
    active: bool | None = None
    """False: signs in no more; sessions and tokens end at once."""


class OneTimePassword(Wire):
    """Shown once, kept nowhere in clear."""

    person: str
    """For whom."""
    password: str
    """Must be changed at the first sign-in."""


class ImportDone(Wire):
    """What an import changed, or would change."""

    dry_run: bool
    """True: nothing was changed."""
    units: int
    """Units new, changed or taken away."""
    people: int
    """People new, changed or gone."""
    posts: int
    """Posts new or taken away."""
    calls: int
    """Calls that belong to another unit than before."""


class NewToken(Wire):
    """A key for a program."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    """What it is for."""
    scopes: Annotated[tuple[Right, ...], Field(min_length=1, max_length=60)]
    """What it may do; never more than its owner."""
    days: Annotated[int, Field(ge=1, le=3650)] = 30
    """How long it holds; at most the setting ``token_days``."""


class TokenShown(Wire):
    """A token without its secret."""

    id: str
    """To revoke it by."""
    title: str
    """What it is for."""
    person: str
    """On whose behalf."""
    scopes: tuple[str, ...]
    """What it may do."""
    created_at: datetime
    """When."""
    expires_at: datetime
    """Until."""
    revoked_at: datetime | None
    """Taken back."""
    used_at: datetime | None
    """Last use, to the hour."""


class TokenMade(Wire):
    """A new token; its secret is shown this once."""

    token: TokenShown
    """The token."""
    secret: str
    """Send it as ``Authorization: Bearer …``."""
