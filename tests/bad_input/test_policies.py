"""A policy with five faults: all five told, each with its file and line, and no call is touched."""

import shutil
from pathlib import Path

from callqa.settings import shipped
from tests import fakes
from tests.bad_input.conftest import Day

FAULTS = (
    ("policy.yaml", "version:", "versoin:"),
    ("rules.yaml", "severity: fatal", "severity: deadly"),
    ("rubric.yaml", "points:", "pionts:"),
    ("privacy.yaml", "threshold: 0.5", "threshold: 7"),
    ("script.yaml", "wordings:", "wordigns:"),
)


def with_faults(folder: Path) -> list[str]:
    """Breaks a copy of the samples' policy; gives ``file:line`` of each fault."""
    shutil.copytree(shipped("samples") / "policy", folder)
    places = []
    for file, right, wrong in FAULTS:
        text = (folder / file).read_text(encoding="utf-8")
        before, found, after = text.partition(right)
        assert found, f"{file} of the samples' policy has no {right!r} any more"
        (folder / file).write_text(before + wrong + after, encoding="utf-8")
        places.append(f"{file}:{before.count(chr(10)) + 1} ")
    return places


def test_five_faults_with_their_lines(day: Day, tmp_path: Path) -> None:
    folder = tmp_path / "policy"
    places = with_faults(folder)
    for verb in (("policy", "check", folder), ("score", day.folder, "--policy", folder)):
        said = day.run(*verb)
        assert said.code == 2, said.all
        for place in places:
            assert place in said.err, said.err
    for right in ("version", "points", "wordings"):  # the nearest valid name is suggested
        assert f"「{right}」" in said.err or right in said.err.replace("versoin", "")
    assert day.stored() == {}


def test_what_was_scored_stays_when_the_next_policy_is_broken(day: Day, tmp_path: Path) -> None:
    assert day.score().code == 0
    before = day.stored()
    with_faults(tmp_path / "policy")
    for verb in ("score", "rescore"):
        given = [day.folder] if verb == "score" else []
        assert day.run(verb, *given, "--policy", tmp_path / "policy").code == 2
    assert day.stored() == before
    assert day.score().code == 0


def test_a_policy_file_that_is_no_yaml(day: Day, tmp_path: Path) -> None:
    folder = tmp_path / "policy"
    shutil.copytree(shipped("samples") / "policy", folder)
    text = (folder / "rules.yaml").read_text(encoding="utf-8")
    (folder / "rules.yaml").write_text(text + "\nrules: [“没有关上\n", encoding="utf-8")
    said = day.score("--policy", folder)
    assert said.code == 2
    assert "rules.yaml:" in said.err
    assert day.stored() == {}


def test_a_call_that_no_version_of_the_policy_covers(day: Day, tmp_path: Path) -> None:
    fakes.write_recording(day.folder / "C0003.wav", seed=3)
    manifest = tmp_path / "calls.csv"
    manifest.write_text(
        "call_id,file,started_at\nC0001,C0001.wav,2026-11-20 09:00\nC0002,C0002.wav,2026-11-20 09:00\n"
        "C0003,C0003.wav,1999-01-01 09:00\n",
        encoding="utf-8",
    )
    said = day.score("--manifest", manifest)
    assert said.code == 1, said.all
    (failed,) = day.failures()
    assert (failed.call_id, failed.stage) == ("C0003", "policy")
    assert failed.code in said.out
    assert failed.hint
    assert set(day.stored()) == {"C0001", "C0002"}
