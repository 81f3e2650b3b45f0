"""How far reviewers agree: blind second reviews and calibration rounds, the machine as one more rater."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends

from callqa.api.actor import Actor, Need
from callqa.api.house import TheHouse
from callqa.api.plans import FirstDay, LastDay, UnitWanted, check_days
from callqa.api.problems import Refusal, answers
from callqa.api.rights import Right
from callqa.api.wire.agreement import AgreementShown
from callqa.api.work import Read, Route
from callqa.domain import Answer, Scorecard
from callqa.review import agreement, drifts, leanings, machine_answers
from callqa.store import UnitOfWork

router = APIRouter(tags=["agreement"], route_class=Route)

TheReader = Annotated[Actor, Depends(Need(Right.agreement))]


@router.get("/agreement", responses=answers(404))
def agreement_of(
    *,
    house: TheHouse,
    actor: TheReader,
    work: Read,
    first_day: FirstDay,
    last_day: LastDay,
    unit: UnitWanted = None,
) -> AgreementShown:
    """κ and α per item, lenient and harsh reviewers, drift by week, over answers given on these days."""
    check_days(first_day, last_day)
    if unit is not None and work.organisation.path_of(unit) is None:
        raise Refusal("missing", "没有这个单位。")
    below = None if unit is None else work.organisation.below(unit)
    zone = ZoneInfo(house.settings.zone)
    first, after = _edge(zone, first_day), _edge(zone, last_day + timedelta(days=1))
    given: list[Answer] = []
    for one in work.calibrations.find():
        within = below is None or one.unit in below
        if within and actor.reaches(work.organisation.path_of(one.unit) or ""):
            given += [
                # weeks begin when they begin here, and the database keeps UTC
                answer.replace(at=answer.at.astimezone(zone))
                for answer in work.calibrations.answers(one.id)
                if first <= answer.at < after
            ]
    cards = cards_of(work, {answer.call_id for answer in given})
    machine = with_times(machine_answers(cards.values()), given)
    every = [*given, *machine]
    full = full_marks(cards.values())
    return AgreementShown(
        calls=len(cards),
        items=tuple(agreement(every)),
        leanings=tuple(leanings(every, full=full)),
        drifts=tuple(drifts(every, full=full)),
    )


def _edge(zone: ZoneInfo, day: date) -> datetime:
    return datetime.combine(day, time(), zone)


def cards_of(work: UnitOfWork, calls: Iterable[str]) -> dict[str, Scorecard]:
    """The machine's cards of calls that are there."""
    found = {}
    for call in sorted(calls):
        summary = work.calls.summary(call)
        if summary is not None:
            found[call] = work.scorecards.get(summary.scorecard)
    return found


def with_times(machine: Iterable[Answer], people: Iterable[Answer]) -> list[Answer]:
    """The machine's answers on the items that people rated, dated like the first of theirs, so that weeks compare."""
    first: dict[tuple[str, str], datetime] = {}
    for one in people:
        key = (one.call_id, one.item)
        first[key] = min(first.get(key, one.at), one.at)
    return [
        one.replace(at=first[one.call_id, one.item]) for one in machine if (one.call_id, one.item) in first
    ]


def full_marks(cards: Iterable[Scorecard]) -> dict[str, float]:
    """Item → full marks."""
    return {line.item: line.max_points for card in cards for line in card.lines}
