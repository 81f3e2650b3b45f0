"""Cases of the review's own routes; see `tests.api.cases`."""

from tests.api.cases import Case

CASES: dict[str, Case] = {}
