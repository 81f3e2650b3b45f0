"""Every operation of the description with made-up requests, sensible and senseless: no 5xx, nothing undocumented.

All of schemathesis' checks. A request that fits its schema may still be refused for what it means (a day that is over,
an item that the card does not have): 410, 413, 415, 422 and 428 are documented for that.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok

from tests.api.office import Office, opened, scored

PERSONS = ("dir1", "a1")
PARTS = 4
SENSIBLE, SENSELESS = 7, 4
"""Requests per operation; over both persons more than 2,000."""
KNOWN = {
    "call": ("C1", "C2", "S1", "C9"),
    "person": ("a1", "lead1"),
    "version": ("latest",),
}
CONFIG = SchemathesisConfig.from_dict(
    {
        "checks": {
            "positive_data_acceptance": {
                "expected-statuses": [
                    "2xx",
                    "3xx",
                    "401",
                    "403",
                    "404",
                    "409",
                    "410",
                    "413",
                    "415",
                    "422",
                    "428",
                    "429",
                ]
            }
        }
    }
)


@pytest.fixture(scope="module", params=PERSONS)
def asked(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Office, str]]:
    folder: Path = tmp_path_factory.mktemp(f"fuzz-{request.param}")
    with opened(f"sqlite:///{folder / 'fuzz.sqlite3'}", folder) as office:
        office.score(
            *(scored(f"C{n}", agent=agent) for n, agent in ((1, "a1"), (2, "a2"), (3, "a3"), (9, "a9")))
        )
        office.recorded("S1", agent="a1", seconds=2.0)
        yield office, request.param


def _operations(office: Office, part: int) -> Iterator[Any]:
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", office.http.app, config=CONFIG)
    office.house.stopping.clear()  # reading the description there starts the application and stops it again
    for result in islice(schema.get_all_operations(), part, None, PARTS):
        assert isinstance(result, Ok)
        yield result.ok()


@pytest.mark.parametrize("part", range(PARTS))
def test_no_request_breaks_the_server(asked: tuple[Office, str], part: int) -> None:
    office, person = asked
    headers = office.as_(person).headers
    seen: Counter[int] = Counter()
    faults: list[str] = []
    for operation in _operations(office, part):
        for mode, examples in ((GenerationMode.POSITIVE, SENSIBLE), (GenerationMode.NEGATIVE, SENSELESS)):
            try:
                _try(operation, mode, examples, headers, seen)
            except Unsatisfiable:
                assert (
                    mode is GenerationMode.NEGATIVE
                )  # nothing can be wrong with a request that has no parameters
            except Exception as fault:
                told = "\n".join(str(one) for one in getattr(fault, "exceptions", [fault]))
                faults.append(f"{operation.label} ({mode.value}): {type(fault).__name__}: {told[:1500]}")
    assert not faults, "\n\n".join(faults)
    assert not [status for status in seen if status >= 500]
    assert sum(seen.values()) > 2000 / PARTS / len(PERSONS), seen
    assert seen[200] > 20, seen


def _try(
    operation: Any, mode: GenerationMode, examples: int, headers: dict[str, str], seen: Counter[int]
) -> None:
    turn = 0

    def ask(case: Any) -> None:
        nonlocal turn
        turn += 1
        # made-up ids are never found: every other sensible request asks for something that is there
        if mode is GenerationMode.POSITIVE and turn % 2 and case.path_parameters:
            for name, ids in KNOWN.items():
                if name in case.path_parameters:
                    case.path_parameters[name] = ids[turn // 2 % len(ids)]
        answer = case.call(headers=headers)
        seen[answer.status_code] += 1
        case.validate_response(answer, headers=headers)

    settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )(given(operation.as_strategy(generation_mode=mode))(ask))()
