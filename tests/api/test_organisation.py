"""The organisation from two tables: dry run, all faults at once, the same again changes nothing."""

import io
import zipfile
from typing import Any

import openpyxl
import pytest

from tests.api.office import STAFF, UNITS, Office

KINDS = {"company": "公司", "department": "部门", "team": "队", "group": "组"}
ROLES = {
    "general_manager": "总经理",
    "director": "主管",
    "captain": "队长",
    "leader": "小组长",
    "trainer": "培训师",
    "inspector": "质检员",
    "agent": "坐席",
    "administrator": "管理员",
}
UNIT_HEAD = ["编号", "名称", "层级", "上级", "起", "止"]
PEOPLE_HEAD = ["工号", "姓名", "登录名", "角色", "单位", "起", "止", "原文"]

Rows = list[list[str]]


def unit_rows() -> Rows:
    return [[one.id, one.title, KINDS[one.kind.value], one.parent or "", "", ""] for one in UNITS]


def people_rows() -> Rows:
    return [
        [
            person,
            name,
            person,
            ROLES[role.value],
            unit,
            "",
            "",
            "是" if person in ("gm", "dir1", "insp1") else "",
        ]
        for person, (name, unit, role) in STAFF.items()
    ]


def csv(head: list[str], rows: Rows) -> bytes:
    return "\n".join(",".join(row) for row in [head, *rows]).encode()


def sheet(head: list[str], rows: Rows) -> bytes:
    book = openpyxl.Workbook()
    for row in [head, *rows]:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def bring_in(
    office: Office, units: bytes, people: bytes, *, dry_run: bool = False, ending: str = "csv"
) -> Any:
    return office.as_("admin").post(
        "/org/imports",
        files={"units": (f"单位.{ending}", units), "people": (f"人员.{ending}", people)},
        data={"dry_run": str(dry_run).lower()},
    )


def test_the_same_organisation_changes_nothing(office: Office) -> None:
    answer = bring_in(office, csv(UNIT_HEAD, unit_rows()), csv(PEOPLE_HEAD, people_rows()))
    assert answer.json() == {"dry_run": False, "units": 0, "people": 0, "posts": 0, "calls": 0}


def test_a_dry_run_tells_and_changes_nothing_then_excel_does(office: Office) -> None:
    people = people_rows()
    people = [row for row in people if row[0] != "a2"]
    for row in people:
        if row[0] == "a1":
            row[4], row[5] = "g2", "2026-11-01"
    units = [*unit_rows(), ["g4", "D组", "组", "t1", "", ""]]
    tried = bring_in(office, csv(UNIT_HEAD, units), csv(PEOPLE_HEAD, people), dry_run=True).json()
    assert tried == {"dry_run": True, "units": 1, "people": 1, "posts": 3, "calls": 2}
    assert bring_in(office, csv(UNIT_HEAD, units), csv(PEOPLE_HEAD, people), dry_run=True).json() == tried
    assert "g4" not in office.as_("admin").get("/units").text
    done = bring_in(office, sheet(UNIT_HEAD, units), sheet(PEOPLE_HEAD, people), ending="xlsx").json()
    assert done == {**tried, "dry_run": False}
    seen = {one["id"] for one in office.as_("lead2").get("/calls").json()["items"]}
    assert seen == {"C1", "C3"}
    gone = [one for one in office.as_("admin").get("/people").json()["items"] if one["id"] == "a2"]
    assert [one["active"] for one in gone] == [False]
    assert office.as_("a2").get("/calls").status_code == 401


def test_gb18030_and_other_headings_are_read(small: Office) -> None:
    units = "id;title;kind;parent\n" + "\n".join(";".join(row[:4]) for row in unit_rows())
    people = csv(PEOPLE_HEAD, people_rows()).decode().encode("gb18030")
    answer = bring_in(small, units.encode("utf-8-sig"), people)
    assert answer.status_code == 200, answer.text
    assert answer.json()["units"] == 0


