"""The schema's version: made on first use, refused where it does not fit, upgraded on request."""

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from callqa.domain import StoreError
from callqa.store.database import explained, options
from callqa.store.index import rebuild
from callqa.store.tables import ArtefactRow, CallRow, FailureRow, ResultRow, RunRow
from callqa.store.tables_index import FULL_TEXT

_MIGRATIONS = Path(__file__).parent / "migrations"


def _config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", _MIGRATIONS.as_posix().replace("%", "%%"))
    config.attributes["engine"] = engine
    return config


def described(name: str | None, kind: str) -> bool:
    """False for what the tables of this program cannot describe: SQLite's full-text table and its own tables."""
    return not (kind == "table" and name is not None and name.startswith(FULL_TEXT))


def head() -> str:
    """The version this program works with."""
    config = Config()
    config.set_main_option("script_location", _MIGRATIONS.as_posix().replace("%", "%%"))
    newest = ScriptDirectory.from_config(config).get_current_head()
    if newest is None:
        raise StoreError("程序里没有数据库的表结构。", code="store.version", hint="请重新安装 callqa。")
    return newest


def version(engine: Engine) -> str | None:
    """The version of this database; None where it has no tables yet."""
    with explained(), engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine) -> tuple[str | None, str]:
    """Bring the database to this program's version; its version before and after.

    The index of calls is made anew from the results where a migration on the way says ``reindexes = True``: what it
    holds was not there, or was derived differently before. On a large database this takes long.

    Raises:
        StoreError: ``store.newer`` where a newer program made it; whatever the database refuses.
    """
    before = version(engine)
    _refuse_unknown(before)
    with explained():
        command.upgrade(_config(engine), "head")
    if before is not None and _reindexes(engine, before):
        rebuild(engine)
    return before, head()


def _reindexes(engine: Engine, before: str) -> bool:
    steps = ScriptDirectory.from_config(_config(engine)).iterate_revisions("head", before)
    return any(getattr(step.module, "reindexes", False) for step in steps)


def ready(engine: Engine) -> None:
    """Make the tables of an empty database; refuse one of another version.

    Raises:
        StoreError: ``store.version`` with the command to run, ``store.newer``, or what the database refuses.
    """
    found = version(engine)
    if found is None:
        with explained():
            others = inspect(engine).get_table_names()
        if CallRow.__tablename__ in others:
            raise StoreError(
                "数据库里有表，却没有版本号。",
                code="store.version",
                hint="请用备份恢复，或换一个空的数据库。",
            )
        upgrade(engine)
    elif found != head():
        _refuse_unknown(found)
        raise StoreError(
            f"数据库的版本是 {found}，这个程序要 {head()}。",
            code="store.version",
            hint="请先执行 callqa db backup，再执行 callqa db upgrade。",
        )


def _refuse_unknown(found: str | None) -> None:
    if found is None:
        return
    config = Config()
    config.set_main_option("script_location", _MIGRATIONS.as_posix().replace("%", "%%"))
    if found not in {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}:
        raise StoreError(
            f"数据库是更新版本的程序建的（{found}）。",
            code="store.newer",
            hint="请升级 callqa，不要用旧程序写它。",
        )


@dataclass(frozen=True, slots=True)
class Health:
    """What ``callqa db check`` found.

    Attributes:
        version: Version of the database, None where empty.
        expected: Version this program wants.
        faults: One sentence per fault; empty is good.
        counts: Rows per table worth knowing.
    """

    version: str | None
    expected: str
    faults: tuple[str, ...]
    counts: dict[str, int]


def check(engine: Engine) -> Health:
    """Look the whole database through: version, pages, references."""
    found = version(engine)
    faults: list[str] = []
    counts: dict[str, int] = {}
    if found != head():
        faults.append(f"版本是 {found or '（空库）'}，程序要 {head()}：请执行 callqa db upgrade。")
    with explained(), engine.connect().execution_options(**options(writes=False)) as connection:
        if engine.dialect.name == "sqlite":
            faults.extend(
                f"数据页损坏：{line}。"
                for (line,) in connection.exec_driver_sql("PRAGMA integrity_check")
                if line != "ok"
            )
            faults.extend(
                f"表 {table} 的第 {row} 行指向 {parent} 里不存在的行。"
                for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check")
            )
        if found is not None:
            for table in (RunRow, CallRow, ResultRow, FailureRow, ArtefactRow):
                name = table.__tablename__
                counts[name] = int(connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one())
    return Health(version=found, expected=head(), faults=tuple(faults), counts=counts)
