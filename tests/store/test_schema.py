from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from callqa.domain import StoreError
from callqa.store import Ledger, back_up, check, open_database, ready, upgrade
from callqa.store.schema import _MIGRATIONS, described, head
from callqa.store.tables import Table
from tests import fakes


def test_the_migrations_make_what_the_tables_say(database: Engine) -> None:
    with database.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "include_name": lambda name, kind, _: described(name, kind)},
        )
        assert [d for d in compare_metadata(context, Table.metadata) if "alembic_version" not in str(d)] == []


def test_there_is_one_head() -> None:
    scripts = ScriptDirectory(str(_MIGRATIONS))
    assert len(scripts.get_heads()) == 1
    assert scripts.get_current_head() == head()


def test_an_empty_database_is_made_ready_once(sqlite_url: str) -> None:
    engine = open_database(sqlite_url)
    ready(engine)
    ready(engine)
    assert check(engine).faults == ()
    assert upgrade(engine) == (head(), head())


@pytest.mark.parametrize(
    ("version", "code"), [("9999", "store.newer"), (None, "store.version")], ids=["newer", "no version"]
)
def test_a_database_of_another_version_is_refused(sqlite_url: str, version: str | None, code: str) -> None:
    engine = open_database(sqlite_url)
    ready(engine)
    with engine.connect().execution_options(writes=True) as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        if version:
            connection.execute(text("INSERT INTO alembic_version VALUES (:v)"), {"v": version})
        connection.commit()
    with pytest.raises(StoreError) as refused:
        ready(engine)
    assert refused.value.code == code
    assert refused.value.hint


def test_a_backup_can_be_put_back(sqlite_url: str, tmp_path: Path) -> None:
    engine = open_database(sqlite_url)
    ready(engine)
    Ledger(engine).save(fakes.run(), entries=[fakes.entry()], failures=(), at=fakes.AT)
    copy = back_up(engine, tmp_path / "backups" / "one.sqlite3")
    restored = open_database(f"sqlite:///{copy}")
    assert check(restored).counts["results"] == 1
    with pytest.raises(StoreError, match="已经存在"):
        back_up(engine, copy)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "callqa.sqlite3"
    broken.write_bytes(b"this is not a database, it only looks like one" * 100)
    with pytest.raises(StoreError) as refused:
        ready(open_database(f"sqlite:///{broken}"))
    assert refused.value.code == "store.damaged"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError) as refused:
        open_database(f"sqlite:///{tmp_path / 'file' / 'callqa.sqlite3'}")
    assert refused.value.code == "store.open"


def test_check_finds_a_row_that_points_nowhere(sqlite_url: str) -> None:
    engine = open_database(sqlite_url)
    ready(engine)
    Ledger(engine).save(fakes.run(), entries=[fakes.entry()], failures=(), at=fakes.AT)
    with engine.connect().execution_options(writes=True) as connection:
        connection.commit()
        connection.connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[attr-defined]
        connection.execute(text("DELETE FROM calls"))
        connection.commit()
    assert any("不存在" in fault for fault in check(engine).faults)


@pytest.mark.parametrize("url", ["mysterious", "nosuch://x/y"])
def test_an_address_that_makes_no_sense(url: str) -> None:
    with pytest.raises(StoreError) as refused:
        open_database(url)
    assert refused.value.code in {"store.url", "store.driver"}