@pytest.mark.parametrize(
    ("row", "where", "said"),
    [
        (["x1", "甲", "组", "x1", "", ""], "单位表第 10 行 上级", "绕成了圈"),
        (["x1", "甲", "组", "nowhere", "", ""], "单位表第 10 行 上级", "不在单位表里"),
        (["x1", "甲" * 500, "组", "t1", "", ""], "单位表第 10 行 名称", "太长"),
        (["x1", "甲", "军团", "t1", "", ""], "单位表第 10 行 层级", "不认识“军团”"),
        (["g1", "甲", "组", "t1", "", ""], "单位表第 10 行", "已经用过"),
        (["x/1", "甲", "组", "t1", "", ""], "单位表第 10 行 编号", "不能有空格、斜杠"),
        (["x1", "甲", "组", "t1", "去年", ""], "单位表第 10 行 起", "不是日期"),
        (["x1", "甲", "组", "t1", "2026-11-20", "2026-11-01"], "单位表第 10 行", "颠倒"),
        (["x1", "甲", "组", "", "", ""], "单位表第 10 行 上级", "只有公司"),
        (["", "甲", "组", "t1", "", ""], "单位表第 10 行 编号", "没有填"),
    ],
)
def test_faulty_units_are_told_by_row_and_nothing_is_changed(
    small: Office, row: list[str], where: str, said: str
) -> None:
    answer = bring_in(small, csv(UNIT_HEAD, [*unit_rows(), row]), csv(PEOPLE_HEAD, people_rows()))
    assert (answer.status_code, answer.json()["code"]) == (422, "org.faults")
    (fault,) = [one for one in answer.json()["errors"] if one["where"] == where]
    assert said in fault["message"]
    assert len(small.as_("admin").get("/units").json()["items"]) == len(UNITS)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["p1", "某" * 500, "p1", "坐席", "g1", "", "", ""], "太长"),
        (["p1", "某人", "p1", "神仙", "g1", "", "", ""], "不认识“神仙”"),
        (["p1", "某人", "p1", "坐席", "nowhere", "", "", ""], "不在单位表里"),
        (["p1", "某人", "LEAD1", "坐席", "g1", "", "", ""], "两个人"),
        (["a1", "换了名", "a1", "坐席", "g1", "", "", ""], "和前面一行不同"),
        (["p1", "", "p1", "坐席", "g1", "", "", ""], "没有填"),
    ],
)
def test_faulty_people_are_told(small: Office, row: list[str], said: str) -> None:
    answer = bring_in(small, csv(UNIT_HEAD, unit_rows()), csv(PEOPLE_HEAD, [*people_rows(), row]))
    assert (answer.status_code, answer.json()["code"]) == (422, "org.faults")
    assert any(said in one["message"] for one in answer.json()["errors"]), answer.text


def test_a_ring_of_three_and_every_other_fault_come_at_once(small: Office) -> None:
    ring = [
        ["r1", "甲", "组", "r3", "", ""],
        ["r2", "乙", "组", "r1", "", ""],
        ["r3", "丙", "组", "r2", "", ""],
    ]
    answer = bring_in(
        small,
        csv(UNIT_HEAD, [*unit_rows(), *ring]),
        csv(PEOPLE_HEAD, [*people_rows(), ["p1", "某人", "p1", "神仙", "g1", "", "", ""]]),
    )
    messages = [one["message"] for one in answer.json()["errors"]]
    assert sum("绕成了圈" in one for one in messages) == 3
    assert any("神仙" in one for one in messages)


def test_files_that_are_no_tables_are_refused(small: Office) -> None:
    good = csv(UNIT_HEAD, unit_rows())
    for bad in (b"", b"\x00\x01\x02\xff\xfe", b"PK\x03\x04 not a book"):
        assert bring_in(small, good, bad).status_code == 422
    assert bring_in(small, good, b"PK\x03\x04 not a book", ending="xlsx").status_code == 422
    headless = bring_in(small, good, csv(["甲", "乙"], [["1", "2"]])).json()
    assert headless["errors"][0]["message"].startswith("缺少列")


def test_a_zip_bomb_is_refused_unopened(small: Office) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b"\x00" * 250_000_000)
    assert packed.tell() < 1_000_000
    answer = bring_in(small, packed.getvalue(), packed.getvalue(), ending="xlsx")
    assert (answer.status_code, answer.json()["code"]) == (422, "intake.manifest_unreadable")


def test_an_import_that_forgets_the_administrator_does_not_lock_everybody_out(office: Office) -> None:
    people = [row for row in people_rows() if row[0] != "admin"]
    units = [["hq2", "新公司", "公司", "", "", ""]]
    people = [[*row[:4], "hq2", *row[5:]] for row in people if row[0] == "gm"]
    assert bring_in(office, csv(UNIT_HEAD, units), csv(PEOPLE_HEAD, people)).status_code == 200
    assert office.as_("admin").get("/units").json()["items"][0]["id"] == "hq2"
    assert office.as_("admin").get("/people").status_code == 200


def test_the_mark_for_raw_data_is_an_administrators_to_give(office: Office) -> None:
    assert office.as_("dir1").patch("/people/lead1", {"raw": True}).status_code == 403
    changed = office.as_("admin").patch("/people/lead1", {"raw": True}).json()
    assert changed["raw"]
    assert office.as_("lead1").get("/auth/me").json()["raw"]
    assert office.as_("admin").patch("/people/nobody", {"raw": True}).status_code == 404
    assert office.as_("admin").patch("/people/admin", {"active": False}).status_code == 409
