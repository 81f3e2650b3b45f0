"""Labelled dialogues: what is read, and what is refused with file and line."""

import pytest

from callqa.domain import DialogueError, Party, parse_dialogue

DIALOGUE = """\
# id: D001
# missing: gift, source
坐席 [rapport, closing]: <met step=greet>您好，禾悦康家</met>，您辛苦了。
停顿: 2.5
客户 [neutral]: 我姓<personal kind=name>王秀兰</personal>。
抢话: 0.8
坐席: <met step=price><wrong fact=price>一千一百八</wrong></met>
"""


def test_turns_labels_marks_and_timing() -> None:
    call = parse_dialogue(DIALOGUE)
    assert call.id == "D001"
    assert call.listed("missing") == ("gift", "source")
    first, second, third = call.turns
    assert first.party is Party.agent
    assert first.labels == ("rapport", "closing")
    assert first.text == "您好，禾悦康家，您辛苦了。"
    mark = first.marks[0]
    assert (mark.kind, mark.id) == ("met", "greet")
    assert first.text[mark.characters.start : mark.characters.end] == "您好，禾悦康家"
    assert (second.pause, second.overlap) == (2.5, 0.0)
    assert second.text == "我姓王秀兰。"
    assert (third.pause, third.overlap, third.labels) == (0.0, 0.8, ())
    assert {(mark.kind, mark.id) for mark in third.marks} == {("met", "price"), ("wrong", "price")}
    assert call.marked("met") == {"greet", "price"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("主管: 您好", "t.txt:1 读不懂"),
        ("坐席: <met step=greet>您好", "没有结束"),
        ("坐席: 您好</met>", "没有对应的开头"),
        ("坐席: <met step=a>您<broken rule=b>好</met></broken>", "没有对应的开头"),
    ],
)
def test_faults_name_file_and_line(line: str, said: str) -> None:
    with pytest.raises(DialogueError, match=said):
        parse_dialogue(line, name="t.txt")
