"""A manifest with broken rows: each is told with its line, all others are scored with what their rows say."""

from pathlib import Path

import pytest

from tests import fakes
from tests.bad_input.conftest import Day

HEADER = "call_id,file,agent,group,started_at,product,ordered,amount"
ROWS = (
    "C0001,C0001.wav,8001,一部/一队,2026-11-20 09:00:00,禾悦足疗仪,是,1280",  # 2: good
    "C0009,C0009.wav,8001,一部/一队,2026-11-20 09:10:00,禾悦足疗仪,是,1280",  # 3: no such file
    "C0002,C0002.wav,8002,一部/二队,昨天上午,禾悦足疗仪,也许,很多",  # 4: three values nobody can read
    "C0001,C0003.wav,8003,一部/二队,2026-11-20 09:20:00,禾悦足疗仪,否,",  # 5: an id that is taken
    "C0005,../calls.csv,8003,一部/二队,2026-11-20 09:30:00,禾悦足疗仪,否,",  # 6: out of the folder
    "C0006,C0001.wav,8003,一部/二队,2026-11-20 09:40:00,禾悦足疗仪,否,",  # 7: a file that is taken
    "C0007,C0007.wav,8004,一部/二队,2026-11-20 09:50:00,禾悦足疗仪,1,280,否",  # 8: a comma too many
)


@pytest.fixture
def manifest(day: Day) -> Path:
    for number in (3, 7, 8):
        fakes.write_recording(day.folder / f"C000{number}.wav", seed=number)
    path = day.folder.parent / "calls.csv"
    path.write_text("\n".join((HEADER, *ROWS)) + "\n", encoding="gb18030")
    return path


def test_broken_rows_are_told_with_their_lines_and_the_rest_is_scored(day: Day, manifest: Path) -> None:
    said = day.score("--manifest", manifest)
    assert said.code == 0, said.all
    for line in (3, 4, 5, 6, 7, 8):
        assert f"第 {line} 行：" in said.err, said.err
    assert "第 2 行：" not in said.err
    assert "C0008.wav" in said.err, "a file without a row is told"
    stored = day.stored()
    assert set(stored) == {"C0001", "C0002"}
    first, second = stored["C0001"].call, stored["C0002"].call
    assert (first.agent, first.group, first.amount) == ("8001", ("一部", "一队"), 1280)
    assert (second.agent, second.started_at, second.ordered, second.amount) == ("8002", None, None, None)


def test_a_mended_manifest_brings_in_the_rest_and_hears_nothing_twice(day: Day, manifest: Path) -> None:
    assert day.score("--manifest", manifest).code == 0
    rows = [
        f"C000{number},C000{number}.wav,8001,一部/一队,2026-11-20 09:00:00,禾悦足疗仪,是,1280"
        for number in (1, 2, 3, 7, 8)
    ]
    manifest.write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
    said = day.score("--manifest", manifest)
    assert said.code == 0, said.all
    assert "跳过 1" in said.out, "C0001 is as it was; C0002 has other facts now and is judged again"
    assert set(day.stored()) == {f"C000{number}" for number in (1, 2, 3, 7, 8)}


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "空的"), (b"\x00\xff\xfe\x00" * 50, ""), ("甲,乙\n1,2\n".encode(), "")],
    ids=["empty", "no text", "no column we know"],
)
def test_a_manifest_that_is_none_stops_before_the_first_call(day: Day, content: bytes, words: str) -> None:
    path = day.folder.parent / "calls.csv"
    path.write_bytes(content)
    said = day.score("--manifest", path)
    assert said.code == 2, said.all
    assert "calls.csv" in said.err
    assert words in said.err
    assert "怎么办" in said.err
    assert day.stored() == {}
