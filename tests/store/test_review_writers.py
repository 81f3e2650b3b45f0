"""Two reviewers at once: exactly one wins, nothing is lost, nothing is doubled."""

import random
import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from callqa.domain import Appeal, Confirm, Edit, Finish, ReviewEvent, Ruling, StoreError, Undo
from callqa.store import Ledger, ReviewConflict, Standing, UnitOfWork
from callqa.store.codec import scorecard_id
from callqa.store.tables import ReviewEventRow
from tests import fakes

INTERLEAVINGS = 1000
CALLS = 10


def score(engine: Engine, *call_ids: str) -> dict[str, str]:
    """Store calls; their card ids."""
    entries = [fakes.entry(call_id) for call_id in call_ids]
    Ledger(engine).save(fakes.run(), entries=entries, failures=(), at=fakes.AT)
    return {entry.masked.call.id: scorecard_id(entry.masked.scorecard) for entry in entries}


def edit(call_id: str, card: str, event_id: str, *, author: str = "li", points: float = 5) -> Edit:
    return Edit(
        id=event_id,
        call_id=call_id,
        scorecard=card,
        author=author,
        at=fakes.AT,
        item="absolute",
        points=points,
        reason="听过录音",
    )


def test_a_thousand_random_interleavings_on_one_line(engine: Engine) -> None:
    """Two writers read a version, wait a random while, and write; a loser reads what won and writes again."""
    rng = random.Random(5)
    cards = score(engine, *(f"C{n:04}" for n in range(CALLS)))
    plans = [
        [
            (f"{name}-{n}", f"C{rng.randrange(CALLS):04}", rng.random() < 0.3)
            for n in range(INTERLEAVINGS // 2)
        ]
        for name in ("li", "zhao")
    ]
    conflicts: list[int] = []
    faults: list[BaseException] = []
    barrier = threading.Barrier(2)

    def review(plan: list[tuple[str, str, bool]], seed: int) -> None:
        pause = random.Random(seed)
        try:
            barrier.wait(timeout=30)
            for event_id, call_id, repeats in plan:
                event = edit(call_id, cards[call_id], event_id, points=pause.randrange(20))
                with UnitOfWork(engine) as work:
                    seen = work.reviews.version(call_id)
                for _ in range(200):
                    if pause.random() < 0.5:
                        threading.Event().wait(pause.random() * 0.002)
                    try:
                        with UnitOfWork(engine, writes=True) as work:
                            version = work.reviews.append(event, expected=seen)
                        assert version == seen + 1
                        break
                    except ReviewConflict as lost:
                        told = [one.id for one in lost.events]
                        if lost.version <= seen or event_id in told or len(told) != lost.version - seen:
                            raise
                        conflicts.append(1)
                        seen = lost.version
                else:
                    raise AssertionError("never won")
                if repeats:  # the answer was lost on the way: the same again, with the old version
                    with UnitOfWork(engine, writes=True) as work:
                        work.reviews.append(event, expected=seen)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=review, args=(plan, seed)) for seed, plan in enumerate(plans)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    assert faults == []
    sent = {call_id: set() for call_id in cards}  # type: ignore[var-annotated]
    for plan in plans:
        for event_id, call_id, _ in plan:
            sent[call_id].add(event_id)
    with UnitOfWork(engine) as work:
        for call_id in cards:
            stored = [event.id for event in work.reviews.of(call_id)]
            assert len(stored) == len(set(stored))
            assert set(stored) == sent[call_id]
            numbers = work.session.scalars(
                select(ReviewEventRow.number)
                .where(ReviewEventRow.call_id == call_id)
                .order_by(ReviewEventRow.number)
            ).all()
            assert list(numbers) == list(range(1, len(stored) + 1))
            summary = work.calls.summary(call_id)
            assert summary is not None
            assert summary.version == len(stored)
    assert conflicts, "the writers never met: the test shows nothing"


def test_of_two_writers_who_saw_the_same_one_wins_and_the_other_is_told(engine: Engine) -> None:
    """Both at the same instant, a hundred times: exactly one version each."""
    cards = score(engine, "C0001")
    outcome: list[str] = []

    def write(event: ReviewEvent, seen: int, gate: threading.Barrier) -> None:
        gate.wait(timeout=30)
        try:
            with UnitOfWork(engine, writes=True) as work:
                work.reviews.append(event, expected=seen)
            outcome.append("won")
        except ReviewConflict:
            outcome.append("lost")

    for seen in range(100):
        gate = threading.Barrier(2)
        pair = [
            threading.Thread(target=write, args=(edit("C0001", cards["C0001"], f"{who}-{seen}"), seen, gate))
            for who in ("li", "zhao")
        ]
        for thread in pair:
            thread.start()
        for thread in pair:
            thread.join(timeout=60)
        assert sorted(outcome[-2:]) == ["lost", "won"]
    with UnitOfWork(engine) as work:
        assert work.reviews.version("C0001") == 100


