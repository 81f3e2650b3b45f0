"""Versions of the policy: files, differences, trials on stored calls, publishing."""

import hashlib
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from callqa.bootstrap import Centre
from callqa.domain import CallFacts, IncomingCall
from callqa.policy import load_policy
from tests import fakes
from tests.api.office import NOW, Office, opened
from tests.cli.scripted import ScriptedCentre

TODAY = NOW.date()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(f"sqlite:///{tmp_path / 'policy.sqlite3'}", tmp_path) as office:
        yield office


def files_of(office: Office, version: str = "latest") -> dict[str, str]:
    answer = office.as_("dir1").get(f"/policy/{version}/files")
    assert answer.status_code == 200, answer.text
    found: dict[str, str] = answer.json()["files"]
    return found


def new_version(office: Office, **changed: Any) -> dict[str, Any]:
    files = files_of(office)
    rubric = files["rubric.yaml"].replace("title: ", "title: 新", 1)
    assert rubric != files["rubric.yaml"]
    return {
        "base": "latest",
        "files": {"rubric.yaml": rubric},
        "version": "2026-12",
        "valid_from": (TODAY + timedelta(days=8)).isoformat(),
        "note": "十二月起改名",
        **changed,
    }


def test_files_are_those_of_the_folder_with_their_comments(office: Office) -> None:
    folder = office.centre.policy_folder
    assert files_of(office) == {one.name: one.read_text("utf-8") for one in folder.glob("*.yaml")}
    assert office.as_("dir1").get("/policy/none/files").status_code == 404


def test_a_difference_is_told_in_business_words(office: Office) -> None:
    asked = {"old": "latest", "files": new_version(office)["files"]}
    changes = office.as_("insp1").post("/policy/difference", asked).json()["changes"]
    assert [one["part"] for one in changes] == ["评分表"]
    assert "新" in changes[0]["what"]
    same = office.as_("insp1").post("/policy/difference", {"old": "latest"}).json()
    assert same["changes"] == []


def test_a_published_version_stands_beside_the_old_one_and_is_seen_at_once(office: Office) -> None:
    before = {
        one: (office.centre.policy_folder / one).read_text("utf-8") for one in ("policy.yaml", "rubric.yaml")
    }
    old = office.centre.policies
    asked = new_version(office)
    answer = office.as_("dir1").post("/policy/versions", asked)
    assert answer.status_code == 201, answer.text
    assert answer.json()["valid_from"] == asked["valid_from"]
    listed = office.as_("a1").get("/policy").json()["items"]
    assert [one["ref"]["version"] for one in listed] == [*(one.version for one in old), "2026-12"]
    for name, text in before.items():
        assert (office.centre.policy_folder / name).read_text("utf-8") == text
    # every other process with these settings sees it, too
    assert len(Centre(office.centre.settings).policies) == len(old) + 1
    assert files_of(office, "2026-12")["rubric.yaml"] == asked["files"]["rubric.yaml"]
    (row,) = office.as_("gm").get("/audit", params={"action": "policy.publish"}).json()["items"]
    assert (row["actor"], row["detail"]["note"]) == ("dir1", "十二月起改名")


def test_a_version_is_never_overwritten(office: Office) -> None:
    assert office.as_("dir1").post("/policy/versions", new_version(office)).status_code == 201
    place = office.centre.settings.data / "policies"
    (folder,) = place.iterdir()
    kept = load_policy(folder).ref
    again = office.as_("gm").post("/policy/versions", new_version(office, note="再来一次"))
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    assert load_policy(folder).ref == kept
    assert list(place.iterdir()) == [folder]


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"valid_from": (TODAY - timedelta(days=1)).isoformat()}, "不能早于今天"),
        ({"files": {"rubric.yaml": "sections: 3\n"}}, "还有错误"),
        ({"version": "../../x"}, ""),
    ],
)
def test_nothing_wrong_is_published(office: Office, changed: dict[str, Any], word: str) -> None:
    answer = office.as_("dir1").post("/policy/versions", new_version(office, **changed))
    assert answer.status_code == 422
    assert word in answer.json()["detail"]
    assert not (office.centre.settings.data / "policies").exists()


def test_a_version_with_failing_examples_is_not_published(office: Office) -> None:
    rules = files_of(office)["rules.yaml"]
    broken = rules.replace("      fine:\n", "      fine:\n        - 坐席：用三个月您这老寒腿就能根治\n", 1)
    assert broken != rules
    found = office.as_("dir1").post("/policy/check", {"files": {"rules.yaml": broken}}).json()
    assert (found["good"], found["faults"], len(found["examples"])) == (False, [], 1)
    answer = office.as_("dir1").post("/policy/versions", new_version(office, files={"rules.yaml": broken}))
    assert answer.status_code == 422
    assert [one["where"] for one in answer.json()["errors"]] == [found["examples"][0]["rule"]]


def test_only_heads_publish(office: Office) -> None:
    for person in ("cap1", "lead1", "train1", "insp1", "admin", "a1"):
        assert office.as_(person).post("/policy/versions", new_version(office)).status_code == 403


def heard(office: Office, call: str, *, agent: str, seed: int) -> IncomingCall:
    path = fakes.write_recording(office.folder / f"{call}.wav", seconds=6.0, seed=seed)
    facts = CallFacts(id=call, agent=agent, started_at=NOW - timedelta(days=3))
    return IncomingCall(path=path, sha256=hashlib.sha256(path.read_bytes()).hexdigest(), facts=facts)


@pytest.mark.slow
def test_a_trial_runs_in_the_background_and_shows_what_flips(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.api.office.Centre", ScriptedCentre)
    with opened(f"sqlite:///{tmp_path / 'trial.sqlite3'}", tmp_path, workers=1) as office:
        calls = [heard(office, "C1", agent="a1", seed=1), heard(office, "C9", agent="a9", seed=2)]
        tally = office.centre.score(calls, run=office.centre.run("score", source="test"))
        assert tally.finished == 2
        scripted = files_of(office)["script.yaml"]
        harder = re.sub(r"(?m)^( +)line: .*$", r"\1line: 这一句谁也没有说过", scripted, count=1)
        assert harder != scripted
        asked = {"calls": 10, "files": {"script.yaml": harder}}
        started = office.as_("dir1").post("/policy/backtests", asked)
        assert started.status_code == 202, started.text
        # the head of one department tries on own calls only
        assert started.json()["total"] == 1
        name = started.json()["id"]
        assert office.as_("gm").get(f"/policy/backtests/{name}").status_code == 404
        until = time.monotonic() + 120
        while (found := office.as_("dir1").get(f"/policy/backtests/{name}").json())["state"] == "running":
            assert time.monotonic() < until
            time.sleep(0.2)
        assert found["state"] == "done", found
        result = found["result"]
        assert (result["calls"], result["failed"], found["done"]) == (1, [], 1)
        assert "C9" not in str(result)
        assert sum(one["new"] for one in result["grades"]) == 1
        assert office.centre.result("C1") is not None  # what is stored stays as it was
        assert len(office.centre.policies) == 1
