"""A plain sheet of 质检项 → rules and rubric items."""

import csv
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from callqa.domain import Party, PolicyError
from callqa.policy import load_policy
from callqa.policy.imported import write_policy
from callqa.policy.item_sheet import read_items
from callqa.policy.rubric import Veto
from callqa.policy.rules import Severity
from callqa.policy.rules.operators import Phrase
from tests.policy.conftest import SAMPLE

CHINESE = [
    ["质检项清单", None, None, None, None],
    ["编号", "质检项", "话术（用；隔开）", "扣分", "严重程度", "类型", "违规例句", "负责人"],
    ["W01", "承诺疗效", "根治；断根；包治百病", 10, "严重", "禁语", "坐席：用了就能根治", "张三"],
    ["W02", "辱骂客户", "神经病、滚蛋", 0, "红线", "禁语", None, None],
    ["B01", "感谢语", "感谢您的来电/祝您生活愉快", 3, "轻微", "必说", None, None],
    ["B02", "口头禅", "那个那个", "每次2分", "啥意思", None, None, None],
    [None, None, None, None, None, None, None, None],
    ["X1", "没写话术", None, 5, "一般", None, None, None],
    ["X2", "只有符号", "！！", 5, "一般", None, None, None],
]
ENGLISH = [
    ["id", "name", "wording", "deduction", "severity", "kind", "party"],
    ["no_cure", "No cure claims", "根治|治愈", "8", "major", "forbidden", "agent"],
    ["thanks", "Thanks", "谢谢您", "2", "low", "must", ""],
]


def excel(path: Path, rows: list[list[object]]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_chinese_headings(tmp_path: Path) -> None:
    imported = read_items(excel(tmp_path / "质检项.xlsx", CHINESE))
    rules = {rule.id: rule for rule in imported.rules}
    assert list(rules) == ["w01", "w02", "b01", "b02"]
    cure = rules["w01"].broken
    assert isinstance(cure, Phrase)
    assert ([word.text for word in cure.words], cure.party) == (["根治", "断根", "包治百病"], Party.agent)
    assert rules["w01"].severity is Severity.severe
    assert rules["w01"].examples.broken == ("坐席：用了就能根治",)
    assert rules["b01"].kind == "required"
    assert rules["b01"].met is not None
    items = {item.id: item for item in imported.items}
    assert items["w02"].fatal is Veto.card
    assert (items["b02"].points, items["b02"].per_hit) == (6, 2)
    told = " ".join(f"{gap.path} {gap.what}" for gap in imported.gaps)
    for words in ("负责人", "第 8 行", "第 9 行", "啥意思", "没有写封顶"):
        assert words in told, told


def test_english_csv(tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(ENGLISH)
    imported = read_items(path)
    assert [(rule.id, rule.kind, rule.severity) for rule in imported.rules] == [
        ("no_cure", "forbidden", Severity.severe),
        ("thanks", "required", Severity.minor),
    ]
    assert imported.gaps == ()


def test_the_result_loads(tmp_path: Path) -> None:
    imported = read_items(excel(tmp_path / "a.xlsx", CHINESE))
    techniques = (SAMPLE / "techniques.yaml").read_text(encoding="utf-8")
    write_policy(
        imported, tmp_path / "p", title="导入", day=date(2026, 11, 1), techniques=techniques, source="a.xlsx"
    )
    policy = load_policy(tmp_path / "p")
    assert policy.rules.rules == imported.rules
    assert policy.rubric.items == imported.items


def test_ids_that_are_twice_or_no_ids(tmp_path: Path) -> None:
    rows = [
        ["编号", "名称", "话术", "扣分"],
        ["1", "甲", "根治", 1],
        ["1", "乙", "断根", 1],
        ["违禁", "丙", "除根", 1],
        ["", "丁", "包治", 1],
    ]
    ids = [rule.id for rule in read_items(excel(tmp_path / "a.xlsx", rows)).rules]
    assert len(set(ids)) == 4
    assert ids[0] == "item_1"


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("a.xlsx", b"no zip", "读不了"),
        ("a.csv", "甲,乙\n1,2\n".encode(), "表头"),
        ("b.csv", b"\xff\xff\xff", "编码"),
    ],
)
def test_what_is_no_sheet_is_told(tmp_path: Path, name: str, body: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(body)
    with pytest.raises(PolicyError, match=words):
        read_items(tmp_path / name)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="读不了"):
        read_items(tmp_path / "nothing.xlsx")
