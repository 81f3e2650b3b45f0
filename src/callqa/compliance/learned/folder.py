"""The folder of a sentence-embedding model, without opening the model."""

import hashlib
from pathlib import Path

from callqa.domain import ModelError

MODEL, VOCABULARY = "model.onnx", "vocab.txt"


def embedder_hash(folder: Path) -> str:
    """Hash of a model's files: other files, other verdicts.

    Raises:
        ModelError: A file is missing.
    """
    found = hashlib.sha256()
    for name in (MODEL, VOCABULARY):
        try:
            found.update((folder / name).read_bytes())
        except OSError as error:
            raise ModelError(
                f"句向量模型“{folder / name}”读不了。",
                code="model.embedding",
                hint="设置里的 embedder 要指向有 model.onnx 和 vocab.txt 的文件夹，不用就删掉这一行。",
            ) from error
    return found.hexdigest()
