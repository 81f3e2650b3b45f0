"""One customer's words are gone from every column that can hold text; each column says what becomes of it."""

import json
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ARRAY, JSON, Column, Engine, LargeBinary, String, event, select, text, update

from callqa.domain import (
    Appeal,
    Assignment,
    CalibrationRound,
    CallFacts,
    CoachingNote,
    CoachingTask,
    Collection,
    CollectionItem,
    Comment,
    Edit,
    Failed,
    Goal,
    Handover,
    HandoverItem,
    Job,
    JobState,
    PlanReason,
    Proposal,
    ProposalKind,
    StoreError,
)
from callqa.store import Hold, Ledger, Plan, UnitOfWork, verify
from callqa.store.codec import scorecard_id
from callqa.store.erasures import subject_of
from callqa.store.mentions import GONE
from callqa.store.outbox import Notification
from callqa.store.tables import CallRow, ResultRow, Table
from callqa.store.texts import REACHED, declared
from tests import fakes

CUSTOMER = "k" * 64
NOW = datetime(2026, 12, 31, 12, tzinfo=fakes.SHANGHAI)
SAID = "琥珀色的鱼"
"""Stands for whatever a customer said or somebody wrote about it; occurs nowhere else."""
OURS, LIKE_OURS, OTHER = "C1", "C10", "C2"


def texts() -> Iterator[Column[Any]]:
    """Every column that can hold text."""
    for table in Table.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, String | JSON | LargeBinary | ARRAY):
                yield column


def test_every_column_that_can_hold_text_says_what_an_erasure_does_with_it() -> None:
    """A new one is to be reached by `callqa.store.erasures`, or to be named as free of customers' data with a reason."""
    found = {f"{column.table.name}.{column.name}" for column in texts()}
    assert found == declared().keys()


def test_the_walk_would_find_a_new_column() -> None:
    table = Table.metadata.tables["coaching_notes"]
    for kind in (String(40), JSON(), LargeBinary()):
        assert isinstance(Column("new", kind).type, String | JSON | LargeBinary | ARRAY)
    assert "coaching_notes.body" in {f"{one.table.name}.{one.name}" for one in texts() if one.table is table}


def readable(value: Any) -> str:
    if isinstance(value, bytes):
        with suppress(zlib.error):
            value = zlib.decompress(value)
        return bytes(value).decode("utf-8", "replace")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def holding(engine: Engine, needle: str) -> set[str]:
    """Columns that hold a text in any form in any row."""
    found = set()
    with UnitOfWork(engine) as work:
        for column in texts():
            for value in work.session.scalars(select(column)):
                if needle in readable(value):
                    found.add(f"{column.table.name}.{column.name}")
    return found


def spoken(call_id: str, *, ours: bool) -> Any:
    """A scored call; of the customer in question everything textual holds the word."""
    entry = fakes.entry(call_id)
    if not ours:
        return entry
    said = json.loads(entry.masked.model_dump_json().replace("没有副作用", SAID).replace("老客户", SAID))
    turn = entry.masked.transcript.turns[2]
    spoken_turn = fakes.turn(2, turn.party, turn.text.replace("没有副作用", SAID), start=10_000)
    said["transcript"]["turns"][2] = spoken_turn.model_dump(mode="json")
    said["findings"][2]["explanation"]["detail"] = SAID
    noun = type(entry.masked).model_validate(said)
    # findings, moments and personal data with the word in every field that can hold one
    moments = tuple(
        one.replace(objection=noun.transcript.turns[2].quote()) for one in noun.techniques.moments
    )
    slots = tuple(slot.replace(text=SAID) for slot in noun.findings[1].slots)
    findings = (noun.findings[0], noun.findings[1].replace(slots=slots), *noun.findings[2:])
    personal = tuple(one.replace(context=SAID, pattern=SAID) for one in noun.personal_data)
    call = noun.call.replace(customer_key=CUSTOMER, agent="a1")
    noun = noun.replace(
        call=call,
        findings=findings,
        personal_data=personal,
        techniques=noun.techniques.replace(moments=moments),
    )
    artefacts = {"transcript": SAID.encode(), "score": b"{}"}
    return entry.replace(masked=noun, path=f"recordings/{SAID}.wav", artefacts=artefacts)


