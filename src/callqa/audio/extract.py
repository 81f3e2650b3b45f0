"""A piece of a recording as a file of its own, with personal data muted; block by block, at the recording's own rate."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from callqa.audio.source import open_source
from callqa.domain import RecordingError, Span, merge

_FADE_MS = 5
"""Outside a muted span, so that nothing of it is heard and nothing clicks."""


def write_extract(
    path: Path,
    target: Path,
    *,
    span: Span | None = None,
    muted: Mapping[int, Sequence[Span]] | None = None,
    form: Literal["FLAC", "WAV"] = "FLAC",
) -> int:
    """Writes a copy of a recording, or of a part of it, with silence where it is muted.

    The target appears only when it is whole.

    Args:
        path: The recording.
        target: File to write; replaced where it exists.
        span: Part to write, in milliseconds of the recording; None = all.
        muted: Channel number → spans to silence, in milliseconds of the recording (not of the part).
        form: 16-bit FLAC or WAV.

    Returns:
        Milliseconds written.

    Raises:
        RecordingError: As ``decode``; ``recording.no_samples`` where the part lies behind the end,
            ``recording.write`` where the target cannot be written.
    """
    import soundfile

    partial = target.with_name(f".{target.name}.partial")
    written = 0
    try:
        with open_source(path) as source:
            pieces = _within(source.blocks, span, source.rate)
            ranges = _sample_ranges(muted or {}, source.rate, source.channels)
            with soundfile.SoundFile(
                partial, "w", samplerate=source.rate, channels=source.channels, format=form, subtype="PCM_16"
            ) as file:
                for start, block in pieces:
                    _silence(block, start, ranges, source.rate * _FADE_MS // 1000)
                    file.write(block)
                    written += len(block)
            rate = source.rate
        if not written:
            raise RecordingError(
                f"这一段不在录音之内：{path.name}。", code="recording.no_samples", hint="请检查起止时间。"
            )
        partial.replace(target)
    except (OSError, soundfile.SoundFileError) as error:
        raise RecordingError(
            f"片段写不下：{target}（{error}）。", code="recording.write", hint="请检查磁盘空间和写权限。"
        ) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return written * 1000 // rate


def _within(
    blocks: Iterator[NDArray[np.float32]], span: Span | None, rate: int
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Blocks inside the span, each with its first sample's place in the recording."""
    first = span.start * rate // 1000 if span else 0
    last = span.end * rate // 1000 if span else None
    place = 0
    for block in blocks:
        end = place + len(block)
        if last is not None and place >= last:
            return
        if end > first:
            cut = block[max(0, first - place) : None if last is None else last - place]
            if len(cut):
                yield max(first, place), cut
        place = end


def _sample_ranges(
    muted: Mapping[int, Sequence[Span]], rate: int, channels: int
) -> dict[int, list[tuple[int, int]]]:
    outside = [number for number in muted if not 0 <= number < channels]
    if outside:
        raise RecordingError(
            f"录音没有第 {outside[0] + 1} 声道。",
            code="recording.no_channel",
            hint="请检查声道编号（从 0 开始）。",
        )
    return {
        number: [(span.start * rate // 1000, -(-span.end * rate // 1000)) for span in merge(spans)]
        for number, spans in muted.items()
    }


def _silence(
    block: NDArray[np.float32], start: int, ranges: Mapping[int, Sequence[tuple[int, int]]], fade: int
) -> None:
    """Multiplies muted samples by 0 and the few before and after by a ramp, in place."""
    for number, spans in ranges.items():
        for first, last in spans:
            low, high = max(0, first - fade - start), min(len(block), last + fade - start)
            if low < high:
                place = np.arange(low, high) + start
                distance = np.maximum(first - place, place - (last - 1))
                block[low:high, number] *= np.clip(distance / max(fade, 1), 0.0, 1.0).astype(np.float32)
