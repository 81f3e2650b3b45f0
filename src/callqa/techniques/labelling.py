"""Turns for a trainer to label, the most telling first, and their labels back: Excel and Label Studio."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Literal

import numpy as np

from callqa.domain import ModelError, Party, Reaction, Transcript
from callqa.domain.noun import Noun
from callqa.techniques.corpus import NONE, Fault, Row, Said
from callqa.techniques.labels import REACTION_TITLES, TITLES
from callqa.techniques.model import TechniqueModel
from callqa.techniques.tag import instances_of

Mask = Callable[[Transcript], Transcript]
"""Replaces personal data; given by the caller, because finding it is another room's work."""
_HEAD = ("编号", "前两轮", "谁说的", "内容", "模型的看法", "标签", "产品")
_AFTER = "后两轮"
"""Head of the last column; sheets written before it existed are still read."""
_PARTY = {Party.agent: "坐席", Party.customer: "客户"}
_PARTY_OF = {title: party for party, title in _PARTY.items()}
_ALIKE = 0.5


class Task(Noun):
    """One turn to label."""

    id: str
    """``call:turn``."""
    row: Row
    """The turn, masked; labels are the model's guess."""
    uncertainty: float
    """0 certain … 1 a coin toss on its least certain label."""


def choose_tasks(
    transcripts: Sequence[Transcript],
    model: TechniqueModel,
    *,
    count: int,
    mask: Mask,
    products: Sequence[str] = (),
) -> list[Task]:
    """Pick the turns whose labels would teach the model most: uncertain, and unlike one another.

    Turns are taken by falling uncertainty; one that looks like a turn already taken (cosine over half) waits for
    the next round. Turns that the model cannot read, and turns of unknown parties, are left out.

    Args:
        transcripts: Calls.
        model: The model in use.
        count: How many turns.
        mask: Makes a masked copy of a transcript of the same shape; applied before anything leaves this function.
        products: Per transcript, its product; may be empty.

    Returns:
        Tasks, most telling first; fewer than ``count`` where there are no more turns.

    Raises:
        ModelError: ``label.unmasked`` where ``mask`` gave something that is not masked.
    """
    masked = [mask(transcript) for transcript in transcripts]
    if not all(transcript.masked for transcript in masked):
        raise ModelError(
            "有通话没有遮盖个人信息，不导出。", code="label.unmasked", hint="请检查 privacy.yaml。"
        )
    instances = [one for transcript in masked for one in instances_of(transcript)]
    prediction = model.predict(instances)
    names = [reaction.value for reaction in Reaction]
    limits = np.array([model.thresholds[label] for label in model.labels])
    tasks: list[tuple[float, int, Task]] = []
    row = -1
    for number, transcript in enumerate(masked):
        for turn in transcript.turns:
            row += 1
            if turn.party not in _PARTY or not prediction.known[row]:
                continue
            if turn.party is Party.agent:
                chances = prediction.techniques[row]
                uncertainty = float((1 - np.abs(chances - limits) / np.maximum(limits, 1 - limits)).max())
                given = tuple(np.array(model.labels)[chances >= limits].tolist())
                reaction = None
            else:
                shares = np.sort(prediction.reactions[row])
                uncertainty = float(1 - (shares[-1] - shares[-2]))
                given, reaction = (), Reaction(names[int(prediction.chosen[row])])
            instance = instances[row]
            task = Task(
                id=f"{transcript.call_id}:{turn.index}",
                row=Row(
                    text=turn.text,
                    party=turn.party,
                    before=tuple(Said(party=who, text=said) for who, said in instance.before),
                    after=tuple(Said(party=who, text=said) for who, said in instance.after),
                    labels=given,
                    reaction=reaction,
                    product=products[number] if products else "",
                    source="labelled",
                    dialogue=transcript.call_id,
                    position=instance.position,
                ),
                uncertainty=uncertainty,
            )
            tasks.append((-uncertainty, row, task))
    tasks.sort(key=lambda task: task[:2])
    return _diverse([task for _, _, task in tasks], model, count)


def _diverse(tasks: Sequence[Task], model: TechniqueModel, count: int) -> list[Task]:
    """The first ``count`` tasks of which no two look alike; then the alike ones, in their order."""
    pool = list(tasks[: max(count * 4, 200)])
    if not pool:
        return []
    from callqa.techniques.features import Instance

    rows = model.agent_vectoriser.transform(
        [model.reader.names(Instance(task.row.text, task.row.party)) for task in pool]
    )
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    likeness = np.asarray((rows @ rows.T).todense()) / np.maximum(np.outer(lengths, lengths), 1e-9)
    taken: list[int] = []
    waiting: list[int] = []
    for index in range(len(pool)):
        alike = taken and likeness[index, taken].max() > _ALIKE
        (waiting if alike else taken).append(index)
    return [pool[index] for index in [*taken, *waiting][:count]]


