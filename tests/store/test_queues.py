"""Jobs, deliveries, assignments, idempotency keys: whoever takes something has it alone."""

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from callqa.domain import Assignment, AssignmentState, Job, JobState, PlanReason, StoreError
from callqa.store import Hook, Ledger, Notification, Plan, UnitOfWork
from tests import fakes

NOW = fakes.AT
LEASE = NOW + timedelta(minutes=5)


def job(number: int, **changes: object) -> Job:
    values = {
        "id": f"job-{number}",
        "kind": "score",
        "created_by": "li",
        "created_at": NOW,
        "facts": fakes.facts(f"C{number:04}"),
        "path": f"recordings/{number}.wav",
        "sha256": "a" * 64,
    }
    return Job.model_validate(values | changes)


def at_once(count: int, do: Callable[[int], None]) -> None:
    failures: list[BaseException] = []
    gate = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            gate.wait(timeout=30)
            do(number)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert failures == []


def test_a_job_comes_back_as_it_was(engine: Engine) -> None:
    with UnitOfWork(engine, writes=True) as work:
        work.jobs.add(job(1))
        work.jobs.add(job(1, created_by="other"))
        work.jobs.add(job(2, kind="rescore", facts=None, calls=("C0001", "C0002")))
    with UnitOfWork(engine) as work:
        assert work.jobs.get("job-1") == job(1)
        assert work.jobs.get("job-2") == job(2, kind="rescore", facts=None, calls=("C0001", "C0002"))
        assert work.jobs.get("nothing") is None


def test_many_workers_take_every_job_once(engine: Engine) -> None:
    with UnitOfWork(engine, writes=True) as work:
        for number in range(60):
            work.jobs.add(job(number))
    taken: list[str] = []

    def work_on(number: int) -> None:
        while True:
            with UnitOfWork(engine, writes=True) as work:
                found = work.jobs.take(f"w{number}", now=NOW, lease=LEASE)
                if found is None:
                    return
                taken.append(found.id)
            with UnitOfWork(engine, writes=True) as work:
                assert work.jobs.finish(found.id, f"w{number}", done=1, failed=0, run="r")

    at_once(6, work_on)
    assert sorted(taken) == sorted(f"job-{number}" for number in range(60))
    with UnitOfWork(engine) as work:
        assert work.jobs.counts()[JobState.done] == 60


def test_a_lease_that_runs_out_lets_another_take_over_and_the_first_is_told(engine: Engine) -> None:
    later = LEASE + timedelta(seconds=1)
    with UnitOfWork(engine, writes=True) as work:
        work.jobs.add(job(1))
        first = work.jobs.take("w1", now=NOW, lease=LEASE)
        assert first is not None
        assert (first.attempts, first.worker, first.state) == (1, "w1", JobState.running)
        assert work.jobs.take("w2", now=NOW, lease=LEASE) is None
        assert work.jobs.heartbeat("job-1", "w1", lease=LEASE)
        second = work.jobs.take("w2", now=later, lease=later + timedelta(minutes=5))
        assert second is not None
        assert second.attempts == 2
        assert not work.jobs.heartbeat("job-1", "w1", lease=LEASE)
        assert not work.jobs.progress("job-1", "w1", done=1, failed=0)
        assert not work.jobs.finish("job-1", "w1", done=1, failed=0, run=None)
        assert not work.jobs.fail("job-1", "w1", code="x", message="x", retry_at=None)
        assert not work.jobs.give_back("job-1", "w1")
        assert work.jobs.progress("job-1", "w2", done=1, failed=0, run="r")
        assert work.jobs.finish("job-1", "w2", done=1, failed=0, run="r")
        assert not work.jobs.finish("job-1", "w2", done=1, failed=0, run="r")


def test_failed_jobs_wait_and_die(engine: Engine) -> None:
    later = NOW + timedelta(minutes=1)
    with UnitOfWork(engine, writes=True) as work:
        work.jobs.add(job(1))
        work.jobs.take("w1", now=NOW, lease=LEASE)
        assert work.jobs.fail("job-1", "w1", code="audio", message="坏了", retry_at=later)
        assert work.jobs.take("w1", now=NOW, lease=LEASE) is None
        again = work.jobs.take("w1", now=later, lease=LEASE)
        assert again is not None
        assert (again.attempts, again.code) == (2, "audio")
        assert work.jobs.fail("job-1", "w1", code="audio", message="坏了", retry_at=None)
        assert work.jobs.take("w1", now=LEASE + timedelta(days=1), lease=LEASE) is None
        assert [one.id for one in work.jobs.page(states=[JobState.dead]).items] == ["job-1"]
        work.jobs.revive("job-1")
        with pytest.raises(StoreError) as refused:
            work.jobs.revive("job-1")
        assert refused.value.code == "job.alive"
        assert work.jobs.take("w1", now=NOW, lease=LEASE) is not None


