"""How rare something is among the calls: what a search begins with. Guesses only; answers never depend on them."""

from collections.abc import Mapping, Sequence
from threading import Lock
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Select, func, select, text
from sqlalchemy.orm import Session

RARE = 1500
"""Calls that are quicker fetched and sorted than met on a walk: about the root of 50 × 100,000."""
_FRESH = 60.0
"""Seconds for which a size is taken as it was: counting it takes half as long as the list it is for."""
_MOST = 5_000
"""Sizes kept per database."""

Key = tuple[object, ...]
_sizes: WeakKeyDictionary[Engine, dict[Key, tuple[float, int]]] = WeakKeyDictionary()
_guard = Lock()


def rarest(session: Session, sets: Sequence[tuple[Key, Select[Any]]]) -> int | None:
    """Which of some sets of calls is smallest.

    Args:
        session: Where to count those that were not counted lately.
        sets: What is asked for, in words, and as numbers of calls.

    Returns:
        Its place; None where none is rare.
    """
    known = _known(session, [key for key, _ in sets])
    new = {key: some for key, some in sets if key not in known}
    if new:
        known |= _kept(session, dict(zip(new, _counted(session, new), strict=True)))
    sizes = [known[key] for key, _ in sets]
    smallest = min(sizes, default=RARE + 1)
    return sizes.index(smallest) if smallest <= RARE else None


def often(session: Session, grams: Sequence[int]) -> bool:
    """Whether PostgreSQL's statistics call a wording common: it must read all calls with it to count the first few."""
    asked = text("EXPLAIN (FORMAT JSON) SELECT seq FROM call_sounds WHERE grams @> CAST(:grams AS integer[])")
    key = ("often", *grams)
    known = _known(session, [key])
    if key not in known:
        ((plan,),) = session.execute(asked, {"grams": list(grams)}).scalars()
        known |= _kept(session, {key: int(plan["Plan"]["Plan Rows"])})
    return known[key] > 4 * RARE


def _counted(session: Session, sets: Mapping[Key, Select[Any]]) -> list[int]:
    counts = [
        select(func.count()).select_from(some.limit(RARE + 1).subquery()).scalar_subquery()
        for some in sets.values()
    ]
    return list(session.execute(select(*counts)).one())


def _known(session: Session, keys: Sequence[Key]) -> dict[Key, int]:
    now = monotonic()
    with _guard:
        kept = _sizes.get(session.get_bind().engine, {})
        found = {key: kept[key] for key in keys if key in kept}
    return {key: size for key, (until, size) in found.items() if until > now}


def _kept(session: Session, sizes: dict[Key, int]) -> dict[Key, int]:
    with _guard:
        kept = _sizes.setdefault(session.get_bind().engine, {})
        if len(kept) > _MOST:
            kept.clear()
        kept.update((key, (monotonic() + _FRESH, size)) for key, size in sizes.items())
    return sizes
