"""The figures that the docstring of ``callqa.privacy.find`` states."""

import re
from pathlib import Path

import pytest

from callqa.domain.labelled import LabelledCall, parse_dialogue
from callqa.policy.privacy import PrivacyPolicy
from callqa.privacy import find_personal_data
from tests.privacy.dialogue import Tally, read, transcript_of

HERE = Path(__file__).parent
POLICY = PrivacyPolicy(company_numbers=("4008001280", "055162800000"))


def measured(folders: tuple[str, ...], *, punctuation: bool = True) -> tuple[Tally, list[str]]:
    tally, told = Tally(), []
    for path in sorted(path for folder in folders for path in (HERE / folder).glob("*.txt")):
        call: LabelledCall = read(path)[0]
        if not punctuation:
            lines = path.read_text(encoding="utf-8").splitlines()
            bare = [line if line.startswith("#") else re.sub("[，。！？、]", "", line) for line in lines]
            call = parse_dialogue("\n".join(bare))
        told += tally.add(call, find_personal_data(transcript_of(call), POLICY))
    return tally, told


@pytest.mark.parametrize(
    ("folders", "punctuation", "pieces", "recall", "precision"),
    [
        (("dialogues",), True, 108, 0.98, 0.98),
        (("blind",), True, 23, 0.9, 0.95),
        (("dialogues", "blind"), False, 131, 0.97, 0.97),
    ],
)
def test_precision_and_recall(
    folders: tuple[str, ...], punctuation: bool, pieces: int, recall: float, precision: float
) -> None:
    tally, told = measured(folders, punctuation=punctuation)
    assert tally.hit + tally.missed == pieces
    assert tally.recall >= recall, told
    assert tally.precision >= precision, told


@pytest.mark.parametrize(
    ("products", "recall", "precision"),
    [(("kangshu", "antu", "qingyuan"), 0.95, 0.95), (("liangjing", "lejia", "yuedu"), 0.78, 0.92)],
)
def test_on_other_authors_dialogues(products: tuple[str, ...], recall: float, precision: float) -> None:
    folder = HERE.parents[1] / "samples" / "labelled"
    tally, told = Tally(), []
    for path in sorted(path for product in products for path in folder.glob(f"L-{product}-*.txt")):
        call, transcript = read(path)
        told += tally.add(call, find_personal_data(transcript, POLICY))
    assert tally.hit > 40
    assert tally.recall >= recall
    assert tally.precision >= precision


def test_the_samples_dialogues_are_masked_whole() -> None:
    folder = HERE.parents[1] / "samples" / "dialogues"
    tally, told = Tally(), []
    for path in sorted(folder.glob("*.txt")):
        call, transcript = read(path)
        told += tally.add(call, find_personal_data(transcript, POLICY))
    assert tally.hit >= 15
    assert told == []
