"""``callqa db verify`` and ``callqa db reindex``: is the trace whole, and is what is derived still what it comes from."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from callqa.bootstrap import Centre
from callqa.cli.context import PolicyOption, centre
from callqa.cli.progress import far
from callqa.cli.screen import OK, REFUSED, err, out
from callqa.domain import ReviewEvent, Scorecard
from callqa.store import Anchor, Standing, StandingOf, as_by_machine, rebuild
from callqa.store import verify as verify_database

_STAGES = {"trace": "审计记录", "references": "行与行的引用", "words": "全文索引", "calls": "索引和来源"}
_KEPT = 500
"""Anchors remembered."""


def verify(
    policy: PolicyOption = None,
    at_most: Annotated[
        int | None,
        typer.Option("--calls", min=1, help="只核对这么多通（均匀抽取）；不写就全部。", show_default=False),
    ] = None,
) -> int:
    """核对审计记录（有没有改过、少过）、行与行的引用、复核编号、列表索引和来源是否一致。

    每次核对无误，就把审计记录末尾的指纹记进数据文件夹的 audit-anchors.txt；以后整条链被换掉也看得出来。
    这个文件请另存一份到别的机器。
    """
    house = centre(policy=policy)
    anchors = _file(house)
    console = err()
    with far(console, _STAGES) as report:
        found = verify_database(
            house.database,
            standing_of=standing_of(house),
            known=_read(anchors),
            at_most=at_most,
            report=report,
        )
    out().print(f"核对了 {found.audit_rows} 行审计记录、{found.calls} 通电话的索引。")
    for fault in found.faults:
        out().print(f"[red]{escape(fault)}[/]")
    if found.faults:
        console.print("索引不一致可用 callqa db reindex 重建；审计记录或复核不一致，请保留现场并查备份。")
        return REFUSED
    if found.anchor is not None and found.anchor.seq > 0:
        _note(anchors, found.anchor)
    out().print("[green]没有问题。[/]")
    return OK


def reindex(policy: PolicyOption = None) -> int:
    """按结果和复核记录重建列表索引（筛选、搜索用的那份），不动来源。"""
    house = centre(policy=policy)
    calls = rebuild(house.database, standing_of=standing_of(house))
    out().print(f"已重建 {calls} 通电话的索引。")
    return OK


def standing_of(house: Centre) -> StandingOf:
    """How a card stands after its events, by replay under the policy it was scored by."""
    from callqa.api.house import wall_clock
    from callqa.api.ledger import policy_of
    from callqa.api.ledger import standing_of as card_standing
    from callqa.api.terms import calendar_of, terms_of
    from callqa.review import appeal_states, effective

    calendar, terms = calendar_of(house.settings), terms_of(house.settings)

    def standing(card: Scorecard, events: Sequence[ReviewEvent]) -> Standing:
        if not events:
            return as_by_machine(card)
        rubric = policy_of(house.policies, card.policy).rubric
        now = effective(card, events, scorecard=events[0].scorecard, rubric=rubric)
        appeals = appeal_states(events, now=wall_clock(), calendar=calendar, terms=terms)
        return card_standing(now, appeals)

    return standing


def _file(house: Centre) -> Path:
    return house.settings.data / "audit-anchors.txt"


def _read(file: Path) -> list[Anchor]:
    if not file.is_file():
        return []
    pairs = (line.split() for line in file.read_text(encoding="ascii", errors="replace").splitlines())
    return [Anchor(int(pair[0]), pair[1]) for pair in pairs if len(pair) == 2 and pair[0].isdigit()]


def _note(file: Path, anchor: Anchor) -> None:
    known = _read(file)
    if anchor not in known:
        lines = [f"{one.seq} {one.hash}\n" for one in [*known, anchor][-_KEPT:]]
        file.write_text("".join(lines), encoding="ascii")
