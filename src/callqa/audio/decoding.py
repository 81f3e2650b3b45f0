"""A file → one 16 kHz float32 waveform per channel, in one pass and flat memory."""

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from callqa.audio.levels import LevelMeter
from callqa.audio.source import Source, not_audio, open_source
from callqa.domain import Recording, RecordingError, Waveform

RATE = 16_000
"""Rate of every decoded waveform in Hz."""
IN_MEMORY = 128 << 20
"""Decoded bytes per recording (all channels) kept in memory; what is longer lies on disk (≈ 17 minutes of stereo)."""
LONGEST_HOURS = 24.0
"""A recording that goes on longer is taken for a damaged file or a bomb."""
_QUALITY = "HQ"


@dataclass(frozen=True, slots=True)
class Decoded:
    """An opened recording.

    Attributes:
        recording: Identity and format.
        channels: One waveform per channel of the file, all of the same length, 16 kHz. Long recordings are
            memory-mapped from a nameless scratch file that disappears when the last waveform is released.
        levels: What was counted on the way, at the file's own rate.
        truncated: True where the file ended early or held parts that could not be decoded.
    """

    recording: Recording
    channels: tuple[Waveform, ...]
    levels: LevelMeter
    truncated: bool


def decode(
    path: Path,
    *,
    scratch: Path | None = None,
    sha256: str | None = None,
    in_memory: int = IN_MEMORY,
    longest_hours: float = LONGEST_HOURS,
) -> Decoded:
    """Decodes and resamples a recording.

    Args:
        path: The file.
        scratch: Folder for the samples of long recordings; None = the system's temporary folder.
        sha256: Hash of the file where it is known already (intake computes it); None = computed here.
        in_memory: Decoded bytes from which the samples go to disk.
        longest_hours: Where to stop, whatever the header said.

    Raises:
        RecordingError: with code ``recording.empty``, ``.unreadable``, ``.not_audio``, ``.no_samples``,
            ``.too_long`` or ``.scratch`` (scratch folder full or not writable).
    """
    with open_source(path) as source:
        meter = LevelMeter.start(rate=source.rate, channels=source.channels)
        store = _Store(channels=source.channels, folder=scratch, in_memory=in_memory)
        frames = _pass(source, meter, store, path, longest_hours=longest_hours)
        waveforms = tuple(Waveform(samples=samples, rate=RATE) for samples in store.finish())
    if not frames or not waveforms[0].duration:
        raise RecordingError(
            f"录音里没有声音数据：{path.name}（只有文件头）。",
            code="recording.no_samples",
            hint="请从录音系统重新导出这通录音。",
        )
    recording = Recording(
        sha256=sha256 or content_hash(path),
        duration=waveforms[0].duration,
        sample_rate=source.rate,
        channels=source.channels,
        codec=source.codec,
    )
    return Decoded(recording=recording, channels=waveforms, levels=meter, truncated=source.truncated)


def _pass(source: Source, meter: LevelMeter, store: "_Store", path: Path, *, longest_hours: float) -> int:
    import soxr

    resampler = (
        None
        if source.rate == RATE
        else soxr.ResampleStream(source.rate, RATE, source.channels, dtype="float32", quality=_QUALITY)
    )
    frames = 0
    for block in source.blocks:
        if not np.isfinite(block).all():
            np.nan_to_num(block, copy=False, nan=0.0, posinf=1.0, neginf=-1.0)
        frames += len(block)
        if frames > longest_hours * 3600 * source.rate:
            raise RecordingError(
                f"录音超过 {longest_hours:g} 小时：{path.name}。",
                code="recording.too_long",
                hint="请确认文件没有损坏；确实这么长的录音请先切分。",
            )
        meter.add(block)
        store.add(resampler.resample_chunk(block) if resampler else block)
    if resampler and frames:
        store.add(resampler.resample_chunk(np.zeros((0, source.channels), np.float32), last=True))
    if not frames and source.truncated:
        raise not_audio(path)
    return frames


class _Store:
    """Samples per channel: in memory while short, in nameless files once long."""

    def __init__(self, *, channels: int, folder: Path | None, in_memory: int) -> None:
        self._folder = folder
        self._in_memory = in_memory
        self._blocks: list[NDArray[np.float32]] = []
        self._size = 0
        self._channels = channels
        self._files: list[IO[bytes]] = []

    def add(self, block: NDArray[np.float32]) -> None:
        """Takes a block of shape (frames, channels)."""
        self._blocks.append(block)
        self._size += block.nbytes
        if self._size > self._in_memory or self._files:
            self._spill()

    def _spill(self) -> None:
        try:
            if not self._files:
                self._files = [_nameless(self._folder) for _ in range(self._channels)]
            for number, file in enumerate(self._files):
                for block in self._blocks:
                    # write, not memory-map: a full disk must raise here instead of killing the process
                    file.write(np.ascontiguousarray(block[:, number]).data)
        except OSError as error:
            self._close()
            raise RecordingError(
                f"解码长录音时临时文件写不下（{error.strerror or error}）。",
                code="recording.scratch",
                hint="请清理磁盘，或在设置里换一个数据目录。",
            ) from error
        self._blocks = []

    def finish(self) -> Sequence[NDArray[np.float32]]:
        """The channels, each of shape (n,); drops what is no longer needed."""
        if not self._files:
            joined = (
                np.concatenate(self._blocks) if self._blocks else np.zeros((0, self._channels), np.float32)
            )
            self._blocks = []
            return [np.ascontiguousarray(joined[:, number]) for number in range(self._channels)]
        mapped: list[Any] = []
        for file in self._files:
            file.flush()
            mapped.append(np.memmap(file, dtype=np.float32, mode="r"))
        self._close()
        return mapped

    def _close(self) -> None:
        for file in self._files:
            file.close()


def _nameless(folder: Path | None) -> IO[bytes]:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryFile(dir=folder, prefix="callqa-")


def content_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
