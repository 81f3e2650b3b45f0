"""The page in English: reasons of verdicts are read out in English, notes of the editor too, and nothing is cut off."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.web.office import Desk, Office

pytestmark = pytest.mark.slow

Seat = Callable[..., Desk]
DIRECTOR, AGENT = "panqiushi", "8005"
CHINESE = re.compile("[\u4e00-\u9fff，。；：（）]")
QUOTES = re.compile('“[^”]*”|"[^"]*"')
DIALOGUE = """坐席：您好，禾悦康家，工号八零零二为您服务。
客户：这个足疗仪多少钱？能不能根治？
坐席：一千一百八十元。我们不能保证根治，但是百分之百有效。
客户：太贵了，再说吧。"""


def english(desk: Desk, path: str) -> Page:
    desk.context.add_init_script("localStorage.setItem('callqa.language', 'en')")
    return desk.go(path)


def test_why_and_why_not_are_told_in_english(seat: Seat) -> None:
    page = english(seat(DIRECTOR), "/policy?tab=bench")
    page.get_by_label("Dialogue", exact=True).last.fill(DIALOGUE)
    page.get_by_role("button", name="Try", exact=True).click()
    page.locator(".bench-total").wait_for(timeout=60_000)
    page.locator(".bench-result details summary").click()
    why = page.locator(".bench-result .finding-why, .bench-result .bench-near .quiet").all_inner_texts()
    assert len(why) > 15
    # what was said, and the names that the policy gives, stay as they are
    names = re.compile("Wrong: .*|given as .*|not heard: .*")
    assert [one for one in why if CHINESE.search(names.sub("", QUOTES.sub("", one)))] == []
    assert "“根治” does not count, it is denied" in "\n".join(why)


def test_the_editor_tells_an_operator_in_english(seat: Seat) -> None:
    page = english(seat(DIRECTOR), "/policy?tab=edit")
    page.get_by_text("Rules", exact=True).click()
    key = page.locator(".cm-line", has_text=re.compile(r"op:\s")).first
    key.scroll_into_view_if_needed()
    key.get_by_text("op", exact=True).first.hover()
    told = page.locator(".cm-tooltip-hover")
    expect(told).to_be_visible()
    assert CHINESE.search(told.inner_text()) is None


def test_three_marks_of_a_call_are_seen_whole(seat: Seat, office: Office) -> None:
    # a call with a red line and lines to hear gets an appeal, too
    with office.client(office.logins[AGENT]) as client:
        card = client.get("/calls/C0008/review").json()
        if card["may_appeal_until"] and not client.get("/calls/C0008/appeals").json()["items"]:
            filed = {"item": sorted(card["may_appeal_until"])[0], "reason": "不是我说的", "quote": ""}
            client.post("/calls/C0008/appeals", json=filed).raise_for_status()
    page = english(seat(DIRECTOR), "/calls")
    row = page.locator(".calls-line", has_text="C0008")
    marks = row.locator(".calls-mark")
    expect(marks).to_have_count(3)
    cell = row.locator("[role=cell]", has=page.locator(".calls-marks")).bounding_box()
    assert cell is not None
    for place in range(3):
        box = marks.nth(place).bounding_box()
        assert box is not None
        assert cell["x"] <= box["x"]
        assert box["x"] + box["width"] <= cell["x"] + cell["width"] + 1
        assert cell["y"] <= box["y"] + 1
        assert box["y"] + box["height"] <= cell["y"] + cell["height"] + 1
