"""The demo recogniser from nothing to its card: ``prepare`` → ``train`` → ``export`` → ``measure`` → ``card``.

    python -m venv trainenv && trainenv/bin/pip install -r scripts/asr_demo/requirements.txt
    trainenv/bin/python scripts/train_asr_demo.py all --work build/asr-demo

Everything it hears is made by ``scripts/synthesis``: no recording and no text of a person is used.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models" / "asr-demo"
TEST_SENTENCES = ROOT / "samples" / "asr-test" / "sentences.txt"
DIALOGUES = ROOT / "samples" / "dialogues"


def reserved_texts() -> frozenset[str]:
    """Sentences that are never trained on besides the hash rule: the test set and the sample calls."""
    from synthesis.telesales_text import read_reserved

    files = [TEST_SENTENCES, *sorted(DIALOGUES.glob("*.txt"))]
    return read_reserved(path for path in files if path.exists())


def run_train(arguments: argparse.Namespace) -> None:
    from asr_demo.training import Schedule, train

    given = {
        name: getattr(arguments, name)
        for name in ("batches", "precision", "learning_rate")
        if getattr(arguments, name)
    }
    train(
        schedule=Schedule(**given),
        work=arguments.work,
        reserved=reserved_texts(),
        threads=arguments.threads,
        resume=arguments.resume,
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(required=True)
    verb = verbs.add_parser("train")
    verb.add_argument("--work", type=Path, default=ROOT / "build" / "asr-demo")
    verb.add_argument("--threads", type=int, default=3)
    verb.add_argument("--batches", type=int)
    verb.add_argument("--precision", choices=["bfloat16", "float32"])
    verb.add_argument("--learning-rate", type=float)
    verb.add_argument("--resume", action="store_true")
    verb.set_defaults(run=run_train)
    arguments = parser.parse_args()
    arguments.run(arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
