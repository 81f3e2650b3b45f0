"""What the API answers on the sample calls, as files that the page's own tests read as well.

The calls are those really scored; the clock stands still, and what is random or depends on the day of the run is
written the same every time. Something answers otherwise, and that is right?

    python -m tests.golden.answers

scores the samples, plays the scene below and rewrites ``tests/golden/api``; read the difference before you commit it.
A field that is renamed changes a file here, and with it what the page's tests (``src/callqa/web/ui``, ``npm test``) see.
"""

import json
import re
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from fastapi.testclient import TestClient

from callqa.api import create_app
from callqa.api.org_import import import_sheets
from callqa.api.org_sheet import read_sheets
from callqa.bootstrap import Centre
from callqa.domain import Entry
from callqa.settings import Settings
from tests.api.office import Caller, Clock, Office
from tests.fakes import SHANGHAI

FOLDER = Path(__file__).parent / "api"
SAMPLES = Path(__file__).resolve().parents[2] / "samples"
DAY = "2026-11-20"
SCORED = "2026-11-20T18:00:00Z"
MORNING = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
DIRECTOR, INSPECTOR, LEADER, AGENT = "7001", "3001", "5002", "8004"
WITH_PRICE, REVIEWED = "C0004", "C0006"
"""A call with a wrong price, which its agent appeals against; a call that two people review."""
_RANDOM = re.compile(r"\b([0-9a-f]{64}|[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12})\b")
_DIGITS = 4
"""Of a fraction: more of them depend on the processor."""

Answers = dict[str, Any]


def played(entries: Sequence[Entry], folder: Path) -> Answers:
    """The scene on an empty database: name of the file → what was answered.

    Args:
        entries: The sample calls as scored.
        folder: Empty.

    Raises:
        AssertionError: An answer had another status than the scene expects.
    """
    settings = Settings(data=folder, secret_key="k" * 40, disk_reserve=0)
    centre = Centre(settings, policy_folder=SAMPLES / "policy")
    clock = Clock(MORNING)
    app = create_app(centre, now=clock)
    try:
        with TestClient(app, raise_server_exceptions=False) as http:
            office = Office(centre, clock, http, folder)
            _fill(office, entries)
            return _plain({**_calls(office), **_review(office), **_work(office), **_figures(office)})
    finally:
        centre.database.dispose()


def _fill(office: Office, entries: Sequence[Entry]) -> None:
    organisation = SAMPLES / "organisation"
    sheets = read_sheets(organisation / "units.csv", organisation / "people.csv")
    import_sheets(office.house, sheets, by="golden", dry_run=False)
    run = office.centre.run("score", source="samples/recordings").replace(id="golden", started_at=MORNING)
    still = [_at_one_time(one) for one in sorted(entries, key=lambda one: one.masked.call.id)]
    office.centre.ledger.begin(run)
    office.centre.ledger.save(run, entries=still, failures=(), at=datetime.fromisoformat(SCORED))
    office.centre.ledger.end(run.id, at=datetime.fromisoformat(SCORED))


def _at_one_time(entry: Entry) -> Entry:
    """The same result, as if all of it had been concluded at one moment."""
    kept = entry.model_dump_json()
    return Entry.model_validate_json(re.sub(r'"at":"[^"]+"', f'"at":"{SCORED}"', kept))


def _calls(office: Office) -> Answers:
    director = office.as_(DIRECTOR)
    call = f"/calls/{WITH_PRICE}"
    return {
        "me": _got(director, "/auth/me"),
        "about": _got(director, "/about"),
        "calls": _got(director, "/calls", limit=50, sort="lowest", count=True),
        "calls-searched": _got(director, "/calls", text="价格"),
        "calls-totals": _got(director, "/calls/totals"),
        "call": _got(director, call),
        "transcript": _got(director, f"{call}/transcript", text="价格"),
        "findings": _got(director, f"{call}/findings"),
        "techniques": _got(director, f"{call}/techniques"),
        "peaks": _got(director, f"{call}/peaks", per_second=1),
        "review": _got(director, f"{call}/review"),
        "missing": _told(director.get("/calls/C9999"), 404),
    }


