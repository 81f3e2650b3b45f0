"""What to say about a result besides its score."""

from collections.abc import Sequence

from callqa.domain import Call, Measure, Party, Transcript

DEMO = "仅供样例演示，不能用于真实通话。"
"""Said on everything the demo recogniser had a hand in."""


def warnings_of(call: Call, transcript: Transcript, measures: Sequence[Measure]) -> tuple[str, ...]:
    """Chinese sentences: demo recogniser, mono, nothing heard, and every measure of sound or recognition that has a note."""
    warnings: list[str] = []
    model = transcript.provenance.model
    if model is not None and model.demo:
        warnings.append(DEMO)
    if set(call.parties) == {Party.unknown}:
        warnings.append("分不清坐席和客户（单声道），与说话人有关的条目都交人工。")
    if not transcript.turns:
        warnings.append("整通录音没有听到说话。")
    warnings.extend(
        f"{one.note.rstrip('。')}。" for one in measures if one.name in _SPEAKING and one.value and one.note
    )
    return tuple(warnings)


_SPEAKING = (
    *("dead_channels", "identical_channels", "truncated", "swapped_channels"),
    *("transcript_confidence", "foreign_text", "removed_text"),
)
