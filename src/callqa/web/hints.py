"""What the browser will need next, told in the page's head: else it finds out one script after the other."""

import html
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

_CALL = re.compile(r"calls/([^/]+)")
_ANSWERS = ("", "/review", "/transcript", "/findings", "/techniques")
"""What a call's page asks for first, below the call's address; see ``ui/src/calls/call-queries.ts``."""
_AS_SCRIPTS_DO = "!~*'()"
"""Characters that ``encodeURIComponent`` leaves as they are."""


class Hints:
    """Links to the scripts of the room that an address opens, and to the answers that its page asks for first.

    Args:
        static: The built page; without its manifest there are no hints.
    """

    def __init__(self, static: Path) -> None:
        self._file = static / ".vite" / "manifest.json"
        self._read: tuple[int, Mapping[str, Any]] = (0, {})

    def links(self, path: str, *, signed_in: bool, searched: bool = False) -> str:
        """HTML for the page's head.

        Args:
            path: The address asked for, decoded, without the slash in front.
            signed_in: Whether a session's cookie came along: nobody else is answered.
            searched: Whether the address names words to mark, which change the transcript's answer.
        """
        if not signed_in:
            return ""
        lines = [
            f'<link rel="modulepreload" crossorigin href="/{html.escape(one)}">'
            for one in self._scripts(path)
        ]
        asked = ["/api/v1/auth/me", "/api/v1/about"]
        if call := _CALL.fullmatch(path):
            at = f"/api/v1/calls/{quote(call[1], safe=_AS_SCRIPTS_DO)}"
            asked += [at + one for one in _ANSWERS if not (searched and one == "/transcript")]
        lines += [f'<link rel="preload" as="fetch" crossorigin href="{html.escape(one)}">' for one in asked]
        return "\n".join(lines)

    def _scripts(self, path: str) -> Iterator[str]:
        manifest = self._manifest()
        room = path.split("/", 1)[0]
        inside = {"calls": "call-page", "people": "person-page"}.get(room) if "/" in path else None
        wanted = ["src/layout/shell.tsx", f"src/{room}/{inside or f'{room}-page'}.tsx"]
        told = set(_needed(manifest, "index.html"))
        for name in wanted:
            for one in _needed(manifest, name):
                if one not in told:
                    told.add(one)
                    yield manifest[one]["file"]

    def _manifest(self) -> Mapping[str, Any]:
        try:
            at = self._file.stat().st_mtime_ns
            if self._read[0] != at:  # built anew under a running server
                self._read = (at, json.loads(self._file.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return {}
        return self._read[1]


def _needed(manifest: Mapping[str, Any], name: str) -> Iterator[str]:
    """A chunk and all it imports, each once; nothing where it is not in the manifest."""
    waiting, seen = [name], set()
    while waiting:
        one = waiting.pop()
        if one in seen or one not in manifest:
            continue
        seen.add(one)
        yield one
        waiting += manifest[one].get("imports", [])
