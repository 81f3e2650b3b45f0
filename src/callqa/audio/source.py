"""Opening a sound file: libsndfile first, FFmpeg (PyAV) for the rest; samples come block by block."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from os import SEEK_END
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callqa.domain import RecordingError

_BLOCK_FRAMES = 1 << 18
"""Frames per block read through libsndfile; bounds memory, large enough that the loop costs nothing."""
_RATES = (4_000, 768_000)
"""Plausible sample rates in Hz; a header outside is damaged."""
_MOST_CHANNELS = 64
_PLACEHOLDER = 0x7FFF_0000
_TOO_SHORT = 0.98
"""A file that gives less than this share of the frames its header promises counts as truncated."""
_MOSTLY_BAD = 0.5
"""From this share of undecodable packets on, a file is taken for something else than sound."""


@dataclass(slots=True)
class Source:
    """An opened file.

    Attributes:
        rate: Sample rate of the file in Hz.
        channels: Channels of the file.
        codec: Container and coding as the library names them, e.g. ``WAV/ALAW``.
        blocks: float32 blocks of shape (frames, channels), full scale ±1; single use.
        truncated: Set while reading: the file ends before its header says, or parts could not be decoded.
    """

    rate: int
    channels: int
    codec: str
    blocks: Iterator[NDArray[np.float32]] = field(default_factory=lambda: iter(()))
    truncated: bool = False


@contextmanager
def open_source(path: Path) -> Generator[Source]:
    """Opens a recording for one pass over its samples.

    Raises:
        RecordingError: ``recording.unreadable`` (missing, no permission), ``recording.empty`` (0 bytes),
            ``recording.not_audio`` (nothing that either library can read).
    """
    _check_readable(path)
    with _sndfile(path) as source:
        if source is not None:
            yield source
            return
    with _ffmpeg(path) as source:
        yield source


def _check_readable(path: Path) -> None:
    try:
        with path.open("rb") as file:
            first = file.read(1)
    except OSError as error:
        raise RecordingError(
            f"录音文件打不开：{path.name}（{error.strerror or error}）。",
            code="recording.unreadable",
            hint="请检查文件是否存在、是否有读取权限。",
        ) from error
    if not first:
        raise RecordingError(
            f"录音文件是空的（0 字节）：{path.name}。",
            code="recording.empty",
            hint="请从录音系统重新导出这通录音。",
        )


@contextmanager
def _sndfile(path: Path) -> Generator[Source | None]:
    """None where libsndfile cannot read the file or sees no samples in it (FFmpeg may still)."""
    import soundfile

    try:
        file = soundfile.SoundFile(path)
    except (soundfile.SoundFileError, OSError, TypeError):
        yield None
        return
    with file:
        if file.frames <= 0 or not plausible(file.samplerate, file.channels):
            yield None
            return
        source = Source(file.samplerate, file.channels, f"{file.format}/{file.subtype}")
        source.truncated = _cut_short(path)
        source.blocks = _sndfile_blocks(file, source)
        yield source


def _cut_short(path: Path) -> bool:
    """True where a RIFF header promises more bytes than the file has; libsndfile silently shortens such files.

    Sizes near 2 or 4 GiB are placeholders of recorders that stream and never come back to the header.
    """
    with path.open("rb") as file:
        head = file.read(8)
        promised = int.from_bytes(head[4:], "little") + 8
        return head[:4] == b"RIFF" and promised < _PLACEHOLDER and promised > file.seek(0, SEEK_END) + 1


def _sndfile_blocks(file: Any, source: Source) -> Iterator[NDArray[np.float32]]:
    import soundfile

    read = 0
    while True:
        try:
            block = file.read(_BLOCK_FRAMES, dtype="float32", always_2d=True)
        except soundfile.SoundFileError:
            break
        if not len(block):
            break
        read += len(block)
        yield block
    if read < _TOO_SHORT * file.frames:
        source.truncated = True


@contextmanager
def _ffmpeg(path: Path) -> Generator[Source]:
    import av

    av.logging.set_level(None)
    try:
        container = av.open(str(path), metadata_errors="ignore")
    except (av.FFmpegError, OSError, ValueError) as error:
        raise not_audio(path) from error
    with container:
        if not container.streams.audio:
            raise not_audio(path)
        stream = container.streams.audio[0]
        context = stream.codec_context
        if context is None:
            raise not_audio(path)
        try:
            rate, channels = int(context.sample_rate or 0), int(context.channels or 0)
        except (av.FFmpegError, ValueError, TypeError) as error:
            raise not_audio(path) from error
        if not plausible(rate, channels):
            raise not_audio(path)
        source = Source(rate, channels, f"{container.format.name}/{context.name}")
        source.blocks = _ffmpeg_blocks(container, stream, source, path)
        yield source


def _ffmpeg_blocks(container: Any, stream: Any, source: Source, path: Path) -> Iterator[NDArray[np.float32]]:
    """Decodes packet by packet, so that one damaged packet costs only itself."""
    import av

    resampler = av.AudioResampler(format="flt", layout=stream.codec_context.layout, rate=source.rate)
    good = bad = 0
    pending: list[NDArray[np.float32]] = []
    size = 0
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except av.FFmpegError:
            source.truncated = True
            break
        if packet is None:
            break
        try:
            parts = [part for frame in packet.decode() for part in resampler.resample(frame)]
            good += 1
        except (av.FFmpegError, ValueError):  # ValueError: rate or layout change in the middle
            bad += 1
            continue
        for part in parts:
            block = part.to_ndarray().reshape(-1, source.channels)
            pending.append(np.asarray(block, np.float32))
            size += len(block)
        if size >= _BLOCK_FRAMES:
            yield np.concatenate(pending)
            pending, size = [], 0
    with suppress(av.FFmpegError):
        pending += [
            np.asarray(p.to_ndarray().reshape(-1, source.channels), np.float32)
            for p in resampler.resample(None)
        ]
    if bad > _MOSTLY_BAD * (good + bad):
        raise not_audio(path)
    source.truncated = source.truncated or bad > 0
    if pending:
        yield np.concatenate(pending)


def plausible(rate: int, channels: int) -> bool:
    """False for the numbers of a damaged header."""
    return _RATES[0] <= rate <= _RATES[1] and 1 <= channels <= _MOST_CHANNELS


def not_audio(path: Path) -> RecordingError:
    """The error for a file that holds no sound anyone can read."""
    return RecordingError(
        f"不是能识别的录音文件：{path.name}。",
        code="recording.not_audio",
        hint="请确认文件格式（WAV、MP3、FLAC、OGG、M4A、AMR 等），或从录音系统重新导出。",
    )