def write_tasks(
    tasks: Sequence[Task],
    path: Path,
    *,
    form: Literal["xlsx", "json"] | None = None,
    titles: Mapping[str, str] = TITLES,
) -> None:
    """Write tasks as an Excel sheet or as Label Studio JSON.

    Args:
        tasks: What to label.
        path: ``.xlsx`` or ``.json``.
        form: The form; by default the file name's ending decides.
        titles: Technique label → title, a centre's own from its policy.

    Raises:
        ModelError: ``label.form`` for another ending.
    """
    form = form or _form_of(path)
    if form == "json":
        path.write_text(json.dumps([_studio(task) for task in tasks], ensure_ascii=False, indent=1), "utf-8")
        return
    from openpyxl import Workbook
    from openpyxl.styles import Alignment

    book = Workbook()
    sheet = book.active
    sheet.title = "待标注"
    sheet.append((*_HEAD, _AFTER))
    for task in tasks:
        row = task.row
        sheet.append(
            [
                task.id,
                _safe(_lines(row.before)),
                _PARTY[row.party],
                _safe(row.text),
                _guess(row, titles),
                "",
                _safe(row.product),
                _safe(_lines(row.after)),
            ]
        )
    for column, width in zip("ABCDEFGH", (14, 44, 8, 60, 26, 30, 14, 44), strict=True):
        sheet.column_dimensions[column].width = width
        for cell in sheet[column]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    guide = book.create_sheet("标签")
    guide.append(("标签", "名称"))
    for name, title in (*titles.items(), *REACTION_TITLES.items(), (NONE, "没有标签")):
        guide.append((name, title))
    book.save(path)


def read_labelled(
    path: Path, *, labels: Sequence[str], titles: Mapping[str, str] = TITLES
) -> tuple[list[Row], list[Fault]]:
    """Labelled turns back from Excel or Label Studio JSON.

    A row whose label cell is empty was not labelled and is skipped; ``none`` (or 没有标签) says that there is none.
    Labels may be written by id or by Chinese title, parted by comma, 、 or space.

    Args:
        path: The file a trainer worked on.
        labels: Known technique labels.
        titles: Technique label → title, by which labels may be written too.

    Returns:
        Rows, and what could not be read.

    Raises:
        ModelError: ``label.form`` or ``label.unreadable``.
    """
    names_by_title = {**_by_title(), **{title: name for name, title in titles.items()}}
    if _form_of(path) == "json":
        return _read_studio(path, labels, names_by_title)
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with closing(load_workbook(path, read_only=True)) as book:
            lines = [
                [("" if cell is None else str(cell)) for cell in line]
                for line in book.worksheets[0].iter_rows(values_only=True)
            ]
    except (BadZipFile, InvalidFileException, OSError, KeyError) as error:
        raise ModelError(
            f"{path} 打不开（{type(error).__name__}）。", code="label.unreadable", hint="请另存为 .xlsx。"
        ) from error
    if not lines or tuple(lines[0][: len(_HEAD)]) != _HEAD:
        raise ModelError(
            f"{path} 的表头不是 {'、'.join(_HEAD)}。",
            code="label.unreadable",
            hint="请用 callqa label 导出的表来填。",
        )
    rows: list[Row] = []
    faults: list[Fault] = []
    for number, line in enumerate(lines[1:], 2):
        cells = line + [""] * (len(_HEAD) + 1)
        if not cells[5].strip() or not cells[3].strip():
            continue
        party = _PARTY_OF.get(cells[2])
        names = _names(cells[5], names_by_title)
        wrong = "“谁说的”应为坐席或客户" if party is None else _unknown(names, party, labels)
        if wrong or party is None:
            faults.append(Fault(str(path), number, wrong))
            continue
        around = _said(cells[1]), _said(cells[7])
        rows.append(_labelled(cells[3], party, names, around, cells[6], cells[0]))
    return rows, faults


def write_rows(rows: Sequence[Row], path: Path) -> None:
    """Rows as JSONL, the form that training reads."""
    path.write_text("".join(f"{row.model_dump_json()}\n" for row in rows), "utf-8")


