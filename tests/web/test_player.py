"""Sound and words go together: what is clicked is heard, what is heard is marked, what is masked is silent."""

import io
import random
from collections.abc import Callable
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile
from playwright.sync_api import Page

from tests.web.office import Desk, Office

pytestmark = pytest.mark.slow

CALL = "C0001"
AUDIO = "document.querySelector('audio') || window.__audio"
# the page's audio element is not in the document: it is caught when it is made
CATCH = """
const Plain = window.Audio;
window.Audio = function (...given) { const made = new Plain(...given); window.__audio = made; return made; };
"""


@pytest.fixture
def listening(seat: Callable[..., Desk]) -> Page:
    desk = seat("panqiushi")
    desk.context.add_init_script(CATCH)
    page = desk.go(f"/calls/{CALL}")
    page.locator(".waveform canvas").first.wait_for()
    page.wait_for_function("() => window.__audio.readyState >= 3")
    return page


@pytest.fixture
def transcript(office: Office) -> dict[str, Any]:
    with office.client("panqiushi") as client:
        return client.get(f"/calls/{CALL}/transcript").json()


def shown(page: Page, turn: int) -> None:
    """Bring a turn of the virtual list into the document."""
    page.locator(".dialogue").evaluate("box => { box.scrollTop = 0; }")
    for _ in range(60):
        page.wait_for_timeout(60)
        there = page.evaluate(
            """turn => {
                const row = document.querySelector(`.turn[data-turn='${turn}']`);
                if (row) { row.scrollIntoView({ block: 'center' }); return true; }
                const box = document.querySelector('.dialogue');
                box.scrollTop += box.clientHeight / 2;
                return false;
            }""",
            turn,
        )
        if there:
            page.wait_for_timeout(150)
            return
    raise AssertionError(f"turn {turn} never came into sight")


def test_a_clicked_word_plays_within_60_ms_of_its_start(listening: Page, transcript: dict[str, Any]) -> None:
    chance = random.Random(7)
    words = [(turn["index"], n, word) for turn in transcript["turns"] for n, word in enumerate(turn["words"])]
    for turn, number, (text, start, _end) in chance.sample(words, 12):
        shown(listening, turn)
        word = listening.locator(f".turn[data-turn='{turn}'] .word").nth(number)
        assert word.inner_text() == text
        listening.evaluate(
            # in braces: what an expression gives is waited for
            "() => { window.__began = new Promise(done => window.__audio.addEventListener('playing',"
            " () => done(window.__audio.currentTime * 1000), { once: true })); }"
        )
        listening.evaluate("window.__audio.pause()")
        word.click()
        began = listening.evaluate("window.__began")
        assert abs(began - start) <= 60, f"turn {turn} {text!r}: {start} ms, heard from {began:.0f}"
    listening.evaluate("window.__audio.pause()")


def test_the_marked_turn_is_the_one_being_heard(listening: Page, transcript: dict[str, Any]) -> None:
    chance = random.Random(11)
    turns = transcript["turns"]
    heard = 0
    for time in sorted(chance.sample(range(500, turns[-1]["end"] - 500), 20)):
        listening.evaluate(
            "at => { window.__audio.currentTime = at / 1000; return window.__audio.play(); }", time
        )
        listening.wait_for_timeout(250)
        now, marked = listening.evaluate(
            """async () => {
                await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame);
                const row = document.querySelector('.turn-current');
                return [window.__audio.currentTime * 1000, row ? Number(row.dataset.turn) : null];
            }"""
        )
        # where parties talk at once, the one who began last is marked; a frame may lie between reading both
        right = {_at(turns, now - 40), _at(turns, now)}
        assert marked in right, f"at {now:.0f} ms: {marked}, not {right}"
        heard += marked is not None
    assert heard >= 8
    listening.evaluate("window.__audio.pause()")


def _at(turns: list[dict[str, Any]], time: float) -> int | None:
    begun = [turn for turn in turns if turn["start"] <= time]
    return begun[-1]["index"] if begun and time < begun[-1]["end"] else None


def test_only_the_evidence_is_played_with_two_seconds_lead(listening: Page, office: Office) -> None:
    # its first line to look at rests on words, not on a search through the whole call
    listening.goto(f"{office.address}/calls/C0004")
    listening.locator(".line-focused .evidence button").first.wait_for()
    listening.wait_for_function("() => window.__audio && window.__audio.readyState >= 3")
    listening.keyboard.press("j")
    listening.keyboard.press("k")
    times = listening.evaluate(
        """async () => {
            const seen = { from: null, to: null };
            const audio = window.__audio;
            const done = new Promise(stop => audio.addEventListener('pause', stop, { once: true }));
            audio.addEventListener('playing', () => { seen.from ??= audio.currentTime * 1000; }, { once: true });
            audio.playbackRate = 2;
            dispatchEvent(new KeyboardEvent('keydown', { key: 'e', bubbles: true }));
            await done;
            seen.to = audio.currentTime * 1000;
            return seen;
        }"""
    )
    assert 500 < times["to"] - times["from"] < 20_000


def test_masked_sound_is_silent(office: Office) -> None:
    muted = 0
    with office.client("wenzhixia") as client:
        for call in [one["id"] for one in client.get("/calls", params={"limit": 50}).json()["items"]]:
            hidden = client.get(f"/calls/{call}/transcript").json()["hidden"]
            if not hidden:
                continue
            samples, rate = _downloaded(client, call)
            for one in hidden:
                piece = samples[one["start"] * rate // 1000 : one["end"] * rate // 1000]
                assert len(piece)
                channel = np.abs(piece).max(axis=0)
                assert channel.min() == 0.0, f"{call} {one}: loudest {channel}"
                muted += 1
            assert np.abs(samples).max() > 0.05
    assert muted >= 5


def _downloaded(client: httpx.Client, call: str) -> tuple[np.ndarray, int]:
    answer = client.get(f"/calls/{call}/audio")
    assert answer.headers["content-type"] == "audio/flac"
    samples, rate = soundfile.read(io.BytesIO(answer.content), always_2d=True)
    return samples, rate


def test_keys_move_the_sound(listening: Page) -> None:
    clock = lambda: listening.evaluate("window.__audio.currentTime")  # noqa: E731
    listening.evaluate("() => { window.__audio.pause(); window.__audio.currentTime = 20; }")
    listening.wait_for_timeout(100)
    listening.keyboard.press("ArrowLeft")
    assert abs(clock() - 15) < 0.2
    listening.keyboard.press("]")
    assert listening.evaluate("window.__audio.playbackRate") == 1.25
    listening.keyboard.press("Space")
    listening.wait_for_timeout(400)
    assert not listening.evaluate("window.__audio.paused")
    listening.keyboard.press("Space")
    listening.wait_for_timeout(100)
    assert listening.evaluate("window.__audio.paused")
