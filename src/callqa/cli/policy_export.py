"""``callqa policy export``: a policy as training material."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from callqa.cli.policy_diff import one_policy
from callqa.cli.screen import out
from callqa.policy.handbook import write_handbook

EXAMPLES = """
例：

callqa policy export policy 培训手册.xlsx   Excel：话术、规则（依据和例句）、产品事实、技巧、评分表，各一页

callqa policy export policy 培训手册.md     Markdown：Word、WPS 可以直接打开或粘贴
"""


def export(
    folder: Annotated[Path, typer.Argument(help="方案文件夹。", metavar="文件夹", show_default=False)],
    target: Annotated[
        Path, typer.Argument(help="要写的文件：.xlsx 或 .md。", metavar="文件", show_default=False)
    ],
) -> None:
    """把方案写成培训材料：标准话术、规则的依据和例句、产品事实、技巧、评分表。"""
    told = write_handbook(one_policy(folder), target)
    counts = "，".join(f"{chapter.title} {len(chapter.rows)} 行" for chapter in told)
    out().print(Text(f"已写 {target}（{counts}）。"), soft_wrap=True)
