"""What is written for people is true: the README's commands, links and words, and the settings that `callqa init` writes."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

import callqa.domain
import callqa.policy.rubric
import callqa.policy.rules
import callqa.policy.script
import callqa.review.agreement
from callqa import policy
from callqa.cli.app import app
from callqa.cli.start import SETTINGS
from callqa.domain import Finding, Noun, ScoreLine, Verdict
from callqa.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
VERBS: Any = typer.main.get_command(app)


def commented_settings() -> str:
    """The settings file with every commented example switched on."""
    return re.sub(r"^# (\w+ = )", r"\1", SETTINGS, flags=re.MULTILINE)


def test_every_setting_is_in_the_file_that_init_writes() -> None:
    written = tomllib.loads(commented_settings())
    assert written.keys() == Settings.model_fields.keys()


def test_settings_file_is_accepted_as_written_and_with_every_example_on() -> None:
    for text in (SETTINGS, commented_settings()):
        Settings(**tomllib.loads(text))


def test_every_setting_says_what_it_is() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def commands() -> list[list[str]]:
    """Every ``callqa …`` in code of the README, word by word, comments left out."""
    blocks = re.findall(r"```[a-z]*\n(.*?)```", README, flags=re.DOTALL)
    inline = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", README)
    lines = [line for block in blocks for line in block.splitlines()] + inline
    found = [re.search(r"(?:^|&& |\$ )callqa (.+)", line.split("#")[0].strip()) for line in lines]
    return [one.group(1).split() for one in found if one]


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_commands_of_the_readme_exist(words: list[str]) -> None:
    command, options = VERBS, []
    for word in words:
        if word == "&&":
            break
        if word.startswith("-"):
            options.append(word.split("=")[0])
        elif hasattr(command, "commands"):
            assert word in command.commands, f"callqa has no {word!r}: {sorted(command.commands)}"
            command = command.commands[word]
    assert not hasattr(command, "commands"), "a group alone does nothing"
    known = {name for parameter in command.params for name in parameter.opts} | {"--help"}
    assert not set(options) - known


def test_the_readme_shows_the_main_verbs() -> None:
    assert {words[0] for words in commands()} >= {
        "init",
        "score",
        "show",
        "rescore",
        "export",
        "models",
        "policy",
    }


def test_links_of_the_readme_lead_somewhere() -> None:
    targets = re.findall(r"\]\(([^)#\s]+)\)", README)
    targets += re.findall(r"`((?:scripts|samples|models|tests|src|\.ci)/[\w./-]*)`", README)
    targets += [f"src/callqa/{one}" for one in re.findall(r"`((?!scripts/)[a-z_]+/[a-z_/]*\.py)`", README)]
    local = [one for one in targets if not re.match(r"[a-z]+:", one) and one != "models/"]
    assert local
    assert [one for one in local if not (ROOT / one).exists()] == []


def test_scripts_of_the_readme_can_be_run() -> None:
    scripts = set(re.findall(r"scripts/[\w.]+", README))
    assert {"scripts/demo", "scripts/test"} <= scripts
    for one in scripts:
        path = ROOT / one
        assert path.is_file(), one
        assert path.suffix == ".py" or path.stat().st_mode & 0o111, f"{one} is not executable"


def test_no_placeholder_is_left() -> None:
    assert re.findall(r"^@[A-Z_]+@$", README, flags=re.MULTILINE) == []


GLOSSARY: dict[str, object] = {
    "call": callqa.domain.Call,
    "recording": callqa.domain.Recording,
    "turn": callqa.domain.Turn,
    "party": callqa.domain.Party,
    "script": policy.script.ScriptBook,
    "step": callqa.domain.Subject.step,
    "rule": policy.rules.Rule,
    "finding": Finding,
    "evidence": callqa.domain.Evidence,
    "verdict `unsure`": Verdict.unsure,
    "technique": callqa.domain.TechniqueTag,
    "reaction": callqa.domain.Reaction,
    "moment": callqa.domain.Moment,
    "measure": callqa.domain.Measure,
    "rubric": policy.rubric.Rubric,
    "item": ScoreLine.model_fields["item"],
    "scorecard": callqa.domain.Scorecard,
    "policy": policy.Policy,
    "run": callqa.domain.Run,
    "fatal": callqa.domain.Scorecard.model_fields["fatal"],
    "review": callqa.domain.ReviewEvent,
    "appeal": callqa.domain.Appeal,
    "plan": callqa.domain.Plan,
    "assignment": callqa.domain.Assignment,
    "unit": callqa.domain.Unit,
    "post": callqa.domain.Post,
    "calibration": callqa.domain.CalibrationRound,
    "agreement": callqa.review.agreement,
    "coaching": callqa.domain.CoachingTask,
    "handover": callqa.domain.Handover,
}
"""Word of the glossary → what bears its name in the code."""


def glossary() -> set[str]:
    heading, table = re.search(r"(\| 英文 \|[^\n]*)\n((?:\|[^\n]*\n)+)", README).groups()  # type: ignore[union-attr]
    assert heading.count("|") == 4
    rows = [line.split("|")[1] for line in table.splitlines()[1:]]
    return {word.strip() for row in rows for word in row.split(",")}


def test_words_of_the_glossary_are_the_words_of_the_code() -> None:
    assert glossary() == GLOSSARY.keys()


def test_every_noun_tells_what_its_fields_mean() -> None:
    """The unit or meaning of a field stands beneath it: a reader of the data needs no other paper."""
    nouns = [one for one in vars(callqa.domain).values() if isinstance(one, type) and issubclass(one, Noun)]
    assert len(nouns) > 20
    silent = [
        f"{noun.__name__}.{name}"
        for noun in nouns
        for name, field in noun.model_fields.items()
        if name not in {"kind"} and not (field.description or _documented(noun, name))
    ]
    assert silent == []


def _documented(noun: type, name: str) -> bool:
    """A string stands right beneath the field, in the class or where it was inherited from."""
    import inspect

    for owner in noun.__mro__:
        if name in vars(owner).get("__annotations__", {}):
            return bool(
                re.search(
                    rf'^    {name}: .*?\n(?:    {name}.*\n)*?    """', inspect.getsource(owner), re.M | re.S
                )
            )
    return False
