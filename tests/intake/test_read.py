import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from callqa.domain import Direction, IntakeError, Party
from callqa.intake import Intake, read_calls
from callqa.intake.file_name import PATTERNS

Folder = Callable[..., Path]
HEADER = (
    "通话编号,录音,坐席,组织路径,开始时间,呼叫方向,产品,媒体,地区,队列,是否成单,金额,搭销,签收,客户满意度"
)
ROW = "C0001,a.wav,8001,一部/一队/A组,2026-11-20 10:15:30,呼入,足疗仪,电视广告,河北,热线,是,1280元,否,,满意"


def codes(intake: Intake) -> list[str]:
    return [problem.code for problem in intake.problems]


def manifest(folder: Path, text: str, *, name: str = "calls.csv", encoding: str = "utf-8") -> Path:
    path = folder.parent / name
    path.write_bytes(text.encode(encoding))
    return path


def check_first(intake: Intake) -> None:
    facts = intake.calls[0].facts
    assert facts.id == "C0001"
    assert facts.agent == "8001"
    assert facts.group == ("一部", "一队", "A组")
    assert facts.started_at == datetime(2026, 11, 20, 10, 15, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert facts.direction is Direction.inbound
    assert (facts.product, facts.campaign, facts.region, facts.queue) == (
        "足疗仪",
        "电视广告",
        "河北",
        "热线",
    )
    assert (facts.ordered, facts.amount, facts.cross_sold, facts.signed_for) == (True, 1280.0, False, None)
    assert facts.fields == {"客户满意度": "满意"}
    assert not intake.problems


def test_file_names_that_are_not_unicode_or_too_long_do_not_end_the_day(recordings: Folder) -> None:
    long = "r" * 200
    folder = recordings("a.wav", f"{long}1.wav", f"{long}2.wav")
    (folder / "a.wav").rename(os.fsdecode(os.fsencode(folder) + "/张三.wav".encode("gb18030")))
    intake = read_calls(folder)
    ids = [call.facts.id for call in intake.calls]
    assert [len(one) for one in ids] == [128, 128]
    assert len(set(ids)) == 2
    (problem,) = intake.problems
    assert (problem.code, problem.skipped) == ("unreadable_file", True)
    json.dumps([problem.message, str(problem.path)], ensure_ascii=False).encode()
    again = [call.facts.id for call in read_calls(folder).calls]
    assert again == ids, "the same file has the same id tomorrow"


def test_control_characters_in_cells_are_left_out(recordings: Folder) -> None:
    folder = recordings("a.wav")
    row = ROW.replace("足疗仪", "足\x00疗\x07仪").replace("满意", "满\x00意")
    facts = read_calls(folder, manifest=manifest(folder, f"{HEADER}\n{row}\n")).calls[0].facts
    assert (facts.product, facts.fields) == ("足疗仪", {"客户满意度": "满意"})


def test_names_of_five_hundred_characters_are_told_and_left_out(recordings: Folder) -> None:
    folder = recordings("a.wav")
    row = ROW.replace("8001", "工" * 500).replace("足疗仪", "足" * 201).replace("河北", "河" * 200)
    intake = read_calls(folder, manifest=manifest(folder, f"{HEADER}\n{row}\n"))
    facts = intake.calls[0].facts
    assert (facts.agent, facts.product, facts.region) == (None, None, "河" * 200)
    assert codes(intake) == ["unreadable_value"] * 2
    assert "坐席太长（500 个字，最多 128 个）" in intake.problems[0].message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_text_manifests_in_every_encoding(recordings: Folder, encoding: str, separator: str) -> None:
    folder = recordings("a.wav")
    text = "\r\n".join((HEADER, ROW, "")).replace(",", separator)
    path = manifest(folder, text, name="calls.tsv" if separator == "\t" else "calls.csv", encoding=encoding)
    check_first(read_calls(folder, manifest=path))


def test_excel_manifest_with_real_cells(recordings: Folder) -> None:
    folder = recordings("a.wav")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER.split(","))
    sheet.append([])
    cells: list[object] = list(ROW.split(","))
    cells[2], cells[4], cells[10], cells[11] = 8001.0, datetime(2026, 11, 20, 10, 15, 30), True, 1280  # noqa: DTZ001
    sheet.append(cells)
    path = folder.parent / "calls.xlsx"
    book.save(path)
    check_first(read_calls(folder, manifest=path))


