"""What a rubric check comes to on one call: a verdict, how often, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from callqa.domain import (
    Call,
    Finding,
    Measure,
    Party,
    Quote,
    Ref,
    StepState,
    Subject,
    TechniqueReading,
    Verdict,
)
from callqa.policy import MEASURES
from callqa.policy.check import (
    AssentCheck,
    Check,
    FieldCheck,
    MeasureCheck,
    ReactionCheck,
    RuleCheck,
    StepCheck,
    TechniqueCheck,
    field_of,
)
from callqa.policy.glossary import REACTIONS
from callqa.policy.techniques import Techniques
from callqa.score.wording import FIELDS, STATES, clock, number, quoted


@dataclass(frozen=True, slots=True)
class Case:
    """Everything known about one call."""

    call: Call
    steps: Mapping[str, Finding]
    rules: Mapping[str, Finding]
    reading: TechniqueReading
    measures: Mapping[str, Measure]
    titles: Mapping[str, str]
    """Technique titles by label."""

    @classmethod
    def of(
        cls,
        call: Call,
        findings: Iterable[Finding],
        reading: TechniqueReading,
        measures: Iterable[Measure],
        techniques: Techniques,
    ) -> "Case":
        """Index what the stages found; the order it comes in does not matter."""
        found = tuple(findings)
        return cls(
            call=call,
            steps={finding.id: finding for finding in found if finding.subject is Subject.step},
            rules={finding.id: finding for finding in found if finding.subject is Subject.rule},
            reading=reading,
            measures={measure.name: measure for measure in measures},
            titles={label.id: label.title for label in techniques.labels},
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """A check answered."""

    verdict: Verdict
    why: str
    """Chinese clause without full stop; holds no spoken words, so it needs no masking."""
    hits: int = 0
    """How often: breaches of a rule, turns of a technique, times a step was said."""
    share: float | None = None
    """Share of the points for a state between said and missing."""
    refs: tuple[Ref, ...] = ()
    unknown: bool = False
    """True where a call field that decides is not known at all."""


def answer(check: Check, case: Case) -> Answer:  # noqa: PLR0911 -- one return for each kind of check
    """Answer one check.

    Args:
        check: Of a rubric item, or one of its conditions.
        case: The call.

    Returns:
        ``met`` where the check holds, ``broken`` where it does not, ``unsure`` where that could not be told,
        ``not_applicable`` where the step or rule does not apply to the call.
    """
    match check:
        case StepCheck():
            return _step(check, case)
        case AssentCheck():
            return _assent(check, case)
        case RuleCheck():
            return _rule(check, case)
        case TechniqueCheck():
            return _technique(check, case)
        case ReactionCheck():
            return _reaction(check, case)
        case MeasureCheck():
            return _measure(check, case)
        case FieldCheck():
            return _field(check, case)


def _step(check: StepCheck, case: Case) -> Answer:
    refs = (Ref(kind="step", id=check.step),)
    finding = case.steps.get(check.step)
    if finding is None:
        return Answer(Verdict.unsure, f"步骤“{check.step}”没有检查结果", refs=refs)
    share = check.partial.get(finding.state) if finding.state else None
    return Answer(finding.verdict, _told(finding), hits=finding.hits, share=share, refs=refs)


def _assent(check: AssentCheck, case: Case) -> Answer:
    refs = (Ref(kind="step", id=check.assent),)
    finding = case.steps.get(check.assent)
    if finding is None:
        return Answer(Verdict.unsure, f"步骤“{check.assent}”没有检查结果", refs=refs)
    said = f"“{finding.title}”{_where(finding)}"
    match (finding.verdict, finding.state):
        case (Verdict.met, _):
            return Answer(Verdict.met, f"{said}说了，客户已同意", hits=1, refs=refs)
        case (Verdict.broken, StepState.not_assented):
            return Answer(Verdict.broken, f"{said}说了，但客户没有明确同意", refs=refs)
        case (Verdict.broken, StepState.missing) if not _where(finding):
            return Answer(Verdict.broken, f"没有“{finding.title}”，客户无从确认", refs=refs)
        case (Verdict.broken, _):
            return Answer(Verdict.unsure, f"{_told(finding)}，客户同意与否要人工确认", refs=refs)
    return Answer(finding.verdict, _told(finding), refs=refs)


def _rule(check: RuleCheck, case: Case) -> Answer:
    refs = tuple(Ref(kind="rule", id=rule) for rule in check.rule)
    found = [case.rules[rule] for rule in check.rule if rule in case.rules]
    broken = [finding for finding in found if finding.verdict is Verdict.broken]
    if broken:
        hits = sum(max(1, finding.hits) for finding in broken)
        why = "；".join(_told(finding) for finding in broken)
        return Answer(Verdict.broken, why, hits=hits, refs=refs)
    absent = [rule for rule in check.rule if rule not in case.rules]
    if absent:
        return Answer(Verdict.unsure, f"规则“{'、'.join(absent)}”没有检查结果", refs=refs)
    for verdict in (Verdict.unsure, Verdict.met):
        for finding in found:
            if finding.verdict is verdict:
                return Answer(verdict, _told(finding), refs=refs)
    return Answer(Verdict.not_applicable, _told(found[0]), refs=refs)


def _technique(check: TechniqueCheck, case: Case) -> Answer:
    refs = tuple(Ref(kind="technique", id=label) for label in check.technique)
    tags = [tag for tag in case.reading.tags if tag.label in check.technique]
    count = len({tag.label if check.distinct else tag.turn for tag in tags})
    names = _titles(check.technique, case)
    unit = "种" if check.distinct else "轮"
    need = f"要求至少 {check.at_least} {unit}"
    if count >= check.at_least:
        times = "、".join(clock(tag.quote.span.start) for tag in tags[:3])
        used = _titles([label for label in check.technique if any(tag.label == label for tag in tags)], case)
        return Answer(Verdict.met, f"用到 {used} {count} {unit}（{times}）", hits=count, refs=refs)
    if Party.agent not in case.call.parties:
        return Answer(Verdict.unsure, f"单声道录音分不清谁在说话，{names} 不好判断", hits=count, refs=refs)
    heard = f"只用到 {count} {unit}" if count else "没有用到"
    return Answer(Verdict.broken, f"{names} {heard}，{need}", hits=count, refs=refs)


def _titles(labels: Iterable[str], case: Case) -> str:
    return "、".join(f"“{case.titles.get(label, label)}”" for label in labels)


def _reaction(check: ReactionCheck, case: Case) -> Answer:
    refs = tuple(Ref(kind="reaction", id=reaction) for reaction in check.reaction)
    turns = [tag for tag in case.reading.reactions if tag.reaction in check.reaction]
    names = "、".join(REACTIONS[reaction] for reaction in check.reaction)
    if len(turns) >= check.at_least:
        times = "、".join(clock(tag.quote.span.start) for tag in turns[:3])
        return Answer(Verdict.met, f"客户{names} {len(turns)} 次（{times}）", hits=len(turns), refs=refs)
    if Party.customer not in case.call.parties:
        return Answer(Verdict.unsure, f"单声道录音分不清谁在说话，客户是否{names}不好判断", refs=refs)
    return Answer(
        Verdict.broken, f"客户{names} {len(turns)} 次，不到 {check.at_least} 次", hits=len(turns), refs=refs
    )


def _measure(check: MeasureCheck, case: Case) -> Answer:
    refs = (Ref(kind="measure", id=check.measure),)
    measure = case.measures.get(check.measure)
    title = MEASURES[check.measure].title if check.measure in MEASURES else check.measure
    if measure is None or measure.value is None:
        note = f"：{measure.note}" if measure and measure.note else ""
        return Answer(Verdict.unsure, f"{title}测不出{note}", refs=refs)
    low, high = check.at_least, check.at_most
    told = f"{title} {number(measure.value, measure.unit)}"
    if low is not None and measure.value < low:
        return Answer(Verdict.broken, f"{told}，低于 {number(low, measure.unit)}", hits=1, refs=refs)
    if high is not None and measure.value > high:
        return Answer(Verdict.broken, f"{told}，高于 {number(high, measure.unit)}", hits=1, refs=refs)
    return Answer(Verdict.met, f"{told}，在要求范围内", hits=1, refs=refs)


def _field(check: FieldCheck, case: Case) -> Answer:
    refs = (Ref(kind="field", id=check.field),)
    held = check.holds(case.call)
    title = FIELDS.get(check.field, check.field)
    if held is None:
        return Answer(Verdict.unsure, f"通话资料没有写明“{title}”", refs=refs, unknown=True)
    value = field_of(case.call, check.field)
    shown = "空" if value is None else {True: "是", False: "否"}[value] if isinstance(value, bool) else value
    told = f"通话资料“{title}”为“{shown}”"
    return Answer(Verdict.met if held else Verdict.broken, told, hits=int(held), refs=refs)


def _told(finding: Finding) -> str:
    """What a finding says, with its place and without its words."""
    title = quoted(finding.title)
    if finding.subject is Subject.step and finding.state is not None:
        return f"{title}{_where(finding)}{STATES[finding.state]}"
    match finding.verdict:
        case Verdict.broken:
            hits = max(1, finding.hits)
            return f"触犯{title} {hits} 次{_where(finding)}"
        case Verdict.met:
            return f"没有触犯{title}"
        case Verdict.unsure:
            return f"{title}{_where(finding)}听不清，不能判定"
        case Verdict.not_applicable:
            return f"{title}不适用于这通电话"


def _where(finding: Finding) -> str:
    """Times of the first quotes, e.g. ``（00:12、01:40）``; empty where nothing was quoted."""
    quotes: Sequence[Quote] = [one for one in finding.evidence if isinstance(one, Quote)]
    times = list(dict.fromkeys(clock(quote.span.start) for quote in quotes))[:3]
    return f"（{'、'.join(times)}）" if times else ""
