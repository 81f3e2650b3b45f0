"""``callqa rescore``: a new policy over stored transcripts; no audio is touched."""

import time
from typing import Annotated

import typer

from callqa.cli.context import PolicyOption, WorkersOption, centre, day_of
from callqa.cli.progress import progress
from callqa.cli.score import conclude
from callqa.cli.screen import err
from callqa.cli.stop import stoppable
from callqa.cli.summary import Summary
from callqa.domain import CallQAError
from callqa.engine.batch import Tally
from callqa.engine.work import Done

EXAMPLES = """
例：

callqa rescore --policy my-centre/policy                       所有存下的通话按新方案重新打分

callqa rescore --policy my-centre/policy --from 2026-11-20     只算这天以后的

callqa rescore C0007 C0012                                     只算这几通

不碰录音，只重算受影响的部分；旧的评分保留。
"""


def rescore(
    calls: Annotated[
        list[str] | None,
        typer.Argument(help="通话号；不写就是全部。", metavar="[通话号…]", show_default=False),
    ] = None,
    policy: PolicyOption = None,
    first: Annotated[
        str | None, typer.Option("--from", help="从哪天起（YYYY-MM-DD，含）。", show_default=False)
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", help="到哪天止（YYYY-MM-DD，含）。", show_default=False)
    ] = None,
    workers: WorkersOption = None,
    *,
    again: Annotated[bool, typer.Option("--again", help="除转写外全部重算。")] = False,
) -> int:
    """换了质检方案后，用存下的转写重新打分，不碰录音。"""
    house = centre(policy=policy, workers=workers)
    _ = house.policies, house.techniques_model
    stored = house.ledger.incoming(
        first_day=day_of(first, "--from"), last_day=day_of(last, "--to"), ids=calls or None
    )
    missing = sorted(set(calls or ()) - {one.facts.id for one in stored})
    if missing or not stored:
        what = f"没有存过这些通话：{'、'.join(missing)}。" if missing else "数据库里没有符合条件的通话。"
        raise CallQAError(what, code="call.unknown", hint="请先执行 callqa score，或检查通话号和日期。")
    run = house.run("rescore", source=str(house.policy_folder))
    summary = Summary()
    started = time.monotonic()
    console = err()
    with stoppable(console) as stop, progress(console) as report:

        def note(tally: Tally, done: Done | None) -> None:
            if done is not None:
                summary.add(done)
            report(tally, done)

        tally = house.rescore(stored, run=run, again=again, stop=stop, report=note)
        stopped = stop()
    return conclude(house, run, tally, summary, seconds=time.monotonic() - started, stopped=stopped)
