"""What intake found wrong, item by item; nothing here stops a day."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from callqa.domain import IncomingCall, Noun


class Problem(Noun):
    """One thing a person should look at.

    Codes: ``row_without_file``, ``file_without_row``, ``file_named_twice``, ``duplicate_content``,
    ``duplicate_call_id``, ``outside_folder``, ``unreadable_file``, ``bad_row``, ``unreadable_time``,
    ``unreadable_value``, ``unknown_agent``, ``column_twice``, ``customer_number_dropped``.
    """

    code: str
    """Stable name."""
    message: str
    """One Chinese sentence: what is wrong."""
    hint: str = ""
    """One Chinese sentence: what to do."""
    call_id: str | None = None
    """The call, where one can be named."""
    path: Path | None = None
    """The recording, where one can be named."""
    line: Annotated[int, Field(ge=1)] | None = None
    """Line (row of a sheet) in the manifest, from 1."""
    skipped: bool = False
    """True where the row or file did not become a call because of this."""


class Intake(Noun):
    """What came in."""

    calls: tuple[IncomingCall, ...]
    """Manifest order, else by file name; ids and contents are unique."""
    problems: tuple[Problem, ...]
    """In the order they were found."""
