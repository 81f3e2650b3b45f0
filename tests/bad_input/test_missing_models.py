"""Models that are not there, or cannot be fetched: told before the first call, with the way out; nothing is touched."""

import shutil
from pathlib import Path

import pytest

from callqa.settings import shipped
from tests import fakes
from tests.bad_input.conftest import callqa

NOBODY_LISTENS = "http://127.0.0.1:9"


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    fakes.write_recording(tmp_path / "recordings" / "C0001.wav")
    return tmp_path / "recordings"


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """The shipped technique model alone, no recogniser."""
    folder = tmp_path / "models"
    current = (shipped("models") / "techniques.current").read_text().strip()
    shutil.copytree(shipped("models") / current, folder / current)
    (folder / "techniques.current").write_text(current)
    return folder


def test_missing_recogniser(tmp_path: Path, recordings: Path, models: Path) -> None:
    said = callqa(
        tmp_path / "data",
        *("score", recordings, "--recogniser", "large-v3-turbo"),
        settings={"CALLQA_MODELS": str(models), "HF_HOME": str(tmp_path / "hub")},
    )
    assert said.code == 2, said.all
    assert "large-v3-turbo" in said.err
    assert "callqa models fetch large-v3-turbo" in said.err
    assert str(models) in said.err
    assert "完成" not in said.out


def test_recogniser_with_a_file_missing(tmp_path: Path, recordings: Path, models: Path) -> None:
    """The library would go to the hub for a tokenizer, without asking: refused before that."""
    half = models / "half"
    half.mkdir()
    for name in ("model.bin", "config.json", "vocabulary.json"):
        (half / name).write_text("{}")
    said = callqa(
        tmp_path / "data",
        *("score", recordings, "--recogniser", "half"),
        settings={"CALLQA_MODELS": str(models), "HF_ENDPOINT": NOBODY_LISTENS},
    )
    assert said.code == 2, said.all
    assert "tokenizer.json" in said.err


def test_damaged_recogniser(tmp_path: Path, recordings: Path, models: Path) -> None:
    broken = models / "broken"
    broken.mkdir()
    for name in ("model.bin", "config.json", "vocabulary.json", "tokenizer.json"):
        (broken / name).write_text("{}")
    said = callqa(
        tmp_path / "data",
        *("score", recordings, "--recogniser", "broken"),
        settings={"CALLQA_MODELS": str(models)},
    )
    assert said.code == 2, said.all
    assert "broken" in said.err
    assert "怎么办" in said.err


@pytest.mark.parametrize("damage", ["gone", "not the file of the card"])
def test_technique_model_missing_or_damaged(
    tmp_path: Path, recordings: Path, models: Path, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder,) = (one for one in models.iterdir() if one.is_dir())
    if damage == "gone":
        shutil.rmtree(folder)
    else:
        (folder / "model.skops").write_bytes(b"PK")
    said = scripted(tmp_path, recordings, models, monkeypatch)
    assert said[0] == 2, said[1]
    assert ("callqa models use" in said[1]) if damage == "gone" else ("校验和" in said[1])


def scripted(
    tmp_path: Path, recordings: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[int, str]:
    """The recogniser is fine here; the verb runs with a worker of its own."""
    from tests.cli.test_survival import finish, start

    monkeypatch.setenv("CALLQA_MODELS", str(models))
    return finish(start(tmp_path, "score", str(recordings), "--workers", "1"))


def test_hub_unreachable(tmp_path: Path) -> None:
    """A real attempt, at a port where nobody listens."""
    said = callqa(
        tmp_path / "data",
        *("models", "fetch", "tiny"),
        settings={
            "CALLQA_MODELS": str(tmp_path / "models"),
            "HF_ENDPOINT": NOBODY_LISTENS,
            "HF_HOME": str(tmp_path / "hub"),
            "NO_PROXY": "*",
        },
    )
    assert said.code == 2, said.all
    assert "模型仓库连不上" in said.err
    assert "拷到" in said.err
    assert not (tmp_path / "models" / "tiny").exists()


def test_scoring_needs_no_hub(tmp_path: Path, recordings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With everything on the machine nothing is asked of any network."""
    from tests.cli.test_survival import finish, start

    for name in ("HF_ENDPOINT", "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, NOBODY_LISTENS)
    code, said = finish(start(tmp_path, "score", str(recordings), "--workers", "1"))
    assert code == 0, said
