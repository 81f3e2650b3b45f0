"""Collections of calls and clips: covers, and what lies in them."""

from collections.abc import Sequence

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from callqa.domain import Collection, CollectionItem, Span, StoreError
from callqa.store.tables_work import CollectionItemRow, CollectionRow

MOST = 300
"""Items of one collection: it is to be listened to by people."""


class Collections:
    """Repository of collections."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, one: Collection) -> None:
        """A new collection, or its newer cover."""
        row = self._session.get(CollectionRow, one.id) or CollectionRow(id=one.id)
        for name in Collection.model_fields:
            setattr(row, name, getattr(one, name))
        self._session.add(row)
        self._session.flush()

    def get(self, collection: str, *, lock: bool = False) -> Collection | None:
        """One cover, or None; locked against other writers until the transaction ends if asked."""
        row = self._session.get(
            CollectionRow, collection, with_for_update=lock or None, populate_existing=True
        )
        return _collection(row) if row else None

    def find(self, *, archived: bool | None = None) -> tuple[Collection, ...]:
        """Covers, newest first; only those in use, or only archived ones, if asked."""
        wanted = select(CollectionRow).order_by(CollectionRow.created_at.desc(), CollectionRow.id)
        if archived is not None:
            wanted = wanted.where(CollectionRow.archived.is_(archived))
        return tuple(_collection(row) for row in self._session.scalars(wanted))

    def delete(self, collection: str) -> None:
        """A cover with everything in it; the calls stay what they are."""
        self._session.execute(delete(CollectionItemRow).where(CollectionItemRow.collection == collection))
        self._session.execute(delete(CollectionRow).where(CollectionRow.id == collection))

    def add(self, items: Sequence[CollectionItem]) -> tuple[CollectionItem, ...]:
        """Put items in, in their order; those that are new: what lies there already is not put in twice.

        Raises:
            StoreError: ``collection.full`` where a collection would hold more than `MOST`; nothing is added.
        """
        added: list[CollectionItem] = []
        for name in dict.fromkeys(one.collection for one in items):
            there = self.items(name)
            known = {(one.call_id, one.span) for one in there}
            new: list[CollectionItem] = []
            for one in items:
                if one.collection == name and (one.call_id, one.span) not in known:
                    known.add((one.call_id, one.span))
                    new.append(one)
            if len(there) + len(new) > MOST:
                raise StoreError(
                    f"一个合集最多放 {MOST} 条。", code="collection.full", hint="请分成几个合集，或移走一些。"
                )
            added += new
        if added:
            self._session.execute(insert(CollectionItemRow), [_values(one) for one in added])
        return tuple(added)

    def items(self, collection: str) -> tuple[CollectionItem, ...]:
        """What lies in a collection, in the order it was put in."""
        rows = self._session.scalars(
            select(CollectionItemRow)
            .where(CollectionItemRow.collection == collection)
            .order_by(CollectionItemRow.seq)
        )
        return tuple(_item(row) for row in rows)

    def calls(self, collections: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The call of every item of some collections, in order; a call may stand there several times."""
        found: dict[str, list[str]] = {one: [] for one in collections}
        rows = self._session.execute(
            select(CollectionItemRow.collection, CollectionItemRow.call_id)
            .where(CollectionItemRow.collection.in_(collections))
            .order_by(CollectionItemRow.seq)
        )
        for name, call_id in rows:
            found[name].append(call_id)
        return {name: tuple(calls) for name, calls in found.items()}

    def note(self, item: str, *, collection: str, note: str) -> CollectionItem | None:
        """Say why an item is there; the item after it, None where it is not in this collection."""
        row = self._row(item, collection)
        if row is None:
            return None
        row.note = note
        self._session.flush()
        return _item(row)

    def remove(self, item: str, *, collection: str) -> CollectionItem | None:
        """Take an item out; what it was, None where it is not in this collection."""
        row = self._row(item, collection)
        if row is None:
            return None
        gone = _item(row)
        self._session.delete(row)
        self._session.flush()
        return gone

    def holding(self, call_id: str) -> int:
        """How many items are of this call."""
        wanted = select(func.count()).where(CollectionItemRow.call_id == call_id)
        return int(self._session.scalar(wanted) or 0)

    def _row(self, item: str, collection: str) -> CollectionItemRow | None:
        return self._session.scalar(
            select(CollectionItemRow)
            .where(CollectionItemRow.id == item, CollectionItemRow.collection == collection)
            .with_for_update()
        )


def _collection(row: CollectionRow) -> Collection:
    return Collection.model_validate({name: getattr(row, name) for name in Collection.model_fields})


def _values(one: CollectionItem) -> dict[str, object]:
    kept: dict[str, object] = {
        name: getattr(one, name) for name in CollectionItem.model_fields if name != "span"
    }
    return {**kept, "start": one.span.start if one.span else None, "end": one.span.end if one.span else None}


def _item(row: CollectionItemRow) -> CollectionItem:
    span = Span(start=row.start, end=row.end) if row.start is not None and row.end is not None else None
    kept = {name: getattr(row, name) for name in CollectionItem.model_fields if name != "span"}
    return CollectionItem.model_validate({**kept, "span": span})