def _studio(task: Task) -> dict[str, object]:
    row = task.row
    guess = [row.reaction.value] if row.reaction else list(row.labels) or [NONE]
    return {
        "data": {
            "id": task.id,
            "text": row.text,
            "party": row.party.value,
            "before": [{"party": said.party.value, "text": said.text} for said in row.before],
            "after": [{"party": said.party.value, "text": said.text} for said in row.after],
            "product": row.product,
            "uncertainty": round(task.uncertainty, 3),
        },
        "predictions": [
            {
                "result": [
                    {"from_name": "labels", "to_name": "text", "type": "choices", "value": {"choices": guess}}
                ]
            }
        ],
    }


def _read_studio(
    path: Path, labels: Sequence[str], by_title: Mapping[str, str]
) -> tuple[list[Row], list[Fault]]:
    try:
        tasks = json.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ModelError(
            f"{path} 不是 JSON（{type(error).__name__}）。", code="label.unreadable", hint="请重新导出。"
        ) from error
    rows: list[Row] = []
    faults: list[Fault] = []
    for number, task in enumerate(tasks if isinstance(tasks, list) else [], 1):
        try:
            data = task["data"]
            party = Party(data["party"])
            text = str(data["text"])
            before, after = (
                tuple(Said(party=Party(said["party"]), text=said["text"]) for said in data.get(side, []))
                for side in ("before", "after")
            )
            done = [note for note in task.get("annotations", []) if not note.get("was_cancelled")]
            if not done:
                continue
            names = [name for result in done[-1]["result"] for name in result["value"]["choices"]]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            faults.append(
                Fault(str(path), number, f"这一条不是 Label Studio 的样子（{type(error).__name__}）")
            )
            continue
        names = [_canonical(name, by_title) for name in names]
        wrong = _unknown(names, party, labels)
        if wrong:
            faults.append(Fault(str(path), number, wrong))
        else:
            product, task_id = str(data.get("product", "")), str(data.get("id", ""))
            rows.append(_labelled(text, party, names, (before, after), product, task_id))
    return rows, faults


def _labelled(  # noqa: PLR0917
    text: str,
    party: Party,
    names: Sequence[str],
    around: tuple[tuple[Said, ...], tuple[Said, ...]],
    product: str,
    task_id: str,
) -> Row:
    return Row(
        text=text,
        party=party,
        before=around[0],
        after=around[1],
        labels=tuple(name for name in names if name != NONE) if party is Party.agent else (),
        reaction=Reaction(names[0]) if party is Party.customer else None,
        product=product,
        source="labelled",
        dialogue=task_id.partition(":")[0],
    )


def _by_title() -> dict[str, str]:
    return {
        **{title: name for name, title in TITLES.items()},
        **{title: name for name, title in REACTION_TITLES.items()},
        "接受": "accept",
        "询问": "ask",
        "没有标签": NONE,
        "无": NONE,
    }


def _canonical(name: str, by_title: Mapping[str, str]) -> str:
    return by_title.get(name.strip(), name.strip())


def _names(cell: str, by_title: Mapping[str, str]) -> list[str]:
    for mark in "，、；; \n":
        cell = cell.replace(mark, ",")
    return list(dict.fromkeys(_canonical(name, by_title) for name in cell.split(",") if name.strip()))


def _unknown(names: Sequence[str], party: Party, labels: Sequence[str]) -> str:
    if party is Party.customer:
        ok = len(names) == 1 and names[0] in Reaction.__members__
        return "" if ok else f"客户反应要恰好一个，写的是 {','.join(names)}"
    wrong = [name for name in names if name != NONE and name not in labels]
    return f"不认识的标签 {','.join(wrong)}" if wrong else ""


def _guess(row: Row, titles: Mapping[str, str]) -> str:
    if row.reaction:
        return REACTION_TITLES[row.reaction.value]
    return "、".join(titles.get(label, label) for label in row.labels) or "没有标签"


def _lines(turns: Sequence[Said]) -> str:
    return "\n".join(f"{_PARTY.get(said.party, '未知')}：{said.text}" for said in turns)


def _said(cell: str) -> tuple[Said, ...]:
    parts = [line.partition("：") for line in cell.split("\n")]
    return tuple(
        Said(party=_PARTY_OF.get(who, Party.unknown), text=text) for who, colon, text in parts if colon
    )


def _safe(text: str) -> str:
    """Text that a spreadsheet will not run as a formula."""
    return f"'{text}" if text[:1] in "=+-@" else text


def _form_of(path: Path) -> Literal["xlsx", "json"]:
    if path.suffix == ".xlsx":
        return "xlsx"
    if path.suffix == ".json":
        return "json"
    raise ModelError(
        f"不认识 {path.name} 的格式。", code="label.form", hint="请用 .xlsx 或 .json（Label Studio）。"
    )