@pytest.mark.parametrize("name", ["calls.jsonl", "calls.json"])
def test_json_manifest_with_english_names(recordings: Folder, name: str) -> None:
    folder = recordings("a.wav")
    record = {
        "call_id": "C0001", "file": "a.wav", "agent": 8001, "group_path": ["一部", "一队", "A组"],
        "started_at": "2026-11-20T10:15:30+08:00",
        "direction": "inbound", "product": "足疗仪", "campaign": "电视广告", "region": "河北", "queue": "热线", "ordered": True,
        "amount": 1280.0, "cross_sold": False, "signed_for": None, "客户满意度": "满意",
    }  # fmt: skip
    text = json.dumps([record]) if name.endswith(".json") else json.dumps(record, ensure_ascii=False) + "\n\n"
    check_first(read_calls(folder, manifest=manifest(folder, text, name=name)))


def test_manifest_alone_is_enough(recordings: Folder) -> None:
    folder = recordings("a.wav")
    path = manifest(folder, f"{HEADER}\n{ROW.replace('a.wav', 'recordings/a.wav')}\n")
    check_first(read_calls(path))


def test_group_from_separate_columns_and_left_right_channels(recordings: Folder) -> None:
    folder = recordings("a.wav")
    path = manifest(folder, "录音,部门,队,小组,左声道,右声道\na.wav,一部,二队,B组,客户,坐席\n")
    facts = read_calls(folder, manifest=path).calls[0].facts
    assert facts.group == ("一部", "二队", "B组")
    assert facts.parties == (Party.customer, Party.agent)
    assert facts.id == "a"


def test_rows_without_file_and_files_without_row_are_reported(recordings: Folder) -> None:
    folder = recordings("a.wav", "b.wav", "notes.txt")
    path = manifest(folder, "call_id,file\nC1,a.wav\nC2,missing.wav\n")
    intake = read_calls(folder, manifest=path)
    assert [call.facts.id for call in intake.calls] == ["C1"]
    assert [(p.code, p.line, p.call_id, p.path) for p in intake.problems] == [
        ("row_without_file", 3, "C2", None),
        ("file_without_row", None, None, folder / "b.wav"),
    ]
    assert all(problem.skipped for problem in intake.problems)


def test_files_are_found_by_id_by_stem_and_by_name_of_another_machine(recordings: Folder) -> None:
    folder = recordings("C1.wav", "sub/b.MP3", "c.wav")
    path = manifest(folder, "call_id,file\nC1,\nC2,b\nC3,D:\\rec\\2026\\c.wav\n")
    intake = read_calls(folder, manifest=path)
    assert [call.path.name for call in intake.calls] == ["C1.wav", "b.MP3", "c.wav"]
    assert not intake.problems


@pytest.mark.parametrize(
    "named", ["../secret.wav", "sub/../../secret.wav", "..\\secret.wav", "{outside}/secret.wav"]
)
def test_a_manifest_cannot_point_out_of_the_folder(recordings: Folder, named: str) -> None:
    folder = recordings("a.wav", "sub/x.wav")
    outside = folder.parent
    (outside / "secret.wav").write_bytes(b"secret")
    path = manifest(folder, f"call_id,file\nC1,{named.format(outside=outside)}\nC2,a.wav\n")
    intake = read_calls(folder, manifest=path)
    assert [call.facts.id for call in intake.calls] == ["C2"]
    assert intake.problems[0].code == "outside_folder"
    assert intake.problems[0].line == 2


