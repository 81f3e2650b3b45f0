"""What people put right, given back: health cards of rules, labels for rules and techniques."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from callqa.api.actor import Actor, Need
from callqa.api.house import House, TheHouse
from callqa.api.ledger import Opened, opened
from callqa.api.paging import whole
from callqa.api.plans import FirstDay, LastDay, UnitWanted, check_days
from callqa.api.problems import Refusal, answers
from callqa.api.rights import Right
from callqa.api.wire import Page
from callqa.api.wire.rule import HealthShown, RuleHealthShown
from callqa.api.work import Read, Route
from callqa.domain import Finding, ReviewEvent
from callqa.review import RuleLabel, judged, quality_of, rule_health, rule_labels, verdicts
from callqa.store import CallFilter, UnitOfWork

router = APIRouter(tags=["corrections"], route_class=Route)

TheReader = Annotated[Actor, Depends(Need(Right.health))]
TheExporter = Annotated[Actor, Depends(Need(Right.labels))]
_JSONL: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/x-ndjson": {"schema": {"type": "string"}}}}
}


@dataclass(frozen=True)
class _Reviewed:
    """A call that people spoke about in the days asked for."""

    call: Opened
    events: list[ReviewEvent]
    findings: dict[tuple[str, str], Finding]

    @property
    def said(self) -> dict[tuple[str, str], bool]:
        return verdicts(self.events, {self.call.summary.scorecard: self.call.card})


def _reviewed(
    house: House, actor: Actor, work: UnitOfWork, days: tuple[date, date], unit: str | None
) -> Iterator[_Reviewed]:
    """Calls within reach with events on the card in force, written on these (UTC) days."""
    first_day, last_day = days
    check_days(first_day, last_day)
    path = None if unit is None else work.organisation.path_of(unit)
    if unit is not None and path is None:
        raise Refusal("missing", "没有这个单位。")
    names = list(dict.fromkeys(event.call_id for event in work.reviews.since(first_day, until=last_day)))
    for start in range(0, len(names), 200):
        some = tuple(names[start : start + 200])
        page = work.calls.page(CallFilter(scope=actor.scope, unit=path, ids=some), limit=200)
        for summary in page.items:
            row = work.results.latest_row(summary.id)
            if row is None:
                continue
            call = opened(house, work, summary)
            own = [event for event in call.events if event.scorecard == summary.scorecard]
            found = {(one.subject.value, one.id): one for one in work.findings.of(row.findings_key)}
            yield _Reviewed(call, own, found)


@router.get("/rules/health", responses=answers(404))
def rules_health(
    *,
    house: TheHouse,
    actor: TheReader,
    work: Read,
    first_day: FirstDay,
    last_day: LastDay,
    unit: UnitWanted = None,
) -> HealthShown:
    """Health cards of rules and steps, from what people said on these days."""
    cases = []
    calls = 0
    for one in _reviewed(house, actor, work, (first_day, last_day), unit):
        calls += 1
        row = work.results.latest_row(one.call.summary.id)
        facts = work.calls.get(one.call.summary.id)
        if row is None or facts is None:
            continue
        cases += judged(
            one.said,
            one.findings.values(),
            call_id=one.call.summary.id,
            product=one.call.summary.product or "",
            quality=quality_of(work.measures.of(row.measures_key), channels=facts.recording.channels),
        )
    floor = house.settings.rule_floor
    cards = rule_health(cases, floor=floor)
    titles = _titles(house)
    shown = tuple(
        RuleHealthShown(title=titles.get((one.subject, one.id), one.id), health=one) for one in cards
    )
    return HealthShown(calls=calls, floor=floor, rules=shown)


def _titles(house: House) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for policy in house.centre.policies:
        found |= {("step", step.id): step.title for step in policy.script.steps}
        found |= {("rule", rule.id): rule.title for rule in policy.rules.rules}
    return found


@router.get("/labels/rules", responses=answers(404))
def labels_of_rules(
    *,
    house: TheHouse,
    actor: TheExporter,
    work: Read,
    first_day: FirstDay,
    last_day: LastDay,
    unit: UnitWanted = None,
) -> Page[RuleLabel]:
    """What people said about steps and rules, to test rules against; the export is recorded."""
    labels = [
        label
        for one in _reviewed(house, actor, work, (first_day, last_day), unit)
        for label in rule_labels(one.said, one.findings, call_id=one.call.summary.id)
    ]
    house.trace.saw(actor.id, "labels.exported", "labels:rules", {"labels": len(labels)})
    return whole(labels)


@router.get("/labels/techniques", responses={**answers(404), **_JSONL}, response_class=Response)
def labels_of_techniques(
    *,
    house: TheHouse,
    actor: TheExporter,
    work: Read,
    first_day: FirstDay,
    last_day: LastDay,
    unit: UnitWanted = None,
) -> Response:
    """Corrected turns as JSON lines, the form that ``callqa train techniques --reviews`` reads; masked, recorded."""
    from callqa.techniques import corrected_rows

    lines = []
    for one in _reviewed(house, actor, work, (first_day, last_day), unit):
        stored = work.results.latest(one.call.summary.id)
        if stored is not None:
            lines += [row.model_dump_json() for row in corrected_rows(stored.masked, one.events)]
    house.trace.saw(actor.id, "labels.exported", "labels:techniques", {"labels": len(lines)})
    text = "".join(f"{line}\n" for line in lines)
    return Response(text, media_type="application/x-ndjson")
