"""How fast the page is in a real browser: first load, the call page on a slow machine, a call of three hours.

One run::

    python scripts/bench_page.py [--n 12] [--slow 4] [--keep FOLDER] [--address http://…] [--json FILE]

Makes a centre (see ``bench_page_data``; kept in ``--keep`` and used again), starts ``callqa serve`` on it (or asks the
server of ``--address``, which must have the same data), and opens pages in headless Chromium through Playwright:

* **first load**: what the browser fetches for somebody who is not signed in, in bytes on the wire and requests;
* **call page**, with the processor slowed down: from the start of the navigation until the dialogue stands there, the
  first line of the score can be worked on, the play button is there with its sound ready to be fetched, and the main
  thread is quiet, that is: no task longer than 50 ms in the next 200 ms. Measured with nothing cached (``cold``, a
  first visit) and as on every visit after the first one (``warm``). Beside it in the same run, in turns: an empty page
  of the same server, and a plain page that shows the same call with nothing but wavesurfer and a list;
* **long call**, at full speed: the same, the times of frames while the whole dialogue is scrolled and while it plays at
  double speed with the heard turn followed, what of the dialogue was blank at the end of a frame, memory, the waveform.

Prints a table and writes the figures as JSON; exit status 1 where a limit is missed. On a machine shared with other
work the empty page says what the rest is worth.
"""

import argparse
import json
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

import bench_page_data as data

ROOT = Path(__file__).resolve().parents[1]
WAVESURFER = ROOT / "src/callqa/web/ui/node_modules/wavesurfer.js/dist/wavesurfer.min.js"
FIRST_LOAD_BYTES = 250_000
INTERACTIVE_MS = 1500.0
FRAME_MS = 33.0
_QUIET_MS = 200
_SETTLE_S = 1.5
"""Watched after the page looks ready, so that a late task is seen."""
_VIEW = {"width": 1280, "height": 720}

WATCH = """
window.__tasks = []; window.__shifts = [];
new PerformanceObserver(list => { for (const one of list.getEntries()) __tasks.push([one.startTime, one.duration]); })
  .observe({ type: 'longtask', buffered: true });
new PerformanceObserver(list => { for (const one of list.getEntries()) if (!one.hadRecentInput) __shifts.push(
  [one.startTime, one.value, one.sources.map(s => s.node && s.node.className || s.node && s.node.nodeName || '?').join(' ')]
); }).observe({ type: 'layout-shift', buffered: true });
const Plain = window.Audio;
window.Audio = function (...given) { const made = new Plain(...given); window.__audio = made; return made; };
window.__when = ready => new Promise(done => {
  const look = () => ready() ? done(performance.now()) : setTimeout(look, 8);
  look();
});
"""
"""Long tasks and layout shifts; the page's audio element is not in the document, so it is caught when it is made."""

CALL_READY = """() => __when(() => {
  const turn = document.querySelector('.dialogue .turn .word');
  const line = document.querySelector('.line-focused');
  const play = document.querySelector('[data-act=play]');
  return turn && line && line.querySelector('button') && play && !play.disabled
    && window.__audio && __audio.getAttribute('src');
})"""
EMPTY_READY = "() => __when(() => document.readyState === 'complete')"
PEER_READY = "() => __when(() => window.__peer)"

