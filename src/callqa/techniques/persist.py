"""A model as a folder: ``model.skops`` (plain containers and arrays only) and ``card.yaml``. A pickle is never loaded."""

import json
import re
import zipfile
from collections.abc import Mapping
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from callqa.domain import ModelError, ModelRef, Reaction
from callqa.techniques.calibrate import Calibration
from callqa.techniques.features import Block
from callqa.techniques.head import Head
from callqa.techniques.hidden import Hidden
from callqa.techniques.model import Ingredients, TechniqueModel
from callqa.techniques.plain import foreign_types, read_plain
from callqa.techniques.vectors import Vectoriser

if TYPE_CHECKING:
    from callqa.policy.techniques import Techniques

FORMAT, OLDEST = 5, 4
"""Version of the folder's layout and of the features its columns mean, and the oldest one that is still read."""
FILE = "model.skops"
CARD = "card.yaml"
CURRENT = "techniques.current"
"""File in the models folder that names the model in use."""
_STEPS = 127
_PLAIN = re.compile(r"[a-z0-9_]+: \S")
"""A line of the card that is a whole entry."""


def load_model(folder: Path, *, techniques: "Techniques | None" = None) -> TechniqueModel:
    """Open a trained model.

    Args:
        folder: A model's folder, or the models folder, whose ``techniques.current`` names the model in use.
        techniques: The policy's labels and product words; None for the model's own.

    Raises:
        ModelError: ``model.missing``, ``model.damaged``, ``model.untrusted``, ``model.newer``, ``model.older``.
    """
    folder = in_use(folder) if (folder / CURRENT).is_file() else folder
    card = _head(folder)
    path = folder / FILE
    if not path.is_file():
        raise ModelError(
            f"模型文件夹 {folder} 里没有 {FILE}。",
            code="model.missing",
            hint="请用 callqa models list 看有哪些模型。",
        )
    written = card.get("format")
    if not isinstance(written, int) or written > FORMAT:
        raise ModelError(
            f"模型 {folder.name} 的格式是 {written}，这个程序只认到 {FORMAT}。",
            code="model.newer",
            hint="请升级 callqa，或用 callqa models use 换回旧模型。",
        )
    if written < OLDEST:
        raise ModelError(
            f"模型 {folder.name} 是旧格式 {written}，这个程序最早读到 {OLDEST}。",
            code="model.older",
            hint="请重新训练它（callqa train techniques），或用 callqa models use 换一个。",
        )
    digest = sha256(path.read_bytes()).hexdigest()
    if digest != card.get("sha256"):
        raise ModelError(
            f"模型 {folder.name} 的文件与卡片上的校验和对不上。",
            code="model.damaged",
            hint="请重新取得或重新训练这个模型。",
        )
    state = _open(path)
    try:
        return _from_state(
            state,
            ref=ModelRef(name=str(card["name"]), version=str(card["version"]), sha256=digest),
            techniques=techniques,
        )
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ModelError(
            f"模型 {folder.name} 的内容不完整（{type(error).__name__}）。",
            code="model.damaged",
            hint="请重新取得或重新训练这个模型。",
        ) from error


def _head(folder: Path) -> dict[str, object]:
    """The first lines of the card, which name the model; reading all its scores would take as long as the model."""
    try:
        lines = (folder / CARD).read_text("utf-8").splitlines()
        head = YAML(typ="safe").load("\n".join(takewhile(_PLAIN.match, lines)))
    except (YAMLError, UnicodeDecodeError, OSError):
        head = None
    wanted = {"name", "version", "format", "sha256"}
    return head if isinstance(head, dict) and wanted <= head.keys() else read_card(folder)


def _open(path: Path) -> Mapping[str, object]:
    try:
        foreign = foreign_types(path)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, RecursionError) as error:
        raise ModelError(
            f"{path} 不是 skops 模型文件（{type(error).__name__}）；pickle 一律不读。",
            code="model.damaged",
            hint="请重新训练，或换一个模型。",
        ) from error
    if foreign:
        raise ModelError(
            f"{path} 里有不受信任的类型：{'、'.join(foreign[:5])}，没有打开。",
            code="model.untrusted",
            hint="只用自己训练的或随程序发布的模型。",
        )
    try:
        state = read_plain(path)
    except Exception as error:
        # whatever a damaged file makes the reader raise, nothing of it was used
        raise ModelError(
            f"{path} 读不出来（{type(error).__name__}）。", code="model.damaged", hint="请重新取得这个模型。"
        ) from error
    if not isinstance(state, dict):
        raise ModelError(f"{path} 里不是技巧模型。", code="model.damaged", hint="请换一个模型。")
    return state