def test_the_loser_sees_what_the_other_wrote(engine: Engine) -> None:
    card = score(engine, "C0001")["C0001"]
    with UnitOfWork(engine, writes=True) as work:
        assert work.reviews.append(edit("C0001", card, "one"), expected=0) == 1
    with pytest.raises(ReviewConflict) as lost, UnitOfWork(engine, writes=True) as work:
        work.reviews.append(edit("C0001", card, "two", author="zhao"), expected=0)
    assert lost.value.code == "review.conflict"
    assert (lost.value.version, [event.id for event in lost.value.events]) == (1, ["one"])
    with UnitOfWork(engine) as work:
        assert [event.id for event in work.reviews.of("C0001")] == ["one"]


def test_repeating_an_event_changes_nothing_whatever_version_is_expected(engine: Engine) -> None:
    card = score(engine, "C0001")["C0001"]
    event = edit("C0001", card, "one")
    for expected in (0, 0, 1, None):
        with UnitOfWork(engine, writes=True) as work:
            assert work.reviews.append(event, expected=expected) == 1
    with UnitOfWork(engine, writes=True) as work:
        assert work.reviews.append([event, edit("C0001", card, "two")], expected=1) == 2


def test_events_of_unknown_calls_and_foreign_cards_are_refused(engine: Engine) -> None:
    cards = score(engine, "C0001", "C0002")
    for call_id, card in (("C9999", cards["C0001"]), ("C0001", cards["C0002"]), ("C0001", "f" * 64)):
        with pytest.raises(StoreError) as refused, UnitOfWork(engine, writes=True) as work:
            work.reviews.append(edit(call_id, card, "one"), expected=0)
        assert refused.value.code == "review.unknown"


def test_the_index_follows_the_ledger_in_the_same_transaction(engine: Engine) -> None:
    card = score(engine, "C0001")["C0001"]

    def state() -> tuple[object, ...]:
        with UnitOfWork(engine) as work:
            found = work.calls.summary("C0001")
        assert found is not None
        return (found.review_state, found.version, found.open_appeals, found.total, found.machine_total)

    def say(event: ReviewEvent, standing: Standing | None = None) -> None:
        with UnitOfWork(engine, writes=True) as work:
            work.reviews.append(event, standing=standing)

    base = {"call_id": "C0001", "scorecard": card, "author": "li", "at": fakes.AT}
    assert state() == ("unreviewed", 0, 0, 82.5, 82.5)
    say(Confirm(id="1", **base))
    assert state() == ("in_review", 1, 0, 82.5, 82.5)
    standing = Standing(
        total=90.0,
        grade="good",
        grade_title="良",
        action="表扬",
        fatal=False,
        needs_human=0,
        review_state="reviewed",
        open_appeals=0,
    )
    say(Finish(id="2", **base), standing)
    assert state() == ("reviewed", 2, 0, 90.0, 82.5)
    say(Appeal(id="3", item="absolute", reason="没有说", **base))
    assert state() == ("appealed", 3, 1, 90.0, 82.5)
    say(Ruling(id="4", appeal="3", upheld=True, **base))
    assert state() == ("ruled", 4, 0, 90.0, 82.5)
    say(Undo(id="5", event="4", **base))
    assert state() == ("appealed", 5, 1, 90.0, 82.5)
    with suppress(RuntimeError), UnitOfWork(engine, writes=True) as work:
        work.reviews.append(Finish(id="6", **base))
        raise RuntimeError
    assert state() == ("appealed", 5, 1, 90.0, 82.5)


def test_a_new_score_starts_the_review_anew_and_keeps_the_version(engine: Engine) -> None:
    card = score(engine, "C0001")["C0001"]
    with UnitOfWork(engine, writes=True) as work:
        work.reviews.append(edit("C0001", card, "one"), expected=0)
    again = fakes.entry("C0001", key="again", total=40.0)
    Ledger(engine).save(fakes.run("run-2"), entries=[again], failures=(), at=fakes.AT)
    with UnitOfWork(engine) as work:
        found = work.calls.summary("C0001")
    assert found is not None
    assert (found.total, found.review_state, found.version) == (40.0, "unreviewed", 1)


def test_events_since_a_day(engine: Engine) -> None:
    card = score(engine, "C0001")["C0001"]
    with UnitOfWork(engine, writes=True) as work:
        for day in range(3):
            event = edit("C0001", card, f"e{day}")
            work.reviews.append(event.replace(at=fakes.AT + timedelta(days=day)))
    with UnitOfWork(engine) as work:
        since = fakes.AT.date() + timedelta(days=1)
        assert [one.id for one in work.reviews.since(since)] == ["e1", "e2"]
        assert [one.id for one in work.reviews.since(since, until=since)] == ["e1"]
