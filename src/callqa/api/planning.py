"""What a plan is made from, as the store has it: calls of a day, people with room, quotas of the month."""

from collections.abc import Sequence
from datetime import date

from callqa.api.house import House
from callqa.api.rights import Reach, Right, reach_of
from callqa.api.terms import calendar_of
from callqa.review import Candidate, Place, Reviewer, candidate_of, quota_today
from callqa.store import EVERYTHING, CallFilter, UnitOfWork
from callqa.store.search import CallSummary
from callqa.store.search import Place as PagePlace

_AT_ONCE = 200


def candidates_of(work: UnitOfWork, unit_path: str, day: date) -> list[tuple[CallSummary, Candidate]]:
    """Every finished call of a unit's day."""
    found: list[tuple[CallSummary, Candidate]] = []
    after: PagePlace | None = None
    wanted = CallFilter(scope=EVERYTHING, unit=unit_path, first_day=day.isoformat(), last_day=day.isoformat())
    while True:
        page = work.calls.page(wanted, sort="oldest", after=after, limit=_AT_ONCE)
        for summary in page.items:
            candidate = candidate_for(work, summary)
            if candidate is not None:
                found.append((summary, candidate))
        after = page.next
        if after is None:
            return found


def candidate_for(work: UnitOfWork, summary: CallSummary) -> Candidate | None:
    """A call as planning sees it; None where its result was taken away."""
    row = work.results.latest_row(summary.id)
    if row is None:
        return None
    place = place_of_call(summary)
    return candidate_of(
        work.scorecards.get(summary.scorecard),
        work.findings.of(row.findings_key),
        work.techniques.get(row.techniques_key),
        duration=summary.duration,
        language=summary.language,
        agent=place.agent,
        unit=place.unit,
    )


def reviewers_of(
    work: UnitOfWork, unit_path: str, day: date, *, without_plan: str | None = None
) -> list[Reviewer]:
    """Active people who may review calls of a unit, with the minutes they have left.

    Args:
        work: The transaction.
        unit_path: Of the unit.
        day: On which people's posts hold.
        without_plan: Open work of this plan does not count as load.
    """
    reach: dict[str, list[tuple[str, ...]]] = {}
    for post in work.organisation.posts():
        how_far = reach_of(Right.review, post.role)
        path = work.organisation.path_of(post.unit)
        if how_far is Reach.none or path is None or not post.holds_on(day):
            continue
        if how_far is Reach.all:
            path = "/"
        if path.startswith(unit_path) or unit_path.startswith(path):
            reach.setdefault(post.person, []).append(tuple(path.strip("/").split("/")) if path != "/" else ())
    load = work.assignments.load(list(reach)) if reach else {}
    if without_plan is not None:
        for one in work.assignments.of_plan(without_plan):
            if one.reviewer in load and one.finished_at is None:
                load[one.reviewer] = max(0.0, load[one.reviewer] - one.minutes)
    found = []
    for name in sorted(reach):
        person = work.organisation.person(name)
        if person is not None and person.active:
            found.append(
                Reviewer(
                    id=person.id,
                    reach=tuple(reach[name]),
                    languages=person.languages,
                    minutes=max(0.0, person.minutes_a_day - load.get(name, 0.0)),
                )
            )
    return found


def quotas_of(
    house: House,
    work: UnitOfWork,
    agents: Sequence[str],
    *,
    day: date,
    target: int,
    without_plan: str | None = None,
) -> dict[str, int]:
    """Agent → calls still to be reviewed today for the month's quota; assignments of one plan may be left out."""
    names = {agent: agent for agent in agents if agent}
    if not names or target <= 0:
        return {}
    done = work.assignments.counts(names, first=day.replace(day=1), last=day, without_plan=without_plan)
    left = calendar_of(house.settings).left_in_month(day)
    return {agent: quota_today(target=target, done=done[agent], days_left=left) for agent in names}


def place_of_call(summary: CallSummary) -> Place:
    """What of a call decides who may take it."""
    return Place(
        agent=summary.agent or "",
        unit=tuple(summary.unit_path.strip("/").split("/")),
        language=summary.language,
    )
