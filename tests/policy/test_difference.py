"""Two versions in business words."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from callqa.policy import Policy, load_policy
from callqa.policy.difference import Change, differences
from callqa.policy.rules import condition
from callqa.policy.titles import LABELS
from tests.policy.conftest import SAMPLE

Spoil = Callable[[str, str, str], int]


def told(changes: tuple[Change, ...]) -> list[str]:
    return [change.what for change in changes]


def test_a_policy_does_not_differ_from_itself() -> None:
    policy = load_policy(SAMPLE)
    assert differences(policy, load_policy(SAMPLE)) == ()


def test_comments_and_layout_are_no_difference(folder: Path) -> None:
    path = folder / "rubric.yaml"
    path.write_text("# 新的注释\n" + path.read_text(encoding="utf-8") + "\n\n", encoding="utf-8")
    assert differences(load_policy(SAMPLE), load_policy(folder)) == ()


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("script.yaml", "一千两百八, ", "", "步骤“报价”去掉说法“一千两百八”"),
        ("script.yaml", "wordings: [一千二百八,", "wordings: [特价一二八,", "步骤“报价”新增说法“特价一二八”"),
        ("script.yaml", "first: 15s", "first: 20s", "步骤“问候并报工号”位置 开头 15 秒内 → 开头 20 秒内"),
        ("rubric.yaml", "points: 8, check: {step: price}", "points: 5, check: {step: price}", "评分项“报价准确”分值 8 → 5"),
        ("rubric.yaml", "at_least: 90,", "at_least: 92,", "等级“优秀”下限 90 → 92"),
        ("rubric.yaml", "fatal: card, check: {rule: abuse}", "fatal: section, check: {rule: abuse}",
         "评分项“辱骂顶撞客户”一票否决 整张评分表 → 本大项"),
        ("rubric.yaml", "per_hit: 1.5", "per_hit: 1", "评分项“不冷场”每次分值 1.5 → 1"),
        ("rules.yaml", "longer_than: 8s", "longer_than: 10s", "规则“长时间冷场”门槛（长于） 8 秒 → 10 秒"),
        ("rules.yaml", "words: [根治,", "words: [完全康复, 根治,", "规则“承诺治愈”新增词语“完全康复”"),
        ("rules.yaml", "severity: fatal", "severity: severe", "规则“承诺治愈”严重程度 红线 → 严重"),
        ("facts.yaml", "values: [1280]", "values: [1380]", "允许的值"),
        ("privacy.yaml", "threshold: 0.5", "threshold: 0.6", "遮盖门槛 0.5 → 0.6"),
        ("policy.yaml", 'version: "2026-11"', 'version: "2026-12"', "方案版本 “2026-11” → “2026-12”"),
    ],
)  # fmt: skip
def test_a_change_is_told_in_business_words(
    folder: Path, spoil: Spoil, file: str, old: str, new: str, sentence: str
) -> None:
    spoil(file, old, new)
    changes = told(differences(load_policy(SAMPLE), load_policy(folder)))
    assert any(sentence in what for what in changes), changes


def test_what_comes_and_goes(folder: Path, spoil: Spoil) -> None:
    spoil("rubric.yaml", "      - {id: gift, title: 说明赠品, points: 3, check: {step: gift}}\n", "")
    changes = differences(load_policy(SAMPLE), load_policy(folder))
    assert ("removed", "gift") in [(change.kind, change.id) for change in changes]
    assert any("满分合计" in change.what for change in changes)
    back = differences(load_policy(folder), load_policy(SAMPLE))
    assert ("added", "gift") in [(change.kind, change.id) for change in back]


def test_another_kind_of_condition_is_told_whole(folder: Path, spoil: Spoil) -> None:
    text = (folder / "rules.yaml").read_text(encoding="utf-8")
    start = text.index("  - id: fast_pace")
    place = text.index("broken:", start)
    end = text.index("\n\n", place) if "\n\n" in text[place:] else len(text)
    spoil("rules.yaml", text[place:end], "broken: {op: silence, longer_than: 12s}")
    changes = told(differences(load_policy(SAMPLE), load_policy(folder)))
    assert any("违反条件改为：静默超过 12 秒（原来：" in what for what in changes), changes


@pytest.mark.parametrize("name", ["hotline", "renewal", "revisit"])
def test_policies_far_apart_are_compared_without_stumbling(name: str) -> None:
    other = load_policy(SAMPLE.parent / "policies" / name)
    there, back = differences(load_policy(SAMPLE), other), differences(other, load_policy(SAMPLE))
    assert {change.part for change in there} >= {"方案", "话术", "规则", "评分表"}
    added = {(change.part, change.id) for change in there if change.kind == "added"}
    removed = {(change.part, change.id) for change in back if change.kind == "removed"}
    assert added == removed


def _models(kind: Any, seen: set[type]) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if kind not in seen:
            seen.add(kind)
            yield kind
            for field in kind.model_fields.values():
                yield from _models(field.annotation, seen)
        return
    for inner in get_args(kind):
        yield from _models(inner, seen)


def test_every_field_of_a_policy_has_a_name_people_know() -> None:
    seen: set[type] = set()
    models = list(_models(Policy, seen))
    for one in vars(condition).values():
        models += _models(one, seen)
    parts = {
        "script",
        "rules",
        "facts",
        "techniques",
        "rubric",
        "privacy",
        "scripts",
        "steps",
        "sections",
        "items",
        "grades",
    }
    joins = {"all", "any", "not_", "op"}
    missing = {name for model in models for name in model.model_fields} - set(LABELS) - parts - joins
    assert missing == set()
