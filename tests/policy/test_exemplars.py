"""Examples in files of their own: ``!file``, what is wrong with them, and that they are part of the policy."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from callqa.domain import PolicyError
from callqa.policy import load_policy
from callqa.policy.rules.exemplars import Exemplars, read_exemplars
from callqa.policy.source import Document

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def test_plus_and_minus() -> None:
    found, faults = read_exemplars("# 说明\n+ 药先停一停\n\n- 药不能停\n＋全角不认\n")
    assert found == {"like": ["药先停一停"], "unlike": ["药不能停"]}
    assert [line for line, _ in faults] == [5]


def test_a_sentence_cannot_be_both() -> None:
    with pytest.raises(ValueError, match="既写在像的里面"):
        Exemplars(like=("药停了吧",), unlike=("药停了吧",))


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("missing.txt", None, "打不开"),
        ("bad.txt", "没有开头的符号", "开头"),
        ("bad.yaml", "a: [", "YAML"),
        ("nested.yaml", "a: !file x.txt", "这里不能用"),
    ],
)
def test_faults_name_the_file(tmp_path: Path, name: str, text: str | None, told: str) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "rules.yaml").write_text(f"examples: !file {name}\n", "utf-8")
    document = Document.of(tmp_path / "rules.yaml", "rules.yaml")
    assert any(told in fault.message for fault in document.faults)


def test_read_in_place(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("+ 甲\n- 乙\n", "utf-8")
    (tmp_path / "y.yaml").write_text("词: [甲, 乙]\n", "utf-8")
    (tmp_path / "rules.yaml").write_text("a: !file x.txt\nb: !file y.yaml\n", "utf-8")
    document = Document.of(tmp_path / "rules.yaml", "rules.yaml")
    assert not document.faults
    assert document.data == {"a": {"like": ["甲"], "unlike": ["乙"]}, "b": {"词": ["甲", "乙"]}}


def test_examples_are_part_of_the_policy(tmp_path: Path) -> None:
    for part in ("hotline", "examples"):
        (tmp_path / part).mkdir()
        for path in sorted((SAMPLES / "policies" / part).rglob("*")):
            if path.is_file():
                target = tmp_path / part / path.relative_to(SAMPLES / "policies" / part)
                target.parent.mkdir(exist_ok=True)
                target.write_bytes(path.read_bytes())
    before = load_policy(tmp_path / "hotline")
    file = tmp_path / "examples" / "abuse.txt"
    file.write_text(file.read_text("utf-8") + "+ 你这人真是的，滚一边凉快去\n", "utf-8")
    assert load_policy(tmp_path / "hotline").ref != before.ref
    file.write_text("随便写一行\n", "utf-8")
    with pytest.raises(PolicyError) as told:
        load_policy(tmp_path / "hotline")
    assert "abuse.txt" in str(told.value)


@pytest.mark.parametrize(
    "folder", sorted((SAMPLES / "policies" / "examples").glob("*.txt")), ids=lambda p: p.stem
)
def test_sample_examples_can_be_read(folder: Path) -> None:
    found, faults = read_exemplars(folder.read_text("utf-8"))
    assert not faults
    Exemplars(like=tuple(found["like"]), unlike=tuple(found["unlike"]))
    assert len(found["unlike"]) >= 25
    assert all(len(set(found[kind])) == len(found[kind]) for kind in found)


def test_word_classes_of_the_samples() -> None:
    classes = YAML(typ="safe").load(
        (SAMPLES / "policies" / "examples" / "word_classes.yaml").read_text("utf-8")
    )
    assert all(isinstance(word, str) for words in classes.values() for word in words)
