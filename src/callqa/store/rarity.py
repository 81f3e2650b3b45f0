"""How rare something is among the calls: what a search begins with. Guesses only; answers never depend on them."""

from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Select, func, select, text
from sqlalchemy.orm import Session

from callqa.store.kept import Kept

RARE = 1500
"""Calls that are quicker fetched and sorted than met on a walk: about the root of 50 × 100,000."""
_FRESH = 60.0
"""Seconds for which a size is taken as it was: counting it takes half as long as the list it is for."""
Key = tuple[object, ...]
_sizes: WeakKeyDictionary[Engine, Kept[int]] = WeakKeyDictionary()


def rarest(session: Session, sets: Sequence[tuple[Key, Select[Any]]]) -> int | None:
    """Which of some sets of calls is smallest.

    Args:
        session: Where to count those that were not counted lately.
        sets: What is asked for, in words, and as numbers of calls.

    Returns:
        Its place; None where none is rare.
    """
    kept = _kept(session)
    sizes = {key: size for key, _ in sets if (size := kept.get(key)) is not None}
    new = {key: some for key, some in sets if key not in sizes}
    for key, size in zip(new, _counted(session, list(new.values())), strict=True):
        kept.put(key, size)
        sizes[key] = size
    known = [sizes[key] for key, _ in sets]
    smallest = min(known, default=RARE + 1)
    return known.index(smallest) if smallest <= RARE else None


def often(session: Session, grams: Sequence[int]) -> bool:
    """Whether PostgreSQL's statistics call a wording common: it must read all calls with it to count the first few."""
    kept, key = _kept(session), ("often", *grams)
    known = kept.get(key)
    if known is None:
        asked = text(
            "EXPLAIN (FORMAT JSON) SELECT seq FROM call_sounds WHERE grams @> CAST(:grams AS integer[])"
        )
        ((plan,),) = session.execute(asked, {"grams": list(grams)}).scalars()
        known = float(plan["Plan"]["Plan Rows"]) > 4 * RARE
        kept.put(key, known)
    return bool(known)


def _counted(session: Session, sets: Sequence[Select[Any]]) -> list[int]:
    counts = [
        select(func.count()).select_from(some.limit(RARE + 1).subquery()).scalar_subquery() for some in sets
    ]
    return list(session.execute(select(*counts)).one()) if counts else []


def _kept(session: Session) -> Kept[int]:
    return _sizes.setdefault(session.get_bind().engine, Kept(seconds=_FRESH))
