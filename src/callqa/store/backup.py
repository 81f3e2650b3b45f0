"""A copy of the database that can be put back."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from callqa.domain import StoreError
from callqa.store.database import explained


def back_up(engine: Engine, target: Path) -> Path:
    """Copy a SQLite database, also while a run writes to it, and check the copy.

    Args:
        engine: The open database.
        target: File to write; must not exist.

    Raises:
        StoreError: Not SQLite (its own tools are named), target exists, disk full, or the copy is not sound.
    """
    if engine.dialect.name != "sqlite":
        raise StoreError(
            "只有 SQLite 数据库由 callqa 备份。", code="store.backup", hint="PostgreSQL 请用 pg_dump -Fc。"
        )
    source = engine.url.database
    if not source or not Path(source).is_file():
        raise StoreError("还没有数据库可备份。", code="store.backup", hint="请先执行 callqa score。")
    if target.exists():
        raise StoreError(f"{target} 已经存在。", code="store.backup", hint="请换一个文件名。")
    unfinished = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with (
            explained(),
            closing(sqlite3.connect(source)) as live,
            closing(sqlite3.connect(unfinished)) as copy,
        ):
            live.backup(copy)
            (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            raise StoreError(
                f"备份不完整：{verdict}。", code="store.damaged", hint="请执行 callqa db check。"
            )
        unfinished.replace(target)
    except OSError as refused:
        raise StoreError(
            f"写不了备份 {target}：{refused.strerror}。",
            code="store.backup",
            hint="请换一个有空间、可写的地方。",
        ) from refused
    finally:
        unfinished.unlink(missing_ok=True)
    return target
