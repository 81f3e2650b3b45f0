#!/usr/bin/env python3
"""How fast and how big the technique model is: time until ready, turns per second on one core, megabytes.

    scripts/bench_techniques.py [--turns 20000]

Times are processor time of this one process, so that other work on the machine does not count.
"""

import argparse
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

os.environ.setdefault("OMP_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[1]
READY = """
import time
from pathlib import Path
from callqa.domain import Party
wall, work = time.perf_counter(), time.process_time()
from callqa.techniques import load_model
from callqa.techniques.features import Instance
load_model(Path({models!r})).predict([Instance("您好", Party.agent)])
print(time.perf_counter() - wall, time.process_time() - work)
"""


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--models", type=Path, default=ROOT / "models")
    options.add_argument("--corpus", type=Path, default=ROOT / "samples" / "corpus")
    options.add_argument("--turns", type=int, default=20_000)
    chosen = options.parse_args()
    starts = []
    for _ in range(9):
        done = subprocess.run(
            [sys.executable, "-c", READY.format(models=str(chosen.models))],
            capture_output=True,
            text=True,
            check=True,
        )
        starts.append(tuple(float(part) for part in done.stdout.split()))
    wall, work = (median(part) for part in zip(*starts, strict=True))
    print(
        f"ready (imports, model, first turn; median of nine): {wall:.2f} s, of which processor {work:.2f} s"
    )
    from callqa.techniques import in_use, load_model, read_corpus, tag_calls

    folder = in_use(chosen.models)
    size = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
    print(f"size on disk: {size:.1f} MB")
    model = load_model(folder)
    transcripts = spoken(read_corpus([chosen.corpus]).rows, chosen.turns)
    turns = sum(len(transcript.turns) for transcript in transcripts)
    at = datetime(2026, 11, 20, tzinfo=UTC)
    start = time.process_time()
    readings = tag_calls(transcripts, model, at=at)
    batch = time.process_time() - start
    tags = sum(len(reading.tags) for reading in readings)
    print(
        f"tagging with explanations, stages, moments: {turns / batch:,.0f} turns/s ({turns} turns, {tags} tags)"
    )
    from callqa.techniques.tag import instances_of

    start = time.process_time()
    for first in range(0, len(transcripts), 100):
        some = transcripts[first : first + 100]
        model.predict([one for transcript in some for one in instances_of(transcript)])
    print(f"probabilities alone: {turns / (time.process_time() - start):,.0f} turns/s")


def spoken(rows, at_least):
    """Transcripts from corpus rows, dialogue by dialogue; repeated with a mark of their own until enough turns."""
    from callqa.domain import Provenance, Span, Transcript, Turn, Word

    dialogues = {}
    for row in rows:
        dialogues.setdefault(row.dialogue, []).append(row)
    provenance = Provenance(step="bench", version="1", at=datetime(2026, 11, 20, tzinfo=UTC))
    made, count, round_ = [], 0, 0
    while count < at_least:
        for name, lines in dialogues.items():
            turns, clock = [], 0
            for index, row in enumerate(lines):
                # a repeated dialogue differs by one word, so that nothing kept from the first round answers for it
                text = row.text + "嗯啊哦呢嘛吧"[round_ % 6] * (round_ > 0)
                words = tuple(
                    Word(
                        text=character,
                        span=Span(start=clock + 180 * n, end=clock + 180 * n + 180),
                        confidence=0.9,
                    )
                    for n, character in enumerate(text)
                )
                clock = words[-1].span.end + 200
                turns.append(Turn(index=index, party=row.party, text=text, words=words))
            made.append(
                Transcript(
                    call_id=f"{name}-{round_}", language="zh", turns=tuple(turns), provenance=provenance
                )
            )
            count += len(turns)
        round_ += 1
    return made


if __name__ == "__main__":
    main()
