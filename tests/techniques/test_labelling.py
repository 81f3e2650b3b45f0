"""Turns out to a trainer and back."""

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from callqa.domain import ModelError, Party, Reaction, Transcript
from callqa.techniques import (
    LABELS,
    TechniqueModel,
    choose_tasks,
    read_corpus,
    read_labelled,
    write_rows,
    write_tasks,
)

from .conftest import spoken


def mask(transcript: Transcript) -> Transcript:
    """Stands for the privacy room: 王秀兰 is a name."""
    return spoken(
        [(turn.party, turn.text.replace("王秀兰", "***")) for turn in transcript.turns],
        call_id=transcript.call_id,
        masked=True,
    )


CALLS = [
    spoken(
        [
            (Party.agent, "您好，工号八零零一"),
            (Party.customer, "我叫王秀兰，嗯，这个东西吧"),
            (Party.agent, "王秀兰阿姨，这个怎么说呢，隔壁那台比我们便宜可没人管修"),
            (Party.agent, "王秀兰阿姨，这个怎么说呢，隔壁那台比我们便宜可是没人管修"),
            (Party.agent, "=1+1这个价格也就是一顿饭，您说呢"),
            (Party.customer, "再看看吧，也不是不行"),
            (Party.agent, "hello world"),
        ],
        call_id="C7",
    )
]


def test_uncertain_and_unlike_turns_come_first(model: TechniqueModel) -> None:
    tasks = choose_tasks(CALLS, model, count=20, mask=mask, products=["足疗仪"])
    assert "C7:6" not in {task.id for task in tasks}, "what the model cannot read is not asked"
    twins = [task.id for task in tasks if task.id in {"C7:2", "C7:3"}]
    assert tasks[-1].id == twins[-1], "the second of two alike waits until last"
    others = [task.uncertainty for task in tasks[:-1]]
    assert others == sorted(others, reverse=True)
    assert [task.id for task in choose_tasks(CALLS, model, count=2, mask=mask)] == [
        task.id for task in tasks[:2]
    ]


def test_no_personal_data_leaves(model: TechniqueModel, tmp_path: Path) -> None:
    tasks = choose_tasks(CALLS, model, count=20, mask=mask)
    assert "王秀兰" not in "".join(task.model_dump_json() for task in tasks)
    with pytest.raises(ModelError) as caught:
        choose_tasks(CALLS, model, count=20, mask=lambda transcript: transcript)
    assert caught.value.code == "label.unmasked"


def test_excel_goes_out_and_comes_back(model: TechniqueModel, tmp_path: Path) -> None:
    tasks = choose_tasks(CALLS, model, count=20, mask=mask, products=["足疗仪"])
    path = tmp_path / "标注.xlsx"
    write_tasks(tasks, path)
    book = load_workbook(path)
    sheet = book["待标注"]
    answers = {"C7:2": "对比、异议处理", "C7:4": "price_framing", "C7:0": "none", "C7:5": "犹豫", "C7:1": ""}
    for line in range(2, sheet.max_row + 1):
        sheet.cell(line, 6).value = answers.get(sheet.cell(line, 1).value)
        assert not str(sheet.cell(line, 4).value).startswith("=")
    book.save(path)
    rows, faults = read_labelled(path, labels=LABELS)
    assert not faults
    got = {row.text: (row.labels, row.reaction) for row in rows}
    assert len(rows) == 4
    assert got["***阿姨，这个怎么说呢，隔壁那台比我们便宜可没人管修"] == (
        ("comparison", "objection_handling"),
        None,
    )
    assert got["再看看吧，也不是不行"] == ((), Reaction.hesitate)
    third = next(row for row in rows if row.labels == ("comparison", "objection_handling"))
    assert [said.party for said in third.before] == [Party.agent, Party.customer]
    assert [said.text[:6] for said in third.after] == ["***阿姨，", "=1+1这个"]
    assert third.product == "足疗仪"
    write_rows(rows, tmp_path / "rows.jsonl")
    assert read_corpus([tmp_path / "rows.jsonl"], labels=LABELS).rows == tuple(rows)


def test_a_sheet_of_an_earlier_version_is_still_read(model: TechniqueModel, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_tasks(choose_tasks(CALLS, model, count=20, mask=mask), path)
    book = load_workbook(path)
    book["待标注"].delete_cols(8)
    book["待标注"].cell(2, 6).value = "none" if book["待标注"].cell(2, 3).value == "坐席" else "犹豫"
    book.save(path)
    rows, faults = read_labelled(path, labels=LABELS)
    assert not faults
    assert [row.after for row in rows] == [()]


def test_wrong_cells_are_named(model: TechniqueModel, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_tasks(choose_tasks(CALLS, model, count=20, mask=mask), path)
    book = load_workbook(path)
    for line in range(2, 4):
        book["待标注"].cell(line, 6).value = "胡写"
    book.save(path)
    rows, faults = read_labelled(path, labels=LABELS)
    assert not rows
    assert [fault.line for fault in faults] == [2, 3]
    assert "胡写" in faults[0].message


def test_label_studio_goes_out_and_comes_back(model: TechniqueModel, tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    write_tasks(choose_tasks(CALLS, model, count=20, mask=mask), path)
    tasks = json.loads(path.read_text("utf-8"))
    for task in tasks:
        assert task["predictions"][0]["result"][0]["value"]["choices"]
        if task["data"]["id"] == "C7:4":
            task["annotations"] = [{"result": [{"value": {"choices": ["price_framing", "closing"]}}]}]
        if task["data"]["id"] == "C7:5":
            task["annotations"] = [{"was_cancelled": True, "result": []}]
    tasks.append({"nonsense": 1})
    path.write_text(json.dumps(tasks, ensure_ascii=False), "utf-8")
    rows, faults = read_labelled(path, labels=LABELS)
    assert [row.labels for row in rows] == [("price_framing", "closing")]
    assert [said.party for said in rows[0].before] == [Party.agent, Party.agent]
    assert rows[0].after[0].party is Party.customer
    assert len(faults) == 1


@pytest.mark.parametrize(("name", "content"), [("a.xlsx", b"no"), ("a.json", b"{"), ("a.csv", b"x")])
def test_files_of_another_kind_are_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelError):
        read_labelled(tmp_path / name, labels=LABELS)
