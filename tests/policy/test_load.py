import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from callqa.domain import PolicyError
from callqa.policy import Fault, Policy, PolicyFaults, load_policy

Spoil = Callable[[str, str, str], int]


def faults(folder: Path) -> list[Fault]:
    with pytest.raises(PolicyFaults) as caught:
        load_policy(folder)
    return list(caught.value.faults)


def only(folder: Path) -> tuple[str, int, str, str]:
    found = faults(folder)
    assert len(found) == 1, [str(fault) for fault in found]
    return Path(found[0].file).name, found[0].line, found[0].path, found[0].message


def test_the_samples_policy_loads(folder: Path) -> None:
    policy = load_policy(folder)
    assert policy.id == "heyue_hotline"
    assert {item.id for item in policy.rubric.items} >= {"greet", "cure_claim", "closing_skill"}
    assert len(policy.techniques.labels) == 15


def test_five_faults_in_five_files_come_together_with_their_lines(folder: Path, spoil: Spoil) -> None:
    lines = {
        "policy.yaml": spoil("policy.yaml", "valid_from: 2026-01-01", "valid_from: 2026-13-41"),
        "script.yaml": spoil("script.yaml", "window: {first: 15s}", "window: {frist: 15s}"),
        "rubric.yaml": spoil("rubric.yaml", "check: {step: needs}", "check: {step: need}"),
        "techniques.yaml": spoil("techniques.yaml", "family: 促单", "family: 促销"),
        "privacy.yaml": spoil("privacy.yaml", "threshold: 0.5", "threshold: 很高"),
    }
    found = faults(folder)
    assert {Path(fault.file).name: fault.line for fault in found} == lines
    assert [Path(fault.file).name for fault in found] == [
        "policy.yaml",
        "script.yaml",
        "techniques.yaml",
        "rubric.yaml",
        "privacy.yaml",
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "path", "message"),
    [
        ("rubric.yaml", "points: 5, check: {step: greet", "point: 5, check: {step: greet", "point", "points"),
        ("policy.yaml", 'version: "2026-11"', "version: 2026", "version", "加引号"),
        ("policy.yaml", "id: heyue_hotline", "id: 禾悦", "id", "小写英文"),
        (
            "rubric.yaml",
            "at_least: 90, action: 表扬/树立榜样",
            "at_least: 90, action: ",
            "action",
            "不能空着",
        ),
        ("rubric.yaml", "at_least: 0, action", "at_least: 1, action", "", "从 0 分开始"),
        ("rubric.yaml", "{rule: interrupt}", "{rule: interupt}", "check.rule", "是不是想写“interrupt”"),
        ("rubric.yaml", "{assent: confirm_order}", "{assent: payment}", "check.assent", "要客户同意"),
        (
            "rubric.yaml",
            "technique: needs_discovery",
            "technique: need_discover",
            "technique",
            "needs_discovery",
        ),
        ("rubric.yaml", "{rule: fast_pace}", "{measure: agent_pase, at_most: 340}", "measure", "agent_pace"),
        ("rubric.yaml", "{rule: fast_pace}", "{measure: agent_pace}", "check", "上限"),
        ("rubric.yaml", "{rule: fast_pace}", "{rules: fast_pace}", "check", "只写一个"),
        ("rubric.yaml", "{rule: fast_pace}", "{rule: fast_pace, step: greet}", "check", "只写一个"),
        ("rubric.yaml", "per_hit: 1.5", "per_hit: 15", "items[1]", "封顶"),
        ("rubric.yaml", "mode: bonus, check: {field", "mode: bonsu, check: {field", "mode", "bonus"),
        (
            "rubric.yaml",
            "fatal: card, check: {rule: abuse}",
            "fatal: all, check: {rule: abuse}",
            "fatal",
            "card",
        ),
        (
            "rubric.yaml",
            "points: 3, check: {step: gift}",
            "points: -3, check: {step: gift}",
            "points",
            "不能小于",
        ),
        ("script.yaml", "facts: [gift]", "facts: [gifts]", "facts[0]", "是不是想写“gift”"),
        ("privacy.yaml", "kinds: [mobile,", "kinds: [mobil,", "kinds[0]", "mobile"),
        ("techniques.yaml", "id: pain_point", "id: rapport", "id", "重复"),
        ("rubric.yaml", "{id: gift, title: 说明赠品", "{id: price, title: 说明赠品", "id", "重复"),
        ("rubric.yaml", "- {id: abuse,", "- {id: greet,", "id", "重复"),
    ],
)
def test_each_fault_names_its_place_and_the_way_out(
    folder: Path, spoil: Spoil, file: str, old: str, new: str, path: str, message: str
) -> None:
    line = spoil(file, old, new)
    found = faults(folder)
    mine = [fault for fault in found if Path(fault.file).name == file]
    assert any(path in fault.path and message in fault.message for fault in mine), [str(f) for f in found]
    if path:
        assert abs(min(fault.line - line for fault in mine if path in fault.path)) <= 4


