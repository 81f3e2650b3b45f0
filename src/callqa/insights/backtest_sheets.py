"""A back-test as tables for Excel; everything in it is masked."""

from callqa.insights.backtest import BackTest, Figures, Row, Share
from callqa.insights.tables import Cell, Sheet

_FIGURES = {
    "通": "integer",
    "每千通": "number",
    "次": "integer",
    "听不清": "integer",
    "精确率": "share",
    "精确率下限": "share",
    "精确率上限": "share",
    "召回率": "share",
    "召回率下限": "share",
    "召回率上限": "share",
}


def backtest_sheets(test: BackTest) -> list[Sheet]:
    """Summary, one row per step and rule, one row per call that flips."""
    return [_summary(test), _rows(test), _flips(test)]


def _summary(test: BackTest) -> Sheet:
    sheet = Sheet("概况", "summary", {"项": "text", "旧": "number", "新": "number"})
    sheet.rows = [
        ("试算的通话", test.calls, test.calls),
        ("有标注或复核的通话", test.labelled, test.labelled),
        ("结果有变化的通话", None, len(test.flips)),
        ("平均分", test.old_mean, test.new_mean),
        ("待人工的条数", test.work.old_lines, test.work.new_lines),
        ("每条按几分钟", test.work.minutes_per_line, test.work.minutes_per_line),
        ("人工分钟", test.work.old_minutes, test.work.new_minutes),
        *((f"等级 {name}", before, after) for name, before, after in test.grades),
    ]
    return sheet


def _rows(test: BackTest) -> Sheet:
    columns = {"类别": "text", "编号": "text", "条目": "text", "转为违反": "integer", "不再违反": "integer"}
    columns |= {f"{side}{name}": form for side in ("旧 ", "新 ") for name, form in _FIGURES.items()}
    sheet = Sheet("步骤和规则", "rows", columns)
    sheet.rows = [_row(row, test.calls) for row in test.rows]
    return sheet


def _row(row: Row, calls: int) -> tuple[Cell, ...]:
    kind = "步骤" if row.subject == "step" else "规则"
    return (
        kind,
        row.id,
        row.title,
        row.now_broken,
        row.now_cleared,
        *_figures(row.old, calls),
        *_figures(row.new, calls),
    )


def _figures(figures: Figures | None, calls: int) -> tuple[Cell, ...]:
    if figures is None:
        return (None,) * len(_FIGURES)
    thousand = 1000 * figures.broken / calls if calls else None
    return (
        figures.broken,
        thousand,
        figures.hits,
        figures.unsure,
        *_share(figures.precision),
        *_share(figures.recall),
    )


def _share(share: Share) -> tuple[Cell, Cell, Cell]:
    low, high = share.interval or (None, None)
    return share.value, low, high


def _flips(test: BackTest) -> Sheet:
    columns = {
        "通话": "text",
        "坐席": "text",
        "旧分": "number",
        "新分": "number",
        "变化": "number",
        "旧等级": "text",
        "新等级": "text",
        "说明": "text",
    }
    sheet = Sheet("变化的通话", "flips", columns)
    sheet.rows = [
        (
            flip.call_id,
            flip.agent,
            flip.old_total,
            flip.new_total,
            flip.delta,
            flip.old_grade,
            flip.new_grade,
            "\n".join(flip.changes),
        )
        for flip in test.flips
    ]
    return sheet
