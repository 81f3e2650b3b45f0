"""A real server over the scored sample calls, and people's browsers in front of it."""

import csv
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
PASSWORD = "kan-dian-hua-2026"
DAY = "2026-11-20"
_START_SECONDS = 120
expect.set_options(timeout=20_000)  # a busy machine is no fault of the page


@dataclass(frozen=True)
class Office:
    """A running server.

    Attributes:
        address: Without a slash at the end.
        data: Its data folder.
        logins: Person id → login name.
    """

    address: str
    data: Path
    logins: dict[str, str]

    @contextmanager
    def client(self, login: str) -> Iterator[httpx.Client]:
        """Signed in as somebody, outside of any browser."""
        with httpx.Client(base_url=f"{self.address}/api/v1", timeout=30) as client:
            answer = client.post("/auth/sign-in", json={"login": login, "password": PASSWORD})
            answer.raise_for_status()
            client.headers["X-CSRF-Token"] = answer.json()["csrf"]
            yield client


@dataclass
class Desk:
    """One person's browser window, which notes whatever goes wrong in it."""

    office: Office
    context: BrowserContext
    page: Page
    faults: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open an address of the page and wait until it stands."""
        self.page.goto(f"{self.office.address}{path}")
        self.page.wait_for_load_state("networkidle")
        return self.page

    def sign_in(self, login: str) -> "Desk":
        """The window gets a session's cookie; the page is not opened yet."""
        given = {"login": login, "password": PASSWORD}
        answer = self.context.request.post(f"{self.office.address}/api/v1/auth/sign-in", data=given)
        assert answer.ok, answer.text()
        return self

    def sign_in_by_hand(self, login: str) -> "Desk":
        """Through the page, as a person does."""
        page = self.go("/")
        page.get_by_label("用户名").fill(login)
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="登 录").or_(page.get_by_role("button", name="登录")).click()
        page.locator(".shell").wait_for()
        page.wait_for_load_state("networkidle")
        return self


@contextmanager
def seated(browser: Browser, office: Office, **options: Any) -> Iterator[Desk]:
    """A browser window; at its end there must have been no error on the console and no request to anybody else."""
    options.setdefault("viewport", {"width": 1280, "height": 720})
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **options)
    page = context.new_page()
    desk = Desk(office, context, page)

    def told(message: ConsoleMessage) -> None:
        # a refusal by design (401 before signing in, 409) is told by the browser as an error of loading
        if message.type == "error" and "Failed to load resource" not in message.text:
            desk.faults.append(f"console: {message.text}")

    def asked(request: Request) -> None:
        if not request.url.startswith((office.address, "data:", "blob:")):
            desk.faults.append(f"outside: {request.url}")

    page.on("console", told)
    page.on("pageerror", lambda error: desk.faults.append(f"page: {error}"))
    context.on("request", asked)
    try:
        yield desk
    finally:
        context.close()
    assert not desk.faults, "\n".join(desk.faults)


@contextmanager
def opened(data: Path, **settings: str) -> Iterator[Office]:
    """``callqa serve`` over a data folder, on a free port, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        **settings,
        "CALLQA_DATA": str(data),
        "CALLQA_POLICY": str(SAMPLES / "policy"),
    }
    with (data / "serve.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-c", "from callqa.cli import main; main()", "serve", "--port", str(port)],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(address, server, data / "serve.log")
            yield Office(address, data, logins())
        finally:
            server.terminate()
            server.wait(timeout=40)


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            if httpx.get(f"{address}/readyz", timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"callqa serve did not start:\n{log.read_text()}")


def logins() -> dict[str, str]:
    """Person id → login name of the sample organisation."""
    with (SAMPLES / "organisation" / "people.csv").open(encoding="utf-8-sig") as rows:
        return {row["工号"]: row["登录名"] for row in csv.DictReader(rows)}


def chromium() -> str | None:
    """Where a Chromium lies."""
    told = os.environ.get("CALLQA_CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
    return told or next((found for name in names if (found := shutil.which(name))), None)