def test_two_rows_for_one_file(recordings: Folder) -> None:
    folder = recordings("a.wav")
    intake = read_calls(folder, manifest=manifest(folder, "call_id,file\nC1,a.wav\nC2,./a.wav\n"))
    assert [call.facts.id for call in intake.calls] == ["C1"]
    assert codes(intake) == ["file_named_twice"]


def test_duplicate_call_ids_and_contents(recordings: Folder) -> None:
    folder = recordings("a.wav", "b.wav", "c.wav")
    (folder / "c.wav").write_bytes((folder / "a.wav").read_bytes())
    intake = read_calls(folder, manifest=manifest(folder, "call_id,file\nC1,a.wav\nC1,b.wav\nC3,c.wav\n"))
    assert [call.facts.id for call in intake.calls] == ["C1"]
    assert [(p.code, p.line) for p in intake.problems] == [("duplicate_call_id", 3), ("duplicate_content", 4)]


def test_empty_files_are_no_duplicates_of_each_other(recordings: Folder) -> None:
    folder = recordings("a.wav", "b.wav")
    for name in ("a.wav", "b.wav"):
        (folder / name).write_bytes(b"")
    assert len(read_calls(folder).calls) == 2


def test_broken_rows_cost_only_themselves(recordings: Folder) -> None:
    folder = recordings("a.wav", "b.wav", "c.wav", "d.wav")
    text = (
        "call_id,file,started_at,amount,ordered\n"
        "C1,a.wav,2026-11-20 10:15,1280,是\n"
        'C2,"b.wav,2026-11-20 10:15,1280,是\n'
        "C3,c.wav,昨天,一千二,也许\n"
        "C4,d.wav,2026-11-20 10:15,1,280,是\n"
        ",,,,\n"
        ",,2026-11-20 10:15,,\n"
    )
    intake = read_calls(folder, manifest=manifest(folder, text))
    assert [call.facts.id for call in intake.calls] == ["C1", "C3"]
    third = intake.calls[1].facts
    assert (third.started_at, third.amount, third.ordered) == (None, None, None)
    assert [(p.code, p.line) for p in intake.problems if p.code != "file_without_row"] == [
        ("bad_row", 3),
        ("unreadable_time", 4),
        ("unreadable_value", 4),
        ("unreadable_value", 4),
        ("bad_row", 5),
        ("bad_row", 7),
    ]


def test_broken_json_line(recordings: Folder) -> None:
    folder = recordings("a.wav")
    path = manifest(folder, '{"file": "a.wav"\n{"file": "a.wav"}\n[1]\n', name="calls.jsonl")
    intake = read_calls(folder, manifest=path)
    assert [(p.code, p.line) for p in intake.problems] == [("bad_row", 1), ("bad_row", 3)]
    assert len(intake.calls) == 1


def test_unknown_agent_is_reported_and_kept(recordings: Folder) -> None:
    folder = recordings("a.wav", "b.wav")
    path = manifest(folder, "call_id,file,工号\nC1,a.wav,8001\nC2,b.wav,9999\n")
    intake = read_calls(folder, manifest=path, known_agents={"8001"})
    assert [call.facts.agent for call in intake.calls] == ["8001", "9999"]
    assert [(p.code, p.call_id, p.skipped) for p in intake.problems] == [("unknown_agent", "C2", False)]


def test_customer_numbers_become_keys_and_appear_nowhere(recordings: Folder) -> None:
    folder = recordings("a.wav", "b.wav")
    text = (
        "call_id,file,方向,主叫,被叫,备用电话,备注\n"
        "C1,a.wav,呼入,13800000001,4008000000,13900000002,请回13800000001\n"
        "C2,b.wav,呼出,8001,13800000001,,\n"
    )
    path = manifest(folder, text)
    intake = read_calls(folder, manifest=path, customer_key=b"secret")
    first, second = (call.facts for call in intake.calls)
    assert first.customer_key is not None
    assert first.customer_key == second.customer_key
    assert "13800000001" not in intake.model_dump_json()
    assert "13900000002" not in intake.model_dump_json()
    assert first.fields == {"备注": "请回***********"}
    without = read_calls(folder, manifest=path)
    assert [call.facts.customer_key for call in without.calls] == [None, None]
    assert codes(without) == ["customer_number_dropped"]


