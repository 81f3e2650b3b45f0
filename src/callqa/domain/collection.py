"""Collections (录音合集): calls, or stretches of calls, that somebody put together because they teach something."""

from pydantic import AwareDatetime, Field

from callqa.domain.noun import Noun
from callqa.domain.timeline import Span


class Collection(Noun):
    """The cover of a collection; what lies in it are `CollectionItem`s."""

    id: str
    """Unique."""
    title: str
    """E.g. 价格异议处理精选."""
    description: str = ""
    """What it is for and how to use it."""
    unit: str
    """The unit whose people it is for; those above and below it see it as well."""
    created_by: str
    """Who made it."""
    created_at: AwareDatetime
    """When."""
    archived: bool = False
    """True: kept for reference, nothing is added any more."""
    shared: bool = False
    """True: the agents of the unit hear what lies in it, whosever calls they are."""
    version: int = Field(default=1, ge=1)
    """Grows with every change of the cover; adding and removing calls does not change it."""


class CollectionItem(Noun):
    """One call, or one stretch of it, in a collection."""

    id: str
    """Unique."""
    collection: str
    """The collection."""
    call_id: str
    """The call."""
    span: Span | None = None
    """The stretch that matters; None = the whole call."""
    note: str = ""
    """Why it is here, masked."""
    added_by: str
    """Who put it in."""
    added_at: AwareDatetime
    """When."""
