"""What SQLite's full-text table holds of each call, for ``callqa db verify``.

The table keeps no content of its own: it can be asked which rows have a gram, not which grams a row has. Asked about one
call after another it reads the same long lists of rows again and again. Read once from end to end it gives, per row, how
many grams there are and two sums over them, which is what is compared.
"""

from collections.abc import Collection
from types import TracebackType
from typing import Self

from sqlalchemy import Engine, func, select, text

from callqa.store.database import options
from callqa.store.tables import ResultRow
from callqa.store.tables_index import FULL_TEXT

_PRIME = 65_521
_LEAVE = ("DROP TABLE IF EXISTS temp.gram_sums", "DROP TABLE IF EXISTS temp.gram_rows")
_ROWS = f"CREATE VIRTUAL TABLE temp.gram_rows USING fts5vocab(main, {FULL_TEXT}, instance)"
_SUMS = (
    "CREATE TABLE temp.gram_sums AS SELECT doc AS seq, count(*) AS number, sum(gram) AS total,"
    f" sum((gram % {_PRIME}) * (gram % {_PRIME})) AS squares"
    " FROM (SELECT doc, CAST(term AS INTEGER) AS gram FROM temp.gram_rows) GROUP BY doc"
)

Sums = tuple[int, int, int]
"""Number of grams, their sum, the sum of the squares of what is left of them modulo a prime."""


def sums_of(grams: Collection[int]) -> Sums:
    """What a row with these grams must sum up to."""
    return len(grams), sum(grams), sum((one % _PRIME) ** 2 for one in grams)


class FullText:
    """Sums of every row, taken when it is entered, in a temporary table that SQLite keeps on disk.

    Args:
        engine: An open SQLite database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __enter__(self) -> Self:
        self._connection = self._engine.connect().execution_options(**options(writes=False))
        for statement in (*_LEAVE, _ROWS, _SUMS, "CREATE UNIQUE INDEX temp.gram_sums_seq ON gram_sums (seq)"):
            self._connection.exec_driver_sql(statement)
        self.newest = int(self._connection.scalar(select(func.max(ResultRow.seq))) or 0)
        self._connection.commit()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for statement in _LEAVE:
            self._connection.exec_driver_sql(statement)
        self._connection.commit()
        self._connection.close()

    def sums(self, seq: int) -> Sums:
        """Of one row, as it stood when the table was read; nothing where there is none."""
        row = self._connection.execute(
            text("SELECT number, total, squares FROM temp.gram_sums WHERE seq = :seq"), {"seq": seq}
        ).one_or_none()
        self._connection.rollback()
        return (int(row.number), int(row.total), int(row.squares)) if row else (0, 0, 0)