def save_model(model: TechniqueModel, folder: Path, *, card: Mapping[str, object]) -> TechniqueModel:
    """Write a model into a new folder.

    Args:
        model: The trained model.
        folder: Must not exist yet; old models are kept.
        card: Everything else that ``card.yaml`` should say.

    Returns:
        The model with the reference of what was written.

    Raises:
        ModelError: ``model.exists``.
    """
    from skops.io import dump

    try:
        folder.mkdir(parents=True)
    except FileExistsError as error:
        raise ModelError(
            f"{folder} 已经存在，旧模型不会被覆盖。", code="model.exists", hint="请换一个名字。"
        ) from error
    dump(_state(model), folder / FILE, compression=zipfile.ZIP_DEFLATED, compresslevel=9)
    digest = sha256((folder / FILE).read_bytes()).hexdigest()
    version = str(card.get("version", "1"))
    head = {"name": folder.name, "version": version, "format": FORMAT, "sha256": digest}
    write_card(folder, {**head, **{key: value for key, value in card.items() if key not in head}})
    return load_model(folder)


def read_card(folder: Path) -> dict[str, object]:
    """The model's card.

    Raises:
        ModelError: ``model.missing`` or ``model.damaged``.
    """
    try:
        card = YAML(typ="safe").load((folder / CARD).read_text("utf-8"))
    except FileNotFoundError as error:
        raise ModelError(
            f"{folder} 不是模型文件夹（没有 {CARD}）。",
            code="model.missing",
            hint="请用 callqa models list 看有哪些模型。",
        ) from error
    except (YAMLError, UnicodeDecodeError, OSError) as error:
        raise ModelError(
            f"{folder / CARD} 读不出来（{type(error).__name__}）。",
            code="model.damaged",
            hint="请换一个模型。",
        ) from error
    if not isinstance(card, dict):
        raise ModelError(f"{folder / CARD} 不是卡片。", code="model.damaged", hint="请换一个模型。")
    return card


def write_card(folder: Path, card: Mapping[str, object]) -> None:
    """Write ``card.yaml`` in block style, keys in the order given."""
    yaml = YAML()
    yaml.allow_unicode = True
    yaml.width = 110
    with (folder / CARD).open("w", encoding="utf-8") as file:
        yaml.dump(dict(card), file)


def in_use(models: Path) -> Path:
    """The folder of the technique model in use.

    Args:
        models: The models folder.

    Raises:
        ModelError: ``model.missing``.
    """
    marker = models / CURRENT
    name = marker.read_text("utf-8").strip() if marker.is_file() else ""
    if not name or not (models / name / CARD).is_file():
        raise ModelError(
            f"{marker} 没有指向一个存在的技巧模型（{name!r}）。",
            code="model.missing",
            hint="请用 callqa models use 选一个。",
        )
    return models / name


def use_model(models: Path, name: str) -> TechniqueModel:
    """Make a model the one in use; it is opened first, so a broken one is never chosen.

    Raises:
        ModelError: As ``load_model``.
    """
    model = load_model(models / name)
    temporary = models / f"{CURRENT}.new"
    temporary.write_text(f"{name}\n", "utf-8")
    temporary.replace(models / CURRENT)
    return model


def _state(model: TechniqueModel) -> dict[str, object]:
    return {
        "words": "\n".join(f"{word} {count}" for word, count in model.ingredients.frequencies.items()),
        "syllables": "\n".join(
            f"{character} {sound}" for character, sound in model.ingredients.syllables.items()
        ),
        "concepts": json.dumps(model.ingredients.concepts, ensure_ascii=False),
        "senses": json.dumps(model.ingredients.senses, ensure_ascii=False),
        "agent": _part_state(model.agent_vectoriser, model.agent_head),
        "customer": _part_state(model.customer_vectoriser, model.customer_head),
        "first": _head_state(model.first_customer_head),
        "first_agent": _head_state(model.first_agent_head),
    }


def _part_state(vectoriser: Vectoriser, head: Head) -> dict[str, object]:
    return {
        "columns": json.dumps([sorted(block, key=block.__getitem__) for block in vectoriser.columns]),
        "idf": vectoriser.idf.astype(np.float16),
        "block_weights": [float(weight) for weight in vectoriser.weights],
        **_head_state(head),
    }


