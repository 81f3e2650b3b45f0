"""Events judged in one transaction and written in another; reading that cannot write; one call in one question."""

import threading

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from callqa.store import EVERYTHING, CallFilter, Standing, UnitOfWork
from callqa.store.database import reading
from callqa.store.search import Scope
from callqa.store.turns import after_writer, writers_turn
from tests.store.test_review_writers import edit, score

STANDING = Standing(
    total=90.0,
    grade="pass",
    grade_title="合格",
    action="",
    fatal=False,
    needs_human=0,
    review_state="in_review",
    open_appeals=0,
)


def test_of_two_judged_at_one_version_one_is_written(engine: Engine) -> None:
    """Twenty rounds: both saw the same version; one adds, the other is told to read again, and nothing is lost."""
    card = score(engine, "C1")["C1"]
    for number in range(20):
        came: list[bool] = []
        barrier = threading.Barrier(2)

        def add(
            name: str, number: int = number, came: list[bool] = came, barrier: threading.Barrier = barrier
        ) -> None:
            barrier.wait(timeout=30)
            with UnitOfWork(engine, writes=True) as work:
                event = edit("C1", card, f"{name}-{number}", author=name)
                came.append(work.reviews.add([event], expected=number, standing=STANDING))

        both = [threading.Thread(target=add, args=(name,)) for name in ("li", "zhao")]
        for one in both:
            one.start()
        for one in both:
            one.join(timeout=60)
        assert sorted(came) == [False, True]
    with UnitOfWork(engine) as work:
        assert work.reviews.version("C1") == 20
        (found,) = work.calls.page(CallFilter(scope=EVERYTHING)).items
        assert (found.version, found.total, found.review_state) == (20, 90.0, "in_review")


def test_known_events_and_other_cards_are_not_added(engine: Engine) -> None:
    """An event of another call's ledger, or about a card not in force, sends the writer back to read."""
    cards = score(engine, "C1", "C2")
    with UnitOfWork(engine, writes=True) as work:
        assert work.reviews.add([edit("C1", cards["C1"], "e1")], expected=0, standing=STANDING)
        assert not work.reviews.add([edit("C2", cards["C2"], "e1")], expected=0, standing=STANDING)
        assert not work.reviews.add([edit("C2", cards["C1"], "e2")], expected=0, standing=STANDING)
        assert not work.reviews.add([edit("C2", cards["C2"], "e2")], expected=1, standing=STANDING)
    with UnitOfWork(engine) as work:
        assert (work.reviews.version("C1"), work.reviews.version("C2")) == (1, 0)
        assert [event.id for event in work.reviews.of("C1")] == ["e1"]


def test_who_only_reads_cannot_write(engine: Engine) -> None:
    """On PostgreSQL the server refuses; on SQLite nothing of it is kept."""
    score(engine, "C1")
    reader = reading(engine)
    assert reading(engine) is reader
    if engine.dialect.name == "postgresql":
        with reader.connect() as connection, pytest.raises(SQLAlchemyError, match="read-only"):
            connection.execute(text("UPDATE call_index SET version = 9"))
    else:
        with UnitOfWork(reader) as work:
            work.session.execute(text("UPDATE call_index SET version = 9"))
    with UnitOfWork(reader) as work:
        assert work.calls.page(CallFilter(scope=EVERYTHING)).items[0].version == 0


def test_one_call_in_one_question_says_what_its_parts_say(engine: Engine) -> None:
    """The same as summary, facts, card and measures asked one by one; nothing outside the scope."""
    score(engine, "C1")
    with UnitOfWork(engine) as work:
        found = work.calls.detail("C1", EVERYTHING, viewer="li")
        assert found is not None
        stored = work.results.latest("C1")
        assert stored is not None
        assert found.summary == work.calls.summary("C1")
        assert found.call == stored.masked.call
        assert found.card == stored.masked.scorecard
        assert found.measures == stored.masked.measures
        assert (found.run_id, found.at, found.blind) == (stored.run_id, stored.at, False)
        assert work.calls.detail("C1", Scope(paths=("/elsewhere/",)), viewer="li") is None
        assert work.calls.detail("C1", Scope(agent="nobody"), viewer="li") is None
        assert work.calls.detail("C2", EVERYTHING, viewer="li") is None


def test_readers_wait_for_a_writer_of_their_process_a_moment_only(engine: Engine) -> None:
    """A writer that never ends its turn holds nobody up for long, itself not at all."""
    with writers_turn(engine):
        after_writer(engine)
        waited = threading.Thread(target=after_writer, args=(engine,))
        waited.start()
        waited.join(timeout=10)
        assert not waited.is_alive()
