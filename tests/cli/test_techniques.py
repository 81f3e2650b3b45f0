"""Technique verbs: evaluate, label, train, models use, agents' profiles."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from callqa.bootstrap import Centre
from callqa.domain import Correct
from callqa.settings import Settings, shipped
from callqa.store import UnitOfWork
from callqa.techniques import LABELS, in_use, read_card, read_corpus, write_rows
from tests.cli.conftest import Run

LINES = "算下来一天才三块钱，还不到一包烟钱\tprice_framing\n麻烦您说一下收货地址\tnone\n我不要了，别再打了\treject\n"
SPOKEN_NUMBER = "幺三八幺二三四五六七八"


def test_evaluation_of_lines_with_tabs(run: Run, tmp_path: Path) -> None:
    (tmp_path / "句子.tsv").write_text(LINES, "utf-8")
    said = run("evaluate", "techniques", "句子.tsv", "--cer", "0,20")
    assert said.code == 0, said.all
    for words in ("价格拆分", "每百字错 20 个", "95% 区间", "关键词", "最常见标签", "校准误差", "拒绝"):
        assert words in said.out, words
    reports = json.loads(run("evaluate", "techniques", "句子.tsv", "--cer", "0", "--json").out)
    assert [report["noise"] for report in reports] == [0.0]
    scores = {one["label"]: one for one in reports[0]["techniques"]["labels"]}
    assert (scores["price_framing"]["support"], scores["price_framing"]["recall"]) == (1, 1.0)
    assert reports[0]["techniques"]["rows"] == 2
    assert reports[0]["reactions"]["rows"] == 1


def test_evaluation_tells_when_the_model_has_seen_the_products(run: Run, tmp_path: Path) -> None:
    rows = [row for row in read_corpus([shipped("samples") / "corpus" / "hexi"]).rows if row.labels][:5]
    write_rows(rows, tmp_path / "a.jsonl")
    said = run("evaluate", "techniques", "a.jsonl", "--cer", "0")
    assert "5 轮的产品这个模型训练时见过" in said.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["bad.tsv"], "bad.tsv:1 不认识的技巧标签 clsing"),
        (["nowhere.tsv"], "找不到语料"),
        (["good.tsv", "--cer", "viel"], "--cer"),
        (["good.tsv", "--cer", "120"], "--cer"),
        (["good.tsv", "--split", "test"], "split.yaml"),
        (["good.tsv", "--model", "nothing"], "models list"),
        (["empty.tsv"], "一条标注也没有"),
    ],
)
def test_mistakes_in_evaluation_are_told(run: Run, tmp_path: Path, arguments: list[str], words: str) -> None:
    (tmp_path / "bad.tsv").write_text("给您订一台吧\tclsing\n", "utf-8")
    (tmp_path / "good.tsv").write_text(LINES, "utf-8")
    (tmp_path / "empty.tsv").write_text("\n", "utf-8")
    said = run("evaluate", "techniques", *arguments)
    assert said.code == 2
    assert words in said.err.replace("\n", "")


def test_turns_go_out_to_a_trainer_and_come_back(run: Run, scored: Path, tmp_path: Path) -> None:
    said = run("label", "export", "待标注.xlsx", "--count", "5")
    assert said.code == 0, said.all
    book = load_workbook(tmp_path / "待标注.xlsx")
    sheet = book["待标注"]
    assert 2 <= sheet.max_row <= 6
    text = "".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    assert SPOKEN_NUMBER not in text
    party = sheet.cell(2, 3).value
    sheet.cell(2, 6).value = "没有标签" if party == "坐席" else "犹豫"
    sheet.cell(3, 6).value = "胡写"
    book.save(tmp_path / "待标注.xlsx")
    back = run("label", "import", "待标注.xlsx", "--to", "标好.jsonl")
    assert back.code == 1, "one line could not be read, and that is told"
    assert "胡写" in back.out
    rows = read_corpus([tmp_path / "标好.jsonl"], labels=LABELS).rows
    assert len(rows) == 1
    assert rows[0].product == "禾悦足疗仪"
    run("label", "export", "二.json", "--count", "500", "--done", "标好.jsonl")
    asked = json.loads((tmp_path / "二.json").read_text("utf-8"))
    assert asked
    place = (rows[0].dialogue, rows[0].text)
    before = rows[0].before[-1].text if rows[0].before else ""
    again = [
        task["data"]
        for task in asked
        if (task["data"]["id"].partition(":")[0], task["data"]["text"]) == place
        and (task["data"]["before"][-1]["text"] if task["data"]["before"] else "") == before
    ]
    assert again == [], "what was labelled is not asked again"


def test_nothing_to_label_is_told(run: Run, scored: Path) -> None:
    assert "没有存下的通话" in run("label", "export", "a.xlsx", "--from", "2031-01-01").err
    assert run("label", "export", "a.csv").code == 2
    assert ".jsonl" in run("label", "import", "a.xlsx", "--to", "a.txt").err


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The models folder with the shipped technique model twice: as it is, and under another name."""
    folder = tmp_path / "models"
    source = in_use(shipped("models"))
    for name in (source.name, "two"):
        shutil.copytree(source, folder / name)
    (folder / "techniques.current").write_text(f"{source.name}\n", "utf-8")
    monkeypatch.setenv("CALLQA_MODELS", str(folder))
    return folder


