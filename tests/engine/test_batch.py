from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from callqa.bootstrap import Centre
from callqa.domain import Entry, IncomingCall, Run, StoreError
from callqa.engine.batch import Tally, batch_size
from callqa.engine.work import Done
from callqa.store import UnitOfWork
from callqa.store.tables import ArtefactRow, ResultRow
from tests import fakes
from tests.engine.conftest import ScriptedCentre

Recordings = Callable[[int], tuple[IncomingCall, ...]]


def score(
    centre: Centre, calls: tuple[IncomingCall, ...], **options: object
) -> tuple[Run, Tally, list[Done]]:
    run = centre.run("score", source="test")
    done: list[Done] = []

    def report(_tally: Tally, one: Done | None) -> None:
        if one is not None:
            done.append(one)

    return run, centre.score(calls, run=run, report=report, **options), done  # type: ignore[arg-type]


def policy_with(centre: Centre, tmp_path: Path, file: str, old: str, new: str) -> Path:
    """The samples' policy with one change."""
    import shutil

    folder = tmp_path / "policy"
    shutil.copytree(centre.policy_folder, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def counts(centre: Centre) -> tuple[int, int]:
    with UnitOfWork(centre.database) as work:
        return work.session.query(ResultRow).count(), work.session.query(ArtefactRow).count()


def steps_made(done: list[Done]) -> set[str]:
    return {step for one in done if isinstance(one.result, Entry) for step in one.result.artefacts}


@pytest.mark.parametrize("processes", [False, True], ids=["inline", "processes"])
def test_a_day_through_all_rooms_and_again(
    centre: ScriptedCentre, recordings: Recordings, *, processes: bool
) -> None:
    centre.processes = processes
    calls = recordings(6)
    run, tally, done = score(centre, calls)
    assert (tally.finished, tally.failed, tally.left) == (6, 0, 0)
    assert tally.audio_ms == 6 * 12_000
    assert steps_made(done) == {
        "audio",
        "transcript",
        "privacy",
        "techniques",
        "metrics",
        "compliance",
        "score",
    }
    results, failed = centre.run_results(run.id)
    assert (len(results), failed) == (6, [])
    for one in results:
        text = one.masked.model_dump_json()
        assert "您好禾悦康家" in text
        assert "三四五六七八" not in text  # the spoken number
        assert "三四五六七八" in centre.raw(one).model_dump_json()
        assert one.masked.warnings[0].startswith("仅供样例演示")
    before = counts(centre)
    _, again, done = score(centre, calls)
    assert (again.skipped, again.finished, done) == (6, 0, [])
    assert counts(centre) == before


def test_again_computes_anew_and_keeps_the_old(centre: ScriptedCentre, recordings: Recordings) -> None:
    calls = recordings(2)
    first, _, _ = score(centre, calls)
    _, tally, done = score(centre, calls, again=True)
    assert tally.finished == 2
    assert "transcript" in steps_made(done)
    assert counts(centre)[0] == 4
    assert len(centre.run_results(first.id)[0]) == 2


@pytest.mark.parametrize(
    ("file", "old", "new", "made"),
    [
        ("rubric.yaml", "points: ", "points: 1", {"score"}),
        ("policy.yaml", "title: ", "title: 新的", {"score"}),
        ("privacy.yaml", "mute_margin: 80", "mute_margin: 90", {"privacy", "score"}),
        ("rules.yaml", "title: 承诺治愈", "title: 承诺根治", {"compliance", "score"}),
    ],
    ids=["rubric", "header", "privacy", "rules"],
)
def test_rescoring_computes_only_what_changed(
    centre: ScriptedCentre,
    recordings: Recordings,
    tmp_path: Path,
    file: str,
    old: str,
    new: str,
    made: set[str],
) -> None:
    calls = recordings(3)
    score(centre, calls)
    for one in calls:
        one.path.unlink()  # no audio is touched
    changed = ScriptedCentre(centre.settings, policy_folder=policy_with(centre, tmp_path, file, old, new))
    done: list[Done] = []
    tally = changed.rescore(
        changed.ledger.incoming(),
        run=changed.run("rescore", source="test"),
        report=lambda _, one: done.append(one) if one else None,
    )
    assert (tally.finished, tally.failed) == (3, 0)
    assert steps_made(done) == made
    latest = changed.result(calls[0].facts.id)
    assert latest is not None
    assert latest.masked.scorecard.policy == changed.policies[-1].ref


def test_a_call_that_kills_its_worker_fails_alone(
    centre: ScriptedCentre, recordings: Recordings, tmp_path: Path
) -> None:
    calls = list(recordings(5))
    centre.processes = True
    fakes.write_recording(calls[2].path, seconds=13.0)
    calls[2] = calls[2].replace(sha256="d" * 64)
    centre.recogniser = fakes.ScriptedRecogniser(kills="13000")
    run, tally, _ = score(centre, tuple(calls))
    assert (tally.finished, tally.failed) == (4, 1)
    (failed,) = centre.run_results(run.id)[1]
    assert (failed.call_id, failed.stage, failed.code) == (calls[2].facts.id, "worker", "worker.died")
    assert failed.hint
    centre.recogniser = fakes.ScriptedRecogniser()
    _, healed, _ = score(centre, tuple(calls))
    assert (healed.skipped, healed.finished, healed.failed) == (4, 1, 0)


def test_bad_files_fail_alone(centre: ScriptedCentre, recordings: Recordings) -> None:
    calls = recordings(4)
    calls[0].path.write_bytes(b"")
    calls[1].path.write_text("this is text, not sound")
    calls[2].path.unlink()
    run, tally, _ = score(centre, calls)
    assert (tally.finished, tally.failed) == (1, 3)
    failed = centre.run_results(run.id)[1]
    assert {one.call_id: one.stage for one in failed} == {one.facts.id: "audio" for one in calls[:3]}
    assert all(one.code.startswith("recording.") and one.message and one.hint for one in failed)


def test_a_call_no_policy_covers_fails_with_its_reason(
    centre: ScriptedCentre, recordings: Recordings
) -> None:
    calls = list(recordings(2))
    facts = calls[0].facts.replace(started_at=fakes.AT - timedelta(days=9999))
    calls[0] = calls[0].replace(facts=facts)
    run, tally, _ = score(centre, tuple(calls))
    assert (tally.finished, tally.failed, tally.left) == (1, 1, 0)
    assert centre.run_results(run.id)[1][0].stage == "policy"


def test_asked_to_stop_finishes_what_is_in_hand(centre: ScriptedCentre, recordings: Recordings) -> None:
    calls = recordings(9)
    asked = False
    run = centre.run("score", source="test")

    def report(tally: Tally, _done: Done | None) -> None:
        nonlocal asked
        asked = asked or tally.finished >= 1

    tally = centre.score(calls, run=run, workers=1, report=report, stop=lambda: asked)
    assert 1 <= tally.finished < 9
    assert tally.left == 9 - tally.finished
    assert len(centre.run_results(run.id)[0]) == tally.finished
    told = centre.runs(limit=1)[0]
    assert (told.run.finished_at, told.run.planned, told.left) == (None, 9, tally.left)
    again, rest, _ = score(centre, calls)
    assert [one.run.planned for one in centre.runs(limit=2) if one.run.id == again.id] == [tally.left]
    assert (rest.skipped, rest.finished) == (tally.finished, 9 - tally.finished)


class Stubborn:
    """A ledger whose database refuses the first so many saves."""

    def __init__(self, ledger: object, *, refusals: int) -> None:
        self.ledger = ledger
        self.left = refusals

    def __getattr__(self, name: str) -> object:
        return getattr(self.ledger, name)

    def save(self, *args: object, **options: object) -> None:
        if self.left:
            self.left -= 1
            raise StoreError("数据库正被另一个程序占用。", code="store.locked")
        self.ledger.save(*args, **options)  # type: ignore[attr-defined]


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr("callqa.engine.writer.time.sleep", pauses.append)
    return pauses


def test_a_short_lock_is_waited_out(
    centre: ScriptedCentre, recordings: Recordings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callqa.engine.writer._PAUSES", (0.0, 0.0))
    stubborn = Stubborn(centre.ledger, refusals=2)
    centre.__dict__["ledger"] = stubborn
    _, tally, _ = score(centre, recordings(2))
    assert (tally.finished, tally.spilled, centre.spilled()) == (2, 0, 0)


def test_a_long_lock_spills_and_the_next_run_brings_it_in(
    centre: ScriptedCentre, recordings: Recordings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callqa.engine.writer._PAUSES", (0.0,))
    ledger = centre.ledger
    calls = recordings(3)
    centre.__dict__["ledger"] = Stubborn(ledger, refusals=99)
    run, tally, _ = score(centre, calls)
    assert (tally.finished, tally.spilled, centre.spilled()) == (3, 3, 3)
    assert centre.run_results(run.id)[0] == []
    centre.__dict__["ledger"] = ledger
    _, healed, _ = score(centre, calls)
    assert (healed.brought_in, healed.skipped, healed.finished) == (3, 3, 0)
    assert len(centre.run_results(run.id)[0]) == 3
    assert centre.spilled() == 0


def test_where_nothing_can_be_written_the_run_stops_and_says_so(
    centre: ScriptedCentre, recordings: Recordings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callqa.engine.writer._PAUSES", ())
    centre.settings.data.mkdir(parents=True)
    (centre.settings.data / "spill").write_text("a file where a folder should be")
    centre.__dict__["ledger"] = Stubborn(centre.ledger, refusals=99)
    with pytest.raises(StoreError) as refused:
        score(centre, recordings(2))
    assert refused.value.code == "store.full"
    assert "再执行同一条命令" in refused.value.hint


def test_batches_are_full_and_leave_no_worker_idle() -> None:
    assert batch_size(12, workers=4, at_most=16) == 3
    assert batch_size(100, workers=4, at_most=16) == 9
    assert batch_size(10_000, workers=4, at_most=16) == 16
    assert batch_size(1, workers=4, at_most=16) == 1
    assert batch_size(0, workers=4, at_most=16) == 1
