"""faster-whisper behind the ``Recogniser`` port: channels of many calls, packed into full windows, decoded in batches."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import ctranslate2
import faster_whisper.utils
import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import TranscriptionOptions, get_suppressed_tokens
from numpy.typing import NDArray

from callqa.domain import ModelRef, RecogniserError, Waveform
from callqa.transcript.guards import HIGHEST_COMPRESSION, LOWEST_LOG_PROBABILITY, NO_SPEECH, bare
from callqa.transcript.hearing import Decoded, hear
from callqa.transcript.mel import MelSpectrum
from callqa.transcript.model_folder import ModelCard, find_model, read_card
from callqa.transcript.packing import Piece, Window, pack
from callqa.transcript.placing import Timed
from callqa.transcript.recogniser import Heard
from callqa.transcript.speech import RATE, SpeechDetector, SpeechOptions, Stretch, forget_pages

_LANGUAGE = "zh"
_FALLBACK_TEMPERATURES = (0.0, 0.4)
"""A failed window is heard once more, each stretch in a window of its own: greedily, then with some chance."""
_FALLBACK_SEED = 1
_LONGEST_WINDOW_SECONDS, _TAIL_SECONDS = 30, 1
"""Whisper's window, and the silence after a full window of a model whose own windows are shorter (its chunk length): no
reason to encode half a minute for twelve seconds of sound. Measured on the demo model at 12 s: with 13 s encoded CER
0.086, with 30 s 0.090 and three times the time, with 12 s and no silence 0.206."""
_BATCH = {"cpu": 8, "cuda": 16}


@dataclass(frozen=True, slots=True)
class WhisperOptions:
    """How to decode.

    Attributes:
        beam_size: Hypotheses kept per window.
        batch_size: Windows decoded together; None = by device (CPU 8, GPU 16).
        gap_ms: Silence between two stretches of one channel in a window (beside the margins they bring along).
        border_ms: Silence between stretches of different channels in a window.
        share_windows: False = a window never holds speech of two calls (slower; nothing can cross between calls).
        hot_words: Product names and the like; given only to models whose card allows prompting.
        prompt: A sentence in the style to be written (simplified characters); likewise.
    """

    beam_size: int = 5
    batch_size: int | None = None
    gap_ms: int = 400
    border_ms: int = 800
    share_windows: bool = True
    hot_words: tuple[str, ...] = ()
    prompt: str = ""


class _Model(WhisperModel):  # type: ignore[misc]
    """On a CPU the encoder is 2–3 times faster window by window: its attention over 1,500 places leaves the cache."""

    def encode(self, features: NDArray[np.float32]) -> Any:
        if features.ndim == 3 and len(features) > 1 and self.model.device == "cpu":
            parts = [np.array(super(_Model, self).encode(window[None])) for window in features]
            return ctranslate2.StorageView.from_array(np.concatenate(parts))
        return super().encode(features)


class WhisperRecogniser:
    """A Whisper model in CTranslate2 format. Nothing is downloaded: the model lies on this machine or it is an error.

    Args:
        name: Folder, name in the models folder (``asr-demo``), or name of a model in the local hub cache.
        models: Folder of models.
        device: ``auto``, ``cpu`` or ``cuda``.
        compute_type: CTranslate2's number format; ``auto`` = float16 on a GPU, the fastest this processor has otherwise.
        threads: CPU threads of this recogniser (worker processes use 1 each).
        options: How to decode.

    Raises:
        RecogniserError: The model is missing, incomplete, or cannot be loaded on this device.
    """

    def __init__(
        self,
        name: str,
        *,
        models: Path,
        device: Literal["auto", "cpu", "cuda"] = "auto",
        compute_type: str = "auto",
        threads: int = 1,
        options: WhisperOptions | None = None,
    ) -> None:
        folder = find_model(name, models=models)
        self._options = options or WhisperOptions()
        self._card: ModelCard = read_card(folder)
        self._model = _load(folder, device=device, compute_type=compute_type, threads=threads)
        self._pipeline = BatchedInferencePipeline(self._model)
        self._device: str = self._model.model.device
        extractor = self._model.feature_extractor
        self._window_samples = int(extractor.chunk_length * RATE)
        self._mel = MelSpectrum(
            extractor.mel_filters,
            window_seconds=min(_LONGEST_WINDOW_SECONDS, extractor.chunk_length + _TAIL_SECONDS),
        )
        self._speech = SpeechDetector(Path(faster_whisper.utils.get_assets_path()) / "silero_vad_v6.onnx")
        self._speech_options = SpeechOptions(longest_ms=int(extractor.chunk_length * 1000))
        self._tokenizer = Tokenizer(
            self._model.hf_tokenizer, self._model.model.is_multilingual, task="transcribe", language=_LANGUAGE
        )
        self._decoding = self._decoding_options()
        self._patient = replace(
            self._decoding,
            temperatures=list(_FALLBACK_TEMPERATURES),
            log_prob_threshold=LOWEST_LOG_PROBABILITY,
            compression_ratio_threshold=HIGHEST_COMPRESSION,
            no_speech_threshold=NO_SPEECH,
        )

    @property
    def model(self) -> ModelRef:
        """The model's name, version, content hash."""
        return self._card.ref

    @property
    def card(self) -> ModelCard:
        """What the model says of itself."""
        return self._card

    @property
    def language(self) -> str:
        """Always ``zh``."""
        return _LANGUAGE

    def transcribe(self, waveforms: Sequence[Waveform], *, calls: Sequence[int] | None = None) -> list[Heard]:
        """See ``Recogniser.transcribe``."""
        samples = [_checked(waveform) for waveform in waveforms]
        numbers = calls if calls is not None else range(len(samples))

        def packed(channels: Sequence[Sequence[Stretch]]) -> list[Window]:
            return pack(
                channels,
                calls=numbers,
                longest=self._window_samples,
                gap=self._options.gap_ms * RATE // 1000,
                border=self._options.border_ms * RATE // 1000,
                share_windows=self._options.share_windows,
            )

        stretches = [self._speech.stretches(channel, self._speech_options) for channel in samples]
        return hear(stretches, _Ear(self, samples), packed=packed)

    def decode(
        self, windows: Sequence[Window], samples: Sequence[NDArray[np.float32]]
    ) -> Iterator[tuple[Window, Decoded]]:
        """Windows in batches; sound and features exist for one batch at a time.

        Raises:
            RecogniserError: The library failed, e.g. out of memory.
        """
        size = self._options.batch_size or _BATCH.get(self._device, 8)
        for start in range(0, len(windows), size):
            batch = windows[start : start + size]
            features = self._mel.batch([window.samples(samples) for window in batch])
            for channel in {piece.channel for window in batch for piece in window.pieces}:
                forget_pages(samples[channel])
            with _failing():
                decoded = self._decode_batch(features, batch)
            yield from zip(batch, decoded, strict=True)

    def _decode_batch(self, features: NDArray[np.float32], windows: Sequence[Window]) -> list[Decoded]:
        encoded, outputs = self._pipeline.generate_segment_batched(features, self._tokenizer, self._decoding)
        tokens = [[token for token in output["tokens"] if token < self._tokenizer.eot] for output in outputs]
        aligned = self._aligned(encoded, tokens, [window.length for window in windows])
        return [
            Decoded(
                words=words,
                log_probability=float(output["avg_logprob"]),
                no_speech=float(output["no_speech_prob"]),
            )
            for words, output in zip(aligned, outputs, strict=True)
        ]

    def decode_alone(self, sound: NDArray[np.float32]) -> Decoded:
        """One stretch in a window of its own, with a second try at another temperature.

        Raises:
            RecogniserError: The library failed.
        """
        ctranslate2.set_random_seed(_FALLBACK_SEED)
        features = self._mel.batch([sound])
        with _failing():
            encoded = self._model.encode(features)
            result, log_probability, _, _ = self._model.generate_with_fallback(
                encoded, self._prompt(), self._tokenizer, self._patient
            )
            tokens = [token for token in result.sequences_ids[0] if token < self._tokenizer.eot]
            (words,) = self._aligned(encoded, [tokens], [len(sound)])
        return Decoded(words=words, log_probability=log_probability, no_speech=result.no_speech_prob)

    def _aligned(self, encoded: Any, tokens: list[list[int]], lengths: Sequence[int]) -> list[list[Timed]]:
        """Words with their times; ``lengths`` are samples of sound per window."""
        frames = [min(self._mel.frames, -(-length // self._mel.hop)) for length in lengths]
        return [
            _joined(found) for found in self._model.find_alignment(self._tokenizer, tokens, encoded, frames)
        ]

    def _prompt(self) -> list[int]:
        options = self._decoding
        before = self._tokenizer.encode(options.initial_prompt) if options.initial_prompt else []
        prompt: list[int] = self._model.get_prompt(
            self._tokenizer, previous_tokens=before, without_timestamps=True, hotwords=options.hotwords
        )
        return prompt

    def _decoding_options(self) -> TranscriptionOptions:
        prompting = self._card.prompting
        return TranscriptionOptions(
            beam_size=self._options.beam_size,
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
            initial_prompt=self._options.prompt if prompting and self._options.prompt else None,
            prefix=None,
            suppress_blank=True,
            suppress_tokens=get_suppressed_tokens(self._tokenizer, [-1]),
            without_timestamps=True,
            max_initial_timestamp=0.0,
            word_timestamps=True,
            prepend_punctuations="",
            append_punctuations="",
            multilingual=False,
            max_new_tokens=None,
            clip_timestamps="0",
            hallucination_silence_threshold=None,
            hotwords=" ".join(self._options.hot_words) if prompting and self._options.hot_words else None,
        )


@dataclass(frozen=True, slots=True)
class _Ear:
    """The recogniser together with the sound of one batch."""

    recogniser: WhisperRecogniser
    samples: Sequence[NDArray[np.float32]]

    def decode(self, windows: Sequence[Window]) -> Iterator[tuple[Window, Decoded]]:
        return self.recogniser.decode(windows, self.samples)

    def decode_alone(self, piece: Piece) -> Decoded:
        return self.recogniser.decode_alone(Window((replace(piece, offset=0),)).samples(self.samples))


def _load(folder: Path, *, device: str, compute_type: str, threads: int) -> _Model:
    if compute_type == "auto" and (
        device == "cuda" or (device == "auto" and ctranslate2.get_cuda_device_count())
    ):
        compute_type = "float16"
    try:
        return _Model(
            str(folder), device=device, compute_type=compute_type, cpu_threads=threads, local_files_only=True
        )
    except Exception as error:  # the tokenizer's library raises plain Exception on a damaged file
        raise RecogniserError(
            f"语音识别模型装载失败：{folder}（{error}）。",
            code="recogniser.load",
            hint="请检查模型文件是否完整、设备（device）和数值格式（compute_type）设置是否适合这台机器。",
        ) from error


@contextmanager
def _failing() -> Generator[None]:
    """The library's own errors as ours."""
    try:
        yield
    except (RuntimeError, ValueError) as error:
        raise RecogniserError(
            f"语音识别中断（{error}）。",
            code="recogniser.failed",
            hint="显存或内存不足时请减小批量或换小一点的模型，然后重新运行（已完成的不会重做）。",
        ) from error


def _checked(waveform: Waveform) -> NDArray[np.float32]:
    if waveform.rate != RATE:
        raise RecogniserError(
            f"语音识别需要 {RATE} Hz 的声音，得到 {waveform.rate} Hz。",
            code="recogniser.rate",
            hint="请用 audio.decode 解码录音。",
        )
    return waveform.samples


def _joined(alignment: Sequence[dict[str, Any]]) -> list[Timed]:
    """Aligned words; punctuation goes to the word before it, because nobody says it at a time of its own."""
    words: list[Timed] = []
    for item in alignment:
        if words and not bare(item["word"]):
            words[-1] = replace(words[-1], text=words[-1].text + item["word"])
        elif item["word"]:
            words.append(
                Timed(item["word"], float(item["start"]), float(item["end"]), float(item["probability"]))
            )
    return words
