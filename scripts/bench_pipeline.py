"""The whole pipeline beside the loop people write today, on the same calls and the same model, in one run.

    python scripts/bench_pipeline.py                    # 108 sample-like calls, 3 rounds, medians and ratio
    python scripts/bench_pipeline.py --growth           # memory from 100 to 1,000 calls
    python scripts/bench_pipeline.py --workers 2        # on 2 cores: also taskset -c 0,1

Ours: ``Centre.score`` as the command line calls it: intake done, worker processes, database and all, model loading included.
The loop: faster-whisper's ``WhisperModel.transcribe`` per channel per file with all cores, its own VAD, word times, the same
beam, then the same text stages. Both start cold in a process of their own. "Above bare recognition" is the time that is
neither decoding the audio nor the recogniser.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

ROOT = Path(__file__).resolve().parents[1]
PAGE = os.sysconf("SC_PAGE_SIZE")


def tree_memory(root: int) -> int:
    """Resident bytes of a process and all below it (shared pages counted once per process)."""
    parents: dict[int, int] = {}
    resident: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                resident[int(entry.name)] = int((entry / "statm").read_text().split()[1]) * PAGE
            except (OSError, IndexError):
                continue
            parents[int(entry.name)] = int(stat[1])
    family = {root}
    grown = True
    while grown:
        below = {child for child, parent in parents.items() if parent in family}
        grown = not below <= family
        family |= below
    return sum(resident.get(one, 0) for one in family)


class MemoryWatch(threading.Thread):
    """Samples the memory of this process tree every 200 ms."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.samples: list[tuple[float, int]] = []
        self._stop_asked = threading.Event()

    def run(self) -> None:
        while not self._stop_asked.wait(0.2):
            self.samples.append((time.monotonic(), tree_memory(os.getpid())))

    def stop(self) -> int:
        self._stop_asked.set()
        self.join()
        return max((size for _, size in self.samples), default=0)


def ours(folder: Path, workers: int) -> dict[str, object]:
    """Score a folder with callqa; returns figures."""
    from callqa.bootstrap import Centre
    from callqa.intake import read_calls
    from callqa.settings import Settings

    watch = MemoryWatch()
    watch.start()
    with tempfile.TemporaryDirectory() as data:
        centre = Centre(Settings(data=Path(data), workers=workers))
        found = read_calls(folder / "recordings", manifest=folder / "calls.csv")
        run = centre.run("score", source=str(folder))
        at: list[tuple[int, float]] = []
        started = time.monotonic()
        tally = centre.score(
            found.calls, run=run, report=lambda tally, _: at.append((tally.finished, time.monotonic()))
        )
        seconds = time.monotonic() - started
        results, failed = centre.run_results(run.id)
        stages: dict[str, float] = {}
        for one in results:
            for stage, spent in one.masked.seconds.items():
                stages[stage] = stages.get(stage, 0.0) + spent
    peak = watch.stop()
    growth = {}
    for finished in (100, 500, 1000):
        moment = next((when for count, when in at if count >= finished), None)
        if moment is not None:
            near = [size for when, size in watch.samples if abs(when - moment) < 3]
            growth[str(finished)] = max(near, default=0)
    return {
        "calls": tally.finished,
        "failed": len(failed),
        "audio": tally.audio_ms / 1000,
        "seconds": seconds,
        "stages": stages,
        "peak": peak,
        "growth": growth,
    }


def loop(folder: Path, workers: int) -> dict[str, object]:
    """What people write today; ``workers`` are its CPU threads."""
    from faster_whisper import WhisperModel, decode_audio

    from callqa.bootstrap import Centre
    from callqa.domain import Party, Provenance, Span, Transcript, Word
    from callqa.engine.process import read_transcript
    from callqa.intake import read_calls
    from callqa.settings import Settings
    from callqa.transcript.turns import turns_of

    watch = MemoryWatch()
    watch.start()
    with tempfile.TemporaryDirectory() as data:
        centre = Centre(Settings(data=Path(data)))
        found = read_calls(folder / "recordings", manifest=folder / "calls.csv")
        tools = centre.tools(listening=False)
        stages = {"audio": 0.0, "transcript": 0.0, "text": 0.0}
        audio = 0.0
        started = time.monotonic()
        tools.load()
        model = WhisperModel(
            str(ROOT / "models" / "asr-demo"), device="cpu", compute_type="int8", cpu_threads=workers
        )
        for incoming in found.calls:
            mark = time.monotonic()
            channels = decode_audio(str(incoming.path), split_stereo=True)
            stages["audio"] += time.monotonic() - mark
            mark = time.monotonic()
            said: dict[Party, list[Word]] = {}
            for party, samples in zip(incoming.facts.parties, channels, strict=True):
                segments, _ = model.transcribe(
                    samples,
                    language="zh",
                    beam_size=5,
                    temperature=0.0,
                    vad_filter=True,
                    word_timestamps=True,
                    condition_on_previous_text=False,
                )
                for segment in segments:
                    for word in segment.words or ():
                        start = max(0, round(word.start * 1000))
                        span = Span(start=start, end=max(start + 1, round(word.end * 1000)))
                        said.setdefault(party, []).append(
                            Word(text=word.word, span=span, confidence=min(1.0, word.probability))
                        )
            stages["transcript"] += time.monotonic() - mark
            mark = time.monotonic()
            now = datetime.now(UTC)
            transcript = Transcript(
                call_id=incoming.facts.id,
                language="zh",
                turns=turns_of(
                    {party: sorted(words, key=lambda w: w.span.start) for party, words in said.items()}
                ),
                provenance=Provenance(step="loop", version="1", at=now),
            )
            duration = len(channels[0]) * 1000 // 16_000
            read_transcript(incoming, transcript, tools, duration=duration, at=now)
            stages["text"] += time.monotonic() - mark
            audio += duration / 1000
        seconds = time.monotonic() - started
    return {
        "calls": len(found.calls),
        "audio": audio,
        "seconds": seconds,
        "stages": stages,
        "peak": watch.stop(),
    }


