"""What the exported model does inside unmodified faster-whisper: error rates alone and packed, and word times."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from asr_demo.scoring import ErrorRate, matched_pairs
from asr_demo.testset import Clip
from synthesis import SAMPLE_RATE
from synthesis.telesales_text import normalise

_MODEL_RATE = 16000
_GAP_SECONDS = 0.5
_BATCH = 8
NEAR_SECONDS = 0.3

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SpokenWindow:
    """Samples at 16 kHz and what is said in them, (character, start, end) without punctuation."""

    samples: Samples
    characters: tuple[tuple[str, float, float], ...]

    @property
    def text(self) -> str:
        return "".join(character for character, _, _ in self.characters)


@dataclass(frozen=True, slots=True)
class Figures:
    """Measured on one set of windows.

    Attributes:
        windows: How many.
        rate: Character errors.
        near: Share of correctly written characters whose start and end both lie within 300 ms of the truth.
        median_start_ms: Median distance of their starts, milliseconds.
    """

    windows: int
    rate: ErrorRate
    near: float
    median_start_ms: float

    def lines(self, name: str) -> str:
        return (
            f"{name}: {self.windows} windows, {self.rate.length} characters, CER {self.rate.rate:.4f}, "
            f"exact {self.rate.exact}/{self.rate.items}, word times within 300 ms {self.near:.3f}, "
            f"median start error {self.median_start_ms:.0f} ms"
        )


class DemoRecogniser:
    """The model folder behind ``BatchedInferencePipeline.forward``, as the product calls it."""

    def __init__(self, folder: Path, *, threads: int = 4) -> None:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from faster_whisper import BatchedInferencePipeline, WhisperModel
        from faster_whisper.tokenizer import Tokenizer

        self.model: Any = WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
        )
        self._pipeline: Any = BatchedInferencePipeline(self.model)
        self._tokenizer = Tokenizer(
            self.model.hf_tokenizer, self.model.model.is_multilingual, task="transcribe", language="zh"
        )

    @property
    def window_seconds(self) -> float:
        """The model's window, from its ``preprocessor_config.json``."""
        return float(self.model.feature_extractor.chunk_length)

    def recognise(
        self, windows: list[Samples], *, prompt: str | None = None, beam: int = 5
    ) -> list[list[tuple[str, float, float]]]:
        """(word, start, end) per window; a word is one character with the punctuation that follows it."""
        options = replace(_options(), initial_prompt=prompt, beam_size=beam)
        found: list[list[tuple[str, float, float]]] = []
        for at in range(0, len(windows), _BATCH):
            some = windows[at : at + _BATCH]
            features = np.stack([self._features(window) for window in some])
            meta = [{"offset": 0.0, "duration": len(window) / _MODEL_RATE} for window in some]
            self._pipeline.last_speech_timestamp = 0.0
            for segments in self._pipeline.forward(features, self._tokenizer, meta, options):
                words = [word for segment in segments for word in segment.get("words", [])]
                found.append([(word["word"], float(word["start"]), float(word["end"])) for word in words])
        return found

    def _features(self, window: Samples) -> Samples:
        from faster_whisper.audio import pad_or_trim

        return np.asarray(pad_or_trim(self.model.feature_extractor(window)[..., :-1]), np.float32)


def _options() -> Any:
    from faster_whisper.transcribe import TranscriptionOptions

    return TranscriptionOptions(
        beam_size=5,
        best_of=1,
        patience=1,
        length_penalty=1,
        repetition_penalty=1,
        no_repeat_ngram_size=0,
        log_prob_threshold=None,
        no_speech_threshold=None,
        compression_ratio_threshold=None,
        condition_on_previous_text=False,
        prompt_reset_on_temperature=0.5,
        temperatures=[0.0],
        initial_prompt=None,
        prefix=None,
        suppress_blank=False,
        suppress_tokens=[],
        without_timestamps=True,
        max_initial_timestamp=1.0,
        word_timestamps=True,
        prepend_punctuations="",
        append_punctuations="，。？！、",
        multilingual=False,
        max_new_tokens=None,
        clip_timestamps="0",
        hallucination_silence_threshold=None,
        hotwords=None,
    )


def single_windows(clips: list[Clip]) -> list[SpokenWindow]:
    return [_join([clip]) for clip in clips]


def packed_windows(clips: list[Clip], *, longest: float) -> list[SpokenWindow]:
    """Clips in order, as many to a window as ``longest`` seconds hold, half a second of digital silence between."""
    return [_join(group) for group in _groups(clips, longest)]


def _groups(clips: list[Clip], longest: float) -> Iterator[list[Clip]]:
    group: list[Clip] = []
    seconds = 0.0
    for clip in clips:
        length = len(clip.samples) / SAMPLE_RATE
        if group and seconds + length > longest - 0.1:
            yield group
            group, seconds = [], 0.0
        group.append(clip)
        seconds += length + _GAP_SECONDS
    if group:
        yield group


def _join(clips: list[Clip]) -> SpokenWindow:
    import soxr

    blocks: list[Samples] = []
    characters: list[tuple[str, float, float]] = []
    at = 0.0
    for clip in clips:
        for character, (start, end) in zip(clip.text, clip.times, strict=True):
            if start >= 0:
                characters.append((character, at + start, at + end))
        blocks += [clip.samples, np.zeros(int(_GAP_SECONDS * SAMPLE_RATE), np.float32)]
        at += (len(blocks[-2]) + len(blocks[-1])) / SAMPLE_RATE
    samples = soxr.resample(np.concatenate(blocks[:-1]), SAMPLE_RATE, _MODEL_RATE, quality="HQ")
    return SpokenWindow(samples=np.asarray(samples, np.float32), characters=tuple(characters))


def measure(recogniser: DemoRecogniser, windows: list[SpokenWindow], *, prompt: str | None = None) -> Figures:
    rate = ErrorRate()
    starts: list[float] = []
    near = 0
    heard = recogniser.recognise([window.samples for window in windows], prompt=prompt)
    for window, words in zip(windows, heard, strict=True):
        spoken = [(normalise(word), start, end) for word, start, end in words if normalise(word)]
        rate.add(window.text, "".join(word for word, _, _ in spoken))
        for left, right in matched_pairs(window.text, [word for word, _, _ in spoken]):
            _, start, end = window.characters[left]
            distances = abs(spoken[right][1] - start), abs(spoken[right][2] - end)
            starts.append(distances[0])
            near += max(distances) <= NEAR_SECONDS
    median = float(np.median(starts)) * 1000 if starts else float("nan")
    return Figures(windows=len(windows), rate=rate, near=near / max(1, len(starts)), median_start_ms=median)
