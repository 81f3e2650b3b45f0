import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pyarrow import parquet

from tests.cli.conftest import Run

SPOKEN_NUMBER = "幺三八幺二三四五六七八"


def test_excel_for_people_who_live_in_it(run: Run, scored: Path, tmp_path: Path) -> None:
    (scored / "C0002.wav").write_bytes(b"")
    assert run("score", scored, "--manifest", "calls.csv", "--again").code == 1
    said = run("export", "day.xlsx")
    assert said.code == 0, said.all
    assert "仅供样例演示" in said.out
    book = load_workbook(tmp_path / "day.xlsx")
    assert book.sheetnames == [
        *("通话", "评分明细", "流程与违规", "技巧", "技巧使用", "阶段", "异议处理", "坐席技巧画像"),
        *("指标", "失败", "说明"),
    ]
    calls = book["通话"]
    assert calls.freeze_panes == "B2"
    assert calls.auto_filter.ref
    heading = [cell.value for cell in calls[1]]
    rows = [
        dict(zip(heading, (cell.value for cell in row), strict=True)) for row in calls.iter_rows(min_row=2)
    ]
    assert [row["通话"] for row in rows] == ["C0001", "C0002", "C0003"]
    assert rows[0]["开始"].isoformat() == "2026-11-20T09:00:00"
    assert (rows[0]["成单"], rows[0]["金额(元)"]) == ("是", 1280)
    assert rows[0]["时长(秒)"] == pytest.approx(12.0)
    agent = calls.cell(row=4, column=heading.index("坐席") + 1)
    assert (agent.value, agent.data_type) == ("=8003+1", "s")  # words, not a formula
    assert calls.cell(row=2, column=heading.index("开始") + 1).number_format == "yyyy-mm-dd hh:mm:ss"
    assert calls.column_dimensions["A"].width > 10
    text = "\n".join(str(cell) for page in book for row in page.iter_rows(values_only=True) for cell in row)
    assert SPOKEN_NUMBER not in text
    assert "您好禾悦康家" in text
    notes = {row[0]: row[1] for row in book["说明"].iter_rows(values_only=True)}
    assert "仅供样例演示" in notes["注意"]
    for page in book.sheetnames[1:5]:
        assert book[page].max_row > 3, page


def test_one_day_only(run: Run, scored: Path, tmp_path: Path) -> None:
    assert run("export", "--from", "2026-11-21", "--to", "2026-11-21", "day.json").code == 0
    body = json.loads((tmp_path / "day.json").read_text(encoding="utf-8"))
    assert [row["通话"] for row in body["通话"]] == ["C0003"]
    assert {row["通话"] for row in body["指标"]} == {"C0003"}
    assert body["说明"]["从"] == "2026-11-21"
    empty = run("export", "--from", "2027-01-01", "none.json")
    assert (empty.code, "没有通话" in empty.out) == (0, True)


def test_parquet_has_types(run: Run, scored: Path, tmp_path: Path) -> None:
    assert run("export", "day.parquet").code == 0
    table = parquet.read_table(tmp_path / "day.parquet")
    assert table.num_rows == 3
    assert str(table.schema.field("得分").type) == "double"
    assert str(table.schema.field("开始").type) == "timestamp[ms, tz=UTC]"
    assert str(table.schema.field("成单").type) == "bool"
    assert {path.name for path in tmp_path.glob("day.*.parquet")} == {
        f"day.{slug}.parquet"
        for slug in (
            *("score_lines", "findings", "techniques", "technique_uses", "stages", "moments"),
            *("technique_profiles", "measures", "failures"),
        )
    }
    measures = parquet.read_table(tmp_path / "day.measures.parquet").to_pylist()
    assert all(row["值"] is None or isinstance(row["值"], float) for row in measures)


def test_a_failure_that_was_healed_is_not_exported(run: Run, scored: Path, tmp_path: Path) -> None:
    good = (scored / "C0002.wav").read_bytes()
    (scored / "C0002.wav").write_bytes(b"RIFF")
    assert run("score", scored, "--manifest", "calls.csv", "--again").code == 1
    run("export", "bad.json")
    failed = json.loads((tmp_path / "bad.json").read_text(encoding="utf-8"))["失败"]
    assert [row["环节"] for row in failed] == ["audio"]
    (scored / "C0002.wav").write_bytes(good)
    assert run("score", scored, "--manifest", "calls.csv", "--again").code == 0
    run("export", "good.json")
    assert json.loads((tmp_path / "good.json").read_text(encoding="utf-8"))["失败"] == []


def test_a_file_that_cannot_be_written(run: Run, scored: Path, tmp_path: Path) -> None:
    (tmp_path / "folder.xlsx").mkdir()
    said = run("export", "folder.xlsx")
    assert said.code == 2
    assert "写不了" in said.err
