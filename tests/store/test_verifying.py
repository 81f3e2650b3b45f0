"""``verify`` goes through everything some at a time, tells how far it is, and finds what is wrong in either way of looking."""

import pytest
from sqlalchemy import Engine, text

from callqa.store import Ledger, UnitOfWork, verify, verifying
from callqa.store.full_text import FullText
from tests import fakes

CALLS = 7


@pytest.fixture
def stored(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Seven calls, which are looked at two at a time."""
    monkeypatch.setattr(verifying, "_AT_ONCE", 2)
    entries = [fakes.entry(f"C{number}") for number in range(CALLS)]
    Ledger(engine).save(fakes.run(), entries=entries, failures=(), at=fakes.AT)
    with UnitOfWork(engine, writes=True) as work:
        for number in range(3):
            work.audit.append("li", "call.viewed", f"call:C{number}", at=fakes.AT)
    return engine


def told(engine: Engine, at_most: int | None = None) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    verify(
        engine,
        at_most=at_most,
        report=lambda stage, done, total: found.setdefault(stage, []).append((done, total)),
    )
    return found


def test_it_tells_how_far_it_is(stored: Engine) -> None:
    found = told(stored)
    assert found["calls"] == [(2, 7), (4, 7), (6, 7), (7, 7)]
    assert found["trace"][-1] == (3, 3)
    done, total = found["references"][-1]
    assert done == total > 40


@pytest.mark.parametrize(("at_most", "compared"), [(1, 1), (3, 3), (4, 4), (7, 7), (100, 7)])
def test_a_sample_is_spread_evenly_and_never_larger(stored: Engine, at_most: int, compared: int) -> None:
    assert verify(stored, at_most=at_most).calls == compared
    looked_at = [one for some in verifying._calls(stored, at_most) for one in some]
    assert looked_at[0] == "C0"
    assert len(looked_at) == len(set(looked_at)) == compared


@pytest.mark.parametrize("whole", [False, True])
def test_many_faults_are_counted_and_a_few_named(
    stored: Engine, monkeypatch: pytest.MonkeyPatch, *, whole: bool
) -> None:
    monkeypatch.setattr(verifying, "_ONE_BY_ONE", 0 if whole else 1000)
    assert verify(stored).faults == ()
    with UnitOfWork(stored, writes=True) as work:
        work.session.execute(text("UPDATE call_sounds SET words = 'x'"))
        work.session.execute(text("UPDATE audit SET actor = 'x' WHERE seq = 2"))
    faults = verify(stored).faults
    assert faults == (
        "审计记录第 2 行被改过。",
        "索引里的文字和来源不一致：C0、C1、C2、C3、C4 等 7 通。",
    )


def test_a_log_written_over_is_not_told_row_by_row(engine: Engine) -> None:
    with UnitOfWork(engine, writes=True) as work:
        for _ in range(150):
            work.audit.append("li", "call.viewed", "call:C1", at=fakes.AT)
        work.session.execute(text("UPDATE audit SET actor = 'x'"))
    faults = verify(engine).faults
    assert len(faults) == 101
    assert faults[-1] == "审计记录另有 50 处不对。"


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO call_grams (rowid, grams) VALUES (3, '123456')",
        "INSERT INTO call_grams (call_grams) VALUES ('delete-all')",
    ],
    ids=["too much", "nothing"],
)
def test_sqlites_full_text_table_read_whole_shows_what_is_too_much_and_too_little(
    stored: Engine, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    if stored.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps the grams beside the words")
    monkeypatch.setattr(verifying, "_ONE_BY_ONE", 0)
    assert told(stored)["words"] == [(0, 1), (1, 1)]
    with UnitOfWork(stored, writes=True) as work:
        work.session.execute(text(change))
    wrong = verify(stored).faults
    assert len(wrong) == 1
    assert "文字" in wrong[0]


def test_a_call_scored_again_while_it_runs_is_no_fault(
    stored: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    if stored.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps the grams beside the words")
    monkeypatch.setattr(verifying, "_ONE_BY_ONE", 0)
    entered = FullText.__enter__

    def then_score_again(self: FullText) -> FullText:
        table = entered(self)
        again = fakes.entry("C3", key="again", total=10.0)
        talk = again.masked.transcript
        turns = (*talk.turns[:3], fakes.turn(3, talk.turns[3].party, "那就算了吧", start=15_000))
        findings, reading = again.masked.findings, again.masked.techniques.replace(reactions=(), moments=())
        masked = again.masked.replace(
            transcript=talk.replace(turns=turns), findings=findings, techniques=reading
        )
        Ledger(stored).save(
            fakes.run("run-2"), entries=[again.replace(masked=masked)], failures=(), at=fakes.AT
        )
        return table

    monkeypatch.setattr(FullText, "__enter__", then_score_again)
    assert verify(stored).faults == ()
