"""Reading and checking labelled turns."""

import json
from pathlib import Path

import pytest

from callqa.domain import ModelError, Party, Reaction
from callqa.techniques import LABELS, Row, find_split_file, read_corpus, split_rows
from callqa.techniques.checks import contradictions, crowded_frames, refuse_contradictions, summary
from callqa.techniques.corpus import read_dialogue, read_tab_lines
from callqa.techniques.near import near_pairs, without_near

from .conftest import CORPUS

GOOD = """
# id: t-01
# source: t
# product: 按摩椅
坐席 []: <met step=greet>喂您好，</met>这边是安和的。
停顿: 3
客户 [neutral]: 嗯<refuse item=x>。</refuse>
坐席 [needs_discovery,rapport]: 您腰不好多久了？干活的人都不容易。
客户 [ask]: 多少钱？
"""


def test_a_dialogue_becomes_rows_with_what_was_said_around() -> None:
    rows, faults = read_dialogue(GOOD.strip(), name="x.txt")
    assert not faults
    assert rows[0].text == "喂您好，这边是安和的。"
    third = rows[2]
    assert third.labels == ("needs_discovery", "rapport")
    assert [(said.party, said.text) for said in third.before] == [
        (Party.agent, "喂您好，这边是安和的。"),
        (Party.customer, "嗯。"),
    ]
    assert [(said.party, said.text) for said in third.after] == [(Party.customer, "多少钱？")]
    assert [len(row.after) for row in rows] == [2, 2, 1, 0]
    assert (third.product, third.source, third.dialogue) == ("按摩椅", "t", "t-01")
    assert rows[3].reaction is Reaction.ask
    assert [row.position for row in rows] == [0.0, pytest.approx(1 / 3), pytest.approx(2 / 3), 1.0]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("坐席 [clsing]: 给您订一台吧", "不认识的技巧标签 clsing"),
        ("客户 [accept,ask]: 行，几天到", "恰好一个"),
        ("客户 []: 行", "恰好一个"),
        ("坐席 []: ", "空的"),
        ("坐席: 没有括号", "不是"),
    ],
)
def test_faults_name_file_and_line(line: str, words: str) -> None:
    rows, faults = read_dialogue(f"# id: a\n{line}", name="bad.txt", allowed=frozenset(LABELS))
    assert not rows
    assert str(faults[0]).startswith("bad.txt:2 ")
    assert words in faults[0].message


def test_tab_lines_say_none_where_nothing_is() -> None:
    rows, faults = read_tab_lines(
        "给您订一台吧\tclosing\n一共多少\tnone\n不要了\treject\n没有标签\n",
        name="a.tsv",
        allowed=frozenset(LABELS),
    )
    assert [(row.party, row.labels, row.reaction) for row in rows] == [
        (Party.agent, ("closing",), None),
        (Party.agent, (), None),
        (Party.customer, (), Reaction.reject),
    ]
    assert [fault.line for fault in faults] == [4]


def test_all_forms_read_from_one_folder(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(GOOD, "utf-8-sig")
    (tmp_path / "b.tsv").write_text("要不给您定下来\tclosing\n", "utf-8")
    row = Row(text="再给您打", labels=("follow_up",))
    (tmp_path / "c.jsonl").write_text(row.model_dump_json() + "\n", "utf-8")
    corpus = read_corpus([tmp_path], labels=LABELS)
    assert len(corpus.rows) == 6
    assert corpus.rows[-1] == row
    assert corpus.sha256 == read_corpus([tmp_path]).sha256


def test_wrong_corpora_say_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="找不到语料"):
        read_corpus([tmp_path / "nowhere"])
    (tmp_path / "a.jsonl").write_text(
        json.dumps({"text": "x", "labels": ["nonsense"]}) + "\nnot json\n", "utf-8"
    )
    with pytest.raises(ModelError, match=r"a\.jsonl:1.*nonsense.*a\.jsonl:2") as caught:
        read_corpus([tmp_path], labels=LABELS)
    assert caught.value.code == "corpus.faults"
    (tmp_path / "a.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ModelError, match="UTF-8"):
        read_corpus([tmp_path])
    (tmp_path / "a.jsonl").write_text("", "utf-8")
    with pytest.raises(ModelError) as empty:
        read_corpus([tmp_path])
    assert empty.value.code == "corpus.empty"


def test_opposite_labels_of_one_turn_are_refused() -> None:
    rows = [Row(text="给您订一台吧", labels=("closing",)), Row(text="给您订一台吧！", labels=())]
    assert len(contradictions(rows)) == 1
    with pytest.raises(ModelError, match="两种标法"):
        refuse_contradictions(rows)
    refuse_contradictions([rows[0], rows[0]])


def test_sounds_alike_across_splits_gives_way() -> None:
    kept = [Row(text="这个一天才三块五，就一包烟钱")]
    rows = [
        Row(text="这个一天才三块五，就一包烟前"),
        Row(text="好的好的"),
        Row(text="您家里几口人喝水？"),
    ]
    left, removed = without_near(rows, kept)
    assert [row.text for row in removed] == ["这个一天才三块五，就一包烟前"]
    assert len(left) == 2
    assert not near_pairs([Row(text="好的")], [Row(text="好的")]), "short turns are everybody's"


# the laws of the shipped corpus


def test_the_shipped_corpus_is_large_and_varied(shipped_rows: tuple[Row, ...]) -> None:
    agents = [row for row in shipped_rows if row.party is Party.agent]
    counts = summary(shipped_rows)
    assert len(agents) >= 5000
    assert len(shipped_rows) - len(agents) >= 2500
    assert len({row.product for row in shipped_rows}) >= 12
    assert counts["none"] >= 1500
    assert {label: counts.get(label, 0) for label in LABELS if counts.get(label, 0) < 250} == {}
    assert all(counts.get(reaction.value, 0) >= 200 for reaction in Reaction)
    assert sum(len(row.labels) > 1 for row in agents) >= 300


def test_the_shipped_corpus_does_not_contradict_itself(shipped_rows: tuple[Row, ...]) -> None:
    assert contradictions(shipped_rows) == []


def test_no_frame_fills_a_label(shipped_rows: tuple[Row, ...]) -> None:
    assert crowded_frames(shipped_rows) == []


def test_splits_stand_apart(shipped_rows: tuple[Row, ...]) -> None:
    split = split_rows(shipped_rows, find_split_file([CORPUS]))
    parts = {"train": split.train, "dev": split.dev, "test": split.test}
    products = {name: {row.product for row in rows} for name, rows in parts.items()}
    assert not products["train"] & products["dev"]
    assert not products["test"] & (products["train"] | products["dev"])
    assert not {row.source for row in split.test} & {row.source for row in (*split.train, *split.dev)}
    assert not near_pairs(split.train, [*split.dev, *split.test])
    assert not near_pairs(split.dev, split.test)
    assert len(split.removed) < 0.02 * len(shipped_rows)
    for name, rows in parts.items():
        present = {label for row in rows for label in row.labels}
        assert set(LABELS) <= present, name


def test_a_broken_split_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "split.yaml").write_text("dev: [a", "utf-8")
    with pytest.raises(ModelError) as caught:
        split_rows([Row(text="x")], find_split_file([tmp_path]))
    assert caught.value.code == "split.file"
    assert split_rows([Row(text="x")], None).train == (Row(text="x"),)
