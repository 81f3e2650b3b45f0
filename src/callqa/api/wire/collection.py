"""Collections of calls and clips."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from callqa.api.wire.call import CallShown
from callqa.api.wire.coaching import Title
from callqa.api.wire.wire import Id, Wire, Words
from callqa.domain import Collection, CollectionItem, Party, Span

CallName = Annotated[str, StringConstraints(min_length=1, max_length=128)]


class ItemAsked(Wire):
    """A call, or a stretch of it, to put in."""

    call: CallName
    """The call."""
    span: Span | None = None
    """The stretch; left out: the whole call."""
    note: Words = ""
    """Why it is worth hearing."""


class CollectionAsked(Wire):
    """A collection to make."""

    title: Title
    """E.g. 价格异议处理精选."""
    description: Words = ""
    """What it is for."""
    unit: Id
    """Whose people it is for."""
    shared: bool = False
    """True: the agents of the unit hear what lies in it, masked and muted, whosever calls they are."""
    items: Annotated[tuple[ItemAsked, ...], Field(max_length=200)] = ()
    """What lies in it from the start."""


class CollectionChange(Wire):
    """What changes of a collection's cover; what is left out stays."""

    title: Title | None = None
    """Another name."""
    description: Words | None = None
    """What it is for."""
    archived: bool | None = None
    """True puts it into the archive, false takes it out again."""
    shared: bool | None = None
    """True has the agents of the unit hear it, false takes it from them."""


class ItemsAsked(Wire):
    """What to put into a collection."""

    items: Annotated[tuple[ItemAsked, ...], Field(min_length=1, max_length=200)]
    """In the order wanted."""


class ItemNote(Wire):
    """Why an item is there."""

    note: Words
    """In words; empty takes the note away."""


class CollectionShown(Wire):
    """A collection as lists show it."""

    collection: Collection
    """The cover."""
    unit_title: str
    """Of its unit."""
    by: str
    """Name of who made it."""
    items: int
    """Calls and clips that the asker may see."""
    hidden: int
    """Calls and clips outside the asker's reach."""
    may_add: bool
    """The asker may put calls in."""
    may_change: bool
    """The asker may rename, archive and delete it and take anything out."""


class ClipTurn(Wire):
    """What is said in a clip."""

    index: int
    """Index of the turn in its call."""
    party: Party
    """Who."""
    text: str
    """Masked."""


class ItemShown(Wire):
    """What lies in a collection."""

    item: CollectionItem
    """The call, the stretch, the note."""
    call: CallShown
    """The call as lists show it."""
    turns: tuple[ClipTurn, ...]
    """The turns that a clip touches, at most eight; empty for a whole call."""
    may_change: bool
    """The asker may change the note and take it out."""


class CollectionOpened(CollectionShown):
    """A collection with what lies in it."""

    content: tuple[ItemShown, ...]
    """In the order it was put in; without what is hidden."""
    names: dict[str, str]
    """Person id → name, of everybody named here."""


class ItemsAdded(Wire):
    """What putting in did."""

    added: int
    """New items."""
    known: int
    """Items that were there already."""
    collection: CollectionShown
    """The collection after it."""


class SharedShown(Wire):
    """A collection that agents of its unit hear, as lists show it."""

    id: str
    """Unique."""
    title: str
    """E.g. 价格异议处理精选."""
    description: str
    """What it is for."""
    unit_title: str
    """Whose people it is for."""
    by: str
    """Name of who made it."""
    at: datetime
    """When."""
    items: int
    """What there is to hear."""


class SharedItem(Wire):
    """Something to hear: a clip or a whole call, of whom ever; nothing of its score."""

    id: str
    """Unique."""
    agent: str
    """Name of who spoke; empty where nobody is named."""
    product: str | None
    """What was sold."""
    note: str
    """Why it is worth hearing."""
    whole: bool
    """True: the whole call; false: a clip."""
    duration: int
    """Milliseconds."""
    turns: tuple[ClipTurn, ...]
    """What is said in it, masked; at most two hundred."""


class SharedOpened(SharedShown):
    """A shared collection with what lies in it."""

    content: tuple[SharedItem, ...]
    """In the order it was put in."""
