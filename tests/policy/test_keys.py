"""Keys that editors offer."""

import re

from callqa.policy.key_notes import MEANINGS, NOTES
from callqa.policy.keys import keys_of_files
from callqa.policy.load import FILES, HEADER


def test_every_file_has_its_keys_and_those_of_what_stands_inside() -> None:
    files = keys_of_files()
    assert set(files) == {HEADER, *(f"{name}.yaml" for name in FILES)}
    header = {one.name: one for one in files[HEADER]}
    assert {"id", "version", "valid_from", "products"} <= set(header)
    rules = {one.name for one in files["rules.yaml"]}
    assert {"rules", "severity", "broken", "examples", "op", "words", "scope", "party"} <= rules
    assert "except" in rules  # written as its alias, not as Python names it
    assert "except_" not in rules


def test_choices_are_listed_and_names_are_chinese() -> None:
    rules = keys_of_files()["rules.yaml"]
    severity = next(one for one in rules if one.name == "severity")
    assert len(severity.values) > 1
    assert severity.title
    assert sum(bool(one.title) for one in rules) > len(rules) / 2


def test_a_key_of_a_model_stands_once() -> None:
    for keys in keys_of_files().values():
        named = [(one.within, one.name) for one in keys]
        assert len(named) == len(set(named))


def test_every_key_is_explained_in_chinese() -> None:
    for file, keys in keys_of_files().items():
        for key in keys:
            assert re.search(r"[\u4e00-\u9fff]", key.note), f"{file}: {key.within}.{key.name} has no note"
            plain = {"true", "false"} | {value for value in key.values if not value.isascii()}
            assert set(key.values) - plain == set(key.meanings), f"{key.within}.{key.name}"


def test_every_key_is_explained_in_english() -> None:
    for file, keys in keys_of_files().items():
        for key in keys:
            assert key.about, f"{file}: {key.within}.{key.name} has no English words"
            assert "``" not in key.about


def test_notes_speak_about_keys_that_there_are() -> None:
    keys = [one for keys in keys_of_files().values() for one in keys]
    known = {one.name for one in keys} | {f"{one.within}.{one.name}" for one in keys}
    assert set(NOTES) - known == set()
    assert set(MEANINGS) - known == set()


def test_each_key_says_what_may_stand_beneath_it() -> None:
    files = keys_of_files()
    assert {file: keys[0].within for file, keys in files.items()} == {
        "policy.yaml": "Header",
        "script.yaml": "ScriptBook",
        "rules.yaml": "RuleBook",
        "facts.yaml": "FactSheet",
        "techniques.yaml": "Techniques",
        "rubric.yaml": "Rubric",
        "privacy.yaml": "PrivacyPolicy",
    }
    rules = {(one.within, one.name): one for one in files["rules.yaml"]}
    assert rules["RuleBook", "rules"].inner == ("Rule",)
    assert {"AllOf", "AnyOf", "Not", "Sum", "Phrase", "Silence"} <= set(rules["Rule", "broken"].inner)
    assert rules["AllOf", "all"].inner == rules["Rule", "broken"].inner
    assert rules["Rule", "examples"].inner == ("Examples",)
    assert rules["Rule", "title"].inner == ()
    named = {(one.within, one.name) for one in files["rules.yaml"] if one.named}
    assert named == {("Rule", "conditions"), ("RuleBook", "word_classes")}
    assert rules["Rule", "conditions"].inner == rules["Rule", "broken"].inner
    # what stands beneath a key is itself told
    for keys in files.values():
        models = {one.within for one in keys}
        assert {name for one in keys for name in one.inner} <= models
