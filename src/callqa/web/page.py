"""One HTML file and its assets, under a strict content security policy."""

import secrets
from mimetypes import guess_type
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from callqa.web.hints import Hints

STATIC = Path(__file__).resolve().parent / "static"
"""Where the build lies: made by ``scripts/build_page.py`` or by ``pip install`` of a wheel."""
NONCE = "__CSP_NONCE__"
"""Stands in ``index.html`` where each answer gets a fresh nonce (styles made at run time carry it)."""
YEAR = 365 * 24 * 3600
"""Seconds that a file named by its content may be kept."""
PACKED = ".gz"
"""Added to the name of a file's packed twin; ``scripts/build_page.py`` makes them."""

_KEPT = {"Cache-Control": f"public, max-age={YEAR}, immutable"}

_UNBUILT = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>callqa</title>
<body><h1>页面还没有构建</h1>
<p>接口已经在运行：<a href="/api/v1/openapi.json">/api/v1/openapi.json</a>。</p>
<p>要有页面，在源码目录里运行一次 <code>python scripts/build_page.py</code>
（需要 Node 20.19 以上；没有的话它会自己从 PyPI 装一个），
再刷新这里。</p></body></html>"""


def content_security_policy(nonce: str) -> str:
    """Only this server, no inline script, styles only with the nonce of this answer."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "media-src 'self' blob:",
            "connect-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def mount_page(app: FastAPI, *, static: Path = STATIC) -> None:
    """Serve the page at every address that is not the API's; call it after all routers are in.

    Args:
        app: Gets the routes.
        static: Folder with ``index.html`` and ``assets``; where it is missing, ``/`` says how to build it.
    """
    index = static / "index.html"
    hints = Hints(static)
    if (static / "assets").is_dir():
        app.mount("/assets", _Assets(directory=static / "assets"), name="assets")

    @app.get("/icon.svg", include_in_schema=False)
    def icon() -> Response:
        if not (static / "icon.svg").is_file():
            raise HTTPException(404)
        return FileResponse(static / "icon.svg", media_type="image/svg+xml")

    @app.get("/{path:path}", include_in_schema=False)
    def page(request: Request, path: str) -> Response:
        # an unknown address of the API must stay an error, not become a page
        if path.split("/", 1)[0] in {"api", "assets", "healthz", "readyz", "metrics"}:
            raise HTTPException(404)
        nonce = secrets.token_urlsafe(16)
        body = index.read_text(encoding="utf-8") if index.is_file() else _UNBUILT
        links = hints.links(path, signed_in=bool(request.cookies), searched="text" in request.query_params)
        body = body.replace("</head>", f"{links}\n</head>", 1)
        return HTMLResponse(
            body.replace(NONCE, nonce),
            headers={
                "Content-Security-Policy": content_security_policy(nonce),
                "Cache-Control": "no-cache",
                "Referrer-Policy": "same-origin",
                "X-Content-Type-Options": "nosniff",
            },
        )


class _Assets(StaticFiles):
    """Files named by their content: they never change, and were packed when they were built."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The packed twin where there is one and the browser takes it."""
        headers = dict(scope["headers"])
        if b"gzip" in headers.get(b"accept-encoding", b"") and not path.endswith(PACKED):
            full, there = self.lookup_path(path + PACKED)
            if there is not None:
                return FileResponse(
                    full,
                    stat_result=there,
                    media_type=guess_type(path)[0],
                    headers={**_KEPT, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"},
                )
        return await super().get_response(path, scope)

    def file_response(self, *args: object, **options: object) -> Response:
        response = super().file_response(*args, **options)  # type: ignore[arg-type]
        response.headers.update(_KEPT)
        return response
