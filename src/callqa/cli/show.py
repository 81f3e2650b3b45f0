"""``callqa show``: one call with everything that was concluded about it, or one agent's techniques."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Annotated

import typer

from callqa.bootstrap import Centre
from callqa.cli.context import PolicyOption, centre, day_of
from callqa.cli.dialogue import show_call
from callqa.cli.screen import demo_banner, err, out
from callqa.cli.technique_tables import profile_table
from callqa.domain import CallQAError, ModelError, PolicyError, Processed
from callqa.engine.warn import DEMO
from callqa.insights import Period, results_between
from callqa.insights.technique_sheets import Profiles
from callqa.techniques import FAMILIES, LABELS, read_card

EXAMPLES = """
例：

callqa show C0007            对话、流程、违规、技巧、指标、评分和依据（个人信息已遮盖）

callqa show C0007 --raw      显示原文（含个人信息，注意保管）

callqa show C0007 --json     机器可读

callqa show --agent 8001     一位坐席的技巧画像，和同组其他人比（--from、--to 限定日期）
"""


def show(
    call: Annotated[
        str | None, typer.Argument(help="通话号。", metavar="[通话号]", show_default=False)
    ] = None,
    policy: PolicyOption = None,
    *,
    agent: Annotated[
        str | None,
        typer.Option("--agent", help="看一位坐席的技巧画像：工号、姓名或两者。", show_default=False),
    ] = None,
    first: Annotated[
        str | None, typer.Option("--from", help="画像从哪天起（YYYY-MM-DD，含）。", show_default=False)
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", help="画像到哪天止（YYYY-MM-DD，含）。", show_default=False)
    ] = None,
    raw: Annotated[bool, typer.Option("--raw", help="不遮盖个人信息。")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> None:
    """看一通：对话、流程、技巧、反应、阶段、指标、评分，每一分的依据和时间；或看一位坐席的技巧画像。"""
    house = centre(policy=policy)
    if (call is None) == (agent is None):
        raise CallQAError(
            "要么写一个通话号，要么用 --agent 写一位坐席。", code="usage.show", hint="例：callqa show C0007"
        )
    if agent is not None:
        period = Period(first=day_of(first, "--from"), last=day_of(last, "--to"))
        show_agent(house, agent, period, as_json=as_json)
    elif call is not None:
        _show_one(house, call, raw=raw, as_json=as_json)


def _show_one(house: Centre, call: str, *, raw: bool, as_json: bool) -> None:
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
        # the call's own warnings say it among the words, and so does the file they may go to
        demo_banner(err())
    show_call(console, result, titles=technique_titles(house), raw=raw, trained=trained_labels(house))


def show_agent(house: Centre, agent: str, period: Period, *, as_json: bool) -> None:
    """An agent's techniques by family and label beside the rest of the group, with the calls behind each figure.

    Raises:
        CallQAError: ``agent.unknown`` where nobody of that name or number has calls in the period.
    """
    profiles, demo = Profiles(families=technique_families(house)), False
    for stored in results_between(house.database, period):
        model = stored.masked.transcript.provenance.model
        demo = demo or bool(model and model.demo)
        profiles.add(stored)
    found = [(name, group) for name, group in profiles.agents if agent == name or agent in name.split()]
    if not found:
        raise CallQAError(
            f"这段日期里没有坐席 {agent} 的通话。",
            code="agent.unknown",
            hint="请写工号或姓名，与 callqa runs last 里的一样。",
        )
    compared = {(name, group): profiles.compare(name, group) for name, group in found}
    if as_json:
        body = [
            {
                "notice": DEMO if demo else "",
                "agent": name,
                "group": list(group),
                "profile": [one.model_dump(mode="json") for one in rows],
            }
            for (name, group), rows in compared.items()
        ]
        typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
        return
    console = out()
    if demo:
        demo_banner(console)
    titles = technique_titles(house)
    for (name, group), rows in compared.items():
        calls, others = rows[0].agent.of, rows[0].group.of
        unit = "/".join(group) or "（没有组）"
        title = f"{name}　{unit}：{calls} 通，同组其他人 {others} 通"
        console.print(profile_table(title, rows, titles))
    console.print("占比是至少用到一次的通话；区间是 95% 的 Wilson 区间，两边不重叠才说看得出差别。")


def technique_titles(house: Centre) -> dict[str, str]:
    """Label → title by the policy in force; empty where there is none to be read (labels then stand for themselves)."""
    try:
        return {one.id: one.title for policy in house.policies for one in policy.techniques.labels}
    except PolicyError:
        return {}


def technique_families(house: Centre) -> Mapping[str, Sequence[str]]:
    """Family → labels by the policy in force; the shipped ones where there is none to be read."""
    try:
        labels = {one.id: one.family.value for policy in house.policies for one in policy.techniques.labels}
    except PolicyError:
        return FAMILIES
    families: dict[str, list[str]] = {}
    for label, family in labels.items():
        families.setdefault(family, []).append(label)
    return families or FAMILIES


def trained_labels(house: Centre) -> Collection[str]:
    """Labels that the model in use was trained on, by its card; the shipped ones where there is none to be read."""
    try:
        labels = read_card(house.techniques_folder).get("labels")
    except ModelError:
        return LABELS
    return tuple(labels) if isinstance(labels, dict) else LABELS