EMPTY = "<!doctype html><html lang='zh'><title>empty</title><body><p>empty</p></body></html>"
PEER = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>plain</title>
<body><div id="wave"></div><button id="play">play</button><ol id="words" style="height:400px;overflow:auto"></ol>
<script src="/plain/wavesurfer.js"></script><script>
const call = '%s';
const shown = fetch(`/api/v1/calls/${call}/transcript`).then(r => r.json()).then(({ turns }) => {
  for (const turn of turns) {
    const row = document.createElement('li');
    row.textContent = `${turn.party} ${turn.text}`;
    document.getElementById('words').append(row);
  }
});
const wave = WaveSurfer.create({ container: '#wave', url: `/api/v1/calls/${call}/audio` });
document.getElementById('play').onclick = () => wave.playPause();
Promise.all([shown, new Promise(done => wave.on('ready', done))]).then(() => { window.__peer = true; });
</script></body></html>"""

FRAMES = """async ({ act, ms }) => {
  const box = document.querySelector('.dialogue');
  const frames = [], blank = [];
  const gaps = () => {
    const outer = box.getBoundingClientRect();
    let covered = 0, last = outer.top;
    for (const row of box.querySelectorAll('.dialogue-row')) {
      const { top, bottom } = row.getBoundingClientRect();
      const from = Math.max(top, last), to = Math.min(bottom, outer.bottom);
      if (to > from) { covered += to - from; last = to; }
    }
    return 1 - covered / outer.height;
  };
  const step = act === 'scroll' ? (box.scrollHeight - box.clientHeight) / (ms / (1000 / 60)) : 0;
  let before = performance.now(), place = box.scrollTop = act === 'scroll' ? 0 : box.scrollTop;
  const until = before + ms * 3;
  const turns = new Set();
  const end = act === 'scroll'
    ? () => box.scrollTop + box.clientHeight >= box.scrollHeight - 2
    : () => performance.now() > until - ms * 2;
  const channel = new MessageChannel();
  await new Promise(done => {
    const tick = now => {
      frames.push(now - before); before = now;
      if (act === 'scroll') { place += step; box.scrollTop = place; }
      for (const row of box.querySelectorAll('.turn')) turns.add(row.dataset.turn);
      channel.port1.onmessage = () => blank.push(gaps());
      channel.port2.postMessage(0);
      if (end() || now > until) done(); else requestAnimationFrame(tick);
    };
    requestAnimationFrame(now => { before = now; requestAnimationFrame(tick); });
  });
  await new Promise(done => setTimeout(done, 300));
  return { frames: frames.slice(1), blank, left: gaps(), turns: turns.size, last: box.querySelectorAll('.turn').length,
    reached: end() };
}"""


@dataclass(frozen=True)
class Bench:
    """What everything is measured with.

    Attributes:
        browser: Chromium.
        address: Of the server, without a slash at the end.
        cookies: Of somebody signed in.
        slow: How many times slower the processor is made.
    """

    browser: Browser
    address: str
    cookies: list[Any]
    slow: float

    @contextmanager
    def window(self, *, signed_in: bool = True) -> Iterator[BrowserContext]:
        """A browser that has seen nothing yet."""
        context = self.browser.new_context(viewport=_VIEW, locale="zh-CN", timezone_id="Asia/Shanghai")
        context.add_init_script(WATCH)
        if signed_in:
            context.add_cookies(self.cookies)
        try:
            yield context
        finally:
            context.close()


def main() -> None:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--n", type=int, default=12, help="times every page is opened")
    parser.add_argument("--slow", type=float, default=4.0, help="how many times slower the processor is made")
    parser.add_argument("--keep", type=Path, help="folder for the data, used again if it is there")
    parser.add_argument("--address", help="of a server that runs already on the data")
    parser.add_argument("--json", type=Path, help="file for the figures")
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="callqa-bench-") as folder, sync_playwright() as playwright:
        folder_kept = (asked.keep or Path(folder)) / "data"
        with _server(folder_kept, asked.address) as address:
            browser = playwright.chromium.launch(
                executable_path=_chromium(),
                args=[
                    "--no-sandbox",
                    "--autoplay-policy=no-user-gesture-required",
                    "--disable-dev-shm-usage",
                ],
            )
            bench = Bench(browser, address, _signed_in(browser, address), asked.slow)
            figures = {
                "first_load": first_load(bench),
                "call_page": call_pages(bench, asked.n),
                "long_call": long_call(bench, asked.n),
            }
            browser.close()
    report = {
        "machine": {
            "cpus": os.cpu_count(),
            "processor": platform.processor(),
            "load": round(os.getloadavg()[0], 1),
        },
        "n": asked.n,
        "slow_down": asked.slow,
        **figures,
    }
    if asked.json:
        asked.json.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    missed = _missed(figures)
    print("missed: " + ", ".join(missed) if missed else "all limits met")
    sys.exit(bool(missed))


def first_load(bench: Bench) -> dict[str, Any]:
    """Bytes on the wire and requests of a first visit, before and after signing in."""
    with bench.window(signed_in=False) as context:
        page = context.new_page()
        seen = _traffic(context, page)
        page.goto(f"{bench.address}/")
        page.wait_for_load_state("networkidle")
        found = {"bytes": sum(seen.values()), "requests": len(seen)}
    print(
        f"first load       {found['bytes']:,} bytes in {found['requests']} requests  (limit {FIRST_LOAD_BYTES:,})"
    )
    with bench.window() as context:
        page = context.new_page()
        seen = _traffic(context, page)
        page.goto(f"{bench.address}/calls/{data.SHORT_CALL}")
        page.wait_for_load_state("networkidle")
        code = {path: size for path, size in seen.items() if "/assets/" in path}
        found |= {"call_page_code_bytes": sum(code.values()), "call_page_requests": len(seen)}
    print(
        f"call page, code  {found['call_page_code_bytes']:,} bytes; {len(seen)} requests with data and sound"
    )
    return found


def _traffic(context: BrowserContext, page: Page) -> dict[str, int]:
    """Address of every request → bytes received, headers included; fills while the page loads."""
    told = context.new_cdp_session(page)
    told.send("Network.enable")
    names: dict[str, str] = {}
    seen: dict[str, int] = {}
    told.on("Network.requestWillBeSent", lambda one: names.update({one["requestId"]: one["request"]["url"]}))

    def finished(one: dict[str, Any]) -> None:
        seen[names[one["requestId"]]] = int(one["encodedDataLength"])

    told.on("Network.loadingFinished", finished)
    return seen


def call_pages(bench: Bench, n: int) -> dict[str, Any]:
    """The call page, an empty page and the plain page in turns, the processor slowed down."""
    times: dict[str, list[dict[str, float]]] = {"empty": [], "plain": [], "cold": [], "warm": []}
    for _ in range(n):
        with bench.window() as context:
            _plain_pages(context, bench.address, data.SHORT_CALL)
            times["empty"].append(_opened(bench, context, "/plain/empty", EMPTY_READY))
            times["plain"].append(_opened(bench, context, "/plain/call", PEER_READY))
        with bench.window() as context:
            times["cold"].append(_opened(bench, context, f"/calls/{data.SHORT_CALL}", CALL_READY))
            times["warm"].append(_opened(bench, context, f"/calls/{data.SHORT_CALL}", CALL_READY))
    print(f"call page interactive, processor {bench.slow:g}× slower, n = {n}, load {os.getloadavg()[0]:.1f}")
    return {
        name: _tell(name, some, INTERACTIVE_MS if name in {"cold", "warm"} else None)
        for name, some in times.items()
    }


def _plain_pages(context: BrowserContext, address: str, call: str) -> None:
    """Pages of this server's address that are not the page's: neither has its content security policy."""
    html, script = "text/html; charset=utf-8", WAVESURFER.read_text(encoding="utf-8")
    context.route(f"{address}/plain/empty", lambda route: route.fulfill(body=EMPTY, content_type=html))
    context.route(f"{address}/plain/call", lambda route: route.fulfill(body=PEER % call, content_type=html))
    context.route(
        f"{address}/plain/wavesurfer.js",
        lambda route: route.fulfill(body=script, content_type="text/javascript"),
    )


def _opened(
    bench: Bench, context: BrowserContext, path: str, ready: str, *, slow: bool = True
) -> dict[str, float]:
    """Open a page in a new tab: when it looked ready, when it was interactive, how long it was blocked, shifts."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    if slow:
        session.send("Emulation.setCPUThrottlingRate", {"rate": bench.slow})
    page.goto(f"{bench.address}{path}", wait_until="commit")
    looks = float(page.evaluate(ready))
    page.wait_for_timeout(_SETTLE_S * 1000)
    tasks, shifts, paint = page.evaluate(
        "() => [__tasks, __shifts, performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0]"
    )
    found = {
        "painted": float(paint),
        "looks_ready": looks,
        "interactive": interactive(looks, tasks),
        "blocked": sum(max(0.0, length - 50) for start, length in tasks),
        "shift": sum(value for _, value, _ in shifts),
    }
    page.close()
    return found


