"""The description is a golden file: a change of the API shows in the diff, and the page's types are made from it."""

import json
from pathlib import Path

import pytest

from callqa.api.openapi import described, written
from callqa.api.routers import PUBLIC, UNVERSIONED, VERSIONED

GOLDEN = Path(__file__).parents[1] / "golden" / "openapi.json"


@pytest.fixture(scope="module")
def description() -> dict[str, object]:
    return described()


def test_the_description_is_the_golden_one(description: dict[str, object]) -> None:
    assert json.loads(GOLDEN.read_text(encoding="utf-8")) == json.loads(written(description)), (
        "the API changed: python -m callqa.api.openapi tests/golden/openapi.json"
    )


def operations(description):  # type: ignore[no-untyped-def]
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_every_route_is_described_with_its_errors(description: dict[str, object]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(description)]
    routes = [route for router in (*VERSIONED, *UNVERSIONED) for route in router.routes]
    assert len(names) == len(set(names)) == len(routes)
    for path, method, operation in operations(description):
        assert operation["description"], path
        if operation["operationId"].split("_", 1)[1] in PUBLIC:
            continue
        assert operation["security"], f"{method} {path} has no security"
        for status in ("401", "403", "422", "503"):
            problem = operation["responses"][status]["content"]["application/problem+json"]["schema"]
            assert problem == {"$ref": "#/components/schemas/Problem"}, (path, status)


def test_every_field_says_what_it_is(description: dict[str, object]) -> None:
    """Docstrings beneath fields reach those who write programs against the API."""
    silent = []
    for name, schema in description["components"]["schemas"].items():  # type: ignore[index]
        for field, one in schema.get("properties", {}).items():
            if not any(key in one for key in ("description", "$ref", "const")) and not name.startswith(
                "Page"
            ):
                silent.append(f"{name}.{field}")
    assert not silent


def test_every_change_may_be_repeated_safely(description: dict[str, object]) -> None:
    """POSTs that write take an Idempotency-Key, but for those whose answer is a secret or whose content is the key."""
    without = {
        operation["operationId"]
        for _, method, operation in operations(description)
        if method == "post"
        and not any(one["name"] == "Idempotency-Key" for one in operation.get("parameters", ()))
    }
    assert without == {
        "auth_sign_in",
        "auth_sign_out",
        "auth_change_password",
        "tokens_make_token",
        "webhooks_make_hook",
        "organisation_reset_password",
        "organisation_import_organisation",
        "calls_upload",
        # nothing of these lies in the database, and a version is not published twice
        "policy_check",
        "policy_difference",
        "policy_publish",
        "policy_start_backtest",
        "policy_try_out",
    }
