"""A sentence-embedding model from a folder: ``model.onnx`` and its ``vocab.txt`` (BERT family, one token per line).

The folder is the user's own; nothing is downloaded. Chinese is cut into characters, which is how these vocabularies cut
it; what the vocabulary lacks is ``[UNK]``. Token vectors are averaged, a model that gives one vector per sentence is taken
at its word. The setting ``embedder`` names the folder; in code, ``prepare(policy, embedder=OnnxEmbedder(folder))``.
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import onnxruntime  # type: ignore[import-untyped]  # comes without types
from numpy.typing import NDArray

from callqa.compliance.learned.folder import MODEL, VOCABULARY
from callqa.domain import ModelError

_LONGEST = 126
_BATCH = 64


class OnnxEmbedder:
    """Texts → vectors of length 1. Pickles as the folder's path."""

    def __init__(self, folder: Path) -> None:
        """Open a model.

        Args:
            folder: Holds ``model.onnx`` (inputs ``input_ids`` and, where it has them, ``attention_mask`` and
                ``token_type_ids``, int64, shape (texts, tokens)) and ``vocab.txt``.

        Raises:
            ModelError: A file is missing or is no such model.
        """
        self.folder = folder
        self._vocabulary = {token: number for number, token in enumerate(self._tokens())}
        self._inputs = [one.name for one in self._session.get_inputs()]
        if "input_ids" not in self._inputs:
            raise ModelError(
                f"句向量模型“{folder / MODEL}”没有 input_ids 输入。",
                code="model.embedding",
                hint="请用 BERT 一类句向量模型导出的 ONNX。",
            )

    def __reduce__(self) -> tuple[object, ...]:
        return (OnnxEmbedder, (self.folder,))

    def _tokens(self) -> list[str]:
        try:
            return (self.folder / VOCABULARY).read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ModelError(
                f"句向量模型的词表“{self.folder / VOCABULARY}”读不了。",
                code="model.embedding",
                hint="文件夹里要有 model.onnx 和 UTF-8 的 vocab.txt（一行一个字）。",
            ) from error

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        try:
            return onnxruntime.InferenceSession(
                str(self.folder / MODEL), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime raises classes of its own for each kind of broken file
            raise ModelError(
                f"句向量模型“{self.folder / MODEL}”打不开。",
                code="model.embedding",
                hint="文件夹里要有 model.onnx 和 vocab.txt；请换一个能用 onnxruntime 打开的模型。",
            ) from error

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One vector of length 1 per text, shape (texts, dimensions)."""
        parts = [self._embed(texts[first : first + _BATCH]) for first in range(0, len(texts), _BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, 0), dtype=np.float32)

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = [self._numbers(text) for text in texts]
        width = max(len(row) for row in rows)
        ids = np.zeros((len(rows), width), dtype=np.int64)
        mask = np.zeros((len(rows), width), dtype=np.int64)
        for place, row in enumerate(rows):
            ids[place, : len(row)] = row
            mask[place, : len(row)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        found = self._session.run(None, {name: given[name] for name in self._inputs if name in given})[0]
        vectors = np.asarray(found, dtype=np.float32)
        if vectors.ndim == 3:
            weight = mask[:, :, None].astype(np.float32)
            vectors = (vectors * weight).sum(axis=1) / np.maximum(weight.sum(axis=1), 1.0)
        size = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(size, 1e-9), dtype=np.float32)

    def _numbers(self, text: str) -> list[int]:
        known = self._vocabulary
        unknown = known.get("[UNK]", 0)
        inner = [known.get(character, unknown) for character in text.lower()[:_LONGEST]]
        first, last = known.get("[CLS]"), known.get("[SEP]")
        return [*([first] if first is not None else []), *inner, *([last] if last is not None else [])] or [
            unknown
        ]
