"""Agents and units in figures: scores with intervals, over time, adherence to the script, technique profiles."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from callqa.api.actor import Actor, Need
from callqa.api.house import House, TheHouse
from callqa.api.problems import Refusal, answers
from callqa.api.rights import Right
from callqa.api.wire.figures import (
    AdherenceQuery,
    AdherenceReport,
    AdherenceRow,
    AgentRow,
    AgentsQuery,
    AgentsReport,
    CellShown,
    CheckShown,
    Compared,
    FamilyShown,
    FigureQuery,
    FiguresShown,
    MeanShown,
    PlacedShown,
    ShareShown,
    TechniqueQuery,
    TechniqueReport,
    TrendPoint,
    TrendQuery,
    TrendReport,
)
from callqa.api.work import Read, Route
from callqa.domain import Unit
from callqa.insights.figures import Standing, Tally, mean_of, places, together, trend_of
from callqa.insights.occurrences import Checked, Occurrence, differs, put_right, techniques_put_right
from callqa.insights.queries import occurrences, reviewed, standings
from callqa.policy import Policy
from callqa.review import Rate, rate_of
from callqa.store import CallFilter, UnitOfWork

router = APIRouter(prefix="/reports", tags=["reports"], route_class=Route)

TheReader = Annotated[Actor, Depends(Need(Right.reports))]
_LONGEST = 366
Name = Callable[[str | None, str], str | None]
"""Agent and unit path → the row that a call belongs to; None for none."""


def _filters(actor: Actor, work: UnitOfWork, asked: FigureQuery, *, agent: str | None = None) -> CallFilter:
    """The calls asked for, within reach.

    Raises:
        Refusal: ``missing`` for a unit that is not there or out of reach; ``request.invalid`` for the days.
    """
    try:
        length = date.fromisoformat(asked.last_day) - date.fromisoformat(asked.first_day)
    except ValueError as wrong:
        raise Refusal("request.invalid", "没有这一天。") from wrong
    if not timedelta(0) <= length <= timedelta(days=_LONGEST):
        raise Refusal("request.invalid", f"日期要从早到晚，最多 {_LONGEST} 天。")
    path = None if asked.unit is None else _path(actor, work, asked.unit)
    return CallFilter(
        scope=actor.scope,
        first_day=asked.first_day,
        last_day=asked.last_day,
        unit=path,
        agent=agent,
        product=asked.product,
        campaign=asked.campaign,
    )


def _path(actor: Actor, work: UnitOfWork, unit: str) -> str:
    path: str | None = work.organisation.path_of(unit)
    if path is None or not actor.reaches(path):
        raise Refusal("missing", "没有这个单位，或不在您的范围内。")
    return path


@dataclass(frozen=True)
class _Rows:
    """What the rows of a report are.

    Attributes:
        name_of: Where a call belongs.
        names: Row → as people write it.
        titles: Last unit of a path → title.
    """

    name_of: Name
    names: Mapping[str, str]
    titles: Mapping[str, str]


def _rows(actor: Actor, work: UnitOfWork, asked: AgentsQuery) -> _Rows:
    units = work.organisation.units()
    titles = {one.id: one.title for one in units}
    if asked.by == "agent":
        people = {one.id: one.name for one in work.organisation.people()}
        return _Rows(name_of=lambda agent, _: agent, names=people, titles=titles)
    paths = {
        one.id: work.organisation.path_of(one.id) or "" for one in _below(actor, work, units, asked.unit)
    }

    def unit_of(_agent: str | None, path: str) -> str | None:
        return next((name for name, top in paths.items() if path.startswith(top)), None)

    return _Rows(name_of=unit_of, names=titles, titles=titles)


def _below(actor: Actor, work: UnitOfWork, units: Sequence[Unit], unit: str | None) -> list[Unit]:
    """The units directly below one, or the highest within reach; a single one stands for what is below it."""
    if unit is not None:
        tops = [one for one in units if one.id == unit]
    else:
        tops = [one for one in units if actor.reaches(work.organisation.path_of(one.id))]
        inside = {one.id for one in tops}
        tops = [one for one in tops if one.parent not in inside]
    if len(tops) == 1:
        return [one for one in units if one.parent == tops[0].id] or tops
    return tops


def _figures(tally: Tally) -> FiguresShown:
    mean = mean_of(tally)
    return FiguresShown(
        calls=tally.calls,
        total=MeanShown(n=mean.n, mean=_one(mean.mean), low=_one(mean.low), high=_one(mean.high)),
        fatal=_share(rate_of(tally.fatal, tally.calls)),
        ordered=_share(rate_of(tally.ordered, tally.known)),
        needs_human=tally.waiting,
    )


def _one(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _share(rate: Rate) -> ShareShown:
    return ShareShown(**rate.model_dump())


@router.get("/agents", responses=answers(404))
def agents_report(
    house: TheHouse, actor: TheReader, work: Read, asked: Annotated[AgentsQuery, Query()]
) -> AgentsReport:
    """Agents, or units, side by side: mean effective scores with intervals, and who differs beyond chance."""
    found = standings(work, _filters(actor, work, asked))
    rows = _rows(actor, work, asked)
    tallies: dict[str, Tally] = defaultdict(Tally)
    latest: dict[str, Standing] = {}
    for one in found:
        name = rows.name_of(one.agent, one.unit_path)
        if name is None:
            continue
        tallies[name] += one.tally
        if name not in latest or (one.day or "") > (latest[name].day or ""):
            latest[name] = one
    placed = places(tallies)
    shown = []
    for name, tally in tallies.items():
        unit = _last(latest[name].unit_path) if asked.by == "agent" else None
        shown.append(
            AgentRow(
                id=name,
                name=rows.names.get(name, name),
                unit=unit,
                unit_title=rows.titles.get(unit or "", ""),
                figures=_figures(tally),
                placed=PlacedShown(**placed[name].model_dump()),
            )
        )
    shown.sort(key=lambda row: (row.placed.best is None, -(row.figures.total.mean or 0.0), row.id))
    _seen(house, actor, "agents", asked)
    return AgentsReport(
        ranked=sum(row.placed.best is not None for row in shown),
        all=_figures(together(one.tally for one in found)),
        rows=tuple(shown),
    )


def _last(path: str) -> str | None:
    return path.strip("/").rpartition("/")[2] or None


def _seen(house: House, actor: Actor, report: str, asked: FigureQuery) -> None:
    house.trace.saw(actor.id, "report.viewed", f"{report}:{asked.first_day}..{asked.last_day}")


@router.get("/trend", responses=answers(404))
def trend_report(
    house: TheHouse, actor: TheReader, work: Read, asked: Annotated[TrendQuery, Query()]
) -> TrendReport:
    """Figures of an agent, a unit, or all within reach, over time."""
    found = standings(work, _filters(actor, work, asked, agent=asked.agent), by_day=True)
    _seen(house, actor, "trend", asked)
    return TrendReport(
        step=asked.step,
        points=tuple(
            TrendPoint(first_day=first, last_day=last, figures=_figures(tally))
            for first, last, tally in trend_of(found, asked.step)
        ),
    )


@router.get("/techniques", responses=answers(404))
def technique_report(
    house: TheHouse, actor: TheReader, work: Read, asked: Annotated[TechniqueQuery, Query()]
) -> TechniqueReport:
    """In what share of calls each family and technique is used, beside the others of the unit or of the reach."""
    filters = _filters(actor, work, asked)
    unit, path = asked.unit, filters.unit
    if asked.agent is not None and unit is None:
        own = [one for one in standings(work, replace(filters, agent=asked.agent)) if one.unit_path]
        if own:
            path = max(own, key=lambda one: one.day or "").unit_path
            unit = _last(path)
    if asked.agent is None and path is not None:
        filters = replace(filters, unit=None)  # the unit beside what lies around it
    elif path is not None:
        filters = replace(filters, unit=path)

    def is_own(agent: str | None, where: str) -> bool:
        if asked.agent is not None:
            return agent == asked.agent
        return path is None or where.startswith(path)

    families = _families(house.centre.policies)
    calls = {True: 0, False: 0}
    for one in standings(work, filters):
        calls[is_own(one.agent, one.unit_path)] += one.tally.calls
    spoken = list(reviewed(work, filters, "technique"))
    labels = techniques_put_right(occurrences(work, filters, "technique"), spoken)
    grouped = techniques_put_right(
        occurrences(work, filters, "technique", families=families), spoken, families=families
    )
    sums = _sums((*labels, *grouped), is_own)
    titles = _technique_titles(house.centre.policies)
    title = (
        "" if unit is None else next((one.title for one in work.organisation.units() if one.id == unit), unit)
    )
    _seen(house, actor, "techniques", asked)

    def compared(name: str) -> Compared:
        return _compared(name, titles.get(name, name), sums, calls)

    return TechniqueReport(
        unit=unit,
        unit_title=title,
        own_calls=calls[True],
        others_calls=calls[False],
        families=tuple(
            FamilyShown(**compared(family).model_dump(), labels=tuple(compared(label) for label in some))
            for family, some in families.items()
        ),
    )


def _families(policies: Sequence[Policy]) -> dict[str, list[str]]:
    """Family → labels of all policies, in their order."""
    found: dict[str, list[str]] = {}
    for policy in policies:
        for one in policy.techniques.labels:
            labels = found.setdefault(one.family.value, [])
            if one.id not in labels:
                labels.append(one.id)
    return found


def _technique_titles(policies: Sequence[Policy]) -> dict[str, str]:
    return {one.id: one.title for policy in policies for one in policy.techniques.labels}


def _sums(
    found: Iterable[Occurrence], is_own: Callable[[str | None, str], bool]
) -> dict[tuple[str, bool], tuple[int, int]]:
    sums: dict[tuple[str, bool], tuple[int, int]] = {}
    for one in found:
        place = (one.id, is_own(one.agent, one.unit_path))
        calls, times = sums.get(place, (0, 0))
        sums[place] = (calls + one.calls, times + one.times)
    return sums


def _compared(
    name: str, title: str, sums: Mapping[tuple[str, bool], tuple[int, int]], calls: Mapping[bool, int]
) -> Compared:
    rates, times = {}, {}
    for side in (True, False):
        hits, said = sums.get((name, side), (0, 0))
        rates[side] = rate_of(hits, calls[side])
        times[side] = round(said / calls[side], 3) if calls[side] else None
    return Compared(
        id=name,
        title=title,
        own=_share(rates[True]),
        own_times=times[True],
        others=_share(rates[False]),
        others_times=times[False],
        differs=differs(rates[True], rates[False]),
    )


@router.get("/adherence", responses=answers(404))
def adherence_report(
    house: TheHouse, actor: TheReader, work: Read, asked: Annotated[AdherenceQuery, Query()]
) -> AdherenceReport:
    """Steps kept, or rules broken, by agent or unit; what could not be heard counts for neither side."""
    filters = _filters(actor, work, asked, agent=asked.agent)
    rows = _rows(actor, work, asked)
    calls: dict[str, int] = defaultdict(int)
    for one in standings(work, filters):
        name = rows.name_of(one.agent, one.unit_path)
        if name is not None:
            calls[name] += one.tally.calls
    cells: dict[str, dict[str, Checked]] = {name: defaultdict(Checked) for name in calls}
    whole: dict[str, Checked] = defaultdict(Checked)
    found = put_right(occurrences(work, filters, asked.what), reviewed(work, filters, asked.what), asked.what)
    for each in found:
        whole[each.id].add(each)
        name = rows.name_of(each.agent, each.unit_path)
        if name is not None:
            cells[name][each.id].add(each)
    titles = _check_titles(house.centre.policies, asked.what)
    order = [*titles, *sorted(set(whole) - set(titles))]
    _seen(house, actor, asked.what, asked)
    return AdherenceReport(
        what=asked.what,
        checks=tuple(CheckShown(id=name, title=titles.get(name, name)) for name in order if name in whole),
        all=_cells(whole, order, asked.what),
        rows=tuple(
            AdherenceRow(
                id=name,
                name=rows.names.get(name, name),
                calls=calls[name],
                cells=_cells(cells[name], order, asked.what),
            )
            for name in sorted(calls, key=lambda one: (rows.names.get(one, one), one))
        ),
    )


def _check_titles(policies: Sequence[Policy], what: str) -> dict[str, str]:
    """Ids in the order of the policies with the newest titles."""
    found: dict[str, str] = {}
    for policy in policies:
        for one in policy.script.steps if what == "step" else policy.rules.rules:
            found[one.id] = one.title
    return found


def _cells(checked: Mapping[str, Checked], order: Sequence[str], what: str) -> tuple[CellShown, ...]:
    return tuple(
        CellShown(check=name, unsure=checked[name].unsure, **checked[name].rate(what).model_dump())
        for name in order
        if name in checked
    )
