"""The policy workbench, on stored calls and written dialogues."""

import io
import json
import shutil
import sqlite3
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from callqa.bootstrap import Centre
from callqa.domain import Edit
from callqa.settings import Settings, shipped
from callqa.store import UnitOfWork
from tests.cli.conftest import Run

SAMPLE = shipped("samples") / "policy"
Change = Callable[..., Path]


@pytest.fixture
def changed(tmp_path: Path) -> Change:
    """A copy of the samples' policy with some text replaced."""

    def change(*replacements: tuple[str, str, str], name: str = "new") -> Path:
        folder = tmp_path / name
        shutil.copytree(SAMPLE, folder)
        for file, old, new in replacements:
            text = (folder / file).read_text(encoding="utf-8")
            assert old in text, old
            (folder / file).write_text(text.replace(old, new), encoding="utf-8")
        return folder

    return change


STRICT = ("rules.yaml", "words: [绝对有效,", "words: [感谢您的来电, 绝对有效,")
DEAR = ("rubric.yaml", "points: 8, check: {step: price}", "points: 20, check: {step: price}")


# ---------------------------------------------------------------- check


def test_check_tells_file_and_line_of_an_example(run: Run, changed: Change) -> None:
    folder = changed(("rules.yaml", "坐席：别家的那些都是骗人的，垃圾货", "坐席：今天天气真好"))
    lines = (folder / "rules.yaml").read_text(encoding="utf-8").splitlines()
    line = next(n for n, text in enumerate(lines, start=1) if "今天天气真好" in text)
    said = run("policy", "check", folder)
    assert said.code == 2
    assert f"rules.yaml:{line}" in said.out
    body = json.loads(run("policy", "check", folder, "--json").out)
    assert [fault["rule"] for fault in body["examples"]] == ["disparage"]
    assert body["faults"] == []


def test_check_tells_all_faults_to_programs_too(run: Run, changed: Change) -> None:
    folder = changed(
        ("rules.yaml", "severity: fatal", "severity: deadly"),
        ("rubric.yaml", "check: {step: source}", "check: {step: sourse}"),
        ("script.yaml", "first: 15s", "first: 15x"),
    )
    said = run("policy", "check", folder, "--json")
    assert said.code == 2
    faults = json.loads(said.out)["faults"]
    assert {Path(fault["file"]).name for fault in faults} == {"rules.yaml", "rubric.yaml", "script.yaml"}
    assert any("是不是想写“source”" in fault["message"] for fault in faults)
    assert all(fault["line"] > 1 for fault in faults)
    for fault in faults:
        assert f"{fault['file']}:{fault['line']}" in run("policy", "check", folder).err


def test_check_of_several_versions(run: Run, changed: Change, tmp_path: Path) -> None:
    folder = changed(name="all/old")
    changed(
        ("policy.yaml", 'version: "2026-11"', 'version: "2026-12"'),
        ("rules.yaml", "坐席：不好意思让您久等了", "坐席：保证给您治好"),
        name="all/new",
    )
    said = run("policy", "check", folder.parent)
    assert said.code == 2
    assert "all/new/rules.yaml:" in said.out.replace("\n", "")
    assert "all/old/rules.yaml:" not in said.out


# ---------------------------------------------------------------- test

DIALOGUE = """[00:01] 客服：您好，禾悦康家健康热线，工号八零零一为您服务
客户：这个能根治老寒腿吗
坐席：我们不能保证根治，您别听别人说能断根
坐席：这个效果百分之百的
停顿: 10
坐席：感谢您的来电，祝您生活愉快，再见
"""


def test_a_dialogue_shows_what_hit_and_why_not(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "对话.txt"
    path.write_text(DIALOGUE, encoding="gb18030")
    said = run("policy", "test", SAMPLE, path)
    assert said.code == 0, said.all
    body = json.loads(run("policy", "test", SAMPLE, path, "--json").out)
    found = {one["id"]: one for one in body["findings"]}
    assert found["absolute_claim"]["verdict"] == "broken"
    assert found["absolute_claim"]["hits"][0]["text"] == "百分之百"
    assert found["cure_claim"]["verdict"] == "met"
    assert "否定" in found["cure_claim"]["why"]
    assert found["long_silence"]["verdict"] == "broken"
    near = found["private_contact"]["near_miss"]
    assert near["similarity"] < near["threshold"]
    assert found["explain"]["state"] == "missing"
    assert found["explain"]["absent"]["similarity"] is not None
    for words in ("百分之百", "最接近的是", "漏说", "够", "不算"):
        assert words in said.out, words
    steps, rules = len([o for o in found.values() if o["subject"] == "step"]), len(found)
    assert (steps, rules - steps) == (14, 13)


def test_a_dialogue_from_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for arguments in (("policy", "test", SAMPLE), ("policy", "test", SAMPLE, "-")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("用了就能根治".encode()), "utf-8"))
        said = run(*arguments, "--json")
        assert said.code == 0, said.all
        found = {one["id"]: one["verdict"] for one in json.loads(said.out)["findings"]}
        assert found["cure_claim"] == "broken"