def _head_state(head: Head) -> dict[str, object]:
    return {
        "labels": list(head.labels),
        "weights": head.weights.astype(np.float16),
        "intercepts": head.intercepts.astype(np.float32),
        "slopes": [calibration.slope for calibration in head.calibrations],
        "offsets": [calibration.offset for calibration in head.calibrations],
        "thresholds": list(head.thresholds),
        **({"hidden": _hidden_state(head.hidden)} if head.hidden else {}),
    }


def _hidden_state(hidden: Hidden) -> dict[str, object]:
    """One byte a weight: 127 steps up to every unit's strongest; F1 of no label moved by it."""
    steps = np.maximum(np.abs(hidden.weights).max(axis=0), 1e-9) / _STEPS
    return {
        "weights": np.rint(hidden.weights / steps).astype(np.int8),
        "steps": steps.astype(np.float32),
        "offsets": hidden.offsets,
        "out": hidden.out,
        "out_offsets": hidden.out_offsets,
    }


def _from_state(
    state: Mapping[str, object], *, ref: ModelRef, techniques: "Techniques | None"
) -> TechniqueModel:
    words = (line.split(" ") for line in str(state["words"]).splitlines())
    syllables = (line.split(" ") for line in str(state["syllables"]).splitlines())
    concepts, senses = (json.loads(str(state.get(name, "{}"))) for name in ("concepts", "senses"))
    agent_vectoriser, agent_head = _part(state["agent"])
    customer_vectoriser, customer_head = _part(state["customer"])
    first_agent_head = _head_of(state["first_agent"])
    first_customer_head = _head_of(state["first"])
    if (
        first_customer_head.weights.shape[1] != customer_vectoriser.size
        or first_agent_head.weights.shape[1] != agent_vectoriser.size + len(Reaction) + 1
    ):
        raise ValueError("sizes of a model's parts")
    return TechniqueModel(
        ref=ref,
        ingredients=Ingredients(
            {word: int(count) for word, count in words},
            dict(syllables),
            {name: tuple(found) for name, found in concepts.items()},
            {name: tuple(found) for name, found in senses.items()},
        ),
        agent_vectoriser=agent_vectoriser,
        customer_vectoriser=customer_vectoriser,
        first_agent_head=first_agent_head,
        agent_head=agent_head,
        first_customer_head=first_customer_head,
        customer_head=customer_head,
        techniques=techniques,
    )


def _part(state: object) -> tuple[Vectoriser, Head]:
    if not isinstance(state, dict):
        raise TypeError("part of a model")
    columns: list[dict[str, int]] = []
    total = 0
    blocks, block_weights = json.loads(state["columns"]), list(state["block_weights"])
    if len(blocks) < len(Block):  # format 4 knew no senses
        blocks.insert(Block.senses, [])
        block_weights.insert(Block.senses, 0.0)
    for names in blocks:
        columns.append({name: total + index for index, name in enumerate(names)})
        total += len(names)
    head = _head_of(state)
    idf = np.asarray(state["idf"], np.float32)
    if len(idf) != total or head.weights.shape[0] != len(head.labels) or head.weights.shape[1] < total:
        raise ValueError("sizes of a model's parts")
    return Vectoriser(columns, idf, block_weights), head


def _head_of(state: object) -> Head:
    if not isinstance(state, dict):
        raise TypeError("head of a model")
    head = Head(
        tuple(state["labels"]),
        np.asarray(state["weights"], np.float32),
        np.asarray(state["intercepts"], np.float32),
        tuple(Calibration(*pair) for pair in zip(state["slopes"], state["offsets"], strict=True)),
        tuple(state["thresholds"]),
        _hidden_of(state["hidden"]) if "hidden" in state else None,
    )
    if head.weights.shape[0] != len(head.labels) or (
        head.hidden
        and (
            head.hidden.weights.shape != (head.weights.shape[1], len(head.hidden.offsets))
            or head.hidden.out.shape != (len(head.hidden.offsets), len(head.labels))
        )
    ):
        raise ValueError("sizes of a model's parts")
    return head


def _hidden_of(state: Mapping[str, object]) -> Hidden:
    steps, offsets, out, out_offsets = (
        np.asarray(state[name], np.float32) for name in ("steps", "offsets", "out", "out_offsets")
    )
    return Hidden(np.asarray(state["weights"], np.float32) * steps, offsets, out, out_offsets)
