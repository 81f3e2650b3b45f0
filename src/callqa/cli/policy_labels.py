"""Labels for the workbench: pasted or filed dialogues, and folders of ground truth, read into one shape."""

import re
from pathlib import Path

from callqa.compliance import read_spoken
from callqa.domain import CallQAError, LabelledCall
from callqa.evaluation import Truth, read_truth
from callqa.evaluation.truth import TrueTurn

_TIME = re.compile(r"^\s*[\[【(（]?\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?[\]】)）]?\s*")
_SPEAKER = re.compile(r"^(坐席|座席|客服|销售|话务员|专员|顾问|员工|客户|顾客|用户|未知)(?=\s*(?:[\[［:：]))")
_NAMES = {
    **dict.fromkeys(("坐席", "座席", "客服", "销售", "话务员", "专员", "顾问", "员工"), "坐席"),
    **dict.fromkeys(("客户", "顾客", "用户"), "客户"),
    "未知": "未知",
}


def read_pasted(text: str, *, name: str) -> LabelledCall:
    """A dialogue as people paste it: times in front of the lines and other words for the parties are put right.

    Raises:
        DialogueError: A line or tag that cannot be read.
        CallQAError: ``dialogue.empty`` where nothing was said.
    """
    lines = []
    for raw in text.lstrip("\ufeff").splitlines():
        line = _TIME.sub("", raw)
        lines.append(_SPEAKER.sub(lambda found: _NAMES[found[1]], line.strip()))
    dialogue = read_spoken("\n".join(lines), name=name)
    if not any(turn.text.strip() for turn in dialogue.turns):
        raise CallQAError(
            f"{name} 里没有对话。",
            code="dialogue.empty",
            hint="每行写一句：“坐席：……”或“客户：……”；不写谁说的就算坐席。",
        )
    return dialogue


def read_text(path: Path) -> str:
    """A text file in UTF-8 or in the Chinese Windows encoding.

    Raises:
        CallQAError: ``dialogue.file`` where it cannot be read.
    """
    try:
        body = path.read_bytes()
    except OSError as refused:
        raise CallQAError(
            f"读不了 {path}：{refused.strerror or refused}。", code="dialogue.file", hint="请检查文件名。"
        ) from refused
    return decoded(body, name=str(path))


def decoded(body: bytes, *, name: str) -> str:
    """Bytes as text; raises `CallQAError` where they are none."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise CallQAError(f"{name} 不是文本文件。", code="dialogue.file", hint="请存成 UTF-8 的文本再试。")


def truth_of(dialogue: LabelledCall, *, call_id: str) -> Truth:
    """The labels of a written dialogue in the shape of ground truth; its times mean nothing."""
    turns = tuple(
        TrueTurn(
            party=turn.party,
            text=turn.text,
            start=1000 * number,
            end=1000 * number + 1,
            labels=turn.labels,
            marks=turn.marks,
            characters=(None,) * len(turn.text),
        )
        for number, turn in enumerate(dialogue.turns)
    )
    return Truth(header={**dialogue.header, "id": call_id}, turns=turns)


def labelled(dialogue: LabelledCall) -> bool:
    """True where somebody said what should be found in it."""
    return bool(
        any(mark.kind in ("met", "broken") for turn in dialogue.turns for mark in turn.marks)
        or dialogue.listed("missing")
        or dialogue.listed("rules")
    )


def read_labels(folder: Path) -> dict[str, Truth]:
    """Labels by call id out of a folder of ``*.json`` ground truth, marked-up ``*.txt`` dialogues, or both.

    Raises:
        CallQAError: The folder holds neither, or a file cannot be read.
    """
    truths: dict[str, Truth] = {}
    for path in sorted(folder.glob("*.txt")):
        dialogue = read_pasted(read_text(path), name=str(path))
        call_id = dialogue.id or path.stem
        truths[call_id] = truth_of(dialogue, call_id=call_id)
    if any(folder.glob("*.json")) or not truths:
        truths |= read_truth(folder)
    return truths
