"""What is remembered for a moment."""

from collections.abc import Hashable
from time import monotonic
from typing import Generic, TypeVar

Thing = TypeVar("Thing")

_MOST = 5000


class Kept(Generic[Thing]):
    """Small things remembered for a moment; safe between threads.

    Args:
        seconds: How long.
    """

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds
        self._things: dict[Hashable, tuple[float, Thing]] = {}

    def get(self, key: Hashable) -> Thing | None:
        """The thing, or None."""
        found = self._things.get(key)
        return found[1] if found and found[0] > monotonic() else None

    def put(self, key: Hashable, thing: Thing) -> None:
        """Remember a thing."""
        if len(self._things) > _MOST:
            self.clear()
        self._things[key] = (monotonic() + self._seconds, thing)

    def clear(self) -> None:
        """Forget all: something they rest on was changed."""
        self._things = {}
