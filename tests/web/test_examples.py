"""Good examples: a trainer shares a collection, agents of the unit read and hear it on a telephone, until it ends."""

import io
import re
import uuid
from collections.abc import Callable

import pytest
import soundfile
from playwright.sync_api import Page, expect

from tests.web.office import Desk, Office
from tests.web.test_everywhere import barriers

pytestmark = pytest.mark.slow

Seat = Callable[..., Desk]
TRAINER, AGENT, ELSEWHERE = "liurusong", "wuhai", "linxiaoyan"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "bypass_csp": True}


def test_a_shared_collection_is_heard_by_the_units_agents_until_it_ends(seat: Seat, office: Office) -> None:
    title = f"价格异议怎么接 {uuid.uuid4().hex[:6]}"
    # C组 is wuhai's group; the calls are of other groups, which he reaches nowhere else
    with office.client(TRAINER) as client:
        turns = client.get("/calls/C0009/transcript").json()["turns"]
        clip = {"start": turns[2]["start"], "end": turns[5]["end"]}
        items = [{"call": "C0009", "span": clip, "note": "先共情再拆价格"}, {"call": "C0002"}]
        client.post("/collections", json={"title": title, "unit": "gc", "items": items}).raise_for_status()
    trainer = seat(TRAINER).go("/collections")
    trainer.locator(".choice", has_text=title).click()
    agent = seat(AGENT, **PHONE)
    page = agent.go("/mine?tab=examples")
    expect(page.get_by_role("tab", name="好例子")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#content")).not_to_contain_text(title)
    share(trainer, on=True)
    expect(trainer.locator(".collection h2")).to_contain_text("坐席可听")
    page = agent.go("/mine?tab=examples")
    card = page.locator(".mine-call", has_text=title)
    card.get_by_role("button", name=re.compile("打开听听")).click()
    examples = card.locator(".mine-line")
    expect(examples).to_have_count(2)
    first, second = examples.nth(0), examples.nth(1)
    expect(first).to_contain_text("何静")
    expect(first).to_contain_text("先共情再拆价格")
    expect(first.locator(".mine-example-words")).to_contain_text(turns[3]["text"][:6])
    assert barriers(agent) == []
    with page.expect_response(re.compile("/sound")) as answer:
        first.get_by_role("button", name=re.compile("^听这一段")).click()
    sound = answer.value
    assert sound.headers["content-type"] == "audio/flac"
    samples, rate = soundfile.read(io.BytesIO(sound.body()))
    assert abs(1000 * len(samples) / rate - (clip["end"] - clip["start"] + 600)) < 50
    expect(first.get_by_role("button", name=re.compile("^停"))).to_be_visible()
    expect(second.locator(".mine-example-words li")).to_have_count(8)
    second.get_by_role("button", name=re.compile("^看全部")).click()
    assert second.locator(".mine-example-words li").count() > 8
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 1
    other = seat(ELSEWHERE).go("/mine?tab=examples")
    expect(other.locator("#content")).not_to_contain_text(title)
    share(trainer, on=False)
    expect(trainer.locator(".collection h2")).not_to_contain_text("坐席可听")
    page = agent.go("/mine?tab=examples")
    expect(page.locator("#content")).not_to_contain_text(title)


def share(page: Page, *, on: bool) -> None:
    """Through the cover of the collection that is open."""
    page.get_by_role("button", name="改名和说明").click()
    dialog = page.get_by_role("dialog")
    box = dialog.get_by_label("坐席也能听")
    box.set_checked(on)
    dialog.get_by_role("button", name=re.compile("^保 ?存$")).click()
    expect(dialog).to_be_hidden()
