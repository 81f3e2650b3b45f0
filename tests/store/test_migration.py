"""From the last release to this one, with data in it, on both databases."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, insert, inspect, select, text

from callqa.domain import Confirm, Finish
from callqa.store import (
    CallFilter,
    Ledger,
    UnitOfWork,
    check,
    open_database,
    ready,
    rebuild,
    schema,
    upgrade,
    verify,
)
from callqa.store.schema import _config, described, head
from callqa.store.tables import ReviewEventRow, Table
from tests import fakes


def old_release(url: str, tmp_path: Path) -> Engine:
    """A database of release 0001 with three calls, one scored twice, and three review events on two of them."""
    source = open_database(f"sqlite:///{tmp_path / 'source.sqlite3'}")
    ready(source)
    ledger = Ledger(source)
    ledger.save(
        fakes.run(),
        entries=[fakes.entry("C0001"), fakes.entry("C0002"), fakes.entry("C0003")],
        failures=(),
        at=fakes.AT,
    )
    ledger.save(
        fakes.run("run-2"), entries=[fakes.entry("C0003", key="x", total=40.0)], failures=(), at=fakes.AT
    )
    engine = open_database(url)
    command.upgrade(_config(engine), "0001")
    old = inspect(engine)
    with UnitOfWork(source) as work:
        cards = {one: row.scorecard_id for one in ("C0001", "C0002") if (row := work.results.latest_row(one))}
        with engine.connect().execution_options(writes=True) as connection:
            for table in Table.metadata.sorted_tables:
                if old.has_table(table.name):
                    names = {column["name"] for column in old.get_columns(table.name)}
                    columns = [column for column in table.columns if column.name in names]
                    rows = [dict(row._mapping) for row in work.session.execute(select(*columns))]
                    if rows:
                        connection.execute(insert(table), rows)
            for seq, (call_id, kind) in enumerate(
                (("C0001", Confirm), ("C0002", Finish), ("C0001", Finish)), start=1
            ):
                event = kind(
                    id=f"e{seq}", call_id=call_id, scorecard=cards[call_id], author="li", at=fakes.AT
                )
                connection.execute(
                    text(
                        "INSERT INTO review_events (seq, id, kind, call_id, scorecard_id, author, at, body)"
                        " VALUES (:seq, :id, :kind, :call, :card, 'li', :at, :body)"
                    ),
                    {
                        "seq": seq,
                        "id": event.id,
                        "kind": event.kind,
                        "call": call_id,
                        "card": cards[call_id],
                        "at": "2026-11-20 14:30:00.000000",
                        "body": event.model_dump_json(),
                    },
                )
            if engine.dialect.name == "postgresql":
                for name in ("findings", "techniques", "measures", "results", "personal_data"):
                    connection.execute(
                        text(
                            f"SELECT setval(pg_get_serial_sequence('{name}', 'seq'), (SELECT max(seq) FROM {name}))"
                        )
                    )
                connection.execute(text("SELECT setval(pg_get_serial_sequence('review_events', 'seq'), 3)"))
            connection.commit()
    source.dispose()
    return engine


def differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "include_name": lambda name, kind, _: described(name, kind)},
        )
        return [d for d in compare_metadata(context, Table.metadata) if "alembic_version" not in str(d)]


def test_the_last_release_comes_up_with_everything_it_held(empty_url: str, tmp_path: Path) -> None:
    engine = old_release(empty_url, tmp_path)
    assert upgrade(engine) == ("0001", head())
    assert differences(engine) == []
    assert check(engine).faults == ()
    assert verify(engine).faults == ()
    with UnitOfWork(engine) as work:
        found = {one.id: one for one in work.calls.page(CallFilter()).items}
        assert {one: (s.total, s.review_state, s.version) for one, s in found.items()} == {
            "C0001": (82.5, "reviewed", 2),
            "C0002": (82.5, "reviewed", 1),
            "C0003": (40.0, "unreviewed", 0),
        }
        assert [event.id for event in work.reviews.of("C0001")] == ["e1", "e3"]
        numbers = work.session.execute(
            select(ReviewEventRow.id, ReviewEventRow.number).order_by(ReviewEventRow.seq)
        ).all()
        assert [tuple(row) for row in numbers] == [("e1", 1), ("e2", 1), ("e3", 2)]
        assert work.results.latest("C0001").masked == fakes.entry("C0001").masked  # type: ignore[union-attr]
        assert len(work.calls.page(CallFilter(text="绝对没有副作用")).items) == 3
    ledger = Ledger(engine)
    ledger.save(fakes.run("run-3"), entries=[fakes.entry("C0004")], failures=(), at=fakes.AT)
    assert verify(engine).faults == ()
    engine.dispose()


def test_the_release_of_the_review_comes_up_with_everything_it_held(empty_url: str, tmp_path: Path) -> None:
    """From 0002: calls, reviews and the trace stay; what is new says that it is not known."""
    source = open_database(f"sqlite:///{tmp_path / 'source.sqlite3'}")
    ready(source)
    entries = [fakes.entry("C0001"), fakes.entry("C0002")]
    Ledger(source).save(fakes.run(), entries=entries, failures=(), at=fakes.AT)
    with UnitOfWork(source, writes=True) as work:
        card = work.results.latest_row("C0001").scorecard_id  # type: ignore[union-attr]
        said = {"id": "e1", "call_id": "C0001", "scorecard": card, "author": "li", "at": fakes.AT}
        work.reviews.append([Confirm(**said)])
        work.audit.append("li", "review.confirm", "call:C0001", at=fakes.AT)
    engine = open_database(empty_url)
    command.upgrade(_config(engine), "0002")
    _copy(source, engine)
    assert upgrade(engine) == ("0002", head())
    assert differences(engine) == []
    assert check(engine).faults == ()
    assert rebuild(engine) == 2
    assert verify(engine).faults == ()
    with UnitOfWork(engine) as work:
        assert work.results.latest("C0001").masked == entries[0].masked  # type: ignore[union-attr]
        assert [event.id for event in work.reviews.of("C0001")] == ["e1"]
        assert [(one.run.planned, one.left) for one in work.runs.latest()] == [(None, None)]
        assert work.collections.find() == ()
    source.dispose()
    engine.dispose()


def _copy(source: Engine, target: Engine) -> None:
    """Every row of every table that the target has, with the columns it has."""
    old = inspect(target)
    with UnitOfWork(source) as work, target.connect().execution_options(writes=True) as connection:
        connection.execute(text("DELETE FROM audit_anchor"))
        for table in Table.metadata.sorted_tables:
            if not old.has_table(table.name):
                continue
            names = {column["name"] for column in old.get_columns(table.name)}
            columns = [column for column in table.columns if column.name in names]
            rows = [dict(row._mapping) for row in work.session.execute(select(*columns))]
            if rows:
                connection.execute(insert(table), rows)
        connection.commit()


def test_an_empty_database_comes_up(empty_url: str) -> None:
    engine = open_database(empty_url)
    ready(engine)
    assert differences(engine) == []
    assert check(engine).faults == ()
    assert verify(engine).faults == ()
    engine.dispose()


def test_going_back_and_forth_loses_no_call(empty_url: str, tmp_path: Path) -> None:
    engine = old_release(empty_url, tmp_path)
    upgrade(engine)
    command.downgrade(_config(engine), "0001")
    tables = set(inspect(engine).get_table_names())
    assert not {"call_index", "audit", "units", "call_grams"} & tables
    assert "number" not in {column["name"] for column in inspect(engine).get_columns("review_events")}
    upgrade(engine)
    assert differences(engine) == []
    assert verify(engine).faults == ()
    engine.dispose()


@pytest.mark.parametrize("stops", ["call_index", "audit_anchor"])
def test_a_migration_that_stops_halfway_leaves_the_old_release(
    empty_url: str, tmp_path: Path, stops: str
) -> None:
    """The name of a new table is taken: nothing of the migration stays."""
    engine = old_release(empty_url, tmp_path)
    with engine.connect().execution_options(writes=True) as connection:
        connection.execute(text(f"CREATE TABLE {stops} (x INTEGER)"))
        connection.commit()
    with pytest.raises(Exception, match=stops):
        upgrade(engine)
    engine.dispose()
    assert check(engine).version == "0001"
    assert not inspect(engine).has_table("units")
    with engine.connect().execution_options(writes=True) as connection:
        connection.execute(text(f"DROP TABLE {stops}"))
        connection.commit()
    assert upgrade(engine) == ("0001", head())
    assert verify(engine).faults == ()
    engine.dispose()


@pytest.mark.parametrize(
    ("before", "anew"), [("0001", True), ("0002", False), ("0003", False), ("0004", False)]
)
def test_the_index_is_made_anew_only_where_a_migration_wants_it(
    before: str, anew: bool, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Engine] = []
    monkeypatch.setattr(schema, "rebuild", made.append)
    engine = open_database(empty_url)
    command.upgrade(_config(engine), before)
    assert upgrade(engine) == (before, head())
    assert made == ([engine] if anew else [])
    assert upgrade(engine) == (head(), head())
    assert len(made) == int(anew)
    engine.dispose()
