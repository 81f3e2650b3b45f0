"""The app: routers, error handlers, middleware, start and stop."""

import os
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from callqa import __version__
from callqa.api.courier import Courier
from callqa.api.description import DESCRIPTION, describe
from callqa.api.figures import Figures
from callqa.api.house import Clock, House, wall_clock
from callqa.api.middleware import Limited, Watched
from callqa.api.problems import Refusal, answer, of_fault, of_http, of_ours, of_validation
from callqa.api.routers import UNVERSIONED, VERSIONED
from callqa.api.work import in_thread
from callqa.bootstrap import Centre
from callqa.domain import CallQAError

PREFIX = "/api/v1"
_BODY_LIMIT = 2_000_000
"""Bytes of a request that carries no file."""
_ROOM_FOR_FIELDS = 100_000
_LONGEST_SENDING = 12.0
"""Seconds that a message on its way may take before it is left to its lease."""
_TABLES_LIMIT = 20_000_000
"""Bytes of an import of the organisation."""


def create_app(centre: Centre, *, now: Clock = wall_clock, courier: bool = False) -> FastAPI:
    """The API of a centre.

    Args:
        centre: Settings, policies, database; opened at once, so that a database of another version is told here.
        now: The clock.
        courier: Also take messages to web-hooks, so that they go out where no worker runs.

    Raises:
        CallQAError: The database or the policies cannot be used.
    """
    house = House(centre, now=now)
    figures = Figures()

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        carrying = _carrying(house) if courier else None
        yield
        house.stopping.set()
        if carrying is not None:
            await in_thread(partial(carrying.join, timeout=_LONGEST_SENDING))
        await in_thread(house.trace.close)

    app = FastAPI(
        title="callqa",
        version=__version__,
        description=DESCRIPTION,
        lifespan=life,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
        generate_unique_id_function=_operation_id,
        redirect_slashes=False,
    )
    app.state.house = house
    app.state.figures = figures
    for router in VERSIONED:
        app.include_router(router, prefix=PREFIX)
    for router in UNVERSIONED:
        app.include_router(router)
    app.add_exception_handler(CallQAError, of_ours)
    app.add_exception_handler(RequestValidationError, of_validation)
    app.add_exception_handler(HTTPException, of_http)
    app.add_exception_handler(Exception, of_fault)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(
        Limited,
        limit=_BODY_LIMIT,
        files={
            f"{PREFIX}/calls": centre.settings.upload_limit + _ROOM_FOR_FIELDS,
            f"{PREFIX}/org/imports": _TABLES_LIMIT,
        },
        refuse=_too_large,
    )
    app.add_middleware(Watched, figures=figures)
    app.openapi = describe(app)  # type: ignore[method-assign]
    return app


def _carrying(house: House) -> threading.Thread:
    name = f"{socket.gethostname()[:40]}-{os.getpid()}-serve"
    thread = threading.Thread(
        target=Courier(house, name=name).run, args=[house.stopping], name="callqa-courier", daemon=True
    )
    thread.start()
    return thread


def _operation_id(route: APIRoute) -> str:
    return f"{route.tags[0]}_{route.name}" if route.tags else route.name


async def _too_large(scope: Scope, receive: Receive, send: Send) -> None:
    await answer(Request(scope), Refusal("request.too_large"))(scope, receive, send)
