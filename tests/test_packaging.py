"""The wheel works where there is no checkout: models in use, starting policy, data files and command come with it."""

import importlib.util
import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = "callqa/_shipped"
TECHNIQUES = (ROOT / "models" / "techniques.current").read_text(encoding="utf-8").strip()

# what the code opens beside itself, room by room
DATA = {
    str(path.relative_to(ROOT / "src"))
    for path in (ROOT / "src" / "callqa").rglob("*")
    if path.is_file()
    and not {"__pycache__", "ui"}
    & set(path.parts)  # the page's sources stay behind, what they are built into goes
    and path.suffix not in {".pyc", ".pyo"}
}


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "--quiet")
    command = [sys.executable, "-m", "pip", "wheel", str(ROOT), *options, "--wheel-dir", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = target.glob("callqa-*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel; its dependencies are borrowed from the one the tests run in."""
    place = tmp_path_factory.mktemp("clean") / "venv"
    venv.create(place, with_pip=False, symlinks=True)
    python = place / "bin" / "python"
    options = ("--no-deps", "--no-index", "--disable-pip-version-check", "--quiet", "--no-compile")
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", *options, str(wheel)]
    subprocess.run(command, check=True, capture_output=True)
    site = next((place / "lib").glob("python*/site-packages"))
    # a path file adds the folder, but not what path files in it add: the checkout stays out
    borrowed = Path(str(importlib.util.find_spec("pydantic").origin)).parents[1]  # type: ignore[union-attr]
    (site / "borrowed.pth").write_text(f"{borrowed}\n")
    return place


def run(installed: Path, *command: str, cwd: Path) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CALLQA_", "PYTHON"))}
    done = subprocess.run(
        [str(installed / "bin" / command[0]), *command[1:]],
        cwd=cwd,
        env={**kept, "CALLQA_WORKERS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_wheel_holds_code_data_models_and_policy(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert not DATA - names, "files of the package that are not in the wheel"
    assert "callqa/web/static/index.html" in names
    assert not any("web/ui/" in name for name in names)
    assert "callqa/py.typed" in names
    assert any(name.startswith("callqa/store/migrations/versions/0001") for name in names)
    for name in (
        *(f"models/asr-demo/{file}" for file in ("model.bin", "config.json", "tokenizer.json", "card.yaml")),
        f"models/{TECHNIQUES}/model.skops",
        f"models/{TECHNIQUES}/card.yaml",
        "models/techniques.current",
        *(f"samples/policy/{path.name}" for path in (ROOT / "samples" / "policy").iterdir()),
    ):
        assert f"{SHIPPED}/{name}" in names, name
    assert not [
        name
        for name in names
        if name.startswith(("tests", "scripts", "samples", "callqa/_shipped/samples/r"))
    ]
    assert wheel.stat().st_size < 32_000_000


def test_installed_elsewhere_it_finds_what_it_brought(installed: Path, tmp_path: Path) -> None:
    for folder in ("models", "samples"):  # a machine may keep folders of these names anywhere
        (installed / "lib" / folder).mkdir(exist_ok=True)
        (next((installed / "lib").glob("python*")) / folder).mkdir(exist_ok=True)
    script = """
import json, callqa
from callqa.bootstrap import Centre
from callqa.settings import Settings
from callqa.store.schema import head
centre = Centre(Settings())
print(json.dumps({
    "code": callqa.__file__,
    "policy": [str(centre.policy_folder), len(centre.policies)],
    "recogniser": centre.recogniser_card.ref.demo,
    "techniques": centre.techniques_model.name,
    "schema": head(),
}))
centre.tools(listening=True).load()
"""
    told = json.loads(run(installed, "python", "-c", script, cwd=tmp_path))
    site = str(installed / "lib")
    assert told["code"].startswith(site)
    assert told["policy"][0].startswith(site)
    assert told["policy"][1] >= 1
    assert told["recogniser"] is True
    assert told["techniques"]
    assert told["schema"]


def test_the_command_works_where_there_is_no_checkout(installed: Path, tmp_path: Path) -> None:
    run(installed, "callqa", "init", "my-centre", cwd=tmp_path)
    centre = tmp_path / "my-centre"
    assert (centre / "policy" / "rules.yaml").is_file()
    assert "没有错误" in run(installed, "callqa", "policy", "check", cwd=centre)
    sound = ROOT / "samples" / "recordings" / "C0010.wav"
    assert "完成 1" in run(installed, "callqa", "score", str(sound), cwd=centre)
    assert "坐席" in run(installed, "callqa", "show", "C0010", cwd=centre)
    assert (centre / "callqa-data" / "callqa.sqlite3").is_file()


def test_an_editable_installation_takes_no_copies(tmp_path: Path) -> None:
    """It works on the checkout itself: a copy would hide what is changed there."""
    script = (
        "import sys; from hatchling.builders.wheel import WheelBuilder\n"
        "print(next(WheelBuilder(sys.argv[1]).build(directory=sys.argv[2], versions=['editable'])))"
    )
    command = [sys.executable, "-c", script, str(ROOT), str(tmp_path)]
    built = (
        subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip().splitlines()[-1]
    )
    with zipfile.ZipFile(built) as archive:
        assert not [name for name in archive.namelist() if "_shipped" in name]
        assert any(name.endswith(".pth") for name in archive.namelist())
    assert not (ROOT / "src" / "callqa" / "_shipped").exists()
