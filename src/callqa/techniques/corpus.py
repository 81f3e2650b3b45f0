"""Labelled turns: one row per turn with what was said around it, from dialogues, JSONL or tab-separated lines."""

import json
import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from pydantic import Field, ValidationError

from callqa.domain import ModelError, Party, Reaction
from callqa.domain.noun import Noun

NONE = "none"
"""How a row of the tab-separated form says that a turn carries no label."""
_PARTIES = {"坐席": Party.agent, "客户": Party.customer}
_TURN = re.compile(r"^(坐席|客户)\s*\[([^\]]*)\]\s*[:：]\s*(.*)$")
_TAG = re.compile(r"</?[a-z]+\b[^>]*>")
_DIRECTION = re.compile(r"^(?:停顿|抢话)\s*[:：]")


class Said(Noun):
    """A turn without labels: what the model may look at beside the labelled one."""

    party: Party
    """Who."""
    text: str
    """What, raw or masked."""


class Row(Noun):
    """One labelled turn."""

    text: str
    """The turn."""
    party: Party = Party.agent
    """Who said it."""
    before: tuple[Said, ...] = ()
    """Up to two previous turns, oldest first."""
    after: tuple[Said, ...] = ()
    """Up to two turns that follow, in order; empty where unknown."""
    labels: tuple[str, ...] = ()
    """Techniques of an agent turn; empty means that a person saw none."""
    reaction: Reaction | None = None
    """Reaction of a customer turn."""
    product: str = ""
    """Product or service talked about."""
    source: str = ""
    """Author or centre the row comes from."""
    dialogue: str = ""
    """Dialogue id; empty for single lines."""
    position: float | None = Field(default=None, ge=0.0, le=1.0)
    """Where in the call: 0 first turn, 1 last; None where unknown."""

    @property
    def key(self) -> str:
        """Text without marks, for finding duplicates."""
        return re.sub(r"\W+", "", self.text)


