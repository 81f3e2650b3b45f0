"""Results → flat tables for people who live in Excel. Everything here is masked."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from callqa.domain import Absence, Direction, Evidence, Failed, LineStatus, Quote, Reading, Subject, Verdict
from callqa.insights.tables import Cell, Sheet
from callqa.insights.technique_sheets import (
    Profiles,
    moment_rows,
    moment_sheet,
    profile_rows,
    profile_sheet,
    stage_rows,
    stage_sheet,
    tag_rows,
    tag_sheet,
    use_rows,
    use_sheet,
)
from callqa.policy import MEASURES
from callqa.policy.glossary import STEP_VERDICTS
from callqa.store import StoredResult
from callqa.techniques import FAMILIES, LABELS

DEMO = "仅供样例演示，不能用于真实通话。"
_STATUS = {
    LineStatus.scored: "已评",
    LineStatus.not_applicable: "不适用",
    LineStatus.needs_human: "待人工",
}
_DIRECTIONS = {Direction.inbound: "呼入", Direction.outbound: "呼出", Direction.unknown: ""}


def sheets_of(
    results: Iterable[StoredResult],
    failures: Iterable[tuple[Failed, datetime]],
    *,
    titles: Mapping[str, str],
    families: Mapping[str, Sequence[str]] = FAMILIES,
    trained: Collection[str] = LABELS,
) -> tuple[list[Sheet], bool]:
    """All tables of a period, and whether the demo recogniser had a hand in any of it.

    Args:
        results: One per call.
        failures: Calls without a result, with the time of failing.
        titles: Technique label → title.
        families: Family → technique labels.
        trained: Labels given by a trained model; others are given by likeness to their examples.
    """
    calls, lines, findings, measures = _calls(), _lines(), _findings(), _measures()
    tags, uses, stages, moments = tag_sheet(), use_sheet(), stage_sheet(), moment_sheet()
    profiles = Profiles(families=families)
    demo = False
    for result in results:
        model = result.masked.transcript.provenance.model
        demo = demo or bool(model and model.demo)
        calls.rows.append(_call_row(result))
        lines.rows.extend(_line_rows(result))
        findings.rows.extend(_finding_rows(result))
        tags.rows.extend(tag_rows(result, titles, trained))
        uses.rows.extend(use_rows(result, titles))
        stages.rows.extend(stage_rows(result))
        moments.rows.extend(moment_rows(result, titles))
        profiles.add(result)
        measures.rows.extend(_measure_rows(result))
    failed = Sheet(
        "失败",
        "failures",
        dict.fromkeys(("通话", "文件", "环节", "代码", "原因", "怎么办"), "text") | {"时间": "time"},
        [(one.call_id, one.path, one.stage, one.code, one.message, one.hint, at) for one, at in failures],
    )
    people = profile_sheet()
    people.rows.extend(profile_rows(profiles, titles))
    return [calls, lines, findings, tags, uses, stages, moments, people, measures, failed], demo


def _calls() -> Sheet:
    columns = {
        "通话": "text",
        "坐席": "text",
        "组": "text",
        "开始": "time",
        "方向": "text",
        "产品": "text",
        "广告": "text",
        "地区": "text",
        "队列": "text",
        "时长(秒)": "seconds",
        "成单": "flag",
        "金额(元)": "money",
        "搭销": "flag",
        "签收": "flag",
        "得分": "number",
        "等级": "text",
        "处理": "text",
        "一票否决": "text",
        "漏流程": "integer",
        "违规": "integer",
        "技巧种类": "integer",
        "待人工": "integer",
        "提示": "text",
        "质检方案": "text",
        "识别模型": "text",
        "批次": "text",
        "录音校验": "text",
    }
    return Sheet("通话", "calls", columns)


def _call_row(result: StoredResult) -> Sequence[Cell]:
    call, card = result.masked.call, result.masked.scorecard
    broken = [one.subject for one in result.masked.findings if one.verdict is Verdict.broken]
    model = result.masked.transcript.provenance.model
    return (
        call.id,
        call.agent,
        "/".join(call.group),
        call.started_at,
        _DIRECTIONS[call.direction],
        *(call.product, call.campaign, call.region, call.queue),
        call.recording.duration / 1000,
        *(call.ordered, call.amount, call.cross_sold, call.signed_for),
        *(card.total, card.grade_title, card.action),
        "、".join(line.title for line in card.lines if line.fatal),
        broken.count(Subject.step),
        broken.count(Subject.rule),
        len({tag.label for tag in result.masked.techniques.tags}),
        card.needs_human,
        "".join(result.masked.warnings),
        f"{card.policy.id} {card.policy.version}",
        model.name if model else "",
        result.run_id,
        call.recording.sha256,
    )


def _lines() -> Sheet:
    columns = {
        **dict.fromkeys(("通话", "坐席", "部分", "条目", "名称"), "text"),
        **dict.fromkeys(("得分", "满分"), "number"),
        **dict.fromkeys(("加分项", "一票否决"), "flag"),
        **dict.fromkeys(("状态", "原因", "依据"), "text"),
    }
    return Sheet("评分明细", "score_lines", columns)


def _line_rows(result: StoredResult) -> Iterable[Sequence[Cell]]:
    call = result.masked.call
    for line in result.masked.scorecard.lines:
        refs = {(ref.kind, ref.id) for ref in line.refs}
        behind = [
            evidence_text(piece)
            for finding in result.masked.findings
            if (finding.subject.value, finding.id) in refs
            for piece in finding.evidence
        ]
        yield (
            *(call.id, call.agent, line.section, line.item, line.title, line.points, line.max_points),
            *(line.bonus, line.fatal, _STATUS[line.status], line.reason, "\n".join(behind[:5])),
        )


def _findings() -> Sheet:
    columns = {
        **dict.fromkeys(("通话", "坐席", "种类", "条目", "名称", "结果", "状态"), "text"),
        "次数": "integer",
        "位置(秒)": "seconds",
        **dict.fromkeys(("依据", "说明"), "text"),
    }
    return Sheet("流程与违规", "findings", columns)


def _finding_rows(result: StoredResult) -> Iterable[Sequence[Cell]]:
    call = result.masked.call
    for one in result.masked.findings:
        rule = one.subject is Subject.rule
        verdict = {Verdict.broken: "违规", Verdict.met: "没有违规"}.get(one.verdict) if rule else None
        starts = [piece.span.start for piece in one.evidence if isinstance(piece, Quote)]
        yield (
            *(call.id, call.agent, "规则" if rule else "流程", one.id, one.title),
            verdict or STEP_VERDICTS[one.verdict],
            one.state.value if one.state else "",
            one.hits,
            min(starts) / 1000 if starts else None,
            "\n".join(evidence_text(piece) for piece in one.evidence[:5]),
            one.explanation.detail,
        )


def _measures() -> Sheet:
    columns = {
        **dict.fromkeys(("通话", "坐席", "指标", "名称"), "text"),
        "值": "number",
        **dict.fromkeys(("单位", "说明"), "text"),
    }
    return Sheet("指标", "measures", columns)


def _measure_rows(result: StoredResult) -> Iterable[Sequence[Cell]]:
    call = result.masked.call
    for one in result.masked.measures:
        title = MEASURES[one.name].title if one.name in MEASURES else one.name
        yield (call.id, call.agent, one.name, title, one.value, one.unit, one.note)


def evidence_text(piece: Evidence) -> str:
    """One piece of evidence in one line, with its second."""
    if isinstance(piece, Quote):
        return f"{piece.span.start / 1000:.1f}秒 {piece.text}"
    if isinstance(piece, Absence):
        nearest = f"；最接近：{piece.nearest.text}" if piece.nearest else ""
        return f"{piece.searched.start / 1000:.1f}–{piece.searched.end / 1000:.1f}秒 没有听到“{piece.expected}”{nearest}"
    return _reading_text(piece)


def _reading_text(piece: Reading) -> str:
    name = MEASURES[piece.name].title if piece.name in MEASURES else piece.name
    return f"{name} = {'' if piece.value is None else piece.value} {piece.unit}".strip()
