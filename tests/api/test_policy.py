"""Versions of the policy: files, differences, trials on stored calls, publishing."""

import hashlib
import shutil
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from callqa.bootstrap import Centre
from callqa.domain import CallFacts, IncomingCall
from callqa.engine.local import InlineExecutor
from callqa.policy import load_policy
from callqa.settings import shipped
from tests import fakes
from tests.api.office import NOW, Office, opened
from tests.cli.scripted_centre import ScriptedCentre

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


def heard(office: Office, call: str, *, agent: str, seed: int, product: str | None = None) -> IncomingCall:
    path = fakes.write_recording(office.folder / f"{call}.wav", seconds=6.0, seed=seed)
    facts = CallFacts(id=call, agent=agent, started_at=NOW - timedelta(days=3), product=product)
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
        found = tried(office, calls=10, files={"script.yaml": harder(office)})
        result = found["result"]
        # the head of one department tries on own calls only; each is judged by both sides
        assert (result["calls"], result["failed"], found["done"], found["total"]) == (1, [], 2, 2)
        assert office.as_("gm").get(f"/policy/backtests/{found['id']}").status_code == 404
        assert "C9" not in str(result)
        assert found["left_out"] == []
        assert sum(one["new"] for one in result["grades"]) == 1
        assert flipped(result) == {("step", FIRST): (1, 0)}
        assert office.centre.result("C1") is not None  # what is stored stays as it was
        assert len(office.centre.policies) == 1


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is judged does not depend on where; the first trial above runs in processes, as a server's does."""
    monkeypatch.setattr("callqa.bootstrap.LocalExecutor", lambda **_: InlineExecutor())


