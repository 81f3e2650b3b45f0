"""The demo recogniser from nothing to its card.

    python -m venv trainenv && trainenv/bin/pip install -r scripts/asr_demo/requirements.txt
    trainenv/bin/python scripts/train_asr_demo.py train      # hours; --resume goes on after an interruption
    trainenv/bin/python scripts/train_asr_demo.py export     # models/asr-demo, int8
    trainenv/bin/python scripts/train_asr_demo.py card       # measures, and writes models/asr-demo/card.yaml
    .venv/bin/python scripts/train_asr_demo.py measure       # the figures alone; needs no torch
    .venv/bin/python scripts/train_asr_demo.py overlap       # what was spoken for training against test set and samples

Everything it hears is made by ``scripts/synthesis``: no recording of a person is used.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asr_demo.measure import Figures

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models" / "asr-demo"
TEST_SENTENCES = ROOT / "samples" / "asr-test" / "sentences.txt"
DIALOGUES = ROOT / "samples" / "dialogues"
CORPUS = ROOT / "samples" / "corpus"
LONGEST_WINDOW = 30.0
CHUNK_SECONDS = 12
"""Longest window of the shipped model; longer ones cost it clauses."""
PROMPT = "禾悦康家，禾悦足疗仪，禾悦颈椎枕，艾草贴，保温杯。"


PHASES = [
    "0-14 %: clips of up to 4.2 s; 14-30 %: single utterances of up to 10 s",
    "30-45 %: windows of 7-16 s join; 45-60 %: half of the windows 17-30 s; 60-76 %: two thirds of them",
    "76-100 %: two thirds are windows of 9-15 s, as long as the shipped model's",
    "a long window holds several voices, levels and telephone lines, as packed speech does",
    "texts: half domain, half random words, digits, names and addresses; from 60 % mostly domain",
    "from 85 % half of the texts are clauses of the hand-written dialogues in samples/corpus",
    "learning rate constant to 30 %, then cosine to a hundredth; scheduled sampling from 50 %",
]


def reserved_texts() -> frozenset[str]:
    """Sentences that are never trained on besides the hash rule: the test set and the sample calls."""
    from synthesis.telesales_text import read_reserved

    files = [TEST_SENTENCES, *sorted(DIALOGUES.glob("*.txt"))]
    return read_reserved(path for path in files if path.exists())


def run_sentences(_: argparse.Namespace) -> int:
    from asr_demo.testset import write_sentences

    write_sentences(TEST_SENTENCES)
    return 0


def run_train(arguments: argparse.Namespace) -> int:
    from asr_demo.training import Schedule, train

    given = {name: getattr(arguments, name) for name in ("batches", "precision", "learning_rate")}
    train(
        schedule=Schedule(**{name: value for name, value in given.items() if value is not None}),
        work=arguments.work,
        reserved=reserved_texts(),
        corpus=CORPUS,
        threads=arguments.threads,
        resume=arguments.resume,
    )
    return 0


def run_export(arguments: argparse.Namespace) -> int:
    from asr_demo.export import export

    export(arguments.work / "final.pt", arguments.model, chunk_seconds=arguments.chunk_seconds)
    return 0


def measured(model: Path, *, threads: int) -> dict[str, Figures]:
    """Figures on the test set: each sentence alone, packed into windows as long as the model is for, and those with hot
    words as prompt; where the model is for shorter windows, also packed into 30 s, to show what that costs.
    """
    from asr_demo.measure import DemoRecogniser, measure, packed_windows, single_windows
    from asr_demo.testset import read_sentences, speak

    clips = speak(read_sentences(TEST_SENTENCES))
    recogniser = DemoRecogniser(model, threads=threads)
    packed = packed_windows(clips, longest=recogniser.window_seconds)
    figures = {
        "single": measure(recogniser, single_windows(clips)),
        "packed": measure(recogniser, packed),
        "packed_prompted": measure(recogniser, packed, prompt=PROMPT),
    }
    if recogniser.window_seconds < LONGEST_WINDOW:
        figures["packed_30_s"] = measure(recogniser, packed_windows(clips, longest=LONGEST_WINDOW))
    return figures


def run_measure(arguments: argparse.Namespace) -> int:
    for name, figures in measured(arguments.model, threads=arguments.threads).items():
        print(figures.lines(name))
    return 0


def run_overlap(arguments: argparse.Namespace) -> int:
    """Lists sentences of the test set and of the sample calls that were spoken for training; exit status 1 for the first."""
    from asr_demo.testset import read_sentences
    from synthesis.telesales_text import normalise

    spoken = set((arguments.work / "texts.txt").read_text(encoding="utf-8").split())
    seen = [text for text in read_sentences(TEST_SENTENCES) if normalise(text) in spoken]
    in_calls = sorted(reserved_texts() & spoken)
    print(
        f"{len(spoken)} texts were spoken for training; {len(seen)} of the test set: {'；'.join(seen) or '无'}"
    )
    print(f"{len(in_calls)} reserved texts of test set and sample calls: {'；'.join(in_calls) or '无'}")
    return int(bool(seen))


def run_card(arguments: argparse.Namespace) -> int:
    import torch

    from asr_demo.card import EndToEnd, Training, write_card

    state = torch.load(arguments.work / "final.pt", weights_only=True)
    figures = measured(arguments.model, threads=arguments.threads)
    training = Training(
        shape=state["shape"],
        schedule=state["schedule"],
        resumed=_runs(arguments.work / "log.jsonl"),
        batches=state["batch"],
        minutes=state["seconds"] / 60,
        audio_hours=state["audio_seconds"] / 3600,
        texts=len(set((arguments.work / "texts.txt").read_text(encoding="utf-8").split())),
        machine=f"{_processor()}, {arguments.threads} threads for training and one process that speaks",
        phases=PHASES,
    )
    write_card(
        arguments.model,
        training=training,
        figures=figures,
        command="python scripts/train_asr_demo.py measure",
        end_to_end=EndToEnd(rate=arguments.sample_calls_rate, near=arguments.sample_calls_near),
    )
    for name, figure in figures.items():
        print(figure.lines(name))
    return 0


def _runs(log: Path) -> list[str]:
    """Which batches were trained on a schedule of what length; more than one line where training was resumed."""
    entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    return [
        f"from batch {e['from']} on a schedule of {e['schedule']['batches']}" for e in entries if "from" in e
    ]


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(required=True, metavar="sentences|train|export|measure|overlap|card")
    for name, run in (
        ("sentences", run_sentences),
        ("train", run_train),
        ("export", run_export),
        ("measure", run_measure),
        ("overlap", run_overlap),
        ("card", run_card),
    ):
        verb = verbs.add_parser(name)
        verb.add_argument(
            "--work", type=Path, default=ROOT / "build" / "asr-demo", help="checkpoints and logs"
        )
        verb.add_argument("--model", type=Path, default=MODEL, help="folder of the exported model")
        verb.add_argument("--threads", type=int, default=3)
        if name == "export":
            verb.add_argument(
                "--chunk-seconds", type=int, default=CHUNK_SECONDS, help="window the model is for"
            )
        if name == "card":
            verb.add_argument(
                "--sample-calls-rate", type=float, help="CER that callqa evaluate printed for the samples"
            )
            verb.add_argument(
                "--sample-calls-near", type=float, help="share of word starts within 300 ms, likewise"
            )
        if name == "train":
            verb.add_argument("--batches", type=int)
            verb.add_argument("--precision", choices=["bfloat16", "float32"])
            verb.add_argument("--learning-rate", type=float)
            verb.add_argument("--resume", action="store_true")
        verb.set_defaults(run=run)
    arguments = parser.parse_args()
    try:
        return int(arguments.run(arguments))
    except ModuleNotFoundError as missing:
        if missing.name in {"torch", "transformers", "tokenizers", "yaml"}:
            print(
                f"这一步需要 {missing.name}：另建一个虚拟环境，pip install -r scripts/asr_demo/requirements.txt。",
                file=sys.stderr,
            )
            return 2
        raise


if __name__ == "__main__":
    sys.exit(main())