@pytest.fixture
def written(engine: Engine) -> Engine:
    """Everything that people and machines can write about C1, about C10 and about another customer's C2."""
    calls = {name: spoken(name, ours=name == OURS) for name in (OURS, LIKE_OURS, OTHER)}
    cards = {name: scorecard_id(one.masked.scorecard) for name, one in calls.items()}
    run = fakes.run().replace(
        source=f"recordings/{SAID}.wav b.wav", problems=(f"{SAID}.wav：时间读不出。", "b.wav：没有坐席。")
    )
    failed = Failed(call_id=OURS, path=f"{SAID}.wav", stage="audio", code="x.y", message=SAID, hint=SAID)
    Ledger(engine).begin(run)
    Ledger(engine).save(run, entries=list(calls.values()), failures=[(failed, None)], at=fakes.AT)
    facts = calls[OURS].masked.call
    with UnitOfWork(engine, writes=True) as work:
        _reviews(work, cards)
        _people(work, cards)
        jobs = (
            ("j1", {"facts": _facts(facts), "path": "in/1", "message": f"{OURS}：{SAID}"}),
            ("j2", {"calls": (OURS, OTHER), "message": f"{OURS}：{SAID}；{OTHER}：坏。"}),
            ("j3", {"facts": _facts(facts, id="C7"), "path": f"in/{SAID}"}),
        )
        for name, values in jobs:
            kind = "rescore" if name == "j2" else "score"
            work.jobs.add(Job(id=name, kind=kind, created_by="li", created_at=NOW, **values))
        for key, body in (
            ("k1", f'{{"note":"{SAID}","call":"{OURS}"}}'),
            ("k2", f'{{"call":"{LIKE_OURS}"}}'),
        ):
            work.idempotency.begin(key, "POST /x", "li", request="h", now=NOW)
            headers = {"location": f"/{SAID}" if key == "k1" else "/2"}
            work.idempotency.answer(key, "POST /x", "li", status=201, headers=headers, body=body.encode())
        work.session.execute(
            text("UPDATE calls SET customer_key = :key WHERE id = :id"), {"key": CUSTOMER, "id": OURS}
        )
        work.audit.append("li", "call.viewed", f"call:{OURS}", at=NOW)
    return engine


def _facts(call: Any, **changes: Any) -> CallFacts:
    values = call.model_dump(exclude={"recording"}) | {"fields": {"备注": SAID}, "customer_key": CUSTOMER}
    return CallFacts.model_validate(values | changes)


def _reviews(work: UnitOfWork, cards: dict[str, str]) -> None:
    given = {"author": "li", "at": fakes.AT}
    here = {"call_id": OURS, "scorecard": cards[OURS], **given}
    there = {"call_id": OTHER, "scorecard": cards[OTHER], **given}
    work.reviews.append(
        [
            Edit(id="e1", item="absolute", points=5, reason=SAID, quote=SAID, **here),
            Comment(id="e2", reason=SAID, **here),
            Appeal(id="e3", item="absolute", reason=SAID, quote=SAID, **here),
        ]
    )
    carried = Edit(id="e4", item="absolute", points=5, reason=SAID, cause="e3", **there)
    named = Comment(id="e5", reason=f"同{OURS}一样：{SAID}", **there)
    kept = Comment(id="e6", reason="和C10一样。", **there)
    work.reviews.append([carried, named, kept])


