"""Labelled dialogues: what samples, corpora, tests and evaluation are written in.

A trainer can read and extend them::

    # id: D001
    # product: 禾悦足疗仪
    坐席 [rapport]: <met step=greet>您好，禾悦康家</met>，您辛苦了。
    停顿: 2.5
    客户 [neutral]: 我姓<personal kind=name>王秀兰</personal>。

``坐席 [labels]:`` holds technique labels, ``客户 [reaction]:`` one reaction; the bracket may be left out
where nothing is labelled. Tags may nest. ``停顿: s`` puts silence before the next turn, ``抢话: s`` lets it
start that long before the turn in front of it has ended.
"""

import re
from typing import Literal

from pydantic import Field

from callqa.domain.call import Party
from callqa.domain.errors import CallQAError
from callqa.domain.evidence import TextSpan
from callqa.domain.noun import Noun

PARTIES = {"坐席": Party.agent, "客户": Party.customer, "未知": Party.unknown}
_TURN = re.compile(r"^(坐席|客户|未知)\s*(?:[\[［]([^\]］]*)[\]］])?\s*[:：]\s*(.*)$")
_TAG = re.compile(
    r"<(/?)(met|broken|wrong|assent|refuse|personal)(?:\s+(?:step|rule|fact|item|kind)=([^\s>]+))?>"
)

MarkKind = Literal["met", "broken", "wrong", "assent", "refuse", "personal"]


class DialogueError(CallQAError):
    """A labelled dialogue that cannot be read; names file and line."""


class Mark(Noun):
    """One label inside a turn."""

    kind: MarkKind
    """``met`` a step, ``broken`` a rule, ``wrong`` a fact, ``assent``/``refuse`` an item, or ``personal``."""
    id: str
    """Step, rule, fact, item id, or kind of personal data."""
    characters: TextSpan
    """Where in the plain text."""


class LabelledTurn(Noun):
    """One turn with what people say about it."""

    party: Party
    """Who speaks."""
    text: str
    """Plain text, tags removed."""
    labels: tuple[str, ...] = ()
    """Technique labels (agent) or the reaction (customer)."""
    marks: tuple[Mark, ...] = ()
    """In order of their start."""
    pause: float = 0.0
    """Extra silence before it, seconds."""
    overlap: float = 0.0
    """Seconds it starts before the previous turn has ended."""


class LabelledCall(Noun):
    """A whole dialogue."""

    header: dict[str, str] = Field(default_factory=dict)
    """``# key: value`` lines."""
    turns: tuple[LabelledTurn, ...]
    """In order."""

    @property
    def id(self) -> str:
        """Header ``id``."""
        return self.header.get("id", "")

    def listed(self, key: str) -> tuple[str, ...]:
        """A comma-separated header line as a tuple; empty where missing."""
        return tuple(part.strip() for part in re.split("[,，]", self.header.get(key, "")) if part.strip())

    def marked(self, kind: MarkKind) -> set[str]:
        """Ids marked anywhere with this kind."""
        return {mark.id for turn in self.turns for mark in turn.marks if mark.kind == kind}


def parse_dialogue(text: str, *, name: str = "dialogue") -> LabelledCall:
    """Read one labelled dialogue.

    Args:
        text: The file's content.
        name: File name for error messages.

    Raises:
        DialogueError: A line that is neither header, turn, pause nor overlap; unbalanced tags.
    """
    header: dict[str, str] = {}
    turns: list[LabelledTurn] = []
    timing = {"停顿": 0.0, "抢话": 0.0}
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip().lstrip("\ufeff")
        where = f"{name}:{number}"
        if not line:
            continue
        if line.startswith("#"):
            key, _, value = line.lstrip("# ").partition(":")
            header[key.strip()] = value.strip()
        elif match := re.fullmatch(r"(停顿|抢话)\s*[:：]\s*(\d+(?:\.\d+)?)", line):
            timing[match[1]] = float(match[2])
        elif match := _TURN.match(line):
            plain, marks = _untag(match[3], where)
            labels = tuple(label.strip() for label in re.split("[,，]", match[2] or "") if label.strip())
            turns.append(
                LabelledTurn(
                    party=PARTIES[match[1]],
                    text=plain,
                    labels=labels,
                    marks=marks,
                    pause=timing["停顿"],
                    overlap=timing["抢话"],
                )
            )
            timing = {"停顿": 0.0, "抢话": 0.0}
        else:
            raise DialogueError(
                f"{where} 读不懂：{line[:40]}",
                code="dialogue.line",
                hint="每行写成“坐席 [标签]: 话”“客户 [反应]: 话”“停顿: 秒”“抢话: 秒”或“# 键: 值”。",
            )
    return LabelledCall(header=header, turns=tuple(turns))


def _untag(tagged: str, where: str) -> tuple[str, tuple[Mark, ...]]:
    """Plain text and marks of one tagged turn."""
    plain = ""
    open_tags: list[tuple[MarkKind, str, int]] = []
    marks: list[Mark] = []
    position = 0
    for match in _TAG.finditer(tagged):
        plain += tagged[position : match.start()]
        position = match.end()
        closing, kind, identifier = match[1], match[2], match[3]
        if not closing:
            open_tags.append((_kind(kind), identifier or "", len(plain)))
            continue
        if not open_tags or open_tags[-1][0] != kind:
            raise DialogueError(
                f"{where} 标签 </{kind}> 没有对应的开头。", code="dialogue.tag", hint="标签要成对、不交叉。"
            )
        opened, name, start = open_tags.pop()
        if start < len(plain):
            marks.append(Mark(kind=opened, id=name, characters=TextSpan(start=start, end=len(plain))))
    if open_tags:
        raise DialogueError(
            f"{where} 标签 <{open_tags[-1][0]}> 没有结束。", code="dialogue.tag", hint="标签要成对、不交叉。"
        )
    plain += tagged[position:]
    return plain, tuple(sorted(marks, key=lambda mark: (mark.characters.start, -mark.characters.end)))


def _kind(name: str) -> MarkKind:
    kinds: dict[str, MarkKind] = {
        "met": "met",
        "broken": "broken",
        "wrong": "wrong",
        "assent": "assent",
        "refuse": "refuse",
        "personal": "personal",
    }
    return kinds[name]