@pytest.mark.slow
def test_flips_are_of_the_change_and_not_of_what_was_stored(
    tmp_path: Path, in_this_process: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stored result is by an older version: what that one thought differently is not laid on the draft."""
    monkeypatch.setattr("tests.api.office.Centre", ScriptedCentre)
    with opened(f"sqlite:///{tmp_path / 'flips.sqlite3'}", tmp_path, workers=1) as office:
        tally = office.centre.score(
            [heard(office, "C1", agent="a1", seed=1)], run=office.centre.run("score", source="test")
        )
        assert tally.finished == 1
        old = office.centre.policies[-1]
        asked = new_version(office, files={"script.yaml": harder(office)})
        assert office.as_("gm").post("/policy/versions", asked).status_code == 201
        draft = {"rubric.yaml": files_of(office, "2026-12")["rubric.yaml"].replace("title: ", "title: 新", 1)}
        found = tried(office, calls=10, base="2026-12", files=draft)
        assert (found["against"]["ref"]["version"], found["policy"]["ref"]["version"]) == (
            "2026-12",
            "2026-12",
        )
        assert (found["result"]["flipped"], flipped(found["result"])) == (0, {})
        # the two versions against each other do differ, in both directions
        for base, against, moved in (("2026-12", old.version, (1, 0)), (old.version, "2026-12", (0, 1))):
            result = tried(office, calls=10, base=base, against=against)["result"]
            assert flipped(result) == {("step", FIRST): moved}


@pytest.mark.slow
def test_calls_of_other_products_are_left_out_and_counted(
    tmp_path: Path, in_this_process: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two product policies side by side: a change to one is tried on its own calls, and nothing else counts as failed."""
    monkeypatch.setattr("tests.api.office.Centre", ScriptedCentre)
    folder = tmp_path / "policies"
    for id_, product in (("foot", "足疗仪"), ("water", "净水器")):
        copy = shutil.copytree(shipped("samples") / "policy", folder / id_)
        head = (copy / "policy.yaml").read_text("utf-8")
        for old, new in (("id: heyue_hotline", f"id: {id_}"), ('"2026-11"', f'"{id_}-1"')):
            assert old in head
            head = head.replace(old, new, 1)
        head = head.replace("products: []", f"products: [{product}]", 1)
        (copy / "policy.yaml").write_text(head, "utf-8")
    with opened(f"sqlite:///{tmp_path / 'two.sqlite3'}", tmp_path, workers=1, policy=folder) as office:
        products = ("足疗仪", "净水器", "净水器", "足疗仪", "净水器")
        calls = [
            heard(office, f"C{n}", agent="a1", seed=n, product=product) for n, product in enumerate(products)
        ]
        assert office.centre.score(calls, run=office.centre.run("score", source="test")).finished == 5
        draft = {"script.yaml": harder(office, "foot-1")}
        found = tried(office, calls=2, base="foot-1", files=draft)
        result = found["result"]
        assert (result["calls"], result["failed"], found["total"]) == (2, [], 4)
        assert {one["call"] for one in result["flips"]} == {"C0", "C3"}
        water = next(one for one in office.centre.policies if one.id == "water")
        assert found["left_out"] == [{"why": f"归方案“{water.title}”（water water-1）管", "calls": 3}]
        # the newest are looked through until there are enough
        assert tried(office, calls=1, base="water-1")["result"]["calls"] == 1
        # two policies have no call in common
        asked = {"base": "foot-1", "against": "water-1"}
        refused = office.as_("dir1").post("/policy/backtests", asked)
        assert refused.status_code == 404
        assert "不含它 2 通" in refused.json()["detail"], refused.text


FIRST = "greet"
"""The first step of the sample script."""


def harder(office: Office, version: str = "latest") -> str:
    """The script with a first step that nobody says."""
    scripted = files_of(office, version)["script.yaml"]
    first, _, rest = scripted.partition(f"      - id: {FIRST}\n")
    _step, _, others = rest.partition("\n      - id: ")
    assert others
    return f"""{first}      - id: {FIRST}
        title: 问候并报工号
        line: 这一句谁也没有说过
\n      - id: {others}"""


def flipped(result: dict[str, Any]) -> dict[tuple[str, str], tuple[int, int]]:
    return {
        (row["subject"], row["id"]): (row["now_broken"], row["now_cleared"])
        for row in result["rows"]
        if row["now_broken"] or row["now_cleared"]
    }


def tried(office: Office, **asked: Any) -> dict[str, Any]:
    """A trial of the head of one department, once it is done."""
    started = office.as_("dir1").post("/policy/backtests", asked)
    assert started.status_code == 202, started.text
    until = time.monotonic() + 120
    path = f"/policy/backtests/{started.json()['id']}"
    while (found := office.as_("dir1").get(path).json())["state"] == "running":
        assert time.monotonic() < until
        time.sleep(0.2)
    assert found["state"] == "done", found
    shown: dict[str, Any] = found
    return shown


SAID = "坐席：您好，很高兴为您服务，工号八零零一\n客户：这个能治病吗\n坐席：用了肯定能根治\n"


def test_a_dialogue_is_judged_before_and_after_a_change(office: Office) -> None:
    files = files_of(office)
    softer = files["rules.yaml"].replace("[根治, 治愈,", "[治愈,")
    assert softer != files["rules.yaml"]
    asked = {"text": SAID, "files": {"rules.yaml": softer}, "against": "latest"}
    answer = office.as_("insp1").post("/policy/try", asked)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert [
        (one["subject"], one["id"], one["old"]["verdict"], one["new"]["verdict"]) for one in found["moved"]
    ] == [("rule", "cure_claim", "broken", "met")]
    assert found["before"]["scorecard"]["total"] < found["scorecard"]["total"]
    alone = office.as_("insp1").post("/policy/try", {"text": SAID}).json()
    assert (alone["before"], alone["moved"]) == (None, [])
    assert {one["id"]: one["verdict"] for one in alone["findings"]}["cure_claim"] == "broken"


def test_a_rule_that_is_new_shows_where_it_hits(office: Office) -> None:
    files = files_of(office)
    more = files["rules.yaml"] + (
        "\n  - id: sickness\n    title: 谈病\n    kind: forbidden\n    severity: minor\n"
        "    broken: {op: phrase, party: customer, words: [治病], claims: false}\n"
    )
    asked = {"text": SAID, "base": "latest", "files": {"rules.yaml": more}, "against": "latest"}
    (moved,) = office.as_("insp1").post("/policy/try", asked).json()["moved"]
    assert (moved["id"], moved["old"], moved["new"]["verdict"]) == ("sickness", None, "broken")
    gone = {"text": SAID, "base": "none"}
    assert office.as_("insp1").post("/policy/try", gone).status_code == 404