def _review(office: Office) -> Answers:
    """Two people at once; the second is told what the first wrote."""
    first, second = office.as_(DIRECTOR), office.as_(INSPECTOR)
    path = f"/calls/{REVIEWED}/review"
    seen = first.get(path)
    card, tag = seen.json()["machine"]["scorecard"], {"If-Match": seen.headers["ETag"]}
    lines = seen.json()["effective"]["lines"]
    item = next(
        one["line"]["item"] for one in lines if one["line"]["max_points"] > 1 and not one["line"]["bonus"]
    )
    events = [
        {"kind": "confirm", "item": lines[-1]["line"]["item"]},
        {"kind": "edit", "item": item, "points": 1, "status": "scored", "reason": "重听以后按一分算"},
        {
            "kind": "edit",
            "item": lines[1]["line"]["item"],
            "points": 0,
            "status": "needs_human",
            "reason": "听不清",
        },
        {"kind": "comment", "item": item, "reason": "语速稍快", "span": {"start": 1000, "end": 4000}},
        {"kind": "correct", "subject": "step", "target": "greet", "verdict": "unsure", "reason": "有杂音"},
    ]
    written = first.post(f"{path}/events", {"scorecard": card, "events": events}, headers=tag)
    late = second.post(f"{path}/events", {"scorecard": card, "events": [{"kind": "finish"}]}, headers=tag)
    return {
        "review-written": _told(written, 201),
        "review-conflict": _told(late, 409),
        "review-after": _got(first, path),
    }


def _work(office: Office) -> Answers:
    """Plan, queue, appeal and coaching."""
    director, inspector, leader, agent = (office.as_(one) for one in (DIRECTOR, INSPECTOR, LEADER, AGENT))
    plan = director.post("/plans", {"day": DAY, "unit": "d1", "seed": 7, "double": 0, "sealed": 0.2})
    refused = agent.get(f"/calls/{WITH_PRICE}/review").json()["may_appeal_until"]
    appeal = agent.post(
        f"/calls/{WITH_PRICE}/appeals",
        {
            "item": sorted(refused)[0],
            "reason": "后面已经更正了",
            "quote": "",
            "span": {"start": 9000, "end": 12000},
        },
    )
    task = director.post(
        "/coaching",
        {
            "agent": AGENT,
            "title": "报价前先看产品单",
            "goal": {"kind": "rule", "id": "wrong_price", "direction": "down"},
            "calls": 20,
            "due": "2026-12-04",
            "call": WITH_PRICE,
        },
    )
    return {
        "plan": _told(plan, 201),
        "queue": _got(inspector, "/queue"),
        "appeal": _told(appeal, 201),
        "appeals": _got(leader, "/appeals"),
        "coaching-set": _told(task, 201),
        "coaching": _got(agent, "/coaching"),
        "inbox": _got(agent, "/notifications"),
    }


def _figures(office: Office) -> Answers:
    director = office.as_(DIRECTOR)
    period = {"first_day": DAY, "last_day": DAY, "unit": "d1"}
    return {
        "report-day": _got(director, "/reports/day", day=DAY, unit="d1"),
        "report-agents": _got(director, "/reports/agents", **period),
        "report-trend": _got(director, "/reports/trend", **period),
        "report-techniques": _got(director, "/reports/techniques", **period),
        "report-adherence": _got(director, "/reports/adherence", **period),
        "rates": _got(director, "/rates", **period),
    }


def _got(caller: Caller, path: str, **params: Any) -> Any:
    return _told(caller.get(path, params=params), 200)


def _told(answer: httpx.Response, expected: int) -> Any:
    assert answer.status_code == expected, f"{answer.request.url}: {answer.status_code} {answer.text[:600]}"
    return answer.json()


def _plain(answers: Answers) -> Answers:
    """Without what differs from run to run: ids in the order in which they are first seen, fractions cut."""
    ids: dict[str, str] = {}

    def named(found: re.Match[str]) -> str:
        return ids.setdefault(found[0], f"id-{len(ids) + 1}")

    def walk(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {walk(name): walk(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [walk(inner) for inner in value]
        if isinstance(value, float):
            return round(value, _DIGITS)
        if isinstance(value, str):
            return "…" if key in {"instance", "csrf"} else _RANDOM.sub(named, value)
        return value

    return {name: walk(answer) for name, answer in answers.items()}


def written(answer: Any) -> str:
    """As it stands in a file."""
    return json.dumps(answer, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Score the samples and rewrite the files."""
    from tests.scored_samples import _score as score_samples

    with TemporaryDirectory(prefix="callqa-golden-") as folder:
        answers = played(score_samples(Path(folder) / "scored"), Path(folder) / "centre")
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.json"):
        if old.stem not in answers:
            old.unlink()
    for name, answer in answers.items():
        path = FOLDER / f"{name}.json"
        fresh = written(answer)
        if not path.is_file() or path.read_text(encoding="utf-8") != fresh:
            print(path.name)
            path.write_text(fresh, encoding="utf-8")


if __name__ == "__main__":
    import tests.conftest  # noqa: F401  # the recogniser's arithmetic is the tests'

    sys.exit(main())
