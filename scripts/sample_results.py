"""What the whole pipeline makes of the sample calls, in a form that can be read, kept and compared.

``samples/expected.json`` holds it for the shipped models; ``python scripts/make_samples.py --expected`` rewrites it.
No words are in it, only what was concluded: total, grade, red lines, verdicts, labels turn by turn.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault(
    "CT2_FORCE_CPU_ISA", "AVX2"
)  # as in the tests: the same results on every processor that has it

from callqa.bootstrap import Centre
from callqa.domain import Failed, Party, Processed, Subject
from callqa.engine.process import process_batch
from callqa.intake import read_calls
from callqa.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
EXPECTED = ROOT / "samples" / "expected.json"
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)

Result = dict[str, Any]


def listen(samples: Path = ROOT / "samples") -> dict[str, Processed]:
    """Every sample call from sound to score, in this process, nothing kept from before.

    Raises:
        RuntimeError: A call failed.
    """
    centre = Centre(Settings(), policy_folder=samples / "policy")
    incoming = read_calls(samples / "recordings", manifest=samples / "calls.csv").calls
    # one batch, one thread: what shares a window does not depend on how many cores this machine has
    outcomes = process_batch(incoming, centre.tools(listening=True, threads=1), at=AT)
    failed = [one for one in outcomes if isinstance(one, Failed)]
    if failed:
        raise RuntimeError("; ".join(f"{one.call_id}: {one.code} {one.message}" for one in failed))
    return {one.call.id: one for one in outcomes if isinstance(one, Processed)}


def concluded(call: Processed) -> Result:
    """What is kept of a call."""
    card = call.scorecard
    labels: dict[int, list[str]] = {turn.index: [] for turn in call.transcript.turns}
    for tag in call.techniques.tags:
        labels[tag.turn].append(tag.label)
    for one in call.techniques.reactions:
        labels[one.turn].append(one.reaction.value)
    return {
        "total": card.total,
        "grade": card.grade,
        "fatal": sorted(card.fatal),
        "steps": {one.id: one.verdict.value for one in call.findings if one.subject is Subject.step},
        "rules": {one.id: one.verdict.value for one in call.findings if one.subject is Subject.rule},
        "turns": [
            f"{'A' if turn.party is Party.agent else 'C'} {' '.join(sorted(labels[turn.index]))}".strip()
            for turn in call.transcript.turns
        ],
    }


def differences(expected: Mapping[str, Result], found: Mapping[str, Result]) -> list[str]:
    """One line per thing that came out otherwise; empty where nothing did."""
    lines = [f"{call}: expected, but not found" for call in sorted(expected.keys() - found.keys())]
    lines += [f"{call}: found, but not expected" for call in sorted(found.keys() - expected.keys())]
    for call in sorted(expected.keys() & found.keys()):
        lines += [f"{call} {line}" for line in _of_call(expected[call], found[call])]
    return lines


def _of_call(expected: Result, found: Result) -> Iterator[str]:
    for key in ("total", "grade", "fatal"):
        if expected[key] != found[key]:
            yield f"{key}: {expected[key]} -> {found[key]}"
    for kind in ("steps", "rules"):
        for name in sorted(expected[kind].keys() | found[kind].keys()):
            before, after = expected[kind].get(name, "(absent)"), found[kind].get(name, "(absent)")
            if before != after:
                yield f"{kind[:-1]} {name}: {before} -> {after}"
    yield from _of_turns(expected["turns"], found["turns"])


def _of_turns(expected: Sequence[str], found: Sequence[str]) -> Iterator[str]:
    if len(expected) != len(found):
        yield f"turns: {len(expected)} -> {len(found)}"
        return
    for number, (before, after) in enumerate(zip(expected, found, strict=True)):
        if before != after:
            yield f"turn {number}: {before} -> {after}"


def read_expected(file: Path = EXPECTED) -> dict[str, Result]:
    """The kept results by call id."""
    kept: dict[str, Result] = json.loads(file.read_text(encoding="utf-8"))
    return kept


def write_expected(results: Mapping[str, Result], file: Path = EXPECTED) -> None:
    """Keep results: one call after the other, in a form whose changes git shows line by line."""
    file.write_text(
        json.dumps(results, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )


def rewrite() -> list[str]:
    """Listen, keep, and tell what changed."""
    found = {name: concluded(call) for name, call in listen().items()}
    before = read_expected() if EXPECTED.is_file() else {}
    write_expected(found)
    return differences(before, found)
