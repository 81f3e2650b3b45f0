"""How far a transcript can be trusted."""

from collections.abc import Iterable

from callqa.domain import Measure, Transcript, covered
from callqa.transcript.guards import bare

_UNCERTAIN = 0.5
_LOW_CONFIDENCE = 0.6
_MUCH_FOREIGN = 0.4
_MUCH_REMOVED = 0.3
_FEW_WORDS = 10


def examine(transcript: Transcript) -> tuple[Measure, ...]:
    """Measures of the recognition itself.

    ``transcript_confidence``: mean word probability, 0 to 1 (unit ``share``), None without words.
    ``uncertain_words``: share of words with a probability under 0.5, None without words.
    ``foreign_text``: share of characters that are not Chinese among letters and characters, None without either; an
    English or other foreign call shows here with a real model, and in the confidence with any model.
    ``removed_text``: share of speech without believable text: milliseconds of speech that gave no text, or text that was
    taken out as invented (leaks of the other party's voice do not count), over those and the kept words' milliseconds;
    None without either.
    ``heard_words``: number of words kept (0: nobody speaks, or silence, tones, music only).
    """
    words = [word for turn in transcript.turns for word in turn.words]
    return (
        _heard(len(words)),
        _confidence(transcript),
        _uncertain([w.confidence for w in words]),
        _foreign(transcript),
        _removed(transcript),
    )


def _heard(count: int) -> Measure:
    note = "" if count else "没有听到有人说话（静音、彩铃、音乐或噪声）"
    return Measure(name="heard_words", value=count, unit="count", note=note)


def _confidence(transcript: Transcript) -> Measure:
    value = transcript.confidence
    low = value is not None and value < _LOW_CONFIDENCE
    note = f"识别把握低（{value:.2f}）：可能不是普通话，或录音不清楚，结论仅供参考" if low else ""
    return Measure(
        name="transcript_confidence",
        value=None if value is None else round(value, 4),
        unit="share",
        note=note,
    )


def _uncertain(confidence: list[float]) -> Measure:
    share = sum(c < _UNCERTAIN for c in confidence) / len(confidence) if confidence else None
    return Measure(name="uncertain_words", value=None if share is None else round(share, 4), unit="share")


def _foreign(transcript: Transcript) -> Measure:
    letters = [c for turn in transcript.turns for c in bare(turn.text) if c.isalpha()]
    share = _share(not _chinese(c) for c in letters)
    much = share is not None and share > _MUCH_FOREIGN and len(letters) >= _FEW_WORDS
    note = "大部分内容不是中文，结论仅供参考" if much else ""
    return Measure(name="foreign_text", value=share, unit="share", note=note)


def _removed(transcript: Transcript) -> Measure:
    spans = [item.span for item in transcript.removed if item.reason != "bleed"]
    removed = covered(spans)
    kept = covered(word.span for turn in transcript.turns for word in turn.words)
    share = round(removed / (removed + kept), 4) if removed + kept else None
    note = (
        f"有 {removed / 1000:.0f} 秒说话没有可信的识别结果"
        if share is not None and share > _MUCH_REMOVED
        else ""
    )
    return Measure(
        name="removed_text",
        value=share,
        unit="share",
        note=note,
        spans=tuple(spans),
    )


def _chinese(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or "\U00020000" <= character <= "\U0003ffff"


def _share(found: Iterable[bool]) -> float | None:
    listed = list(found)
    return round(sum(listed) / len(listed), 4) if listed else None
