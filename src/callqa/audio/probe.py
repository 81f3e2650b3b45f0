"""What a file says of itself before it is decoded: enough to refuse one that would unpack without end."""

from dataclasses import dataclass
from pathlib import Path

from callqa.audio.source import not_audio, plausible
from callqa.domain import RecordingError

_NOT_TOLD = 1 << 62
"""From here on libsndfile's number of frames says that the header gives none (a FLAC that was streamed)."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What a header promises.

    Attributes:
        rate: Hz.
        channels: Channels.
        seconds: Length; None where the header does not say.
    """

    rate: int
    channels: int
    seconds: float | None


def declared(path: Path) -> Declared:
    """Reads a recording's header.

    Raises:
        RecordingError: ``recording.empty``, ``recording.unreadable``, ``recording.not_audio``.
    """
    import soundfile

    try:
        if not path.stat().st_size:
            raise RecordingError(
                "录音文件是空的（0 字节）。", code="recording.empty", hint="请从录音系统重新导出这通录音。"
            )
        with soundfile.SoundFile(path) as file:
            if file.frames > 0 and plausible(file.samplerate, file.channels):
                seconds = file.frames / file.samplerate if file.frames < _NOT_TOLD else None
                return Declared(file.samplerate, file.channels, seconds)
    except (soundfile.SoundFileError, TypeError):
        pass
    except OSError as error:
        raise RecordingError(
            f"录音文件打不开（{error.strerror}）。", code="recording.unreadable", hint="请检查读取权限。"
        ) from error
    return _by_ffmpeg(path)


def _by_ffmpeg(path: Path) -> Declared:
    import av

    av.logging.set_level(None)
    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            stream = container.streams.audio[0] if container.streams.audio else None
            context = stream.codec_context if stream is not None else None
            if stream is None or context is None:
                raise not_audio(path)
            rate, channels = int(context.sample_rate or 0), int(context.channels or 0)
            seconds = container.duration / av.time_base if container.duration else None
    except (av.FFmpegError, OSError, ValueError, TypeError) as error:
        raise not_audio(path) from error
    if not plausible(rate, channels):
        raise not_audio(path)
    return Declared(rate, channels, seconds)
