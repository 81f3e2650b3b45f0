"""``callqa db verify``, ``reindex``, ``retain``, ``erase``: what they say, what they do, what they leave as proof."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from callqa.domain import Finish
from callqa.intake.values import customer_key
from callqa.store import CallFilter, Database, Ledger, RetentionRule, UnitOfWork, open_database, ready
from callqa.store.codec import scorecard_id
from tests import fakes
from tests.cli.conftest import Run

NUMBER = "13812345678"


@pytest.fixture
def database(run: Run, tmp_path: Path) -> Database:
    """Three calls; the first is of 2020 and of the customer, and its recording is there."""
    (tmp_path / "data").mkdir(exist_ok=True)
    recording = tmp_path / "first.wav"
    recording.write_bytes(b"RIFF")
    database = open_database(f"sqlite:///{tmp_path / 'data' / 'callqa.sqlite3'}")
    ready(database)
    entries = [fakes.entry(f"C{number}") for number in range(3)]
    key = customer_key(NUMBER, _key(tmp_path))
    call = entries[0].masked.call.replace(
        started_at=datetime(2020, 1, 1, 9, tzinfo=fakes.SHANGHAI), customer_key=key
    )
    entries[0] = entries[0].replace(masked=entries[0].masked.replace(call=call), path=str(recording))
    Ledger(database).save(fakes.run(), entries=entries, failures=(), at=fakes.AT)
    with UnitOfWork(database, writes=True) as work:
        work.audit.append("li", "call.viewed", "call:C0", at=fakes.AT)
        work.audit.append("li", "call.viewed", "call:C1", at=fakes.AT)
    return database


def _key(folder: Path) -> bytes:
    from callqa.api.house import House
    from callqa.cli.context import centre

    return House(centre()).customer_key


def change(database: Database, statement: str) -> None:
    with UnitOfWork(database, writes=True) as work:
        work.session.execute(text(statement))


def test_verify_finds_what_was_done_to_the_trace_and_remembers_its_end(
    run: Run, database: Database, tmp_path: Path
) -> None:
    said = run("db", "verify")
    assert said.code == 0, said.all
    assert "没有问题" in said.out
    anchors = tmp_path / "data" / "audit-anchors.txt"
    assert anchors.read_text().startswith("2 ")
    change(database, "DELETE FROM audit WHERE seq = 2")
    change(database, "UPDATE audit_anchor SET seq = 1, hash = (SELECT hash FROM audit WHERE seq = 1)")
    said = run("db", "verify")
    assert said.code == 3
    assert "第 2 行不见了" in said.out
    assert len(anchors.read_text().splitlines()) == 1


def test_a_wrong_index_is_told_and_reindex_mends_it(run: Run, database: Database) -> None:
    entry = fakes.entry("C1")
    with UnitOfWork(database, writes=True) as work:
        card = scorecard_id(entry.masked.scorecard)
        finish = Finish(id="f", call_id="C1", scorecard=card, author="li", at=fakes.AT)
        work.reviews.append(finish)
    change(
        database, "UPDATE call_index SET review_state = 'unreviewed', region = '月球' WHERE call_id = 'C1'"
    )
    said = run("db", "verify")
    assert said.code == 3
    assert "C1" in said.out
    assert run("db", "reindex").code == 0
    assert run("db", "verify").code == 0
    with UnitOfWork(database) as work:
        found = work.calls.summary("C1")
        assert found is not None
        assert (found.review_state, found.region) == ("reviewed", None)


def test_retain_tries_first_and_then_deletes(run: Run, database: Database, tmp_path: Path) -> None:
    assert run("db", "retain").code == 2
    with UnitOfWork(database, writes=True) as work:
        work.retention.put_rules(
            [
                RetentionRule(id="a", kind="audio", days=365),
                RetentionRule(id="r", kind="results", days=1000, outcome="ordered"),
            ]
        )
    said = run("db", "retain", "--dry-run")
    assert said.code == 0
    assert "什么也没有删" in said.out
    assert "365 天" in said.out
    assert (tmp_path / "first.wav").exists()
    said = run("db", "retain")
    assert said.code == 0, said.all
    assert "1 个录音文件" in said.out
    assert not (tmp_path / "first.wav").exists()
    with UnitOfWork(database) as work:
        (proof,) = work.erasures.all()
        assert proof.files_gone_at is not None
        assert work.results.latest("C0") is None
        assert "retention.apply" in {one.action for one in work.audit.page().items}
    assert "没有到期" in run("db", "retain").out
    assert run("db", "verify").code == 0


def test_erase_asks_deletes_and_proves(
    run: Run, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("db", "erase", "abc", "--reason", "申请").code == 2
    said = run("db", "erase", NUMBER, "--reason", "申请", "--dry-run")
    assert "有 1 通" in said.out
    assert (tmp_path / "first.wav").exists()
    said = run("db", "erase", f"+86 {NUMBER}", "--reason", "申请", "--yes")
    assert said.code == 0, said.all
    assert "删除证明" in said.out
    assert NUMBER not in said.all
    assert not (tmp_path / "first.wav").exists()
    with UnitOfWork(database) as work:
        assert {one.id for one in work.calls.page(CallFilter(text="副作用")).items} == {"C1", "C2"}
        (proof,) = work.erasures.all()
        assert (proof.calls, proof.files_gone_at is not None) == (("C0",), True)
    said = run("db", "erase", NUMBER, "--reason", "申请", "--yes")
    assert said.code == 3
    assert "没有这位客户" in said.all
    assert run("db", "verify").code == 0
