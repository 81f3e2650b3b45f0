"""What is too old goes, what a customer wants gone goes, what a court holds stays; every deletion leaves a proof."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from callqa.domain import CallFacts, Edit, Job, StoreError
from callqa.store import CallFilter, Hold, Ledger, RetentionRule, UnitOfWork, verify
from callqa.store.codec import scorecard_id
from callqa.store.erasures import subject_of
from callqa.store.tables import ArtefactRow, CallRow, Table
from tests import fakes

CUSTOMER = "k" * 64
OTHER = "o" * 64
NOW = datetime(2026, 12, 31, 12, tzinfo=fakes.SHANGHAI)


@pytest.fixture
def kept(engine: Engine) -> Engine:
    """Four calls of November 1, 10, 20 and of no day; the first two are the customer's and share a recording."""
    entries = []
    for number, day in enumerate((1, 10, 20, None)):
        entry = fakes.entry(f"C{number:04}")
        call = entry.masked.call.replace(
            started_at=datetime(2026, 11, day, 9, tzinfo=fakes.SHANGHAI) if day else None,
            customer_key=CUSTOMER if number < 2 else OTHER,
            ordered=number == 1,
        )
        if number == 1:
            first = entries[0]
            call = call.replace(recording=first.masked.call.recording)
            entry = entry.replace(path=first.path, sha256=first.sha256)
        entries.append(entry.replace(masked=entry.masked.replace(call=call)))
    Ledger(engine).save(fakes.run(), entries=entries, failures=(), at=fakes.AT)
    with UnitOfWork(engine, writes=True) as work:
        facts = entries[0].masked.call.model_dump(exclude={"recording"})
        work.jobs.add(
            Job(
                id="j",
                kind="score",
                created_by="li",
                created_at=NOW,
                facts=CallFacts(**facts),
                path="138.wav",
            )
        )
        for entry in entries[:3]:
            event = Edit(
                id=f"e-{entry.masked.call.id}",
                call_id=entry.masked.call.id,
                scorecard=scorecard_id(entry.masked.scorecard),
                author="li",
                at=fakes.AT,
                item="absolute",
                points=5,
                reason="客户其实说的是不疼",
                quote="不疼",
            )
            work.reviews.append(event)
    return engine


def words_in(engine: Engine, *call_ids: str) -> str:
    """Everything the tables hold about some calls, as text."""
    found = []
    with UnitOfWork(engine) as work:
        for table in Table.metadata.sorted_tables:
            column = table.c.id if table.name == "calls" else table.c.get("call_id")
            if column is not None and table.name != "runs":
                rows = work.session.execute(select(table).where(column.in_(call_ids)))
                found += [json.dumps([str(value) for value in row], ensure_ascii=False) for row in rows]
        for call_id in call_ids:
            result = work.results.latest(call_id)
            if result is not None:
                found.append(result.masked.model_dump_json())
    return "\n".join(found)


def test_a_customers_words_are_gone_and_the_proof_says_so(kept: Engine) -> None:
    with UnitOfWork(kept) as work:
        assert work.erasures.calls_of(CUSTOMER) == ("C0000", "C0001")
    assert "没有副作用" in words_in(kept, "C0000")
    with UnitOfWork(kept, writes=True) as work:
        proof = work.erasures.erase(CUSTOMER, erasure_id="x1", by="boss", now=NOW, reason="客户书面申请")
    gone = words_in(kept, "C0000", "C0001")
    for word in ("没有副作用", "这款", "太贵", "不疼", "很高兴", CUSTOMER, "老客户"):
        assert word not in gone, word
    assert "没有副作用" in words_in(kept, "C0002")
    with UnitOfWork(kept) as work:
        assert work.erasures.calls_of(CUSTOMER) == ()
        assert work.session.scalar(select(CallRow.path).where(CallRow.id == "C0000")) == ""
        assert not work.session.scalars(
            select(ArtefactRow.key).where(ArtefactRow.sha256 == fakes.sha_of("C0000"))
        ).all()
        found = work.results.latest("C0000")
        assert found is not None
        assert found.masked.transcript.turns == ()
        assert found.masked.scorecard.total == 82.5  # points, verdicts and measures stay
        assert [one.verdict for one in found.masked.findings] == [
            one.verdict for one in fakes.entry().masked.findings
        ]
        assert found.masked.measures == fakes.entry().masked.measures
        assert [event.points for event in work.reviews.of("C0000")] == [5]  # type: ignore[union-attr]
        assert {one.id for one in work.calls.page(CallFilter(text="副作用")).items} == {"C0002", "C0003"}
        assert work.calls.summary("C0000") is not None
        kept_proof = work.erasures.get("x1")
        assert kept_proof == proof
        assert proof.calls == ("C0000", "C0001")
        assert proof.files == ("138.wav", "recordings/C0000.wav"), "what was handed in and what was scored"
        assert proof.counts["transcripts"] == 2
        assert proof.subject == subject_of(CUSTOMER)
        assert work.erasures.all(customer_key=CUSTOMER) == (proof,)
        assert work.erasures.all(customer_key=OTHER) == ()
        assert work.erasures.unfinished() == (proof,)
        job = work.jobs.get("j")
        assert job is not None
        assert job.facts is not None
        assert (job.path, job.facts.customer_key, job.facts.fields) == ("", None, {})
    assert CUSTOMER not in str(proof)
    assert verify(kept).faults == ()
    with UnitOfWork(kept, writes=True) as work:
        work.erasures.files_gone("x1", now=NOW)
        assert work.erasures.unfinished() == ()
        gone_proof = work.erasures.get("x1")
        assert gone_proof is not None
        assert len(gone_proof.files) == 2
        assert not any(name in str(gone_proof.files) for name in ("C0000", "138"))
    with pytest.raises(StoreError) as refused, UnitOfWork(kept, writes=True) as work:
        work.erasures.erase(CUSTOMER, erasure_id="x2", by="boss", now=NOW, reason="再次")
    assert refused.value.code == "erasure.none"


