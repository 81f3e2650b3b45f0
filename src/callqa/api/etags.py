"""Optimistic locking: what was read is named by its ETag, and a change says on which it rests."""

import re
from typing import Annotated

from fastapi import Header

from callqa.api.problems import Refusal

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", max_length=200, description="The ETag that was given when it was read."),
]
"""Parameter of a route that changes what has a version; not required by the schema, since its lack is a 428."""

_FORM = re.compile(r'^"v(\d{1,12})"$')


def etag(version: int) -> str:
    """The ETag of a version."""
    return f'"v{version}"'


def version_of(if_match: str | None) -> int:
    """The version a change rests on.

    Raises:
        Refusal: ``etag.missing`` (428) or ``etag.invalid`` (422).
    """
    if if_match is None:
        raise Refusal("etag.missing")
    found = _FORM.match(if_match.strip())
    if not found:
        raise Refusal("etag.invalid")
    return int(found[1])
