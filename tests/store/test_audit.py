"""The log can be added to and read; whatever else is done to it shows."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from callqa.store import Anchor, UnitOfWork
from tests import fakes


def fill(engine: Engine, count: int = 20) -> None:
    for number in range(count):
        with UnitOfWork(engine, writes=True) as work:
            work.audit.append(
                f"p{number % 3}",
                "call.viewed",
                f"call:C{number:04}",
                at=fakes.AT + timedelta(microseconds=number),
                detail={"原因": "复核", "n": number, "share": 0.1, "list": [1, None, True]},
            )


def faults(engine: Engine, *known: Anchor) -> tuple[str, ...]:
    with UnitOfWork(engine) as work:
        return work.audit.verify(known=known)


def test_an_untouched_log_is_whole(engine: Engine) -> None:
    assert faults(engine) == ()
    fill(engine)
    assert faults(engine) == ()


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE audit SET actor = 'other' WHERE seq = 7", "第 7 行被改过"),
        ("UPDATE audit SET detail = '{}' WHERE seq = 20", "第 20 行被改过"),
        ("UPDATE audit SET at = '2020-01-01 00:00:00.000000' WHERE seq = 1", "第 1 行被改过"),
        ("UPDATE audit SET hash = 'x' WHERE seq = 7", "第 8 行接不上"),
        ("DELETE FROM audit WHERE seq = 7", "第 7 到 7 行不见了"),
        ("DELETE FROM audit WHERE seq = 1", "第 1 到 1 行不见了"),
        ("DELETE FROM audit WHERE seq BETWEEN 5 AND 9", "第 5 到 9 行不见了"),
        ("DELETE FROM audit WHERE seq > 15", "末尾少了 5 行"),
        ("DELETE FROM audit", "末尾少了 20 行"),
        ("UPDATE audit_anchor SET hash = 'x'", "对不上"),
        ("UPDATE audit_anchor SET seq = 10", "对不上"),
        ("DELETE FROM audit_anchor", "标记不见了"),
        (
            (
                "INSERT INTO audit SELECT 21, at, actor, action, subject, detail, previous, hash"
                " FROM audit WHERE seq = 20"
            ),
            "第 21 行",
        ),
    ],
)
def test_what_was_done_to_it_shows(engine: Engine, statement: str, says: str) -> None:
    fill(engine)
    with UnitOfWork(engine, writes=True) as work:
        work.session.execute(text(statement))
    assert any(says in fault for fault in faults(engine)), faults(engine)


def test_rows_in_another_order_show(engine: Engine) -> None:
    fill(engine)
    with UnitOfWork(engine, writes=True) as work:
        for before, after in ((3, 99), (4, 3), (99, 4)):
            work.session.execute(text(f"UPDATE audit SET seq = {after} WHERE seq = {before}"))
    assert any("第 3 行被改过" in fault for fault in faults(engine))


def test_a_tail_cut_off_together_with_the_anchor_shows_by_an_anchor_kept_elsewhere(engine: Engine) -> None:
    fill(engine)
    with UnitOfWork(engine) as work:
        kept = work.audit.anchor()
    assert kept is not None
    with UnitOfWork(engine, writes=True) as work:
        work.session.execute(text("DELETE FROM audit WHERE seq > 12"))
        work.session.execute(
            text("UPDATE audit_anchor SET seq = 12, hash = (SELECT hash FROM audit WHERE seq = 12)")
        )
    assert faults(engine) == ()
    assert faults(engine, kept) == ("审计记录第 20 行不见了，以前存过它的指纹。",)
    fill(engine)  # grown again past the old end
    assert faults(engine, kept) == ("审计记录第 20 行和以前存下的指纹不同。",)


def test_many_writers_make_one_chain(engine: Engine) -> None:
    failures: list[BaseException] = []

    def write(name: str) -> None:
        try:
            for number in range(25):
                with UnitOfWork(engine, writes=True) as work:
                    work.audit.append(name, "call.viewed", f"call:{number}", at=fakes.AT)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=write, args=(f"p{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    assert faults(engine) == ()
    with UnitOfWork(engine) as work:
        anchor = work.audit.anchor()
        assert anchor is not None
        assert anchor.seq == 100


def test_what_is_rolled_back_leaves_no_gap(engine: Engine) -> None:
    fill(engine, 2)
    with pytest.raises(RuntimeError), UnitOfWork(engine, writes=True) as work:
        _note_and_fail(work)
    fill(engine, 2)
    assert faults(engine) == ()


def _note_and_fail(work: UnitOfWork) -> None:
    work.audit.append("p", "call.viewed", "call:x", at=fakes.AT)
    raise RuntimeError


def test_pages_and_filters(engine: Engine) -> None:
    fill(engine)
    with UnitOfWork(engine) as work:
        first = work.audit.page(limit=8)
        second = work.audit.page(limit=8, after=first.next)
        third = work.audit.page(limit=8, after=second.next)
        assert [one.seq for page in (first, second, third) for one in page.items] == list(range(20, 0, -1))
        assert third.next is None
        assert {one.actor for one in work.audit.page(actor="p1").items} == {"p1"}
        assert [one.seq for one in work.audit.page(subject="call:C0004").items] == [5]
        assert len(work.audit.page(first=fakes.AT + timedelta(microseconds=15)).items) == 5
        assert len(work.audit.page(last=fakes.AT + timedelta(microseconds=15)).items) == 15
        assert work.audit.page(action="nothing").items == ()
        assert first.items[0].detail["原因"] == "复核"
