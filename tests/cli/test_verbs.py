import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from callqa.settings import shipped
from tests import fakes
from tests.cli.conftest import Run

DEMO = "仅供样例演示，不能用于真实通话"
SPOKEN_NUMBER = "幺三八幺二三四五六七八"


def test_score_tells_calls_groups_and_what_next(run: Run, recordings: Path) -> None:
    said = run("score", recordings, "--manifest", recordings.parent / "calls.csv")
    assert said.code == 0, said.all
    for words in ("C0001", "8001 林晓燕", "一部/一队/B组", "完成 3", DEMO, "callqa show", "3/3", "倍实时"):
        assert words in said.all, words
    again = run("score", recordings, "--manifest", recordings.parent / "calls.csv")
    assert (again.code, "跳过 3" in again.out) == (0, True)


def test_a_bad_file_is_told_and_the_exit_code_says_so(run: Run, recordings: Path) -> None:
    (recordings / "C0002.wav").write_bytes(b"")
    said = run("score", recordings, "--manifest", recordings.parent / "calls.csv")
    assert said.code == 1
    assert "C0002" in said.out
    assert "recording.empty" in said.out
    assert "完成 2，失败 1" in said.out
    fakes.write_recording(recordings / "C0002.wav", seed=2)
    healed = run("score", recordings, "--manifest", recordings.parent / "calls.csv")
    assert healed.code == 0
    assert "完成 1，已有结果、跳过 2" in healed.out


def test_manifest_rows_without_files_are_told_and_stop_nothing(run: Run, recordings: Path) -> None:
    (recordings / "C0003.wav").unlink()
    said = run("score", recordings, "--manifest", recordings.parent / "calls.csv")
    assert said.code == 0
    assert "C0003" in said.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["score", "nowhere"], 2, "nowhere"),
        (["score", "recordings", "--manifest", "nothing.csv"], 2, "nothing.csv"),
        (["score", "recordings", "--policy", "nowhere"], 2, "callqa init"),
        (["score"], 2, ""),
        (["score", "recordings", "--workers", "0"], 2, "workers"),
        (["dance"], 2, ""),
        (["show", "C9999"], 2, "C9999"),
        (["rescore"], 2, "callqa score"),
        (["export", "day.docx"], 2, ".xlsx"),
        (["export", "day.xlsx", "--from", "gestern"], 2, "2026-11-20"),
        (["runs", "nothing"], 2, "nothing"),
        (["evaluate"], 2, "callqa score"),
        (["models", "use", "nothing"], 2, "models list"),
    ],
)
def test_mistakes_are_told_in_a_sentence(
    run: Run, recordings: Path, arguments: list[str], code: int, words: str
) -> None:
    said = run(*arguments)
    assert said.code == code, said.all
    assert words in said.all


