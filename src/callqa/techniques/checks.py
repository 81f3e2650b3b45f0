"""Faults of a corpus that no single line shows: contradictions, repeated frames, labels missing on one side."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from callqa.domain import ModelError, Party
from callqa.techniques.corpus import Row
from callqa.techniques.normal import normalise
from callqa.techniques.split import Split

FRAME = 6
"""A frame is how a turn opens: its first six folded characters (numbers as one)."""
FRAME_SHARE = 0.02
"""Largest share of a label that one frame may fill."""


def contradictions(rows: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Pairs of rows with the same words after the same words, but other labels."""
    seen: dict[tuple[str, Party, str], Row] = {}
    found: list[tuple[Row, Row]] = []
    for row in rows:
        before = normalise(row.before[-1].text).text if row.before else ""
        first = seen.setdefault((row.key, row.party, before), row)
        if set(first.labels) != set(row.labels) or first.reaction != row.reaction:
            found.append((first, row))
    return found


def refuse_contradictions(rows: Sequence[Row]) -> None:
    """Raise if the same turn is labelled in opposite ways.

    Raises:
        ModelError: ``corpus.contradiction``, naming up to five turns.
    """
    found = contradictions(rows)
    if found:
        shown = "；".join(
            f"“{first.text[:20]}”一处标 {_said(first)}，一处标 {_said(second)}" for first, second in found[:5]
        )
        raise ModelError(
            f"同一句话有两种标法（共 {len(found)} 处）：{shown}。",
            code="corpus.contradiction",
            hint="请定一种标法，改好再训练；什么都没有被替换。",
        )


def _said(row: Row) -> str:
    return row.reaction.value if row.reaction else ",".join(row.labels) or "none"


def crowded_frames(rows: Sequence[Row], *, share: float = FRAME_SHARE) -> list[tuple[str, str, int, int]]:
    """Frames that fill more than their share of a label.

    Args:
        rows: Rows of any split.
        share: Largest share allowed; at least three turns are allowed in any case.

    Returns:
        Label, frame, turns with it, turns of the label.
    """
    frames: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        text = normalise(row.text).text
        if row.party is Party.agent and len(text) > FRAME:
            for label in row.labels:
                frames[label][text[:FRAME]] += 1
    return [
        (label, frame, count, sum(counts.values()))
        for label, counts in sorted(frames.items())
        for frame, count in counts.most_common(3)
        if count > max(3, share * sum(counts.values()))
    ]


def missing_labels(split: Split, labels: Sequence[str]) -> list[str]:
    """Chinese lines for labels that a set lacks altogether."""
    lines = []
    for name, rows in (("训练", split.train), ("开发", split.dev), ("测试", split.test)):
        present = {label for row in rows for label in row.labels}
        lacking = [label for label in labels if label not in present]
        if rows and lacking:
            lines.append(f"{name}集里没有 {'、'.join(lacking)} 的例子，这些标签在这一集上不作评测")
    return lines


def summary(rows: Sequence[Row]) -> dict[str, int]:
    """Counts per label, per reaction, and ``none``."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts.update(
            row.labels if row.party is Party.agent else (row.reaction.value,) if row.reaction else ()
        )
        if row.party is Party.agent and not row.labels:
            counts["none"] += 1
    return dict(counts)
