"""``callqa serve``: the API and the page from one process, or several."""

import os
import sys
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.panel import Panel

from callqa.cli.context import PolicyOption, centre
from callqa.cli.screen import err, out

EXAMPLES = """
例：

callqa serve                         本机 8321 端口

callqa serve --host 0.0.0.0 -w 4     内网可访问，四个进程

第一次启动会建一个管理员，并把一次性密码显示一次，请马上登录改掉。上传的录音由 callqa worker 处理，要另外启动。
"""

_POLICY = "CALLQA_POLICY"
_GRACE = 30
_SWITCH = 0.0005
"""Seconds a busy thread may keep the others waiting, a tenth of what Python allows: a write asks the database some
thirty short questions while it holds the lock, and after each waits for its turn to run again."""


def serve(
    host: Annotated[
        str | None, typer.Option("--host", help="监听的地址；不写就按设置。", show_default=False)
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="端口；不写就按设置。", show_default=False)
    ] = None,
    policy: PolicyOption = None,
    processes: Annotated[
        int, typer.Option("--workers", "-w", min=1, max=64, help="服务进程数；一台机器上多人用时加大。")
    ] = 1,
) -> None:
    """启动复核服务：接口（/api/v1）和页面。"""
    # the web framework takes a second to load: not for every other verb
    import uvicorn

    from callqa.api.first import LOGIN, make_administrator
    from callqa.api.house import House
    from callqa.api.logs import log_as_json

    house = centre(policy=policy, host=host, port=port)
    _ = house.policies
    said = House(house)
    password = make_administrator(said)
    settings = house.settings
    if password is not None:
        out().print(
            Panel.fit(
                f"已建立管理员。登录名 [bold]{LOGIN}[/]，一次性密码 [bold]{escape(password)}[/]\n"
                "只显示这一次；第一次登录时必须改掉。",
                title="第一次启动",
            )
        )
    err().print(
        f"复核服务：http://{escape(settings.host)}:{settings.port}（Ctrl-C 停下，会先答完手头的请求）"
    )
    if policy is not None:
        os.environ[_POLICY] = str(policy.absolute())
    house.database.dispose()  # connections must not be shared with the processes started from here
    log_as_json()
    config = uvicorn.Config(
        "callqa.cli.serve:build",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=processes,
        log_config=None,
        access_log=False,
        loop="uvloop" if processes == 1 else "callqa.cli.dealing:Loop",
        http="callqa.cli.heads:Bounded",
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
    )
    if processes == 1:
        uvicorn.Server(config).run()
        return
    from callqa.cli.dealing import Dealer

    listening = config.bind_socket()
    listening.listen(config.backlog)
    Dealer(config, listening).run()


def build() -> Any:
    """The app of one process, from settings alone."""
    from callqa.api import create_app
    from callqa.api.logs import log_as_json
    from callqa.web import mount_page

    log_as_json()
    sys.setswitchinterval(_SWITCH)
    app = create_app(centre(), courier=True)
    mount_page(app)
    return app
