"""Rules of another platform: mapped, or listed with their path; nothing is dropped silently."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from callqa.domain import Party, PolicyError
from callqa.policy import load_policy
from callqa.policy.imported import Imported, write_policy
from callqa.policy.rubric import Mode
from callqa.policy.rules import AllOf, AnyOf, Not, Severity
from callqa.policy.rules import operators as op
from callqa.policy.sca_lambda import LambdaError, read_lambda
from callqa.policy.sca_rules import read_sca
from tests.policy.conftest import SAMPLE


def operator(kind: str, oid: str = "1", **param: Any) -> dict[str, Any]:
    return {"oid": oid, "type": kind, "param": param}


def condition(*operators: Mapping[str, Any], cid: str = "1", text: str = "1", **check: Any) -> dict[str, Any]:
    return {"cid": cid, "lambda": text, "check_range": check, "operators": list(operators)}


def rule(text: str = "1", **more: Any) -> dict[str, Any]:
    return {"rid": "7", "name": "试", "lambda": text, "ruleScoreType": 3, "score": 5, **more}


def read(*conditions: Mapping[str, Any], rules: list[dict[str, Any]] | None = None) -> Imported:
    data = {"conditions": list(conditions), "rules": rules if rules is not None else [rule()]}
    return read_sca(json.dumps(data, ensure_ascii=False))


def the_operator(imported: Imported) -> Any:
    return imported.rules[0].conditions["c_1"]


@pytest.mark.parametrize(
    ("kind", "param", "wanted"),
    [
        ("HIT_ANY_KEYWORDS", {"keywords": ["根治", "断根"]}, {"op": "phrase", "need": "any"}),
        ("HIT_ANY_KEYWORDS", {"keywords": ["甲", "乙", "丙"], "keywordMatchSize": 2}, {"need": 2}),
        ("HIT_ANY_KEYWORDS", {"keywords": ["甲乙"], "keywordMatchSize": 0}, {"need": "none"}),
        ("INCLUDE_KEYWORDS", {"keywords": ["收费", "元"], "in_sentence": False}, {"need": "all"}),
        ("SIMILAR_MATCH", {"similarlySentences": ["请您稍等一下"], "score": 80}, {"op": "similar", "threshold": 0.8}),
        ("REGULAR_EXPRESSION", {"regex": "多少钱|价格"}, {"op": "regex", "regex": "多少钱|价格"}),
        ("ADVANCED_REPEAT_DETECT", {"from": 3, "similarity_threshold": 0.6, "threshold": 8, "hit_time": 2},
         {"op": "repeat", "look_back": 3, "similarity": 0.6, "min_characters": 8}),
        ("NER_MODEL", {"customerParam": "金额"}, {"op": "entity", "entity": "money"}),
        ("INTERVAL_GREATER", {"interval": 8000, "interval_end": 20000},
         {"op": "silence", "longer_than": 8000, "shorter_than": 20000, "before": Party.agent}),
        ("INTERVAL_GREATER", {"interval": 500, "compareOperator": "lt"}, {"longer_than": 0, "shorter_than": 500}),
        ("INTERVAL_GREATER", {"interval": 3000, "different_role": True}, {"after": Party.customer}),
        ("SPEECH_SPEED_CHECK", {"velocityInMint": 280, "minWordSize": 10, "average": True},
         {"op": "pace", "faster_than": 280, "over": "call", "min_characters": 10}),
        ("SPEECH_SPEED_CHECK", {"velocityInMint": 100, "compareOperator": "lt"}, {"slower_than": 100, "over": "turn"}),
        ("抢话设置", {"delayTime": 1000, "threshold": 500},
         {"op": "talk_over", "after_speaking": 1000, "longer_than": 500, "by": Party.agent}),
        ("录音时长检测", {"interval": 30000, "compareOperator": "lt"}, {"op": "duration", "shorter_than": 30000}),
        ("随录参数检查", {"field": "amount", "symbol": ">", "value": "1000"},
         {"op": "field", "left": "amount", "compare": ">", "right": 1000.0}),
    ],
)  # fmt: skip
def test_operators_are_mapped(kind: str, param: dict[str, Any], wanted: dict[str, Any]) -> None:
    imported = read(condition(operator(kind, **param), role="客服"))
    found = the_operator(imported)
    assert {name: getattr(found, name) for name in wanted} == wanted
    assert [gap for gap in imported.gaps if gap.kind == "left_out"] == []


@pytest.mark.parametrize(
    ("check", "scope"),
    [
        ({"range": {"from": 1, "to": 3}}, {"first": ("turns", 3)}),
        ({"range": {"from": -2, "to": -1}}, {"last": ("turns", 2)}),
        ({"range": {"from": 2, "to": 5}}, {"from_": ("turns", 2), "to": ("turns", 5)}),
        ({"range": {"from": 1, "to": -1}}, {}),
        ({"time_range": {"from": 0, "to": 15000}}, {"to": ("ms", 15000)}),
    ],
)
def test_ranges_become_scopes(check: dict[str, Any], scope: dict[str, tuple[str, float]]) -> None:
    found = the_operator(
        read(condition(operator("HIT_ANY_KEYWORDS", keywords=["您好"]), role="客服", **check))
    )
    fields = ("first", "last", "from_", "to")
    assert {
        name: (e.unit, e.amount) for name in fields if (e := getattr(found.scope, name)) is not None
    } == scope
    assert found.party is Party.agent


@pytest.mark.parametrize(
    ("location", "time", "where", "hit"),
    [
        ("AFTER", 1, "after", 1),
        ("BEFORE", 0, "before", "each"),
        ("AROUND", -1, "around", "any"),
        ("CURRENT", 2, "same", 2),
    ],
)
def test_anchors(location: str, time: int, where: str, hit: Any) -> None:
    asked = condition(operator("REGULAR_EXPRESSION", regex="多少钱"), cid="2", role="客户")
    anchor = {"cid": "2", "location": location, "hit_time": time}
    told = condition(
        operator("HIT_ANY_KEYWORDS", keywords=["元"]), role="客服", anchor=anchor, range={"from": 1, "to": 2}
    )
    imported = read(told, asked, rules=[rule("2&&!1")])
    found = imported.rules[0].conditions["c_1"].scope.anchor  # type: ignore[union-attr]
    assert found is not None
    assert (found.of, found.where, found.hit) == ("c_2", where, hit)
    assert found.within is not None
    assert found.within.amount == 2
    assert isinstance(imported.rules[0].broken, AllOf)


def test_all_words_of_one_line_stay_in_one_line() -> None:
    imported = read(condition(operator("INCLUDE_KEYWORDS", keywords=["收费", "元"]), role="客服"))
    named = imported.rules[0].conditions
    both = named["c_1"]
    assert isinstance(both, AllOf)
    second = both.all[1]
    assert isinstance(second, op.Phrase)
    assert second.scope.anchor is not None
    assert (second.scope.anchor.of, second.scope.anchor.where) == (both.all[0], "same")


def test_an_alternative_that_cannot_be_mapped_is_listed_and_the_rest_stays() -> None:
    words, model = (
        operator("HIT_ANY_KEYWORDS", keywords=["根治"]),
        operator("MODEL", "2", antModelInfo={"a": "b"}),
    )
    imported = read(condition(words, model, text="1||2", role="客服"))
    assert isinstance(the_operator(imported), op.Phrase)
    assert {gap.path for gap in imported.gaps} == {"conditions[0].operators[1].type", "conditions[0].lambda"}


@pytest.mark.parametrize("text", ["1&&2", "!2", "2", "1&&(2||2)"])
def test_a_rule_whose_meaning_would_change_is_not_imported(text: str) -> None:
    words, model = (
        operator("HIT_ANY_KEYWORDS", keywords=["根治"]),
        operator("KNOWLEDGE", "2", knowledgeInfo="k"),
    )
    imported = read(condition(words, model, text=text, role="客服"))
    assert imported.rules == ()
    assert any(gap.path == "rules[0]" and "知识库" in gap.what for gap in imported.gaps), imported.gaps


def test_every_key_that_nobody_read_is_listed() -> None:
    words = operator("HIT_ANY_KEYWORDS", keywords=["根治"], newfangled=3)
    imported = read(condition(words, role="客服", unheard_of=[1]), rules=[rule(weight=2, autoReview=3)])
    paths = {gap.path for gap in imported.gaps}
    assert paths == {
        "conditions[0].operators[0].param.newfangled",
        "conditions[0].check_range.unheard_of",
        "rules[0].weight",
        "rules[0].autoReview",
    }


def test_severity_score_examples_and_prerequisite() -> None:
    words = condition(operator("HIT_ANY_KEYWORDS", keywords=["根治"]), role="客服")
    good = condition(operator("HIT_ANY_KEYWORDS", keywords=["谢谢"]), cid="2", role="客服")
    dialogues = [
        {"hit": True, "dialogue": [{"role": "客户", "words": "管用吗"}, {"role": "客服", "words": "能根治"}]},
        {"hit": False, "dialogue": [{"role": "客服", "words": "不能根治"}]},
    ]
    rules = [
        rule(rid="1", severity=0, dialogues=dialogues),
        rule("2", rid="2", ruleScoreType=1, score=3, severity=2),
        rule("1", rid="3", preRuleId="1", ruleScoreSingleType=0),
        rule("1", rid="4", preRuleId="99"),
    ]
    imported = read(words, good, rules=rules)
    first, second, third = imported.rules
    assert (first.severity, second.severity) == (Severity.severe, Severity.minor)
    assert first.examples.broken == ("客户：管用吗\n坐席：能根治",)
    assert first.examples.fine == ("坐席：不能根治",)
    assert first.kind == "forbidden"
    assert (second.kind, second.met) == ("required", "c_2")
    assert isinstance(third.when, op.RuleIs)
    assert third.when.rule == first.id
    assert [(item.mode, item.points, item.per_hit) for item in imported.items] == [
        (Mode.deduct, 5, None),
        (Mode.bonus, 3, None),
        (Mode.deduct, 15, 5),
    ]
    assert any("前置规则 99" in gap.what for gap in imported.gaps)


def test_the_result_loads_and_keeps_what_was_read(tmp_path: Path) -> None:
    asked = condition(operator("REGULAR_EXPRESSION", regex="多少钱"), cid="2", role="客户")
    told = condition(
        operator("INCLUDE_KEYWORDS", keywords=["收费", "元"]),
        operator("INTERVAL_GREATER", "2", interval=8000),
        text="1||2", role="客服", anchor={"cid": "2", "location": "AFTER", "hit_time": 1}, range={"from": 1, "to": 2},
    )  # fmt: skip
    imported = read(told, asked, rules=[rule("2&&!1"), rule("2", rid="8", name="只问价")])
    folder = tmp_path / "imported"
    techniques = (SAMPLE / "techniques.yaml").read_text(encoding="utf-8")
    write_policy(
        imported, folder, title="导入", day=date(2026, 11, 1), techniques=techniques, source="a.json"
    )
    policy = load_policy(folder)
    assert policy.rules.rules == imported.rules
    assert policy.rubric.items == imported.items
    with pytest.raises(PolicyError, match="不是空的"):
        write_policy(imported, folder, title="导入", day=date(2026, 11, 1), techniques="", source="a.json")


@pytest.mark.parametrize(
    ("text", "words"), [("{", "JSON"), ("{}", "rules"), ('{"a": [], "b": []}', "rules"), ("[[", "JSON")]
)
def test_what_is_no_rule_file_is_told(text: str, words: str) -> None:
    with pytest.raises(PolicyError, match=words):
        read_sca(text)


def test_rules_wrapped_in_other_json_are_found() -> None:
    inner = json.dumps(
        {
            "conditions": [condition(operator("HIT_ANY_KEYWORDS", keywords=["根治"]), role="客服")],
            "rules": [rule()],
        }
    )
    assert len(read_sca(json.dumps({"jsonStr": inner})).rules) == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"cid": "1", "check_range": {"anchor": {"cid": "1", "location": "AFTER"}}, "lambda": "1",
         "operators": [operator("HIT_ANY_KEYWORDS", keywords=["元"])]},
        condition(operator("HIT_ANY_KEYWORDS", keywords=[])),
        condition(operator("HIT_ANY_KEYWORDS", keywords=["！！"])),
        condition(operator("REGULAR_EXPRESSION", regex="(")),
        condition(operator("INTERVAL_GREATER")),
        condition(operator("SPEECH_SPEED_CHECK")),
        condition(operator("NER_MODEL", customerParam="血型")),
        condition(operator("")),
        condition(text="9"),
        {"cid": "1"},
        {},
    ],
)  # fmt: skip
def test_nonsense_is_listed_and_never_raises(broken: dict[str, Any]) -> None:
    imported = read(broken)
    assert imported.rules == ()
    assert any(gap.path == "rules[0]" for gap in imported.gaps)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1", str),
        ("1&&2", AllOf),
        ("1||2&&3", AnyOf),
        ("!1", Not),
        ("（1或2）且3", AllOf),
        ("1 and not 2", AllOf),
    ],
)
def test_expressions(text: str, kind: type) -> None:
    assert isinstance(read_lambda(text, lambda name: f"c{name}"), kind)


@pytest.mark.parametrize("text", ["", "1&&", "(1", "1)", "&&1", "1 2", "||"])
def test_bad_expressions(text: str) -> None:
    with pytest.raises(LambdaError):
        read_lambda(text, lambda name: name)