def test_a_job_that_kills_its_workers_dies_and_the_next_is_taken(engine: Engine) -> None:
    now = NOW
    with UnitOfWork(engine, writes=True) as work:
        work.jobs.add(job(1))
        work.jobs.add(job(2))
        for attempt in range(3):
            found = work.jobs.take(f"w{attempt}", now=now, lease=now + timedelta(minutes=1), attempts=3)
            assert found is not None
            assert found.id == "job-1"
            now += timedelta(minutes=2)
        found = work.jobs.take("w9", now=now, lease=now + timedelta(minutes=1), attempts=3)
        assert found is not None
        assert found.id == "job-2"
        dead = work.jobs.get("job-1")
        assert dead is not None
        assert (dead.state, dead.code) == (JobState.dead, "job.lost")


def test_giving_back_costs_no_attempt_and_pages_go_on(engine: Engine) -> None:
    with UnitOfWork(engine, writes=True) as work:
        for number in range(5):
            work.jobs.add(job(number, created_by="li" if number % 2 else "zhao"))
        work.jobs.take("w1", now=NOW, lease=LEASE)
        assert work.jobs.give_back("job-0", "w1")
        found = work.jobs.get("job-0")
        assert found is not None
        assert (found.attempts, found.state) == (0, JobState.pending)
        first = work.jobs.page(limit=3)
        rest = work.jobs.page(limit=3, after=first.next)
        assert [one.id for one in first.items + rest.items] == [f"job-{n}" for n in (4, 3, 2, 1, 0)]
        assert {one.id for one in work.jobs.page(created_by="li").items} == {"job-1", "job-3"}
        assert work.jobs.take("w1", now=NOW, lease=LEASE, kinds=["rescore"]) is None


def assignment(number: int, **changes: object) -> Assignment:
    values = {
        "id": f"2026-11-20:d1:{number}",
        "plan": "2026-11-20:d1",
        "day": date(2026, 11, 20),
        "unit": "d1",
        "call_id": f"C{number:04}",
        "reason": PlanReason.sealed if number % 3 == 0 else PlanReason.uncertain,
        "explanation": "随机抽查",
        "priority": float(number),
        "minutes": 5.0,
        "reviewer": "li" if number % 2 else None,
    }
    return Assignment.model_validate(values | changes)


@pytest.fixture
def planned(engine: Engine) -> Engine:
    entries = [fakes.entry(f"C{n:04}") for n in range(6)]
    Ledger(engine).save(fakes.run(), entries=entries, failures=(), at=fakes.AT)
    with UnitOfWork(engine, writes=True) as work:
        assert work.plans.put(plan(), [assignment(n) for n in range(6)])
    return engine


def plan() -> Plan:
    return Plan(
        id="2026-11-20:d1",
        day=date(2026, 11, 20),
        unit="d1",
        seed=7,
        made_by="li",
        made_at=NOW,
        terms={"sealed": 0.02},
    )


def test_a_plan_is_made_once(planned: Engine) -> None:
    with UnitOfWork(planned, writes=True) as work:
        assert not work.plans.put(plan(), [assignment(9)])
        assert work.plans.get(plan().id) == plan()
        assert [one.id[-1] for one in work.assignments.of_plan(plan().id)] == list("543210")
        assert work.assignments.get(assignment(3).id) == assignment(3)
        assert work.plans.of_days(plan().day, plan().day, units=["d1"]) == (plan(),)
        assert work.plans.of_days(plan().day, plan().day, units=["d2"]) == ()
        assert work.plans.sealed(plan().id) == {"C0000": None, "C0003": None}
        assert work.plans.open_seal(plan().id, "C0003", violated=True, at=NOW)
        assert not work.plans.open_seal(plan().id, "C0001", violated=True, at=NOW)
        assert work.plans.sealed(plan().id) == {"C0000": None, "C0003": True}
        assert work.assignments.load(["li", "zhao"]) == {"li": 15.0, "zhao": 0.0}
        assert len(work.assignments.of_call("C0003")) == 1


def test_of_many_claims_one_is_heard(planned: Engine) -> None:
    won: list[str] = []

    def claim(number: int) -> None:
        for piece in range(6):
            with UnitOfWork(planned, writes=True) as work:
                if work.assignments.claim(assignment(piece).id, f"r{number}", lease_until=LEASE, now=NOW):
                    won.append(f"{piece}")

    at_once(6, claim)
    assert sorted(won) == list("012345")


