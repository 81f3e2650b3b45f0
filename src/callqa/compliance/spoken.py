"""A written dialogue as if it had been heard: even pace, every word certain. For examples, tests and the workbench."""

from datetime import datetime
from hashlib import sha256

from callqa.domain import (
    Call,
    LabelledCall,
    Party,
    Provenance,
    Recording,
    Span,
    Transcript,
    Turn,
    Word,
    parse_dialogue,
)

CHARACTER_MS = 220
"""About 270 characters per minute, an ordinary telephone pace."""
PAUSE_MS = 300
"""Between two turns."""


def read_spoken(text: str, *, name: str = "example") -> LabelledCall:
    """A dialogue whose lines may leave the speaker out: bare text is the agent's.

    Raises:
        DialogueError: See ``parse_dialogue``.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    known = ("坐席", "客户", "未知", "停顿", "抢话", "#")
    return parse_dialogue(
        "\n".join(line if line.startswith(known) else f"坐席: {line}" for line in lines), name=name
    )


def as_heard(dialogue: LabelledCall, *, at: datetime) -> tuple[Call, Transcript]:
    """Call and transcript of a written dialogue.

    Args:
        dialogue: Its header gives the call's facts (``product``, ``ordered``, ``amount``, …, others as fields);
            pauses and talk-over are kept.
        at: Time for call and provenance.
    """
    turns: list[Turn] = []
    end = 200
    previous = 0
    for labelled in dialogue.turns:
        start = end + PAUSE_MS + round(labelled.pause * 1000)
        if labelled.overlap:
            start = max(previous, end - round(labelled.overlap * 1000))
        words: list[Word] = []
        for place, character in enumerate(labelled.text or " "):
            begin = start + place * CHARACTER_MS
            words.append(
                Word(text=character, span=Span(start=begin, end=begin + CHARACTER_MS), confidence=1.0)
            )
        turns.append(
            Turn(index=len(turns), party=labelled.party, text=labelled.text or " ", words=tuple(words))
        )
        previous, end = start, max(end, words[-1].span.end)
    mono = any(turn.party is Party.unknown for turn in turns)
    recording = Recording(
        sha256=sha256("".join(t.text for t in turns).encode()).hexdigest(),
        duration=end + 500,
        sample_rate=8000,
        channels=1 if mono else 2,
    )
    call = Call(
        **_facts(dialogue, at),
        recording=recording,
        parties=(Party.unknown,) if mono else (Party.agent, Party.customer),
    )
    provenance = Provenance(step="spoken", version="1", at=at)
    return call, Transcript(call_id=call.id, language="zh", turns=tuple(turns), provenance=provenance)


_TEXTS = ("agent", "product", "campaign", "region", "queue")
_FLAGS = ("ordered", "cross_sold", "signed_for")
_OTHER = frozenset({*_TEXTS, *_FLAGS, "id", "amount", "direction", "group", "started_at"})


def _facts(dialogue: LabelledCall, at: datetime) -> dict[str, object]:
    header = dialogue.header
    facts: dict[str, object] = {"id": header.get("id") or "example", "started_at": _start(header, at)}
    facts |= {name: header[name] for name in _TEXTS if header.get(name)}
    facts |= {name: header[name] in ("是", "true", "yes", "1") for name in _FLAGS if header.get(name)}
    if header.get("amount"):
        facts["amount"] = float(header["amount"])
    if header.get("direction") in ("inbound", "outbound"):
        facts["direction"] = header["direction"]
    facts["fields"] = {key: value for key, value in header.items() if key not in _OTHER}
    return facts


def _start(header: dict[str, str], at: datetime) -> datetime:
    try:
        read = datetime.fromisoformat(header.get("started_at", ""))
    except ValueError:
        return at
    return read if read.tzinfo is not None else read.replace(tzinfo=at.tzinfo)
