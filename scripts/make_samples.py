"""Make the sample calls: written dialogues (samples/dialogues) → recordings, manifest and ground truth.

    python scripts/make_samples.py                     # samples/recordings, samples/calls.csv, samples/truth
    python scripts/make_samples.py --copies 10 --to x  # many sample-like calls elsewhere, for benches
    python scripts/make_samples.py --expected          # listens to the sample calls and rewrites samples/expected.json

Voices are espeak-ng's Mandarin (synthetic, nobody's), one per party and channel; the line is a
telephone's: 8 kHz, level differences, noise, A-law. The same seed and library versions give the same files, byte for byte.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

sys.path.insert(0, str(Path(__file__).resolve().parent))

from callqa.domain import LabelledCall, LabelledTurn, Party, parse_dialogue
from synthesis import PITCHES, SAMPLE_RATE, SPEEDS, synthesise, telephone

ROOT = Path(__file__).resolve().parents[1]
DIALOGUES = ROOT / "samples" / "dialogues"

# What a centre's recorder might write; small enough for a repository. (container suffix, libsndfile subtype)
FORMATS = (("wav", "ALAW"), ("wav", "IMA_ADPCM"), ("wav", "ULAW"), ("wav", "IMA_ADPCM"))
LEADING_SECONDS = 0.6
TRAILING_SECONDS = 0.8
BLEED_DB = -32.0

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Spoken:
    """One turn on the time line; times in seconds from the start of the recording."""

    turn: LabelledTurn
    start: float
    samples: Samples
    times: tuple[tuple[float, float], ...]

    @property
    def end(self) -> float:
        return self.start + len(self.samples) / SAMPLE_RATE


def speak(call: LabelledCall, *, seed: int) -> list[Spoken]:
    """Lay the dialogue out in time: each party's voice, pauses, talk-over, tempo turn by turn."""
    rng = np.random.default_rng(seed)
    voices = dict(zip((Party.agent, Party.customer), call.header["voices"].split(), strict=True))
    speeds = {party: int(rng.integers(SPEEDS[0] + 8, SPEEDS[1] - 8)) for party in voices}
    pitches = {party: int(rng.integers(PITCHES[0] + 4, PITCHES[1] - 4)) for party in voices}
    spoken: list[Spoken] = []
    clock = LEADING_SECONDS
    for turn in call.turns:
        tempo = int(np.clip(speeds[turn.party] + rng.integers(-6, 7), *SPEEDS))
        pitch = int(np.clip(pitches[turn.party] + rng.integers(-3, 4), *PITCHES))
        utterance = synthesise(turn.text, voice=voices[turn.party], speed=tempo, pitch=pitch)
        gap = float(rng.uniform(0.35, 0.85)) if spoken else 0.0
        start = clock - turn.overlap if turn.overlap else clock + gap + turn.pause
        spoken.append(Spoken(turn=turn, start=start, samples=utterance.samples, times=utterance.times))
        clock = spoken[-1].end
    return spoken


def mix(spoken: list[Spoken], *, agent_channel: int, bleed: bool, seed: int) -> Samples:
    """Two telephone channels, shape (n, 2), float32, 8 kHz."""
    rng = np.random.default_rng(seed + 1)
    length = int((max(one.end for one in spoken) + TRAILING_SECONDS) * SAMPLE_RATE)
    dry = np.zeros((length, 2), np.float32)
    for one in spoken:
        channel = agent_channel if one.turn.party is Party.agent else 1 - agent_channel
        begin = int(one.start * SAMPLE_RATE)
        dry[begin : begin + len(one.samples), channel] += one.samples
    wet = dry + (10 ** (BLEED_DB / 20)) * dry[:, ::-1] if bleed else dry
    lines = [
        telephone(
            np.ascontiguousarray(wet[:, channel]),
            rng=rng,
            gain_db=float(rng.uniform(-9.0, 0.0)),
            noise_db=float(rng.uniform(24.0, 38.0)),
            codec="alaw",
        )
        for channel in (0, 1)
    ]
    return np.stack(lines, axis=1)


