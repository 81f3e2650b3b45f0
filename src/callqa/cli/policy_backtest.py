"""``callqa policy backtest``: a new policy over stored calls, before it goes live. Stores nothing."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from callqa.bootstrap import Centre
from callqa.cli.context import WorkersOption, centre, day_of
from callqa.cli.policy_labels import read_labels
from callqa.cli.progress import progress
from callqa.cli.screen import ABANDONED, OK, SOME_FAILED, err, number, out
from callqa.cli.stop import stoppable
from callqa.domain import CallQAError, Failed, IncomingCall, Processed
from callqa.evaluation import Truth, true_steps, true_violations
from callqa.insights import Period, results_between
from callqa.insights.backtest import (
    BackTest,
    Figures,
    Key,
    Label,
    Row,
    Share,
    Sketch,
    compare,
    labels_of_reviews,
    labels_of_truth,
    sketch,
)
from callqa.insights.backtest_sheets import backtest_sheets
from callqa.insights.export import write_excel
from callqa.policy import not_for

EXAMPLES = """
例：

callqa policy backtest policy-12                        新方案和存下的评分比

callqa policy backtest policy-12 --old policy-11        和另一版方案比

callqa policy backtest policy-12 --from 2026-11-01 --to 2026-11-15 --xlsx 试算.xlsx

callqa policy backtest policy-12 --labels samples/truth 有标注的通话另算精确率、召回率（95% 区间）