def test_labels_in_a_dialogue_are_compared(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("坐席：<broken rule=cure_claim>用了就能根治</broken>\n客户：哦\n", encoding="utf-8")
    said = run("policy", "test", SAMPLE, path)
    assert said.code == 0, said.all
    assert "全部相符" in said.out
    path.write_text("坐席：<broken rule=cure_claim>今天天气真好</broken>\n客户：哦\n", encoding="utf-8")
    wrong = run("policy", "test", SAMPLE, path)
    assert wrong.code == 2
    assert "cure_claim" in wrong.out
    assert "不符" in wrong.out


def test_a_version_that_is_not_yet_in_force_can_be_tried(run: Run, changed: Change, tmp_path: Path) -> None:
    folder = changed(
        ("policy.yaml", "valid_from: 2026-01-01", "valid_from: 2031-01-01"),
        ("script.yaml", "valid_from: 2026-01-01", "valid_from: 2031-01-01"),
    )
    path = tmp_path / "a.txt"
    path.write_text(DIALOGUE, encoding="utf-8")
    body = json.loads(run("policy", "test", folder, path, "--json").out)
    assert {one["id"]: one["verdict"] for one in body["findings"]}["greet"] == "met"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "没有对话"),
        (b"# id: x\n", "没有对话"),
        (b"\x00\x01\xff", "不是文本"),
        ("坐席：<met step=a>好".encode(), "没有结束"),
    ],
)
def test_what_is_no_dialogue(run: Run, tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "a.txt").write_bytes(content)
    said = run("policy", "test", SAMPLE, tmp_path / "a.txt")
    assert said.code == 2
    assert words in said.err


# ---------------------------------------------------------------- diff, export, import


def test_diff(run: Run, changed: Change) -> None:
    new = changed(STRICT, DEAR)
    said = run("policy", "diff", SAMPLE, new)
    assert said.code == 0
    for words in ("评分项“报价准确”分值 8 → 20", "规则“绝对化用语”新增词语“感谢您的来电”"):
        assert words in said.out
    assert len(json.loads(run("policy", "diff", SAMPLE, new, "--json").out)["changes"]) == 3
    assert "完全一样" in run("policy", "diff", SAMPLE, SAMPLE).out


def test_diff_of_versions_in_one_folder(run: Run, changed: Change) -> None:
    folder = changed(name="all/old").parent
    changed(("policy.yaml", 'version: "2026-11"', 'version: "2026-12"'), name="all/new")
    assert "2026-12" in run("policy", "diff", f"{folder}@2026-11", f"{folder}@2026-12").out
    said = run("policy", "diff", folder, f"{folder}@2026-12")
    assert said.code == 2
    assert "@" in said.err
    assert run("policy", "diff", "nowhere", SAMPLE).code == 2


def test_export(run: Run, tmp_path: Path) -> None:
    assert run("policy", "export", SAMPLE, tmp_path / "手册.xlsx").code == 0
    assert "标准话术" in load_workbook(tmp_path / "手册.xlsx").sheetnames
    assert run("policy", "export", SAMPLE, tmp_path / "手册.md").code == 0
    assert "承诺治愈" in (tmp_path / "手册.md").read_text(encoding="utf-8")
    assert run("policy", "export", SAMPLE, tmp_path / "手册.pdf").code == 2


