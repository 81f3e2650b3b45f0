"""The call page, sentence by sentence: hear just the evidence, loop, skip silence, correct, say what was not heard."""

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.office import ROOT, SAMPLES, Desk, Office, opened, seated

sys.path.insert(0, str(ROOT / "scripts"))

pytestmark = pytest.mark.slow

DIRECTOR = "panqiushi"
WRONG_PRICE = "C0004"
Seat = Callable[..., Desk]
CATCH = """
const Plain = window.Audio;
window.Audio = function (...given) { const made = new Plain(...given); window.__audio = made; return made; };
"""
SHIFTS = """
window.__shifts = [];
new PerformanceObserver(list => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) __shifts.push(one.value);
}).observe({ type: 'layout-shift', buffered: true });
"""
JUMPS = 0.02
"""Cumulative layout shift that nobody sees; 0.1 still counts as good."""


@pytest.fixture(scope="module")
def own_office(built: None, scored: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A server of its own, on whose calls nobody else writes."""
    data = tmp_path_factory.mktemp("call page") / "data"
    shutil.copytree(scored, data)
    with opened(data) as made:
        yield made


@pytest.fixture
def own(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Desk]:
    with seated(browser, request.getfixturevalue("own_office")) as desk:
        desk.context.add_init_script(CATCH)
        yield desk.sign_in(DIRECTOR)


def call_page(desk: Desk, call: str = WRONG_PRICE) -> Page:
    page = desk.go(f"/calls/{call}")
    page.locator(".line-focused").wait_for()
    page.wait_for_function("() => window.__audio && window.__audio.readyState >= 3")
    return page


def clock(page: Page) -> float:
    """Where the sound is, ms."""
    return float(page.evaluate("() => window.__audio.currentTime * 1000"))


def events(desk: Desk, call: str) -> list[dict[str, Any]]:
    with desk.office.client(DIRECTOR) as client:
        return [one["event"] for one in client.get(f"/calls/{call}/review").json()["events"]]


def test_what_was_told_ahead_is_asked_once(own: Desk) -> None:
    asked: list[str] = []
    told: list[str] = []
    own.page.on("request", lambda one: asked.append(one.url))
    own.page.on("console", lambda one: told.append(one.text))
    page = call_page(own)
    page.wait_for_timeout(5000)  # a hint that nobody needs is told some seconds after the page has loaded
    for path in ("", "/review", "/transcript", "/findings", "/techniques"):
        address = f"{own.office.address}/api/v1/calls/{WRONG_PRICE}{path}"
        assert asked.count(address) == 1, path
    assert not [one for one in told if "preload" in one]


def test_the_evidence_begins_two_seconds_ahead_and_stops_at_its_end(own: Desk) -> None:
    page = call_page(own)
    with own.office.client(DIRECTOR) as client:
        found = client.get(f"/calls/{WRONG_PRICE}/findings").json()["findings"]
    price = next(one for one in found if one["id"] == "price")
    span = price["evidence"][0]["span"]
    seen = page.evaluate(
        """async () => {
            const done = new Promise(stop => __audio.addEventListener('pause', stop, { once: true }));
            const began = new Promise(go => __audio.addEventListener('playing', () => go(__audio.currentTime * 1000),
                                                                      { once: true }));
            dispatchEvent(new KeyboardEvent('keydown', { key: 'e', bubbles: true }));
            const from = await began; await done;
            return [from, __audio.currentTime * 1000];
        }"""
    )
    assert abs(seen[0] - (span["start"] - 2000)) <= 60
    assert span["end"] <= seen[1] <= span["end"] + 150


def test_a_loop_begins_the_evidence_again(own: Desk) -> None:
    page = call_page(own)
    page.keyboard.press("l")
    expect(page.get_by_role("button", name="循环")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("]")
    page.keyboard.press("e")
    turned = page.evaluate(
        """() => new Promise(done => {
            let before = 0;
            const look = () => {
              if (__audio.currentTime < before - 0.5) return done(!__audio.paused);
              before = __audio.currentTime; requestAnimationFrame(look);
            };
            look();
        })"""
    )
    assert turned
    page.keyboard.press(" ")


def test_silence_is_skipped_when_asked_for(own: Desk) -> None:
    page = call_page(own)
    with own.office.client(DIRECTOR) as client:
        turns = client.get(f"/calls/{WRONG_PRICE}/transcript").json()["turns"]
    words = sorted((start, end) for turn in turns for _, start, end in turn["words"])
    ends = [max(end for _, end in words[: n + 1]) for n in range(len(words))]
    begin, end = max(
        ((was, words[n + 1][0]) for n, was in enumerate(ends[:-1])), key=lambda one: one[1] - one[0]
    )
    assert end - begin > 1000
    page.keyboard.press("s")
    expect(page.get_by_role("button", name="跳过静音")).to_have_attribute("aria-pressed", "true")
    taken = page.evaluate(
        """async ([from, to]) => {
            __audio.currentTime = from / 1000; await __audio.play();
            const began = performance.now();
            while (__audio.currentTime * 1000 < to) await new Promise(requestAnimationFrame);
            __audio.pause();
            return performance.now() - began;
        }""",
        [begin - 200, end],
    )
    assert taken < end - begin - 200


def test_the_zoomed_waveform_stays_within_its_frame(own: Desk) -> None:
    page = call_page(own)
    for _ in range(3):
        page.keyboard.press("+")
    expect(page.get_by_role("button", name="放大波形")).to_be_disabled()
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 1
    for _ in range(3):
        page.keyboard.press("-")
    expect(page.get_by_role("button", name="缩小波形")).to_be_disabled()


def _missing_steps(client: httpx.Client) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Call, item and finding of steps that nobody said, those with a near miss first."""
    found = []
    for call in [one["id"] for one in client.get("/calls", params={"limit": 50}).json()["items"]]:
        steps = {
            one["id"]: one
            for one in client.get(f"/calls/{call}/findings").json()["findings"]
            if one.get("state") == "missing"
        }
        for line in client.get(f"/calls/{call}/review").json()["effective"]["lines"]:
            named = [one["id"] for one in line["machine"]["refs"] if one["kind"] == "step"]
            found += [(call, line["line"]["item"], steps[one]) for one in named if one in steps]
    yield from sorted(found, key=lambda one: one[2]["evidence"][0].get("nearest") is None)


def test_a_step_that_was_not_said_names_the_stretch_that_was_searched(own: Desk) -> None:
    with own.office.client(DIRECTOR) as client:
        call, item, finding = next(_missing_steps(client))
    page = call_page(own, call)
    page.get_by_role("button", name=re.compile("^全部")).click()
    page.locator(f'.line[data-item="{item}"] .line-open').click()
    shown = page.locator(".line-focused .evidence")
    expect(shown).to_contain_text(re.compile(r"\d+:\d\d – \d+:\d\d 之间没有找到“.+”"))
    if finding["evidence"][0].get("nearest"):
        expect(shown).to_contain_text(re.compile(r"最接近的一句：“.+”（相似 \d+%）"))


def test_a_verdict_is_corrected_without_changing_points(own: Desk) -> None:
    page = call_page(own)
    total = page.locator(".score-main strong").inner_text()
    page.get_by_label(re.compile("^更正判断：报价")).select_option(label="听不清")
    expect(page.get_by_role("button", name="经过 1")).to_be_visible()
    (event,) = events(own, WRONG_PRICE)
    assert (event["kind"], event["subject"], event["target"]) == ("correct", "step", "price")
    assert event["verdict"] == "unsure"
    assert page.locator(".score-main strong").inner_text() == total
    page.keyboard.press("z")
    expect(page.get_by_role("button", name="经过 2")).to_be_visible()


def test_a_tag_is_corrected_from_its_turn(own: Desk) -> None:
    page = call_page(own, "C0001")
    turn = page.locator(".turn-agent").first
    turn.get_by_role("button", name=re.compile("更正标签")).press("Enter")
    page.get_by_role("menuitem", name="破冰共情").click()
    expect(page.get_by_role("button", name="经过 1")).to_be_visible()
    (event,) = events(own, "C0001")
    assert (event["subject"], event["target"], event["present"]) == ("technique", "rapport", True)


def test_what_could_not_be_heard_waits_for_a_person(own: Desk) -> None:
    page = call_page(own, "C0006")
    item = page.locator(".line-focused").get_attribute("data-item")
    page.keyboard.press("h")
    mark = page.locator(f'.line[data-item="{item}"] .line-mark', has_text="听不清")
    expect(mark).to_be_visible()
    event = events(own, "C0006")[-1]
    assert (event["kind"], event["item"], event["status"]) == ("edit", item, "needs_human")
    expect(page.locator(".scores-state")).to_contain_text("等人听")


def test_three_totals_stand_beside_each_other(own: Desk) -> None:
    page = call_page(own)
    assert page.locator(".scores dt").all_inner_texts() == ["最初评分", "机器评分", "现行评分", "状态"]


def test_the_question_mark_tells_the_keys(own: Desk) -> None:
    page = call_page(own)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    for words in ("只听证据（提前 2 秒）", "跳过静音", "循环", "听不清", "完成，下一通"):
        expect(dialog).to_contain_text(words)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    before = page.locator(".line-focused").get_attribute("data-item")
    page.keyboard.press("j")
    expect(page.locator(".line-focused")).not_to_have_attribute("data-item", before or "")


@pytest.mark.parametrize("path", [f"/calls/{WRONG_PRICE}", "/day", "/calls", "/appeals", "/people"])
def test_nothing_jumps_while_loading(own: Desk, path: str) -> None:
    own.context.add_init_script(SHIFTS)
    page = own.context.new_page()
    page.goto(f"{own.office.address}{path}")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)
    assert page.evaluate("() => __shifts.reduce((sum, one) => sum + one, 0)") <= JUMPS