def test_two_columns_of_one_meaning(recordings: Folder) -> None:
    folder = recordings("a.wav")
    intake = read_calls(folder, manifest=manifest(folder, "录音,坐席姓名,工号\na.wav,林晓燕,8001\n"))
    assert intake.calls[0].facts.agent == "8001"
    assert intake.calls[0].facts.fields == {"坐席姓名": "林晓燕"}
    assert codes(intake) == ["column_twice"]


@pytest.mark.parametrize("name", [example for example, _ in PATTERNS])
def test_file_names_of_telephone_systems(recordings: Folder, name: str) -> None:
    folder = recordings(f"{name}.wav")
    facts = read_calls(folder, customer_key=b"k").calls[0].facts
    assert facts.agent == "8001"
    assert facts.started_at == datetime(2026, 11, 20, 10, 15, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert "13800000000" not in facts.model_dump_json()
    assert (facts.customer_key is not None) == ("13800000000" in name)


def test_any_other_name_is_the_id(recordings: Folder) -> None:
    folder = recordings("x/周三 早上.wav", "y/周三 早上.wav", ".hidden.wav", "._x.wav", "readme.txt")
    assert [call.facts.id for call in read_calls(folder).calls] == ["周三 早上", "y-周三 早上"]


def test_list_of_files_takes_any_ending(recordings: Folder) -> None:
    folder = recordings("a.wav", "b.pcm", "c.wav")
    intake = read_calls([folder / "a.wav", folder / "b.pcm", folder / "a.wav"])
    assert [call.facts.id for call in intake.calls] == ["a", "b"]


def test_unreadable_file_is_its_own_problem(recordings: Folder) -> None:
    folder = recordings("a.wav", "b.wav")
    (folder / "loop.wav").symlink_to(folder / "loop.wav")  # opening fails for every user, root included
    intake = read_calls(folder)
    assert [call.facts.id for call in intake.calls] == ["a", "b"]
    assert codes(intake) == ["unreadable_file"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_file_without_permission(recordings: Folder) -> None:
    folder = recordings("a.wav", "b.wav")
    (folder / "a.wav").chmod(0)
    assert codes(read_calls(folder)) == ["unreadable_file"]


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "calls.csv", "intake.manifest_empty"),
        ("通话编号,录音\n".encode(), "calls.csv", "intake.manifest_empty"),
        ("甲,乙\n1,2\n".encode(), "calls.csv", "intake.manifest_columns"),
        (b"not a zip", "calls.xlsx", "intake.manifest_unreadable"),
        (b"[{]", "calls.json", "intake.manifest_unreadable"),
        (b"call_id,file\n\xff\xff\xff\xff,a.wav", "calls.csv", "intake.manifest_unreadable"),
    ],
)
def test_manifest_that_cannot_be_read_at_all(
    recordings: Folder, content: bytes, name: str, code: str
) -> None:
    folder = recordings("a.wav")
    path = folder.parent / name
    path.write_bytes(content)
    with pytest.raises(IntakeError) as caught:
        read_calls(folder, manifest=path)
    assert caught.value.code == code
    assert caught.value.hint


def test_missing_source_manifest_and_zone(recordings: Folder, tmp_path: Path) -> None:
    folder = recordings("a.wav")
    for call, code in (
        (lambda: read_calls(tmp_path / "nowhere"), "intake.source_missing"),
        (lambda: read_calls(folder, manifest=tmp_path / "nowhere.csv"), "intake.manifest_unreadable"),
        (lambda: read_calls(folder, zone="Mars/Olympus"), "intake.zone"),
        (lambda: read_calls(recordings(folder="empty")), "intake.nothing_found"),
    ):
        with pytest.raises(IntakeError) as caught:
            call()
        assert caught.value.code == code
