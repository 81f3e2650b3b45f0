"""A policy as training material: chapters of plain tables, as Markdown that Word opens well, or as an Excel workbook."""

import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from callqa.domain import Noun, PolicyError
from callqa.policy.facts import Fact
from callqa.policy.policy import Policy
from callqa.policy.rubric import Item, Section
from callqa.policy.rules import Rule
from callqa.policy.script import Script, Step
from callqa.policy.telling import (
    PARTIES,
    listed,
    plain,
    tell_check,
    tell_condition,
    tell_slot,
    tell_window,
)
from callqa.policy.titles import KINDS, MODES, SEVERITIES, VALUES, VETOES, titles_of

_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LONGEST_CELL = 32_767
_WIDE = 46.0
_NARROW = 14.0
_LONG_CELL = 24
"""Characters from which a column is made wide."""


class Chapter(Noun):
    """One table with a title: a heading in Markdown, a sheet in Excel."""

    title: str
    """Heading, and name of the sheet."""
    intro: str = ""
    """A sentence or two before the table."""
    columns: tuple[str, ...]
    """Headings of the table."""
    rows: tuple[tuple[str, ...], ...]
    """Cells, several lines in one cell parted by line feeds."""


def chapters(policy: Policy) -> tuple[Chapter, ...]:
    """Cover, script versions, rules with source and examples, facts, techniques, rubric, grades."""
    titles = titles_of(policy)
    return (
        _cover(policy),
        *(_script(script, policy, titles) for script in policy.script.scripts),
        _rules(policy, titles),
        _examples(policy),
        _facts(policy),
        _techniques(policy),
        _rubric(policy, titles),
        _grades(policy),
    )


def markdown(policy: Policy) -> str:
    """The handbook as Markdown: headings, short paragraphs and simple tables only, which Word and WPS take over."""
    lines = [f"# {_inline(policy.title)}", ""]
    for chapter in chapters(policy):
        lines += [f"## {_inline(chapter.title)}", ""]
        lines += [_inline(chapter.intro), ""] if chapter.intro else []
        if not chapter.rows:
            lines += ["（没有）", ""]
            continue
        lines += [
            "| " + " | ".join(_inline(name) for name in chapter.columns) + " |",
            "|" + " --- |" * len(chapter.columns),
            *("| " + " | ".join(_inline(cell) for cell in row) + " |" for row in chapter.rows),
            "",
        ]
    return "\n".join(lines)


def write_handbook(policy: Policy, target: Path) -> tuple[Chapter, ...]:
    """Write the handbook.

    Args:
        policy: The policy.
        target: ``.xlsx`` or ``.md``; written whole or not at all.

    Returns:
        What was written.

    Raises:
        PolicyError: ``handbook.form`` for another ending, ``handbook.write`` where the file cannot be written.
    """
    kind = target.suffix.lower()
    if kind not in (".xlsx", ".md"):
        raise PolicyError(
            f"不会写 {target.suffix or target.name} 格式。",
            code="handbook.form",
            hint="文件名请以 .xlsx（Excel）或 .md（Word、WPS 可打开）结尾。",
        )
    told = chapters(policy)
    unfinished = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if kind == ".md":
            unfinished.write_text(markdown(policy), encoding="utf-8")
        else:
            _workbook(told).save(unfinished)
        unfinished.replace(target)
    except OSError as refused:
        raise PolicyError(
            f"写不了 {target}：{refused.strerror or refused}。",
            code="handbook.write",
            hint="如果它正在 Excel 里开着，请先关上；否则请检查空间和权限。",
        ) from refused
    finally:
        with suppress(OSError):  # where it could not be made it cannot be removed
            unfinished.unlink(missing_ok=True)
    return told


