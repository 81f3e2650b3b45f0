"""Workbench, list of calls, agents in figures: what is shown is what is there, and every number leads to its calls."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, Route, expect

from tests.web.office import DAY, Desk, Office, opened, seated

pytestmark = pytest.mark.slow

MONTH = "first_day=2026-11-01&last_day=2026-11-30"
DIRECTOR, INSPECTOR = "panqiushi", "wenzhixia"
Seat = Callable[..., Desk]


@pytest.fixture(scope="module")
def quiet(built: None, scored: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A server of its own, whose plans nobody else needs."""
    data = tmp_path_factory.mktemp("quiet") / "data"
    shutil.copytree(scored, data)
    with opened(data) as made:
        yield made


@pytest.fixture
def quiet_seat(browser: Browser, quiet: Office) -> Iterator[Seat]:
    with seated(browser, quiet) as desk:
        yield desk.sign_in


def counted(page: Page) -> int:
    """Calls of the list's filters, as the bar of totals says."""
    shown = page.locator(".calls-totals strong").first
    expect(shown).not_to_be_empty()
    return int(shown.inner_text().replace(",", ""))


def test_every_number_of_the_board_leads_to_its_calls(seat: Seat) -> None:
    desk = seat(DIRECTOR)
    page = desk.go(f"/people?{MONTH}")
    row = page.locator(".people-table tbody tr").first
    expect(row).to_be_visible()
    number = row.locator("td.people-right a").first
    calls = int(number.inner_text())
    assert calls > 0
    number.click()
    expect(page).to_have_url(re.compile(r"/calls\?.*agent="))
    assert counted(page) == calls


def test_a_cell_of_the_heat_map_leads_to_the_calls_that_left_the_step_out(seat: Seat) -> None:
    desk = seat(DIRECTOR)
    page = desk.go(f"/people?tab=heat&{MONTH}")
    cells = page.locator(".heat td a")
    expect(cells.first).to_be_visible()
    words = [cell.get_attribute("title") or "" for cell in cells.all()]
    found = [re.search(r"：(\d+) 通里 (\d+) 通", one) for one in words]
    at, left_out = next(
        (at, int(one[1]) - int(one[2])) for at, one in enumerate(found) if one and int(one[1]) > int(one[2])
    )
    cells.nth(at).click()
    expect(page).to_have_url(re.compile("hit=step"))
    assert counted(page) == left_out


def test_too_few_calls_are_not_ranked(seat: Seat) -> None:
    """Two calls an agent in the samples: nobody stands on the board, nobody has a place."""
    page = seat(DIRECTOR).go(f"/people?{MONTH}")
    expect(page.locator(".people-table tbody tr").first).to_be_visible()
    assert {one.inner_text() for one in page.locator("td.people-place").all()} == {"—"}
    expect(page.locator(".people-board")).to_contain_text("没有人和其他人的差别超出偶然")
    assert "通话不够" in page.locator(".people-table tbody").inner_text()


def test_words_are_found_by_sound_and_marked(seat: Seat) -> None:
    page = seat(DIRECTOR).go("/calls?text=%E7%83%AD%E6%95%B7")
    marks = page.locator(".calls-matches mark")
    expect(marks.first).to_be_visible()
    spelt = {one.inner_text() for one in marks.all()}
    assert spelt
    assert all(len(one) == 2 for one in spelt)
    page.locator(".calls-matches a").first.click()
    expect(page.locator(".dialogue .mark-found").first).to_be_visible()


def test_filters_are_chips_and_views_are_kept(seat: Seat) -> None:
    page = seat(DIRECTOR).go("/calls?fatal=true&unit=t1")
    chips = page.locator(".calls-chips .ant-tag")
    expect(chips).to_have_count(2)
    both = counted(page)
    page.get_by_role("button", name="常用视图").click()
    page.get_by_text("把现在的筛选存为视图").click()
    page.get_by_label("视图名称").fill("一队红线")
    page.get_by_role("dialog").get_by_role("button", name="保 存").or_(
        page.get_by_role("dialog").get_by_role("button", name="保存")
    ).click()
    chips.first.locator(".ant-tag-close-icon").click()
    expect(chips).to_have_count(1)
    page.reload()
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="常用视图").click()
    page.get_by_text("一队红线").click()
    expect(chips).to_have_count(2)
    expect(page.locator(".calls-totals strong").first).to_have_text(str(both))


def test_the_exported_list_is_the_list(seat: Seat, tmp_path: Path) -> None:
    page = seat(DIRECTOR).go("/calls?sort=lowest")
    calls = counted(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="导出 Excel").click()
    file = tmp_path / "calls.xlsx"
    download.value.save_as(file)
    rows = list(load_workbook(file)["通话"].iter_rows(values_only=True))[1:]
    assert len(rows) == calls
    first = page.locator(".calls-line a").first.inner_text()
    assert rows[0][0] == first


