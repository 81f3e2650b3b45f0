"""``callqa people``: who works here, from two tables; one-time passwords."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from callqa.cli.context import centre
from callqa.cli.screen import OK, USAGE, complain, out

app = typer.Typer(
    help="组织和人员：导入、列出、发一次性密码。", no_args_is_help=True, rich_markup_mode="rich"
)

_SERVER = "command-line"
"""Who did it, in the trace: whoever may run commands on the server."""


@app.command("import")
def import_(
    units: Annotated[
        Path, typer.Argument(help="单位表：编号、名称、层级（公司/部门/队/组）、上级、起、止。")
    ],
    people: Annotated[
        Path, typer.Argument(help="人员表：工号、姓名、登录名、角色、单位、起、止；一个岗位一行。")
    ],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只说会改什么，不改。")] = False,
) -> int:
    """按两张表（CSV 或 Excel）建立或更新组织；同一份表导两次，第二次什么也不改。

    表里没有的人改为停用，不删除：复核和申诉里有他们的名字。通话按当天的岗位重新归组。

    例：callqa people import samples/organisation/units.csv samples/organisation/people.csv
    """
    from callqa.api.house import House
    from callqa.api.org_import import import_sheets
    from callqa.api.org_sheet import read_sheets

    for file in (units, people):
        if not file.is_file():
            complain(f"没有文件 {file}。", "请检查路径。")
            return USAGE
    sheets = read_sheets(units, people)
    if sheets.faults:
        for fault in sheets.faults:
            complain(f"{fault.where}：{fault.message}", "")
        complain(f"{len(sheets.faults)} 处有误，什么也没有导入。", "请改好表格再导。")
        return USAGE
    done = import_sheets(House(centre()), sheets, by=_SERVER, dry_run=dry_run)
    out().print(
        f"{'会改动' if dry_run else '已改动'} {done.units} 个单位、{done.people} 个人、{done.posts} 个岗位；"
        f"{done.calls} 通电话的归属{'会' if dry_run else '已'}随之更新。"
    )
    return OK


@app.command("list")
def list_() -> None:
    """列出单位和人员，以及各人能不能登录。"""
    from callqa.api.house import House
    from callqa.api.org_sheet import ROLE_TITLES

    house = House(centre())
    today = house.today()
    with house.read() as work:
        titles = {unit.id: unit.title for unit in work.organisation.units()}
        everybody = [(person, work.organisation.posts_of(person.id)) for person in work.organisation.people()]
    table = Table("工号", "姓名", "登录名", "岗位", "状态")
    for person, posts in everybody:
        held = [post for post in posts if post.holds_on(today)]
        table.add_row(
            escape(person.id),
            escape(person.name),
            escape(person.login or "—"),
            escape(
                "、".join(f"{titles.get(post.unit, post.unit)}{ROLE_TITLES[post.role]}" for post in held)
                or "—"
            ),
            "在职" if person.active else "停用",
        )
    out().print(table)


@app.command()
def password(
    login: Annotated[str, typer.Argument(help="登录名。", metavar="登录名")],
) -> int:
    """给一个人发一次性密码（只显示这一次，登录后必须改掉）；也用来救回忘了密码的管理员。"""
    from callqa.api.house import House
    from callqa.api.org_import import give_one_time_password

    house = House(centre())
    with house.write() as work:
        person = work.organisation.by_login(login)
        if person is None or not person.active:
            complain(f"没有登录名为“{login}”的在职人员。", "用 callqa people list 看有哪些人。")
            return USAGE
        made = give_one_time_password(house, work, person, by=_SERVER)
    out().print(f"{escape(person.name)}（{escape(login)}）的一次性密码：[bold]{escape(made)}[/]")
    return OK