def _people(work: UnitOfWork, cards: dict[str, str]) -> None:
    goal = Goal(kind="total", direction="up")
    common: dict[str, Any] = {"agent": "a1", "trainer": "t1", "created_by": "t1", "created_at": NOW}
    for name, call in (("task1", OURS), ("task2", OTHER)):
        word = SAID if call == OURS else "别人"
        task = CoachingTask(
            id=name, title=word, goal=goal, due=date(2027, 1, 9), call_id=call, source=word, **common
        )
        note = CoachingNote(task=name, author="t1", at=NOW, kind="comment", text=word)
        also = CoachingNote(task=name, author="t1", at=NOW, kind="comment", text=f"比{OURS}（{SAID}）好")
        work.coaching.put(task, note, also)
    work.proposals.put(
        Proposal(
            id="p1",
            kind=ProposalKind.coach,
            agent="a1",
            call_id=OURS,
            scorecard=cards[OURS],
            text=SAID,
            at=NOW,
            reason=SAID,
        )
    )
    for name, among in (("r1", (OURS, OTHER)), ("r2", (OTHER,))):
        word = SAID if OURS in among else "别的"
        work.calibrations.put(
            CalibrationRound(
                id=name,
                title=word,
                unit="g1",
                created_by="t1",
                created_at=NOW,
                calls=among,
                raters=("x",),
                expert="y",
                note=word,
            )
        )
    items = (
        HandoverItem(kind="coaching", id="task1", title=f"辅导 {SAID}"),
        HandoverItem(kind="coaching", id="task2", title="辅导 别人"),
        HandoverItem(kind="assignment", id="as1", title=f"复核 {OURS}"),
    )
    work.handovers.put(
        Handover(
            id="h1",
            giver="t1",
            taker="t2",
            first_day=date(2026, 12, 1),
            last_day=date(2026, 12, 9),
            reason=f"休假，{OURS} {SAID}",
            items=items,
        )
    )
    plan = Plan(
        id="2026-11-20:g1", day=date(2026, 11, 20), unit="g1", seed=1, made_by="li", made_at=NOW, terms={}
    )
    asked = Assignment(
        id="as1",
        plan=plan.id,
        day=plan.day,
        unit="g1",
        call_id=OURS,
        reason=PlanReason.asked,
        explanation=SAID,
        priority=1.0,
        minutes=2.0,
        reviewer="li",
        skip_reason=SAID,
    )
    work.plans.put(plan, [asked], sealed=())
    work.collections.put(
        Collection(
            id="c1",
            title=f"{OURS} {SAID}",
            description=f"{OURS}：{SAID}",
            unit="g1",
            created_by="t1",
            created_at=NOW,
        )
    )
    work.collections.put(Collection(id="c2", title="C10 一类", unit="g1", created_by="t1", created_at=NOW))
    work.collections.add(
        [CollectionItem(id="i1", collection="c2", call_id=OURS, note=SAID, added_by="t1", added_at=NOW)]
    )
    lines = (
        ("n1", f"call:{OURS}", SAID),
        ("n2", "coaching:task1", SAID),
        ("n3", "calibration:r1", SAID),
        ("n4", f"appeal:{OURS}:e3", SAID),
        ("n5", "handover:h1", f"关于{OURS}：{SAID}"),
        ("n6", f"call:{LIKE_OURS}", "您的通话 C10 已复核。"),
    )
    work.notifications.add(
        [Notification(name, "a1", "x.y", said, subject, NOW) for name, subject, said in lines]
    )
    for name, kind, subject in (("h1", "customer", CUSTOMER), ("h2", "call", OURS)):
        work.retention.hold(Hold(id=name, kind=kind, subject=subject, reason=SAID, set_by="li", set_at=NOW))  # type: ignore[arg-type]
        work.retention.release(name, by="li", now=NOW)


def test_a_customers_words_are_gone_from_every_column(written: Engine) -> None:
    # what is told by the keyed hash or by how words sound does not hold the word itself
    otherwise = {"calls.customer_key", "legal_holds.subject", "call_sounds.sounds", "call_sounds.grams"}
    before = holding(written, SAID)
    assert before | otherwise == REACHED.keys(), (
        "the word is in every column that an erasure reaches, and nowhere else"
    )
    with UnitOfWork(written, writes=True) as work:
        assert work.erasures.calls_of(CUSTOMER) == (OURS, "C7")
        proof = work.erasures.erase(CUSTOMER, erasure_id="x1", by="boss", now=NOW, reason="客户书面申请")
    # the names of files stay in the proof until somebody has deleted them
    assert holding(written, SAID) == {"erasures.files"}
    with UnitOfWork(written, writes=True) as work:
        work.erasures.files_gone("x1", now=NOW)
    assert holding(written, SAID) == set()
    assert holding(written, CUSTOMER) == set()
    assert proof.files == ("in/1", f"in/{SAID}", f"recordings/{SAID}.wav")
    counted = {name.split(".")[0] for name in REACHED} - {"call_sounds"}
    assert proof.counts.keys() == counted, "the index is derived, and not counted"
    assert proof.counts["coaching_notes"] == 3
    assert proof.counts["notifications"] == 5
    assert proof.counts["idempotency"] == 1
    assert verify(written).faults == (), "the chain of the trace holds, and the index fits"


