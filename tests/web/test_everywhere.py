"""Every page for every role: no fault, no serious barrier, in both languages, light and dark; pictures to look at."""

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.web.office import DAY, ROOT, Desk, Office

pytestmark = pytest.mark.slow

AXE = ROOT / "src/callqa/web/ui/node_modules/axe-core/axe.min.js"
STATIC = ROOT / "src/callqa/web/static"
PICTURES = ROOT / "screenshots"
FIRST_LOAD = 250_000
PAGES = {
    "day": "/day",
    "calls": "/calls",
    "call": "/calls/C0004",
    "collections": "/collections",
    "people": "/people",
    "person": "/people/8004",
    "appeals": "/appeals",
    "coaching": "/coaching",
    "calibration": "/calibration",
    "handover": "/handover",
    "policy": "/policy",
    "policy-bench": "/policy?tab=bench",
    "policy-edit": "/policy?tab=edit",
    "coaching-stranger": "/coaching?agent=nobody",
}
ADMIN = {
    f"admin-{tab}": f"/admin/{tab}"
    for tab in ("organisation", "people", "rights", "tokens", "models", "retention", "trace")
}
SERIOUS = ("serious", "critical")


def barriers(desk: Desk) -> list[str]:
    """What axe calls serious or critical, with the elements."""
    # the page's own policy forbids scripts from elsewhere: axe is put in by the browser, not by the page
    found = desk.page.evaluate(
        f"{AXE.read_text()}; axe.run(document, {{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }})"
    )
    return [
        f"{one['id']}: {one['help']} — {[node['html'][:160] for node in one['nodes'][:4]]}"
        for one in found["violations"]
        if one["impact"] in SERIOUS
    ]


LOOKS = [(language, mode) for language in ("zh", "en") for mode in ("light", "dark")]
MEASURED = {("zh", "light"), ("en", "dark")}
"""What axe looks at: every language and every mode once, since what it finds depends on one of the two, never on both."""


def look(desk: Desk, name: str, path: str, *, language: str, mode: str) -> list[str]:
    """Open a page in a language and a mode; a picture, and what is wrong with it."""
    desk.page.evaluate(
        "([language, mode]) => { localStorage.setItem('callqa.language', language);"
        " localStorage.setItem('callqa.mode', mode); }",
        [language, mode],
    )
    page = desk.go(path)
    page.locator("h1").first.wait_for()
    page.wait_for_timeout(400)
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}-{language}-{mode}.png")
    found = (
        [f"{name} {language} {mode}: {one}" for one in barriers(desk)] if (language, mode) in MEASURED else []
    )
    words = page.locator("#content").inner_text()
    if language == "en":
        untranslated = [line for line in words.splitlines() if re.search("undefined|NaN|\\[object", line)]
    else:
        untranslated = [
            line for line in words.splitlines() if re.search("undefined|NaN|\\[object|null", line)
        ]
    found += [f"{name}: {line}" for line in untranslated]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 1:
        found.append(f"{name} {language}: {wide} px too wide")
    return found


@pytest.mark.parametrize(("language", "mode"), LOOKS)
def test_each_page_has_no_serious_barrier(seat: Callable[..., Desk], language: str, mode: str) -> None:
    desk = seat(
        "panqiushi", bypass_csp=True
    )  # axe measures with inline styles, which the page's policy forbids
    found = [
        fault
        for name, path in PAGES.items()
        for fault in look(desk, name, path, language=language, mode=mode)
    ]
    assert not found, "\n".join(found)


def test_the_administrators_pages(seat: Callable[..., Desk], office: Office) -> None:
    desk = seat("admin", bypass_csp=True)
    found = [
        fault
        for name, path in ADMIN.items()
        for language, mode in LOOKS
        for fault in look(desk, name, path, language=language, mode=mode)
    ]
    assert not found, "\n".join(found)


def test_an_agents_own_page_on_a_telephone(seat: Callable[..., Desk]) -> None:
    desk = seat(
        "linxiaoyan", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, bypass_csp=True
    )
    found = [
        fault
        for name, path in (("mine-phone", "/mine"), ("call-phone", "/calls/C0001"))
        for language, mode in LOOKS
        for fault in look(desk, name, path, language=language, mode=mode)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "login", ["hezhixing", "qixiaoman", "liurusong", "wenzhixia", "linxiaoyan", "shaoyuanshan"]
)
def test_every_role_opens_every_page_its_menu_offers(seat: Callable[..., Desk], login: str) -> None:
    desk = seat(login)
    links = desk.page.locator(".shell-menu a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert links
    for link in dict.fromkeys(links):
        page = desk.go(link)
        assert page.locator("h1").first.inner_text()
        assert page.locator(".ant-result-403, .ant-result-500, .ant-result-warning").count() == 0, link


def test_a_page_without_the_right_says_so(seat: Callable[..., Desk]) -> None:
    page = seat("linxiaoyan").go("/people")
    assert "看不到" in page.locator("#content").inner_text()


def test_what_is_loaded_first_is_small(built: None) -> None:
    manifest = json.loads((STATIC / ".vite" / "manifest.json").read_text())
    entry = next(name for name, one in manifest.items() if one.get("isEntry"))
    files: set[str] = set()

    def needs(name: str) -> None:
        one = manifest[name]
        if one["file"] not in files:
            files.add(one["file"])
            files.update(one.get("css", []))
            for other in one.get("imports", []):
                needs(other)

    needs(entry)
    needs(next(name for name, one in manifest.items() if one.get("name") == "sign-in"))
    sizes = {name: len(gzip.compress((STATIC / name).read_bytes(), 6)) for name in files}
    assert sum(sizes.values()) <= FIRST_LOAD, sizes


def test_an_unbuilt_page_says_how_to_build_it(tmp_path: Path) -> None:
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    from callqa.web import mount_page

    app = FastAPI()
    mount_page(app, static=tmp_path / "nothing")
    answer = TestClient(app).get("/calls/C0001")
    assert answer.status_code == 200
    assert "scripts/build_page.py" in answer.text
    assert TestClient(app).get("/api/v1/nothing").status_code == 404


def test_the_page_is_served_under_a_strict_policy(office: Office, built: None) -> None:
    import httpx

    answer = httpx.get(f"{office.address}/day")
    policy = answer.headers["content-security-policy"]
    assert "'unsafe-inline'" not in policy
    assert "'unsafe-eval'" not in policy
    assert DAY
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce
    assert nonce[1] in answer.text
    assert httpx.get(f"{office.address}/day").headers["content-security-policy"] != policy