def test_the_life_of_an_assignment(planned: Engine) -> None:
    one = assignment(0).id
    later = LEASE + timedelta(seconds=1)
    with UnitOfWork(planned, writes=True) as work:
        queue = work.assignments
        assert queue.claim(one, "li", lease_until=LEASE, now=NOW)
        assert queue.claim(one, "li", lease_until=LEASE, now=NOW)  # longer
        assert not queue.claim(one, "zhao", lease_until=LEASE, now=NOW)
        assert not queue.release(one, "zhao")
        assert not queue.finish(one, "zhao", now=NOW)
        assert queue.claim(one, "zhao", lease_until=later + timedelta(minutes=5), now=later)
        assert not queue.finish(one, "li", now=later)
        assert queue.release(one, "zhao")
        assert queue.claim(one, "zhao", lease_until=LEASE, now=NOW)
        assert queue.finish(one, "zhao", now=NOW)
        assert not queue.finish(one, "zhao", now=NOW)
        assert not queue.claim(one, "zhao", lease_until=LEASE, now=later)
        assert queue.skip(assignment(1).id, "li", reason="听不清", now=NOW)
        assert not queue.skip(assignment(3).id, "zhao", reason="听不清", now=NOW)
        skipped = queue.get(assignment(1).id)
        assert skipped is not None
        assert (skipped.state, skipped.skip_reason) == (AssignmentState.skipped, "听不清")
        assert queue.claim(assignment(3).id, "li", lease_until=LEASE, now=NOW)
        assert queue.move([assignment(n).id for n in range(6)], "wu") == 4
        assert {a.id[-1] for a in queue.mine("wu")} == set("2345")
        assert queue.claim(assignment(2).id, "wu", lease_until=LEASE, now=NOW)
        assert queue.expire(now=NOW) == 0
        assert queue.expire(now=later) == 1
        with pytest.raises(StoreError) as refused:
            work.plans.remove(plan().id)
        assert refused.value.code == "plan.begun"


def test_a_plan_nobody_began_can_be_taken_away(planned: Engine) -> None:
    with UnitOfWork(planned, writes=True) as work:
        work.plans.remove(plan().id)
        assert work.plans.get(plan().id) is None
        assert work.assignments.of_plan(plan().id) == ()
        assert work.plans.put(plan(), [])


def test_of_two_requests_with_one_key_one_is_carried_out(engine: Engine) -> None:
    begun: list[int] = []

    def ask(number: int) -> None:
        with UnitOfWork(engine, writes=True) as work:
            if work.idempotency.begin("k", "POST /x", "li", request="h", now=NOW) is None:
                begun.append(number)
                work.idempotency.answer("k", "POST /x", "li", status=201, headers={"etag": "1"}, body=b"{}")

    at_once(5, ask)
    assert len(begun) == 1
    with UnitOfWork(engine, writes=True) as work:
        known = work.idempotency.begin("k", "POST /x", "li", request="other", now=NOW)
        assert known is not None
        assert (known.request, known.status, known.body, known.headers) == ("h", 201, b"{}", {"etag": "1"})
        assert work.idempotency.begin("k", "POST /x", "zhao", request="h", now=NOW) is None
        work.idempotency.forget("k", "POST /x", "zhao")
        assert work.idempotency.get("k", "POST /x", "zhao") is None
        work.idempotency.clear(before=NOW + timedelta(days=1))
        assert work.idempotency.get("k", "POST /x", "li") is None


def test_hooks_are_told_of_what_they_asked_for(engine: Engine) -> None:
    with UnitOfWork(engine, writes=True) as work:
        for number, events in enumerate((("call.scored",), ("call.scored", "call.fatal"), ())):
            work.hooks.put(
                Hook(
                    id=f"h{number}",
                    url="https://x.example/",
                    secret="s",
                    events=events,
                    created_by="li",
                    created_at=NOW,
                )
            )
        assert work.hooks.announce("call.fatal", {"call": "C1"}, now=NOW) == 1
        assert work.hooks.announce("call.reviewed", {"call": "C1"}, now=NOW) == 0
        first = work.hooks.take("w", now=NOW, lease=LEASE)
        assert first is not None
        assert (first.hook, first.body, first.attempts) == ("h1", {"call": "C1"}, 1)
        assert work.hooks.take("w", now=NOW, lease=LEASE) is None
        assert work.hooks.refused(first.id, "w", status=500, message="x", retry_at=LEASE)
        assert not work.hooks.delivered(first.id, "w", status=200)
        again = work.hooks.take("v", now=LEASE, lease=LEASE)
        assert again is not None
        assert work.hooks.delivered(again.id, "v", status=200)
        assert [(one.state, one.attempts) for one in work.hooks.deliveries("h1").items] == [("done", 2)]
        assert work.hooks.deliveries("h1", state="dead").items == ()


def test_an_inbox(engine: Engine) -> None:
    lines = [Notification(f"n{i}", "li", "appeal.filed", "有新申诉", "call:C1", NOW) for i in range(3)]
    with UnitOfWork(engine, writes=True) as work:
        work.notifications.add(lines)
        work.notifications.add([*lines, lines[0]])
        assert work.notifications.unread("li") == 3
        assert work.notifications.read("zhao", None, now=NOW) == 0
        assert work.notifications.read("li", ["n1"], now=NOW) == 1
        assert work.notifications.unread("li") == 2
        assert [one.id for one in work.notifications.page("li", unread=True).items] == ["n2", "n0"]
        first = work.notifications.page("li", limit=2)
        assert [one.id for one in work.notifications.page("li", after=first.next).items] == ["n0"]