def _workbook(told: Sequence[Chapter]) -> Any:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.active)
    used: set[str] = set()
    for chapter in told:
        page = book.create_sheet(_sheet_name(chapter.title, used))
        page.freeze_panes = "A2"
        for column, heading in enumerate(chapter.columns, start=1):
            head = page.cell(row=1, column=column, value=heading)
            head.font, head.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="1F4E78")
            longest = max((len(row[column - 1]) for row in chapter.rows), default=0)
            page.column_dimensions[get_column_letter(column)].width = (
                _WIDE if longest > _LONG_CELL else _NARROW
            )
        for number, row in enumerate(chapter.rows, start=2):
            for column, text in enumerate(row, start=1):
                cell = page.cell(row=number, column=column)
                cell.value = _ILLEGAL.sub("", text)[:_LONGEST_CELL]
                cell.data_type = "s"  # words that begin with = are words, not formulas
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    return book


def _sheet_name(title: str, used: set[str]) -> str:
    """At most 31 characters, none of those Excel refuses, each once."""
    name = re.sub(r"[\\/*?:\[\]]", " ", title).strip()[:28] or "表"
    unique, number = name, 2
    while unique.lower() in used:
        unique, number = f"{name} {number}", number + 1
    used.add(unique.lower())
    return unique


def _inline(text: str) -> str:
    """Text inside a Markdown table or heading: nothing in it is taken for markup."""
    escaped = re.sub(r"([\\`*_<>|\[\]#~])", r"\\\1", text)
    return "<br>".join(line.strip() for line in escaped.splitlines() if line.strip())


def _cover(policy: Policy) -> Chapter:
    until = f"至 {policy.valid_to}" if policy.valid_to else "起，直到换新版"
    rows = (
        ("方案", f"{policy.title}（{policy.id}）"),
        ("版本", policy.version),
        ("生效", f"{policy.valid_from} {until}"),
        ("适用产品", "、".join(policy.products) or "全部"),
        ("适用广告", "、".join(policy.campaigns) or "全部"),
        ("指纹", policy.ref.sha256[:16]),
    )
    return Chapter(title="方案", columns=("项", "内容"), rows=rows)


def _script(script: Script, policy: Policy, titles: dict[str, str]) -> Chapter:
    several = len(policy.script.scripts) > 1
    dates = f"{script.valid_from or '一直'} 至 {script.valid_to or '换新版'}"
    scope = "、".join((*script.products, *script.campaigns)) or "全部产品"
    columns = (
        "序",
        "步骤",
        "谁说",
        "要求",
        "标准话",
        "也可以说",
        "要听到的值",
        "位置",
        "什么时候要说",
        "客户确认",
    )
    rows = tuple(_step(number, step, titles) for number, step in enumerate(script.steps, start=1))
    name = script.title or script.id
    return Chapter(
        title=f"标准话术 {name}" if several else "标准话术",
        intro=f"{name}；适用：{scope}；有效：{dates}。",
        columns=columns,
        rows=rows,
    )


def _step(number: int, step: Step, titles: dict[str, str]) -> tuple[str, ...]:
    ways = [listed(step.wordings)] if step.wordings else []
    ways += [f"分开说：{' + '.join(listed(group) for group in step.parts)}"] if step.parts else []
    ways += [f"句式：{listed(step.patterns)}"] if step.patterns else []
    ways += ["说到相关事实即可"] if step.by_fact else []
    ways += [f"不算：{listed(step.unless)}"] if step.unless else []
    assent = f"说完后 {step.assent.within} 轮内客户要答应" if step.assent is not None else ""
    return (
        str(number),
        step.title,
        PARTIES[step.party],
        VALUES[step.need] + ("" if step.order == "soft" else f"，{VALUES[step.order]}"),
        step.line,
        "\n".join(ways),
        "\n".join(tell_slot(slot) for slot in step.slots),
        tell_window(step.window, titles) if step.window is not None else "",
        tell_condition(step.when, titles) if step.when is not None else "每通",
        assent,
    )


def _rules(policy: Policy, titles: dict[str, str]) -> Chapter:
    columns = ("规则", "类别", "严重程度", "怎样算", "什么时候看", "例外", "依据")
    return Chapter(
        title="规则",
        intro="违禁语里被否定、转述别人、反问的话不算违反；听不清的不判，转人工。",
        columns=columns,
        rows=tuple(_rule(rule, titles) for rule in policy.rules.rules),
    )


