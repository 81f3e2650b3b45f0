"""``callqa worker``: scores what was uploaded, in the background."""

import signal
from types import FrameType
from typing import Annotated

import typer

from callqa.cli.context import PolicyOption, centre
from callqa.cli.screen import demo_banner, err

EXAMPLES = """
例：

callqa worker             一直等着处理上传的录音、重新打分、发回调

callqa worker --drain     做完手头的就结束

可以同时启动多个，也可以在多台机器上，只要用同一个数据库和数据文件夹。停掉或断电都不会丢任务，也不会重复打分。
"""


def worker(
    policy: PolicyOption = None,
    *,
    drain: Annotated[bool, typer.Option("--drain", help="没有任务了就结束。")] = False,
) -> None:
    """处理上传的录音和后台任务。"""
    from callqa.api.logs import log_as_json
    from callqa.api.worker import Worker

    house = centre(policy=policy)
    house.resident = True
    _ = house.policies, house.recogniser_card, house.techniques_model, house.database
    console = err()
    if house.recogniser_card.ref.demo:
        demo_banner(console)
    log_as_json()
    one = Worker(house)
    asked = False

    def answer(_signal: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True
        one.stop()
        console.print("[yellow]收到停止：正在做完手头的通话。再按一次 Ctrl-C 立即停下。[/]")

    for which in (signal.SIGINT, signal.SIGTERM):
        signal.signal(which, answer)
    one.run(drain=drain)
