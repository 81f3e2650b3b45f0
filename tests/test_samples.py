"""The sample calls from sound to score with the shipped models: the golden result, and the figures that were asked for.

Something came out otherwise, and that is right? ``python scripts/make_samples.py --expected`` rewrites
``samples/expected.json`` and prints what changed; read it before you commit it.
"""

import csv
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from callqa.audio import decode
from callqa.domain import Processed
from callqa.evaluation import SpeechScore, read_truth, score_speech
from callqa.intake import read_calls

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "samples"
sys.path.insert(0, str(ROOT / "scripts"))

# the calls are heard once: all of it in one worker
pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def heard() -> dict[str, Processed]:
    from sample_results import listen

    return listen(SAMPLES)


@pytest.fixture(scope="session")
def speech(heard: dict[str, Processed]) -> SpeechScore:
    truths = read_truth(SAMPLES / "truth")
    assert truths.keys() == heard.keys()
    first, *others = (score_speech(heard[name].transcript, truth) for name, truth in truths.items())
    for one in others:
        first = first + one
    return first


def test_results_are_as_expected(heard: dict[str, Processed]) -> None:
    from sample_results import EXPECTED, concluded, differences, read_expected

    assert EXPECTED.is_file(), "python scripts/make_samples.py --expected makes it"
    changed = differences(read_expected(), {name: concluded(call) for name, call in heard.items()})
    assert not changed, "\n".join(
        [
            "otherwise than samples/expected.json (rewrite: python scripts/make_samples.py --expected):",
            *changed,
        ]
    )


def test_characters_are_heard(speech: SpeechScore) -> None:
    assert speech.errors.reference > 3000
    assert speech.errors.rate is not None
    assert speech.errors.rate <= 0.08, f"CER {speech.errors.rate:.2%}: {speech.errors}"


def test_words_are_timed(speech: SpeechScore) -> None:
    near = speech.within(300)
    assert near is not None
    assert near >= 0.90, f"{near:.1%} of word starts within 300 ms, median {speech.median_start_error} ms"


def test_every_result_says_that_the_demo_model_made_it(heard: dict[str, Processed]) -> None:
    for call in heard.values():
        assert any("仅供样例演示" in warning for warning in call.warnings)


def test_from_superb_to_a_red_line(heard: dict[str, Processed]) -> None:
    totals = {name: call.scorecard.total for name, call in heard.items()}
    decided = [total for total in totals.values() if total is not None]
    assert max(decided) - min(decided) >= 40, totals
    assert any(call.scorecard.fatal for call in heard.values())


def test_manifest_is_taken_in_without_a_problem() -> None:
    intake = read_calls(SAMPLES / "recordings", manifest=SAMPLES / "calls.csv")
    assert intake.problems == ()
    facts = [call.facts for call in intake.calls]
    assert len(facts) == len(list((SAMPLES / "recordings").iterdir())) >= 10
    assert len({one.group for one in facts}) >= 3
    assert len({one.agent for one in facts}) >= 6
    assert all(one.started_at and one.product and one.direction and one.ordered is not None for one in facts)


def test_written_dialogues_cover_what_a_centre_meets() -> None:
    truths = read_truth(SAMPLES / "truth").values()
    marks = {(mark.kind, mark.id) for truth in truths for turn in truth.turns for mark in turn.marks}
    assert ("broken", "cure_claim") in marks
    assert ("wrong", "price") in marks
    assert any(name.startswith("confirm_") for truth in truths for name in truth.listed("missing"))
    assert any(kind == "personal" for kind, _ in marks)
    assert any("closing" in turn.labels for truth in truths for turn in truth.turns)


def test_samples_are_small_and_of_useful_length() -> None:
    files = [path for folder in ("recordings", "truth") for path in (SAMPLES / folder).iterdir()]
    assert sum(path.stat().st_size for path in files) <= 15_000_000
    lengths = [decode(path).recording.duration / 1000 for path in (SAMPLES / "recordings").iterdir()]
    assert sum(40 <= length <= 120 for length in lengths) >= 10, lengths


def made(target: Path, call: str) -> Iterator[tuple[str, bytes]]:
    command = [sys.executable, str(ROOT / "scripts" / "make_samples.py"), "--only", call, "--to", str(target)]
    subprocess.run(command, check=True, capture_output=True)
    for path in sorted(target.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(target)), path.read_bytes()


def test_same_seed_same_files(tmp_path: Path) -> None:
    """Two fresh processes; and the files in the repository are those that the script makes.

    The synthesiser remembers what it said before, so only the first call can be made alone as it is made among all.
    """
    call = "C0001"
    first, again = dict(made(tmp_path / "first", call)), dict(made(tmp_path / "again", call))
    assert first.keys() == {"calls.csv", f"recordings/{call}.wav", f"truth/{call}.json"}
    assert {name: hash(content) for name, content in first.items()} == {
        name: hash(content) for name, content in again.items()
    }
    shipped, remade = (
        SAMPLES / "recordings" / f"{call}.wav",
        tmp_path / "first" / "recordings" / f"{call}.wav",
    )
    assert remade.stat().st_size == shipped.stat().st_size
    for one, other in zip(decode(remade).channels, decode(shipped).channels, strict=True):
        # other processors may round otherwise: a step of A-law here and there, no more
        assert float(np.abs(one.samples - other.samples).mean()) < 1e-4
    assert first[f"truth/{call}.json"] == (SAMPLES / "truth" / f"{call}.json").read_bytes()
    with (SAMPLES / "calls.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = {row["call_id"]: row for row in csv.DictReader(stream)}
    with (tmp_path / "first" / "calls.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert list(csv.DictReader(stream)) == [rows[call]]


def test_what_came_out_otherwise_is_told_line_by_line() -> None:
    from sample_results import differences

    before = {
        "C1": {
            "total": 80.0,
            "grade": "pass",
            "fatal": [],
            "steps": {"greet": "met", "refund": "met"},
            "rules": {"cure_claim": "met"},
            "turns": ["A rapport", "C"],
        },
        "C2": {"total": 1.0, "grade": None, "fatal": [], "steps": {}, "rules": {}, "turns": []},
    }
    after = {
        "C1": {
            "total": 0.0,
            "grade": "fail",
            "fatal": ["cure_claim"],
            "steps": {"greet": "unsure"},
            "rules": {"cure_claim": "broken"},
            "turns": ["A", "C"],
        },
        "C3": before["C2"],
    }
    assert differences(before, before) == []
    assert differences(before, after) == [
        "C2: expected, but not found",
        "C3: found, but not expected",
        "C1 total: 80.0 -> 0.0",
        "C1 grade: pass -> fail",
        "C1 fatal: [] -> ['cure_claim']",
        "C1 step greet: met -> unsure",
        "C1 step refund: met -> (absent)",
        "C1 rule cure_claim: met -> broken",
        "C1 turn 0: A rapport -> A",
    ]
