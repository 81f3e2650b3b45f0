"""Which person and which unit a call belongs to: by the agent's post on the day of the call."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from callqa.domain import Role
from callqa.store.tables import CallRow
from callqa.store.tables_index import CallIndexRow
from callqa.store.tables_people import PersonRow, PostRow, UnitRow


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a call belongs.

    Attributes:
        agent: Person id, or what the telephone system wrote where nobody is known by it.
        unit: Unit, None where none is known.
        path: Its path; empty where none is known.
    """

    agent: str | None
    unit: str | None
    path: str


class Placing:
    """Reads the organisation once per transaction and agent, so that a batch of calls costs little."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._people: dict[str, str] = {}
        self._posts: dict[str, list[PostRow]] = {}

    @cached_property
    def _units(self) -> dict[str, UnitRow]:
        return {row.id: row for row in self._session.scalars(select(UnitRow))}

    @cached_property
    def _paths(self) -> dict[str, str]:
        return {unit: self._climb(unit) for unit in self._units}

    def _climb(self, unit: str) -> str:
        path: list[str] = []
        above: str | None = unit
        while above is not None and above in self._units and above not in path:
            path.append(above)
            above = self._units[above].parent
        return "/" + "".join(f"{one}/" for one in reversed(path))

    def path_of(self, unit: str) -> str | None:
        """Path of a unit, None where there is none."""
        return self._paths.get(unit)

    def below(self, unit: str) -> frozenset[str]:
        """The unit and all below it."""
        top = self.path_of(unit)
        return frozenset(one for one, path in self._paths.items() if top and path.startswith(top))

    @cached_property
    def _titles(self) -> dict[tuple[str, ...], list[str]]:
        """Every ending of every chain of titles → the units it may mean."""
        found: dict[tuple[str, ...], list[str]] = {}
        for unit, path in self._paths.items():
            titles = tuple(self._units[one].title for one in path.strip("/").split("/"))
            for first in range(len(titles)):
                found.setdefault(titles[first:], []).append(unit)
        return found

    def place(self, agent: str | None, day: str | None, group: tuple[str, ...]) -> Placed:
        """Where a call belongs.

        The agent's post of that day decides; without one, the manifest's group where its titles name one unit.

        Args:
            agent: As the telephone system writes it: a person's id, the name of just one person, or both.
            day: Local day of the call.
            group: Titles from the top, as the manifest writes them.
        """
        person = self._person(agent) if agent else None
        if person is not None and day is not None:
            for post in self._posts_of(person):
                on = date.fromisoformat(day)
                held = post.valid_from <= on and (post.valid_to is None or on <= post.valid_to)
                if held and post.unit in self._paths:
                    return Placed(agent=person, unit=post.unit, path=self._paths[post.unit])
        units = [one for one in self._titles.get(group, []) if day is None or self._stands(one, day)]
        if len(units) == 1:
            return Placed(agent=person or agent, unit=units[0], path=self._paths[units[0]])
        return Placed(agent=person or agent, unit=None, path="")

    def _stands(self, unit: str, day: str) -> bool:
        row, on = self._units[unit], date.fromisoformat(day)
        return row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)

    def _person(self, agent: str) -> str | None:
        if agent not in self._people:
            found = self._session.scalar(select(PersonRow.id).where(PersonRow.id == agent))
            if found is None:
                named = list(
                    self._session.scalars(select(PersonRow.id).where(PersonRow.name == agent).limit(2))
                )
                # many systems write id and name into one field: “8001 林晓燕”
                parts = agent.split() if not named else []
                named = named or list(
                    self._session.scalars(select(PersonRow.id).where(PersonRow.id.in_(parts)).limit(2))
                )
                found = named[0] if len(named) == 1 else None
            self._people[agent] = found or ""
        return self._people[agent] or None

    def _posts_of(self, person: str) -> list[PostRow]:
        if person not in self._posts:
            wanted = select(PostRow).where(PostRow.person == person, PostRow.role == Role.agent.value)
            self._posts[person] = list(self._session.scalars(wanted.order_by(PostRow.valid_from.desc())))
        return self._posts[person]


def replace_calls(session: Session) -> int:
    """Place all calls anew; how many belong elsewhere than before."""
    placing = Placing(session)
    rows = session.execute(
        select(
            CallIndexRow.call_id,
            CallIndexRow.agent,
            CallIndexRow.unit,
            CallIndexRow.unit_path,
            CallRow.agent,
            CallRow.day,
            CallRow.group,
        ).join(CallRow, CallRow.id == CallIndexRow.call_id)
    )
    moved: list[dict[str, Any]] = []
    for call_id, known_agent, unit, path, agent, day, group in rows:
        placed = placing.place(agent, day, tuple(group))
        if (placed.agent, placed.unit, placed.path) != (known_agent, unit, path):
            moved.append({"id": call_id, "agent": placed.agent, "unit": placed.unit, "path": placed.path})
    if moved:
        session.execute(
            update(CallIndexRow.__table__)  # type: ignore[arg-type]
            .where(CallIndexRow.call_id == bindparam("id"))
            .values(agent=bindparam("agent"), unit=bindparam("unit"), unit_path=bindparam("path")),
            moved,
        )
    return len(moved)
