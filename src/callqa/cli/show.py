"""``callqa show``: one call with everything that was concluded about it."""

import json
from typing import Annotated

import typer

from callqa.bootstrap import Centre
from callqa.cli.context import PolicyOption, centre
from callqa.cli.dialogue import show_call
from callqa.cli.screen import demo_banner, out
from callqa.domain import CallQAError, PolicyError, Processed
from callqa.engine.warn import DEMO

EXAMPLES = """
例：

callqa show C0007            对话、流程、违规、技巧、指标、评分和依据（个人信息已遮盖）

callqa show C0007 --raw      显示原文（含个人信息，注意保管）

callqa show C0007 --json     机器可读
"""


def show(
    call: Annotated[str, typer.Argument(help="通话号。", metavar="通话号", show_default=False)],
    policy: PolicyOption = None,
    *,
    raw: Annotated[bool, typer.Option("--raw", help="不遮盖个人信息。")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> None:
    """看一通：对话、流程、技巧、反应、指标、评分，每一分的依据和时间。"""
    house = centre(policy=policy)
    stored = house.result(call)
    if stored is None:
        raise CallQAError(
            f"数据库里没有通话 {call}。", code="call.unknown", hint="请用 callqa runs 看最近一批有哪些通话。"
        )
    result: Processed = house.raw(stored) if raw else stored.masked
    model = result.transcript.provenance.model
    demo = bool(model and model.demo)
    if as_json:
        body = {
            "notice": DEMO if demo else "",
            "run": stored.run_id,
            "scorecard": stored.scorecard_id,
            "at": stored.at.isoformat(),
            "result": result.model_dump(mode="json"),
        }
        typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
        return
    console = out()
    if demo:
        demo_banner(console)
    show_call(console, result, titles=technique_titles(house), raw=raw)


def technique_titles(house: Centre) -> dict[str, str]:
    """Label → title by the policy in force; empty where there is none to be read (labels then stand for themselves)."""
    try:
        return {one.id: one.title for policy in house.policies for one in policy.techniques.labels}
    except PolicyError:
        return {}