def measured(kind: str, folder: Path, workers: int) -> dict[str, object]:
    """One side, in a fresh process."""
    command = [sys.executable, __file__, "--side", kind, "--folder", str(folder), "--workers", str(workers)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return result


def show(name: str, figures: dict[str, object]) -> None:
    seconds, audio, calls = float(figures["seconds"]), float(figures["audio"]), int(figures["calls"])  # type: ignore[arg-type]
    peak = int(figures["peak"]) / 1e6  # type: ignore[call-overload]
    print(
        f"{name:8s} {calls:5d} 通 {audio / 60:6.1f} 分钟录音  {seconds:6.1f} s  {audio / seconds:6.1f} × 实时"
        f"  {calls / seconds:5.2f} 通/s  内存峰值 {peak:6.0f} MB"
    )


def shares(figures: dict[str, object]) -> dict[str, float]:
    stages: dict[str, float] = figures["stages"]  # type: ignore[assignment]
    total = sum(stages.values())
    return {stage: spent / total for stage, spent in stages.items()}


def compare(copies: int, rounds: int, workers: int) -> None:
    """Both sides, round by round in turn."""
    from make_samples import make

    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        make(folder, copies=copies, seed=7, quiet=True)
        ratios: list[float] = []
        others: list[float] = []
        for number in range(1, rounds + 1):
            mine, theirs = measured("ours", folder, workers), measured("loop", folder, workers)
            show(f"callqa {number}", mine)
            show(f"循环   {number}", theirs)
            ratios.append(float(theirs["seconds"]) / float(mine["seconds"]))  # type: ignore[arg-type]
            part = shares(mine)
            others.append(1 - part["audio"] - part["transcript"])
            print(
                f"  吞吐量之比 {ratios[-1]:.2f}  各步占比 "
                + "  ".join(f"{k} {v:.1%}" for k, v in part.items())
            )
    print(
        f"中位数（{rounds} 轮，{workers} 个工作进程 / 线程，{os.cpu_count()} 核）："
        f"吞吐量是循环的 {statistics.median(ratios):.2f} 倍；解码和识别以外占 {statistics.median(others):.1%}"
    )


def grow(workers: int, calls: int) -> None:
    """Memory over a thousand calls: the sample recordings under new hashes."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "recordings").mkdir()
        originals = sorted((ROOT / "samples" / "recordings").glob("*.wav"))
        lines = (ROOT / "samples" / "calls.csv").read_text(encoding="utf-8-sig").splitlines()
        rows = {line.split(",")[1]: line for line in lines[1:]}
        manifest = [lines[0]]
        for number in range(calls):
            original = originals[number % len(originals)]
            name = f"{original.stem}-{number}.wav"
            shutil.copy(original, folder / "recordings" / name)
            with (folder / "recordings" / name).open("ab") as stream:
                stream.write(f"{number:08d}".encode())  # after the last chunk: other hash, same sound
            row = rows[original.name].split(",")
            manifest.append(",".join([f"{original.stem}-{number}", name, *row[2:]]))
        (folder / "calls.csv").write_text("\n".join(manifest) + "\n", encoding="utf-8")
        figures = measured("ours", folder, workers)
        show("callqa", figures)
        growth: dict[str, int] = figures["growth"]  # type: ignore[assignment]
        print(
            "内存（驱动进程和全部工作进程之和）："
            + "  ".join(f"{n} 通 {size / 1e6:.0f} MB" for n, size in growth.items())
        )


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--copies", type=int, default=9, help="times the twelve dialogues are spoken")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--growth", action="store_true", help="memory from 100 to 1,000 calls")
    parser.add_argument("--calls", type=int, default=1000, help="calls for --growth")
    parser.add_argument("--side", choices=["ours", "loop"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.side:
        side = ours if arguments.side == "ours" else loop
        print(json.dumps(side(arguments.folder, arguments.workers)))
    elif arguments.growth:
        grow(arguments.workers, arguments.calls)
    else:
        compare(arguments.copies, arguments.rounds, arguments.workers)


if __name__ == "__main__":
    main()
