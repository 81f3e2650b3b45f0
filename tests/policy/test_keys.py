"""Keys that editors offer."""

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