只算归这个方案管的通话（按产品、广告活动、日期，和打分时选方案一样），别的方案的通话不算在内，并说明有几通。
只重算判定和评分，不碰录音，什么也不写进数据库。新方案还没生效也可以试：更早的通话当作它生效第一天的。
有复核记录的通话，复核过的条目也当标注用。
退出码：0 完成；1 有通话算不出来；2 方案或参数有误；130 被中断。
"""
_SHOWN = 30
"""Flipped calls listed on the screen; the workbook has all."""


def backtest(
    new: Annotated[Path, typer.Argument(help="新方案文件夹。", metavar="新方案", show_default=False)],
    *,
    old: Annotated[
        Path | None,
        typer.Option("--old", help="旧方案文件夹；不写就和存下的评分比。", show_default=False),
    ] = None,
    first: Annotated[
        str | None, typer.Option("--from", help="从哪天起（YYYY-MM-DD，含）。", show_default=False)
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", help="到哪天止（YYYY-MM-DD，含）。", show_default=False)
    ] = None,
    labels: Annotated[
        Path | None,
        typer.Option("--labels", help="标注文件夹（*.json 或带标注的 *.txt）。", show_default=False),
    ] = None,
    minutes: Annotated[
        float, typer.Option("--minutes", min=0.0, help="人工复核一条待人工的条目按几分钟算。")
    ] = 2.0,
    xlsx: Annotated[
        Path | None, typer.Option("--xlsx", help="把全部结果写进这个 Excel。", show_default=False)
    ] = None,
    workers: WorkersOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> int:
    """用存下的通话试算新方案：每千通命中多少、哪些通话翻案、分数怎么动、人工要多花几分钟。"""
    house = centre(policy=new, workers=workers)
    _ = house.policies, house.techniques_model
    if xlsx is not None and xlsx.suffix.lower() != ".xlsx":
        raise CallQAError(
            f"--xlsx 的文件名要以 .xlsx 结尾，写的是“{xlsx.name}”。", code="usage.xlsx", hint="例：试算.xlsx"
        )
    period = Period(first=day_of(first, "--from"), last=day_of(last, "--to"))
    calls = house.ledger.incoming(first_day=period.first, last_day=period.last)
    known = house.ledger.latest_keys([one.facts.id for one in calls])
    calls = [one for one in calls if one.facts.id in known]
    if not calls:
        raise CallQAError(
            "这段日期里没有存下的通话。", code="backtest.empty", hint="请先执行 callqa score，或检查日期。"
        )
    calls, left = _own(house, old, calls, workers=workers)
    if not calls:
        raise CallQAError(
            f"这段日期里没有这个方案可以试算的通话：{_reasons(left)}。",
            code="backtest.empty",
            hint="请检查方案的 id、products、campaigns，或换一段日期。",
        )
    truth = read_labels(labels) if labels is not None else {}
    failed: list[Failed] = []
    before = _old(house, old, calls, period, failed=failed, workers=workers)
    after = None if before is None else _judge(house, calls, failed=failed, workers=workers, what="新方案")
    if before is None or after is None:
        return ABANDONED
    said = _labels(house, after, truth)
    test = compare(before, after, minutes_per_line=minutes, labels=said)
    if as_json:
        typer.echo(json.dumps(_body(test, house, failed, left), ensure_ascii=False, indent=2))
    else:
        _show(out(), test, failed, left)
    if xlsx is not None:
        _write(xlsx, test, house, left)
    return SOME_FAILED if failed else OK


def _own(
    house: Centre, old: Path | None, calls: list[IncomingCall], *, workers: int | None
) -> tuple[list[IncomingCall], Counter[str]]:
    """Calls that scoring would judge by the new policy; and how many it would not, by reason."""
    configured = centre(workers=workers)
    # the samples' policy stands in where a centre names none: nobody chose it for these calls
    chosen = configured.settings.policy is not None or (
        configured.published is not None and configured.published.is_dir()
    )
    published = configured.policies if chosen else ()
    against = centre(policy=old, workers=workers).policies if old is not None else None
    kept: list[IncomingCall] = []
    left: Counter[str] = Counter()
    for one in calls:
        why = not_for(one.facts, house.policies, published=published, against=against)
        if why is None:
            kept.append(one)
        else:
            left[why] += 1
    return kept, left


def _reasons(left: Counter[str]) -> str:
    return "；".join(f"{why} {calls} 通" for why, calls in left.most_common())


def _old(
    house: Centre,
    folder: Path | None,
    calls: list[IncomingCall],
    period: Period,
    *,
    failed: list[Failed],
    workers: int | None,
) -> dict[str, Sketch] | None:
    """The stored results, or those of an old policy; None where somebody pressed Ctrl-C."""
    if folder is None:
        return {
            stored.masked.call.id: sketch(stored.masked) for stored in results_between(house.database, period)
        }
    other = centre(policy=folder, workers=workers)
    _ = other.policies
    return _judge(other, calls, failed=failed, workers=workers, what="旧方案")


def _judge(
    house: Centre, calls: list[IncomingCall], *, failed: list[Failed], workers: int | None, what: str
) -> dict[str, Sketch] | None:
    found: dict[str, Sketch] = {}

    def take(result: Processed) -> None:
        found[result.call.id] = sketch(result)

    console = err()
    console.print(f"{what}试算 {len(calls)} 通……")
    with stoppable(console) as stop, progress(console) as report:
        house.trial(calls, take=take, failed=failed.append, workers=workers, stop=stop, report=report)
        stopped = stop()
    return None if stopped else found


def _labels(
    house: Centre, judged: Mapping[str, Sketch], truth: Mapping[str, Truth]
) -> dict[str, dict[Key, Label]]:
    """Reviews of the calls, and on top of them the labels of the folder."""
    found = {
        call_id: labels_of_reviews(events, cards)
        for call_id, (events, cards) in house.reviews(list(judged)).items()
    }
    for call_id, labelled in truth.items():
        if call_id in judged:
            rules = [key[1] for key in judged[call_id].sightings if key[0] == "rule"]
            steps, broken = true_steps(labelled), true_violations(labelled)
            found[call_id] = {**found.get(call_id, {}), **labels_of_truth(steps, broken, rules)}
    return found


def _body(test: BackTest, house: Centre, failed: Iterable[Failed], left: Counter[str]) -> dict[str, object]:
    def share(one: Share) -> dict[str, object]:
        return {"hits": one.hits, "of": one.of, "value": one.value, "interval": one.interval}

    def figures(one: Figures | None) -> dict[str, object] | None:
        if one is None:
            return None
        return {
            **one.model_dump(exclude={"accuracy"}),
            "per_thousand_calls": 1000 * one.broken / test.calls if test.calls else None,
            "precision": share(one.precision),
            "recall": share(one.recall),
        }

    return {
        "policy": [one.ref.model_dump() for one in house.policies],
        **test.model_dump(exclude={"rows", "flips", "work"}),
        "rows": [
            {
                **row.model_dump(exclude={"old", "new"}),
                "old": figures(row.old),
                "new": figures(row.new),
            }
            for row in test.rows
        ],
        "flips": [{**flip.model_dump(), "delta": flip.delta} for flip in test.flips],
        "work": {
            **test.work.model_dump(),
            "old_minutes": test.work.old_minutes,
            "new_minutes": test.work.new_minutes,
        },
        "left_out": [{"why": why, "calls": calls} for why, calls in left.most_common()],
        "failed": [one.model_dump() for one in failed],
    }


def _show(console: Console, test: BackTest, failed: list[Failed], left: Counter[str]) -> None:
    console.print(
        Text(
            f"试算 {test.calls} 通，{len(test.flips)} 通结果有变化；"
            f"平均分 {number(test.old_mean)} → {number(test.new_mean)}"
        )
    )
    if left:
        console.print(Text(f"另有 {left.total()} 通不算在内：{_reasons(left)}", style="dim"), soft_wrap=True)
    grades = "，".join(f"{name} {before} → {after}" for name, before, after in test.grades)
    console.print(Text(f"等级：{grades}"), soft_wrap=True)
    _show_rows(console, test)
    _show_flips(console, test)
    work = test.work
    console.print(
        Text(
            f"\n人工：待人工 {work.old_lines} → {work.new_lines} 条，每条按 {number(work.minutes_per_line)} 分钟，"
            f"共 {number(work.old_minutes)} → {number(work.new_minutes)} 分钟"
            f"（{_signed(work.new_minutes - work.old_minutes)} 分钟，"
            f"每千通 {_signed(1000 * (work.new_minutes - work.old_minutes) / max(1, test.calls))} 分钟）"
        ),
        soft_wrap=True,
    )
    for one in failed:
        console.print(Text(f"没有算出：{one.call_id} {one.message}{one.hint}", style="red"), soft_wrap=True)
    console.print(Text("什么也没有写进数据库。", style="dim"))


def _show_rows(console: Console, test: BackTest) -> None:
    moved = [row for row in test.rows if row.moved or _judged(row)]
    title = f"\n步骤和规则：未做到或违反的通话，每千通（分母 {test.calls} 通）"
    table = Table(title=title, title_justify="left", header_style="bold", title_style="bold")
    headings = ["条目", "旧", "新", "转为违反", "不再违反", "听不清 旧→新"]
    headings += ["精确率（新）", "召回率（新）", "精确率（旧）"] if test.labelled else []
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "条目" else "right")
    for row in moved:
        cells = [
            f"{'步骤' if row.subject == 'step' else '规则'} {row.title}",
            _thousand(row.old, test.calls),
            _thousand(row.new, test.calls),
            str(row.now_broken or ""),
            str(row.now_cleared or ""),
            f"{row.old.unsure if row.old else 0} → {row.new.unsure if row.new else 0}",
        ]
        if test.labelled:
            cells += [
                _rate(row.new.precision) if row.new else "",
                _rate(row.new.recall) if row.new else "",
                _rate(row.old.precision) if row.old else "",
            ]
        table.add_row(*(Text(cell) for cell in cells), style="bold" if row.moved else "")
    console.print(table)
    if test.labelled:
        console.print(
            Text(f"精确率、召回率：{test.labelled} 通有标注或复核，括号里是 95% 区间。", style="dim")
        )


def _judged(row: Row) -> bool:
    """Was it ever broken or unsure, or is it labelled?"""
    return any(
        side is not None and (side.broken or side.unsure or side.precision.of or side.recall.of)
        for side in (row.old, row.new)
    )


def _show_flips(console: Console, test: BackTest) -> None:
    if not test.flips:
        return
    more = f"，只列掉分最多的 {_SHOWN} 通" if len(test.flips) > _SHOWN else ""
    table = Table(
        title=f"\n结果有变化的通话（{len(test.flips)} 通{more}）",
        title_justify="left",
        header_style="bold",
        title_style="bold",
    )
    for heading in ("通话", "坐席", "旧分", "新分", "变化", "等级", "哪里变了"):
        table.add_column(heading, overflow="fold", justify="right" if heading.endswith("分") else "left")
    for flip in test.flips[:_SHOWN]:
        grade = flip.new_grade if flip.old_grade == flip.new_grade else f"{flip.old_grade} → {flip.new_grade}"
        delta = _signed(flip.delta) if flip.delta is not None else "—"
        style = "red" if (flip.delta or 0) < 0 else ""
        cells = (flip.call_id, flip.agent, number(flip.old_total), number(flip.new_total), delta, grade)
        table.add_row(*(Text(cell) for cell in cells), Text("\n".join(flip.changes)), style=style)
    console.print(table)


def _thousand(figures: Figures | None, calls: int) -> str:
    if figures is None:
        return "—"
    return number(1000 * figures.broken / calls) if calls else "—"


def _rate(share: Share) -> str:
    if share.value is None or share.interval is None:
        return "—"
    low, high = share.interval
    return f"{share.value:.0%}（{low:.0%}–{high:.0%}，{share.hits}/{share.of}）"


def _signed(value: float) -> str:
    return f"{value:+.1f}" if value else "0"


def _write(target: Path, test: BackTest, house: Centre, left: Counter[str]) -> None:
    about = {
        "内容": "callqa 方案试算；个人信息已遮盖，什么也没有写进数据库",
        "新方案": "、".join(f"{one.title} {one.version} {one.ref.sha256[:12]}" for one in house.policies),
        "每千通": f"分母是两版都判过的 {test.calls} 通",
        "不算在内": _reasons(left) or "没有",
        "上限、下限": "95% Wilson 区间",
    }
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_excel(target, backtest_sheets(test), about)
    except OSError as refused:
        raise CallQAError(
            f"写不了 {target}：{refused.strerror or refused}。",
            code="export.write",
            hint="如果它正在 Excel 里开着，请先关上；否则请检查空间和权限。",
        ) from refused
    err().print(Text(f"已写 {target}。"))