def test_a_call_of_three_hours_scrolls_without_dropped_turns(
    browser: Browser, built: None, scored: Path, tmp_path: Path
) -> None:
    import bench_page
    import bench_page_data
    from callqa.bootstrap import Centre
    from callqa.settings import Settings

    data = tmp_path / "data"
    shutil.copytree(scored, data)
    centre = Centre(Settings(data=data), policy_folder=SAMPLES / "policy")
    bench_page_data.add_long_call(centre, data)
    centre.database.dispose()
    with opened(data) as office, seated(browser, office) as desk:
        desk.context.add_init_script(CATCH)
        page = desk.sign_in(DIRECTOR).go(f"/calls/{bench_page_data.LONG_CALL}")
        page.locator(".bands-canvas").wait_for()
        seen = page.evaluate(bench_page.FRAMES, {"act": "scroll", "ms": 8000})
        assert seen["reached"]
        assert seen["turns"] == bench_page_data.TURNS
        assert seen["left"] < 0.3
        # far fewer rows than turns stand in the document
        assert page.locator(".turn").count() < 60
        page.evaluate("() => { __audio.currentTime = 7200.5; return __audio.play(); }")
        page.locator(".turn-current[data-turn='2000']").wait_for()
        box = page.locator(".dialogue").bounding_box()
        row = page.locator(".turn-current").bounding_box()
        assert box is not None
        assert row is not None
        assert box["y"] - 1 <= row["y"] <= box["y"] + box["height"]
        page.evaluate("() => __audio.pause()")
