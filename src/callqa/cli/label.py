"""``callqa label``: turns out to a trainer to be labelled, the most telling first, and their labels back."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from callqa.cli.context import PolicyOption, centre, day_of
from callqa.cli.screen import OK, SOME_FAILED, out
from callqa.cli.show import technique_titles
from callqa.domain import CallQAError, Transcript
from callqa.insights import Period, results_between
from callqa.techniques import (
    LABELS,
    Row,
    choose_tasks,
    load_model,
    read_corpus,
    read_labelled,
    write_rows,
    write_tasks,
)

app = typer.Typer(
    help="给技巧模型标注：挑最值得标的轮次导出，标好再导回来。", no_args_is_help=True, rich_markup_mode="rich"
)


@app.command(
    "export",
    epilog="""
例：

callqa label export 待标注.xlsx                     最值得标的 200 轮，Excel

callqa label export 待标注.json --count 500         Label Studio 的 JSON

callqa label export 第二轮.xlsx --done 标好.jsonl   标过的不再问

先问模型最拿不准的，彼此相像的只问一次。文件里只有遮盖过的内容。
""",
)
def export(
    target: Annotated[
        Path,
        typer.Argument(
            help="要写的文件：.xlsx 或 .json（Label Studio）。", metavar="文件", show_default=False
        ),
    ],
    *,
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="多少轮。")] = 200,
    first: Annotated[
        str | None, typer.Option("--from", help="从哪天起（YYYY-MM-DD，含）。", show_default=False)
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", help="到哪天止（YYYY-MM-DD，含）。", show_default=False)
    ] = None,
    done: Annotated[
        list[Path] | None,
        typer.Option("--done", help="标过的 .jsonl，里面有的轮次不再问。", show_default=False),
    ] = None,
    policy: PolicyOption = None,
) -> int:
    """从存下的通话里挑轮次，写成 Excel 或 Label Studio JSON。"""
    house = centre(policy=policy)
    period = Period(first=day_of(first, "--from"), last=day_of(last, "--to"))
    known = {_place(row) for row in read_corpus(done).rows} if done else set()
    calls = [
        (stored.masked.transcript, stored.masked.call.product or "")
        for stored in results_between(house.database, period)
    ]
    if not calls:
        raise CallQAError(
            "这段日期里没有存下的通话。", code="label.empty", hint="请先执行 callqa score，或检查日期。"
        )
    # the store holds masked transcripts; choose_tasks refuses any that is not
    tasks = choose_tasks(
        [transcript for transcript, _ in calls],
        load_model(house.techniques_folder, techniques=house.policies[-1].techniques),
        count=count + len(known),
        mask=_as_stored,
        products=[product for _, product in calls],
    )
    asked = [task for task in tasks if _place(task.row) not in known][:count]
    if not asked:
        raise CallQAError("没有可标的轮次了。", code="label.empty", hint="请放宽日期，或先给更多通话打分。")
    try:
        write_tasks(asked, target, titles=technique_titles(house))
    except OSError as refused:
        raise CallQAError(
            f"写不了 {target}：{refused.strerror or refused}。",
            code="label.write",
            hint="如果它正在 Excel 里开着，请先关上；否则请检查空间和权限。",
        ) from refused
    out().print(
        f"已写 {escape(str(target))}：{len(asked)} 轮，来自 {len({task.row.dialogue for task in asked})} 通通话。"
        "标好以后执行 callqa label import。",
        soft_wrap=True,
    )
    return OK


@app.command(
    "import",
    epilog="""
例：

callqa label import 待标注.xlsx --to 标好.jsonl

callqa train techniques --corpus 标好.jsonl

没填的行跳过；没有技巧写“没有标签”或 none。看不懂的行逐条说出来，其余照收。
""",
)
def import_(
    files: Annotated[
        list[Path], typer.Argument(help="标好的 .xlsx 或 .json。", metavar="文件…", show_default=False)
    ],
    target: Annotated[
        Path, typer.Option("--to", help="写到哪个 .jsonl；已有的同一轮换成新的标注。", show_default=False)
    ],
    policy: PolicyOption = None,
) -> int:
    """把标好的 Excel 或 Label Studio JSON 收回来，成为训练用的 .jsonl。"""
    house = centre(policy=policy)
    titles = technique_titles(house)
    if target.suffix != ".jsonl":
        raise CallQAError(
            f"--to 的文件名要以 .jsonl 结尾，写的是“{target.name}”。",
            code="usage.jsonl",
            hint="例：标好.jsonl",
        )
    kept: dict[tuple[str, str, str], Row] = {}
    if target.is_file():
        kept = {_place(row): row for row in read_corpus([target]).rows}
    console = out()
    faults, before = 0, len(kept)
    for path in files:
        rows, wrong = read_labelled(path, labels=(*LABELS, *titles), titles=titles)
        kept.update((_place(row), row) for row in rows)
        faults += len(wrong)
        for fault in wrong:
            console.print(f"[red]{escape(str(fault))}[/]", soft_wrap=True)
        console.print(f"{escape(str(path))}：收下 {len(rows)} 条，{len(wrong)} 条看不懂。", soft_wrap=True)
    if kept:
        write_rows(list(kept.values()), target)
        console.print(
            f"{escape(str(target))} 里现在有 {len(kept)} 条（新 {len(kept) - before} 条）。"
            f"训练：callqa train techniques --corpus {escape(str(target))}",
            soft_wrap=True,
        )
    else:
        console.print("[yellow]一条标注也没有，什么都没有写。[/]")
    return SOME_FAILED if faults else OK


def _as_stored(transcript: Transcript) -> Transcript:
    return transcript


def _place(row: Row) -> tuple[str, str, str]:
    """The same turn at the same place of the same call."""
    return row.dialogue, row.text, row.before[-1].text if row.before else ""
