"""Text that nobody said: loops, phrases Whisper invents over silence, text without speech behind it."""

import re
import zlib
from collections import Counter

LOWEST_LOG_PROBABILITY = -1.0
"""Mean log probability of a window's tokens below which the decoding failed (Whisper's own threshold)."""
NO_SPEECH = 0.6
"""Probability of the no-speech token above which a failed window is taken for silence (Whisper's own threshold)."""
HIGHEST_COMPRESSION = 2.4
"""UTF-8 bytes over zlib bytes above which text repeats itself (Whisper's own threshold; Chinese talk gives 0.8 to 1.7)."""
FASTEST_PER_SECOND = 14.0
"""Characters per second that nobody speaks: fast Mandarin reaches 8."""
_FEW_CHARACTERS = 8

_PUNCTUATION = re.compile(r"[\s，。！？、；：,.!?;:…·\-—~「」『』“”\"'()（）《》♪]+")
_LOOP = re.compile(r"(..)\1{7,}|(.{3,5}?)\2{4,}|(.{6,14}?)\3{3,}")
_STUTTER = re.compile(r"(.)\1{9,}")

_INVENTED = re.compile(
    "|".join(
        (
            r"请?不吝点赞",
            r"点赞订阅转发打赏",
            r"打赏支持明镜",
            r"明镜(?:需要您的支持|与点点)",
            r"中文字幕志愿者",
            r"字幕(?:由|by|BY).{0,12}(?:提供|制作|社区|字幕组|索兰娅)",
            r"字幕(?:志愿者|制作人?|校对|翻译|组)[A-Za-z\u4e00-\u9fff]{0,8}$",
            r"[Aa]mara\.?org",
            r"优优独播剧场",
            r"由Amara",
            r"YoYoTelevisionSeriesExclusive",
        )
    )
)
"""Credits of the videos Whisper learned from; nobody says them on the telephone, so they go wherever they stand."""

_ALONE = re.compile(
    "|".join(
        (
            r"(?:谢谢|感谢)(?:大家|您|你)?(?:的)?(?:观看|收看|收听|聆听)(?:下次再?见)?",
            r"(?:谢谢|感谢)观赏",
            r"(?:请)?(?:记得)?(?:点赞|订阅|关注)(?:我的|我们的)?(?:频道|订阅|转发|关注|分享)*",
            r"(?:我们)?下(?:期|集|个视频)(?:节目)?再见",
            r"(?:本期|今天的)(?:视频|节目)(?:就)?到(?:这里|此)(?:了|结束)?",
            r"(?:中文)?字幕",
            r"(?:背景)?音乐(?:声|响起|播放)?",
            r"(?:掌声|笑声|铃声)",
            r"未经(?:作者|许可|授权).{0,12}(?:转载|使用)?",
            r"本(?:节目|字幕|片).{0,10}(?:制作|提供|赞助|播出)",
        )
    )
)
"""Invented only where a stretch holds nothing else: on the telephone 关注 or 音乐 may well be said inside a sentence."""


def bare(text: str) -> str:
    """The text without punctuation and spaces."""
    return _PUNCTUATION.sub("", text)


def repeats(text: str) -> bool:
    """True for a loop: more repetition than a hurried 好的好的好的 or a number with many equal digits.

    One character ten times running, two characters eight times, three to five characters five times, six to
    fourteen characters four times.
    """
    stripped = bare(text)
    return bool(_LOOP.search(stripped) or _STUTTER.search(stripped))


def is_silence_phrase(text: str) -> bool:
    """True where a whole stretch is one of the phrases Whisper writes over silence, noise and music."""
    stripped = bare(text)
    return bool(stripped) and bool(_ALONE.fullmatch(stripped) or _INVENTED.search(stripped))


def compression(text: str) -> float:
    """UTF-8 bytes over compressed bytes; 0 for no text."""
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if data else 0.0


def too_fast(text: str, *, milliseconds: int) -> bool:
    """True where more was written than anyone can say in the time."""
    characters = len(bare(text))
    return characters > _FEW_CHARACTERS and characters * 1000 > FASTEST_PER_SECOND * milliseconds


def window_fault(*, text: str, log_probability: float, no_speech: float) -> str | None:
    """Why a decoded window cannot be believed, or None.

    Args:
        text: The window's text.
        log_probability: Mean over its tokens.
        no_speech: Probability of the no-speech token.
    """
    if not bare(text):
        return None
    if log_probability < LOWEST_LOG_PROBABILITY:
        return "no_speech" if no_speech > NO_SPEECH else "low_probability"
    if repeats(text):
        return "repetition"
    return "compression" if compression(text) > HIGHEST_COMPRESSION else None


def stretch_fault(text: str, *, milliseconds: int) -> str | None:
    """Why the text of one stretch of speech cannot be believed, or None."""
    if is_silence_phrase(text):
        return "silence_phrase"
    if repeats(text):
        return "repetition"
    return "too_fast" if too_fast(text, milliseconds=milliseconds) else None


class Patience:
    """How long a channel's failed windows are heard again, stretch by stretch.

    Another language, or hold music with singing, fails every time and costs a whole decoding per stretch: a channel that
    has failed four times over without one success is not tried again.
    """

    _TRIES = 4

    def __init__(self) -> None:
        self._failed: Counter[int] = Counter()
        self._recovered: set[int] = set()

    def lasts(self, channel: int) -> bool:
        """True while another attempt is worth its time."""
        return channel in self._recovered or self._failed[channel] < self._TRIES

    def note(self, channel: int, *, recovered: bool) -> None:
        """What became of an attempt."""
        if recovered:
            self._recovered.add(channel)
        else:
            self._failed[channel] += 1
