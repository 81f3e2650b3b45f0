"""Around every request: an id, a limit on what is sent, security headers, a log line, a figure for Prometheus."""

import logging
import re
from collections.abc import Mapping
from time import perf_counter
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callqa.api.figures import Figures

_LOG = logging.getLogger("callqa.api")
_ID = re.compile(r"^[A-Za-z0-9_.-]{8,64}$")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Watched:
    """ASGI middleware that tells and counts.

    Args:
        app: What it wraps.
        figures: Counters.
    """

    def __init__(self, app: ASGIApp, *, figures: Figures) -> None:
        self._app = app
        self._figures = figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("X-Request-Id", "")
        name = given if _ID.match(given) else uuid4().hex
        state = scope.setdefault("state", {})
        state["request_id"] = name
        started, status = perf_counter(), 500

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = name
                for header, value in _HEADERS.items():
                    headers.setdefault(header, value)
            await send(message)

        try:
            await self._app(scope, receive, told)
        finally:
            seconds = perf_counter() - started
            route = getattr(scope.get("route"), "path", "") or "-"
            self._figures.request(scope["method"], route, status, seconds)
            _LOG.info(
                "request",
                extra={
                    "request_id": name,
                    "method": scope["method"],
                    "route": route,
                    "status": status,
                    "ms": round(seconds * 1000, 1),
                    "person": state.get("person"),
                },
            )


class TooLarge(Exception):
    """More was sent than is taken."""


class Limited:
    """ASGI middleware that stops reading a body at its limit; recordings have their own, larger one.

    Args:
        app: What it wraps.
        limit: Bytes.
        files: Path → bytes, for paths that take files.
        refuse: Answers 413.
    """

    def __init__(self, app: ASGIApp, *, limit: int, files: Mapping[str, int], refuse: ASGIApp) -> None:
        self._app = app
        self._limit = limit
        self._files = files
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it with 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._files.get(scope["path"], self._limit)
        declared = Headers(scope=scope).get("Content-Length", "")
        if declared.isdigit() and int(declared) > limit:
            await self._refuse(scope, receive, send)
            return
        got, begun, over = 0, False, False

        async def counted() -> Message:
            nonlocal got, over
            message = await receive()
            got += len(message.get("body", b""))
            if got > limit:
                over = True
                raise TooLarge
            return message

        async def noted(message: Message) -> None:
            nonlocal begun
            if over and not begun:
                return  # whatever the routes made of a body cut off: it is told below
            begun = True
            await send(message)

        try:
            await self._app(scope, counted, noted)
        except TooLarge:
            over = True
        if over and not begun:
            await self._refuse(scope, receive, send)