def truth(call: LabelledCall, spoken: list[Spoken]) -> dict[str, object]:
    """Who says what when, character by character, with all labels; times in milliseconds."""
    turns = []
    for one in spoken:
        times = [
            None if begin < 0 else [round((one.start + begin) * 1000), round((one.start + end) * 1000)]
            for begin, end in one.times
        ]
        turns.append(
            {
                "party": one.turn.party.value,
                "text": one.turn.text,
                "start": round(one.start * 1000),
                "end": round(one.end * 1000),
                "labels": list(one.turn.labels),
                "marks": [mark.model_dump() for mark in one.turn.marks],
                "characters": times,
            }
        )
    return {"header": call.header, "turns": turns}


def make(target: Path, *, copies: int, seed: int, only: Collection[str] = (), quiet: bool = False) -> None:
    """Write ``recordings/``, ``truth/`` and ``calls.csv`` below ``target``; of all dialogues, or those named."""
    recordings, truths = target / "recordings", target / "truth"
    recordings.mkdir(parents=True, exist_ok=True)
    truths.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, str]] = []
    for copy in range(copies):
        for number, path in enumerate(sorted(DIALOGUES.glob("C*.txt"))):
            if only and path.stem not in only:
                continue
            call = parse_dialogue(path.read_text(encoding="utf-8"), name=path.name)
            name = call.id if copy == 0 else f"{call.id}-{copy}"
            call_seed = zlib.crc32(f"{seed}/{name}".encode())
            spoken = speak(call, seed=call_seed)
            agent_channel = int(call.header.get("agent_channel", "0"))
            bleed = call.header.get("bleed", "") == "是"
            suffix, subtype = FORMATS[number % len(FORMATS)]
            file = recordings / f"{name}.{suffix}"
            sound = mix(spoken, agent_channel=agent_channel, bleed=bleed, seed=call_seed)
            soundfile.write(file, sound, SAMPLE_RATE, subtype=subtype)
            (truths / f"{name}.json").write_text(
                json.dumps(truth(call, spoken), ensure_ascii=False, separators=(",", ":")) + "\n",
                encoding="utf-8",
            )
            rows.append(manifest_row(call, name=name, file=file, agent_channel=agent_channel))
            if not quiet:
                print(
                    f"{file.name:16s} {len(sound) / SAMPLE_RATE:6.1f} s  {file.stat().st_size / 1e6:5.2f} MB  {subtype}"
                )
    with (target / "calls.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def manifest_row(call: LabelledCall, *, name: str, file: Path, agent_channel: int) -> dict[str, str]:
    """One line of the manifest; Excel opens it as it is."""
    header = call.header
    return {
        "call_id": name,
        "file": file.name,
        "agent": header["agent"],
        "group": header["group"],
        "started_at": header["started_at"],
        "direction": header["direction"],
        "product": header["product"],
        "campaign": header.get("campaign", ""),
        "region": header.get("region", ""),
        "queue": header.get("queue", ""),
        "ordered": header.get("ordered", ""),
        "amount": header.get("amount", ""),
        "cross_sold": header.get("cross_sold", ""),
        "signed_for": header.get("signed_for", ""),
        "channels": "agent,customer" if agent_channel == 0 else "customer,agent",
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--to", type=Path, default=ROOT / "samples", help="folder to write into")
    parser.add_argument("--copies", type=int, default=1, help="how often each dialogue is spoken")
    parser.add_argument("--seed", type=int, default=20261120)
    parser.add_argument(
        "--only",
        nargs="+",
        default=(),
        metavar="ID",
        help="of these dialogues alone (later ones sound a little otherwise than among all: the voice has a memory)",
    )
    parser.add_argument(
        "--expected",
        action="store_true",
        help="make no sound: rewrite samples/expected.json, tell what changed",
    )
    arguments = parser.parse_args()
    if arguments.expected:
        from sample_results import rewrite

        print("\n".join(rewrite()) or "samples/expected.json is as it was")
        return
    make(arguments.to, copies=arguments.copies, seed=arguments.seed, only=arguments.only)


if __name__ == "__main__":
    main()