def many(route: Route, known: list[dict[str, Any]]) -> None:
    """A list of a thousand calls, made of one that is really there, in pages as the server gives them."""
    query = dict(one.split("=", 1) for one in route.request.url.partition("?")[2].split("&"))
    start, limit = int(query.get("after", "0")), int(query.get("limit", "50"))
    items = [{**known[0], "id": f"M{at:04}"} for at in range(start, min(1000, start + limit))]
    following = str(start + limit) if start + limit < 1000 else None
    route.fulfill(
        body=json.dumps({"items": items, "next": following, "total": None}), content_type="application/json"
    )


def test_a_thousand_rows_scroll_without_a_gap(seat: Seat, office: Office) -> None:
    desk = seat(DIRECTOR)
    with office.client(DIRECTOR) as client:
        known = client.get("/calls", params={"limit": 1}).json()["items"]
    desk.page.route(re.compile(r"/api/v1/calls\?"), lambda route: many(route, known))
    page = desk.go("/calls")
    seen: set[str] = set()
    gaps: list[str] = []
    for _ in range(400):
        shown = page.evaluate(
            """() => {
                const box = document.querySelector('.calls-box');
                const inside = box.getBoundingClientRect();
                const head = document.querySelector('.calls-head').getBoundingClientRect().bottom;
                const rows = [...document.querySelectorAll('.calls-line')]
                    .map((row) => [row.getBoundingClientRect(), row.querySelector('a')?.textContent])
                    .sort((a, b) => a[0].top - b[0].top);
                let reached = head;
                for (const [row] of rows) if (row.top <= reached + 1) reached = Math.max(reached, row.bottom);
                const end = box.scrollTop + box.clientHeight >= box.scrollHeight - 2;
                const whole = document.querySelector('[role=table]').getAttribute('aria-rowcount') !== '-1';
                box.scrollTop += 900;
                return {
                    ids: rows.map((row) => row[1]).filter(Boolean),
                    gap: inside.bottom - reached,
                    last: end && whole,
                };
            }"""
        )
        seen.update(shown["ids"])
        if shown["gap"] > 2 and not shown["last"]:
            gaps.append(f"{shown['gap']} px under {max(shown['ids'])}")
        if shown["last"]:
            break
        page.wait_for_timeout(30)
    assert not gaps
    assert len(seen) == 1000


def test_the_rate_is_not_told_before_it_is_known(quiet_seat: Seat, quiet: Office) -> None:
    desk = quiet_seat(DIRECTOR)
    page = desk.go("/day")
    rate = page.locator("section[aria-labelledby=day-rate]")
    expect(rate).to_contain_text("没有随机抽样")
    page.get_by_role("button", name="制定计划").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("封存抽样比例").fill("50")
    dialog.get_by_label("随机种子").fill("7")
    dialog.get_by_role("button", name="制定计划").click()
    expect(rate).to_contain_text("现在说不出违规率")
    with quiet.client(DIRECTOR) as client:
        (plan,) = client.get("/plans", params={"first_day": DAY, "last_day": DAY}).json()["items"]
    assert plan["seed"] == 7
    expect(page.locator("section[aria-labelledby=day-plans]")).to_contain_text("随机种子 7")


def test_a_blind_form_suggests_nothing_and_goes_on_to_the_next(quiet_seat: Seat, quiet: Office) -> None:
    with quiet.client(DIRECTOR) as client:
        made = client.post(
            "/plans",
            json={"day": DAY, "unit": "d1", "seed": 3, "sealed": 0.3, "double": 1.0, "replace": True},
        )
        assert made.status_code == 201, made.text
    desk = quiet_seat(INSPECTOR)
    page = desk.go("/day")
    with quiet.client(INSPECTOR) as client:
        queue = client.get("/queue").json()["items"]
    blind = [one for one in queue if one["blind"]]
    assert len(blind) > 1, "both halves of a double review are blind"
    desk.go(f"/day/blind/{blind[0]['id']}")
    lines = page.locator(".blind-lines > li")
    expect(lines.first).to_be_visible()
    assert page.locator(".blind-lines input:checked").count() == 0
    assert page.locator(".mark-violation, .mark-step, .turn-tag").count() == 0
    page.keyboard.press("]")
    expect(page.locator(".controls-rate")).to_have_value("1.25")
    page.keyboard.press("s")
    expect(page.get_by_role("button", name="跳过静音")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="缩小波形")).to_be_disabled()
    page.keyboard.press("+")
    expect(page.get_by_role("button", name="缩小波形")).to_be_enabled()
    page.keyboard.press("-")
    expect(page.get_by_role("button", name="缩小波形")).to_be_disabled()
    page.get_by_role("button", name="交卷").click()
    expect(lines.first).to_contain_text("还没有评")
    for line in lines.all():
        line.get_by_text("满分", exact=True).last.click()
    page.get_by_role("button", name="交卷").click()
    expect(page).not_to_have_url(re.compile(blind[0]["id"]))
    with quiet.client(INSPECTOR) as client:
        (done,) = [
            one
            for one in client.get("/queue", params={"done": True}).json()["items"]
            if one["id"] == blind[0]["id"]
        ]
    assert done["state"] == "finished"
