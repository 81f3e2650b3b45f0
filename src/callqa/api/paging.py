"""Keyset pages: the token says where the last page ended, signed, so that a made-up one is told apart."""

from collections.abc import Callable, Iterable
from typing import Annotated, Any, TypeVar

from fastapi import Query
from itsdangerous import BadSignature

from callqa.api.house import House
from callqa.api.problems import Refusal
from callqa.api.wire import Page
from callqa.store.search import Page as StoredPage
from callqa.store.search import Place

Limit = Annotated[int, Query(ge=1, le=200, description="Items per page.")]
After = Annotated[
    str | None,
    Query(max_length=600, description="`next` of the page before; leave it out for the first page."),
]

Stored = TypeVar("Stored")
Shown = TypeVar("Shown")


def place_of(house: House, after: str | None, *, of: str) -> Place | None:
    """Where a page token points.

    Args:
        house: Knows the key.
        after: As it came in.
        of: What list the token belongs to, with its sort and filters where they matter, e.g. ``calls:newest``.

    Raises:
        Refusal: ``page.token`` where it was not given by this list.
    """
    if after is None:
        return None
    try:
        value, name = house.signer(f"page:{of}").loads(after)
    except (BadSignature, ValueError, TypeError) as wrong:
        raise Refusal("page.token") from wrong
    return value, name


def token_of(house: House, place: Place | None, *, of: str) -> str | None:
    """The token of a place."""
    return None if place is None else str(house.signer(f"page:{of}").dumps(list(place)))


def page_of(
    house: House, stored: StoredPage[Stored], show: Callable[[Stored], Shown], *, of: str
) -> Page[Any]:
    """A stored page as it goes over the wire."""
    return Page[Any](
        items=tuple(show(one) for one in stored.items),
        next=token_of(house, stored.next, of=of),
        total=stored.total,
    )


def whole(items: Iterable[Shown]) -> Page[Any]:
    """A list short enough to be one page."""
    shown = tuple(items)
    return Page[Any](items=shown, total=len(shown))