def test_import_passes_the_check_and_can_be_tried(run: Run, tmp_path: Path) -> None:
    words = {"oid": "1", "type": "HIT_ANY_KEYWORDS", "param": {"keywords": ["根治", "断根"]}}
    model = {"oid": "2", "type": "MODEL", "param": {"antModelInfo": {"code": "x"}}}
    data = {
        "conditions": [
            {"cid": "1", "lambda": "1||2", "check_range": {"role": "客服"}, "operators": [words, model]},
            {"cid": "2", "lambda": "2", "check_range": {"role": "客服"}, "operators": [model]},
        ],
        "rules": [
            {"rid": "1", "name": "疗效承诺", "lambda": "1", "severity": 0, "ruleScoreType": 3, "score": 10,
             "dialogues": [{"hit": True, "dialogue": [{"role": "客服", "words": "用了就能根治"}]},
                           {"hit": False, "dialogue": [{"role": "客服", "words": "不能保证根治"}]}]},
            {"rid": "2", "name": "只靠模型", "lambda": "2", "ruleScoreType": 3, "score": 1},
        ],
    }  # fmt: skip
    (tmp_path / "rules.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    said = run("policy", "import", tmp_path / "rules.json", "--to", tmp_path / "imported")
    assert said.code == 0, said.all
    for told in ("conditions[0].operators[1].type", "rules[1]", "只靠模型", "规则 1 条"):
        assert told in said.out, told
    checked = run("policy", "check", tmp_path / "imported")
    assert checked.code == 0, checked.all
    assert "例句 2 句" in checked.out
    (tmp_path / "a.txt").write_text("坐席：保证断根\n", encoding="utf-8")
    tried = json.loads(run("policy", "test", tmp_path / "imported", tmp_path / "a.txt", "--json").out)
    assert [one["verdict"] for one in tried["findings"]] == ["broken"]
    assert tried["total"] == 0
    again = run("policy", "import", tmp_path / "rules.json", "--to", tmp_path / "imported")
    assert again.code == 2
    assert "不是空的" in again.err
    wrong = run("policy", "import", tmp_path / "rules.docx", "--to", tmp_path / "other")
    assert wrong.code == 2
    assert not (tmp_path / "other").exists()


# ---------------------------------------------------------------- backtest


def _counts(tmp_path: Path) -> dict[str, int]:
    """Rows of every table."""
    database = sqlite3.connect(tmp_path / "data" / "callqa.sqlite3")
    everything = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    # the text index keeps no rows that could be counted; the tables behind it do
    tables = [name for name, made in everything if "VIRTUAL TABLE" not in made]
    counts = {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}
    database.close()
    return counts


def test_backtest_finds_the_flips_and_stores_nothing(
    run: Run, scored: Path, changed: Change, tmp_path: Path
) -> None:
    before = _counts(tmp_path)
    said = run("policy", "backtest", changed(STRICT), "--xlsx", tmp_path / "试算.xlsx", "--minutes", 3)
    assert said.code == 0, said.all
    assert _counts(tmp_path) == before
    assert not (tmp_path / "data" / "spill").exists()
    for words in (
        "试算 3 通，3 通结果有变化",
        "绝对化用语：听不清 → 违反",
        "感谢您的来电",
        "1000",
        "每条按 3 分钟",
    ):
        assert words in said.out, (words, said.out)
    book = load_workbook(tmp_path / "试算.xlsx")
    assert book["变化的通话"].max_row == 4
    rows = {row[1].value: row for row in book["步骤和规则"].iter_rows(min_row=2)}
    assert rows["absolute_claim"][3].value == 3


def test_backtest_scores_move_as_a_rescore_would(run: Run, scored: Path, changed: Change) -> None:
    new = changed(STRICT, DEAR)
    body = json.loads(run("policy", "backtest", new, "--json").out)
    predicted = {flip["call_id"]: flip["new_total"] for flip in body["flips"]}
    assert predicted
    moves = [flip["delta"] for flip in body["flips"] if flip["delta"] is not None]
    assert moves == sorted(moves)
    assert run("rescore", "--policy", new).code == 0
    for call_id, total in predicted.items():
        assert json.loads(run("show", call_id, "--json").out)["result"]["scorecard"]["total"] == total
    same = json.loads(run("policy", "backtest", new, "--json").out)
    assert same["flips"] == []


def test_backtest_against_another_policy_and_a_period(run: Run, scored: Path, changed: Change) -> None:
    old, new = changed(STRICT, name="old"), changed(DEAR, name="new")
    body = json.loads(run("policy", "backtest", new, "--old", old, "--from", "2026-11-21", "--json").out)
    assert body["calls"] == 1
    row = next(row for row in body["rows"] if row["id"] == "absolute_claim")
    assert (row["old"]["per_thousand_calls"], row["new"]["per_thousand_calls"]) == (1000, 0)
    assert row["now_cleared"] == 1
    said = run("policy", "backtest", new, "--from", "2027-01-01")
    assert said.code == 2
    assert "没有存下的通话" in said.err


def test_backtest_of_a_version_that_is_not_yet_in_force(run: Run, scored: Path, changed: Change) -> None:
    later = changed(
        ("policy.yaml", "valid_from: 2026-01-01", "valid_from: 2031-01-01"),
        ("script.yaml", "valid_from: 2026-01-01", "valid_from: 2031-01-01"),
    )
    said = run("policy", "backtest", later, "--json")
    assert said.code == 0, said.all
    assert json.loads(said.out)["flips"] == []


def test_backtest_leaves_out_the_calls_of_other_policies(
    run: Run, scored: Path, changed: Change, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of three calls one is of another product; which policy is whose, the centre's own settings say."""
    monkeypatch.setenv("CALLQA_POLICY", str(tmp_path / "centre"))
    everything = changed(name="centre/all")
    changed(
        ("policy.yaml", "id: heyue_hotline", "id: other"),
        ("policy.yaml", "products: []", "products: [净水器]"),
        ("policy.yaml", "title: 禾悦康家 广告热线质检方案", "title: 净水器方案"),
        name="centre/water",
    )
    with UnitOfWork(Centre(Settings(data=tmp_path / "data")).database, writes=True) as work:
        work.session.execute(text("UPDATE calls SET product = '净水器' WHERE id = 'C0001'"))
    draft = changed(STRICT, name="draft")
    said = run("policy", "backtest", draft, "--xlsx", tmp_path / "试算.xlsx")
    assert said.code == 0, said.all
    assert "试算 2 通" in said.out
    assert "另有 1 通不算在内：归方案“净水器方案”（other 2026-11）管 1 通" in said.out
    about = load_workbook(tmp_path / "试算.xlsx").worksheets[-1]
    assert any("净水器方案" in str(cell.value) for row in about.iter_rows() for cell in row)
    for old in ((), ("--old", everything)):
        body = json.loads(run("policy", "backtest", draft, *old, "--json").out)
        assert (body["calls"], body["failed"]) == (2, [])
        assert body["left_out"] == [{"why": "归方案“净水器方案”（other 2026-11）管", "calls": 1}]
    none = run("policy", "backtest", draft, "--old", tmp_path / "centre" / "water", "--json")
    assert none.code == 2
    assert "拿来比的那一版的产品、广告活动范围不含它 2 通" in none.err.replace("\n", "")


def test_backtest_uses_labels_and_reviews(run: Run, scored: Path, changed: Change, tmp_path: Path) -> None:
    labels = tmp_path / "labels"
    labels.mkdir()
    (labels / "a.txt").write_text(
        "# id: C0001\n坐席：<broken rule=absolute_claim>感谢您的来电</broken>\n", encoding="utf-8"
    )
    (labels / "b.txt").write_text("# id: C0002\n坐席：<met step=greet>您好</met>\n", encoding="utf-8")
    body = json.loads(run("policy", "backtest", changed(STRICT), "--labels", labels, "--json").out)
    row = next(row for row in body["rows"] if row["id"] == "absolute_claim")
    assert body["labelled"] == 2
    assert (row["new"]["precision"]["hits"], row["new"]["precision"]["of"]) == (1, 2)
    assert (row["new"]["recall"]["hits"], row["new"]["recall"]["of"]) == (1, 1)
    assert row["old"]["recall"]["of"] == 0  # it was left to a person, which is no answer
    low, high = row["new"]["precision"]["interval"]
    assert 0 < low < 0.5 < high < 1
    _review(tmp_path)
    said = run("policy", "backtest", tmp_path / "new", "--json")
    reviewed = json.loads(said.out)
    assert reviewed["labelled"] == 1
    row = next(row for row in reviewed["rows"] if row["id"] == "absolute_claim")
    assert (row["new"]["precision"]["hits"], row["new"]["precision"]["of"]) == (0, 1)
    assert "精确率" in run("policy", "backtest", tmp_path / "new").out


def _review(tmp_path: Path) -> None:
    """A supervisor listened to C0003: full marks for claims, none for the greeting."""
    house = Centre(Settings(data=tmp_path / "data"))
    stored = house.result("C0003")
    assert stored is not None
    with UnitOfWork(house.database, writes=True) as work:
        for number, (item, points) in enumerate((("absolute_claim", 6.0), ("greet", 0.0))):
            event = Edit(
                id=f"e{number}",
                call_id="C0003",
                scorecard=stored.scorecard_id,
                author="主管",
                at=datetime(2026, 11, 22, tzinfo=UTC),
                item=item,
                points=points,
            )
            work.reviews.append(event)
