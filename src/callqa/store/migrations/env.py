"""Alembic runs this for every command; the engine is handed over by `callqa.store.schema`."""

from typing import Literal

from alembic import context
from sqlalchemy import Engine

from callqa.store.columns import UtcTime
from callqa.store.database import options
from callqa.store.schema import described
from callqa.store.tables import Table


def _render(kind: str, item: object, _context: object) -> str | Literal[False]:
    return "UtcTime()" if kind == "type" and isinstance(item, UtcTime) else False


def _migrate(engine: Engine) -> None:
    with engine.connect().execution_options(**options(writes=True)) as connection:
        context.configure(
            connection=connection,
            target_metadata=Table.metadata,
            render_as_batch=True,  # SQLite changes a column only by making the table anew
            render_item=_render,
            include_name=lambda name, kind, _parents: described(name, kind),
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


_migrate(context.config.attributes["engine"])
