"""A policy as training material."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from callqa.domain import PolicyError
from callqa.policy import load_policy
from callqa.policy.handbook import chapters, markdown, write_handbook
from tests.policy.conftest import SAMPLE

FOLDERS = [SAMPLE, *(SAMPLE.parent / "policies" / name for name in ("hotline", "renewal", "revisit"))]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_everything_that_is_trained_is_in_it(folder: Path) -> None:
    policy = load_policy(folder)
    text = markdown(policy).replace("\\", "")
    for step in policy.script.steps:
        assert step.title in text
        assert step.line in text
    for rule in policy.rules.rules:
        assert rule.title in text
        assert rule.source in text
        for example in (*rule.examples.broken, *rule.examples.fine):
            assert all(line.strip() in text for line in example.splitlines())
    for item in policy.rubric.items:
        assert item.title in text
    for fact in policy.facts.facts:
        assert fact.title in text


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_tables_keep_their_shape(folder: Path) -> None:
    for chapter in chapters(load_policy(folder)):
        assert all(len(row) == len(chapter.columns) for row in chapter.rows), chapter.title
    widths = {
        line.replace("\\|", "").count("|")
        for line in markdown(load_policy(folder)).splitlines()
        if line.startswith("| 1 |")
    }
    assert widths == {11}


def test_excel_holds_words_not_formulas(folder: Path, tmp_path: Path) -> None:
    path = folder / "rules.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("坐席：我们这个仪器保证给您治好", '"=1+1 坐席：保证给您治好"', 1), encoding="utf-8"
    )
    policy = load_policy(folder)
    told = write_handbook(policy, tmp_path / "手册.xlsx")
    book = load_workbook(tmp_path / "手册.xlsx")
    assert [sheet.title for sheet in book] == [chapter.title for chapter in told]
    cells = [cell for row in book["例句"].iter_rows() for cell in row]
    assert any(cell.value == "=1+1 坐席：保证给您治好" and cell.data_type != "f" for cell in cells) or any(
        str(cell.value).startswith("=1+1") and cell.data_type == "s" for cell in cells
    )
    assert book["标准话术"].max_row == len(policy.script.steps) + 1


def test_another_form_or_place_is_refused(tmp_path: Path) -> None:
    policy = load_policy(SAMPLE)
    with pytest.raises(PolicyError, match=r"\.docx"):
        write_handbook(policy, tmp_path / "手册.docx")
    (tmp_path / "file").write_text("")
    with pytest.raises(PolicyError, match="写不了"):
        write_handbook(policy, tmp_path / "file" / "手册.md")
