"""Small calls for scoring: a rubric written in a few lines, findings by id and verdict."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from callqa.domain import (
    Absence,
    Call,
    Explanation,
    Finding,
    Measure,
    Party,
    Provenance,
    Quote,
    Reaction,
    ReactionTag,
    Recording,
    Scorecard,
    ScoreLine,
    Span,
    StepState,
    Subject,
    TechniqueReading,
    TechniqueTag,
    TextSpan,
    Verdict,
)
from callqa.policy import MEASURES, Policy
from callqa.policy.rubric import Rubric
from callqa.score import score_call

AT = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
PROVENANCE = Provenance(step="test", version="1", at=AT)
GRADES: list[dict[str, Any]] = [
    {"id": "top", "title": "优秀", "at_least": 90, "action": "表扬/树立榜样"},
    {"id": "pass", "title": "合格", "at_least": 60, "action": "合格"},
    {"id": "low", "title": "不合格", "at_least": 0, "action": "再培训"},
    {"id": "red", "title": "红线", "fatal": True, "action": "处分建议"},
]


def call(*, parties: Sequence[Party] = (Party.agent, Party.customer), **facts: Any) -> Call:
    recording = Recording(sha256="a" * 64, duration=60_000, sample_rate=8000, channels=len(parties))
    return Call.model_validate({"id": "C1", "recording": recording, "parties": tuple(parties), **facts})


def rubric(*items: dict[str, Any], **more: Any) -> Rubric:
    """A rubric of one section, or of sections where items name theirs."""
    sections: dict[str, dict[str, Any]] = {}
    for number, item in enumerate(items):
        name = item.pop("section", "all")
        section = sections.setdefault(name, {"id": name, "title": f"大项{name}", "items": []})
        filled = {"id": f"i{number}", "title": f"项目{number}", "points": 10, **item}
        section["items"].append(filled)
    return Rubric.model_validate({"sections": list(sections.values()), "grades": GRADES, **more})


def quote(start: int = 1000, text: str = "说过的话") -> Quote:
    return Quote(
        turn=0,
        party=Party.agent,
        characters=TextSpan(start=0, end=len(text)),
        span=Span(start=start, end=start + 500),
        text=text,
    )


def finding(kind: str, name: str, verdict: str, *, state: str | None = None, hits: int = 0) -> Finding:
    said = verdict != "broken" or kind == "rule"
    evidence = quote() if said else Absence(searched=Span(start=0, end=60_000), expected="标准话")
    return Finding(
        subject=Subject(kind),
        id=name,
        title=f"题{name}",
        verdict=Verdict(verdict),
        state=StepState(state) if state else None,
        evidence=(evidence,),
        hits=hits,
        explanation=Explanation(matcher="test"),
        provenance=PROVENANCE,
    )


def step(name: str, verdict: str, state: str | None = None) -> Finding:
    states = {"met": "said", "broken": "missing", "unsure": "unheard", "not_applicable": "not_applicable"}
    return finding("step", name, verdict, state=state or states[verdict])


def rule(name: str, verdict: str, hits: int = 0) -> Finding:
    return finding("rule", name, verdict, hits=hits)


def reading(*labels: str, reactions: Sequence[str] = ()) -> TechniqueReading:
    """Each label stands in a turn of its own; ``a+b`` puts both into one."""
    tags = [
        TechniqueTag(label=label, turn=turn, probability=0.9, quote=quote(1000 * turn))
        for turn, joined in enumerate(labels)
        for label in joined.split("+")
    ]
    answers = [
        ReactionTag(reaction=Reaction(reaction), turn=turn, probability=0.9, quote=quote(1000 * turn))
        for turn, reaction in enumerate(reactions)
    ]
    return TechniqueReading(tags=tuple(tags), reactions=tuple(answers), provenance=PROVENANCE)


def measured(name: str, value: float | None, note: str = "") -> Measure:
    return Measure(name=name, value=value, unit=MEASURES[name].unit, note=note)


def scored(
    policy: Policy,
    rubric: Rubric,
    findings: Sequence[Finding] = (),
    *,
    of: Call | None = None,
    tags: TechniqueReading | None = None,
    measures: Sequence[Measure] = (),
) -> Scorecard:
    with_rubric = policy.replace(rubric=rubric)
    return score_call(of or call(), findings, tags or reading(), measures, with_rubric, at=AT)


def line(card: Scorecard, item: str) -> ScoreLine:
    return next(one for one in card.lines if one.item == item)
