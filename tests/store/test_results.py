import random
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, text

from callqa.domain import Failed
from callqa.intake.facts import LONGEST_AGENT, LONGEST_NAME
from callqa.intake.read import LONGEST_ID
from callqa.store import Ledger, UnitOfWork
from callqa.store.runs import RunProgress
from callqa.store.tables import FindingRow, ResultRow, ScorecardRow, Table, TechniqueRow
from tests import fakes


def saved(database: Engine, *entries: object, run_id: str = "run-1") -> Ledger:
    ledger = Ledger(database)
    ledger.save(fakes.run(run_id), entries=list(entries), failures=(), at=fakes.AT)  # type: ignore[arg-type]
    return ledger


def count(database: Engine, table: type[Table]) -> int:
    with UnitOfWork(database) as work:
        return int(work.session.scalar(select(func.count()).select_from(table)) or 0)


def test_a_result_comes_back_as_it_was_stored(database: Engine) -> None:
    entry = fakes.entry()
    saved(database, entry)
    with UnitOfWork(database) as work:
        found = work.results.latest("C0001")
    assert found is not None
    assert found.masked == entry.masked
    assert found.masked.call.day == "2026-11-20"
    assert found.masked.call.started_at.isoformat() == "2026-11-20T09:15:00+08:00"  # type: ignore[union-attr]
    assert found.keys == entry.keys
    assert found.run_id == "run-1"


def test_storing_the_same_batch_twice_changes_nothing(database: Engine) -> None:
    saved(database, fakes.entry("C0001"), fakes.entry("C0002"))
    before = {table: count(database, table) for table in (ResultRow, FindingRow, ScorecardRow, TechniqueRow)}
    saved(database, fakes.entry("C0001"), fakes.entry("C0002"))
    assert {table: count(database, table) for table in before} == before
    assert before[ResultRow] == 2


def test_a_new_rubric_makes_a_new_card_and_shares_the_rest(database: Engine) -> None:
    saved(database, fakes.entry())
    findings, tags = count(database, FindingRow), count(database, TechniqueRow)
    again = fakes.entry(key="other", total=40.0).replace(artefacts={})
    saved(database, again, run_id="run-2")
    assert count(database, ScorecardRow) == 2
    assert (count(database, FindingRow), count(database, TechniqueRow)) == (findings, tags)
    with UnitOfWork(database) as work:
        latest = work.results.latest("C0001")
        assert latest is not None
        assert latest.masked.scorecard.total == 40.0
        assert [r.masked.scorecard.total for r in work.results.of_run("run-1")] == [82.5]


def test_raw_text_lies_in_the_artefacts_and_nowhere_else(database: Engine) -> None:
    saved(database, fakes.entry())
    with UnitOfWork(database) as work:
        for table in Table.metadata.sorted_tables:
            for row in work.session.execute(select(table)):
                said = [str(value) for value in row if not isinstance(value, bytes)]
                assert not any(fakes.PHONE in value for value in said), table.name
                bodies = [value for value in row if isinstance(value, bytes)]
                assert any(fakes.PHONE.encode() in body for body in bodies) <= (table.name == "artefacts")
        transcript = work.results.latest("C0001").masked.transcript  # type: ignore[union-attr]
    assert fakes.PHONE not in transcript.model_dump_json()


def test_a_raw_transcript_is_refused_by_the_masked_table(database: Engine) -> None:
    raw = fakes.entry().replace(masked=fakes.processed(masked=False))
    with pytest.raises(ValueError, match="raw transcript"):
        saved(database, raw)
    assert count(database, ResultRow) == 0


def test_artefacts_by_key_and_which_results_exist(database: Engine) -> None:
    ledger = saved(database, fakes.entry("C0001"), fakes.entry("C0002"))
    assert ledger.existing(["result-C0001", "result-C0009"]) == {"result-C0001"}
    assert ledger.bodies(["transcript-C0002", "nothing"]) == {"transcript-C0002": fakes.PHONE.encode()}
    assert ledger.latest_keys(["C0001", "C0007"]) == {"C0001": fakes.entry().keys}
    many = [f"k{i}" for i in range(40_000)]
    assert ledger.existing([*many, "result-C0002"]) == {"result-C0002"}


def test_calls_by_day_and_by_id(database: Engine) -> None:
    ledger = saved(database, *(fakes.entry(f"C000{i}") for i in range(1, 4)))
    assert [one.facts.id for one in ledger.incoming(ids=["C0003", "C0001"])] == ["C0001", "C0003"]
    assert len(ledger.incoming(first_day="2026-11-20", last_day="2026-11-20")) == 3
    assert ledger.incoming(first_day="2026-11-21") == []
    assert ledger.incoming(ids=["C0002"])[0] == fakes.incoming("C0002")