def test_a_broken_yaml_file_does_not_hide_the_others(folder: Path, spoil: Spoil) -> None:
    spoil("facts.yaml", "title: 足疗仪价格", 'title: "足疗仪价格')
    spoil("rubric.yaml", "check: {step: needs}", "check: {step: need}")
    found = faults(folder)
    assert [Path(fault.file).name for fault in found] == ["facts.yaml", "rubric.yaml"]
    assert "引号" in found[0].message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id: a\nid: b\n", "写了两遍"),
        ("- a\n- b\n", "键: 值"),
        ("kinds: &a [*a]\n", "引用了它自己"),
        ("kinds:\n\t- mobile\n", "制表符"),
        ("threshold: 0.5\n kinds: []\n", "YAML 写法有误"),
        ("? [a, b]\n: c\n", "键只能是文字"),
        ("<<: {kinds: []}\n", "不认识"),
    ],
)
def test_odd_yaml_is_a_fault_not_a_crash(folder: Path, text: str, message: str) -> None:
    (folder / "privacy.yaml").write_text(text, encoding="utf-8")
    assert any(message in fault.message for fault in faults(folder)), [str(f) for f in faults(folder)]


def test_other_encodings_are_named(folder: Path) -> None:
    (folder / "privacy.yaml").write_bytes("places: [体验馆]".encode("gb18030"))
    assert "UTF-8" in only(folder)[3]


def test_a_byte_order_mark_is_no_fault(folder: Path) -> None:
    path = folder / "privacy.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    load_policy(folder)


def test_missing_and_misnamed_files(folder: Path) -> None:
    (folder / "rubric.yaml").rename(folder / "rubrics.yaml")
    found = {Path(fault.file).name: fault.message for fault in faults(folder)}
    assert "缺少这个文件" in found["rubric.yaml"]
    assert "rubric.yaml" in found["rubrics.yaml"]


def test_facts_and_privacy_may_be_left_out(folder: Path, spoil: Spoil) -> None:
    (folder / "privacy.yaml").unlink()
    policy = load_policy(folder)
    assert len(policy.privacy.kinds) == 10


def test_no_folder_at_all(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy(tmp_path / "nowhere")
    assert caught.value.code == "policy.missing"
    assert "callqa init" in caught.value.hint


def test_dangling_anchor_and_condition_names(folder: Path) -> None:
    path = folder / "rules.yaml"
    path.write_text(
        path.read_text(encoding="utf-8")
        + """
  - id: extra_rule
    title: 试验
    conditions:
      price: {op: phrase, words: [一千二百八]}
      near: {op: phrase, words: [便宜], scope: {anchor: {of: prise, where: after}}}
    broken: {all: [near, prices]}
  - id: ring_rule
    title: 圈
    broken: {op: rule, rule: ring_other}
  - id: ring_other
    title: 圈
    conditions:
      a: b
      b: {not: a}
    broken: {any: [a, {op: rule, rule: ring_rule}]}
""",
        encoding="utf-8",
    )
    told = "\n".join(str(fault) for fault in faults(folder))
    assert "条件“prise”；是不是想写“price”" in told
    assert "条件“prices”；是不是想写“price”" in told
    assert "规则互相引用成了一圈：ring_rule → ring_other → ring_rule" in told
    assert "条件互相引用成了一圈：a → b → a" in told


def test_faults_survive_the_way_from_a_worker(folder: Path, spoil: Spoil) -> None:
    spoil("privacy.yaml", "threshold: 0.5", "threshold: 5")
    with pytest.raises(PolicyFaults) as caught:
        load_policy(folder)
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.faults == caught.value.faults
    assert str(again) == str(caught.value)
    assert "privacy.yaml:" in str(again)


def test_the_hash_follows_meaning_not_layout(folder: Path, spoil: Spoil) -> None:
    before = load_policy(folder)
    path = folder / "rubric.yaml"
    path.write_text("# 又一行说明\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    same = load_policy(folder)
    assert same.ref == before.ref
    spoil("rubric.yaml", "points: 5, check: {step: greet", "points: 6, check: {step: greet")
    other = load_policy(folder)
    assert other.ref.sha256 != before.ref.sha256
    assert other.part_hash("rubric") != before.part_hash("rubric")
    assert other.part_hash("script") == before.part_hash("script")


def test_a_policy_survives_being_stored(folder: Path) -> None:
    policy = load_policy(folder)
    again = Policy.model_validate_json(policy.model_dump_json(by_alias=True))
    assert again == policy
    assert again.ref == policy.ref


def test_every_header_field_reaches_the_hash(folder: Path, spoil: Spoil) -> None:
    before = load_policy(folder).ref.sha256
    spoil("policy.yaml", "products: []", "products: [禾悦足疗仪]")
    after = load_policy(folder).ref.sha256
    spoil("policy.yaml", "    - 禾悦康家\n", "")
    assert len({before, after, load_policy(folder).ref.sha256}) == 3