def test_settings_that_make_no_sense(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLQA_WORKERS", "many")
    said = run("runs")
    assert said.code == 2
    assert "workers" in said.err
    monkeypatch.delenv("CALLQA_WORKERS")
    Path("callqa.toml").write_text("polcy = 'x'\n")
    assert "polcy" in run("runs").err


def test_a_policy_with_five_faults_tells_all_five_with_their_lines(
    run: Run, recordings: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "policy"
    shutil.copytree(shipped("samples") / "policy", folder)
    for file, old, new in (
        ("policy.yaml", "version:", "versoin:"),
        ("rules.yaml", "severity: fatal", "severity: deadly"),
        ("rubric.yaml", "points:", "pionts:"),
        ("privacy.yaml", "threshold: 0.5", "threshold: 7"),
        ("script.yaml", "wordings:", "wordigns:"),
    ):
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, file
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    for verb in (["policy", "check", folder], ["score", recordings, "--policy", folder]):
        said = run(*verb)
        assert said.code == 2
        for file in ("policy.yaml:", "rules.yaml:", "rubric.yaml:", "privacy.yaml:", "script.yaml:"):
            assert file in said.err, said.err


def test_policy_check_runs_the_examples(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "policy"
    shutil.copytree(shipped("samples") / "policy", folder)
    rules = (folder / "rules.yaml").read_text(encoding="utf-8")
    right = "坐席：阿姨您放心，用三个月您这老寒腿就能根治"
    assert right in rules
    (folder / "rules.yaml").write_text(rules.replace(right, "坐席：今天天气真好"), encoding="utf-8")
    said = run("policy", "check", folder)
    assert said.code == 2
    assert "cure_claim" in said.out
    assert "今天天气真好" in said.out


def test_the_samples_policy_passes_its_own_check(run: Run) -> None:
    said = run("policy", "check", shipped("samples") / "policy")
    assert said.code == 0, said.all


def test_show_is_masked_unless_asked(run: Run, scored: Path) -> None:
    said = run("show", "C0001")
    assert said.code == 0
    for words in (DEMO, "坐席", "客户", "您好禾悦康家", "标准流程", "指标", "评分", "已遮盖", "*****"):
        assert words in said.out, words
    assert SPOKEN_NUMBER not in said.out
    # what goes into a file says it once; the banner is for whoever sits before the screen
    assert (said.out.count(DEMO), said.err.count(DEMO)) == (1, 1)
    raw = run("show", "C0001", "--raw")
    assert SPOKEN_NUMBER in raw.out
    body = json.loads(run("show", "C0001", "--json").out)
    assert body["notice"].startswith("仅供样例演示")
    assert SPOKEN_NUMBER not in json.dumps(body, ensure_ascii=False)
    assert body["result"]["scorecard"]["call_id"] == "C0001"


def test_rescore_touches_no_audio_and_shows_the_new_scores(run: Run, scored: Path, tmp_path: Path) -> None:
    shutil.rmtree(scored)
    assert "跳过 3" in run("rescore").out  # the same policy: nothing to do
    folder = tmp_path / "policy"
    shutil.copytree(shipped("samples") / "policy", folder)
    rubric = (folder / "rubric.yaml").read_text(encoding="utf-8")
    (folder / "rubric.yaml").write_text(rubric.replace("points: 5", "points: 4", 1), encoding="utf-8")
    said = run("rescore", "--policy", folder)
    assert said.code == 0, said.all
    assert "完成 3" in said.out
    same = run("rescore", "--policy", folder)
    assert "跳过 3" in same.out
    some = run("rescore", "C0002", "--again")
    assert "完成 1" in some.out
    assert "C0099" in run("rescore", "C0099").err


def test_runs_and_the_tables_of_the_last(run: Run, scored: Path) -> None:
    said = run("runs")
    assert "打分" in said.out
    assert "完成" in said.out
    last = run("runs", "last")
    assert "C0003" in last.out
    assert DEMO in last.out


def test_init_gives_a_policy_that_passes_and_harms_nothing(run: Run, tmp_path: Path) -> None:
    said = run("init", "my-centre")
    assert said.code == 0
    assert "callqa policy check" in said.out
    assert run("policy", "check", "my-centre/policy").code == 0
    again = run("init", "my-centre")
    assert again.code == 2
    assert "已经存在" in again.err


def test_init_settings_are_read(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("init", "my-centre")
    monkeypatch.chdir(tmp_path / "my-centre")
    monkeypatch.delenv("CALLQA_DATA")
    assert run("runs").code == 0
    assert (tmp_path / "my-centre" / "callqa-data" / "callqa.sqlite3").exists()


def test_db_backup_check_upgrade(run: Run, scored: Path, tmp_path: Path) -> None:
    said = run("db", "check")
    assert (said.code, "没有问题" in said.out) == (0, True)
    assert "结果 3" in said.out
    assert run("db", "backup", tmp_path / "copy.sqlite3").code == 0
    assert sqlite3.connect(tmp_path / "copy.sqlite3").execute("SELECT count(*) FROM results").fetchone() == (
        3,
    )
    assert run("db", "backup", tmp_path / "copy.sqlite3").code == 3
    assert "不用升级" in run("db", "upgrade").out


def test_a_database_of_another_version_says_what_to_do(run: Run, scored: Path, tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "data" / "callqa.sqlite3")
    database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.commit()
    database.close()
    said = run("score", scored)
    assert said.code == 3
    assert "升级 callqa" in said.err
    assert run("db", "check").code == 3


def test_models_are_listed_and_checked(run: Run) -> None:
    said = run("models", "list")
    assert said.code == 0
    assert "techniques" in said.out
    assert "large-v3-turbo" in said.out


def test_a_missing_recogniser_is_told_before_anything_starts(
    run: Run, recordings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from callqa.bootstrap import Centre

    monkeypatch.setattr("callqa.cli.context.Centre", Centre)
    said = run("score", recordings, "--recogniser", "no-such-model")
    assert said.code == 2
    assert "no-such-model" in said.err
    assert "callqa models fetch" in said.err
    checked = run("models", "check")
    assert "技巧" in checked.out