def _rule(rule: Rule, titles: dict[str, str]) -> tuple[str, ...]:
    condition = rule.broken if rule.broken is not None else rule.met
    word = "违反：" if rule.broken is not None else "做到："
    told = [word + tell_condition(condition or "", titles)]
    told += [f"“{name}”= {tell_condition(one, titles)}" for name, one in rule.conditions.items()]
    return (
        rule.title,
        KINDS[rule.kind],
        SEVERITIES[rule.severity],
        "\n".join(told),
        tell_condition(rule.when, titles) if rule.when is not None else "每通",
        tell_condition(rule.except_, titles) if rule.except_ is not None else "",
        rule.source,
    )


def _examples(policy: Policy) -> Chapter:
    rows = tuple(
        (rule.title, verdict, text.strip())
        for rule in policy.rules.rules
        for verdict, texts in (("违反", rule.examples.broken), ("不违反", rule.examples.fine))
        for text in texts
    )
    return Chapter(
        title="例句", intro="这些例句每次改方案都会自动核对。", columns=("规则", "结果", "例句"), rows=rows
    )


def _facts(policy: Policy) -> Chapter:
    def values(fact: Fact) -> str:
        if fact.kind == "words":
            right = f"可说：{listed(fact.right_words)}" if fact.right_words else ""
            wrong = f"不可说：{listed(fact.wrong_words)}" if fact.wrong_words else ""
            return "\n".join(part for part in (right, wrong) if part)
        said = "、".join(plain(one) if isinstance(one, float) else one for one in fact.values)
        extra = "、".join(plain(one) if isinstance(one, float) else one for one in fact.also)
        lines = [f"{said} {fact.unit}".strip()] if said else []
        lines += [f"以通话资料“{fact.field}”为准"] if fact.field else []
        lines += [f"也不算错：{extra}"] if extra else []
        return "\n".join(lines)

    rows = tuple(
        (
            fact.title,
            "、".join(fact.products) or "全部",
            values(fact),
            listed(fact.cues, most=8),
            listed(fact.not_cues, most=8),
        )
        for fact in policy.facts.facts
    )
    columns = ("事实", "产品", "可以说的值", "听到这些词时核对", "这些词旁边的不算")
    return Chapter(title="产品事实", columns=columns, rows=rows)


def _techniques(policy: Policy) -> Chapter:
    rows = tuple(
        (one.family.value, one.title, one.definition, one.not_this, "\n".join(one.examples))
        for one in policy.techniques.labels
    )
    return Chapter(title="销售技巧", columns=("类别", "技巧", "定义", "不是它", "例句"), rows=rows)


def _rubric(policy: Policy, titles: dict[str, str]) -> Chapter:
    rows = tuple(_item(section, item, titles) for section in policy.rubric.sections for item in section.items)
    columns = ("大项", "评分项", "分值", "计分", "看什么", "什么时候考", "一票否决", "说明")
    intro = "总分 = 100 × 得到的分 ÷ 能得的分 + 加分，最多 100；不适用的项不计，听不清的项不扣分、转人工。"
    return Chapter(title="评分表", intro=intro, columns=columns, rows=rows)


def _item(section: Section, item: Item, titles: dict[str, str]) -> tuple[str, ...]:
    each = f"（每次 {plain(item.per_hit)}）" if item.per_hit is not None else ""
    when = [tell_check(check, titles) for check in (*section.when, *item.when)]
    return (
        section.title,
        item.title,
        f"{plain(item.points)}{each}",
        MODES[item.mode],
        tell_check(item.check, titles),
        "，并且".join(when) or "每通",
        VETOES[item.fatal] if item.fatal is not None else "",
        item.note,
    )


def _grades(policy: Policy) -> Chapter:
    rows = tuple(
        (
            grade.title,
            "触碰整表红线" if grade.at_least is None else f"{plain(grade.at_least)} 分起",
            grade.action,
        )
        for grade in policy.rubric.grades
    )
    last = (
        policy.rubric.review_grade,
        f"待人工的分值超过 {policy.rubric.review_above:.0%}",
        policy.rubric.review_action,
    )
    return Chapter(title="等级", columns=("等级", "条件", "处理"), rows=(*rows, last))