class Fault(NamedTuple):
    """Something wrong in a corpus file."""

    path: str
    """File."""
    line: int
    """Line, from 1; 0 for the whole file."""
    message: str
    """What, in Chinese."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.message}" if self.line else f"{self.path} {self.message}"


class Corpus(NamedTuple):
    """What was read, and what could not be."""

    rows: tuple[Row, ...]
    """In file order."""
    faults: tuple[Fault, ...]
    """Lines left out."""

    @property
    def sha256(self) -> str:
        """Hash over all rows, independent of file order."""
        lines = sorted(row.model_dump_json() for row in self.rows)
        return sha256("\n".join(lines).encode()).hexdigest()


def read_corpus(
    sources: Sequence[Path], *, labels: Iterable[str] | None = None, strict: bool = True
) -> Corpus:
    """Read labelled turns from files and folders.

    ``*.txt`` are dialogues (header lines ``# key: value``, then ``坐席 [labels]: text``) or tab-separated
    ``text<TAB>label,label`` lines, ``*.tsv`` the latter, ``*.jsonl`` rows as JSON. Folders are read recursively
    in name order.

    Args:
        sources: Files or folders.
        labels: Allowed technique labels; None allows any.
        strict: Raise at the first look if anything is wrong, with all faults in the message.

    Returns:
        Rows, and faults where ``strict`` is off.

    Raises:
        ModelError: ``corpus.missing`` for a path that is not there, ``corpus.empty``, ``corpus.faults``.
    """
    allowed = None if labels is None else frozenset(labels)
    rows: list[Row] = []
    faults: list[Fault] = []
    for path in _files(sources):
        found, wrong = _read_file(path, allowed)
        rows.extend(found)
        faults.extend(wrong)
    if strict and faults:
        shown = "；".join(str(fault) for fault in faults[:10])
        more = f"……共 {len(faults)} 处" if len(faults) > 10 else ""
        raise ModelError(
            f"语料有错：{shown}{more}。", code="corpus.faults", hint="改好这些行再来；什么都没有被替换。"
        )
    if not rows:
        raise ModelError("语料里一条标注也没有。", code="corpus.empty", hint="请检查给的文件夹或文件。")
    return Corpus(tuple(rows), tuple(faults))


def _files(sources: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for source in sources:
        if source.is_dir():
            found.extend(
                path
                for path in sorted(source.rglob("*"))
                if path.suffix in {".txt", ".tsv", ".jsonl"} and path.is_file()
            )
        elif source.is_file():
            found.append(source)
        else:
            raise ModelError(
                f"找不到语料 {source}。", code="corpus.missing", hint="请给出存在的文件或文件夹。"
            )
    return found


def _read_file(path: Path, allowed: frozenset[str] | None) -> tuple[list[Row], list[Fault]]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return [], [Fault(str(path), 0, f"读不了（{type(error).__name__}），应为 UTF-8 文本")]
    if path.suffix == ".jsonl":
        return _read_jsonl(path, text, allowed)
    if path.suffix == ".tsv" or not any(_TURN.match(line) for line in text.splitlines()):
        return read_tab_lines(text, name=str(path), allowed=allowed)
    return read_dialogue(text, name=str(path), allowed=allowed)


def read_dialogue(
    text: str, *, name: str, allowed: frozenset[str] | None = None
) -> tuple[list[Row], list[Fault]]:
    """Rows of one dialogue; tags (``<met …>``) and directions (``停顿: 3``) of the marked-up form are left out."""
    head: dict[str, str] = {}
    turns: list[tuple[int, Party, str, str]] = []
    faults: list[Fault] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#"):
            key, colon, value = line[1:].partition(":")
            if colon:
                head[key.strip()] = value.strip()
        elif line.strip() and not _DIRECTION.match(line):
            match = _TURN.match(line.strip())
            if match is None:
                faults.append(Fault(name, number, f"不是“坐席 [标签]: 内容”的样子：{line[:20]!r}"))
            else:
                said = _TAG.sub("", match[3]).strip()
                turns.append((number, _PARTIES[match[1]], match[2], said))
    rows: list[Row] = []
    for index, (number, party, bracket, said) in enumerate(turns):
        names = tuple(dict.fromkeys(part.strip() for part in bracket.split(",") if part.strip()))
        wrong = _wrong(party, names, allowed)
        if not said:
            wrong = "这一轮是空的"
        if wrong:
            faults.append(Fault(name, number, wrong))
            continue
        rows.append(
            Row(
                text=said,
                party=party,
                before=tuple(Said(party=turn[1], text=turn[3]) for turn in turns[max(0, index - 2) : index]),
                after=tuple(Said(party=turn[1], text=turn[3]) for turn in turns[index + 1 : index + 3]),
                labels=names if party is Party.agent else (),
                reaction=Reaction(names[0]) if party is Party.customer else None,
                product=head.get("product", ""),
                source=head.get("source", ""),
                dialogue=head.get("id", Path(name).stem),
                position=index / max(1, len(turns) - 1),
            )
        )
    return rows, faults


def _wrong(party: Party, names: tuple[str, ...], allowed: frozenset[str] | None) -> str:
    if party is Party.customer:
        if len(names) != 1 or names[0] not in Reaction.__members__:
            return f"客户反应要恰好一个（{'、'.join(Reaction.__members__)}），写的是 {','.join(names)!r}"
        return ""
    unknown = [name for name in names if allowed is not None and name not in allowed]
    return f"不认识的技巧标签 {','.join(unknown)}" if unknown else ""


def read_tab_lines(
    text: str, *, name: str, allowed: frozenset[str] | None = None
) -> tuple[list[Row], list[Fault]]:
    """Rows of ``text<TAB>label,label`` lines; a line without a label says ``none``.

    A single reaction name marks a customer turn. No context and no position come with this form.
    """
    rows: list[Row] = []
    faults: list[Fault] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        said, tab, bracket = line.rstrip("\n").rpartition("\t")
        names = tuple(part.strip() for part in bracket.split(",") if part.strip())
        if not tab or not names or not said.strip():
            faults.append(Fault(name, number, "应为“内容<TAB>标签,标签”，没有标签写 none"))
            continue
        if len(names) == 1 and names[0] in Reaction.__members__:
            rows.append(Row(text=said.strip(), party=Party.customer, reaction=Reaction(names[0])))
            continue
        labels = tuple(dict.fromkeys(label for label in names if label != NONE))
        wrong = _wrong(Party.agent, labels, allowed)
        if wrong:
            faults.append(Fault(name, number, wrong))
        else:
            rows.append(Row(text=said.strip(), labels=labels))
    return rows, faults


def _read_jsonl(path: Path, text: str, allowed: frozenset[str] | None) -> tuple[list[Row], list[Fault]]:
    rows: list[Row] = []
    faults: list[Fault] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = Row.model_validate(json.loads(line))
        except (json.JSONDecodeError, ValidationError) as error:
            faults.append(Fault(str(path), number, f"不是一条标注（{type(error).__name__}）"))
            continue
        wrong = _wrong(Party.agent, row.labels, allowed) if row.party is Party.agent else ""
        if row.party is Party.customer and row.reaction is None:
            wrong = "客户轮次缺 reaction"
        if wrong or not row.text.strip():
            faults.append(Fault(str(path), number, wrong or "这一轮是空的"))
        else:
            rows.append(row)
    return rows, faults
