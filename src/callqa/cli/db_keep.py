"""``callqa db retain`` and ``callqa db erase``: what is too old goes, and what a customer wants gone."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer
from rich.markup import escape
from rich.table import Table

from callqa.cli.context import centre
from callqa.cli.screen import OK, SOME_FAILED, USAGE, complain, out
from callqa.store import Erasure
from callqa.store.retention import Kind

if TYPE_CHECKING:
    from callqa.api.house import House

_SERVER = "command-line"
"""Who did it, in the trace: whoever may run commands on the server."""
_KINDS: dict[Kind, str] = {"audio": "录音", "raw_text": "原文", "results": "结果"}
_OUTCOMES = {"all": "全部", "ordered": "成单", "not_ordered": "未成单"}


def retain(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只说会删什么，不删。")] = False,
) -> int:
    """按保存期限删除到期的录音、原文和结果；依法留存的不删。期限在复核服务里设（保存规则）。

    例：callqa db retain --dry-run
    """
    from callqa.api.house import House

    house = House(centre())
    with house.read() as work:
        rules, due = work.retention.rules(), work.retention.due(now=house.now())
    if not rules:
        complain("还没有设保存期限，什么也不删。", "请管理员在复核服务里设置保存规则。")
        return USAGE
    table = Table("数据", "期限", "到期（通）", "其中依法留存（通）")
    for kind, title in _KINDS.items():
        terms = "；".join(f"{_OUTCOMES[one.outcome]} {one.days} 天" for one in rules if one.kind == kind)
        gone, held = len(due.calls.get(kind, ())), len(due.held.get(kind, ()))
        table.add_row(title, terms or "长期保存", str(gone + held), str(held))
    out().print(table)
    if dry_run:
        out().print("只是试算，什么也没有删。")
        return OK
    with house.write() as work:
        proof = work.retention.apply(now=house.now(), by=_SERVER, erasure_id=uuid4().hex)
        if proof is not None:
            detail = {"calls": len(proof.calls)}
            house.trace.did(work, _SERVER, "retention.apply", f"erasure:{proof.id}", detail)
    if proof is None:
        out().print("没有到期的数据。")
        return OK
    return _finish(house, proof)


def erase(
    customer: Annotated[str, typer.Argument(help="客户的电话号码。", metavar="号码")],
    reason: Annotated[str, typer.Option("--reason", help="为什么删，记在证明里。")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只说有几通，不删。")] = False,
    sure: Annotated[bool, typer.Option("--yes", help="不再问一遍。")] = False,
) -> int:
    """删除一位客户全部通话的录音和文字，留下不含内容的删除证明；分数和指标留着，但不再连着这位客户。

    例：callqa db erase 13800000000 --reason 客户书面申请
    """
    from callqa.api.house import House
    from callqa.intake.values import customer_key

    house = House(centre())
    key = customer_key(customer, house.customer_key)
    if key is None:
        complain("这不是电话号码。", "请写完整的号码，如 13800000000。")
        return USAGE
    house.centre.bring_in()  # results that wait beside the database are this customer's, too
    with house.read() as work:
        calls = work.erasures.calls_of(key)
    out().print(f"这位客户有 {len(calls)} 通电话。")
    if dry_run:
        out().print("只是试算，什么也没有删。")
        return OK
    if calls and not sure and not typer.confirm("删了不能恢复。确定删除？"):
        return USAGE
    with house.write() as work:
        proof = work.erasures.erase(key, erasure_id=uuid4().hex, by=_SERVER, now=house.now(), reason=reason)
        house.trace.did(work, _SERVER, "erasure.customer", f"erasure:{proof.id}", {"calls": len(proof.calls)})
    return _finish(house, proof)


def _finish(house: "House", proof: Erasure) -> int:
    """Delete the files after the rows are gone for good, note it, say it."""
    from callqa.api.audio import copies_of

    with house.read() as work:
        known = [call for one in proof.calls if (call := work.calls.get(one)) is not None]
    for call in known:
        shutil.rmtree(copies_of(house, call.recording.sha256), ignore_errors=True)
    left = []
    for name in proof.files:
        try:
            Path(name).unlink(missing_ok=True)
        except OSError:
            left.append(name)
    if not left:
        with house.write() as work:
            work.erasures.files_gone(proof.id, now=house.now())
    out().print(
        f"已删除 {len(proof.calls)} 通电话的数据，{len(proof.files) - len(left)} 个录音文件。删除证明 {proof.id}。"
    )
    for name in left:
        complain(f"删不掉 {escape(name)}。", "请检查权限，手工删除，再执行同一条命令。")
    return SOME_FAILED if left else OK
