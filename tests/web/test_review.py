"""Reviewing without a mouse, two people at once, an appeal from the agent to the ruling."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.web.office import DAY, Desk, Office

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def planned(office: Office) -> None:
    """Ten calls and more in the queue of one reviewer."""
    with office.client("panqiushi") as director:
        made = director.post(
            "/plans", json={"day": DAY, "unit": "d1", "seed": 7, "double": 0, "sealed": 0.2, "replace": True}
        )
        assert made.status_code in (200, 201), made.text
        plan = director.get(
            f"/plans/{made.json()['plan']['id'] if 'plan' in made.json() else made.json()['id']}"
        ).json()
        taken = {one["call"] for one in plan["assignments"] if one["reviewer"] == "3001"}
        for call in [one["id"] for one in director.get("/calls", params={"limit": 50}).json()["items"]]:
            if call not in taken and len(taken) < 10:
                put = director.post(
                    f"/plans/{plan['plan']['id']}/assignments",
                    json={"call": call, "reviewer": "3001", "reason": "请都听一遍"},
                )
                if put.is_success:
                    taken.add(call)
    assert len(taken) >= 10


def test_ten_calls_are_reviewed_with_the_keyboard_alone(
    seat: Callable[..., Desk], office: Office, planned: None
) -> None:
    desk = seat("wenzhixia")
    page = desk.go("/day")
    page.get_by_role("link", name="从第一通开始").focus()
    page.keyboard.press("Enter")
    for number in range(10):
        expect(page).to_have_url(re.compile(r"/calls/.+assignment="))
        call = page.url.split("/calls/")[1].split("?")[0]
        expect(page.locator("h1")).to_contain_text(call)
        page.locator(".line-focused").wait_for()
        page.wait_for_load_state("networkidle")
        _one_call(page, edit=number == 0)
        page.keyboard.press("f")
        page.wait_for_function("call => !location.pathname.endsWith('/' + call)", arg=call)
        page.wait_for_load_state("networkidle")
    with office.client("wenzhixia") as client:
        done = client.get("/queue", params={"done": True}).json()["items"]
    assert sum(one["state"] == "finished" for one in done) >= 10


def _one_call(page: Page, *, edit: bool) -> None:
    if edit:
        page.keyboard.press("p")
        page.get_by_label("分数", exact=True).fill("3")
        page.get_by_label("理由（坐席会看到）").fill("重听以后按三分算")
        page.keyboard.press("Tab")
        page.get_by_role("dialog").get_by_role("button", name="保存").or_(
            page.get_by_role("dialog").get_by_role("button", name="保 存")
        ).press("Enter")
        page.get_by_role("dialog").wait_for(state="hidden")
        expect(page.locator(".line del").first).to_be_visible()
    else:
        page.keyboard.press("Enter")
        expect(page.locator(".line .line-mark", has_text="已确认").first).to_be_visible()
    page.wait_for_load_state("networkidle")


def test_of_two_reviewers_the_second_sees_the_firsts_change(seat: Callable[..., Desk]) -> None:
    first, second = seat("panqiushi"), seat("shaoyuanshan")
    for desk in (first, second):
        desk.go("/calls/C0006")
        desk.page.locator(".line-focused").wait_for()
    first.page.keyboard.press("c")
    first.page.get_by_role("dialog").get_by_role("textbox").fill("客户说得很清楚，这里再听一遍")
    with first.page.expect_response(re.compile("review/events")):
        first.page.keyboard.press("Control+Enter")
    second.page.keyboard.press("Enter")
    dialog = second.page.get_by_role("dialog")
    expect(dialog).to_contain_text("别人刚改过这通电话")
    expect(dialog).to_contain_text("客户说得很清楚，这里再听一遍")
    dialog.get_by_role("button", name="仍然写上我的").click()
    dialog.wait_for(state="hidden")
    second.page.wait_for_load_state("networkidle")
    second.page.get_by_text(re.compile(r"^经过 \d+$")).click()
    expect(second.page.locator(".history")).to_contain_text("确认")
    expect(second.page.locator(".history")).to_contain_text("客户说得很清楚，这里再听一遍")


def test_an_appeal_goes_from_the_agent_to_the_ruling(seat: Callable[..., Desk], office: Office) -> None:
    agent = seat("chenlixin")
    page = agent.go("/calls/C0004")
    page.locator(".line-focused").wait_for()
    page.get_by_role("button", name=re.compile("^申诉（")).first.click()
    page.get_by_role("dialog").get_by_role("textbox").fill("我后面已经更正了价格")
    page.get_by_role("dialog").get_by_role("button", name="提交申诉").click()
    expect(page.get_by_text("申诉已提交。")).to_be_visible()
    with office.client("shentujing") as leader:
        (filed,) = [one for one in leader.get("/appeals").json()["items"] if one["call"] == "C0004"]
    ruling = seat("shentujing")
    page = ruling.go("/appeals")
    page.locator(".choice", has_text="C0004").click()
    expect(page.locator(".beside-detail")).to_contain_text("我后面已经更正了价格")
    page.get_by_role("radio", name="部分成立").check()
    page.get_by_role("spinbutton").fill("4")
    page.get_by_label("理由（坐席会看到）").fill("更正得晚了，给一半")
    page.get_by_role("button", name="作出裁定").click()
    expect(page.get_by_text("裁定已记下，坐席会收到通知。")).to_be_visible()
    with office.client("chenlixin") as client:
        after = client.get("/appeals", params={"state": "decided"}).json()["items"]
        assert next(one for one in after if one["id"] == filed["id"])["stage"] == "partly"
        lines = client.get("/calls/C0004/review").json()["effective"]["lines"]
    assert next(one for one in lines if one["line"]["item"] == filed["item"])["line"]["points"] == 4
    page = seat("chenlixin").go("/calls/C0004")
    page.get_by_text(re.compile(r"^经过 \d+$")).click()
    # an agent may not list people; the history brings its names along
    expect(page.locator(".history-head").first).to_contain_text("申屠静")