def test_another_model_is_chosen_and_a_broken_one_is_not(
    run: Run, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = run("models", "use", "two")
    assert said.code == 0, said.all
    assert "callqa rescore" in said.out
    assert in_use(models).name == "two"
    shutil.copytree(models / "two", models / "broken")
    (models / "broken" / "model.skops").write_bytes(b"no")
    assert run("models", "use", "broken").code == 2
    assert in_use(models).name == "two"
    monkeypatch.setenv("CALLQA_TECHNIQUES", "two")
    fixed = run("models", "use", read_card(models / "two")["name"])
    assert "仍然用它" in fixed.out, "a model fixed in the settings is not what this verb chooses"


def test_training_uses_reviews_and_refuses_a_worse_model(
    run: Run, scored: Path, models: Path, tmp_path: Path
) -> None:
    rows = read_corpus([shipped("samples") / "corpus"]).rows
    products = sorted({row.product for row in rows if row.source == "hexi"})[:4]
    names: dict[str, list[str]] = {product: [] for product in products}
    for row in rows:
        if row.product in names and row.dialogue not in names[row.product] and len(names[row.product]) < 9:
            names[row.product].append(row.dialogue)
    chosen = {name for some in names.values() for name in some}
    own = tmp_path / "own"
    own.mkdir()
    write_rows([row for row in rows if row.dialogue in chosen], own / "rows.jsonl")
    (own / "split.yaml").write_text(f"test:\n  products: [{products[0]}]\n", "utf-8")
    _correct(tmp_path)
    said = run("train", "techniques", "--corpus", own, "--no-shipped", "--reviews", "--name", "small")
    assert said.code == 2
    assert "不如在用的" in said.out
    assert "--force" in said.out
    assert "用上了 1 条复核改过的标注" in said.out
    assert "技巧" in said.out
    assert not (models / "small").exists()
    forced = run("train", "techniques", own, "--no-shipped", "--name", "small", "--force", "--no-use")
    assert forced.code == 0, forced.all
    assert read_card(models / "small")["forced"] is True
    assert in_use(models).name != "small"
    assert "没有写自己的语料" in run("train", "techniques", "--no-shipped").err


def _correct(tmp_path: Path) -> None:
    """A supervisor heard C0003's first turn as sympathy."""
    house = Centre(Settings(data=tmp_path / "data"))
    stored = house.result("C0003")
    assert stored is not None
    with UnitOfWork(house.database, writes=True) as work:
        work.reviews.append(
            Correct(
                id="k1",
                call_id="C0003",
                scorecard=stored.scorecard_id,
                author="主管",
                at=datetime(2026, 11, 22, tzinfo=UTC),
                subject="technique",
                target="rapport",
                present=True,
                turn=0,
            )
        )


def test_an_agent_beside_the_group(run: Run, scored: Path) -> None:
    said = run("show", "--agent", "8002")
    assert said.code == 0, said.all
    for words in ("8002 周建波", "一部/一队/B组：1 通，同组其他人 1 通", "产品", "营销", "促单", "95% 区间"):
        assert words in said.out, words
    body = json.loads(run("show", "--agent", "周建波", "--json").out)
    assert body[0]["agent"] == "8002 周建波"
    assert {one["agent"]["of"] for one in body[0]["profile"]} == {1}
    assert run("show", "--agent", "9999").code == 2
    assert "callqa show C0007" in run("show").err
    assert run("show", "--agent", "8002", "--from", "2026-11-21").code == 2


def test_show_tells_stages_uses_and_answered_objections(run: Run, scored: Path) -> None:
    said = run("show", "C0001")
    assert "阶段：开场" in said.out
    body = json.loads(run("show", "C0001", "--json").out)["result"]["techniques"]
    assert ("技巧使用" in said.out) == bool(body["tags"])
    assert ("异议 → 应对 → 反应" in said.out) == bool(body["moments"])
