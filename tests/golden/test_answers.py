"""The API still answers what the page's tests believe it answers."""

from pathlib import Path

import pytest

from callqa.domain import Entry
from tests.golden import answers as golden

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def answers(sample_entries: list[Entry], tmp_path_factory: pytest.TempPathFactory) -> golden.Answers:
    return golden.played(sample_entries, tmp_path_factory.mktemp("golden") / "centre")


def test_every_answer_has_its_file(answers: golden.Answers) -> None:
    assert {path.stem for path in golden.FOLDER.glob("*.json")} == answers.keys()


@pytest.mark.parametrize("path", sorted(golden.FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_answers_are_the_golden_ones(answers: golden.Answers, path: Path) -> None:
    assert golden.written(answers[path.stem]) == path.read_text(encoding="utf-8"), (
        "the API answers otherwise; if that is right: python -m tests.golden.answers"
    )