@pytest.mark.parametrize(
    ("kind", "subject"), [("call", "C0001"), ("customer", CUSTOMER), ("agent", "王小燕")], ids=str
)
def test_a_hold_keeps_everything_until_it_is_lifted(kept: Engine, kind: str, subject: str) -> None:
    hold = Hold(id="h1", kind=kind, subject=subject, reason="诉讼", set_by="boss", set_at=NOW)  # type: ignore[arg-type]
    with UnitOfWork(kept, writes=True) as work:
        work.retention.hold(hold)
        work.retention.put_rules([RetentionRule(id="r", kind="results", days=1)])
    before = words_in(kept, "C0000", "C0001")
    with pytest.raises(StoreError) as refused, UnitOfWork(kept, writes=True) as work:
        work.erasures.erase(CUSTOMER, erasure_id="x1", by="boss", now=NOW, reason="申请")
    assert refused.value.code == "erasure.held"
    assert words_in(kept, "C0000", "C0001") == before
    with UnitOfWork(kept, writes=True) as work:
        assert "C0001" in work.retention.due(now=NOW).held["results"]
        assert work.retention.holds() == (hold,)
        work.retention.apply(now=NOW, by="boss", erasure_id="p1")
        assert work.results.latest("C0001") is not None
        assert work.retention.release("h1", by="boss", now=NOW)
        assert not work.retention.release("h1", by="boss", now=NOW)
        assert work.retention.holds() == ()
        assert work.retention.holds(in_force=False)[0].released_by == "boss"
        assert "C0001" in work.retention.due(now=NOW).calls["results"]


def test_each_kind_goes_by_its_own_age_and_outcome(kept: Engine) -> None:
    """Audio after 45 days, but of orders after 365; raw text after 55; results after 59 (the first call is 60 old)."""
    rules = [
        RetentionRule(id="1", kind="audio", days=45),
        RetentionRule(id="2", kind="audio", days=365, outcome="ordered"),
        RetentionRule(id="3", kind="raw_text", days=35),
        RetentionRule(id="4", kind="results", days=59),
    ]
    with UnitOfWork(kept, writes=True) as work:
        assert not any(work.retention.due(now=NOW).calls.values())
        assert work.retention.apply(now=NOW, by="boss", erasure_id="p0") is None
        work.retention.put_rules(rules)
        assert work.retention.rules() == tuple(rules)
        due = work.retention.due(now=NOW)
        assert due.calls == {
            "audio": ("C0000",),
            "raw_text": ("C0000", "C0001", "C0002"),
            "results": ("C0000",),
        }
        assert not any(due.held.values())
        proof = work.retention.apply(now=NOW, by="boss", erasure_id="p1")
    assert proof is not None
    assert proof.calls == ("C0000", "C0001", "C0002")
    assert proof.files == ()  # the order of the second call keeps the recording they share
    assert proof.counts["artefacts"] == 6  # two of each call
    assert proof.counts["results"] == 1
    with UnitOfWork(kept, writes=True) as work:
        assert work.results.latest("C0000") is None
        assert work.calls.summary("C0000") is None
        assert work.calls.get("C0000") is not None
        assert work.results.latest("C0001") is not None
        assert work.results.latest("C0003") is not None  # without a day nothing is ever too old
        assert not any(work.retention.due(now=NOW).calls.values())
        assert work.retention.apply(now=NOW, by="boss", erasure_id="p2") is None
    assert verify(kept).faults == ()


def test_the_day_the_rule_ends(kept: Engine) -> None:
    with UnitOfWork(kept, writes=True) as work:
        work.retention.put_rules([RetentionRule(id="1", kind="results", days=10)])
        last = datetime(2026, 11, 11, 12, tzinfo=fakes.SHANGHAI)
        assert work.retention.due(now=last).calls["results"] == ()
        assert work.retention.due(now=last + timedelta(days=1)).calls["results"] == ("C0000",)


@pytest.mark.parametrize(
    "rules",
    [
        [RetentionRule(id="1", kind="audio", days=0)],
        [RetentionRule(id="1", kind="audio", days=5), RetentionRule(id="2", kind="audio", days=6)],
    ],
)
def test_rules_that_make_no_sense(kept: Engine, rules: list[RetentionRule]) -> None:
    with pytest.raises(ValueError, match="one rule per kind"), UnitOfWork(kept, writes=True) as work:
        work.retention.put_rules(rules)
