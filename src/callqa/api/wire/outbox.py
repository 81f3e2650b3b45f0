"""Web-hooks and inboxes."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from callqa.api.wire.wire import Id, Wire

Event = Literal["call.scored", "call.fatal", "call.reviewed"]


class NewHook(Wire):
    """Somebody to be told by HTTP."""

    url: Annotated[str, StringConstraints(min_length=8, max_length=500, pattern=r"^https?://[^\s\x00]+$")]
    """Where to; https, and not inside private networks unless the settings allow its host."""
    events: Annotated[tuple[Event, ...], Field(min_length=1, max_length=3)]
    """What to tell."""


class HookChange(Wire):
    """Switch a hook on or off."""

    active: bool
    """False: nothing is sent."""


class HookShown(Wire):
    """A hook without its secret."""

    id: str
    """Unique."""
    url: str
    """Where to."""
    events: tuple[str, ...]
    """What it is told."""
    active: bool
    """False: nothing is sent."""
    created_by: str
    """Who set it up."""
    created_at: datetime
    """When."""


class HookMade(Wire):
    """A new hook; its secret is shown this once."""

    hook: HookShown
    """The hook."""
    secret: str
    """Key of ``X-CallQA-Signature: t=<unix time>,v1=<hex HMAC-SHA256 of "t.body">``."""


class DeliveryShown(Wire):
    """One message to one hook."""

    id: str
    """Sent as ``X-CallQA-Delivery``; drop repeats by it."""
    event: str
    """What happened."""
    created_at: datetime
    """When."""
    state: str
    """pending, running, done or dead."""
    attempts: int
    """How often it was tried."""
    not_before: datetime | None
    """Next attempt."""
    status: int | None
    """HTTP status of the last attempt."""
    message: str
    """What went wrong."""


class NotificationShown(Wire):
    """A line in one's inbox."""

    id: str
    """Unique."""
    kind: str
    """E.g. ``appeal.ruled``."""
    text: str
    """Chinese sentence."""
    subject: str
    """What it is about, e.g. ``call:C0001``."""
    at: datetime
    """When."""
    read_at: datetime | None
    """When it was read."""


class Read(Wire):
    """Which lines are read."""

    ids: Annotated[tuple[Id, ...], Field(max_length=500)] | None = None
    """Left out: all."""


class Unread(Wire):
    """How many lines are left."""

    unread: int
    """Not read."""