def test_nothing_of_it_is_left_in_the_pages_of_sqlites_file(written: Engine) -> None:
    if written.dialect.name != "sqlite":
        pytest.skip("PostgreSQL's vacuum gives the room away")
    file = Path(str(written.url.database))
    # some builds of SQLite do it always, most never
    event.listen(written, "connect", lambda connection, _: connection.execute("PRAGMA secure_delete=OFF"))
    written.dispose()

    def kept() -> bytes:
        with written.connect() as connection:
            connection.commit()
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
        return file.read_bytes()

    assert SAID.encode() in kept()
    with UnitOfWork(written, writes=True) as work:
        work.erasures.erase(CUSTOMER, erasure_id="x1", by="boss", now=NOW, reason="申请")
        work.erasures.files_gone("x1", now=NOW)
    assert SAID.encode() not in kept()
    with written.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 0, "as it was before"


def test_what_is_about_other_calls_stays(written: Engine) -> None:
    with UnitOfWork(written, writes=True) as work:
        work.erasures.erase(CUSTOMER, erasure_id="x1", by="boss", now=NOW, reason="申请")
    with UnitOfWork(written) as work:
        assert {one.id: (one.title, one.source) for one in work.coaching.find()} == {
            "task1": (GONE, ""),
            "task2": ("别人", "别人"),
        }
        assert [one.text for one in work.coaching.notes("task2")] == ["别人", GONE]
        assert [one.reason for one in work.reviews.of(OTHER)] == ["", "", "和C10一样。"]
        assert work.calibrations.get("r2").note == "别的"  # type: ignore[union-attr]
        assert work.calibrations.get("r1").calls == (OURS, OTHER)  # type: ignore[union-attr]
        handed = work.handovers.get("h1")
        assert handed is not None
        assert [one.title for one in handed.items] == [GONE, "辅导 别人", GONE]
        assert {one.id: one.text for one in work.notifications.page("a1").items}[
            "n6"
        ] == "您的通话 C10 已复核。"
        assert work.collections.get("c2").title == "C10 一类"  # type: ignore[union-attr]
        assert work.collections.items("c2") == ()
        answers = [work.idempotency.get(key, "POST /x", "li") for key in ("k1", "k2")]
        assert [(one.erased, one.status, bool(one.body)) for one in answers if one] == [
            (True, 201, False),
            (False, 201, True),
        ]
        run = work.runs.latest()[0].run
        assert run.source == f"{GONE} b.wav"
        assert run.problems == ("b.wav：没有坐席。",)
        waiting = work.jobs.get("j3")
        assert waiting is not None
        assert (waiting.state, waiting.code, waiting.path) == (JobState.dead, "erased", "")
        assert {one.subject for one in work.retention.holds(in_force=False)} == {subject_of(CUSTOMER), OURS}
        assert work.session.scalar(select(ResultRow.call_id).where(ResultRow.call_id == OURS)) == OURS
        assert work.session.scalar(select(CallRow.customer_key).where(CallRow.id == OURS)) is None


def test_a_call_that_is_being_scored_is_not_erased_under_its_worker(written: Engine) -> None:
    with UnitOfWork(written, writes=True) as work:
        work.session.execute(update(Table.metadata.tables["jobs"]).values(not_before=None))
        taken = work.jobs.take("w", now=NOW, lease=NOW.replace(hour=13), kinds=["score"])
        assert taken is not None
        assert taken.id == "j1"
    with pytest.raises(StoreError) as refused, UnitOfWork(written, writes=True) as work:
        work.erasures.erase(CUSTOMER, erasure_id="x1", by="boss", now=NOW, reason="申请")
    assert refused.value.code == "erasure.busy"
    with UnitOfWork(written) as work:
        assert work.coaching.get("task1").title == SAID, "nothing was touched"  # type: ignore[union-attr]
    later = NOW.replace(hour=14)
    with UnitOfWork(written, writes=True) as work:
        work.erasures.erase(CUSTOMER, erasure_id="x1", by="boss", now=later, reason="申请")
        assert not work.jobs.heartbeat("j1", "w", lease=later), "its worker died, and if not, has lost it"
