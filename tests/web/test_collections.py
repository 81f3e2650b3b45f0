"""Collections through the page: calls from the list, a clip from a call, heard, noted, exported, archived."""

import re
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.web.office import Desk, Office
from tests.web.test_everywhere import barriers

pytestmark = pytest.mark.slow

Seat = Callable[..., Desk]
TRAINER, LEADER = "liurusong", "qixiaoman"


def notice(page: Page) -> str:
    told = page.locator(".ant-notification-notice").last
    expect(told).to_be_visible()
    return told.inner_text()


def test_calls_from_the_list_become_a_collection_that_others_see_in_part(seat: Seat) -> None:
    title = f"开场精选 {uuid.uuid4().hex[:6]}"
    page = seat(TRAINER).go("/calls?sort=oldest")
    boxes = page.locator(".calls-line input[type=checkbox]")
    # C0001 and C0004 are of two groups; a trainer may collect without being allowed to plan
    boxes.nth(0).check()
    boxes.nth(3).check()
    expect(page.get_by_role("button", name="派给复核")).to_have_count(0)
    page.get_by_role("button", name="加入合集").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("新合集").click()
    dialog.get_by_label("名称").fill(title)
    dialog.get_by_label("为什么值得听").fill("开场三句话说全了")
    dialog.get_by_role("button", name=re.compile("^加 ?入$")).click()
    assert title in notice(page)
    page.locator(".ant-notification-notice").last.get_by_role("button", name="打开合集").click()
    expect(page.locator(".collection h2")).to_contain_text(title)
    expect(page.locator(".entry")).to_have_count(2)
    expect(page.locator(".entry").first).to_contain_text("开场三句话说全了")
    address = page.url.rpartition("/")[2]
    page = seat(LEADER).go(f"/{address}")
    expect(page.locator(".entry")).to_have_count(1)
    expect(page.locator(".collection")).to_contain_text("另有 1 条不在您的范围内")
    expect(page.locator(".collection").get_by_role("button", name="删除合集")).to_have_count(0)


def test_a_turn_becomes_a_clip_that_is_heard_noted_and_taken_out(
    seat: Seat, office: Office, tmp_path: Path
) -> None:
    title = f"报价片段 {uuid.uuid4().hex[:6]}"
    with office.client(TRAINER) as client:
        made = client.post("/collections", json={"title": title, "unit": "d1"}).json()["collection"]["id"]
        turns = client.get("/calls/C0004/transcript").json()["turns"]
    page = seat(TRAINER).go("/calls/C0004")
    page.get_by_role("button", name="把第 3 句加入合集").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="延长 10 秒").click()
    dialog.get_by_label("合集", exact=True).click()
    page.locator(".ant-select-item-option").filter(has_text=title).click()
    dialog.get_by_role("button", name=re.compile("^加 ?入$")).click()
    assert title in notice(page)
    desk = seat(TRAINER)
    page = desk.go(f"/collections?collection={made}")
    entry = page.locator(".entry")
    expect(entry).to_have_count(1)
    assert barriers(desk) == []
    expect(entry.locator(".entry-words li").first).to_contain_text(turns[2]["text"][:6])
    assert entry.locator(".entry-words li").count() > 1  # ten seconds more hold more than one turn
    with page.expect_response(re.compile("/clip")) as sound:
        entry.get_by_role("button", name=re.compile("^听这一段")).click()
    assert sound.value.headers["content-type"] == "audio/flac"
    assert f"end={turns[2]['end'] + 10_000 + 500}" in sound.value.url
    entry.get_by_role("button", name="写说明").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("先讲功能再报价")
    page.get_by_role("dialog").get_by_role("button", name="保存").click()
    expect(entry.locator(".entry-note")).to_have_text("先讲功能再报价")
    with page.expect_download() as download:
        page.get_by_role("button", name="导出 Excel").click()
    file = tmp_path / "collection.xlsx"
    download.value.save_as(file)
    (row,) = list(load_workbook(file)["合集"].iter_rows(values_only=True))[1:]
    assert (row[1], row[6]) == ("C0004", "先讲功能再报价")
    entry.get_by_role("link", name="C0004").click()
    # the call opens at the clip
    expect(page.locator(".turn-current, .turn").nth(0)).to_be_visible()
    expect(page.locator(".controls-time")).to_contain_text(f"0:{turns[2]['start'] // 1000:02}")
    page.go_back()
    entry.get_by_role("button", name="移出 C0004").click()
    page.locator(".ant-popconfirm").get_by_role("button", name=re.compile("^移 ?出$")).click()
    expect(page.locator(".collection")).to_contain_text("里面还没有您听得到的通话")
    page.get_by_role("button", name=re.compile("^归 ?档$")).click()
    expect(page.locator(".choices")).not_to_contain_text(title)
    page.get_by_role("tab", name="已归档").click()
    page.locator(".choice", has_text=title).click()
    page.get_by_role("button", name="删除合集").click()
    page.locator(".ant-popconfirm").get_by_role("button", name="删除合集").click()
    expect(page.locator("#content")).not_to_contain_text(title)


def test_the_evidence_of_a_line_becomes_a_clip_by_a_key(seat: Seat, office: Office) -> None:
    title = f"证据片段 {uuid.uuid4().hex[:6]}"
    with office.client(TRAINER) as client:
        made = client.post("/collections", json={"title": title, "unit": "d1"}).json()["collection"]["id"]
        lines = client.get("/calls/C0004/review").json()["effective"]["lines"]
        findings = client.get("/calls/C0004/findings").json()["findings"]
    (refs,) = [one["machine"]["refs"] for one in lines if one["line"]["item"] == "wrong_price"]
    (price,) = [one for one in findings if {"kind": one["subject"], "id": one["id"]} in refs]
    heard = price["evidence"][0]["span"]
    page = seat(TRAINER).go("/calls/C0004")
    page.locator("[data-item=wrong_price] .line-open").click()
    expect(page.locator(".line-focused").get_by_role("button", name="加入合集")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("g")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("合集", exact=True).click()
    page.locator(".ant-select-item-option").filter(has_text=title).click()
    dialog.get_by_role("button", name=re.compile("^加 ?入$")).click()
    assert title in notice(page)
    with office.client(TRAINER) as client:
        (item,) = client.get(f"/collections/{made}").json()["content"]
    assert item["item"]["span"] == heard
    page = seat(TRAINER).go(f"/collections?collection={made}")
    with page.expect_response(re.compile("/clip")) as sound:
        page.locator(".entry").get_by_role("button", name=re.compile("^听这一段")).click()
    assert f"start={heard['start'] - 2000}&" in sound.value.url, "with a lead of two seconds"


def test_of_two_who_rename_the_second_is_told(seat: Seat, office: Office) -> None:
    title = f"两人改名 {uuid.uuid4().hex[:6]}"
    with office.client(TRAINER) as client:
        made = client.post("/collections", json={"title": title, "unit": "d1"}).json()["collection"]["id"]
    page = seat(TRAINER).go(f"/collections?collection={made}")
    page.get_by_role("button", name="改名和说明").click()
    with office.client("panqiushi") as director:
        path, seen = f"/collections/{made}", {"If-Match": '"v1"'}
        director.patch(path, json={"title": f"{title} 主管"}, headers=seen).raise_for_status()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("名称").fill("后来的名字")
    dialog.get_by_role("button", name="保存").click()
    assert "刚被别人改过" in notice(page)
    with office.client(TRAINER) as client:
        assert client.get(path).json()["collection"]["title"] == f"{title} 主管"