def test_newer_facts_replace_older_ones(database: Engine) -> None:
    saved(database, fakes.entry())
    later = fakes.entry(key="later").replace(masked=fakes.processed(masked=True, signed_for=True))
    saved(database, later, run_id="run-2")
    with UnitOfWork(database) as work:
        call = work.calls.get("C0001")
    assert call is not None
    assert call.signed_for is True


def test_failures_and_runs(database: Engine) -> None:
    ledger = Ledger(database)
    failed = Failed(
        call_id="C0009",
        path="x.wav",
        stage="audio",
        code="recording.empty",
        message="空文件。",
        hint="重新导出。",
    )
    run = fakes.run()
    ledger.begin(run)
    ledger.save(run, entries=[fakes.entry()], failures=[(failed, "2026-11-20")], at=fakes.AT)
    ledger.save(run, entries=[], failures=[(failed, "2026-11-20")], at=fakes.AT)
    ledger.end(run.id, at=fakes.AT)
    with UnitOfWork(database) as work:
        assert work.failures.of(run.id) == [failed]
        assert work.runs.latest() == [RunProgress(run.replace(finished_at=fakes.AT), 1, 1, fakes.AT)]


def test_the_longest_names_there_may_be_are_stored(database: Engine) -> None:
    """What intake and uploads let through, in characters that do not compress, fits into every column and index."""
    chance = random.Random(5)

    def name(length: int) -> str:
        return "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(length))

    entry = fakes.entry("C" * LONGEST_ID, key="k").replace(keys={"transcript": "t", "score": "s"})
    call = entry.masked.call.replace(
        agent=name(LONGEST_AGENT),
        group=tuple(name(500) for _ in range(5)),
        **{field: name(LONGEST_NAME) for field in ("product", "campaign", "region", "queue")},
        fields={name(500): name(5000)},
    )
    saved(database, entry.replace(masked=entry.masked.replace(call=call), path=name(1000)))
    with UnitOfWork(database) as work:
        assert work.calls.get(call.id) == call
    failed = Failed(
        call_id="f" * 255, path="f" * 255, stage="intake", code="x.y", message="坏。", hint="好。"
    )
    for _ in range(2):
        Ledger(database).save(fakes.run(), entries=(), failures=[(failed, None)], at=fakes.AT)
    with UnitOfWork(database) as work:
        assert [one.call_id for one in work.failures.of("run-1")] == ["f" * 128]


def test_how_far_batches_are(database: Engine) -> None:
    """One goes on, one was cut off two hours ago, one has ended, one is a job's, one is of an older release."""
    ledger, hour = Ledger(database), timedelta(hours=1)
    for run_id, began, calls in (
        ("night", -30 * hour / 60, 5),
        ("cut", -3 * hour, 4),
        ("ended", -hour / 4, 2),
        ("job-1", -hour / 4, 3),
        ("old", -hour / 4, None),
    ):
        run = fakes.run(run_id, at=fakes.AT + began).replace(planned=calls)
        ledger.begin(run)
        entries = [fakes.entry(f"C{run_id}{number}") for number in range(2)]
        ledger.save(run, entries=entries, failures=(), at=run.started_at + hour / 6)
    ledger.end("ended", at=fakes.AT)
    with UnitOfWork(database) as work:
        found = {one.run.id: one for one in work.runs.latest()}
        assert {name: one.left for name, one in found.items()} == {
            "night": 3,
            "cut": 2,
            "ended": None,
            "job-1": 1,
            "old": None,
        }
        going = work.runs.under_way(since=fakes.AT - hour, begun=fakes.AT - 24 * hour)
        assert {one.run.id for one in going} == {"night", "old"}
        assert work.runs.under_way(since=fakes.AT - hour, begun=fakes.AT - hour / 3) == [found["old"]]
        assert len(work.runs.finished_since("night", fakes.AT - hour)) == 2
        assert work.runs.finished_since("night", fakes.AT) == []


def test_nothing_of_a_batch_is_stored_where_one_of_it_is_refused(database: Engine) -> None:
    bad = fakes.entry("C0002").replace(masked=fakes.processed("C0002", masked=False))
    with pytest.raises(ValueError, match="raw"):
        saved(database, fakes.entry("C0001"), bad)
    assert Ledger(database).existing(["result-C0001"]) == set()


def test_a_naive_time_is_refused(database: Engine) -> None:
    with UnitOfWork(database, writes=True) as work, pytest.raises(Exception, match="without a zone"):
        work.runs.finish("run-1", at=fakes.AT.replace(tzinfo=None))


def test_sqlite_keeps_its_promises(database: Engine) -> None:
    if database.dialect.name != "sqlite":
        pytest.skip("SQLite only")
    with database.connect() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": 300}
