"""What a table is: named columns with a format, and rows of plain cells."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

Cell = str | int | float | bool | datetime | None


@dataclass
class Sheet:
    """One table.

    Attributes:
        name: As people see it.
        slug: In file names.
        columns: Heading → format: ``text``, ``integer``, ``number``, ``money``, ``share``, ``seconds``, ``time``, ``flag``.
        rows: One cell per column.
    """

    name: str
    slug: str
    columns: dict[str, str]
    rows: list[Sequence[Cell]] = field(default_factory=list)
