"""How the built page is served: what the browser will need is told at once, packed files go out as they lie there."""

import gzip
import json
import re
import sys
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from callqa.web import mount_page
from tests.web.office import ROOT

sys.path.insert(0, str(ROOT / "scripts"))

import build_page

SCRIPT = b"export const words = 'callqa';\n" * 100
MANIFEST = {
    "index.html": {"file": "assets/index-1.js", "imports": ["_first-1.js"], "css": ["assets/index-1.css"]},
    "_first-1.js": {"file": "assets/first-1.js"},
    "_player-1.js": {"file": "assets/player-1.js", "imports": ["_first-1.js"]},
    "src/layout/shell.tsx": {"file": "assets/shell-1.js", "imports": ["_first-1.js"]},
    "src/calls/call-page.tsx": {"file": "assets/call-page-1.js", "imports": ["_player-1.js", "_first-1.js"]},
    "src/calls/calls-page.tsx": {"file": "assets/calls-page-1.js"},
    "src/people/person-page.tsx": {"file": "assets/person-page-1.js"},
    "src/session/sign-in.tsx": {"file": "assets/sign-in-1.js"},
    "src/day/day-page.tsx": {"file": "assets/day-page-1.js"},
    "src/mine/mine-page.tsx": {"file": "assets/mine-page-1.js"},
}


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """A build as vite leaves it, packed as `build_page` does."""
    folder = tmp_path / build_page.STATIC
    (folder / "assets").mkdir(parents=True)
    (folder / ".vite").mkdir()
    (folder / "index.html").write_text("<head><title>callqa</title></head><body></body>")
    (folder / ".vite" / "manifest.json").write_text(json.dumps(MANIFEST))
    for one in MANIFEST.values():
        (folder / str(one["file"])).write_bytes(SCRIPT)
    (folder / "assets" / "index-1.css").write_text(".a{}")
    build_page.pack(folder / "assets")
    return folder


@pytest.fixture
def page(static: Path) -> TestClient:
    app = FastAPI()
    mount_page(app, static=static)
    return TestClient(app)


def hinted(page: TestClient, path: str, *, signed_in: bool = True) -> list[str]:
    cookies = {"Cookie": "callqa=x"} if signed_in else {}
    return re.findall(r'href="([^"]+)"', page.get(path, headers=cookies).text)


def test_a_calls_page_is_told_what_it_will_ask_for(page: TestClient) -> None:
    links = hinted(page, "/calls/C0004")
    assert [one for one in links if one.startswith("/assets/")] == [
        "/assets/shell-1.js",
        "/assets/call-page-1.js",
        "/assets/player-1.js",
    ]
    assert [one for one in links if one.startswith("/api/")] == [
        "/api/v1/auth/me",
        "/api/v1/about",
        "/api/v1/calls/C0004",
        "/api/v1/calls/C0004/review",
        "/api/v1/calls/C0004/transcript",
        "/api/v1/calls/C0004/findings",
        "/api/v1/calls/C0004/techniques",
    ]


def test_marked_words_make_another_transcript(page: TestClient) -> None:
    links = hinted(page, "/calls/C0004?text=%E4%BB%B7%E6%A0%BC")
    assert "/api/v1/calls/C0004/review" in links
    assert "/api/v1/calls/C0004/transcript" not in links


def test_nobody_unknown_is_told_anything(page: TestClient) -> None:
    assert hinted(page, "/calls/C0004", signed_in=False) == []


def test_other_rooms_get_their_scripts(page: TestClient) -> None:
    assert "/assets/calls-page-1.js" in hinted(page, "/calls")
    assert "/assets/person-page-1.js" in hinted(page, "/people/8004")
    assert not [one for one in hinted(page, "/calls") if "/calls/" in one]


def test_an_address_cannot_write_into_the_page(page: TestClient) -> None:
    answer = page.get("/calls/%22%3E%3Cscript%3Ealert(1)%3C/script%3E", headers={"Cookie": "callqa=x"})
    assert "<script>alert" not in answer.text
    links = hinted(page, "/calls/a%22b%20c")
    assert "/api/v1/calls/a%22b%20c" in links


def test_packed_files_go_out_as_they_lie_there(page: TestClient, static: Path) -> None:
    path = "/assets/shell-1.js"
    packed = page.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "javascript" in packed.headers["content-type"]
    assert "immutable" in packed.headers["cache-control"]
    assert int(packed.headers["content-length"]) == len((static / "assets/shell-1.js.gz").read_bytes())
    assert packed.content == SCRIPT
    plain = page.get(path, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == SCRIPT
    small = page.get("/assets/index-1.css", headers={"Accept-Encoding": "gzip"})
    assert small.text == ".a{}"
    assert "immutable" in small.headers["cache-control"]


def test_what_lies_outside_is_not_served(page: TestClient) -> None:
    for path in ("/assets/..%2Findex.html", "/assets/..%2F.vite%2Fmanifest.json", "/assets/nothing-1.js"):
        assert page.get(path, headers={"Accept-Encoding": "gzip"}).status_code == 404


def test_packing_twice_gives_the_same_bytes(static: Path) -> None:
    file = static / "assets" / "shell-1.js.gz"
    before = file.read_bytes()
    build_page.pack(static / "assets")
    assert file.read_bytes() == before
    assert gzip.decompress(before) == SCRIPT


def test_a_visit_that_grows_over_its_budget_is_told(static: Path, tmp_path: Path) -> None:
    found = build_page.sizes(tmp_path)
    assert set(found) == set(build_page.BUDGETS)
    assert all(size <= most for size, most in found.values())
    import random

    big = random.Random(1).randbytes(300_000)
    (static / "assets" / "player-1.js").write_bytes(big)
    over = {name for name, (size, most) in build_page.sizes(tmp_path).items() if size > most}
    assert over == {"call"}


def test_a_budget_for_a_chunk_that_is_gone_is_a_fault(static: Path, tmp_path: Path) -> None:
    told = static / ".vite" / "manifest.json"
    told.write_text(json.dumps({name: one for name, one in MANIFEST.items() if "sign-in" not in name}))
    with pytest.raises(build_page.PageError, match=r"sign-in\.tsx"):
        build_page.sizes(tmp_path)


def test_the_built_page_keeps_its_budgets(built: None) -> None:
    found = build_page.sizes(ROOT)
    assert not {name: sizes for name, sizes in found.items() if sizes[0] > sizes[1]}
