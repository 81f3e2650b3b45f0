"""The model's card: what it is, how it came about, what was measured, what it cannot do."""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from asr_demo.measure import Figures

_LIBRARIES = (
    "torch",
    "transformers",
    "ctranslate2",
    "faster-whisper",
    "espeakng-loader",
    "jieba",
    "pypinyin",
)

NOTE = (
    "仅供样例演示，不能用于真实通话；真实通话请用 large-v3-turbo 或更好的模型。"
    "For the bundled samples only: it knows four synthetic voices and one domain. Use large-v3-turbo or better for real calls."
)

_WEAK = (
    "Four espeak-ng voices (f2, f4, m1, m3; speed 150-195, pitch 38-62) and no others: other voices and all real speech fail.",
    "Telesales talk in the characters of scripts/synthesis/telesales_text/characters.txt; others are never written.",
    "It loses clauses in windows longer than chunk_length_seconds: a network this small loses its place.",
    "Common words of hand-written calls that the templates seldom use become their homophones (热敷 热服, 叫 脚, 就 九).",
    "Pure silence gives a lone full stop, no characters; the product hears stretches of speech only.",
    "Runs of equal digits and rare names are where further errors are.",
    "Of the third person it writes 他 only. Latin letters and Arabic digits are never written; numbers come as spoken.",
)


@dataclass(frozen=True, slots=True)
class Training:
    """What the run itself knows; read from the checkpoint and its folder."""

    shape: dict[str, int]
    schedule: dict[str, Any]
    resumed: list[str]
    batches: int
    minutes: float
    audio_hours: float
    texts: int
    machine: str
    phases: list[str]


@dataclass(frozen=True, slots=True)
class EndToEnd:
    """What ``callqa evaluate`` printed for the sample calls; None where it was not run."""

    rate: float | None
    near: float | None


def write_card(
    folder: Path, *, training: Training, figures: dict[str, Figures], command: str, end_to_end: EndToEnd
) -> None:
    """Writes ``card.yaml`` beside the model."""
    model = folder / "model.bin"
    card = {
        "name": "asr-demo",
        "version": "1",
        "demo": True,
        "prompting": False,  # hot words of a whole policy as prompt silence it: sample calls CER 0.91
        "note": NOTE,
        "language": "zh",
        "chunk_length_seconds": json.loads((folder / "preprocessor_config.json").read_text())["chunk_length"],
        "sha256": hashlib.sha256(model.read_bytes()).hexdigest(),
        "bytes": sum(path.stat().st_size for path in folder.iterdir() if path.name != "card.yaml"),
        "architecture": {
            "kind": "Whisper (encoder-decoder), CTranslate2 int8, one token per character",
            **{name: value for name, value in training.shape.items() if name != "sounds"},
        },
        "training": {
            "data": "synthetic only: texts of scripts/synthesis/telesales_text and clauses of the invented dialogues in "
            "samples/corpus, voices of espeak-ng 1.52, telephone line of scripts/synthesis/channel.py; no recording of a person",
            "script": "scripts/train_asr_demo.py",
            "schedule": training.schedule,
            "phases": training.phases,
            "runs": training.resumed,
            "batches": training.batches,
            "audio_hours": round(training.audio_hours, 1),
            "texts_spoken": training.texts,
            "minutes": round(training.minutes, 1),
            "machine": training.machine,
            "python": platform.python_version(),
            "libraries": {name: version(name) for name in _LIBRARIES},
        },
        "measured": {
            "command": command,
            "test_set": "samples/asr-test/sentences.txt, 200 sentences never trained on (hash rule), spoken by the four voices "
            "over telephone lines; int8, beam 5, without timestamps, BatchedInferencePipeline.forward",
            **{name: _figures(figure) for name, figure in figures.items()},
            "sample_calls": {
                "command": "callqa score samples/recordings --manifest samples/calls.csv && callqa evaluate",
                "what": "the 12 sample calls through the product: voice activity detection, packed windows",
                "character_error_rate": end_to_end.rate,
                "word_starts_within_300_ms": end_to_end.near,
            },
        },
        "word_times": "cross-attention of the guided heads of the second decoder layer, read by faster-whisper's own alignment",
        "weaknesses": list(_WEAK),
    }
    text = yaml.safe_dump(card, allow_unicode=True, sort_keys=False, width=110)
    (folder / "card.yaml").write_text(text, encoding="utf-8")


def _figures(figures: Figures) -> dict[str, float | int]:
    return {
        "windows": figures.windows,
        "characters": figures.rate.length,
        "character_error_rate": round(figures.rate.rate, 4),
        "exact_windows": figures.rate.exact,
        "word_times_within_300_ms": round(figures.near, 3),
        "median_start_error_ms": round(figures.median_start_ms),
    }
