import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from callqa.domain import RecogniserError
from callqa.transcript import fetch_model, find_model, read_card
from callqa.transcript.whisper import WhisperRecogniser

FILES = ("model.bin", "config.json", "tokenizer.json", "vocabulary.json")


@pytest.fixture
def no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty hub cache, whatever this machine holds."""
    cache = tmp_path / "cache"
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(cache))
    return cache


def folder_with(path: Path, *files: str) -> Path:
    path.mkdir(parents=True)
    for name in files:
        (path / name).write_text("{}")
    return path


def test_by_name_by_folder_and_from_the_hub_cache(tmp_path: Path, no_cache: Path) -> None:
    models = tmp_path / "models"
    own = folder_with(models / "own", *FILES)
    assert find_model("own", models=models) == own
    assert find_model(str(own), models=tmp_path / "elsewhere") == own
    snapshot = folder_with(no_cache / "models--Systran--faster-whisper-tiny" / "snapshots" / "abc", *FILES)
    (no_cache / "models--Systran--faster-whisper-tiny" / "refs").mkdir()
    (no_cache / "models--Systran--faster-whisper-tiny" / "refs" / "main").write_text("abc")
    assert find_model("tiny", models=models) == snapshot
    assert read_card(snapshot).ref.name == "faster-whisper-tiny"


@pytest.mark.parametrize("name", ["large-v3-turbo", "nothing-like-it", "someone/some-model", "../x"])
def test_missing_model_says_what_to_do(tmp_path: Path, no_cache: Path, name: str) -> None:
    with pytest.raises(RecogniserError) as caught:
        WhisperRecogniser(name, models=tmp_path)
    assert caught.value.code == "recogniser.missing"
    assert f"callqa models fetch {name}" in caught.value.hint


@pytest.mark.parametrize("missing", FILES)
def test_incomplete_model_is_named_and_nothing_is_downloaded(tmp_path: Path, missing: str) -> None:
    folder = folder_with(tmp_path / "m", *(name for name in FILES if name != missing))
    with pytest.raises(RecogniserError) as caught:
        find_model(str(folder), models=tmp_path)
    assert caught.value.code == "recogniser.incomplete"
    assert missing in caught.value.message


def test_damaged_model_cannot_be_loaded(tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "m", *FILES)
    with pytest.raises(RecogniserError) as caught:
        WhisperRecogniser(str(folder), models=tmp_path)
    assert caught.value.code == "recogniser.load"


def test_damaged_tokenizer_cannot_be_loaded(demo_models: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(demo_models / "asr-demo", tmp_path / "m"))
    (folder / "tokenizer.json").write_text("{")
    with pytest.raises(RecogniserError) as caught:
        WhisperRecogniser(str(folder), models=tmp_path)
    assert caught.value.code == "recogniser.load"


def test_card_decides_demo_and_prompting(tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "m", *FILES)
    bare = read_card(folder)
    assert (bare.ref.name, bare.ref.demo, bare.prompting) == ("m", False, True)
    assert len(bare.ref.sha256) == 64
    (folder / "card.yaml").write_text(
        "name: x\nversion: 2\ndemo: true\nprompting: false\nnote: 仅供示例\n", "utf-8"
    )
    card = read_card(folder)
    assert (card.ref.name, card.ref.version, card.ref.demo, card.prompting, card.note) == (
        "x",
        "2",
        True,
        False,
        "仅供示例",
    )


@pytest.mark.parametrize("content", ["[1, 2]", "a: [", "\x00"])
def test_unreadable_card(tmp_path: Path, content: str) -> None:
    folder = folder_with(tmp_path / "m", *FILES)
    (folder / "card.yaml").write_text(content)
    with pytest.raises(RecogniserError) as caught:
        read_card(folder)
    assert caught.value.code == "recogniser.card"


def test_hub_unreachable(tmp_path: Path) -> None:
    """A real attempt in a process of its own, at a port where nobody listens."""
    script = textwrap.dedent("""
        import json, sys
        from pathlib import Path
        from callqa.domain import RecogniserError
        from callqa.transcript import fetch_model
        try:
            fetch_model("tiny", Path(sys.argv[1]))
        except RecogniserError as error:
            print(json.dumps([error.code, error.hint]))
    """)
    environment = {
        **os.environ,
        "HF_ENDPOINT": "http://127.0.0.1:9",
        "HF_HOME": str(tmp_path / "home"),
        "NO_PROXY": "*",
    }
    found = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "models")],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    code, hint = json.loads(found.stdout)
    assert code == "recogniser.hub_unreachable"
    assert "callqa models fetch tiny" in hint
    assert not (tmp_path / "models" / "tiny").exists()


def test_fetch_knows_its_names_and_needs_a_writable_folder(tmp_path: Path) -> None:
    with pytest.raises(RecogniserError) as caught:
        fetch_model("turbo-xxl", tmp_path)
    assert caught.value.code == "recogniser.unknown"
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(RecogniserError) as caught:
        fetch_model("tiny", file)
    assert caught.value.code == "recogniser.disk"


def test_fetched_model_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def snapshot(repository: str, *, local_dir: Path, allow_patterns: list[str]) -> None:
        assert repository == "Systran/faster-whisper-tiny"
        assert "model.bin" in allow_patterns
        for name in FILES:
            (local_dir / name).write_text("{}")

    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot)
    assert fetch_model("tiny", tmp_path) == find_model("tiny", models=tmp_path)
