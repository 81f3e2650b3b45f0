"""Files that the operating system will not let us read."""

import ctypes
import os
import sys
from pathlib import Path

import pytest

from tests import fakes
from tests.bad_input.conftest import GOOD, Day, last_failures, results
from tests.cli.test_survival import finish, start

PR_CAPBSET_DROP = 24
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2


def as_an_ordinary_user() -> None:
    """In the child: root, too, must respect permissions from now on. Ordinary users do anyway."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        for right in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            if libc.prctl(PR_CAPBSET_DROP, right, 0, 0, 0):
                raise OSError(ctypes.get_errno(), "this root may not give up its rights")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="root's rights are dropped as Linux does it")
def test_no_permission(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    for number, name in enumerate((*GOOD, "C0003")):
        fakes.write_recording(folder / f"{name}.wav", seed=number)
    (folder / "C0003.wav").chmod(0)
    try:
        code, said = finish(
            start(tmp_path, "score", str(folder), "--workers", "1", preexec_fn=as_an_ordinary_user)
        )
    except OSError as refused:  # a container that even keeps root from losing rights
        pytest.skip(f"cannot become a process that must respect permissions: {refused}")
    assert code == 1, said
    assert "C0003" in said
    assert "完成 2，失败 1" in said
    (failed,) = last_failures(tmp_path / "data")
    assert (failed.call_id, failed.code) == ("C0003", "intake.unreadable_file")
    assert "权限" in failed.message + failed.hint
    assert set(results(tmp_path / "data")) == set(GOOD)
    (folder / "C0003.wav").chmod(0o600)
    code, said = finish(
        start(tmp_path, "score", str(folder), "--workers", "1", preexec_fn=as_an_ordinary_user)
    )
    assert (code, "完成 1，已有结果、跳过 2" in said) == (0, True), said


def test_a_link_that_leads_nowhere_sensible(day: Day) -> None:
    loop = day.folder / "C0003.wav"
    loop.symlink_to(loop)
    day.costs_only_itself(loop, code="intake.unreadable_file", words="C0003", stage="intake")


def test_a_file_that_is_gone_when_its_turn_comes(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    """A recorder that tidies up while we work: intake saw the file, the worker does not."""
    import callqa.cli.score as verb

    read_calls = verb.read_calls
    vanishing = fakes.write_recording(day.folder / "C0003.wav", seed=3)

    def and_then_gone(*arguments: object, **options: object) -> object:
        found = read_calls(*arguments, **options)  # type: ignore[arg-type]
        vanishing.unlink(missing_ok=True)
        return found

    monkeypatch.setattr(verb, "read_calls", and_then_gone)
    said = day.score()
    assert said.code == 1, said.all
    (failed,) = day.failures()
    assert (failed.call_id, failed.code) == ("C0003", "recording.unreadable")
    assert set(day.stored()) == set(GOOD)
