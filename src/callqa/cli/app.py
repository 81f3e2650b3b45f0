"""All verbs together, and what happens when one of them cannot do its work."""

import sys

import typer

from callqa.cli import (
    db,
    evaluate,
    export,
    label,
    models,
    people,
    policy,
    rescore,
    runs,
    score,
    serve,
    show,
    start,
    train,
    worker,
)
from callqa.cli.screen import ABANDONED, USAGE, complain, exit_code_of
from callqa.domain import CallQAError

_EPILOG = "退出码：0 全部完成；1 有通话失败；2 命令、质检方案、模型或清单有误；3 数据库或磁盘拒绝；130 被 Ctrl-C 中断。"

# typer brings its own click or uses the one installed, by version: either way a bad parameter is a ClickException
_MISUSE: type[typer.BadParameter] = next(
    kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException"
)

app = typer.Typer(
    name="callqa",
    help="电话销售录音质检：转写、查流程和违禁语、标技巧、量指标、打分，每一分都指到原话和时间。",
    epilog=_EPILOG,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
app.command("init", epilog=start.EXAMPLES)(start.init)
app.command("score", epilog=score.EXAMPLES)(score.score)
app.command("show", epilog=show.EXAMPLES)(show.show)
app.command("rescore", epilog=rescore.EXAMPLES)(rescore.rescore)
app.command("export", epilog=export.EXAMPLES)(export.export)
app.command("runs", epilog=runs.EXAMPLES)(runs.runs)
app.command("serve", epilog=serve.EXAMPLES)(serve.serve)
app.command("worker", epilog=worker.EXAMPLES)(worker.worker)
app.add_typer(models.app, name="models")
app.add_typer(evaluate.app, name="evaluate")
app.add_typer(policy.app, name="policy")
app.add_typer(label.app, name="label")
app.add_typer(train.app, name="train")
app.add_typer(people.app, name="people")
app.add_typer(db.app, name="db")


def main() -> None:
    """Entry point of ``callqa``: never a traceback for what a user can mend."""
    try:
        code = app(standalone_mode=False)
    except _MISUSE as error:
        error.show()
        sys.exit(USAGE)
    except (KeyboardInterrupt, typer.Abort):
        complain("已中断。", "已存的通话不会丢；再执行同一条命令就接着做。")
        sys.exit(ABANDONED)
    except CallQAError as error:
        complain(error.message, error.hint)
        sys.exit(exit_code_of(error))
    except BrokenPipeError:  # the reader of a pipe has seen enough
        sys.stderr.close()
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)
