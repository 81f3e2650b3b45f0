"""Windows → arrays of one training step: features, tokens to feed and to expect, times, CTC targets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from asr_demo.features import FRAMES_PER_SECOND, MODEL_RATE, log_mel
from asr_demo.vocabulary import Vocabulary
from asr_demo.windows import UtteranceStream, Window, WindowMaker
from synthesis import DOMAIN_CHARACTERS
from synthesis.telesales_text import Split, read_clauses

IGNORED = -100
UNTIMED = -1.0
_SORTED_TOGETHER = 6
_MASKED_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class Batch:
    """One step's data; B windows, L tokens at most, F frames at most.

    Attributes:
        mel: Shape (B, 80, F) float32, zeros past each window's end.
        tokens: Shape (B, L): what the decoder is fed, some characters replaced by random ones.
        labels: Shape (B, L): the token to come, ``IGNORED`` where none is asked.
        label_times: Shape (B, L, 2): start and end in seconds of the character to come, ``UNTIMED`` where it has none.
        token_times: The same for the character just fed.
        positions: Encoder positions per window.
        sounds: CTC targets per window; None for a window that ends in a cut utterance.
    """

    mel: npt.NDArray[np.float32]
    tokens: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int64]
    label_times: npt.NDArray[np.float32]
    token_times: npt.NDArray[np.float32]
    positions: list[int]
    sounds: list[list[int] | None]


@dataclass(frozen=True, slots=True)
class Target:
    tokens: list[int]
    labels: list[int]
    times: list[tuple[float, float]]
    sounds: list[int] | None


def target_of(window: Window, *, timed: bool, prompt: list[int], vocabulary: Vocabulary) -> Target:
    """Tokens and labels of a window.

    Args:
        timed: Timestamps around every utterance (needed where the window cuts one), else ``<|notimestamps|>``.
        prompt: Tokens of a preceding text, which the recogniser is to ignore; empty for none.
    """
    v, nowhere = vocabulary, (UNTIMED, UNTIMED)
    head = [v.previous, *prompt] if prompt else []
    tokens = [*head, v.start, v.chinese, v.transcribe]
    first = v.chinese if window.placed else v.no_speech
    labels = [IGNORED] * len(head) + [first, IGNORED]
    body: list[int] = []
    times: list[tuple[float, float]] = []
    if not timed:
        tokens.append(v.no_timestamps)
        labels.append(IGNORED)
    elif not window.placed:
        body.append(v.timestamp(0.0))
        times.append(nowhere)
    for item in window.placed:
        characters = [v.ids.get(character, 0) for character in item.spoken.text]
        spans = [
            (start + item.start, end + item.start) if start >= 0 else nowhere
            for start, end in item.spoken.times.tolist()
        ]
        if timed:
            characters = [v.timestamp(item.start), *characters, v.timestamp(item.end)]
            spans = [nowhere, *spans, nowhere]
        body += characters
        times += spans
    if window.cut is not None:
        body.append(v.timestamp(window.cut))
        times.append(nowhere)
    sounds = [sound for item in window.placed for sound in item.spoken.sounds] if window.cut is None else None
    return Target(
        [*tokens, *body], [*labels, *body, v.end], [nowhere] * len(labels) + times + [nowhere], sounds
    )


class BatchMaker:
    """A deterministic stream of batches: the same seed and schedule give the same arrays on any machine."""

    def __init__(
        self,
        *,
        seed: int,
        reserved: frozenset[str],
        corpus: Path,
        seconds: float,
        new_share: float,
        log: Path | None = None,
    ) -> None:
        self._vocabulary = Vocabulary()
        self._rng = np.random.default_rng(seed)
        self._seconds = seconds
        self._log = log.open("a", encoding="utf-8") if log is not None else None
        stream = UtteranceStream(
            seed=seed,
            characters=DOMAIN_CHARACTERS,
            reserved=reserved,
            corpus=read_clauses(corpus, DOMAIN_CHARACTERS),
            split=Split.TRAIN,
            new_share=new_share,
            log=self._log,
        )
        self._stream = stream
        self._windows = WindowMaker(stream=stream, rng=self._rng)

    def batches(self, *, start: int, stop: int, total: int) -> Iterator[Batch]:
        """Batches number ``start`` to ``stop`` − 1 of a schedule of ``total``."""
        number = start
        while number < stop:
            for group in self._groups(number / total):
                if number >= stop:
                    break
                yield self._batch(group, number / total)
                number += 1
            if self._log is not None:
                self._log.flush()

    def _groups(self, progress: float) -> list[list[Window]]:
        """Windows of like length put together, so that little padding is computed; the groups come in random order."""
        windows: list[Window] = []
        seconds = 0.0
        while seconds < self._seconds * _SORTED_TOGETHER:
            window = self._windows.draw(progress)
            windows.append(window)
            seconds += len(window.samples) / MODEL_RATE
        windows.sort(key=lambda window: len(window.samples))
        groups: list[list[Window]] = [[]]
        for window in windows:
            groups[-1].append(window)
            if len(groups[-1]) * len(window.samples) / MODEL_RATE >= self._seconds:
                groups.append([])
        if sum(len(window.samples) for window in groups[-1]) / MODEL_RATE < self._seconds / 2:
            groups.pop()
        return [groups[int(index)] for index in self._rng.permutation(len(groups))]

    def _batch(self, windows: list[Window], progress: float) -> Batch:
        mels = [log_mel(window.samples) for window in windows]
        frames = max(mel.shape[1] for mel in mels)
        frames += frames % 2
        features = np.zeros((len(mels), mels[0].shape[0], frames), np.float32)
        for row, mel in zip(features, mels, strict=True):
            row[:, : mel.shape[1]] = mel
        targets = [self._target(window, progress) for window in windows]
        length = max(len(target.tokens) for target in targets)
        tokens = np.full((len(targets), length), self._vocabulary.end, np.int64)
        labels = np.full((len(targets), length), IGNORED, np.int64)
        times = np.full((len(targets), length, 2), UNTIMED, np.float32)
        for row, target in enumerate(targets):
            tokens[row, : len(target.tokens)] = target.tokens
            labels[row, : len(target.labels)] = target.labels
            times[row, : len(target.times)] = np.asarray(target.times, np.float32)
        token_times = np.full_like(times, UNTIMED)
        token_times[:, 1:] = times[:, :-1]
        self._mask(tokens, token_times)
        return Batch(
            mel=features,
            tokens=tokens,
            labels=labels,
            label_times=times,
            token_times=token_times,
            positions=[min(mel.shape[1] * 50 // FRAMES_PER_SECOND, 1500) for mel in mels],
            sounds=[target.sounds for target in targets],
        )

    def _target(self, window: Window, progress: float) -> Target:
        timed = window.cut is not None or self._rng.random() < (0.05 if progress < 0.30 else 0.15)
        prompt: list[int] = []
        if progress >= 0.30 and self._rng.random() < 0.12:
            texts = [self._stream.next(short=True).text for _ in range(int(self._rng.integers(1, 7)))]
            prompt = self._vocabulary.encode("".join(texts))[:60]
        return target_of(window, timed=timed, prompt=prompt, vocabulary=self._vocabulary)

    def _mask(self, tokens: npt.NDArray[np.int64], token_times: npt.NDArray[np.float32]) -> None:
        """Replaces some fed characters by random ones: the decoder must listen, not only continue its own text."""
        spoken = token_times[..., 0] > UNTIMED / 2
        share = _MASKED_SHARE * self._rng.uniform(0, 2, (len(tokens), 1))
        masked = spoken & (self._rng.random(spoken.shape) < share)
        tokens[masked] = self._rng.choice(self._vocabulary.character_ids, int(masked.sum()))
        token_times[masked] = UNTIMED
