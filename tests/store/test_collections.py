"""Collections keep what was put in, in order and once, and lose what has to be forgotten."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from callqa.domain import Collection, CollectionItem, Span, StoreError
from callqa.store import Ledger, RetentionRule, UnitOfWork, verify
from callqa.store.collections import MOST
from tests import fakes

NOW = datetime(2026, 12, 31, 12, tzinfo=fakes.SHANGHAI)
CUSTOMER = "k" * 64


def cover(name: str = "x", **changes: object) -> Collection:
    return Collection(
        id=name, title="价格异议精选", unit="d1", created_by="train1", created_at=fakes.AT
    ).replace(**changes)


def item(name: str, call_id: str, span: Span | None = None, collection: str = "x") -> CollectionItem:
    return CollectionItem(
        id=name, collection=collection, call_id=call_id, span=span, added_by="train1", added_at=fakes.AT
    )


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """Calls of three days; a collection with two of them, one of those also as a clip, and an empty one."""
    entries = []
    for number in range(3):
        entry = fakes.entry(f"C{number:04}")
        call = entry.masked.call.replace(
            started_at=datetime(2026, 11, 1 + number, 9, tzinfo=fakes.SHANGHAI),
            customer_key=CUSTOMER if number == 0 else "o" * 64,
        )
        entries.append(entry.replace(masked=entry.masked.replace(call=call)))
    Ledger(engine).save(fakes.run(), entries=entries, failures=(), at=fakes.AT)
    with UnitOfWork(engine, writes=True) as work:
        work.collections.put(cover())
        work.collections.put(cover("y", created_at=fakes.AT + timedelta(days=1)))
        work.collections.add(
            [item("i2", "C0001"), item("i1", "C0000"), item("i3", "C0001", Span(start=100, end=900))]
        )
    return engine


def test_what_is_put_in_comes_out_in_order(filled: Engine) -> None:
    with UnitOfWork(filled) as work:
        assert work.collections.get("x") == cover()
        assert [one.id for one in work.collections.find()] == ["y", "x"]
        assert [(one.id, one.span) for one in work.collections.items("x")] == [
            ("i2", None),
            ("i1", None),
            ("i3", Span(start=100, end=900)),
        ]
        assert work.collections.items("x")[2] == item("i3", "C0001", Span(start=100, end=900))
        assert work.collections.calls(["x", "y"]) == {"x": ("C0001", "C0000", "C0001"), "y": ()}
        assert (work.collections.holding("C0001"), work.collections.holding("C0002")) == (2, 0)
        assert work.collections.get("nothing") is None


def test_the_same_call_or_the_same_clip_lies_there_once(filled: Engine) -> None:
    with UnitOfWork(filled, writes=True) as work:
        again = [
            item("i4", "C0001"),
            item("i5", "C0001", Span(start=100, end=900)),
            item("i6", "C0001", Span(start=100, end=901)),
            item("i7", "C0002"),
            item("i8", "C0002"),
        ]
        assert [one.id for one in work.collections.add(again)] == ["i6", "i7"]
        assert [one.id for one in work.collections.items("x")] == ["i2", "i1", "i3", "i6", "i7"]


def test_a_collection_has_an_end(filled: Engine) -> None:
    many = [item(f"m{n}", "C0002", Span(start=n, end=n + 1)) for n in range(MOST)]
    with pytest.raises(StoreError) as refused, UnitOfWork(filled, writes=True) as work:
        work.collections.add(many)
    assert refused.value.code == "collection.full"
    with UnitOfWork(filled, writes=True) as work:
        assert len(work.collections.items("x")) == 3
        work.collections.add(many[:-3])
        assert len(work.collections.items("x")) == MOST


def test_notes_removals_and_the_archive(filled: Engine) -> None:
    with UnitOfWork(filled, writes=True) as work:
        changed = work.collections.note("i3", collection="x", note="先共情再报价")
        assert changed is not None
        assert changed.note == "先共情再报价"
        assert work.collections.note("i3", collection="y", note="别处") is None
        assert work.collections.remove("i2", collection="y") is None
        gone = work.collections.remove("i2", collection="x")
        assert gone == item("i2", "C0001")
        work.collections.put(cover(archived=True, version=2))
    with UnitOfWork(filled) as work:
        assert [(one.id, one.note) for one in work.collections.items("x")] == [
            ("i1", ""),
            ("i3", "先共情再报价"),
        ]
        assert [one.id for one in work.collections.find(archived=True)] == ["x"]
        assert [one.id for one in work.collections.find(archived=False)] == ["y"]
    with UnitOfWork(filled, writes=True) as work:
        work.collections.delete("x")
        assert work.collections.get("x") is None
        assert work.collections.items("x") == ()
        assert work.collections.get("y") is not None
        assert work.calls.summary("C0001") is not None
    assert verify(filled).faults == ()


def test_an_erased_call_leaves_every_collection(filled: Engine) -> None:
    with UnitOfWork(filled, writes=True) as work:
        proof = work.erasures.erase(CUSTOMER, erasure_id="e", by="boss", now=NOW, reason="客户书面申请")
    assert proof.counts["collection_items"] == 1
    with UnitOfWork(filled) as work:
        assert [one.id for one in work.collections.items("x")] == ["i2", "i3"]
    assert verify(filled).faults == ()


def test_a_call_whose_results_are_too_old_leaves_every_collection(filled: Engine) -> None:
    with UnitOfWork(filled, writes=True) as work:
        work.retention.put_rules([RetentionRule(id="r", kind="results", days=59)])
        proof = work.retention.apply(now=NOW, by="boss", erasure_id="e")
    assert proof is not None
    assert proof.calls == ("C0000",)
    assert proof.counts["collection_items"] == 1
    with UnitOfWork(filled) as work:
        assert [one.call_id for one in work.collections.items("x")] == ["C0001", "C0001"]