def interactive(looks_ready: float, tasks: Sequence[tuple[float, float]]) -> float:
    """When nothing is awaited and no task over 50 ms runs for 200 ms: the end of the last one in the way."""
    at = looks_ready
    for start, length in sorted(tasks):
        if start + length > at and start < at + _QUIET_MS:
            at = start + length
    return at


def _tell(name: str, some: list[dict[str, float]], limit: float | None) -> dict[str, Any]:
    found: dict[str, Any] = {"n": len(some)}
    for what in some[0]:
        values = sorted(one[what] for one in some)
        found[what] = {
            "median": round(statistics.median(values), 3 if what == "shift" else 0),
            "p90": round(_share(values, 90), 3 if what == "shift" else 0),
        }
    print(
        f"  {name:8} interactive {found['interactive']['median']:6.0f} (p90 {found['interactive']['p90']:6.0f}) ms"
        f"  looks ready {found['looks_ready']['median']:6.0f}  painted {found['painted']['median']:6.0f}"
        f"  blocked {found['blocked']['median']:6.0f} ms  shift {found['shift']['median']:.3f}"
        + (f"  (limit {limit:.0f} ms)" if limit else ""),
        flush=True,
    )
    return found


def _share(values: Sequence[float], share: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)]


def long_call(bench: Bench, n: int) -> dict[str, Any]:
    """A call of three hours at full speed."""
    print(f"long call: {data.HOURS} hours, {data.TURNS:,} turns")
    times = []
    for _ in range(max(3, n // 3)):
        with bench.window() as context:
            times.append(_opened(bench, context, f"/calls/{data.LONG_CALL}", CALL_READY, slow=False))
    found: dict[str, Any] = {"open": _tell("long", times, INTERACTIVE_MS)}
    with bench.window() as context:
        page = context.new_page()
        session = context.new_cdp_session(page)
        page.goto(f"{bench.address}/calls/{data.LONG_CALL}")
        page.evaluate(CALL_READY)
        page.locator(".bands-canvas").wait_for(timeout=120_000)
        page.wait_for_function("() => window.__audio.readyState >= 3", timeout=120_000)
        page.wait_for_timeout(1000)
        found["peaks"] = page.evaluate(
            "() => { const one = performance.getEntriesByType('resource').find(e => e.name.includes('/peaks'));"
            " return { bytes: one.encodedBodySize, plain_bytes: one.decodedBodySize, ms: Math.round(one.duration) }; }"
        )
        found["memory_before"] = _heap(session)
        found["scroll"] = _frames(page, "scroll", 12_000)
        page.evaluate("() => { document.querySelector('.dialogue').scrollTop = 0; }")
        found["jump"] = _jump(page)
        page.evaluate(
            "() => { __audio.currentTime = 3600; __audio.playbackRate = 2; return __audio.play(); }"
        )
        page.wait_for_timeout(1000)
        found["play"] = _frames(page, "play", 15_000)
        page.evaluate("() => __audio.pause()")
        found["memory_after"] = _heap(session)
    peaks = found["peaks"]
    print(f"  waveform {peaks['bytes']:,} bytes on the wire ({peaks['plain_bytes']:,}) in {peaks['ms']} ms")
    print(f"  sound plays {found['jump']:.0f} ms after a jump of two hours")
    for what in ("scroll", "play"):
        one = found[what]
        print(
            f"  {what:7} frames n {one['n']:4}  p50 {one['p50']:.1f}  p95 {one['p95']:.1f}  longest {one['max']:.0f} ms"
            f"  (limit {FRAME_MS:.0f})  turns seen {one['turns']}  blank at most {one['blank_max']:.0%},"
            f" in {one['blank_frames']} frames, after {one['blank_after']:.0%}"
        )
    print(f"  memory {found['memory_before']:.0f} MB, after {found['memory_after']:.0f} MB")
    return found


def _frames(page: Page, act: str, length: int) -> dict[str, Any]:
    seen = page.evaluate(FRAMES, {"act": act, "ms": length})
    frames, blank = seen["frames"], seen["blank"]
    return {
        "n": len(frames),
        "p50": round(_share(frames, 50), 1),
        "p95": round(_share(frames, 95), 1),
        "max": round(max(frames), 1),
        "turns": seen["turns"],
        "reached": seen["reached"],
        "blank_max": round(max(blank), 3),
        # 8 px stand between two turns, and short turns stand close
        "blank_frames": sum(one > 0.3 for one in blank),
        "blank_after": round(seen["left"], 3),
    }


def _jump(page: Page) -> float:
    """Milliseconds from the jump to the sound."""
    return float(
        page.evaluate(
            """async () => {
                const began = performance.now();
                const heard = new Promise(done => __audio.addEventListener('playing', done, { once: true }));
                __audio.currentTime = 7200; await __audio.play(); await heard;
                const taken = performance.now() - began;
                __audio.pause();
                return taken;
            }"""
        )
    )


def _heap(session: CDPSession) -> float:
    """Megabytes of JavaScript's heap after a collection."""
    session.send("HeapProfiler.enable")
    session.send("HeapProfiler.collectGarbage")
    return round(float(session.send("Runtime.getHeapUsage")["usedSize"]) / 1e6, 1)


def _missed(figures: dict[str, Any]) -> list[str]:
    long = figures["long_call"]
    checks = {
        "first load": figures["first_load"]["bytes"] <= FIRST_LOAD_BYTES,
        "call page cold": figures["call_page"]["cold"]["interactive"]["median"] <= INTERACTIVE_MS,
        "call page warm": figures["call_page"]["warm"]["interactive"]["median"] <= INTERACTIVE_MS,
        "long call opens": long["open"]["interactive"]["median"] <= INTERACTIVE_MS,
        "long call scrolls": long["scroll"]["p95"] <= FRAME_MS and long["scroll"]["blank_after"] < 0.3,
        "every turn seen": long["scroll"]["turns"] == data.TURNS,
        "long call plays": long["play"]["p95"] <= FRAME_MS,
    }
    return [name for name, held in checks.items() if not held]


def _signed_in(browser: Browser, address: str) -> list[Any]:
    context = browser.new_context()
    answer = context.request.post(
        f"{address}/api/v1/auth/sign-in", data={"login": data.LOGIN, "password": data.PASSWORD}
    )
    if not answer.ok:
        raise SystemExit(f"could not sign in: {answer.status} {answer.text()}")
    cookies = context.cookies()
    context.close()
    return cookies


def _chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
    found = os.environ.get("CALLQA_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not found:
        raise SystemExit("no Chromium here: run scripts/chromium")
    return found


@contextmanager
def _server(folder: Path, address: str | None) -> Iterator[str]:
    """Address of ``callqa serve`` on the data, or of the one that runs already."""
    if address:
        yield address
        return
    sys.path.insert(0, str(ROOT / "scripts"))
    from build_page import build

    build(ROOT)
    data.made(folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "CALLQA_DATA": str(folder), "CALLQA_POLICY": str(data.SAMPLES / "policy")}
    command = [sys.executable, "-c", "from callqa.cli import main; main()", "serve", "--port", str(port)]
    with (folder / "serve.log").open("wb") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.STDOUT)
        try:
            found = f"http://127.0.0.1:{port}"
            for _ in range(480):
                if process.poll() is not None:
                    raise SystemExit((folder / "serve.log").read_text(errors="replace"))
                try:
                    if httpx.get(f"{found}/readyz").status_code == httpx.codes.OK:
                        break
                except httpx.TransportError:
                    time.sleep(0.25)
            else:
                raise SystemExit("the server did not start")
            yield found
        finally:
            process.terminate()
            process.wait(timeout=60)


if __name__ == "__main__":
    main()
