"""Small policies and written dialogues, judged: what the tests of this room are written in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from callqa.compliance import Checker, as_heard, check_compliance, prepare, read_spoken
from callqa.domain import (
    Call,
    Finding,
    LabelledCall,
    Measure,
    Party,
    PolicyRef,
    Span,
    TechniqueReading,
    Transcript,
    Turn,
    Word,
)
from callqa.policy.facts import FactSheet
from callqa.policy.rules import RuleBook
from callqa.policy.script import ScriptBook

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
REF = PolicyRef(id="small", version="1", sha256="0" * 64)


@dataclass(frozen=True)
class Small:
    """Just the parts of a policy that this room reads."""

    script: ScriptBook
    rules: RuleBook
    facts: FactSheet
    ref: PolicyRef = REF


def small(
    *,
    steps: Sequence[dict[str, Any]] = (),
    rules: Sequence[dict[str, Any]] = (),
    facts: Sequence[dict[str, Any]] = (),
    scripts: Sequence[dict[str, Any]] | None = None,
) -> Small:
    """A policy from plain data, as it would stand in YAML."""
    versions = scripts if scripts is not None else ([{"steps": list(steps)}] if steps else [])
    return Small(
        script=ScriptBook.model_validate({"scripts": versions}),
        rules=RuleBook.model_validate({"rules": list(rules)}),
        facts=FactSheet.model_validate({"facts": list(facts)}),
    )


def heard(text: str) -> tuple[Call, Transcript]:
    """Call and transcript of a dialogue; lines without a speaker are the agent's."""
    return as_heard(read_spoken(text), at=AT)


def judge(
    policy: Small | Checker,
    text: str | LabelledCall | tuple[Call, Transcript],
    *,
    reading: TechniqueReading | None = None,
    measures: Sequence[Measure] = (),
) -> dict[str, Finding]:
    """Findings by id."""
    checker = policy if isinstance(policy, Checker) else prepare(policy)
    if isinstance(text, str):
        call, transcript = heard(text)
    elif isinstance(text, LabelledCall):
        call, transcript = as_heard(text, at=AT)
    else:
        call, transcript = text
    findings = check_compliance(call, transcript, reading, measures, checker, at=AT)
    return {finding.id: finding for finding in findings}


def rule(condition: Any, **more: Any) -> Small:
    """A policy with the one rule ``r``, broken where the condition holds."""
    return small(rules=[{"id": "r", "title": "规则", "kind": "norm", "broken": condition, **more}])


def verdict(policy: Small | Checker, text: str | tuple[Call, Transcript], **more: Any) -> str:
    """Verdict of rule ``r``."""
    return str(judge(policy, text, **more)["r"].verdict)


def mumbled(
    pair: tuple[Call, Transcript], *, confidence: float, turns: Sequence[int] | None = None
) -> tuple[Call, Transcript]:
    """The same with every word (of some turns) at this probability."""
    call, transcript = pair
    changed = tuple(
        turn.replace(words=tuple(word.replace(confidence=confidence) for word in turn.words))
        if turns is None or turn.index in turns
        else turn
        for turn in transcript.turns
    )
    return call, transcript.replace(turns=changed)


def timed(*said: tuple[str, int, int, str], duration: int | None = None) -> tuple[Call, Transcript]:
    """Call and transcript of (``坐席``/``客户``, start ms, end ms, text), words spread evenly."""
    parties = {"坐席": Party.agent, "客户": Party.customer, "未知": Party.unknown}
    turns = []
    for index, (who, start, end, text) in enumerate(said):
        edges = [start + (end - start) * i // len(text) for i in range(len(text) + 1)]
        words = tuple(
            Word(text=c, span=Span(start=a, end=max(a + 1, b)), confidence=1.0)
            for c, a, b in zip(text, edges, edges[1:], strict=False)
        )
        turns.append(Turn(index=index, party=parties[who], text=text, words=words))
    call, transcript = heard("坐席: 占位")
    length = duration or max(end for _, _, end, _ in said) + 1000
    call = call.replace(recording=call.recording.replace(duration=length))
    return call, transcript.replace(turns=tuple(turns))
