"""``callqa score``: listen to recordings and score them."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from callqa.bootstrap import Centre
from callqa.cli.context import PolicyOption, WorkersOption, centre
from callqa.cli.progress import progress, speed
from callqa.cli.screen import ABANDONED, OK, REFUSED, SOME_FAILED, demo_banner, err, out
from callqa.cli.stop import stoppable
from callqa.cli.summary import Summary
from callqa.domain import Failed, Run
from callqa.engine.batch import Tally
from callqa.engine.work import Done
from callqa.intake import Problem, read_calls

EXAMPLES = """
例：

callqa score recordings/2026-11-20 --manifest calls.csv   一天的录音，带通话清单

callqa score a.wav b.mp3                                  几个文件，通话信息取自文件名

callqa score recordings --recogniser large-v3-turbo       用正式的识别模型

中断后执行同一条命令就接着做，做过的不重做；要全部重做加 --again。
"""

_PROBLEMS_TOLD = 20


def score(
    sources: Annotated[
        list[Path],
        typer.Argument(
            help="录音文件夹，或一个以上的录音文件。", metavar="文件夹或文件…", show_default=False
        ),
    ],
    manifest: Annotated[
        Path | None,
        typer.Option(
            "--manifest",
            "-m",
            help="通话清单（CSV、TSV、XLSX、JSONL），UTF-8 或 GB18030。",
            show_default=False,
        ),
    ] = None,
    policy: PolicyOption = None,
    workers: WorkersOption = None,
    recogniser: Annotated[
        str | None,
        typer.Option("--recogniser", "-r", help="识别模型：名称或文件夹；不写就按设置。", show_default=False),
    ] = None,
    *,
    again: Annotated[bool, typer.Option("--again", help="不管做没做过，全部重做（旧结果保留）。")] = False,
) -> int:
    """处理录音：转写、查流程和违禁语、标技巧、量指标、打分，存进数据库。"""
    house = centre(policy=policy, workers=workers, recogniser=recogniser)
    console = err()
    _ = house.policies, house.recogniser_card, house.techniques_model, house.database
    found = read_calls(
        sources[0] if len(sources) == 1 else sources,
        manifest=manifest,
        zone=house.settings.zone,
        customer_key=house.customer_key,
    )
    problems = [told(problem) for problem in found.problems]
    for text in problems[:_PROBLEMS_TOLD]:
        console.print(f"[yellow]注意[/] {escape(text)}", soft_wrap=True)
    if len(problems) > _PROBLEMS_TOLD:
        console.print(f"[yellow]注意[/] 另有 {len(problems) - _PROBLEMS_TOLD} 条没有列出。")
    refused = [failure_of(problem) for problem in found.problems if problem.code == "unreadable_file"]
    run = house.run("score", source=" ".join(str(one) for one in sources), problems=problems)
    summary = Summary()
    started = time.monotonic()
    with stoppable(console) as stop, progress(console) as report:

        def note(tally: Tally, done: Done | None) -> None:
            if done is not None:
                summary.add(done)
            report(tally, done)

        tally = house.score(found.calls, run=run, refused=refused, again=again, stop=stop, report=note)
        stopped = stop()
    return conclude(house, run, tally, summary, seconds=time.monotonic() - started, stopped=stopped)


def told(problem: Problem) -> str:
    """A problem of the intake in one line."""
    where = f"第 {problem.line} 行：" if problem.line else ""
    return f"{where}{problem.message}{problem.hint}"


def failure_of(problem: Problem) -> Failed:
    """A file that cannot be opened is a failed call, and the exit code says so."""
    return Failed(
        call_id=problem.call_id or (problem.path.stem if problem.path else "—"),
        path=str(problem.path or ""),
        stage="intake",
        code=f"intake.{problem.code}",
        message=problem.message,
        hint=problem.hint,
    )


def conclude(
    house: Centre, run: Run, tally: Tally, summary: Summary, *, seconds: float, stopped: bool
) -> int:
    """Tables, then one line of figures, then what to do next; the verb's exit code."""
    console = out()
    told = {one.call_id for one in summary.failed}
    # intake and policy refuse some before a worker sees them
    summary.failed += [one for one in house.run_results(run.id)[1] if one.call_id not in told]
    summary.show(console)
    _figures(console, tally, seconds)
    if summary.demo or (run.recogniser and run.recogniser.demo):
        demo_banner(console)
    if stopped and tally.left:
        console.print(f"[yellow]已停下，还剩 {tally.left} 通。再执行同一条命令就接着做。[/]")
        return ABANDONED
    if tally.spilled:
        console.print(
            f"[yellow]{tally.spilled} 通的结果数据库没收下，暂存在 {house.spill_folder}；"
            "下次执行 callqa score 时自动补存。[/]",
            soft_wrap=True,
        )
        return REFUSED
    if summary.lines:
        example = min(summary.lines, key=lambda line: (line.total is None, line.total or 0.0)).call_id
        console.print(
            f"下一步：callqa show {escape(example)} 看一通的对话和依据；callqa export day.xlsx 导出表格。"
        )
    if tally.failed:
        console.print(
            f"[red]{tally.failed} 通失败[/]，其余不受影响；处理好原因后再执行同一条命令，只补做这些。"
        )
        return SOME_FAILED
    return OK


def _figures(console: Console, tally: Tally, seconds: float) -> None:
    parts = [f"完成 {tally.finished}"]
    if tally.skipped:
        parts.append(f"已有结果、跳过 {tally.skipped}")
    if tally.brought_in:
        parts.append(f"补存上次暂存 {tally.brought_in}")
    if tally.failed:
        parts.append(f"失败 {tally.failed}")
    console.print(
        f"{'，'.join(parts)}（共 {tally.total} 通）。用时 {seconds:.1f} 秒 {speed(tally, seconds)}".rstrip()
    )
