"""What keyword search makes of the same policy: the same wordings, found only as the very characters.

Phrases are looked for with ``in``. Beside them, where asked for, patterns as regular expressions of the same words, lists
and gaps, which is more than most keyword products offer. No sound, no fillers, no negation, no doubt.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from callqa.domain import Party, Transcript
from callqa.policy import Policy
from callqa.policy.rules import AllOf, AnyOf, Condition, Not
from callqa.policy.rules.operators import Pattern, Phrase, parse_pattern
from callqa.policy.script import Script, Step

_NUMBER = "[零〇一二两三四五六七八九十百千万幺0-9]+"
_PUNCTUATION = re.compile(r"[，。！？；：、,.!?;:—…\s]")


def steps_said(script: Script, transcript: Transcript, *, patterns: bool = False) -> frozenset[str]:
    """Ids of the steps of which a wording or the standard line stands in a turn of the step's party.

    Args:
        script: Steps to look for.
        transcript: Where.
        patterns: Look for the steps' patterns too, as regular expressions.
    """
    return frozenset(
        step.id for step in script.steps if _said(step, _lines(transcript, step.party), patterns=patterns)
    )


def rules_broken(policy: Policy, transcript: Transcript, *, patterns: bool = False) -> frozenset[str]:
    """Ids of the rules whose wordings were found; rules that listen for no words are never broken.

    Args:
        policy: Its rules are looked for.
        transcript: Where.
        patterns: Look for the rules' patterns too, as regular expressions.
    """
    return frozenset(
        rule.id
        for rule in policy.rules.rules
        if rule.broken is not None and _holds(rule.broken, transcript, patterns=patterns)
    )


def _said(step: Step, lines: list[str], *, patterns: bool) -> bool:
    words = [wording.text for wording in step.wordings] + ([step.line] if step.line else [])
    return _any_in(words, lines) or (patterns and _any_matches(step.patterns, lines))


def _holds(condition: Condition, transcript: Transcript, *, patterns: bool) -> bool:
    match condition:
        case AnyOf():
            return any(_holds(part, transcript, patterns=patterns) for part in condition.any)
        case AllOf():
            return all(_holds(part, transcript, patterns=patterns) for part in condition.all)
        case Not():
            return not _holds(condition.not_, transcript, patterns=patterns)
        case Phrase():
            return _any_in([word.text for word in condition.words], _lines(transcript, condition.party))
        case Pattern() if patterns:
            return _any_matches(condition.patterns, _lines(transcript, condition.party))
        case _:
            return False


def _lines(transcript: Transcript, party: Party | None) -> list[str]:
    return [
        _PUNCTUATION.sub("", turn.text) for turn in transcript.turns if party is None or turn.party is party
    ]


def _any_in(words: Iterable[str], lines: list[str]) -> bool:
    plain = [_PUNCTUATION.sub("", word) for word in words]
    return any(word in line for word in plain for line in lines)


def _any_matches(patterns: Iterable[str], lines: list[str]) -> bool:
    compiled = [_expression(pattern) for pattern in patterns]
    return any(expression.search(line) for expression in compiled for line in lines)


@lru_cache(maxsize=4096)
def _expression(pattern: str) -> re.Pattern[str]:
    written = ""
    for part in parse_pattern(pattern):
        if part[0] == "gap":
            written += f".{{0,{part[1]}}}?"
        elif part[0] == "words":
            written += "(?:" + "|".join(map(re.escape, part[1])) + ")"
        else:
            written += _NUMBER
    return re.compile(written)
