"""A sentence-embedding model from a folder; the tiny one here is written byte by byte."""

import pickle
import struct
from pathlib import Path

import numpy as np
import pytest

from callqa.compliance import embedder_hash, prepare
from callqa.compliance.learned.onnx import OnnxEmbedder
from callqa.domain import ModelError
from tests.compliance.judged import rule, verdict

TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "药", "针", "停", "吃", "您", "好"]
MEANING = [
    [0, 0, 0],
    [0, 0, 1],
    [0, 0, 0],
    [0, 0, 0],
    [1, 0, 0],
    [1, 0, 0],
    [0, 1, 0],
    [0, 1, 0],
    [0, 0, 1],
    [0, 0, 1],
]


def varint(number: int) -> bytes:
    found = b""
    while True:
        number, rest = number >> 7, number & 0x7F
        found += bytes([rest | (0x80 if number else 0)])
        if not number:
            return found


def field(number: int, value: int | bytes | str) -> bytes:
    """One protobuf field: a whole number, or something with a length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def value_info(name: str, kind: int, *dimensions: str) -> bytes:
    shape = b"".join(field(1, field(2, one)) for one in dimensions)
    return field(1, name) + field(2, field(1, field(1, kind) + field(2, shape)))


def model(input_name: str = "input_ids") -> bytes:
    """Token numbers → rows of a table: the smallest encoder there is."""
    floats, whole = 1, 7
    table = field(1, len(MEANING)) + field(1, 3) + field(2, floats) + field(8, "table")
    table += field(9, b"".join(struct.pack("<f", v) for row in MEANING for v in row))
    gather = field(1, "table") + field(1, input_name) + field(2, "vectors") + field(4, "Gather")
    graph = field(1, gather) + field(2, "tiny") + field(5, table)
    graph += field(11, value_info(input_name, whole, "texts", "tokens"))
    graph += field(12, value_info("vectors", floats, "texts", "tokens", "size"))
    return field(1, 8) + field(7, graph) + field(8, field(2, 13))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model.onnx").write_bytes(model())
    (tmp_path / "vocab.txt").write_text("\n".join(TOKENS), "utf-8")
    return tmp_path


def test_vectors(folder: Path) -> None:
    vectors = OnnxEmbedder(folder).embed(["药停", "针", "您好您好", ""])
    assert vectors.shape == (4, 3)
    assert vectors[0] == pytest.approx([0.7071, 0.7071, 0], abs=1e-3)
    assert vectors[1] == pytest.approx([1, 0, 0])
    assert np.isfinite(vectors).all()


def test_travels_as_its_folder(folder: Path) -> None:
    one = OnnxEmbedder(folder)
    assert (pickle.loads(pickle.dumps(one)).embed(["药"]) == one.embed(["药"])).all()


def test_a_checker_with_it(folder: Path) -> None:
    like = [
        "药停了",
        "停药",
        "药停",
        "药先停",
        "药都停",
        "停那药",
        "停这药",
        "药停停",
        "把药停",
        "药可停",
        "药也停",
    ]
    condition = {
        "op": "similar",
        "party": "agent",
        "examples": {"like": like, "unlike": ["您好", "您好您好", "吃了吗您", "您好啊"]},
    }
    with_it = prepare(rule(condition), embedder=OnnxEmbedder(folder))
    travelled = pickle.loads(pickle.dumps(with_it))
    assert verdict(with_it, "药停了吧") == verdict(travelled, "药停了吧") == "broken"
    assert verdict(with_it, "您好您好您好") == "met"


@pytest.mark.parametrize(
    ("name", "data"),
    [("model.onnx", None), ("model.onnx", b"no model"), ("vocab.txt", None), ("model.onnx", model("tokens"))],
)
def test_what_is_wrong_is_told(folder: Path, name: str, data: bytes | None) -> None:
    (folder / name).unlink()
    if data is not None:
        (folder / name).write_bytes(data)
    with pytest.raises(ModelError) as told:
        OnnxEmbedder(folder)
    assert "句向量模型" in str(told.value)


def test_other_files_have_another_hash(folder: Path) -> None:
    before = embedder_hash(folder)
    assert before == embedder_hash(folder)
    (folder / "vocab.txt").write_text("\n".join([*TOKENS, "新"]), "utf-8")
    assert embedder_hash(folder) != before
    (folder / "model.onnx").unlink()
    with pytest.raises(ModelError, match="embedder"):
        embedder_hash(folder)
