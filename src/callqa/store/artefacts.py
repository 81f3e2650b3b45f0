"""Raw results of single steps under hash keys: what makes scoring again cheap. Opaque bytes to this room."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from callqa.store.tables import ArtefactRow

_AT_ONCE = 500
"""Keys per query: SQLite takes at most 32,766 parameters, older ones 999."""


def in_parts(keys: Collection[str]) -> Iterator[list[str]]:
    """The keys, without repeats, in lists short enough for one query."""
    ordered = sorted(set(keys))
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]


class Artefacts:
    """Repository of artefacts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, bodies: Mapping[str, tuple[str, bytes]], *, sha256: str, at: datetime) -> None:
        """Keep results of one recording: key → (step, body). A key that exists is written over (``--again``)."""
        for key, (step, body) in bodies.items():
            self._session.merge(ArtefactRow(key=key, sha256=sha256, step=step, at=at, body=body))

    def bodies(self, keys: Collection[str]) -> dict[str, bytes]:
        """Those of the keys that exist, with their bodies."""
        found: dict[str, bytes] = {}
        for some in in_parts(keys):
            rows = self._session.execute(
                select(ArtefactRow.key, ArtefactRow.body).where(ArtefactRow.key.in_(some))
            )
            found.update((key, body) for key, body in rows)
        return found
