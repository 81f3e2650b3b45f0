"""The OpenAPI description: one for all apps of this version, so that it can be a golden file."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from callqa.api.problems import Problem

DESCRIPTION = """
Review of scored calls. Sign in at `/auth/sign-in` (cookie, with `X-CSRF-Token` on every change) or send a bearer token
made at `/tokens`. Lists are pages: give `next` as `after`. Every POST takes an `Idempotency-Key`. Errors are
`application/problem+json` with a stable `code` and a next step in Chinese and English. Texts are masked.
"""


def describe(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """A function that gives the description, made once."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes
            )
            schemas = schema.setdefault("components", {}).setdefault("schemas", {})
            problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(problem.pop("$defs", {}))
            schemas["Problem"] = problem
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            app.openapi_schema = schema
        return app.openapi_schema

    return openapi
