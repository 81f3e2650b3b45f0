"""Where recogniser models lie: by folder, by name in the models folder, or in the local hub cache. Never downloads unasked."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from callqa.domain import ModelRef, RecogniserError

DEMO = "asr-demo"
_NEEDED = ("model.bin", "config.json", "tokenizer.json")
_FETCHED = ("config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*")

HUB_NAMES = {
    "tiny": "Systran/faster-whisper-tiny",
    "base": "Systran/faster-whisper-base",
    "small": "Systran/faster-whisper-small",
    "medium": "Systran/faster-whisper-medium",
    "large-v2": "Systran/faster-whisper-large-v2",
    "large-v3": "Systran/faster-whisper-large-v3",
    "large-v3-turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
}
"""Multilingual Whisper models in CTranslate2 format, by the names people use."""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a model folder says of itself.

    Attributes:
        ref: Name, version, content hash, demo or not.
        prompting: May hot words and an initial prompt be given? A model never trained with prompts is harmed by them.
        note: Plain words for whoever reads an output made with it; empty where there is nothing to say.
    """

    ref: ModelRef
    prompting: bool
    note: str = ""


def find_model(name: str, *, models: Path) -> Path:
    """The folder of a recogniser.

    Args:
        name: A folder, a name such as ``asr-demo`` or ``large-v3-turbo``, or a hub id ``owner/name``.
        models: Folder of models, one sub-folder each.

    Raises:
        RecogniserError: ``recogniser.missing`` where nothing by that name lies on this machine,
            ``recogniser.incomplete`` where files are missing from the folder.
    """
    for folder in (Path(name).expanduser(), models / name):
        if folder.is_dir():
            return _complete(folder)
    cached = _in_hub_cache(name)
    if cached is not None:
        return _complete(cached)
    raise RecogniserError(
        f"这台机器上没有语音识别模型「{name}」（找过：{models / name}，以及本机的模型缓存）。",
        code="recogniser.missing",
        hint=f"联网时运行 callqa models fetch {name}；不能联网就把模型文件夹拷到 {models / name}，或改用 {DEMO}（仅供示例）。",
    )


def fetch_model(name: str, target: Path) -> Path:
    """Downloads a model into ``target/<name>``; the only function of the house that downloads anything.

    Args:
        name: One of ``HUB_NAMES``, or a hub id ``owner/name`` of a CTranslate2 Whisper model.
        target: Folder of models.

    Raises:
        RecogniserError: ``recogniser.unknown`` name, ``recogniser.hub_unreachable``, ``recogniser.disk`` (folder not
            writable or full), ``recogniser.incomplete`` (not a CTranslate2 Whisper model).
    """
    import huggingface_hub
    from huggingface_hub.errors import (  # type: ignore[attr-defined]  # HTTPError is its HTTP library's own
        HFValidationError,
        HTTPError,
        LocalEntryNotFoundError,
    )

    repository = _repository(name)
    if repository is None:
        raise RecogniserError(
            f"不认识的模型名「{name}」。",
            code="recogniser.unknown",
            hint=f"可用的名字：{'、'.join(HUB_NAMES)}，或写成「所有者/模型名」。",
        )
    folder = target / name.rsplit("/", maxsplit=1)[-1]
    unreachable = (LocalEntryNotFoundError, HTTPError, HFValidationError, ConnectionError, TimeoutError)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        huggingface_hub.snapshot_download(repository, local_dir=folder, allow_patterns=list(_FETCHED))
    except unreachable as error:
        with suppress(OSError):
            folder.rmdir()  # succeeds only where nothing was fetched
        raise _unreachable(name, folder, error) from error
    except OSError as error:
        raise RecogniserError(
            f"模型写不进 {folder}（{error.strerror or error}）。",
            code="recogniser.disk",
            hint="请检查磁盘空间和写权限，再运行一次（已下载的部分会接着用）。",
        ) from error
    return _complete(folder)


def read_card(folder: Path) -> ModelCard:
    """The model's card, or what can be said without one (models from a hub have none).

    Raises:
        RecogniserError: ``recogniser.card`` where ``card.yaml`` cannot be read.
    """
    card = _card(folder / "card.yaml")
    ref = ModelRef(
        name=str(card.get("name", _hub_name(folder))),
        version=str(card.get("version", "")),
        sha256=_sha256(folder / "model.bin"),
        demo=bool(card.get("demo", False)),
    )
    return ModelCard(
        ref=ref, prompting=bool(card.get("prompting", True)), note=str(card.get("note", "")).strip()
    )


def _card(path: Path) -> dict[str, Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    if not path.is_file():
        return {}
    try:
        card = YAML(typ="safe").load(path.read_text("utf-8"))
    except (YAMLError, OSError, UnicodeDecodeError) as error:
        raise RecogniserError(
            f"模型卡片读不了：{path}。", code="recogniser.card", hint="请重新取得模型文件夹。"
        ) from error
    if not isinstance(card, dict):
        raise RecogniserError(
            f"模型卡片不是键值表：{path}。", code="recogniser.card", hint="请重新取得模型文件夹。"
        )
    return card


def _complete(folder: Path) -> Path:
    missing = [name for name in _NEEDED if not (folder / name).is_file()]
    if not list(folder.glob("vocabulary.*")):
        missing.append("vocabulary.json")
    if missing:
        # without tokenizer.json the library would go to the hub even for a local folder
        raise RecogniserError(
            f"模型文件夹 {folder} 缺少文件：{'、'.join(missing)}。",
            code="recogniser.incomplete",
            hint="需要 CTranslate2 格式的 Whisper 模型；请重新下载，或换一个文件夹。",
        )
    return folder


def _repository(name: str) -> str | None:
    return HUB_NAMES.get(name) or (name if name.count("/") == 1 and not name.startswith((".", "/")) else None)


def _in_hub_cache(name: str) -> Path | None:
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    repository = _repository(name)
    if repository is None:
        return None
    try:
        found = try_to_load_from_cache(repository, "model.bin")
    except HFValidationError:
        return None
    return Path(found).parent if isinstance(found, str) else None


def _hub_name(folder: Path) -> str:
    """``large-v3-turbo`` also for ``…/models--owner--faster-whisper-large-v3-turbo/snapshots/<hash>``."""
    for part in reversed(folder.resolve().parts):
        if part.startswith("models--"):
            return part.rsplit("--", maxsplit=1)[-1]
    return folder.resolve().name


def _unreachable(name: str, folder: Path, error: Exception) -> RecogniserError:
    return RecogniserError(
        f"下载模型「{name}」失败：模型仓库连不上或不存在（{type(error).__name__}）。",
        code="recogniser.hub_unreachable",
        hint=f"请检查网络后重试 callqa models fetch {name}；也可以在别的机器下载后拷到 {folder}。",
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
